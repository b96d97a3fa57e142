"""Every command of docs/operations.md that can be run here is run, as an operator would.

The sections about a cluster in trouble find one that is: its creation failed, it is being made, or
its scratch can't be exported.
"""

import os
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from dead_letters import NONSENSE, DeadLetters
from deployed_application import Application, status_of, wait_until
from embedded_aws.instructions import write_environment
from embedded_aws.lifecycle import ROOT
from embedded_aws.roles import OPERATOR
from runbook import sections
from scratch_flow import Scratch

BEFORE = "Before you begin"
SECTIONS = sections()
VLAB = "runbook"
# Which project's cluster a section is about.
ABOUT = {
    "First deployment to an account": "first",
    "Failed creations": "failed",
    "A failed export": "unexported",
    "A stuck cluster": "shown",
}
# The others may be deleted by it.
LAST = "Removing everything"


@dataclass(frozen=True, kw_only=True)
class Operator:
    """A person with a shell, at the top of the repository."""

    environment: dict[str, str]

    def follow(self, heading: str) -> "subprocess.CompletedProcess[str]":
        """Run a section's commands behind those that all sections need."""
        script = f"{SECTIONS[BEFORE].script()}\n{SECTIONS[heading].script()}"
        project = ABOUT.get(heading, "shown")
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],  # noqa: S607 - the operator's own
            env={**self.environment, "VLAB": VLAB, "PROJECT": project},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def troubles(application: Application) -> Iterator[str]:
    """Three clusters: one that is there, one that failed, one whose scratch can't be exported.

    Yields:
        Since when, as `date` takes it.
    """
    since = f"@{time.time():.0f}"
    client, vlab = application.client, {"vlab_id": VLAB}
    name = client.post(**vlab, project_id="failed", include_lustre="false")
    application.fail_head_node(name.body["cluster"]["clusterName"], "no head node")
    client.post(**vlab, project_id="unexported")
    client.post(**vlab, project_id="shown", include_lustre="false")
    scratch = Scratch.of(application, **vlab, project_id="unexported")
    scratch.order(failed_files={"scratch/results/b": "S3AccessDenied"})
    client.delete(**vlab, project_id="unexported")
    application.wait_for("CREATE_COMPLETE", **vlab, project_id="shown")
    application.wait_for("CREATE_FAILED", **vlab, project_id="failed")
    application.wait_for("DELETE_FAILED", **vlab, project_id="unexported")
    yield since
    scratch.revoke()
    application.heal_head_node(name.body["cluster"]["clusterName"])
    operator = application.client_as(OPERATOR)
    for project in ("failed", "unexported", "shown", "first"):
        if status_of(client.get(**vlab, project_id=project)) is not None:
            operator.call("DELETE", "pcluster", **vlab, project_id=project, force="true")
            application.wait_until_gone(**vlab, project_id=project)


@pytest.fixture(scope="module")
def operator(application: Application, troubles: str) -> Operator:
    file = write_environment(application.aws, application.deployment)
    sourced = subprocess.run(
        ["bash", "-c", f"set -a; source '{file}'; env -0"],  # noqa: S607
        env={name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        capture_output=True,
        text=True,
        check=True,
    )
    variables = dict(line.split("=", 1) for line in sourced.stdout.split("\0") if line)
    path = f"{ROOT / '.venv' / 'bin'}:{variables['PATH']}"
    # The emulator doesn't filter queries: of a thousand lines since yesterday none may be of now.
    given = {"PATH": path, "ENVIRONMENT": "local", "SINCE": troubles}
    return Operator(environment={**variables, **given})


def test_what_happened_to_a_cluster_is_told_by_lines_about_it(
    application: Application, operator: Operator
) -> None:
    name = application.client.get(vlab_id=VLAB, project_id="shown").body["clusterName"]

    done = operator.follow("What happened to this cluster")

    assert done.returncode == 0, done.stderr[-3000:]
    lines = [line for line in done.stdout.splitlines() if name in line]
    assert [line for line in lines if re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", line)]


def test_dead_letters_are_shown_and_taken_out_of_the_queue(
    application: Application, operator: Operator
) -> None:
    letters = DeadLetters.of(application)
    letters.fail()
    wait_until(lambda: letters.count() > 0)

    done = operator.follow("Dead letters")

    assert done.returncode == 0, done.stderr[-3000:]
    assert NONSENSE["detail"]["what"] in done.stdout
    assert letters.count() == 0


@pytest.mark.parametrize(
    "heading", sorted((h for h in SECTIONS if SECTIONS[h].script()), key=lambda h: h == LAST)
)
def test_the_commands_of_a_section_do_as_they_stand(operator: Operator, heading: str) -> None:
    done = operator.follow(heading)

    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
