"""What is on a file system besides the content of files goes to S3 and comes back."""

import os
from pathlib import Path
from typing import Any

from lustre import Lustre


def exported(file_system: Lustre, *paths: str) -> None:
    file_system.await_task(file_system.begin("EXPORT", *paths), "SUCCEEDED")


def imported(file_system: Lustre) -> None:
    file_system.await_task(file_system.begin("IMPORT"), "SUCCEEDED")


def metadata(file_system: Lustre, key: str) -> dict[str, str]:
    s3: Any = file_system.account.client("s3")
    told: dict[str, str] = s3.head_object(Bucket=file_system.bucket, Key=key)["Metadata"]
    return told


def scratch(file_system: Lustre) -> Path:
    return file_system.directory / "scratch"


def test_files_directories_and_links_are_exported_with_what_stat_says(file_system: Lustre) -> None:
    file_system.linked("/scratch")
    file_system.write(**{"run/result": "1"})
    (scratch(file_system) / "run").chmod(0o2750)
    (scratch(file_system) / "run" / "result").chmod(0o640)
    os.utime(scratch(file_system) / "run" / "result", ns=(1, 1_600_000_000_123_456_789))
    (scratch(file_system) / "last").symlink_to("run/result")

    exported(file_system, "scratch")

    objects = {"scratch/last": "run/result", "scratch/run/": "", "scratch/run/result": "1"}
    assert file_system.objects() == objects
    assert metadata(file_system, "scratch/run/result") == {
        "user-agent": "aws-fsx-lustre",
        "file-owner": str(os.geteuid()),
        "file-group": str(os.getegid()),
        "file-permissions": "0100640",
        "file-mtime": "1600000000123456789ns",
    }
    assert metadata(file_system, "scratch/run/")["file-permissions"] == "0042750"
    assert metadata(file_system, "scratch/last")["file-permissions"] == "0120777"


def test_an_import_gives_them_back(file_system: Lustre) -> None:
    association_id = file_system.linked("/scratch")
    file_system.write(**{"run/result": "1"})
    (scratch(file_system) / "run").chmod(0o2750)
    (scratch(file_system) / "run" / "result").chmod(0o640)
    os.utime(scratch(file_system) / "run" / "result", ns=(1, 1_600_000_000_123_456_789))
    (scratch(file_system) / "last").symlink_to("run/result")
    exported(file_system)
    file_system.fsx.delete_data_repository_association(
        AssociationId=association_id, DeleteDataInFileSystem=True
    )
    gone = not scratch(file_system).exists()
    file_system.await_link(association_id, "GONE")

    file_system.linked("/scratch")
    imported(file_system)

    result = (scratch(file_system) / "run" / "result").stat()
    assert gone
    assert (scratch(file_system) / "run").stat().st_mode == 0o42750
    assert (result.st_mode, result.st_mtime_ns) == (0o100640, 1_600_000_000_123_456_789)
    assert (scratch(file_system) / "last").readlink() == Path("run/result")


def test_what_others_put_into_the_bucket_everybody_may_read(file_system: Lustre) -> None:
    file_system.linked("/scratch")
    file_system.store(**{"run/result": "1"})

    imported(file_system)

    assert (scratch(file_system) / "run" / "result").stat().st_mode == 0o100755


def test_what_only_changed_its_mode_is_exported_and_what_was_touched_back_too(
    file_system: Lustre,
) -> None:
    file_system.linked("/scratch")
    file_system.write(mode="1", content="1", neither="1")
    exported(file_system)
    changed = scratch(file_system) / "content"
    before = changed.stat()
    (scratch(file_system) / "mode").chmod(0o600)
    changed.write_text("2")
    os.utime(changed, ns=(before.st_atime_ns, before.st_mtime_ns))

    task_id = file_system.begin("EXPORT")
    file_system.await_task(task_id, "SUCCEEDED")

    assert file_system.counts(task_id) == (2, 2, 0)
    assert metadata(file_system, "scratch/mode")["file-permissions"] == "0100600"
    assert file_system.objects()["scratch/content"] == "2"


def test_what_is_neither_file_nor_link_stays(file_system: Lustre) -> None:
    file_system.linked("/scratch")
    os.mkfifo(scratch(file_system) / "pipe")

    exported(file_system)

    assert file_system.objects() == {}


def test_a_name_that_is_no_utf_8_is_in_the_report(file_system: Lustre) -> None:
    file_system.linked("/scratch")
    file_system.write(good="1")
    Path(os.fsdecode(os.fsencode(scratch(file_system)) + b"/bad\xff")).write_text("2")

    task_id = file_system.begin("EXPORT", "scratch", Report=file_system.report())

    assert file_system.failure(task_id) == "1 of 2 files failed."
    report = file_system.objects()[f"scratch/reports/{task_id}/failures.csv"]
    assert report == "scratch/bad\\udcff,failed,PathEncodingInvalid\n"
    assert file_system.objects()["scratch/good"] == "1"


def test_keys_that_are_no_paths_are_not_imported(file_system: Lustre, tmp_path: Path) -> None:
    file_system.linked("/scratch")
    file_system.store(**{"../../../out": "1", "a//b": "2", "./c": "3", "good": "4"})

    imported(file_system)

    assert file_system.files() == {"scratch/good": "4"}


def test_what_can_t_be_a_file_fails_and_the_rest_comes(file_system: Lustre) -> None:
    file_system.linked("/scratch")
    s3: Any = file_system.account.client("s3")
    for name, said in {
        "time": {"file-mtime": f"{10**30}ns"},
        "target": {"file-permissions": "0120777"},
        "x" * 300: {},
        "good": {"file-mtime": "soon", "file-permissions": "all"},
    }.items():
        key = f"scratch/{name}"
        s3.put_object(Bucket=file_system.bucket, Key=key, Body=b"a\0b", Metadata=said)

    task_id = file_system.begin("IMPORT", Report=file_system.report())

    assert file_system.failure(task_id) == "3 of 4 files failed."
    assert file_system.files() == {"scratch/good": "a\0b"}


def test_a_file_where_a_directory_would_be_fails_what_is_below_it(file_system: Lustre) -> None:
    file_system.linked("/scratch")
    file_system.store(**{"a": "1", "a/b": "2", "c": "3"})

    task_id = file_system.begin("IMPORT", Report=file_system.report())

    assert file_system.failure(task_id) == "1 of 3 files failed."
    assert file_system.files() == {"scratch/a": "1", "scratch/c": "3"}


def test_a_link_of_a_user_leads_nothing_elsewhere(file_system: Lustre, tmp_path: Path) -> None:
    file_system.linked("/scratch")
    file_system.store(**{"trap/file": "1", "free": "2"})
    (scratch(file_system) / "trap").symlink_to(tmp_path)
    (tmp_path / "secret").write_text("of this machine")

    task_id = file_system.begin("IMPORT")
    file_system.await_task(task_id, "FAILED")
    exported(file_system)

    assert [path.name for path in tmp_path.iterdir()] == ["secret"]
    assert file_system.objects()["scratch/trap"] == str(tmp_path)
    assert "scratch/trap/secret" not in file_system.objects()
