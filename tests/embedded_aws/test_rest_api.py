"""A REST API with IAM authorization and one function behind it: ministack's own work, kept so."""

import json
from dataclasses import dataclass

import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from aws_account import Account, allow, unique

FORBIDDEN = 403
ECHO = """
import json

def handler(event, context):
    return {
        "statusCode": 503 if event["path"].endswith("/busy") else 200,
        "headers": {"Content-Type": "application/json", "Retry-After": "30"},
        "body": json.dumps(event),
    }
"""


@dataclass(frozen=True, kw_only=True)
class Api:
    account: Account
    url: str
    arn: str

    def call(
        self, method: str, path: str, caller: Account | None, body: dict[str, str] | None = None
    ) -> requests.Response:
        """The answer to a call, signed as the caller's if there is one."""
        request = AWSRequest(
            method,
            f"{self.url}{path}",
            data=json.dumps(body) if body else None,
            headers={"Content-Type": "application/json"} if body else {},
        )
        if caller is not None:
            credentials = Credentials(caller.access_key, caller.secret_key, caller.session_token)
            SigV4Auth(credentials, "execute-api", "us-east-1").add_auth(request)
        return requests.request(
            method,
            request.url or "",
            headers=dict(request.headers),
            data=request.data,
            verify=self.account.emulator.environment()["REQUESTS_CA_BUNDLE"],
            timeout=30,
        )


@pytest.fixture(scope="module")
def api(account: Account) -> Api:
    function = account.function(ECHO)
    invoke = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"
    rest_api = {"Ref": "Api"}
    template = {
        "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": unique("api")}},
        "Root": {
            "Type": "AWS::ApiGateway::Resource",
            "Properties": {
                "RestApiId": rest_api,
                "ParentId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
                "PathPart": "hpc-provisioner",
            },
        },
        "Proxy": {
            "Type": "AWS::ApiGateway::Resource",
            "Properties": {
                "RestApiId": rest_api,
                "ParentId": {"Ref": "Root"},
                "PathPart": "{proxy+}",
            },
        },
        "Any": {
            "Type": "AWS::ApiGateway::Method",
            "Properties": {
                "RestApiId": rest_api,
                "ResourceId": {"Ref": "Proxy"},
                "HttpMethod": "ANY",
                "AuthorizationType": "AWS_IAM",
                "Integration": {
                    "Type": "AWS_PROXY",
                    "IntegrationHttpMethod": "POST",
                    "Uri": invoke,
                },
            },
        },
        "Deployment": {
            "Type": "AWS::ApiGateway::Deployment",
            "DependsOn": "Any",
            "Properties": {"RestApiId": rest_api},
        },
        "Stage": {
            "Type": "AWS::ApiGateway::Stage",
            "Properties": {
                "RestApiId": rest_api,
                "DeploymentId": {"Ref": "Deployment"},
                "StageName": "production",
            },
        },
    }
    stack = account.create_stack(template)
    assert account.settled(stack) == "CREATE_COMPLETE"
    resources = account.client("cloudformation").describe_stack_resource(
        StackName=stack, LogicalResourceId="Api"
    )
    api_id = resources["StackResourceDetail"]["PhysicalResourceId"]
    return Api(
        account=account,
        url=f"{account.emulator.endpoint}/restapis/{api_id}/production/_user_request_",
        arn=f"arn:aws:execute-api:us-east-1:000000000000:{api_id}",
    )


def message(answer: requests.Response) -> str:
    return str(answer.json()["message"])


def test_an_unsigned_call_is_forbidden(api: Api) -> None:
    answer = api.call("GET", "/hpc-provisioner/version", None)

    assert answer.status_code == FORBIDDEN
    assert message(answer)


def test_a_wrongly_signed_call_is_forbidden(api: Api) -> None:
    user = api.account.user(allow("execute-api:Invoke"))
    thief = Account(emulator=api.account.emulator, access_key=user.access_key, secret_key="another")

    answer = api.call("GET", "/hpc-provisioner/version", thief)

    assert answer.status_code == FORBIDDEN
    assert message(answer)


def test_a_caller_without_permission_is_forbidden(api: Api) -> None:
    reader = api.account.user(allow("execute-api:Invoke", on=f"{api.arn}/production/GET/*"))

    read = api.call("GET", "/hpc-provisioner/pcluster", reader)
    write = api.call("POST", "/hpc-provisioner/pcluster", reader)

    assert read.status_code == requests.codes.ok
    assert write.status_code == FORBIDDEN
    assert "not authorized" in message(write)


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PUT"])
def test_the_function_gets_every_method_and_path(api: Api, method: str) -> None:
    event = api.call(method, "/hpc-provisioner/a/b", api.account).json()

    assert event["httpMethod"] == method
    assert event["path"] == "/hpc-provisioner/a/b"
    assert event["pathParameters"] == {"proxy": "a/b"}
    assert event["requestContext"]["stage"] == "production"
    assert event["requestContext"]["requestId"]


def test_the_function_is_told_who_calls(api: Api) -> None:
    user = api.account.user(allow("execute-api:Invoke"))
    arn = user.client("sts").get_caller_identity()["Arn"]

    event = api.call("GET", "/hpc-provisioner/pcluster", user).json()

    assert event["requestContext"]["identity"]["userArn"] == arn


def test_repeated_and_escaped_parameters_arrive(api: Api) -> None:
    query = "project_id=a%20b&tier=one&tier=two"

    event = api.call("GET", f"/hpc-provisioner/pcluster?{query}", api.account).json()

    assert event["multiValueQueryStringParameters"] == {
        "project_id": ["a b"],
        "tier": ["one", "two"],
    }
    assert event["queryStringParameters"] == {"project_id": "a b", "tier": "two"}


def test_a_body_arrives(api: Api) -> None:
    body = {"project_id": "p"}

    event = api.call("POST", "/hpc-provisioner/pcluster", api.account, body).json()

    assert json.loads(event["body"]) == body


def test_status_and_headers_reach_the_client(api: Api) -> None:
    answer = api.call("GET", "/hpc-provisioner/busy", api.account)

    assert answer.status_code == requests.codes.unavailable
    assert answer.headers["Retry-After"] == "30"
