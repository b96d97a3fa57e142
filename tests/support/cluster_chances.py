"""What is drawn of all that can happen, and how often."""

from hypothesis import strategies as st

from cluster_acts import (
    Delete,
    DeleteByHand,
    DryRun,
    Event,
    Get,
    GoOn,
    GoOnToTheEnd,
    List,
    Post,
    Reconcile,
    Repeat,
    Sleep,
    TaskEnds,
    WorkflowDies,
    WorkflowGoesOn,
)
from cluster_beginnings import Beginning
from cluster_scene import PROJECTS
from cluster_strikes import Strike
from interruptions import Fault

# A POST makes five calls of ports, and about ten when it is undone.
CALLS_OF_NEW_POST = 5
CALLS_OF_POST = 10
_FEW_CALLS = 5
CALLS_OF_STEP = 8
# Longer than a claim lives, than CloudFormation takes, than the reconciler's grace.
_SECONDS = (1, 5, 30, 600, 6000)
# A function that is stopped after 15 s meets no more than this.
_SECONDS_WITHIN = (1, 4)

_projects = st.sampled_from(PROJECTS)
_numbers = st.integers(0, 7)
beginnings = st.tuples(*(st.sampled_from((Beginning.NOTHING, *Beginning)) for _ in PROJECTS))
# Mostly the same, so that a repeated POST is one.
posts = st.builds(
    Post,
    _projects,
    st.sampled_from(("debug", "debug", "debug", "prod")),
    st.sampled_from((True, True, True, False)),
)
gets = st.builds(Get, _projects)
lists = st.builds(List, st.sampled_from((None, "a", "a-b")))
deletes = st.builds(Delete, _projects, st.sampled_from((False, False, False, False, True)))
steps = st.builds(WorkflowGoesOn, st.integers(0, 3))
workflow_ends = st.builds(WorkflowDies, st.integers(0, 3))
task_ends = st.builds(TaskEnds, st.integers(0, 3), st.sampled_from((True, True, True, False)))
going_on = st.builds(GoOn, st.integers(0, 3), st.sampled_from((True, True, True, False)))
going_on_to_the_end = st.builds(GoOnToTheEnd, st.integers(0, 3))
deleting_by_hand = st.builds(DeleteByHand, _numbers)
repeats = st.builds(Repeat, _numbers)
events = st.builds(Event, _numbers)
reconciling = st.builds(Reconcile, st.sampled_from((0, 6000, 6000)))
sleeps = st.builds(Sleep, st.sampled_from(_SECONDS))

# Who meets a request is mostly another one for the same project.
_rivals = st.one_of(
    st.just(Delete(None)),
    st.just(Delete(None)),
    st.just(Post(None, "debug", include_lustre=True)),
    st.just(Post(None, "debug", include_lustre=True)),
    posts,
    deletes,
    going_on,
    going_on,
    repeats,
    events,
    steps,
    task_ends,
    st.builds(Sleep, st.sampled_from(_SECONDS_WITHIN)),
    st.just(Reconcile(0)),
)


def faults(last_call: int) -> st.SearchStrategy[Strike]:
    """Something goes wrong at one of the calls up to this one."""
    return st.tuples(st.integers(0, last_call), st.sampled_from(Fault))


def races(last_call: int) -> st.SearchStrategy[Strike]:
    """Somebody else does something right before one of the calls up to this one."""
    return st.tuples(st.integers(0, last_call), _rivals)


# Most of what happens makes few calls.
strikes = st.none() | faults(_FEW_CALLS) | races(_FEW_CALLS)
looks = gets | lists | st.just(DryRun())
