"""Many requests at once: each project one cluster, each subnet one holder, nothing leaks."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from cluster_api.clock import SystemClock
from cluster_api.errors import NoFreeSubnet
from cluster_api.model import Project, Record
from cluster_api.names import cluster_name
from cluster_api_aws import TABLE, Aws, real_world
from cluster_api_fake_world import FakeWorld
from cluster_api_fakes import FakeClock, FakeSubnetPool
from cluster_api_world import LAB, World, request

MANY = 12
FEW = 5
# Threads of one process wait for each other longer than Lambdas do, on a machine that is busy.
PATIENCE = 60.0


@pytest.fixture(params=["fake", "moto"])
def racing(request: pytest.FixtureRequest) -> World:
    if request.param == "fake":
        return FakeWorld(clock=RealTime(), patience_seconds=PATIENCE)
    aws = request.getfixturevalue("emulated")
    return real_world(aws, SystemClock(), patience_seconds=PATIENCE)


class RealTime(FakeClock):
    """A clock for threads: whoever sleeps really waits."""

    def now(self) -> datetime:
        return SystemClock().now()

    def sleep(self, seconds: float) -> None:
        SystemClock().sleep(seconds)


def _create(world: World, project: Project) -> Record | None:
    try:
        return world.clusters.create(request(project))
    except NoFreeSubnet:
        return None


def test_two_posts_of_a_project_are_one_cluster(racing: World) -> None:
    with ThreadPoolExecutor(8) as threads:
        records = list(threads.map(lambda _: racing.clusters.create(request()), range(8)))

    assert len({record.creation for record in records}) == 1
    assert len({record.sim_key_arn for record in records}) == 1
    assert None not in {record.sim_key_arn for record in records}


def test_of_many_projects_as_many_are_admitted_as_there_are_subnets(racing: World) -> None:
    subnets = [f"subnet-{number}" for number in range(FEW)]
    world = World(
        registry=racing.registry,
        keys=racing.keys,
        stacks=racing.stacks,
        subnets=FakeSubnetPool(zones={"us-east-1a": subnets}),
        clock=racing.clock,
        patience_seconds=PATIENCE,
    )
    projects = [Project(vlab_id="lab", project_id=f"p{number}") for number in range(MANY)]

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda project: _create(world, project), projects * 2))

    admitted = {answer.project.id: answer for answer in answers if answer is not None}
    page = world.registry.page(vlab_id=None, after=None, limit=100)
    assert len(admitted) == FEW
    assert {answer.subnet_id for answer in admitted.values()} == set(subnets)
    assert {record.project.id for record in page.records} == set(admitted)
    for project, twice in zip(
        projects, zip(answers[:MANY], answers[MANY:], strict=True), strict=True
    ):
        assert len({each.creation for each in twice if each}) == (project.id in admitted)


def test_nothing_leaks_of_those_that_were_not_admitted(world: FakeWorld) -> None:
    projects = [Project(vlab_id="lab", project_id=f"p{number}") for number in range(MANY)]

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda project: _create(world, project), projects))

    assert len(world.keys.pairs) == 2 * len(world.registry.leases) == 4
    world.assert_consistent()


def test_two_containers_make_one_cluster(emulated: Aws) -> None:
    worlds = [real_world(emulated, SystemClock(), patience_seconds=PATIENCE) for _ in range(2)]

    with ThreadPoolExecutor(2) as threads:
        records = list(threads.map(lambda each: each.clusters.create(request()), worlds))

    assert records[0].creation == records[1].creation
    pairs = emulated.ec2.describe_key_pairs()["KeyPairs"]
    assert {pair["KeyName"].rsplit("-", 2)[0] for pair in pairs} == {cluster_name(LAB)}
    assert len(pairs) == 2
    assert len(emulated.dynamodb.scan(TableName=TABLE)["Items"]) == 2
