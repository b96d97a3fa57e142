"""A log stream that goes away and comes back as a test says; it keeps CloudWatch's limits."""

from collections.abc import Callable, Sequence

from hpc_constructs.node_scripts.job_records.batches import Event
from hpc_constructs.node_scripts.job_records.log_stream import LogStreamAway, LogStreamRefused

_DAY = 24 * 3600 * 1000


class LogStreamFake:
    """Attributes:
    messages: what it has, in the order that it got it.
    calls: how many calls there were.
    before, after: called with the number of the call before and after the events are taken; they
        may raise.
    """

    def __init__(self, *, now: Callable[[], float], retention_days: int = 180) -> None:
        self.messages: list[str] = []
        self.calls = 0
        self.before: Callable[[int], None] = lambda _: None
        self.after: Callable[[int], None] = lambda _: None
        self.refuses: Callable[[str], bool] = lambda _: False
        self._now = now
        self._retention = retention_days * _DAY

    def put(self, events: Sequence[Event]) -> Sequence[Event]:
        self.calls += 1
        self.before(self.calls)
        if any(self.refuses(event.message) for event in events):
            raise LogStreamRefused("InvalidParameterException")
        _check_limits(events)
        present = self._now() * 1000
        oldest = present - min(self._retention, 14 * _DAY)
        late = [each for each in events if not oldest <= each.timestamp <= present + _DAY / 12]
        self.messages += [event.message for event in events if event not in late]
        self.after(self.calls)
        return late


def away(_: int) -> None:
    raise LogStreamAway("CloudWatch Logs: Could not connect to the endpoint URL")


def _check_limits(events: Sequence[Event]) -> None:
    times = [event.timestamp for event in events]
    size = sum(len(event.message.encode()) + 26 for event in events)
    assert 1 <= len(events) <= 10_000
    assert size <= 1_048_576
    assert times == sorted(times)
    assert times[-1] - times[0] <= _DAY
