"""File systems of EFS are directories; access points lead to theirs."""

import itertools
import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from aws_account import Account, unique
from embedded_aws.emulator_environment import Places

CREATION = {"OwnerUid": 0, "OwnerGid": 0, "Permissions": "0750"}


@pytest.fixture
def efs(account: Account) -> Any:
    return account.client("efs")


@pytest.fixture
def file_system_id(efs: Any) -> str:
    return str(efs.create_file_system(CreationToken=unique("efs"))["FileSystemId"])


@pytest.fixture
def place(account: Account) -> Path:
    return Places(account.emulator.state).file_systems


def access_point(efs: Any, file_system_id: str, root: dict[str, Any]) -> str:
    made = efs.create_access_point(FileSystemId=file_system_id, RootDirectory=root)
    return str(made["AccessPointId"])


def test_an_access_point_makes_its_root_directory_as_it_is_told(
    efs: Any, file_system_id: str, place: Path
) -> None:
    made = access_point(efs, file_system_id, {"Path": "/a/project", "CreationInfo": CREATION})

    assert (place / made).resolve() == place / file_system_id / "a" / "project"
    assert (place / made).stat().st_mode == 0o40750


def test_what_is_there_stays_as_it_is_for_the_next_access_point(
    efs: Any, file_system_id: str, place: Path
) -> None:
    root = {"Path": "/project", "CreationInfo": CREATION}
    first = access_point(efs, file_system_id, root)
    (place / first / "file").touch()
    (place / first).chmod(0o700)

    efs.delete_access_point(AccessPointId=first)
    second = access_point(efs, file_system_id, root)

    assert not (place / first).exists()
    assert [path.name for path in (place / second).iterdir()] == ["file"]
    assert (place / second).stat().st_mode == 0o40700


def test_without_creation_info_there_is_no_directory_to_mount(
    efs: Any, file_system_id: str, place: Path
) -> None:
    whole = access_point(efs, file_system_id, {"Path": "/"})
    nothing = access_point(efs, file_system_id, {"Path": "/nowhere"})

    assert (place / whole).resolve() == place / file_system_id
    assert not (place / nothing).exists()


def test_a_link_on_the_file_system_leads_no_access_point_elsewhere(
    efs: Any, file_system_id: str, place: Path, tmp_path: Path
) -> None:
    (place / file_system_id / "trap").symlink_to(tmp_path)

    made = access_point(efs, file_system_id, {"Path": "/trap/a", "CreationInfo": CREATION})

    assert not (place / made).exists()
    assert list(tmp_path.iterdir()) == []


def test_what_is_on_a_file_system_goes_with_it(efs: Any, file_system_id: str, place: Path) -> None:
    (place / file_system_id / "file").touch()

    efs.delete_file_system(FileSystemId=file_system_id)

    assert not (place / file_system_id).exists()


def test_a_file_system_that_a_node_still_writes_on_is_gone_all_the_same(
    efs: Any, file_system_id: str, place: Path
) -> None:
    """EC2 says terminated a second before the node has ended."""
    deleted = threading.Event()
    for number in range(2000):
        (place / file_system_id / f"old-{number}").touch()
    mounted = os.open(place / file_system_id, os.O_RDONLY)

    def write() -> None:
        # Where the emulator was faster, the directory is away, and nothing can be written.
        with suppress(FileNotFoundError):
            for number in itertools.takewhile(lambda _: not deleted.is_set(), itertools.count()):
                os.close(os.open(f"{number}", os.O_CREAT | os.O_WRONLY, dir_fd=mounted))

    writer = threading.Thread(target=write)
    writer.start()

    efs.delete_file_system(FileSystemId=file_system_id)

    deleted.set()
    writer.join()
    os.close(mounted)
    assert not (place / file_system_id).exists()
