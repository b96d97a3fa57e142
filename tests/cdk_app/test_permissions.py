"""What the roles may do, and that what they are given fits into IAM and Lambda."""

import json
import re
from collections.abc import Iterator
from typing import Any

from cloudformation_values import Values, resolved
from longest_values import LongestValues

MANAGED_POLICY_CHARACTERS = 6144
INLINE_POLICY_CHARACTERS = 10240
ENVIRONMENT_BYTES = 4096
STACK_RESOURCES = 500


def resources(template: dict[str, Any], type_: str) -> dict[str, dict[str, Any]]:
    return {
        id_: resource["Properties"]
        for id_, resource in template["Resources"].items()
        if resource["Type"] == type_
    }


def statements(template: dict[str, Any], logical_id: str) -> list[dict[str, Any]]:
    """The statements of the policies whose id begins so."""
    return [
        statement
        for id_, policy in resources(template, "AWS::IAM::Policy").items()
        if id_.startswith(logical_id)
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def actions(statement: dict[str, Any]) -> list[str]:
    found = statement["Action"]
    return found if isinstance(found, list) else [found]


def test_the_api_launches_the_published_templates_only_with_the_one_role(local: Any) -> None:
    provisioner = local.stacks()["Provisioner"]
    [function] = [
        function
        for id_, function in resources(provisioner, "AWS::Lambda::Function").items()
        if id_.startswith("ApiFunction")
    ]
    environment = function["Environment"]["Variables"]
    catalogue = json.loads(environment["CATALOGUE"])

    [launch] = [
        statement
        for statement in statements(provisioner, "ApiFunctionServiceRole")
        if "cloudformation:CreateStack" in actions(statement)
    ]

    keys = [tier[kind] for tier in catalogue.values() for kind in ("lustre", "plain")]
    assert launch["Condition"]["StringEquals"]["cloudformation:TemplateUrl"] == [
        _joined(environment["TEMPLATE_BASE_URL"], key) for key in keys
    ]
    assert launch["Condition"]["ArnEquals"] == {
        "cloudformation:RoleArn": environment["SERVICE_ROLE_ARN"]
    }


def _joined(base: dict[str, Any], key: str) -> dict[str, Any]:
    """The URL of a key, as CDK writes the base followed by the key."""
    separator, parts = base["Fn::Join"]
    return {"Fn::Join": [separator, [*parts[:-1], parts[-1] + key]]}


def _granted(local: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for template in [*local.stacks().values(), *local.published().values()]:
        for type_ in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
            for id_, policy in resources(template, type_).items():
                for statement in policy["PolicyDocument"]["Statement"]:
                    if statement["Effect"] == "Allow":
                        yield id_, statement


def test_nobody_may_do_everything(local: Any) -> None:
    assert [id_ for id_, statement in _granted(local) if "*" in actions(statement)] == []


def test_on_everything_one_may_only_look(local: Any) -> None:
    looking = ("Describe", "Get", "List")
    # None of them takes a resource. Those of logs are what Step Functions documents.
    of_workflow = (
        "logs:CreateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:PutResourcePolicy",
        "logs:UpdateLogDelivery",
    )
    # Every function and the workflow are traced.
    of_traces = {"xray:PutTelemetryRecords", "xray:PutTraceSegments"}
    # Of Lambda, not of the functions' code: a statement beside it denies that.
    of_interfaces = (
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:UnassignPrivateIpAddresses",
    )
    telling = {
        *(
            (f"Accounting{name}ServiceRoleDefaultPolicy", action)
            for name in ("Function", "Purge", "Usage")
            for action in of_interfaces
        ),
        ("NodePermissionsBoundary", "cloudwatch:PutMetricData"),
        *(("DeletionsStateMachineRoleDefaultPolicy", action) for action in of_workflow),
    }

    on_everything = {
        (re.sub("[0-9A-F]{8}$", "", id_), action)
        for id_, statement in _granted(local)
        if statement["Resource"] == "*"
        for action in actions(statement)
        if not action.partition(":")[2].startswith(looking) and action not in of_traces
    }

    assert on_everything <= telling


def test_a_role_is_passed_to_a_named_service_only(local: Any) -> None:
    unconditioned = [
        id_
        for id_, statement in _granted(local)
        if "iam:PassRole" in actions(statement)
        and "iam:PassedToService" not in json.dumps(statement.get("Condition", {}))
    ]

    assert unconditioned == []


def test_roles_of_clusters_are_never_without_the_boundary(local: Any) -> None:
    provisioner = local.stacks()["Provisioner"]

    making = [
        statement
        for statement in statements(provisioner, "ClusterProviderOnEvent")
        if {"iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"} & set(actions(statement))
    ]

    assert making
    for statement in making:
        assert "iam:PermissionsBoundary" in statement["Condition"]["StringEquals"]


def test_policies_fit_into_iam(environment: Any) -> None:
    values = LongestValues(environment.stacks().values())
    for template in [*environment.stacks().values(), *environment.published().values()]:
        for policy in resources(template, "AWS::IAM::ManagedPolicy").values():
            assert _characters(policy, values) < MANAGED_POLICY_CHARACTERS
        for policy in resources(template, "AWS::IAM::Policy").values():
            assert _characters(policy, values) < INLINE_POLICY_CHARACTERS


def _characters(policy: dict[str, Any], values: Values) -> int:
    """At least as many as IAM counts."""
    return len(json.dumps(resolved(policy["PolicyDocument"], values), separators=(",", ":")))


def test_functions_environments_fit_into_lambda_with_room_for_ids(environment: Any) -> None:
    values = LongestValues(environment.stacks().values())
    for template in environment.stacks().values():
        for function in resources(template, "AWS::Lambda::Function").values():
            variables = function.get("Environment", {}).get("Variables", {})
            texts = [*variables, *resolved(variables, values).values()]
            assert sum(map(len, texts)) < ENVIRONMENT_BYTES


def test_stacks_stay_below_cloudformation_s_quota(synthesis: Any) -> None:
    for template in synthesis.of("production").stacks().values():
        assert len(template["Resources"]) < STACK_RESOURCES


def test_there_is_no_way_to_the_internet(synthesis: Any) -> None:
    ways = {"AWS::EC2::InternetGateway", "AWS::EC2::NatGateway"}
    for environment in ("local", "production"):
        for template in synthesis.of(environment).stacks().values():
            types = {resource["Type"] for resource in template["Resources"].values()}
            assert not types & ways
            for route in resources(template, "AWS::EC2::Route").values():
                assert "VpcPeeringConnectionId" in route


def test_the_provider_framework_logs_no_address_to_answer_to(environment: Any) -> None:
    """It throws its request, signed address and all, whenever a cluster isn't there yet."""
    functions = resources(environment.stacks()["Provisioner"], "AWS::Lambda::Function")
    framework = [f for f in functions.values() if str(f.get("Handler")).startswith("framework.")]

    assert framework
    for function in framework:
        assert function["LoggingConfig"]["ApplicationLogLevel"] == "FATAL"
        assert function["LoggingConfig"]["LogFormat"] == "JSON"


def test_no_state_machine_logs_what_it_is_given(environment: Any) -> None:
    """The waiter's input is such a request."""
    machines = resources(
        environment.stacks()["Provisioner"], "AWS::StepFunctions::StateMachine"
    ).values()

    assert machines
    for machine in machines:
        logging = machine.get("LoggingConfiguration", {})
        assert not logging.get("IncludeExecutionData", False)


def test_projects_stacks_leave_the_network_s_security_groups_alone(local: Any) -> None:
    groups = resources(local.stacks()["Network"], "AWS::EC2::SecurityGroup")

    [denied] = [
        statement
        for statement in statements(local.stacks()["Provisioner"], "ProjectStacksRole")
        if statement["Effect"] == "Deny"
    ]

    assert {"ec2:AuthorizeSecurityGroupIngress", "ec2:DeleteSecurityGroup"} < set(actions(denied))
    named = json.dumps(denied["Resource"])
    assert [group for group in groups if group not in named] == []
