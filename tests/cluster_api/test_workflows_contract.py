"""What any workflows do; the fake and Step Functions (under moto) pass the same."""

import json
from collections.abc import Callable
from dataclasses import asdict

import boto3
import pytest

from cluster_api.aws.workflows import StateMachine
from cluster_api.export_attempts import Order, begin_export, order_of, take_up
from cluster_api.export_ports import Workflows
from cluster_api.model import Record
from cluster_api_aws import Aws
from cluster_api_fake_data import FakeWorkflows
from cluster_api_fakes import FakeClock
from cluster_api_world import record_of

NOW = FakeClock().now()
Orders = Callable[[], dict[str, Order]]


@pytest.fixture(params=["fake", "moto"])
def either(request: pytest.FixtureRequest) -> tuple[Workflows, Orders]:
    if request.param == "fake":
        fake = FakeWorkflows()
        return fake, lambda: fake.orders
    request.getfixturevalue("emulated")
    return _state_machine()


def _state_machine() -> tuple[Workflows, Orders]:
    client = boto3.client("stepfunctions")
    machine = client.create_state_machine(
        name="deletion",
        definition=json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}),
        roleArn="arn:aws:iam::123456789012:role/workflow",
    )["stateMachineArn"]

    def orders() -> dict[str, Order]:
        listed = client.list_executions(stateMachineArn=machine)["executions"]
        inputs = {
            each["name"]: client.describe_execution(executionArn=each["executionArn"])["input"]
            for each in listed
        }
        return {name: Order(**json.loads(text)) for name, text in inputs.items()}

    return StateMachine(client=lambda: client, state_machine_arn=machine), orders


def exporting() -> Record:
    return begin_export(record_of(), NOW)


def test_an_execution_is_told_what_it_is_for(either: tuple[Workflows, Orders]) -> None:
    workflows, orders = either
    record = exporting()

    workflows.begin(record)

    assert record.export is not None
    order = order_of(record, record.export)
    assert orders() == {"11111111-00000000-1": order}
    assert asdict(order)["project_id"] == "project"


def test_the_same_again_begins_nothing_new(either: tuple[Workflows, Orders]) -> None:
    workflows, orders = either

    workflows.begin(exporting())
    workflows.begin(exporting())

    assert len(orders()) == 1


def test_who_takes_up_an_export_begins_another(either: tuple[Workflows, Orders]) -> None:
    workflows, orders = either
    record = exporting()
    assert record.export is not None
    workflows.begin(record)

    workflows.begin(take_up(record, record.export, NOW))

    assert set(orders()) == {"11111111-00000000-1", "11111111-00000000-2"}


def test_what_has_nothing_to_export_has_no_workflow(emulated: Aws) -> None:
    workflows, _ = _state_machine()

    with pytest.raises(ValueError, match="nothing to export"):
        workflows.begin(record_of())
