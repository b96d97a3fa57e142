"""What happened to a cluster can be followed: by its name in the traces, and in every log line.

It runs after the other tests, and reads what all of them made the functions trace and log.
"""

import json
from typing import Any

import pytest

from deployed_application import Application
from embedded_aws.emulator_environment import Places
from function_log import Invocation, is_of_our_functions
from scratch_flow import Scratch

IDS = {"project_id": "traced", "vlab_id": "lab"}
# With an export before it.
DELETION_SECONDS = 240
# A purge and a report are about schemas, a pass about clusters that it mends, which this one isn't.
ABOUT_NO_CLUSTER = ("AccountingPurgeLog", "AccountingUsageLog", "ReconcilerFunctionLog")


@pytest.fixture(scope="module")
def cluster(application: Application) -> str:
    """The name of a cluster that came and went, with all that a cluster may have."""
    application.client.post(**IDS)
    scratch = Scratch.of(application, **IDS)
    application.client.delete(**IDS)
    application.wait(lambda answer: answer.status == 404, seconds=DELETION_SECONDS, **IDS)
    return scratch.cluster_name


def parts(application: Application) -> list[dict[str, Any]]:
    """All that functions sent to X-Ray: the handlers of invocations, and what they called."""
    lines = Places(application.aws.state).traces.read_text().splitlines()
    return [json.loads(line) for line in lines]


def called(sent: list[dict[str, Any]], traces: set[str]) -> set[str]:
    """What of AWS was called in these traces, as `service.operation`."""
    return {
        f"{part['name']}.{part['aws']['operation']}"
        for part in sent
        if part["trace_id"] in traces and part.get("namespace") == "aws"
    }


def test_a_cluster_s_name_joins_the_request_s_trace_with_the_custom_resource_s(
    application: Application, cluster: str
) -> None:
    sent = parts(application)

    annotated = [part for part in sent if part.get("annotations", {}).get("cluster") == cluster]
    requests, resources = (
        {part["trace_id"] for part in annotated if part["annotations"]["Service"] == service}
        for service in ("cluster_api", "cluster_provider")
    )
    assert {"dynamodb.TransactWriteItems", "cloudformation.CreateStack"} <= called(sent, requests)
    assert {"cloudformation.CreateStack", "ec2.DescribeSubnets"} <= called(sent, resources)
    assert not requests & resources


@pytest.fixture(scope="module")
def logged(application: Application, cluster: str) -> dict[str, list[Invocation]]:
    """The invocations of our functions by log group, once there was a cluster."""
    return {
        group: [Invocation(messages=each) for each in application.log_streams(group)]
        for group in application.log_groups()
        if is_of_our_functions(group)
    }


def test_every_line_that_our_functions_log_is_an_object_with_its_request(
    logged: dict[str, list[Invocation]],
) -> None:
    invocations = [(group, each) for group in logged for each in logged[group]]

    strays = [(group, stray) for group, each in invocations for stray in each.strays()]
    without_request = [
        (group, line)
        for group, each in invocations
        for line in each.lines()
        if "function_request_id" not in line and "_aws" not in line
    ]
    assert [group for group, each in invocations if each.lines()]
    assert strays == []
    assert without_request == []


def test_each_function_that_is_about_a_cluster_says_so_with_its_lab_project_and_name(
    logged: dict[str, list[Invocation]], cluster: str
) -> None:
    whole = {"vlab_id": "lab", "project_id": "traced", "cluster": cluster}

    silent = {
        group
        for group, invocations in logged.items()
        if not any(line.items() >= whole.items() for each in invocations for line in each.lines())
    }

    about_nobody = {group for group in logged if any(part in group for part in ABOUT_NO_CLUSTER)}
    assert silent - about_nobody == set()
    assert len(about_nobody) == len(ABOUT_NO_CLUSTER) < len(logged)
