"""Our line comes in front of ParallelCluster's words, also while those are being replaced."""

from pathlib import Path, PosixPath
from typing import Any

import pytest

from hpc_constructs.node_scripts.configure_node import bootstrap_error

WORDS = "fetch_and_run - Failed to execute OnNodeConfigured script 1 s3://b/s.py.\n"


class Replaced(PosixPath):
    """A file that is being written anew when it is first looked at, and when it is first read."""

    looked_at = read = False

    def stat(self, **options: bool) -> Any:
        if not self.looked_at:
            self.looked_at = True
            raise FileNotFoundError(self)
        return super().stat(**options)

    def read_text(self, *arguments: Any, **options: Any) -> str:
        if not self.read:
            self.read = True
            raise FileNotFoundError(self)
        return super().read_text(*arguments, **options)


def test_the_file_may_be_gone_for_a_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = Replaced(tmp_path / "bootstrap_error_msg")
    file.write_text(WORDS)
    monkeypatch.setattr(bootstrap_error, "FILE", file)
    monkeypatch.setattr(bootstrap_error, "_PAUSE_SECONDS", 0.01)

    bootstrap_error._wait_and_tell("users: no such group", before=1)

    assert file.looked_at
    assert file.read_text() == f"users: no such group ({WORDS.rstrip()})\n"
