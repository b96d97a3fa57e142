"""The node script says what is wrong with its arguments before it touches anything."""

import subprocess

import pytest

from hpc_constructs.node_scripts import CONFIGURE_NODE


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "--node is ''"),
        (["--node", "login"], "--node is 'login'"),
        (["--node", "compute"], "--cluster-name is missing"),
        (["--node", "head", "--cluster-name", "pcluster-a"], "needs --user-key"),
        (["--colour", "blue"], "unknown argument '--colour'"),
        (["--node"], "'--node' has no value"),
    ],
)
def test_a_wrong_argument_is_named_with_what_is_allowed(arguments: list[str], words: str) -> None:
    run = subprocess.run(
        ["/bin/bash", str(CONFIGURE_NODE), *arguments], capture_output=True, text=True, check=False
    )

    assert run.returncode == 1
    assert words in run.stderr
    assert "Allowed: --node head|compute" in run.stderr
