"""What operators and the schedule ask of the reconciler, and what it mends."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from deployed_application import Application
from embedded_aws.roles import OPERATOR
from embedded_aws.workflow_service import WorkflowService

IDS = {"project_id": "reconciled", "vlab_id": "lab"}


@pytest.fixture(scope="module")
def operator(application: Application) -> WorkflowService:
    return application.client_as(OPERATOR)


@pytest.fixture
def without_grace(application: Application) -> Iterator[None]:
    """The reconciler touches what is young, too."""
    functions = application.service("lambda")
    name = application.function("Provisioner-ReconcilerFunction")
    environment = functions.get_function_configuration(FunctionName=name)["Environment"]
    eager = {"Variables": {**environment["Variables"], "GRACE_MINUTES": "0"}}
    functions.update_function_configuration(FunctionName=name, Environment=eager)
    yield
    functions.update_function_configuration(FunctionName=name, Environment=environment)


@pytest.fixture
def without_events(application: Application) -> Iterator[None]:
    """Nobody hears what becomes of stacks."""
    events = application.service("events")
    [rule] = [
        rule["Name"] for rule in events.list_rules()["Rules"] if "StackEventsRule" in rule["Name"]
    ]
    events.disable_rule(Name=rule)
    yield
    events.enable_rule(Name=rule)


def test_a_dry_run_where_all_agrees_finds_nothing(operator: WorkflowService) -> None:
    answer = operator.call("POST", "reconcile", dry_run="true")

    assert answer.status == 200
    assert answer.body["dryRun"]
    assert answer.body["complete"]
    assert answer.body["discrepancies"] == []


def test_a_caller_who_is_no_operator_is_refused(application: Application) -> None:
    assert application.client.call("POST", "reconcile").status == 403


def test_another_method_is_told_which_there_is(operator: WorkflowService) -> None:
    answer = operator.call("GET", "reconcile")

    assert answer.status == 405
    assert answer.headers["Allow"] == "POST"


@pytest.mark.usefixtures("without_grace")
def test_what_has_no_owner_is_released(application: Application, operator: WorkflowService) -> None:
    before = application.inventory()
    _leave_behind(application)

    planned = operator.call("POST", "reconcile", dry_run="true")
    done = operator.call("POST", "reconcile")

    assert _found(planned.body) == {("EndLease", "PLANNED"), ("DestroyKeys", "PLANNED")}
    assert _found(done.body) == {("EndLease", "MENDED"), ("DestroyKeys", "MENDED")}
    assert application.left_since(before) == frozenset()


@pytest.mark.usefixtures("without_grace", "without_events")
def test_lost_events_are_made_up_for(application: Application, operator: WorkflowService) -> None:
    application.client.post(**IDS, include_lustre="false")
    application.wait_for("CREATE_COMPLETE", **IDS)
    unheard = _listed(application)

    answer = operator.call("POST", "reconcile")

    assert unheard == "CREATE_IN_PROGRESS"
    assert _found(answer.body) == {("FollowStack", "MENDED")}
    assert _listed(application) == "CREATE_COMPLETE"
    application.client.delete(**IDS)
    application.wait_until_gone(**IDS)


@pytest.mark.usefixtures("without_grace")
def test_a_cluster_whose_stack_left_it_behind_is_deleted(
    application: Application, operator: WorkflowService
) -> None:
    before = application.inventory()
    application.client.post(**IDS, include_lustre="false")
    name = application.wait_for("CREATE_COMPLETE", **IDS)["clusterName"]
    _have_the_stack_retain_its_cluster(application, name)
    application.client.delete(**IDS)
    application.wait_until_gone(**IDS)
    application.wait_until_stack_is_gone(name.replace("pcluster-", "hpc-", 1))

    answer = operator.call("POST", "reconcile")

    assert _found(answer.body) == {("DeleteCluster", "MENDED")}
    assert application.left_since(before) == frozenset()


def test_the_schedule_s_pass_is_logged_and_counted(application: Application) -> None:
    name = application.function("Provisioner-ReconcilerFunction")

    answer = application.service("lambda").invoke(
        FunctionName=name,
        Payload=json.dumps({"source": "aws.events", "detail-type": "Scheduled Event"}),
    )

    assert "FunctionError" not in answer
    lines = _logged(application, name)
    [*_, reconciled] = [line for line in lines if line.get("message") == "reconciled"]
    assert reconciled["complete"]
    assert any("ReconcilerRepairs" in line and "_aws" in line for line in lines)


def _found(body: Any) -> set[tuple[str, str]]:
    return {(each["kind"], each["result"]) for each in body["discrepancies"]}


def _listed(application: Application) -> str:
    [cluster] = [
        cluster
        for cluster in application.client.get(vlab_id=IDS["vlab_id"]).body["clusters"]
        if cluster["project_id"] == IDS["project_id"]
    ]
    return str(cluster["clusterStatus"])


def _leave_behind(application: Application) -> None:
    """What requests leave that nobody finishes: a lease, a key pair and a secret."""
    name = "pcluster-lab-gone-0a1b2c3d"
    subnet = application.service("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    application.service("dynamodb").put_item(
        TableName=application.deployment.registry_table,
        Item={
            "kind": {"S": "lease"},
            "id": {"S": subnet},
            "holder": {"S": "lab/gone"},
            "creation": {"S": "00000000"},
        },
    )
    application.service("ec2").create_key_pair(KeyName=f"{name}-00000000-sim", KeyType="ed25519")
    application.service("secretsmanager").create_secret(
        Name=f"hpc/{name}/00000000/admin", SecretString="x"
    )


def _have_the_stack_retain_its_cluster(application: Application, cluster: str) -> None:
    cloudformation = application.service("cloudformation")
    [stack] = [
        stack
        for stack in cloudformation.describe_stacks()["Stacks"]
        if stack["StackName"].startswith(cluster.replace("pcluster-", "hpc-", 1))
    ]
    template = cloudformation.get_template(StackName=stack["StackId"])["TemplateBody"]
    document = template if isinstance(template, dict) else json.loads(template)
    for resource in document["Resources"].values():
        if resource["Type"] == "Custom::ParallelCluster":
            resource["DeletionPolicy"] = "Retain"
    cloudformation.update_stack(
        StackName=stack["StackId"],
        TemplateBody=json.dumps(document),
        Parameters=[
            {"ParameterKey": each["ParameterKey"], "UsePreviousValue": True}
            for each in stack["Parameters"]
        ],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    application.wait_for("CREATE_COMPLETE", **IDS)


def _logged(application: Application, function: str) -> list[dict[str, Any]]:
    group = application.service("lambda").get_function_configuration(FunctionName=function)[
        "LoggingConfig"
    ]["LogGroup"]
    events = application.service("logs").filter_log_events(logGroupName=group)["events"]
    texts = [event["message"] for event in events]
    return [json.loads(text) for text in texts if text.startswith("{")]
