"""Clusters in each state that they are looked at in."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from accounting_server import AccountingServer, accounting_server
from aws_account import Account
from embedded_aws import lifecycle
from embedded_aws.ports import free_port
from node_cluster import Cluster, Storage
from node_states import Progress, State, Users
from rest_cluster import RestCluster

# A shell that runs the tests in the background has them ignore interrupts, and with them all that
# they start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def users(tmp_path_factory: pytest.TempPathFactory) -> Users:
    keys = {name: _key_pair(tmp_path_factory.mktemp(name) / "key") for name in ("sim", "alice")}
    return Users(
        sim_key=keys["sim"][0],
        private_key=keys["sim"][1],
        more=f"alice:20001:{keys['alice'][0]}",
    )


def _key_pair(file: Path) -> tuple[str, str]:
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(file)]
    subprocess.run(command, check=True)
    return file.with_suffix(".pub").read_text().strip(), file.read_text()


@pytest.fixture(scope="session")
def progress(users: Users) -> Iterator[Progress]:
    made = Progress(users)
    yield made
    made.end()


@pytest.fixture(scope="session")
def server() -> Iterator[AccountingServer]:
    """The MariaDB that clusters have their accounting in, one for all."""
    with accounting_server() as started:
        yield started


EVERY_STATE = [(storage, state) for storage in Storage for state in State]


@pytest.fixture(scope="module", params=EVERY_STATE, ids=lambda param: f"{param[0]}-{param[1]}")
def cluster(request: pytest.FixtureRequest, progress: Progress) -> Cluster:
    """Each kind of cluster in each state."""
    return progress.reach(*request.param)


@pytest.fixture(scope="module")
def efs_cluster(progress: Progress) -> Cluster:
    """The cluster without Lustre as it is in the end: configured, configured again, rebooted."""
    return progress.reach(Storage.EFS, State.REBOOTED)


@pytest.fixture(scope="session")
def rest(server: AccountingServer, users: Users) -> Iterator[RestCluster]:
    """A cluster whose head node serves Slurm's REST API; sim, alice and bob are its users."""
    bob = users.more.replace("alice:20001", "bob:20002")
    with RestCluster(server, key=users.sim_key, users=f"{users.more},{bob}") as made:
        yield made


@pytest.fixture(scope="session")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    emulator = lifecycle.start(tmp_path_factory.mktemp("embedded-aws") / "state", free_port())
    yield Account(emulator=emulator)
    emulator.stop()
    assert not emulator.state.exists()


@pytest.fixture(scope="session")
def efs(account: Account) -> str:
    made = account.client("efs").create_file_system(CreationToken="shared")
    return str(made["FileSystemId"])
