"""The saved queries about clusters ask for fields that lines of our functions really have."""

import json
import re

import pytest

from cdk_app.api_gateway import ACCESS_LOG_FIELDS
from cdk_app.cluster_queries import QUERIES
from cdk_app.saved_queries import query_text
from cluster_api_process import run_functions

# A request, one that dies, and what the reconciler found: by the code that logs them.
CALLS = """
from types import SimpleNamespace
from cluster_api import reconciler
from cluster_api.discrepancies import Survey
from cluster_api.entry_point import entry_point
from cluster_api.gateway import answered
from cluster_api.model import Project
from cluster_api.reconciling import Outcome, Report, Result
from cluster_api.subject import is_about, subject

def about(_):
    is_about(Project(vlab_id="lab", project_id="project"))
    return {}

def dies(_):
    raise RuntimeError("broken")

def found(dry_run):
    is_about(Project(vlab_id="lab", project_id="project"))
    outcome = Outcome(
        kind="EndLease", subject="lab/project", reason="no cluster", result=Result.MENDED,
        explanation="free the subnet", about=subject(),
    )
    seen = Survey(leases=(), keys=(), stacks=(), clusters=(), records=())
    return Report(dry_run=dry_run, complete=True, survey=seen, outcomes=(outcome,))

reconciler._reconciler = SimpleNamespace(reconcile=found)
context = SimpleNamespace(
    function_name="f", memory_limit_in_mb=1, invoked_function_arn="a", aws_request_id="r"
)
event = {"httpMethod": "GET", "path": "/p", "requestContext": {"requestId": "g"}}
entry_point(lambda event, _: answered(event, about))(event, context)
entry_point(lambda event, _: answered(event, dies))(event, context)
entry_point(lambda event, _: reconciler.make_pass(dry_run=True))(event, context)
"""
ENVIRONMENT = {
    "REGISTRY_TABLE": "registry",
    "HISTORY_DAYS": "30",
    "GRACE_MINUTES": "90",
    "CLUSTER_PROVIDER_ARN": "arn:aws:lambda:us-east-1:123456789012:function:provider",
    "DELETION_WORKFLOW_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:deletion",
    "OPERATORS": "[]",
    "LAUNCH_PATH": "/hpc/launch",
    "TIERS": '["debug"]',
}


@pytest.fixture(scope="module")
def logged() -> set[str]:
    """The names of all fields in the lines of functions, and of the gateway."""
    lines = run_functions(CALLS, **ENVIRONMENT).stdout.splitlines()
    return {field for line in lines for field in json.loads(line)} | set(ACCESS_LOG_FIELDS)


@pytest.mark.parametrize("name", QUERIES)
def test_it_asks_for_fields_that_lines_have(name: str, logged: set[str]) -> None:
    text = re.sub(r"\"[^\"]*\"|'[^']*'|/\(.*\)/", "", query_text(QUERIES[name]))
    commands = {"filter", "display", "sort", "limit", "or", "and", "in", "like", "asc"}

    asked = set(re.findall(r"(?<![@\w])[a-zA-Z]\w+", text)) - commands

    assert {"level", "message"} <= asked
    assert asked - logged == set()


def test_a_cluster_s_own_log_groups_are_known_by_their_names() -> None:
    for name in ("What happened to this cluster", "What went wrong with this cluster"):
        assert "@log like" in query_text(QUERIES[name])
