"""A REST API with IAM authorization and one function behind it: ministack's own work, kept so."""

import json

import pytest
import requests

from aws_account import Account, allow
from rest_api import FORBIDDEN, RestApi, rest_api


@pytest.fixture(scope="module")
def api(account: Account) -> RestApi:
    return rest_api(account)


def message(answer: requests.Response) -> str:
    return str(answer.json()["message"])


def test_an_unsigned_call_is_forbidden(api: RestApi) -> None:
    answer = api.call("GET", "/hpc-provisioner/version", None)

    assert answer.status_code == FORBIDDEN
    assert message(answer)


def test_a_wrongly_signed_call_is_forbidden(api: RestApi) -> None:
    user = api.account.user(allow("execute-api:Invoke"))
    thief = Account(emulator=api.account.emulator, access_key=user.access_key, secret_key="another")

    answer = api.call("GET", "/hpc-provisioner/version", thief)

    assert answer.status_code == FORBIDDEN
    assert message(answer)


def test_a_caller_without_permission_is_forbidden(api: RestApi) -> None:
    reader = api.account.user(allow("execute-api:Invoke", on=f"{api.arn}/production/GET/*"))

    read = api.call("GET", "/hpc-provisioner/pcluster", reader)
    write = api.call("POST", "/hpc-provisioner/pcluster", reader)

    assert read.status_code == requests.codes.ok
    assert write.status_code == FORBIDDEN
    # The built-in answer of this one kind has a capital M, as on AWS.
    assert "not authorized" in write.json()["Message"]


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PUT"])
def test_the_function_gets_every_method_and_path(api: RestApi, method: str) -> None:
    event = api.call(method, "/hpc-provisioner/a/b", api.account).json()

    assert event["httpMethod"] == method
    assert event["path"] == "/hpc-provisioner/a/b"
    assert event["pathParameters"] == {"proxy": "a/b"}
    assert event["requestContext"]["stage"] == "production"
    assert event["requestContext"]["requestId"]


def test_the_function_is_told_who_calls(api: RestApi) -> None:
    user = api.account.user(allow("execute-api:Invoke"))
    arn = user.client("sts").get_caller_identity()["Arn"]

    event = api.call("GET", "/hpc-provisioner/pcluster", user).json()

    assert event["requestContext"]["identity"]["userArn"] == arn


def test_repeated_and_escaped_parameters_arrive(api: RestApi) -> None:
    query = "project_id=a%20b&tier=one&tier=two"

    event = api.call("GET", f"/hpc-provisioner/pcluster?{query}", api.account).json()

    assert event["multiValueQueryStringParameters"] == {
        "project_id": ["a b"],
        "tier": ["one", "two"],
    }
    assert event["queryStringParameters"] == {"project_id": "a b", "tier": "two"}


def test_a_body_arrives(api: RestApi) -> None:
    body = {"project_id": "p"}

    event = api.call("POST", "/hpc-provisioner/pcluster", api.account, body).json()

    assert json.loads(event["body"]) == body


def test_status_and_headers_reach_the_client(api: RestApi) -> None:
    answer = api.call("GET", "/hpc-provisioner/busy", api.account)

    assert answer.status_code == requests.codes.unavailable
    assert answer.headers["Retry-After"] == "30"


def test_a_call_beyond_the_stage_s_limit_is_answered_by_its_gateway_response(
    account: Account,
) -> None:
    limits = {"ThrottlingRateLimit": 0.01, "ThrottlingBurstLimit": 1}
    api = rest_api(
        account,
        answers={"THROTTLED": '{"id":"$context.requestId"}'},
        stage={"MethodSettings": [{"HttpMethod": "*", "ResourcePath": "/*", **limits}]},
    )

    first, second = (api.call("GET", "/hpc-provisioner/version", account) for _ in range(2))

    assert (first.status_code, second.status_code) == (200, 429)
    assert second.json() == {"id": second.headers["x-amzn-requestid"]}
