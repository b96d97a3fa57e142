"""Whom the API's resource policy lets in, and whom it keeps out."""

from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_apigateway as apigateway

from cdk_app.api_access import ApiAccess
from cdk_app.api_gateway import Gateway
from cdk_app.configuration_files import load_configuration
from cdk_app.feature_flags import feature_flags
from synthesised import Synthesised, the_resource

CALLER = "arn:aws:iam::111111111111:role/workflow-service"
FOREIGNER = "arn:aws:iam::333333333333:role/team/scripts"
OPERATOR = "arn:aws-us-gov:iam::111111111111:role/path/hpc-operator"


def gateway_template(access: ApiAccess) -> dict[str, Any]:
    app = App(context=feature_flags())
    stack = Stack(app, "Stack")
    settings = load_configuration("sandbox").settings
    gateway = Gateway(stack, "Gateway", settings=settings, access=access)
    gateway.root.add_method("GET", apigateway.MockIntegration())
    return dict(app.synth().get_stack_by_name("Stack").template)


def statements(access: ApiAccess) -> dict[str, dict[str, Any]]:
    policy = the_resource(gateway_template(access), "AWS::ApiGateway::RestApi")["Properties"]
    return {statement["Sid"]: statement for statement in policy["Policy"]["Statement"]}


def test_named_principals_may_call_what_is_below_the_root_path_and_nobody_else_is_allowed() -> None:
    found = statements(ApiAccess(callers=(CALLER, FOREIGNER), operators=(OPERATOR,)))

    allowed = [statement for statement in found.values() if statement["Effect"] == "Allow"]
    assert allowed == [found["CallersAndOperators"]]
    assert set(allowed[0]["Principal"]["AWS"]) == {CALLER, FOREIGNER, OPERATOR}
    assert allowed[0]["Action"] == "execute-api:Invoke"
    assert allowed[0]["Resource"] == "execute-api:/production/*/hpc-provisioner/*"


def test_everybody_who_is_not_named_is_denied_every_call() -> None:
    """An administrator of the same account too, whose own policy would allow it."""
    denied = statements(ApiAccess(callers=(CALLER, FOREIGNER), operators=(OPERATOR,)))["NobodyElse"]

    assert denied["Effect"] == "Deny"
    assert denied["Principal"] == {"AWS": "*"}
    assert denied["Resource"] == "execute-api:/*"
    assert denied["Condition"] == {
        "ArnNotEquals": {"aws:PrincipalArn": [CALLER, FOREIGNER, OPERATOR]}
    }


def test_callers_are_denied_the_calls_of_operators() -> None:
    denied = statements(ApiAccess(callers=(CALLER,), operators=(OPERATOR,)))["OperatorsOnly"]

    assert denied["Effect"] == "Deny"
    assert denied["Resource"] == "execute-api:/production/POST/hpc-provisioner/reconcile"
    assert denied["Condition"] == {"ArnNotEquals": {"aws:PrincipalArn": [OPERATOR]}}


def test_without_operators_nobody_makes_their_calls() -> None:
    denied = statements(ApiAccess(callers=(CALLER,), operators=()))["OperatorsOnly"]

    assert denied["Effect"] == "Deny"
    assert "Condition" not in denied


def test_a_private_api_denies_what_comes_another_way_even_to_callers() -> None:
    access = ApiAccess(callers=(CALLER,), operators=(OPERATOR,), vpc_endpoint_id="vpce-0123456789")

    denied = statements(access)["OnlyThroughTheEndpoint"]

    assert denied["Effect"] == "Deny"
    assert denied["Principal"] == {"AWS": "*"}
    assert denied["Condition"] == {"StringNotEquals": {"aws:SourceVpce": "vpce-0123456789"}}
    assert "OnlyThroughTheEndpoint" not in statements(ApiAccess(callers=(CALLER,), operators=()))


def deployment_of(template: dict[str, Any]) -> str:
    [id_] = [
        id_
        for id_, resource in template["Resources"].items()
        if resource["Type"] == "AWS::ApiGateway::Deployment"
    ]
    return str(id_)


@pytest.mark.parametrize(
    "changed",
    [
        ApiAccess(callers=(CALLER, FOREIGNER), operators=()),
        ApiAccess(callers=(CALLER,), operators=(OPERATOR,)),
    ],
)
def test_a_change_of_the_policy_is_deployed(changed: ApiAccess) -> None:
    """A stage goes on with the old policy until there is a new deployment."""
    before = deployment_of(gateway_template(ApiAccess(callers=(CALLER,), operators=())))

    again = deployment_of(gateway_template(ApiAccess(callers=(CALLER,), operators=())))
    after = deployment_of(gateway_template(changed))

    assert again == before
    assert after != before


@pytest.mark.parametrize("name", ["sandbox", "production"])
def test_the_settings_name_the_principals(name: str, synthesis: Any) -> None:
    synthesised: Synthesised = synthesis.of(name)
    settings = synthesised.configuration.settings
    api = the_resource(synthesised.stacks()["Provisioner"], "AWS::ApiGateway::RestApi")

    [allow] = [s for s in api["Properties"]["Policy"]["Statement"] if s["Effect"] == "Allow"]

    assert set(allow["Principal"]["AWS"]) == {*settings.callers, *settings.operators}


def test_the_function_knows_operators_without_their_paths() -> None:
    """A session's ARN, which is all that it is told, doesn't hold the role's path."""
    access = ApiAccess(callers=(), operators=(OPERATOR, "arn:aws:iam::1:user/a/b"))

    assert access.operators_as_functions_see_them() == [
        "arn:aws-us-gov:iam::111111111111:role/hpc-operator",
        "arn:aws:iam::1:user/a/b",
    ]
