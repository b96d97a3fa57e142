"""Automatic import: what happens in the linked prefix happens in the directory."""

import time
from collections.abc import Callable

from lustre import PATIENCE_SECONDS, Lustre

ALL = {"AutoImportPolicy": {"Events": ["NEW", "CHANGED", "DELETED"]}}
NEW = {"AutoImportPolicy": {"Events": ["NEW"]}}


def becomes(wanted: object, seen: Callable[[], object]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while seen() != wanted and time.monotonic() < deadline:
        time.sleep(0.1)
    return seen() == wanted


def remove(file_system: Lustre, name: str) -> None:
    s3 = file_system.account.client("s3")
    s3.delete_object(Bucket=file_system.bucket, Key=f"scratch/{name}")


def test_what_is_new_changed_and_deleted_follows(file_system: Lustre) -> None:
    file_system.linked("/scratch", S3=ALL)

    file_system.store(**{"run/a": "1"})
    assert becomes({"scratch/run/a": "1"}, file_system.files)

    file_system.store(**{"run/a": "2"})
    assert becomes({"scratch/run/a": "2"}, file_system.files)

    remove(file_system, "run/a")
    assert becomes({}, file_system.files)


def test_only_what_the_policy_says_follows(file_system: Lustre) -> None:
    file_system.linked("/scratch", S3=NEW)
    file_system.store(a="1", b="1")
    assert becomes({"scratch/a": "1", "scratch/b": "1"}, file_system.files)

    file_system.store(a="2")
    remove(file_system, "b")
    file_system.store(c="1")

    assert becomes({"scratch/a": "1", "scratch/b": "1", "scratch/c": "1"}, file_system.files)


def test_without_a_policy_nothing_follows(file_system: Lustre) -> None:
    file_system.linked("/scratch")
    file_system.linked("/other", S3=ALL)

    file_system.store(a="1")
    file_system.account.client("s3").put_object(Bucket=file_system.bucket, Key="other/b", Body=b"1")

    assert becomes({"other/b": "1"}, file_system.files)


def test_what_was_written_in_the_directory_is_never_lost(file_system: Lustre) -> None:
    file_system.linked("/scratch", S3=ALL)
    file_system.store(changed="1", gone="1")
    assert becomes(2, lambda: len(file_system.files()))
    file_system.write(changed="by a job", gone="by a job")

    file_system.store(changed="in the bucket", last="1")
    remove(file_system, "gone")

    wanted = {"scratch/changed": "by a job", "scratch/gone": "by a job", "scratch/last": "1"}
    assert becomes(wanted, file_system.files)


def test_what_an_export_wrote_doesn_t_come_back(file_system: Lustre) -> None:
    file_system.linked("/scratch", S3=ALL)
    file_system.write(a="1")
    with (file_system.directory / "scratch" / "a").open("a") as job:
        file_system.await_task(file_system.begin("EXPORT"), "SUCCEEDED")
        file_system.store(b="1")
        assert becomes({"scratch/a": "1", "scratch/b": "1"}, file_system.files)

        job.write(" and more")

    assert file_system.files()["scratch/a"] == "1 and more"
