"""Every finding that stays has a reason, and is still found on something."""

from fnmatch import fnmatchcase

import yaml

from cdk_app.findings import FILE
from synthesised import ENVIRONMENTS, Synthesis

ROWS = yaml.safe_load(FILE.read_text())


def test_every_finding_that_stays_has_a_reason_in_words() -> None:
    short = [
        (pattern, group["reason"])
        for pattern, groups in ROWS.items()
        for group in groups
        if len(group["reason"].strip()) < 15
    ]

    assert short == []


def test_no_row_is_dead(synthesis: Synthesis) -> None:
    paths = {path for name in ENVIRONMENTS for path in synthesis.of(name).construct_paths()}

    dead = [row for row in ROWS if not any(fnmatchcase(path, row) for path in paths)]

    assert dead == []
