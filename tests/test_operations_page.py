"""docs/operations.md: a command is run by a test, or says visibly why it can't be."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from cdk_app.configuration_files import load_configuration
from runbook import MARK, PAGE, Section, sections

# The headings to which alarms send whoever they ring for.
ALARMS = (
    "API errors",
    "Slow requests",
    "Failed creations",
    "A stuck cluster",
    "Out of subnets",
    "The database is full or busy",
    "Reconciler repairs",
    "Dead letters",
    "A failed export",
    "The realm's keys are old",
)


@pytest.mark.parametrize("heading", ALARMS)
def test_every_alarm_has_a_section_with_commands(heading: str) -> None:
    assert sections()[heading].blocks


def test_a_block_that_is_not_run_says_why() -> None:
    reasons = [
        block.reason
        for section in sections().values()
        for block in section.blocks
        if block.reason is not None
    ]

    assert len(reasons) == PAGE.read_text().count(MARK) > 0
    assert [reason for reason in reasons if len(reason.split()) < 4] == []


def test_every_block_of_the_page_belongs_to_a_section() -> None:
    text = PAGE.read_text()
    found = sum(len(section.blocks) for section in sections().values())

    assert set(re.findall(r"^ *```(\w+)$", text, re.MULTILINE)) == {"bash", "mermaid"}
    assert found == len(re.findall(r"^ *```bash$", text, re.MULTILINE))


@pytest.mark.parametrize("heading", sections())
def test_what_is_not_run_is_bash_all_the_same(heading: str) -> None:
    for block in sections()[heading].blocks:
        done = subprocess.run(
            ["bash", "-n"],  # noqa: S607 - the reader's own
            input=block.commands,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("environment", ["production", "sandbox"])
def test_an_operator_signs_for_the_region_of_the_environment(
    environment: str, tmp_path: Path
) -> None:
    [block] = [each for each in sections()["Before you begin"].blocks if each.reason]
    keys = {"AccessKeyId": "AKIA", "SecretAccessKey": "secret", "SessionToken": "token"}
    commands = block.commands.replace("ENVIRONMENT=production", f"ENVIRONMENT={environment}")

    subprocess.run(
        ["bash", "-euc", f"aws() {{ echo '{json.dumps(keys)}'; }}\n{commands}"],  # noqa: S607
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        cwd=PAGE.parents[1],
        check=True,
    )

    region = load_configuration(environment).settings.region
    written = (tmp_path / ".hpc-operator.curl").read_text()
    assert f'aws-sigv4 = "aws:amz:{region}:execute-api"' in written
    assert f'user = "{keys["AccessKeyId"]}:{keys["SecretAccessKey"]}"' in written


def test_an_unmarked_block_is_run_and_a_marked_one_is_not() -> None:
    page = f"Steps\n\n```bash\nhere\n```\n\n{MARK}no such thing\nhere.\n\n```bash\nthere\n```\n"

    section = Section.of(page)

    assert section.script() == "here\n"
    assert section.blocks[1].reason == "no such thing\nhere."
