"""A REST API's access log: a line for each request, by the stage's format."""

import json
from typing import Any

import pytest

from aws_account import Account, allow, unique
from rest_api import FORBIDDEN, RestApi, rest_api

FORMAT = {
    "requestId": "$context.requestId",
    "caller": "$context.identity.userArn",
    "method": "$context.httpMethod",
    "path": "$context.path",
    "status": "$context.status",
    "error": "$context.error.responseType",
    "latency": "$context.responseLatency",
    "integrationError": "$context.integration.error",
}


@pytest.fixture(scope="module")
def group(account: Account) -> str:
    name = unique("access-log")
    account.client("logs").create_log_group(logGroupName=name)
    return name


@pytest.fixture(scope="module")
def api(account: Account, group: str) -> RestApi:
    arn = f"arn:aws:logs:us-east-1:000000000000:log-group:{group}"
    setting = {"DestinationArn": arn, "Format": json.dumps(FORMAT)}
    return rest_api(account, stage={"AccessLogSetting": setting})


def last_line(account: Account, group: str) -> dict[str, Any]:
    events = account.client("logs").filter_log_events(logGroupName=group)["events"]
    return dict(json.loads(events[-1]["message"]))


def test_a_request_that_reached_the_function_is_told_with_the_id_that_the_function_had(
    api: RestApi, account: Account, group: str
) -> None:
    event = api.call("GET", "/hpc-provisioner/pcluster?project_id=p", account).json()

    line = last_line(account, group)

    assert line["requestId"] == event["requestContext"]["requestId"]
    assert line["caller"] == "arn:aws:iam::000000000000:root"
    assert (line["method"], line["status"]) == ("GET", "200")
    assert line["path"] == "/production/hpc-provisioner/pcluster"
    assert int(line["latency"]) >= 0
    assert (line["error"], line["integrationError"]) == ("-", "-")


def test_a_request_that_was_refused_is_told_with_the_kind_of_refusal(
    api: RestApi, account: Account, group: str
) -> None:
    stranger = account.user(allow("s3:ListAllMyBuckets"))

    answer = api.call("POST", "/hpc-provisioner/pcluster", stranger)

    line = last_line(account, group)
    assert answer.status_code == FORBIDDEN
    assert (line["method"], line["status"], line["error"]) == ("POST", "403", "ACCESS_DENIED")
    assert line["caller"] == stranger.client("sts").get_caller_identity()["Arn"]
    assert line["requestId"] == answer.headers["x-amzn-requestid"]


def test_an_unsigned_request_has_no_caller(api: RestApi, account: Account, group: str) -> None:
    api.call("GET", "/hpc-provisioner/pcluster", None)

    line = last_line(account, group)

    assert (line["caller"], line["error"]) == ("-", "MISSING_AUTHENTICATION_TOKEN")
