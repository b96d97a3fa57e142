"""What each role was granted and what the flow used: `build/permissions.md`.

It runs after all other tests that make the application do something (`conftest.py` puts it there).
Run alone it finds unused what those use.
"""

from pathlib import Path

import pytest

from deployed_application import Application
from embedded_aws.permissions import decisions
from tools.deployed_roles import deployed_roles
from tools.permission_usage import Usage, render, usage
from unused_permissions import dead, given, load

REPORT = Path(__file__).parents[2] / "build" / "permissions.md"


@pytest.fixture(scope="module")
def usages(application: Application) -> list[Usage]:
    """Of each role; the report of them is written."""
    roles, names = deployed_roles(application.aws)
    asked = decisions(application.aws.state)
    found = [usage(role, asked) for role in roles]
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(render(found, names=names, reasons=given(load(), found)))
    return found


def test_each_function_s_role_is_in_the_report_and_no_two_functions_share_one(
    application: Application, usages: list[Usage]
) -> None:
    functions = application.service("lambda").list_functions()["Functions"]
    # A cluster that a failed test left behind has a function too, which is ParallelCluster's.
    ours = [each for each in functions if each["FunctionName"].startswith("HpcProvisioner-")]
    used = [function["Role"].rpartition("/")[2] for function in ours]
    roles, _ = deployed_roles(application.aws)
    told = {role.physical_name: role.name for role in roles}

    report = REPORT.read_text()

    assert used
    assert len(used) == len(set(used))
    assert [role for role in used if f"## {told.get(role)}\n" not in report] == []
    assert "## Provisioner/ProjectStacksRole\n" in report


def test_nothing_was_used_that_no_policy_of_the_role_grants(usages: list[Usage]) -> None:
    """A resource's own policy admits none of our roles by itself."""
    assert [(each.role, each.ungranted) for each in usages if each.ungranted] == []


def test_what_was_granted_and_not_used_has_its_reason(usages: list[Usage]) -> None:
    reasons = given(load(), usages)

    unexplained = [
        f"{each.role}: {grant.action}"
        for each in usages
        for grant in each.unused()
        if (each.role, grant.action) not in reasons
    ]

    assert sorted(set(unexplained)) == [], "take it away, or give the reason in the table"


def test_no_reason_is_given_for_what_was_used_or_is_not_granted(usages: list[Usage]) -> None:
    assert list(dead(load(), usages)) == []


def test_nobody_was_refused_anything_but_what_the_flow_wants_refused(usages: list[Usage]) -> None:
    assert [(each.role, each.refused) for each in usages if each.refused] == []


def test_cloudformation_made_projects_stacks_as_their_service_role(usages: list[Usage]) -> None:
    [stacks] = [each for each in usages if each.role == "Provisioner/ProjectStacksRole"]

    used = {grant.action for grant, count in stacks.grants if count}

    assert {
        "elasticfilesystem:CreateAccessPoint",
        "fsx:CreateFileSystem",
        "lambda:InvokeFunction",
        "logs:CreateLogGroup",
    } <= used
