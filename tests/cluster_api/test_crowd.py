"""Two hundred callers at once on the embedded AWS, whose DynamoDB has transactions meet."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from aws_account import Account, allow
from cluster_api.aws.items import record_of
from cluster_api.model import Project
from cluster_api.names import key_pair_name
from cluster_api_aws import TABLE, Aws, build_aws
from cluster_api_crowd import Crowd, none_is_free
from cluster_api_world import Answered
from embedded_aws import lifecycle
from embedded_aws.ports import free_port

SUBNETS = [f"subnet-{number:03}" for number in range(64)]
PROJECTS = [Project(vlab_id="lab", project_id=f"p{number:03}") for number in range(100)]
# Both calls of a project side by side: so they reach DynamoDB within a transaction's time.
TWICE = [project for project in PROJECTS for _ in range(2)]
CONTAINERS = 25


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """An account of its own on the embedded AWS, which this process's clients reach."""
    emulator = lifecycle.start(tmp_path_factory.mktemp("crowd") / "state", free_port())
    try:
        with pytest.MonkeyPatch.context() as environment:
            for name, value in emulator.environment().items():
                environment.setenv(name, value)
            # boto3 keeps the credentials of the first client of all, which was moto's.
            environment.setattr(boto3, "DEFAULT_SESSION", None)
            yield Account(emulator=emulator)
    finally:
        emulator.stop()


def test_of_200_calls_for_100_projects_64_subnets_admit_64_and_nothing_leaks(
    account: Account,
) -> None:
    aws = Aws()
    build_aws(aws, {"us-east-1a": SUBNETS})
    role = account.role("cloudformation.amazonaws.com", allow("ssm:*"))
    crowd = Crowd.of(CONTAINERS, service_role_arn=role)

    at_once = _by_project(crowd.post(TWICE))
    afterwards = _by_project(crowd.post(TWICE))

    print(
        f"conflicts: {dict(crowd.conflicts)}; put off: {dict(crowd.put_off)}; "
        f"taken back: {crowd.taken_back}"
    )
    admitted = {id_ for id_, answers in afterwards.items() if answers[0].status == 200}
    assert crowd.conflicts.total() > 0
    assert len(admitted) == len(SUBNETS)
    late = {id_ for id_ in admitted if any(map(none_is_free, at_once[id_]))}
    assert len(late) <= crowd.taken_back
    for id_ in admitted:
        answers = [*at_once[id_], *afterwards[id_]]
        bodies = [answer.body for answer in answers if not none_is_free(answer)]
        assert bodies == [afterwards[id_][0].body] * len(bodies)
    for id_ in afterwards.keys() - admitted:
        answers = [*at_once[id_], *afterwards[id_]]
        assert [none_is_free(answer) for answer in answers] == [True] * 4
        assert {answer.headers["Retry-After"] for answer in answers} == {"60"}
    assert _held(aws) == _due(aws, admitted)


def _by_project(answers: list[Answered]) -> dict[str, list[Answered]]:
    pairs = zip(PROJECTS, answers[::2], answers[1::2], strict=True)
    return {project.id: list(both) for project, *both in pairs}


def _held(aws: Aws) -> dict[str, list[str]]:
    """Whatever a creation makes, as it is there; history is kept on purpose."""
    names = {
        "key pair": _names(aws.ec2, "describe_key_pairs", "KeyPairs", "KeyName"),
        "secret": _names(aws.secrets_manager, "list_secrets", "SecretList", "ARN"),
        "stack": _names(aws.cloudformation, "describe_stacks", "Stacks", "StackName"),
    }
    for item in _items(aws, but="history"):
        names.setdefault(item["kind"]["S"], []).append(item["id"]["S"])
    return {what: sorted(each) for what, each in names.items()}


def _due(aws: Aws, admitted: set[str]) -> dict[str, list[str]]:
    """What has to be there for these projects, as their records say, and nothing besides."""
    items = [item for item in _items(aws) if item["kind"]["S"] == "cluster"]
    records = [record_of(item) for item in items]
    due = {
        "cluster": list(admitted),
        "lease": SUBNETS,
        "key pair": [
            key_pair_name(record.cluster_name, record.keys, user)
            for record in records
            for user in ("admin", "sim")
        ],
        "secret": [str(arn) for r in records for arn in (r.admin_key_arn, r.sim_key_arn)],
        "stack": [record.stack_name for record in records],
    }
    assert {record.subnet_id for record in records} == set(SUBNETS)
    return {what: sorted(each) for what, each in due.items()}


def _names(client: Any, operation: str, listed: str, name: str) -> list[str]:
    pages = (
        client.get_paginator(operation).paginate()
        if client.can_paginate(operation)
        else [getattr(client, operation)()]
    )
    return [item[name] for page in pages for item in page[listed]]


def _items(aws: Aws, but: str = "") -> list[dict[str, Any]]:
    pages = aws.dynamodb.get_paginator("scan").paginate(TableName=TABLE)
    return [item for page in pages for item in page["Items"] if item["kind"]["S"] != but]
