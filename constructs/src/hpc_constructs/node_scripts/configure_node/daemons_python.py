"""The Python of ParallelCluster's own daemons, which has boto3: nothing is installed for it."""

from __future__ import annotations

import re
from pathlib import Path

from .failure import NodeFailure

_PYENV = Path("/opt/parallelcluster/pyenv")
_PYTHONS = "versions/*/envs/node_virtualenv/bin/python"


def python_with_boto3(pyenv: Path = _PYENV) -> str:
    """The one of the newest version of Python that there is.

    Raises:
        NodeFailure: there is none.
    """
    found = sorted(pyenv.glob(_PYTHONS), key=_version)
    if not found:
        raise NodeFailure(
            f"there is no {pyenv}/{_PYTHONS}, the Python of ParallelCluster's daemons,"
            " which has boto3"
        )
    return str(found[-1])


def _version(python: Path) -> list[int]:
    """As numbers: 3.12 is later than 3.9."""
    return [int(each) for each in re.findall(r"\d+", python.parents[3].name)]
