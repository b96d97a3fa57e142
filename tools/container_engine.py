"""Docker or podman, whichever this machine has: both take the same arguments here."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

_ENGINES = ("docker", "podman")
# BuildKit would put the image into an index with its provenance, and Lambda takes no index
# (Lambda developer guide, "Create a Lambda function using a container image"). podman doesn't ask.
_ENVIRONMENT = {"BUILDX_NO_DEFAULT_ATTESTATIONS": "1"}


class EngineError(Exception):
    """No container engine does what is asked; the message says why, and what would."""


@dataclass(frozen=True, kw_only=True)
class ContainerEngine:
    """A command that builds, runs and pushes images.

    Attributes:
        command: `docker` or `podman`.
    """

    command: str

    @classmethod
    def of_this_machine(cls) -> Self:
        """The first that is installed and answers.

        Raises:
            EngineError: none does.
        """
        silent = []
        for command in _ENGINES:
            if shutil.which(command) is None:
                continue
            asked = subprocess.run([command, "info"], capture_output=True, text=True, check=False)
            if asked.returncode == 0:
                return cls(command=command)
            silent.append(f"{command}: {_last_line(asked.stderr)}")
        raise EngineError(
            "images need docker or podman, and here "
            + (
                f"none answers ({'; '.join(silent)}): start it"
                if silent
                else "is neither: install one of them"
            )
            + "; without an image, make demo and make test run all the same"
        )

    def run(self, *arguments: str, given: str | None = None) -> None:
        """Have it do something, with what it says on this terminal; `given` is its input.

        Raises:
            EngineError: it failed, and has said why.
        """
        done = subprocess.run(
            [self.command, *arguments],
            env={**os.environ, **_ENVIRONMENT},
            input=given,
            text=True,
            check=False,
        )
        self._check(arguments, done.returncode)

    def answer(self, *arguments: str) -> str:
        """What it prints.

        Raises:
            EngineError: it failed, and has said why.
        """
        done = subprocess.run(
            [self.command, *arguments], stdout=subprocess.PIPE, text=True, check=False
        )
        self._check(arguments, done.returncode)
        return done.stdout

    def _check(self, arguments: Sequence[str], code: int) -> None:
        if code:
            raise EngineError(f"{self.command} {arguments[0]} ended with {code}; see above")


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
