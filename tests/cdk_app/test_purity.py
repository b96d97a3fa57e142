"""Synthesis asks nobody."""

import json

from synthesised import Synthesised


def test_nothing_is_left_to_look_up_in_an_account(environment: Synthesised) -> None:
    """The CLI would call AWS for what an assembly says is missing."""
    for manifest in (
        environment.directory / "manifest.json",
        environment.directory / "project-templates" / "manifest.json",
    ):
        assert "missing" not in json.loads(manifest.read_text())
