"""What happened to a cluster can be followed: by its name in the traces, and in every log line.

It runs after the other tests, and reads what all of them made the functions trace and log.
"""

import json
import re
from typing import Any

import pytest

from deployed_application import Application
from embedded_aws.emulator_environment import Places

IDS = {"project_id": "traced", "vlab_id": "lab"}
# What a line looks like that went past the functions' own loggers: by the runtime's handler, or by
# Python's. (What the runtime says of a function that raised is JSON on AWS, and a traceback here.)
PAST_OURS = re.compile(r"\[?(DEBUG|INFO|WARNING|ERROR|CRITICAL)\]?[\t:]")
# Of the functions of ours; what CDK's framework and ParallelCluster make is theirs.
OURS = ("Function", "ClusterProviderLog", "Purge", "Usage", "Listing", "Passes")


@pytest.fixture(scope="module")
def cluster(application: Application) -> str:
    """The name of a cluster that came and went."""
    made = application.client.post(**IDS, include_lustre="false").body["cluster"]
    application.wait_for("CREATE_COMPLETE", **IDS)
    application.client.delete(**IDS)
    application.wait_until_gone(**IDS)
    return str(made["clusterName"])


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


def test_every_line_that_our_functions_log_is_json_with_its_request(
    application: Application, cluster: str
) -> None:
    lines = [
        (group, line)
        for group, text in application.logs().items()
        if "HpcProvisioner-Provisioner" in group and any(part in group for part in OURS)
        for line in text.splitlines()
    ]

    parsed = [(group, json.loads(line)) for group, line in lines if line.startswith("{")]
    lacking = [
        (group, line)
        for group, line in parsed
        if "function_request_id" not in line and "_aws" not in line
    ]
    assert parsed
    assert [each for each in lines if PAST_OURS.match(each[1])] == []
    assert lacking == []


def test_a_cluster_s_lines_have_its_lab_project_and_name_in_each_function(
    application: Application, cluster: str
) -> None:
    lines = [
        json.loads(line)
        for group, text in application.logs().items()
        if "HpcProvisioner-Provisioner" in group
        for line in text.splitlines()
        if line.startswith("{") and cluster in line
    ]

    whole = {
        (line.get("vlab_id"), line.get("project_id"), line["service"])
        for line in lines
        if line.get("cluster") == cluster
    }
    assert {("lab", "traced", "cluster_api"), ("lab", "traced", "cluster_provider")} <= whole
