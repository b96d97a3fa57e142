"""Any record that the registry may hold, for hypothesis."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from cluster_api.lustre import Export, Forced, Scratch, TaskState, Transfer
from cluster_api.model import Failure, HeadNode, Project, Record, State
from cluster_api.names import cluster_name, stack_name
from cluster_api.users import User

IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", fullmatch=True)
CREATIONS = st.from_regex(r"[0-9a-f]{8}", fullmatch=True)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC))
# Few characters, but what JSON escapes is among them: all of Unicode takes seconds to prepare.
TEXTS = st.text(alphabet='aB7-/"\\ \n\x00é☃', min_size=1, max_size=8)
HEAD_NODES = st.builds(
    HeadNode,
    instance_id=TEXTS,
    instance_type=TEXTS,
    launch_time=TEXTS,
    private_ip_address=TEXTS,
    state=TEXTS,
)
SCRATCHES = st.builds(Scratch, file_system_id=TEXTS, association_id=TEXTS)
TRANSFERS = st.builds(
    Transfer,
    path=TEXTS,
    task_id=TEXTS,
    state=st.sampled_from(TaskState),
    files_total=st.integers(0, 2**40),
    files_done=st.integers(0, 2**40),
    files_failed=st.integers(0, 2**40),
    started_at=st.none() | MOMENTS,
    ended_at=st.none() | MOMENTS,
)
USERS = st.builds(User, name=TEXTS, uid=st.integers(10000, 59999), public_key=TEXTS)
EXPORTS = st.builds(
    Export,
    attempt=CREATIONS,
    begun_at=MOMENTS,
    checked_at=MOMENTS,
    run=st.integers(1, 9),
    stack_told=st.booleans(),
    forced=st.none() | st.builds(Forced, by=TEXTS, at=MOMENTS),
    transfer=st.none() | TRANSFERS,
    report_path=st.none() | TEXTS,
)


@st.composite
def records(draw: st.DrawFn, project: Project | None = None) -> Record:
    """A record of any state, with or without all that a record may lack."""
    project = project or Project(vlab_id=draw(IDS), project_id=draw(IDS))
    name, creation = cluster_name(project), draw(CREATIONS)
    return Record(
        project=project,
        cluster_name=name,
        tier=draw(TEXTS),
        include_lustre=draw(st.booleans()),
        benchmark=draw(st.booleans()),
        lustre_capacity_gib=draw(st.none() | st.integers(1200, 100_800)),
        lustre_throughput_mb_s_per_tib=draw(st.none() | st.integers(125, 1000)),
        users=tuple(draw(st.lists(USERS, max_size=2))),
        state=draw(st.sampled_from(State)),
        creation=creation,
        keys=creation,
        stack_name=stack_name(name, creation),
        created_at=draw(MOMENTS),
        updated_at=draw(MOMENTS),
        claimed_until=draw(st.integers(0, 2**31)),
        revision=draw(st.integers(1, 1000)),
        admin_key_arn=draw(st.none() | TEXTS),
        sim_key_arn=draw(st.none() | TEXTS),
        sim_public_key=draw(st.none() | TEXTS),
        cluster_stack_arn=draw(st.none() | TEXTS),
        version=draw(st.none() | TEXTS),
        head_node=draw(st.none() | HEAD_NODES),
        slurm_rest_url=draw(st.none() | TEXTS),
        slurm_rest_certificate_sha256=draw(st.none() | TEXTS),
        fsx_id=draw(st.none() | TEXTS),
        was_complete=draw(st.booleans()),
        scratch=draw(st.none() | SCRATCHES),
        export=draw(st.none() | EXPORTS),
        imports=tuple(draw(st.lists(TRANSFERS, max_size=2))),
        failures=tuple(draw(st.lists(st.builds(Failure, code=TEXTS, reason=TEXTS), max_size=3))),
    )
