"""A pool of which hardly a subnet is free: nobody is sent away while there is one."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import pytest

from cluster_api.errors import NoFreeSubnet
from cluster_api.model import Project, Record
from cluster_api.ports import Look
from cluster_api.service import SUBNETS_PER_LOOK
from cluster_api_fake_world import FakeWorld
from cluster_api_fakes import FakeRegistry, FakeSubnetPool
from cluster_api_world import LAB, record_of, request

POOL = [f"subnet-{number:03}" for number in range(185)]
OTHER = Project(vlab_id="lab", project_id="other")


@dataclass
class Meddled(FakeRegistry):
    """A registry that somebody else writes to at the worst moments, once each."""

    between_record_and_leases: Callable[[], object] | None = None
    before_admission: Callable[[str], object] | None = None
    looks: int = field(default=0)

    def look(self, project: Project, subnets: Sequence[str]) -> Look:
        """BatchGetItem is no snapshot: here the record is always read first."""
        self.looks += 1
        record = self.find(project)
        meddle, self.between_record_and_leases = self.between_record_and_leases, None
        if meddle is not None:
            meddle()
        return replace(super().look(project, subnets), record=record)

    def admit(self, record: Record, replacing: Record | None) -> Record:
        meddle, self.before_admission = self.before_admission, None
        if meddle is not None:
            meddle(str(record.subnet_id))
        return super().admit(record, replacing)

    def take(self, subnet: str) -> None:
        """Somebody holds the subnet."""
        self.leases[subnet] = (OTHER.id, "22222222")


@pytest.fixture
def registry() -> Meddled:
    return Meddled()


@pytest.fixture
def small_world(registry: Meddled) -> FakeWorld:
    """One look is enough for its pool."""
    return FakeWorld(registry=registry, subnets=FakeSubnetPool(zones={"us-east-1a": POOL[:50]}))


@pytest.fixture
def world(registry: Meddled) -> FakeWorld:
    return FakeWorld(registry=registry, subnets=FakeSubnetPool(zones={"us-east-1a": POOL}))


def _take_all_but(registry: Meddled, *free: str) -> None:
    for subnet in POOL:
        if subnet not in free:
            registry.take(subnet)


@pytest.mark.parametrize("free", [POOL[0], POOL[99], POOL[-1]])
def test_the_last_free_subnet_is_found_wherever_it_is_drawn(
    world: FakeWorld, registry: Meddled, free: str
) -> None:
    _take_all_but(registry, free)

    for number in range(20):
        project = Project(vlab_id="lab", project_id=f"p{number}")
        assert world.clusters.create(request(project)).subnet_id == free
        del registry.leases[free]

    assert registry.looks > 20  # it was among the first 99 sometimes, and sometimes not


def test_who_loses_the_last_but_one_subnet_gets_the_last(
    world: FakeWorld, registry: Meddled
) -> None:
    one, other = POOL[3], POOL[180]
    _take_all_but(registry, one, other)
    lost = []
    registry.before_admission = lambda subnet: (lost.append(subnet), registry.take(subnet))

    record = world.clusters.create(request())

    assert {record.subnet_id, *lost} == {one, other}


def test_who_loses_the_last_subnet_gets_another_that_was_freed_meanwhile(
    world: FakeWorld, registry: Meddled
) -> None:
    last, freed = POOL[3], POOL[180]
    _take_all_but(registry, last)
    registry.before_admission = lambda subnet: (registry.take(subnet), registry.leases.pop(freed))

    assert world.clusters.create(request()).subnet_id == freed


def test_who_loses_the_last_subnet_for_good_is_sent_away_with_nothing_left(
    world: FakeWorld, registry: Meddled
) -> None:
    _take_all_but(registry, POOL[3])
    registry.before_admission = registry.take

    with pytest.raises(NoFreeSubnet, match="None of the 185 subnets"):
        world.clusters.create(request())

    assert registry.clusters == {}
    assert world.keys.pairs == set()


def test_who_looks_while_its_twin_takes_the_last_subnet_gets_the_twins_answer(
    small_world: FakeWorld, registry: Meddled
) -> None:
    twin = record_of(subnet_id=POOL[3])
    _take_all_but(registry, POOL[3])

    def admit_the_twin() -> None:
        small_world.clusters.launcher.build(registry.admit(twin, None))

    registry.between_record_and_leases = admit_the_twin

    answer = small_world.call("POST", vlab_id=LAB.vlab_id, project_id=LAB.project_id)

    assert answer.status == 200
    assert registry.clusters[LAB.id].creation == twin.creation


def test_who_looks_while_its_twin_tries_again_in_the_last_subnet_gets_the_twins_answer(
    small_world: FakeWorld, registry: Meddled
) -> None:
    small_world.call("POST", vlab_id=LAB.vlab_id, project_id=LAB.project_id)
    small_world.creation_fails()
    _take_all_but(registry, POOL[3])
    twins = []

    def try_again() -> None:
        twins.append(small_world.call("POST", vlab_id=LAB.vlab_id, project_id=LAB.project_id))

    registry.between_record_and_leases = try_again

    answer = small_world.call("POST", vlab_id=LAB.vlab_id, project_id=LAB.project_id)

    assert [answer] == twins
    assert answer.status == 200


def test_of_a_crowd_as_many_are_admitted_as_there_are_subnets_left(
    world: FakeWorld, registry: Meddled
) -> None:
    free = {POOL[0], POOL[1], POOL[SUBNETS_PER_LOOK], POOL[-1]}
    _take_all_but(registry, *free)
    projects = [Project(vlab_id="lab", project_id=f"p{number}") for number in range(24)]

    def create(project: Project) -> str | None:
        try:
            return world.clusters.create(request(project)).subnet_id
        except NoFreeSubnet:
            return None

    with ThreadPoolExecutor(24) as threads:
        held = list(threads.map(create, projects))

    assert sorted(filter(None, held)) == sorted(free)
