"""The functions as Lambda runs them: in a fresh interpreter, with an environment."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SOURCES = Path(__file__).parents[2] / "lambdas" / "cluster_api" / "src"
ENVIRONMENT = {
    # By this the X-Ray SDK knows that it is on Lambda; elsewhere it loads what Lambda never does.
    "LAMBDA_TASK_ROOT": "/var/task",
    "PATH": os.environ.get("PATH", ""),
    "PYTHONPATH": str(SOURCES),
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "REGISTRY_TABLE": "registry",
    "LAUNCH_PATH": "/hpc/launch",
    "TEMPLATE_PARAMETERS": "/hpc/launch/template-parameters",
    "TEMPLATE_BASE_URL": "https://s3.us-east-1.amazonaws.com/templates/",
    "CATALOGUE": '{"debug": {"lustre": "l.json", "plain": "p.json", "zones": ["us-east-1a"]}}',
    "DEFAULT_TIER": "debug",
    "TIERS_BUCKET": "templates",
    "TIERS_KEY": "tiers.json",
    "SERVICE_ROLE_ARN": "arn:aws:iam::123456789012:role/service",
    "SECRETS_KEY_ARN": "alias/aws/secretsmanager",
    "HISTORY_DAYS": "30",
    "VERSION": "1.2.3",
    "OPERATORS": "[]",
    "DELETION_WORKFLOW_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:deletion",
}
CLIENTS = """
import boto3
for name in ("dynamodb", "ec2", "secretsmanager", "cloudformation", "ssm"):
    boto3.client(name)
"""
RUN = """
import json
from types import SimpleNamespace
from moto import mock_aws

with mock_aws():
    from cluster_api_aws import Aws, build_aws
    build_aws(Aws())
    from cluster_api import handler, reservation, stack_events

    context = SimpleNamespace(
        function_name="f", memory_limit_in_mb=1, invoked_function_arn="a", aws_request_id="r"
    )
    answers = []
    def call(method, **query):
        event = {
            "httpMethod": method,
            "path": "/hpc-provisioner/pcluster",
            "multiValueQueryStringParameters": {k: [v] for k, v in query.items()},
            "headers": {"Authorization": "AWS4-HMAC-SHA256 Signature=5ec2e7"},
            "requestContext": {"requestId": "gateway-1", "identity": {}},
        }
        answers.append(handler.handler(event, context))
    ids = {"vlab_id": "lab", "project_id": "project"}
    call("POST", **ids)
    call("POST", **ids, tier="unknown")
    record = handler._api.clusters.registry.page(vlab_id=None, after=None, limit=1).records[0]
    stack = handler._api.clusters.stacks.find(record.stack_name)
    properties = {"VlabId": "lab", "ProjectId": "project", "Creation": record.creation,
                  "SubnetId": record.subnet_id}
    event = {"StackId": stack.id, "ResourceProperties": properties}
    held = reservation.handler({"RequestType": "Create", **event}, context)
    assert held == {"PhysicalResourceId": record.creation}, held
    stack_events.handler({"detail": {"stack-id": stack.id}}, context)
    call("GET", **ids)
    call("DELETE", **ids)
    made_up = {"PhysicalResourceId": "hpc-stack-Reservation-1A2B3C"}
    released = reservation.handler({"RequestType": "Delete", **event, **made_up}, context)
    assert released == made_up, released
    call("GET", **ids)
print("ANSWERS", json.dumps(answers))
"""


def _run(code: str, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def life() -> "subprocess.CompletedProcess[str]":
    support = str(Path(__file__).parents[1] / "support")
    paths = os.pathsep.join([str(SOURCES), support])
    without_images = {"MOTO_EC2_LOAD_DEFAULT_AMIS": "false"}  # thirteen hundred, and all for a key
    done = _run(RUN, ENVIRONMENT | without_images | {"PYTHONPATH": paths})
    assert done.returncode == 0, done.stderr
    return done


def test_the_functions_see_a_cluster_through_its_life(
    life: "subprocess.CompletedProcess[str]",
) -> None:
    line = next(each for each in life.stdout.splitlines() if each.startswith("ANSWERS "))
    answers = json.loads(line.removeprefix("ANSWERS "))

    assert [answer["statusCode"] for answer in answers] == [200, 400, 200, 200, 404]
    assert json.loads(answers[2]["body"])["clusterStatus"] == "CREATE_COMPLETE"


def test_the_logs_are_json_with_both_ids_of_the_request(
    life: "subprocess.CompletedProcess[str]",
) -> None:
    lines = [line for line in _lines(life) if "_aws" not in line]
    answered = [line for line in lines if line["message"] == "answered"]

    assert [line["status"] for line in answered] == [200, 400, 200, 200, 404]
    assert {line["correlation_id"] for line in answered} == {"gateway-1"}
    assert {line["function_request_id"] for line in answered} == {"r"}
    assert any("creation: Admit" in str(line["message"]) for line in lines)


def test_how_long_the_cluster_took_is_a_metric(
    life: "subprocess.CompletedProcess[str]",
) -> None:
    metrics = [line for line in _lines(life) if "_aws" in line]

    assert {line.get("Phase") for line in metrics} == {None, "Storage", "HeadNode", "Rest"}
    assert [line["ReadySeconds"] for line in metrics if "Phase" not in line] == [
        [pytest.approx(0, abs=60)]
    ]


def _lines(life: "subprocess.CompletedProcess[str]") -> list[dict[str, Any]]:
    return [json.loads(each) for each in life.stdout.splitlines() if each.startswith("{")]


def test_no_secret_is_logged(life: "subprocess.CompletedProcess[str]") -> None:
    logged = life.stdout + life.stderr

    assert "PRIVATE KEY" not in logged
    assert "Signature" not in logged
    assert "b3BlbnNzaC1rZXktdjE" not in logged


def test_a_wrong_environment_is_named_when_the_function_starts() -> None:
    done = _run("import cluster_api.handler", ENVIRONMENT | {"HISTORY_DAYS": "", "OPERATORS": "x"})

    assert done.returncode != 0
    assert "HISTORY_DAYS is missing" in done.stderr
    assert "OPERATORS is 'x', not a JSON list of texts" in done.stderr


def test_the_service_knows_neither_aws_nor_the_gateway() -> None:
    code = """
import sys
import cluster_api.routes, cluster_api.reservations, cluster_api.following
foreign = {"boto3", "botocore", "aws_lambda_powertools"} & set(sys.modules)
assert not foreign, foreign
"""

    done = _run(code, ENVIRONMENT)

    assert done.returncode == 0, done.stderr


def test_importing_the_handler_takes_at_most_half_more_than_its_clients() -> None:
    """At its best of ten: what the machine does besides may slow down one of the two alone."""
    ratios: list[float] = []
    while len(ratios) < 10 and not any(ratio <= 1.5 for ratio in ratios):
        ratios.append(_cpu_seconds("import cluster_api.handler") / _cpu_seconds(CLIENTS))

    assert min(ratios) <= 1.5


def _cpu_seconds(code: str) -> float:
    timed = f"import time; begun = time.process_time()\n{code}\nprint(time.process_time() - begun)"
    done = _run(timed, ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    return float(done.stdout.splitlines()[-1])
