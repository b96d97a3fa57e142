"""Whatever runs without anybody waiting for it leaves a letter when it fails for good."""

import copy
import inspect
from typing import Any

import pytest

from asynchronous import asynchronous_functions, without_dead_letters
from cluster_api.aws import directories, owned_clusters
from synthesised import Synthesised, Template, resources

# Without a queue on purpose, and why.
EXEMPT = {
    "CustomVpcRestrictDefaultSGCustomResourceProviderHandler": "CDK's own; it runs while a"
    " deployment of the network waits for its answer, and fails in front of who deploys",
}


def is_exempt(id_: str) -> bool:
    return any(id_.startswith(prefix) for prefix in EXEMPT)


def test_nothing_asynchronous_is_without_a_queue(environment: Synthesised) -> None:
    templates = {**environment.stacks(), **environment.published()}

    missing = {
        (name, id_)
        for name, template in templates.items()
        for id_ in without_dead_letters(template)
        if not is_exempt(id_)
    }

    assert missing == set()


def test_no_exemption_is_dead(environment: Synthesised) -> None:
    found = [
        id_ for template in environment.stacks().values() for id_ in without_dead_letters(template)
    ]

    assert all(any(id_.startswith(prefix) for id_ in found) for prefix in EXEMPT)


@pytest.mark.parametrize(
    ("type_", "property_"),
    [
        ("AWS::Lambda::EventInvokeConfig", "DestinationConfig"),
        ("AWS::Lambda::EventSourceMapping", "DestinationConfig"),
    ],
)
def test_one_that_is_left_out_would_be_noticed(
    environment: Synthesised, type_: str, property_: str
) -> None:
    whole = environment.stacks()["Provisioner"]
    before = without_dead_letters(whole)

    for id_ in resources(whole, type_):
        template = copy.deepcopy(whole)
        del template["Resources"][id_]["Properties"][property_]

        assert len(without_dead_letters(template)) == len(before) + 1


def test_a_rule_whose_target_has_no_queue_would_be_noticed(environment: Synthesised) -> None:
    template = copy.deepcopy(environment.stacks()["Provisioner"])
    rules = resources(template, "AWS::Events::Rule")
    for rule in rules.values():
        for target in rule["Properties"]["Targets"]:
            del target["DeadLetterConfig"]

    assert set(rules) <= set(without_dead_letters(template))


def test_functions_that_call_others_without_waiting_are_those_that_are_known() -> None:
    """`asynchronous.CALLED_BY_FUNCTIONS` says whom they call."""
    callers = [
        module
        for module in (owned_clusters, directories)
        if 'InvocationType="Event"' in inspect.getsource(module)
    ]

    assert callers == [owned_clusters, directories]


def test_who_is_called_by_rules_cloudformation_and_functions_is_found(
    environment: Synthesised,
) -> None:
    found = asynchronous_functions(environment.stacks()["Provisioner"])

    for begins in (
        "Reconciler",
        "StackEvents",
        "AccountingPurge",
        "ClusterProviderOnEvent",
        "ReservationFramework",
        "ScratchGuardFramework",
        "MetadataImportFramework",
    ):
        assert any(id_.startswith(begins) for id_ in found), begins


def queue(template: Template) -> dict[str, Any]:
    [found] = resources(template, "AWS::SQS::Queue").values()
    return dict(found["Properties"])


def test_there_is_one_queue_and_it_is_encrypted_and_wants_tls(environment: Synthesised) -> None:
    template = environment.stacks()["Provisioner"]
    [policy] = resources(template, "AWS::SQS::QueuePolicy").values()

    assert queue(template)["SqsManagedSseEnabled"] is True
    assert queue(template)["MessageRetentionPeriod"] == 14 * 24 * 60 * 60
    statements = policy["Properties"]["PolicyDocument"]["Statement"]
    [deny] = [each for each in statements if each["Effect"] == "Deny"]
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_nobody_but_our_rules_is_let_into_the_queue_by_its_policy(environment: Synthesised) -> None:
    template = environment.stacks()["Provisioner"]
    [policy] = resources(template, "AWS::SQS::QueuePolicy").values()
    statements = policy["Properties"]["PolicyDocument"]["Statement"]

    allowed = [each for each in statements if each["Effect"] == "Allow"]

    rules = resources(template, "AWS::Events::Rule")
    assert {each["Principal"]["Service"] for each in allowed} == {"events.amazonaws.com"}
    assert {
        each["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::GetAtt"][0] for each in allowed
    } == set(rules)


def test_the_alarm_over_all_of_it_looks_at_that_queue(environment: Synthesised) -> None:
    [alarm] = [
        each["Properties"]
        for each in resources(
            environment.stacks()["Observability"], "AWS::CloudWatch::Alarm"
        ).values()
        if each["Properties"]["AlarmName"] == "HpcProvisioner-DeadLetters"
    ]

    assert (alarm["MetricName"], alarm["Threshold"]) == ("ApproximateNumberOfMessagesVisible", 0)
    assert "DeadLettersQueue" in str(alarm["Dimensions"])
