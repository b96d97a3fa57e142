"""The node's own commands, and what they say when they fail."""

from __future__ import annotations

import subprocess

from .failure import NodeFailure

ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}


def run(
    *command: str,
    given: str | None = None,
    user: str | None = None,
    directory: str | None = None,
) -> str:
    """Run a command and give its output; never through a shell.

    Args:
        command: the program and its arguments.
        given: its standard input.
        user: as whom, with the group of the same name and no other; root if not given.
        directory: where.

    Raises:
        NodeFailure: the command's own last words.
    """
    try:
        done = subprocess.run(
            command,
            input=given,
            stdin=subprocess.DEVNULL if given is None else None,
            capture_output=True,
            text=True,
            check=False,
            env=ENVIRONMENT,
            cwd=directory,
            user=user,
            group=user,
            extra_groups=[] if user else None,
        )
    except OSError as error:
        raise NodeFailure(f"'{' '.join(command)}' can't be run: {error}") from error
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip() or "nothing said").splitlines()[-1]
        raise NodeFailure(f"'{' '.join(command)}' ended with {done.returncode}: {said}")
    return done.stdout
