"""What has to hold at every moment, and what at the end, when nothing is under way any more."""

from cluster_api.model import Record, State
from cluster_api.reconciling import Report, Result
from cluster_api_world import GRACE
from cluster_scene import PROJECTS, Scene

_WITH_KEYS = {State.CREATE_IN_PROGRESS, State.CREATE_COMPLETE, State.CREATE_FAILED}


def records_of(scene: Scene) -> tuple[Record, ...]:
    """All records there are."""
    return scene.surroundings.registry.page(vlab_id=None, after=None, limit=100).records


def everything(scene: Scene) -> list[object]:
    """All that a dry run must not change."""
    around = scene.surroundings
    leases = sorted(around.leases.all(), key=lambda lease: lease.subnet_id)
    kept = sorted(around.keys.kept(), key=lambda kept: (kept.cluster_name, kept.keys))
    stacks = sorted(around.driver.summaries(), key=lambda stack: stack.id)
    return [records_of(scene), leases, kept, stacks, list(around.driver.pending())]


def check(scene: Scene) -> None:
    """No subnet with two holders, no holder without a cluster, no key without a record."""
    records = records_of(scene)
    leases = {
        (lease.subnet_id, lease.holder, lease.creation) for lease in scene.surroundings.leases.all()
    }
    _check_leases(records, leases)
    _check_clusters(scene, records, leases)
    _check_keys(scene, records)


def _check_leases(records: tuple[Record, ...], leases: set[tuple[str, str, str]]) -> None:
    users = [
        (record.subnet_id, record.project.id, record.creation)
        for record in records
        if record.subnet_id is not None
    ]
    assert leases == set(users), "each lease has its record, and each record its lease"
    subnets = [subnet for subnet, _, _ in users]
    assert len(subnets) == len(set(subnets)), "no subnet has two holders"


def _check_clusters(
    scene: Scene, records: tuple[Record, ...], leases: set[tuple[str, str, str]]
) -> None:
    subnets = [cluster.subnet_id for cluster in scene.clusters.values()]
    assert len(subnets) == len(set(subnets)), "no two clusters share a subnet"
    known = {record.stack_id: record for record in records}
    for stack_id, cluster in scene.clusters.items():
        lease = (cluster.subnet_id, cluster.project.id, cluster.creation)
        assert lease in leases, "the subnet is held as long as the cluster is there"
        assert stack_id in known, "each cluster has its record, which names its stack"
        assert known[stack_id].sim_public_key == cluster.public_key, "its key is the record's"


def _check_keys(scene: Scene, records: tuple[Record, ...]) -> None:
    kept = {(kept.cluster_name, kept.keys) for kept in scene.surroundings.keys.kept()}
    used = {(record.cluster_name, record.keys) for record in records}
    assert kept <= used, "each key and secret has its record"
    for record in records:
        if record.has_keys and record.state in _WITH_KEYS:
            assert (record.cluster_name, record.keys) in kept, "the keys of a cluster stay"
            assert record.sim_key_arn is not None
            promised = scene.promised.get((record.project.id, record.keys))
            secret = scene.surroundings.secret(record.sim_key_arn)
            assert promised in {None, (record.sim_key_arn, secret)}, "a key that was given stays"


def check_end(scene: Scene) -> None:
    """Left alone, all comes to agree; deleted, nothing is left but history."""
    _finish(scene)
    for _ in range(3):
        scene.sleep(GRACE.total_seconds() + 60)
        scene.reconcile()
        check(scene)
        _finish(scene)
    scene.sleep(GRACE.total_seconds() + 60)
    _check_settled(scene, scene.reconcile(dry_run=True))
    for _ in range(3):
        for project in PROJECTS:
            scene.call("DELETE", project)
        check(scene)
        _finish(scene)
    _check_nothing_left(scene)


def _finish(scene: Scene) -> None:
    """CloudFormation, FSx and workflows come to their ends, all goes well, and no event arrives."""
    scratch = scene.scratch
    while True:
        if pending := scene.surroundings.driver.pending():
            scene.go_on(pending[0], well=True)
        elif active := scratch.active():
            scratch.end_task(active[0], well=True)
        elif running := scratch.workflows.running:
            scene.step(running[0])
            scene.sleep(30)
        else:
            return
        check(scene)


def _check_settled(scene: Scene, report: Report | None) -> None:
    assert report is not None
    assert report.complete
    # What could not be deleted of a failed creation may be a cluster: it keeps its subnet, and an
    # operator is told. POST says that DELETE helps.
    left = {
        record.project.id for record in records_of(scene) if _could_not_roll_back(scene, record)
    }
    assert {each.subject for each in report.outcomes} == left
    assert {each.result for each in report.outcomes} <= {Result.FOR_AN_OPERATOR}


def _could_not_roll_back(scene: Scene, record: Record) -> bool:
    stack = scene.surroundings.driver.find(record.stack)
    failed = stack is not None and stack.status in {"ROLLBACK_FAILED", "DELETE_FAILED"}
    return failed and record.state is State.CREATE_FAILED and record.subnet_id is not None


def _check_nothing_left(scene: Scene) -> None:
    for project in PROJECTS:
        answer = scene.call("DELETE", project)
        assert answer is not None
        assert answer.status == 404
    assert records_of(scene) == ()
    assert scene.surroundings.leases.all() == []
    assert list(scene.surroundings.keys.kept()) == []
    assert list(scene.surroundings.driver.summaries()) == []
    assert scene.clusters == {}
