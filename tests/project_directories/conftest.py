"""A file system for the tests."""

from pathlib import Path

import pytest

from left_directories import Shared


@pytest.fixture
def shared(tmp_path: Path) -> Shared:
    (tmp_path / "efs").mkdir()
    return Shared(root=tmp_path / "efs")
