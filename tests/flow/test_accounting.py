"""A cluster's place in the accounting database, which outlives the cluster."""

import time
from datetime import UTC, datetime

import pymysql
import pytest

from accounting_flow import Accounting
from accounting_slurm import SlurmTables
from accounting_world import ask
from deployed_application import Application

HOUR = 3600


@pytest.fixture
def accounting(application: Application) -> Accounting:
    return Accounting(application=application)


def made(application: Application, ids: dict[str, str]) -> tuple[str, str]:
    """A cluster without Lustre; its name, and its schema's."""
    assert application.client.post(**ids, include_lustre="false").status == 200
    name = application.wait_for("CREATE_COMPLETE", **ids)["clusterName"]
    return name, name.replace("-", "_")


def delete(application: Application, ids: dict[str, str]) -> None:
    assert application.client.delete(**ids).status == 200
    application.wait_until_gone(**ids)


def test_a_project_finds_its_history_again_and_nobody_else_does(
    application: Application, accounting: Accounting
) -> None:
    ids = {"project_id": "history", "vlab_id": "lab"}
    name, schema = made(application, ids)
    [first] = accounting.users()
    with accounting.login(first, accounting.password(name)) as slurmdbd:
        tables = SlurmTables(slurmdbd, schema, name)
        tables.make()
        began = int(time.time()) - 2 * HOUR
        tables.job(start=began, end=began + HOUR, tres="1=8")
        seen = {found for (found,) in ask(slurmdbd, "SHOW DATABASES")} - {"information_schema"}

    delete(application, ids)
    left = accounting.users()
    month = datetime.fromtimestamp(began, UTC).strftime("%Y-%m")
    reported = accounting.usage(vlab_id="lab", project_id="history", **{"from": month})
    purged = accounting.purge()
    # RDS does so every week, whoever is at work.
    accounting.rotate()
    made(application, ids)
    [second] = accounting.users()
    with accounting.login(second, accounting.password(name)) as slurmdbd:
        jobs = ask(slurmdbd, f"SELECT id_job FROM `{schema}`.`{name}_job_table`")  # noqa: S608 - ours

    assert seen == {schema}
    assert left == set()
    assert purged["dropped"] == 0
    assert sum(row["core_hours"] for row in reported) == pytest.approx(8.0)
    assert second != first
    assert jobs == [(1,)]
    delete(application, ids)


def test_a_database_that_is_down_fails_a_creation_with_its_reason_and_loses_nothing(
    application: Application, accounting: Accounting
) -> None:
    ids = {"project_id": "no-database", "vlab_id": "lab"}
    before = application.inventory()
    accounting.stop()
    try:
        application.client.post(**ids, include_lustre="false")
        failed = application.wait(
            lambda answer: "DatabaseUnavailable: " in str(answer.body.get("failures")), **ids
        ).body
    finally:
        accounting.start()

    [failure] = failed["failures"]
    assert failed["clusterStatus"] == "CREATE_FAILED"
    assert accounting.instance()["Endpoint"]["Address"] in failure["failureReason"]
    delete(application, ids)
    assert application.left_since(before) == frozenset()


def test_a_deletion_waits_for_a_database_that_is_down(
    application: Application, accounting: Accounting
) -> None:
    """Its user would stay for ever otherwise, with a password that somebody may know."""
    ids = {"project_id": "still-there", "vlab_id": "lab"}
    made(application, ids)
    accounting.stop()
    try:
        application.client.delete(**ids)
        failed = application.wait(
            lambda answer: "DatabaseUnavailable: " in str(answer.body.get("failures")), **ids
        ).body
    finally:
        accounting.start()

    assert failed["clusterStatus"] == "DELETE_FAILED"
    assert len(accounting.users()) == 1
    delete(application, ids)
    assert accounting.users() == set()


def test_a_password_opens_one_schema_over_tls_only(
    application: Application, accounting: Accounting
) -> None:
    ids = {"project_id": "password", "vlab_id": "lab"}
    name, schema = made(application, ids)
    [user] = accounting.users()
    password = accounting.password(name)
    endpoint = accounting.instance()["Endpoint"]

    with pytest.raises(pymysql.OperationalError, match=r"(?i)secure transport|Access denied"):
        pymysql.connect(
            host=endpoint["Address"],
            port=endpoint["Port"],
            user=user,
            password=password,
            ssl_disabled=True,
        )
    with (
        accounting.login(user, password) as slurmdbd,
        pytest.raises(pymysql.OperationalError, match="denied"),
    ):
        ask(slurmdbd, "SELECT * FROM hpc_provisioner.cluster_schemas")

    assert password.isalnum()
    assert len(password) >= 32
    assert user.startswith(schema)
    delete(application, ids)
