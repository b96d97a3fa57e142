"""What is said of head nodes is of the embedded AWS that runs, not of one that would start now."""

import pytest
from typer.testing import CliRunner

from embedded_aws import __main__ as commands
from embedded_aws.head_nodes.choice import Choice, HeadNodes
from embedded_aws.lifecycle import EmbeddedAws

BOOTABLE = Choice(head_nodes=HeadNodes.BOOTED)
NOT = Choice(head_nodes=HeadNodes.PLAYED, why="booting nodes needs root: sudo make …")


@pytest.mark.parametrize(
    ("now", "why"), [(BOOTABLE, "it was started so, and they could boot"), (NOT, NOT.why)]
)
def test_a_login_where_they_are_played_says_why(
    embedded_aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch, now: Choice, why: str
) -> None:
    monkeypatch.setattr(commands, "choose", lambda _: now)

    done = CliRunner().invoke(commands.app, ["shell", "--state", str(embedded_aws.state)])

    assert done.exit_code != 0
    assert f"no head node is up, since here they are played: {why}" in done.output
