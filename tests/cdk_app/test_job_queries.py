"""The saved queries are those that docs/job-record.md shows, of fields that a record has."""

import json
import re
from pathlib import Path

import pytest

from cdk_app.job_queries import QUERIES
from cdk_app.saved_queries import FOLDERS
from cdk_app.saved_queries import query_text as text_of
from synthesised import Synthesis, resources

DOCS = Path(__file__).resolve().parents[2] / "docs"
RECORD = json.loads((DOCS / "job-record.schema.json").read_text())


@pytest.mark.parametrize("name", QUERIES)
def test_the_document_shows_it(name: str) -> None:
    shown = "\n".join(f"    {line}" for line in text_of(QUERIES[name]).splitlines())

    assert f"**{name}**\n\n{shown}\n" in (DOCS / "job-record.md").read_text()


@pytest.mark.parametrize("name", QUERIES)
def test_it_asks_for_fields_that_a_record_has(name: str) -> None:
    text = text_of(QUERIES[name])
    made = set(re.findall(r" as (\w+)", text))
    words = set(re.findall(r"(?<![@\w.])[a-z]\w+(?:\.\w+)*(?!\w*\()", text))
    commands = {"filter", "display", "sort", "dedup", "limit", "stats", "by", "as", "or", "and"}

    asked = words - made - commands - {"desc", "ispresent", "max", "sum", "count"}

    assert asked
    assert {field for field in asked if not _is_in_record(field)} == set()


@pytest.mark.parametrize("name", QUERIES)
def test_behind_dedup_nothing_comes_but_limit(name: str) -> None:
    commands = [command.split()[0] for command in text_of(QUERIES[name]).split("\n| ")]

    behind = commands[commands.index("dedup") + 1 :] if "dedup" in commands else ["limit"]

    assert behind == ["limit"]


@pytest.mark.parametrize("name", QUERIES)
def test_records_of_two_clusters_of_one_name_are_not_one(name: str) -> None:
    first = re.search(r"dedup (.+)| by (.+)", text_of(QUERIES[name]))

    assert first
    assert (first[1] or first[2]).startswith("@log, key")


def test_the_stack_saves_them_in_one_folder(synthesis: Synthesis) -> None:
    found = resources(
        synthesis.of("sandbox").stacks()["Provisioner"], "AWS::Logs::QueryDefinition"
    ).values()
    saved = [each["Properties"] for each in found]

    assert {each["Name"]: each["QueryString"] for each in saved} == {
        f"{folder}/{name}": text_of(commands)
        for folder, queries in FOLDERS.items()
        for name, commands in queries.items()
    }


def _is_in_record(field: str) -> bool:
    part = RECORD
    for name in field.split("."):
        options = [part, *part.get("oneOf", [])]
        found = [each["properties"][name] for each in options if name in each.get("properties", {})]
        if not found:
            return False
        part = found[0]
    return True
