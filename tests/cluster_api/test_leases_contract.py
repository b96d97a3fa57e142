"""What any leases do; the fake and DynamoDB (under moto) pass the same."""

from dataclasses import replace

import pytest

from cluster_api.aws.leases import DynamoLeases
from cluster_api.errors import RecordChanged
from cluster_api.model import Project
from cluster_api.ports import Leases, Registry
from cluster_api_aws import TABLE, Aws, real_world
from cluster_api_fakes import FakeClock
from cluster_api_world import LAB, record_of

OTHER = Project(vlab_id="lab", project_id="other")


def test_an_admission_is_a_lease(registry: Registry, leases: Leases) -> None:
    admitted = registry.admit(record_of(), None)

    (lease,) = leases.all()

    assert (lease.subnet_id, lease.holder, lease.creation) == ("subnet-1", LAB.id, "11111111")
    assert lease.since == admitted.created_at


def test_an_ended_lease_is_gone_and_ending_it_again_succeeds(
    registry: Registry, leases: Leases
) -> None:
    registry.admit(record_of(), None)
    (lease,) = leases.all()

    leases.end(lease)
    leases.end(lease)

    assert leases.all() == []


def test_a_lease_that_is_another_s_by_now_is_not_ended(registry: Registry, leases: Leases) -> None:
    admitted = registry.admit(record_of(), None)
    (old,) = leases.all()
    registry.free_subnet(replace(admitted, subnet_id=None), admitted)
    registry.admit(record_of(OTHER), None)

    leases.end(old)

    assert [lease.holder for lease in leases.all()] == [OTHER.id]


def test_a_lost_lease_is_restored(registry: Registry, leases: Leases) -> None:
    admitted = registry.admit(record_of(), None)
    (lease,) = leases.all()
    leases.end(lease)

    leases.restore(admitted)

    assert leases.all() == [lease]


def test_a_lease_is_not_restored_for_a_record_that_changed(
    registry: Registry, leases: Leases
) -> None:
    admitted = registry.admit(record_of(), None)
    registry.free_subnet(replace(admitted, subnet_id=None), admitted)

    with pytest.raises(RecordChanged):
        leases.restore(admitted)

    assert leases.all() == []


def test_a_subnet_that_somebody_holds_is_not_lent_again(registry: Registry, leases: Leases) -> None:
    admitted = registry.admit(record_of(), None)

    with pytest.raises(RecordChanged):
        leases.restore(admitted)

    assert len(leases.all()) == 1


def test_a_lease_of_before_times_were_kept_is_read(emulated: Aws) -> None:
    world = real_world(emulated, FakeClock())
    admitted = world.registry.admit(record_of(), None)
    emulated.dynamodb.update_item(
        TableName=TABLE,
        Key={"kind": {"S": "lease"}, "id": {"S": str(admitted.subnet_id)}},
        UpdateExpression="REMOVE since",
    )

    (lease,) = DynamoLeases(client=emulated.dynamodb, table=TABLE).all()

    assert lease.since is None
