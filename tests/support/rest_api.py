"""A REST API on the embedded AWS, with IAM authorization and one function behind it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from aws_account import Account, unique

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
class RestApi:
    """Where it is, and the ARN that permissions for it begin with."""

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


def rest_api(
    account: Account,
    *,
    policy: Mapping[str, Any] | None = None,
    answers: Mapping[str, str] | None = None,
    stage: Mapping[str, Any] | None = None,
) -> RestApi:
    """A new API that echoes the event of its function.

    Its resource policy; the templates of its gateway responses by their type; further properties
    of its stage.
    """
    function = account.function(ECHO)
    invoke = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"
    reference = {"Ref": "Api"}
    template: dict[str, Any] = {
        "Api": {
            "Type": "AWS::ApiGateway::RestApi",
            "Properties": {"Name": unique("api"), **({"Policy": policy} if policy else {})},
        },
        "Root": {
            "Type": "AWS::ApiGateway::Resource",
            "Properties": {
                "RestApiId": reference,
                "ParentId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
                "PathPart": "hpc-provisioner",
            },
        },
        "Proxy": {
            "Type": "AWS::ApiGateway::Resource",
            "Properties": {
                "RestApiId": reference,
                "ParentId": {"Ref": "Root"},
                "PathPart": "{proxy+}",
            },
        },
        "Any": {
            "Type": "AWS::ApiGateway::Method",
            "Properties": {
                "RestApiId": reference,
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
            "DependsOn": ["Any", *(kind.replace("_", "") for kind in answers or {})],
            "Properties": {"RestApiId": reference},
        },
        "Stage": {
            "Type": "AWS::ApiGateway::Stage",
            "Properties": {
                "RestApiId": reference,
                "DeploymentId": {"Ref": "Deployment"},
                "StageName": "production",
                **(stage or {}),
            },
        },
    }
    for kind, answer in (answers or {}).items():
        template[kind.replace("_", "")] = {
            "Type": "AWS::ApiGateway::GatewayResponse",
            "Properties": {
                "RestApiId": reference,
                "ResponseType": kind,
                "ResponseTemplates": {"application/json": answer},
            },
        }
    stack = account.create_stack(template)
    assert account.settled(stack) == "CREATE_COMPLETE"
    resources = account.client("cloudformation").describe_stack_resource(
        StackName=stack, LogicalResourceId="Api"
    )
    api_id = resources["StackResourceDetail"]["PhysicalResourceId"]
    return RestApi(
        account=account,
        url=f"{account.emulator.endpoint}/restapis/{api_id}/production/_user_request_",
        arn=f"arn:aws:execute-api:us-east-1:000000000000:{api_id}",
    )
