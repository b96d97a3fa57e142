"""Keep a MariaDB server no longer than whoever holds the other end of our standard input.

`python keeper.py <directory> <user or ""> <command>...`: the command runs in the directory,
as that user, and ends when standard input does: its owner has closed it, or is gone, however that
went. A program of its own, stdlib only, since the kernel's signal to a dead parent's children is
about the thread that started them, and the emulator's threads come and go.
"""

import contextlib
import ctypes
import os
import pwd
import select
import signal
import subprocess
import sys
from typing import Any

PATIENCE_SECONDS = 10
PR_SET_PDEATHSIG = 1


def main() -> int:
    """Run the command; give its status, negative for a signal's number."""
    directory, user, *command = sys.argv[1:]
    # An interrupt at the terminal is the owner's to answer.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    server = subprocess.Popen(
        command,
        cwd=directory,
        stdin=subprocess.DEVNULL,
        preexec_fn=lambda: libc and libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL),  # noqa: PLW1509 - one thread
        **as_user(user),
    )
    while server.poll() is None:
        ready, _, _ = select.select([sys.stdin], [], [], 0.1)
        if ready and not os.read(sys.stdin.fileno(), 1):
            _end(server)
    return server.returncode


def as_user(name: str) -> dict[str, Any]:
    """The arguments of subprocess that give up root's rights; none without a name."""
    if not name:
        return {}
    user = pwd.getpwnam(name)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _end(server: "subprocess.Popen[bytes]") -> None:
    server.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        server.wait(PATIENCE_SECONDS)
    server.kill()
    server.wait()


if __name__ == "__main__":
    sys.exit(main())
