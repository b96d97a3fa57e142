"""The functions as Lambda runs them: in a fresh interpreter, with an environment and a log."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from accounting_world import ADMIN_SECRET, PASSWORD, PASSWORD_SECRET, World, cluster, event

ROOT = Path(__file__).parents[2]
RUN = """
import json, os, sys
from types import SimpleNamespace
import boto3
from moto import mock_aws

context = SimpleNamespace(
    function_name="f", memory_limit_in_mb=1, invoked_function_arn="a", aws_request_id="r"
)
with mock_aws():
    asked = json.loads(sys.stdin.read())
    client = boto3.client("secretsmanager")
    arns = {name: client.create_secret(Name=name, SecretString=text)["ARN"]
            for name, text in asked["secrets"].items()}
    os.environ["DATABASE_SECRET_ARN"] = arns["admin"]
    from accounting_database import handler
    for name, event in asked["calls"]:
        text = json.dumps(event).replace(asked["placeholder"], arns["password"])
        answer = getattr(handler, name)(json.loads(text), context)
        print("ANSWER", json.dumps(answer))
"""


def run(
    world: World, calls: list[tuple[str, object]], **changes: str
) -> "subprocess.CompletedProcess[str]":
    paths = [ROOT / "lambdas" / "accounting_database" / "src"]
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "DATABASE_HOST": "127.0.0.1",
        "DATABASE_PORT": str(world.server.port),
        "DATABASE_CA_FILE": str(world.server.ca),
        "RETENTION_DAYS": "30",
    }
    secrets = {"admin": world.secrets.texts[ADMIN_SECRET], "password": PASSWORD}
    asked = {
        "secrets": secrets,
        "calls": calls,
        "placeholder": PASSWORD_SECRET.format("1"),
    }
    return subprocess.run(
        [sys.executable, "-c", RUN],
        env=environment | changes,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )


def answers(done: "subprocess.CompletedProcess[str]") -> list[Any]:
    lines = [line for line in done.stdout.splitlines() if line.startswith("ANSWER ")]
    return [json.loads(line.removeprefix("ANSWER ")) for line in lines]


def logged(done: "subprocess.CompletedProcess[str]") -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


@pytest.fixture
def life(world: World) -> "subprocess.CompletedProcess[str]":
    calls: list[tuple[str, object]] = [
        ("on_event", event("Create", cluster())),
        ("usage", {"vlab_id": "lab"}),
        ("on_event", event("Update", cluster())),
        ("on_event", event("Delete", cluster())),
        ("purge", {"source": "aws.events"}),
    ]
    done = run(world, calls)
    assert done.returncode == 0, done.stderr
    return done


def test_the_functions_see_a_cluster_through_its_life(
    life: "subprocess.CompletedProcess[str]",
) -> None:
    created, report, updated, deleted, purged = answers(life)

    assert created["Data"]["UserName"] == created["PhysicalResourceId"] == cluster().user_name
    assert [row["core_seconds"] for row in report["rows"]] == [0]
    assert updated == created
    assert deleted == {"PhysicalResourceId": cluster().user_name}
    assert purged == {"dropped": 0, "kept": 0}


def test_the_log_has_a_line_a_request_with_its_cluster(
    life: "subprocess.CompletedProcess[str]",
) -> None:
    lines = logged(life)

    assert [line["message"] for line in lines] == [
        "admitted",
        "reported",
        "kept as it is",
        "released",
    ]
    ids = {"cluster", "vlab_id", "project_id", "creation"}
    assert [line["creation"] for line in lines if ids <= line.keys()] == ["11111111"] * 3
    assert {line["function_request_id"] for line in lines} == {"r"}


def test_no_password_is_printed(life: "subprocess.CompletedProcess[str]", world: World) -> None:
    for password in (PASSWORD, world.admin_password):
        assert password not in life.stdout + life.stderr


def test_an_uncaught_failure_shows_no_password_and_no_statement(world: World) -> None:
    world.create(cluster())
    world.tell("DROP TABLE hpc_provisioner.creations")
    world.tell("CREATE TABLE hpc_provisioner.creations (wrong INT)")

    done = run(world, [("on_event", event("Create", cluster()))])

    assert done.returncode != 0
    assert "StatementRefused: Database 127.0.0.1 refused to note creation" in done.stderr
    for secret in (PASSWORD, world.admin_password, "INSERT INTO", "pymysql.err"):
        assert secret not in done.stdout + done.stderr


def test_a_refused_login_shows_no_password(world: World) -> None:
    world.keep_admin_secret("a-wrong-password")

    done = run(world, [("on_event", event("Delete", cluster()))])

    assert "LoginRefused: Database 127.0.0.1 refuses user admin" in done.stderr
    assert "a-wrong-password" not in done.stdout + done.stderr


def test_a_purge_that_could_not_drop_all_fails_after_its_lines(world: World) -> None:
    world.clock.time = 1_600_000_000
    world.create(cluster())
    world.delete(cluster())
    (world.server.directory / "data" / cluster().schema_name / "somebody-s").mkdir()

    done = run(world, [("purge", {})])
    (world.server.directory / "data" / cluster().schema_name / "somebody-s").rmdir()

    line, failed = logged(done)
    assert (line["level"], line["message"]) == ("WARNING", "kept")
    assert (failed["level"], failed["message"]) == ("ERROR", "failed")
    assert "refused to drop schema" in line["reason"]
    assert "PurgeIncomplete: 1 schemas that are due" in done.stderr


def test_a_wrong_environment_is_a_failure_of_the_request(world: World) -> None:
    done = run(world, [("on_event", event("Delete", cluster()))], DATABASE_PORT="")

    assert "InvalidSettings: The function's environment is wrong: DATABASE_PORT" in done.stderr
