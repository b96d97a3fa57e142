"""The outbox: what is in it stays until it is sent, and nothing half written is sent."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hpc_constructs.node_scripts.job_records.outbox import Outbox


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """As on a disk that is full: a write takes what fits, and the next one fails."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def unsent(outbox: Outbox) -> list[bytes]:
    return [line.content for line in outbox.unsent()]


def test_lines_come_out_in_the_order_they_went_in(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path, file_bytes=100)
    lines = [b"%03d" % n * 10 for n in range(20)]

    for line in lines:
        outbox.append(line + b"\n")

    assert unsent(outbox) == lines
    assert len(list(tmp_path.glob("*.jsonl"))) > 1


def test_what_is_marked_sent_is_never_seen_again_and_its_files_go(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path, file_bytes=100)
    for n in range(20):
        outbox.append(b"%030d\n" % n)
    lines = list(outbox.unsent())

    outbox.mark_sent(lines[14].behind)

    assert unsent(Outbox(tmp_path)) == [line.content for line in lines[15:]]
    assert len(list(tmp_path.glob("*.jsonl"))) == 2


def test_what_is_sent_while_another_process_reads_is_gone_and_no_error(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path, file_bytes=100)
    for n in range(20):
        outbox.append(b"%030d\n" % n)
    lines = list(outbox.unsent())
    reading = Outbox(tmp_path).unsent()
    first = next(reading)

    outbox.mark_sent(lines[-1].behind)
    rest = list(reading)

    assert first == lines[0]
    assert len(rest) < len(lines) - 1
    assert rest[-1] == lines[-1]


def test_the_newest_file_stays_even_when_all_of_it_is_sent(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.append(b"a\n")
    outbox.mark_sent(next(iter(outbox.unsent())).behind)

    assert unsent(outbox) == []
    assert list(outbox.last_lines()) == [b"a"]
    outbox.append(b"b\n")
    assert unsent(outbox) == [b"b"]


def test_a_line_that_the_power_went_in_the_middle_of_is_not_there(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.append(b"whole\n")
    with next(tmp_path.glob("*.jsonl")).open("ab") as file:
        file.write(b"hal")

    assert unsent(outbox) == [b"whole"]
    outbox.append(b"again\n")
    assert unsent(outbox) == [b"whole", b"again"]


def test_a_line_that_the_disk_took_a_part_of_is_an_error_and_not_there(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)

    with files_of_at_most(10), pytest.raises(OSError, match="too large"):
        outbox.append(b"more than ten bytes\n")

    assert unsent(outbox) == []
    outbox.append(b"again\n")
    assert unsent(outbox) == [b"again"]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.one_of(st.binary(max_size=40), st.integers(0, 5)), max_size=30))
def test_whatever_is_appended_and_sent_in_turns_each_line_is_seen_once(
    tmp_path_factory: object, acts: list[bytes | int]
) -> None:
    directory = Path(tmp_path_factory.mktemp("outbox"))  # type: ignore[attr-defined]
    outbox = Outbox(directory, file_bytes=60)
    put: list[bytes] = []
    seen: list[bytes] = []

    for act in acts:
        if isinstance(act, bytes):
            line = act.replace(b"\n", b"")
            outbox.append(line + b"\n")
            put.append(line)
        else:
            # Another process reads, which may have begun anew.
            for line in list(Outbox(directory).unsent())[:act]:
                seen.append(line.content)
                outbox.mark_sent(line.behind)
    seen += unsent(outbox)

    assert seen == put
