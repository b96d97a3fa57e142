"""What leads from the registry to the event bus, and who may do what on that way."""

from typing import Any

import pytest

from cdk_app import cluster_events
from cluster_api.aws import event_bus
from synthesised import Synthesised, Template, resources, the_resource


@pytest.fixture
def provisioner(environment: Synthesised) -> Template:
    return environment.stacks()["Provisioner"]


def statements(template: Template) -> list[dict[str, Any]]:
    """What the function's role may."""
    [policy] = [
        policy
        for id_, policy in resources(template, "AWS::IAM::Policy").items()
        if id_.startswith("ClusterEventsFunction")
    ]
    return list(policy["Properties"]["PolicyDocument"]["Statement"])


def actions(statement: dict[str, Any]) -> set[str]:
    found = statement["Action"]
    return set(found if isinstance(found, list) else [found])


def test_the_function_puts_our_events_on_our_bus_reads_the_stream_and_nothing_else(
    provisioner: Template,
) -> None:
    [bus] = resources(provisioner, "AWS::Events::EventBus")
    [queue] = resources(provisioner, "AWS::SQS::Queue")
    [table] = resources(provisioner, "AWS::DynamoDB::Table")
    of_no_resource, logs, put, decrypt, send, read = statements(provisioner)

    assert actions(logs) == {"logs:CreateLogStream", "logs:PutLogEvents"}
    assert actions(put) == {"events:PutEvents"}
    assert put["Resource"] == {"Fn::GetAtt": [bus, "Arn"]}
    assert put["Condition"]["StringEquals"] == {
        "events:source": "hpc-provisioner",
        "events:detail-type": "HPC Cluster State Change",
    }
    assert actions(decrypt) == {"kms:Decrypt", "kms:DescribeKey"}
    assert "sqs:SendMessage" in actions(send)
    assert send["Resource"] == {"Fn::GetAtt": [queue, "Arn"]}
    assert actions(of_no_resource) == {
        "dynamodb:ListStreams",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
    }
    assert actions(read) == {
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
    }
    assert read["Resource"] == {"Fn::GetAtt": [table, "StreamArn"]}


def test_a_change_is_tried_again_but_not_for_ever(provisioner: Template) -> None:
    mapping = the_resource(provisioner, "AWS::Lambda::EventSourceMapping")["Properties"]
    [queue] = resources(provisioner, "AWS::SQS::Queue")

    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    assert 0 < mapping["MaximumRetryAttempts"] < 10000
    assert 60 <= mapping["MaximumRecordAgeInSeconds"] < 24 * 60 * 60
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == {
        "Fn::GetAtt": [queue, "Arn"]
    }


def test_changes_of_one_cluster_are_told_one_after_the_other(provisioner: Template) -> None:
    mapping = the_resource(provisioner, "AWS::Lambda::EventSourceMapping")["Properties"]

    assert mapping.get("ParallelizationFactor", 1) == 1


def test_the_stream_has_the_record_before_and_after(provisioner: Template) -> None:
    table = the_resource(provisioner, "AWS::DynamoDB::Table")["Properties"]

    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}


def test_no_other_account_is_let_onto_the_bus(provisioner: Template) -> None:
    bus = the_resource(provisioner, "AWS::Events::EventBus")["Properties"]

    assert "Policy" not in bus
    assert resources(provisioner, "AWS::Events::EventBusPolicy") == {}


def test_the_bus_is_named_in_the_outputs(provisioner: Template) -> None:
    [(id_, bus)] = resources(provisioner, "AWS::Events::EventBus").items()

    assert bus["Properties"]["Name"] == "hpc-provisioner"
    assert provisioner["Outputs"]["EventBus"]["Value"] == {"Ref": id_}


def test_what_the_role_may_put_is_what_the_function_puts() -> None:
    assert cluster_events.SOURCE == event_bus.SOURCE
    assert cluster_events.DETAIL_TYPE == event_bus.DETAIL_TYPE
