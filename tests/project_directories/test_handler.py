"""The function as Lambda runs it, and what it is told."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from left_directories import CLUSTER, OTHER, Shared
from project_directories.errors import InvalidListing, InvalidSettings
from project_directories.listing import parse_listing
from project_directories.settings import parse_settings

SOURCES = Path(__file__).parents[2] / "lambdas" / "project_directories" / "src"
RUN = """
import json, sys
from types import SimpleNamespace
from project_directories.handler import handler
context = SimpleNamespace(
    function_name="f", memory_limit_in_mb=1, invoked_function_arn="a", aws_request_id="r",
    get_remaining_time_in_millis=lambda: 900_000,
)
print("ANSWER", json.dumps(handler(json.load(sys.stdin), context)))
"""


def invoke(shared: Shared, event: object) -> "subprocess.CompletedProcess[str]":
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(SOURCES),
        "MOUNT_PATH": str(shared.root),
        "KEEP_DAYS": "90",
    }
    return subprocess.run(
        [sys.executable, "-c", RUN],
        input=json.dumps(event),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def listing(*in_use: str) -> dict[str, object]:
    return {"in_use": list(in_use), "listed_at": datetime.now(UTC).isoformat()}


def test_a_pass_is_a_line_for_each_directory_and_an_answer(shared: Shared) -> None:
    for name in (CLUSTER, OTHER):
        shared.make(name)

    run = invoke(shared, listing(OTHER))

    *lines, answer = run.stdout.splitlines()
    told = [json.loads(line) for line in lines]
    assert answer == 'ANSWER {"left": 1}'
    assert [line.get("directory") for line in told] == [CLUSTER, None]
    assert told[0]["message"] == "left"
    assert told[0]["keep_days"] == 90


@pytest.mark.parametrize(
    ("event", "says"),
    [
        (
            {"in_use": [], "listed_at": "2026-01-01T00:00:00Z"},
            "ListingTooOld: What is in use was listed",
        ),
        ({}, "InvalidListing: in_use is 'None'; allowed is a list of names."),
    ],
)
def test_what_cant_be_acted_on_fails_and_leaves_all_as_it_is(
    event: object, says: str, shared: Shared
) -> None:
    shared.make()

    run = invoke(shared, event)

    assert run.returncode != 0
    assert says in run.stderr
    assert [path.name for path in shared.root.iterdir()] == [CLUSTER]


def test_a_directory_that_could_not_be_dealt_with_fails_the_function(shared: Shared) -> None:
    shared.make()
    (shared.root / ".left" / CLUSTER).mkdir(parents=True)

    run = invoke(shared, listing())

    assert "PassIncomplete: 1 directories could not be dealt with" in run.stderr
    assert "could not be dealt with" in run.stdout


@pytest.mark.parametrize(
    "event",
    [
        {"in_use": "a", "listed_at": "2026-01-01T00:00:00Z"},
        {"in_use": [1], "listed_at": "2026-01-01T00:00:00Z"},
        {"in_use": []},
        {"in_use": [], "listed_at": "2026-01-01T00:00:00"},
        {"in_use": [], "listed_at": 5},
    ],
)
def test_half_a_list_is_none(event: dict[str, object]) -> None:
    with pytest.raises(InvalidListing, match="allowed is a"):
        parse_listing(event)


def test_a_whole_environment_becomes_settings() -> None:
    settings = parse_settings({"MOUNT_PATH": "/mnt/projects", "KEEP_DAYS": "3650"})

    assert settings.mount == Path("/mnt/projects")
    assert settings.keep == timedelta(days=3650)


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(InvalidSettings, match="MOUNT_PATH is missing; KEEP_DAYS is missing"):
        parse_settings({})


@pytest.mark.parametrize("days", ["0", "3651", "-1", "1.5", "ever"])
def test_wrong_days_are_named(days: str) -> None:
    with pytest.raises(InvalidSettings, match=f"KEEP_DAYS is '{days}', not a whole number"):
        parse_settings({"MOUNT_PATH": "/mnt/projects", "KEEP_DAYS": days})
