"""The state machine of deletions: a step after the other, and given up in time."""

import json
from typing import Any

import pytest

from cluster_api.export_attempts import DEAD_AFTER
from synthesised import Synthesised, resources

LONGEST_WAIT_SECONDS = 300  # cluster_api.exporting, wait_seconds


@pytest.fixture
def machine(local: Synthesised) -> Any:
    [machine] = [
        it["Properties"]
        for id_, it in resources(
            local.stacks()["Provisioner"], "AWS::StepFunctions::StateMachine"
        ).items()
        if id_.startswith("Deletions")
    ]
    return machine


@pytest.fixture
def states(machine: Any) -> Any:
    separator, parts = machine["DefinitionString"]["Fn::Join"]
    text = separator.join(part if isinstance(part, str) else "token" for part in parts)
    return json.loads(text)["States"]


def test_it_takes_steps_until_one_says_that_it_is_done(states: Any) -> None:
    [choice] = states["IsDone"]["Choices"]

    assert states["Step"]["Next"] == "IsDone"
    assert (choice["Variable"], choice["BooleanEquals"], choice["Next"]) == ("$.done", True, "Done")
    assert states["IsDone"]["Default"] == "Wait"
    assert (states["Wait"]["SecondsPath"], states["Wait"]["Next"]) == ("$.wait_seconds", "Step")
    assert states["Done"]["Type"] == "Succeed"


def test_a_step_that_fails_again_and_again_has_the_deletion_given_up_once(states: Any) -> None:
    [caught] = states["Step"]["Catch"]

    assert (caught["ErrorEquals"], caught["ResultPath"]) == (["States.ALL"], "$.failure")
    assert caught["Next"] == "GiveUp"
    assert states["GiveUp"]["End"]
    assert states["GiveUp"]["Resource"] == states["Step"]["Resource"]
    assert "Retry" not in states["GiveUp"]


def test_it_gives_up_long_before_the_reconciler_takes_it_for_dead(
    states: Any, local: Synthesised
) -> None:
    [retry] = states["Step"]["Retry"]
    [function] = [
        it["Properties"]
        for id_, it in resources(local.stacks()["Provisioner"], "AWS::Lambda::Function").items()
        if id_.startswith("DeletionsFunction")
    ]
    waits = sum(
        retry["IntervalSeconds"] * retry["BackoffRate"] ** number
        for number in range(retry["MaxAttempts"])
    )
    tries = (retry["MaxAttempts"] + 2) * function["Timeout"]

    assert retry["ErrorEquals"] == ["States.ALL"]
    assert LONGEST_WAIT_SECONDS + waits + tries < DEAD_AFTER.total_seconds() * 2 / 3


def test_it_is_traced_and_logs_each_state_without_what_it_is_given(machine: Any) -> None:
    logging = machine["LoggingConfiguration"]

    assert machine["TracingConfiguration"] == {"Enabled": True}
    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ALL", False)
