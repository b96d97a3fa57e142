"""SSH to a node: this machine's own client, run in the node's network, where only the node listens.

So no port is opened on this machine for it. The private key is in a file that root alone reads, and
that goes with the process that asked, however that ends.
"""

import subprocess
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from embedded_aws.laboratory.node import Done, NodeTrouble
from embedded_aws.laboratory.swept_directory import SweptDirectory

_HOST_KEY = "/etc/ssh/ssh_host_ed25519_key.pub"
_NAME = "node"
_SECONDS = 120


class SecureShell:
    """One user's logins with one private key; use it in a `with`."""

    def __init__(
        self, process_1: int, *, user: str, private_key: str, address: str = "127.0.0.1"
    ) -> None:
        """Make ready to log in.

        Args:
            process_1: the node's process 1, by its number on this machine.
            user: who logs in.
            private_key: in OpenSSH's form.
            address: one of the node's, in its own network.
        """
        self._process_1 = process_1
        self._user = user
        self._private_key = private_key
        self._address = address
        self._swept: SweptDirectory | None = None

    def __enter__(self) -> Self:
        """Keep the key, and the node's own, by which it is known.

        Raises:
            NodeTrouble: the node is gone, or has no key.
        """
        host_key = self._host_key()
        self._swept = SweptDirectory("ssh-")
        try:
            for name, content in (("key", self._private_key), ("hosts", f"{_NAME} {host_key}")):
                file = self._swept.path / name
                file.touch(mode=0o600)
                file.write_text(content)
        except BaseException:
            self._swept.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Forget the key."""
        if self._swept is not None:
            self._swept.close()

    def run(self, command: str, *, given: str | None = None) -> Done:
        """Run a command line of the user's shell, and wait for its output.

        Raises:
            NodeTrouble: it takes more than two minutes.
        """
        try:
            return subprocess.run(
                self.client(command, options=("-o", "BatchMode=yes")),
                input=given,
                stdin=subprocess.DEVNULL if given is None else None,
                capture_output=True,
                text=True,
                check=False,
                timeout=_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise NodeTrouble(f"ssh {self._user}: no end of `{command}` in {_SECONDS} s") from None

    def must(self, command: str, *, given: str | None = None) -> str:
        """Run a command line that has to succeed, and give its output.

        Raises:
            NodeTrouble: it failed; with what it said.
        """
        done = self.run(command, given=given)
        if done.returncode:
            said = (done.stdout + done.stderr).strip()
            raise NodeTrouble(f"ssh {self._user}: `{command}`: {done.returncode} {said}")
        return done.stdout

    def attach(self, command: str = "") -> int:
        """Let this terminal's user have a shell there, or run a command; its exit code."""
        return subprocess.run(self.client(command), check=False).returncode

    def client(self, command: str = "", *, options: Sequence[str] = ()) -> list[str]:
        """The client's command line, good within the `with`."""
        if self._swept is None:
            raise NodeTrouble("the key is there in a `with` only")
        settings = {
            "IdentitiesOnly": "yes",
            "HostKeyAlias": _NAME,
            "StrictHostKeyChecking": "yes",
            "UserKnownHostsFile": self._swept.path / "hosts",
            "GlobalKnownHostsFile": "none",
            "LogLevel": "ERROR",
        }
        return [
            *("nsenter", "--net", "--target", str(self._process_1)),
            *("ssh", "-F", "none", "-i", str(self._swept.path / "key"), "-l", self._user),
            *(word for name, value in settings.items() for word in ("-o", f"{name}={value}")),
            *options,
            self._address,
            *([command] if command else []),
        ]

    def _host_key(self) -> str:
        """As its owner tells it, over no network: nobody else can be taken for the node."""
        enter = ("nsenter", "--target", str(self._process_1), "--mount", "--root", "--wd")
        told = subprocess.run(
            [*enter, "cat", _HOST_KEY], capture_output=True, text=True, check=False
        )
        if told.returncode:
            raise NodeTrouble(f"no SSH on the node: {told.stderr.strip()}")
        return told.stdout
