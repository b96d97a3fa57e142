"""Start, find and stop an embedded AWS."""

import contextlib
import fcntl
import json
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from embedded_aws import certificate, processes
from embedded_aws.emulator_environment import Places, client_environment, emulator_environment
from embedded_aws.errors import (
    EnvironmentMissingError,
    NotStoppedError,
    PortTakenError,
    StartError,
)
from embedded_aws.head_nodes.choice import HeadNodes

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".venv-embedded-aws" / "bin" / "python"
PROVIDER_PYTHON = ROOT / ".venv-cluster-provider" / "bin" / "python"
START_SECONDS = 240
ANSWER_SECONDS = 30
STOP_SECONDS = 1


@dataclass(frozen=True, kw_only=True)
class EmbeddedAws:
    """A running embedded AWS: its state directory, its port, its process, what head nodes are."""

    state: Path
    port: int
    pid: int
    started_at: str
    region: str
    head_nodes: HeadNodes = HeadNodes.PLAYED

    @property
    def endpoint(self) -> str:
        """The URL that AWS clients use."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What the emulator prints."""
        return Places(self.state).log

    def environment(self) -> dict[str, str]:
        """The variables that make AWS clients (boto3, the CLIs, node) talk to it, as root."""
        return client_environment(state=self.state, port=self.port, region=self.region)

    def is_healthy(self) -> bool:
        """Whether it answers, and proves by its certificate to be this one."""
        try:
            # Its state may be on its way out.
            trust = ssl.create_default_context(cafile=str(Places(self.state).certificate))
            with urllib.request.urlopen(  # noqa: S310  our own https URL
                f"{self.endpoint}/_ministack/health", timeout=2, context=trust
            ) as answer:
                return bool(answer.status == 200)  # noqa: PLR2004
        except OSError:
            return False

    def release(self) -> None:
        """Let it live on when the process that started it ends."""
        Places(self.state).released.touch()

    def stop(self) -> None:
        """End it with every function process that it started, and remove its state.

        Raises:
            NotStoppedError: it is another user's. It runs on, and its state is as it was.
        """
        if processes.started_at(self.pid) == self.started_at:
            try:
                os.kill(self.pid, signal.SIGTERM)
            except ProcessLookupError:
                pass
            except PermissionError as error:
                owner = _other_owner(self.state)
                raise NotStoppedError(f"{self.endpoint} still runs", owner) from error
            processes.wait_until_gone(pid=self.pid, state=self.state, seconds=STOP_SECONDS)
            processes.kill_all(group=self.pid, state=self.state, spare=os.getpid())
        else:
            processes.kill_all(group=None, state=self.state, spare=os.getpid())
        processes.wait_until_gone(pid=None, state=self.state, seconds=STOP_SECONDS)
        shutil.rmtree(self.state, ignore_errors=True)


def find(state_directory: Path) -> EmbeddedAws | None:
    """The embedded AWS that runs with this state; None if there is none that answers.

    A busy one takes its time, and whoever is told that there is none may kill it to start another:
    while its process lives it is asked for half a minute.
    """
    known = _recorded(state_directory.resolve())
    if known is None:
        return None
    deadline = time.monotonic() + ANSWER_SECONDS
    while processes.started_at(known.pid) == known.started_at and time.monotonic() < deadline:
        if known.is_healthy():
            return known
        time.sleep(0.1)
    return None


def stop(state_directory: Path) -> None:
    """End what runs with this state, whether it still answers or not, and remove the state.

    Raises:
        NotStoppedError: it still runs, or its state is still there.
    """
    state = state_directory.resolve()
    if known := _recorded(state):
        known.stop()
    else:
        # An interrupted start left no record: what it started bears the mark of the state.
        processes.kill_all(group=None, state=state, spare=os.getpid())
        shutil.rmtree(state, ignore_errors=True)
    if state.exists():
        raise NotStoppedError(f"{state} is still there", _other_owner(state))


def start(
    state_directory: Path,
    port: int,
    *,
    python: Path = PYTHON,
    provider_python: Path = PROVIDER_PYTHON,
    region: str = "us-east-1",
    head_nodes: HeadNodes = HeadNodes.PLAYED,
) -> EmbeddedAws:
    """Start an embedded AWS, or give the one that runs with this state.

    A new one ends when the calling process does, however that ends, until it is released. Its
    clusters' `head_nodes` are played, or booted where `head_nodes.choice` says that this can be.
    """
    state = state_directory.resolve()
    state.mkdir(parents=True, exist_ok=True)
    with _locked(state):
        if running := find(state):
            return running
        if not python.exists():
            raise EnvironmentMissingError(python)
        if left := _recorded(state):
            # The process is gone or dead; functions of its may not be.
            processes.kill_all(group=None, state=left.state, spare=os.getpid())
        _require_free(port)
        return _start(
            Places(state),
            port=port,
            python=python,
            provider_python=provider_python,
            region=region,
            head_nodes=head_nodes,
        )


def _start(
    places: Places,
    *,
    port: int,
    python: Path,
    provider_python: Path,
    region: str,
    head_nodes: HeadNodes,
) -> EmbeddedAws:
    places.prepare()
    certificate.write(certificate=places.certificate, key=places.key)
    with places.log.open("wb") as log:
        emulator = subprocess.Popen(
            [
                *(str(python), "-m", "embedded_aws.emulator"),
                *("--owner-pid", str(os.getpid()), "--released-by", str(places.released)),
            ],
            cwd=ROOT,
            env=emulator_environment(
                state=places.state,
                port=port,
                region=region,
                provider_python=provider_python,
                head_nodes=head_nodes,
            ),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    started = EmbeddedAws(
        state=places.state,
        port=port,
        pid=emulator.pid,
        started_at=processes.started_at(emulator.pid) or "",
        region=region,
        head_nodes=head_nodes,
    )
    try:
        _wait_until_ready(started, emulator)
    except BaseException:
        # Also an interrupt: nothing stays behind but the log, which tells why.
        processes.kill_all(group=emulator.pid, state=places.state, spare=os.getpid())
        emulator.wait()
        raise
    record = {name: value for name, value in asdict(started).items() if name != "state"}
    places.record.write_text(json.dumps(record))
    return started


def _wait_until_ready(started: EmbeddedAws, emulator: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while not started.is_healthy():
        if emulator.poll() is not None:
            lines = started.log.read_text(errors="replace").strip().splitlines()
            raise StartError(lines[-1] if lines else "it ended without a word", started.log)
        if time.monotonic() > deadline:
            raise StartError(f"no answer in {START_SECONDS} s", started.log)
        time.sleep(0.1)


def _recorded(state: Path) -> EmbeddedAws | None:
    try:
        record = json.loads(Places(state).record.read_text())
        record["head_nodes"] = HeadNodes(record.get("head_nodes", HeadNodes.PLAYED))
        return EmbeddedAws(state=state, **record)
    except (OSError, ValueError, TypeError):
        return None


def _other_owner(state: Path) -> str | None:
    """Whose the state is, or something in it, that isn't ours."""
    with contextlib.suppress(OSError):
        for path in (state, *state.iterdir()):
            if (owner := path.stat().st_uid) != os.geteuid():
                return _user(owner)
    return None


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as reason:
            raise PortTakenError(port) from reason


@contextlib.contextmanager
def _locked(state: Path) -> Iterator[None]:
    """Two starts at once: the second waits, and finds the first's."""
    with Places(state).lock.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
