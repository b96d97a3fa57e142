"""Executions of a deletion's workflow: one that was caught failing, and ones of another attempt."""

from dataclasses import replace

import pytest

from cluster_api.model import State
from export_world import ExportWorld


@pytest.fixture
def world() -> ExportWorld:
    return ExportWorld()


def test_what_the_state_machine_has_caught_ends_the_deletion(world: ExportWorld) -> None:
    world.cluster_with_scratch()
    world.until_exporting()
    (name,) = world.workflows.orders

    world.steps.give_up(world.workflows.orders[name])

    assert world.record().state is State.DELETE_FAILED
    assert name in world.record().failures[0].reason
    assert world.repositories.associations["dra-1"].exports_by_itself


def test_an_execution_of_an_earlier_attempt_does_nothing(world: ExportWorld) -> None:
    world.cluster_with_scratch()
    world.until_exporting()
    (order,) = world.workflows.orders.values()
    before = world.record()

    step = world.steps.step(replace(order, attempt="ffffffff"))
    world.steps.give_up(replace(order, run=2))

    assert step.done
    assert world.record() == before
