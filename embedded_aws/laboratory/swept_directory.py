"""A temporary directory that goes with the process that made it, even with one that is killed."""

import secrets
import subprocess
import tempfile
from pathlib import Path

from embedded_aws.processes import sweepers_environment

_END = Path(__file__).resolve().parent / "node_end.sh"
_SECONDS = 60


class SweptDirectory:
    """Made at once; gone when it is closed, or when this process has ended.

    Attributes:
        path: the directory.
        group: the control group that goes with it, "" for none.
    """

    def __init__(self, prefix: str, *, group: str = "") -> None:
        """Make it; `group` is a control group that goes with it, `*` in it the directory's own."""
        own = secrets.token_hex(8)
        self.path = Path(tempfile.gettempdir()) / f"{prefix}{own}"
        self.group = group.replace("*", own)
        # In a session of its own: what is sent to this process's group must not end it. And before
        # there is a directory: at no moment is there one that nobody sweeps.
        self._sweeper = subprocess.Popen(
            [str(_END), "wait", str(self.path), self.group],
            env=sweepers_environment(),
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        self.path.mkdir(mode=0o700)

    def close(self) -> None:
        """Remove it now, and wait until it is gone."""
        if self._sweeper.stdin is not None:
            self._sweeper.stdin.close()
        self._sweeper.wait(_SECONDS)
