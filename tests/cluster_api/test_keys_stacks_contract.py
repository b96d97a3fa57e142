"""What any keys, stacks and pool do; the fakes and the adapters (under moto) pass the same."""

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_ssh_private_key,
)

from cluster_api.errors import StackRefused
from cluster_api.model import Launch, Record
from cluster_api.ports import Keys, Stacks, SubnetPool
from cluster_api_aws import Aws
from cluster_api_world import BASE_URL, SUBNETS, World, record_of

LAUNCH = Launch(
    stack_name="hpc-lab-project-0a1b2c3d-11111111",
    template_url=f"{BASE_URL}l.json",
    token="11111111",
    parameters=dict.fromkeys(
        [
            "ClusterName",
            "VlabId",
            "ProjectId",
            "Creation",
            "SubnetId",
            "AdminKeyName",
            "SimPublicKey",
            "Token",
        ],
        "x",
    ),
    tags={"hpc:creation": "11111111"},
)


def test_made_keys_have_two_secrets_and_a_public_key(keys: Keys) -> None:
    made = keys.make(record_of())

    assert made.admin_key_arn != made.sim_key_arn
    assert made.sim_public_key.startswith("ssh-ed25519 AAAA")


def test_keys_are_made_anew_after_a_death(keys: Keys) -> None:
    first = keys.make(record_of())

    second = keys.make(record_of())

    assert second.sim_public_key != first.sim_public_key
    assert second.sim_key_arn == first.sim_key_arn


def test_keys_are_destroyed_as_often_as_it_is_asked(keys: Keys) -> None:
    keys.make(record_of())

    _destroy(keys, record_of())
    _destroy(keys, record_of())

    assert keys.make(record_of()).sim_key_arn


def test_the_secret_of_sim_is_a_key_that_fits_the_public_one(aws: World, emulated: Aws) -> None:
    made = aws.keys.make(record_of())

    secret = emulated.secrets_manager.get_secret_value(SecretId=made.sim_key_arn)["SecretString"]

    key = load_ssh_private_key(secret.encode(), password=None).public_key()
    assert key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode() == made.sim_public_key


def test_nothing_is_left_of_destroyed_keys(aws: World, emulated: Aws) -> None:
    aws.keys.make(record_of())

    _destroy(aws.keys, record_of())

    assert emulated.ec2.describe_key_pairs()["KeyPairs"] == []
    secrets = emulated.secrets_manager.list_secrets()["SecretList"]
    assert secrets == []


def test_made_keys_are_kept_until_they_are_destroyed(keys: Keys) -> None:
    before = keys.kept()
    record = record_of()
    keys.make(record)

    (kept,) = keys.kept()
    _destroy(keys, record)

    assert (kept.cluster_name, kept.keys) == (record.cluster_name, record.keys)
    assert kept.newest_at.tzinfo is not None
    assert before == keys.kept() == []


def test_a_secret_whose_key_pair_is_gone_is_kept_all_the_same(aws: World, emulated: Aws) -> None:
    aws.keys.make(record_of())
    for pair in emulated.ec2.describe_key_pairs()["KeyPairs"]:
        emulated.ec2.delete_key_pair(KeyName=pair["KeyName"])

    (kept,) = aws.keys.kept()

    assert kept.keys == record_of().keys


def test_keys_of_others_are_not_seen(aws: World, emulated: Aws) -> None:
    emulated.ec2.create_key_pair(KeyName="pcluster-of-somebody-else")
    emulated.secrets_manager.create_secret(Name="hpc/pcluster-x/password", SecretString="x")

    assert aws.keys.kept() == []


def _destroy(keys: Keys, record: Record) -> None:
    keys.destroy(record.cluster_name, record.keys)


def test_there_is_no_stack_before_it_is_launched(stacks: Stacks) -> None:
    assert stacks.find(LAUNCH.stack_name) is None


def test_a_launched_stack_is_found_by_name_and_id(stacks: Stacks) -> None:
    stacks.launch(LAUNCH)

    named = stacks.find(LAUNCH.stack_name)

    assert named is not None
    assert stacks.find(named.id) == named
    assert named.tags == LAUNCH.tags


def test_the_same_launch_again_is_the_same_stack(stacks: Stacks) -> None:
    stacks.launch(LAUNCH)
    first = stacks.find(LAUNCH.stack_name)

    stacks.launch(LAUNCH)

    assert stacks.find(LAUNCH.stack_name) == first


def test_deleting_what_is_not_there_succeeds(stacks: Stacks) -> None:
    stacks.delete(LAUNCH.stack_name)

    assert stacks.find(LAUNCH.stack_name) is None


def test_stacks_that_are_there_are_listed(stacks: Stacks) -> None:
    before = stacks.summaries()
    stacks.launch(LAUNCH)
    launched = stacks.find(LAUNCH.stack_name)
    assert launched is not None

    (summary,) = stacks.summaries()

    assert before == []
    assert (summary.id, summary.name, summary.status) == (
        launched.id,
        launched.name,
        launched.status,
    )
    assert summary.changed_at.tzinfo is not None


def test_a_stack_is_listed_whatever_its_status_but_deleted(aws: World, emulated: Aws) -> None:
    asked: list[str] = []
    emulated.cloudformation.meta.events.register_first(
        "provide-client-params.cloudformation.ListStacks",
        lambda params, **_: asked.extend(params["StackStatusFilter"]),
        unique_id="asked",
    )

    aws.stacks.summaries()

    emulated.cloudformation.meta.events.unregister(
        "provide-client-params.cloudformation.ListStacks", unique_id="asked"
    )
    every = emulated.cloudformation.meta.service_model.shape_for("StackStatus").enum
    assert {*asked} == {*every} - {"DELETE_COMPLETE"}


def test_events_are_in_their_order(aws: World) -> None:
    aws.stacks.launch(LAUNCH)
    stack = aws.stacks.find(LAUNCH.stack_name)
    assert stack is not None

    events = aws.stacks.events(stack.id)

    assert events[0].status == "CREATE_IN_PROGRESS"
    assert events[-1].status == "CREATE_COMPLETE"
    assert (events[-1].resource, events[-1].type) == (stack.name, "AWS::CloudFormation::Stack")
    assert events[0].at <= events[-1].at


def test_a_template_that_is_not_there_is_refused(aws: World) -> None:
    wrong = Launch(
        stack_name="hpc-x",
        template_url=f"{BASE_URL}l.json",
        token="1",
        parameters={},
        tags={},
    )

    with pytest.raises(StackRefused):
        aws.stacks.launch(wrong)


def test_a_pool_gives_the_subnets_of_the_zones(subnets: SubnetPool) -> None:
    assert set(subnets.subnets(["us-east-1a"])) == {"subnet-1", "subnet-2"}
    assert set(subnets.subnets(["us-east-1b", "us-east-1c"])) == {"subnet-3"}


def test_a_pool_gives_all_its_subnets_by_zone(subnets: SubnetPool) -> None:
    by_zone = subnets.by_zone()

    assert {zone: sorted(each) for zone, each in by_zone.items()} == SUBNETS
