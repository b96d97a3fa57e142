"""What collects and what sends is started with the right Python."""

from pathlib import Path

import pytest

from hpc_constructs.node_scripts.configure_node.daemons_python import python_with_boto3
from hpc_constructs.node_scripts.configure_node.failure import NodeFailure


def test_of_several_pythons_the_newest_is_taken(tmp_path: Path) -> None:
    for version in ("3.9.20", "3.12.8", "3.12.11"):
        python = tmp_path / "versions" / version / "envs" / "node_virtualenv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.touch()

    assert "/3.12.11/" in python_with_boto3(tmp_path)


def test_without_a_python_that_has_boto3_the_failure_says_where_it_should_be(
    tmp_path: Path,
) -> None:
    with pytest.raises(NodeFailure, match=f"there is no {tmp_path}/versions"):
        python_with_boto3(tmp_path)
