"""How the API is reached, what it takes, and what the gateway logs and says by itself."""

import json
from pathlib import Path
from typing import Any

import pytest

from cluster_api.routes import ROUTES
from synthesised import Synthesised, resources, the_resource
from tools.synthesise_all import ENDPOINT, with_private_api


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The stack with a private API; cdk-nag and CDK's own validation have passed it."""
    directory: Path = tmp_path_factory.mktemp("private")
    return Synthesised.made_from(with_private_api("sandbox"), directory).stacks()["Provisioner"]


def stage(template: dict[str, Any]) -> dict[str, Any]:
    return dict(the_resource(template, "AWS::ApiGateway::Stage")["Properties"])


def texts(value: Any) -> str:
    """What Fn::Join gives, with references as `<Name>`."""
    if isinstance(value, str):
        return value
    if "Ref" in value:
        return f"<{value['Ref']}>"
    separator, parts = value["Fn::Join"]
    return str(separator.join(texts(part) for part in parts))


def test_with_an_endpoint_the_api_is_private_and_named_by_it(private: dict[str, Any]) -> None:
    api = the_resource(private, "AWS::ApiGateway::RestApi")["Properties"]

    assert api["EndpointConfiguration"] == {"Types": ["PRIVATE"], "VpcEndpointIds": [ENDPOINT]}


def test_a_private_api_is_called_by_the_endpoint_s_alias(private: dict[str, Any]) -> None:
    [api_id] = resources(private, "AWS::ApiGateway::RestApi")

    url = texts(private["Outputs"]["ApiUrl"]["Value"])

    assert url == (
        f"https://<{api_id}>-{ENDPOINT}.execute-api.us-east-1.<AWS::URLSuffix>"
        "/production/hpc-provisioner"
    )


def test_a_private_api_is_entered_through_its_endpoint_only(private: dict[str, Any]) -> None:
    policy = the_resource(private, "AWS::ApiGateway::RestApi")["Properties"]["Policy"]

    [endpoint] = [s for s in policy["Statement"] if "StringNotEquals" in s.get("Condition", {})]

    assert endpoint["Effect"] == "Deny"
    assert endpoint["Condition"]["StringNotEquals"] == {"aws:SourceVpce": ENDPOINT}


def test_without_an_endpoint_the_api_is_regional(environment: Synthesised) -> None:
    provisioner = environment.stacks()["Provisioner"]
    api = the_resource(provisioner, "AWS::ApiGateway::RestApi")["Properties"]

    assert api["EndpointConfiguration"] == {"Types": ["REGIONAL"]}


def test_every_method_wants_a_signature(environment: Synthesised) -> None:
    methods = resources(environment.stacks()["Provisioner"], "AWS::ApiGateway::Method")

    assert methods
    assert {m["Properties"]["AuthorizationType"] for m in methods.values()} == {"AWS_IAM"}


def test_the_stage_takes_as_many_requests_as_the_settings_say(environment: Synthesised) -> None:
    api = environment.configuration.settings.api
    [settings] = stage(environment.stacks()["Provisioner"])["MethodSettings"]

    assert settings["ThrottlingRateLimit"] == api.requests_per_second
    assert settings["ThrottlingBurstLimit"] == api.burst
    assert (settings["HttpMethod"], settings["ResourcePath"]) == ("*", "/*")


def test_a_line_of_the_access_log_is_json_without_what_was_signed(local: Synthesised) -> None:
    """No header and no query; an error's message would repeat them."""
    access_log = stage(local.stacks()["Provisioner"])["AccessLogSetting"]

    line = json.loads(access_log["Format"])

    assert {
        "requestId",
        "caller",
        "method",
        "path",
        "status",
        "latency",
        "integrationError",
    } <= set(line)
    told = " ".join(line.values())
    assert not [word for word in ("header", "query", "error.message", "token") if word in told]


def test_the_access_log_is_kept_as_long_as_the_settings_say(environment: Synthesised) -> None:
    provisioner = environment.stacks()["Provisioner"]
    destination = stage(provisioner)["AccessLogSetting"]["DestinationArn"]["Fn::GetAtt"][0]

    group = provisioner["Resources"][destination]["Properties"]

    assert group["RetentionInDays"] == environment.configuration.settings.log_retention_days


def test_what_the_gateway_says_by_itself_has_a_message_and_the_request_s_id(
    local: Synthesised,
) -> None:
    found = resources(local.stacks()["Provisioner"], "AWS::ApiGateway::GatewayResponse")
    answers = {r["Properties"]["ResponseType"]: r["Properties"] for r in found.values()}

    assert {"DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED", "INTEGRATION_TIMEOUT"} <= set(answers)
    for answer in answers.values():
        body = answer["ResponseTemplates"]["application/json"]
        told = body.replace("$context.error.messageString", '"why"')
        assert json.loads(told) == {"message": "why", "requestId": "$context.requestId"}
    for kind in ("THROTTLED", "INTEGRATION_TIMEOUT", "INTEGRATION_FAILURE"):
        seconds = answers[kind]["ResponseParameters"]["gatewayresponse.header.Retry-After"]
        assert int(seconds.strip("'")) > 0


def test_the_gateway_knows_the_methods_of_the_calls_and_counts_by_them(
    environment: Synthesised,
) -> None:
    template = environment.stacks()["Provisioner"]
    [proxy] = [
        id_
        for id_, each in resources(template, "AWS::ApiGateway::Resource").items()
        if each["Properties"]["PathPart"] == "{proxy+}"
    ]
    methods = {
        each["Properties"]["HttpMethod"]
        for each in resources(template, "AWS::ApiGateway::Method").values()
        if each["Properties"]["ResourceId"] == {"Ref": proxy}
    }

    assert methods == {"ANY", *(route.method for route in ROUTES)}
    [setting] = stage(template)["MethodSettings"]
    assert (setting["HttpMethod"], setting["ResourcePath"]) == ("*", "/*")
    assert setting["MetricsEnabled"] is True
