"""Lines reach CloudWatch, whatever goes away meanwhile."""

import json
import random
from contextlib import suppress
from pathlib import Path

import pytest

from hpc_constructs.node_scripts.job_records.log_stream import LogStreamAway
from hpc_constructs.node_scripts.job_records.outbox import Outbox
from hpc_constructs.node_scripts.job_records.shipping import Shipper
from log_stream_fake import LogStreamFake, away

NOW = 1_790_000_000.0


class World:
    """An outbox, a stream, and a shipper that may die."""

    def __init__(self, directory: Path, *, retention_days: int = 180) -> None:
        self.directory = directory
        self.outbox = Outbox(directory / "outbox", file_bytes=2000)
        self.stream = LogStreamFake(now=lambda: NOW, retention_days=retention_days)
        self.told: list[str] = []

    def put(self, *numbers: int, end: float = NOW) -> None:
        for number in numbers:
            self.outbox.append(json.dumps({"key": number, "end_time": end}).encode() + b"\n")

    def shipper(self) -> Shipper:
        """One that knows nothing but what is on the disk."""
        return Shipper(
            Outbox(self.directory / "outbox", file_bytes=2000),
            self.stream,
            refused=self.directory / "refused.jsonl",
            tell=self.told.append,
            now=lambda: NOW,
        )

    def keys(self) -> list[int]:
        return [json.loads(message)["key"] for message in self.stream.messages]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_what_is_there_is_sent_once(world: World) -> None:
    world.put(*range(30))

    assert world.shipper().ship() == 30
    assert world.shipper().ship() == 0
    assert world.keys() == list(range(30))


def test_while_cloudwatch_is_away_nothing_is_lost(world: World) -> None:
    world.put(1, 2)
    world.stream.before = away

    with pytest.raises(LogStreamAway):
        world.shipper().ship()
    world.stream.before = lambda _: None
    world.put(3)

    assert world.shipper().ship() == 3
    assert world.keys() == [1, 2, 3]


def test_a_line_whose_answer_is_lost_comes_twice(world: World) -> None:
    world.put(1, 2)
    world.stream.after = away

    with pytest.raises(LogStreamAway):
        world.shipper().ship()
    world.stream.after = lambda _: None
    world.shipper().ship()

    assert world.keys() == [1, 2, 1, 2]
    assert len(set(world.stream.messages)) == 2


def test_a_line_comes_twice_whose_batch_cloudwatch_took_a_part_of(world: World) -> None:
    world.put(1, 2, 3)
    world.stream.refuses = lambda message: '"key": 3' in message
    world.stream.before = lambda call: away(0) if call == 3 else None

    with pytest.raises(LogStreamAway):
        world.shipper().ship()
    world.shipper().ship()

    assert world.keys() == [1, 1, 2]


@pytest.mark.parametrize("seed", range(5))
def test_of_a_hundred_lines_only_those_come_twice_whose_answer_was_lost(
    world: World, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    begun, lost = 0, 0

    def before(_: int) -> None:
        nonlocal begun
        begun = len(world.stream.messages)
        if chance.random() < 0.4:
            away(0)

    def after(_: int) -> None:
        nonlocal lost
        if chance.random() < 0.2:
            lost += len(world.stream.messages) - begun
            away(0)

    world.stream.before, world.stream.after = before, after
    for number in range(100):
        world.put(number)
        if chance.random() < 0.3:
            with suppress(LogStreamAway):
                world.shipper().ship()
    world.stream.before = world.stream.after = lambda _: None
    while world.shipper().ship():
        pass

    assert lost
    assert sorted(set(world.keys())) == list(range(100))
    assert len(world.keys()) == 100 + lost


def test_what_is_older_than_the_group_keeps_is_sent_with_the_time_of_the_sending(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, retention_days=3)
    world.put(1, end=NOW - 5 * 86_400)
    world.put(2)

    while world.shipper().ship():
        pass

    assert world.keys() == [1, 2]


def test_an_event_that_cloudwatch_refuses_is_put_aside_and_holds_up_no_other(world: World) -> None:
    world.put(*range(10))
    world.stream.refuses = lambda message: '"key": 6' in message

    world.shipper().ship()

    assert sorted(world.keys()) == [0, 1, 2, 3, 4, 5, 7, 8, 9]
    assert json.loads((world.directory / "refused.jsonl").read_text())["key"] == 6
    assert "refused.jsonl" in world.told[0]


def test_the_last_attempt_is_bounded(world: World) -> None:
    world.put(1)
    world.stream.before = away

    assert world.shipper().ship_all(seconds=0) is False
    assert "not all was sent" in world.told[0]


def test_the_last_attempt_sends_all_there_is(world: World) -> None:
    world.put(*range(5))

    assert world.shipper().ship_all(seconds=5) is True
    assert world.keys() == [0, 1, 2, 3, 4]
