"""The collector's day: the spool every second, slurmctld's jobs every half minute, metrics."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from typing import Callable

from .beginning import beginning
from .collector import Collector
from .ending import Ending
from .metrics import metrics_line, node_states
from .outbox import Outbox
from .settings import Settings
from .slurm import Slurm, SlurmSilent
from .sweep import Sweep

SPOOL_SECONDS = 1.0
SWEEP_SECONDS = 30.0
METRICS_SECONDS = 60.0
SEARCH_SECONDS = 600.0
FORGET_SECONDS = 86400.0


@dataclass
class _Duty:
    """What is done from time to time; it may find Slurm silent, and is done again then."""

    seconds: float
    do: Callable[[], object]
    due: float = 0.0


def collect(settings: Settings, *, tell: Callable[[str], None]) -> None:
    """Collect until the process is told to end, then once more without waiting for anything."""
    ending = Ending()
    slurm = Slurm(settings, since=beginning(settings) or 0)
    collector = Collector(settings, slurm, tell=tell)
    sweep = Sweep(collector, slurm, tell=tell)
    duties = [
        _Duty(SPOOL_SECONDS, lambda: collector.collect(until=lambda: ending.is_asked)),
        _Duty(SWEEP_SECONDS, sweep.sweep),
        _Duty(METRICS_SECONDS, _Metrics(settings, slurm).measure),
        _Duty(SEARCH_SECONDS, sweep.search),
        _Duty(FORGET_SECONDS, collector.forget),
    ]
    while not ending.is_asked:
        for duty in duties:
            if not ending.is_asked and duty.due <= time.monotonic():
                _do(duty, tell)
        ending.wait(max(0.0, min(duty.due for duty in duties) - time.monotonic()))
    # systemd waits a minute: too short to find Slurm silent twice.
    answered = _do(_Duty(0.0, sweep.sweep), tell)
    collector.collect(patient=False, ask=answered)


def _do(duty: _Duty, tell: Callable[[str], None]) -> bool:
    """Do it, and say whether Slurm answered; a duty in trouble stops no other."""
    answered = True
    try:
        duty.do()
    except SlurmSilent as silence:
        tell(str(silence))
        answered = False
    except (OSError, sqlite3.Error):
        raise  # the disk's trouble: begin again with another collector
    except Exception as error:
        tell(f"{type(error).__name__}: {error}")
    duty.due = time.monotonic() + duty.seconds
    return answered


class _Metrics:
    """A line a minute in the outbox of metrics."""

    def __init__(self, settings: Settings, slurm: Slurm) -> None:
        """Measure this Slurm."""
        self._cluster = settings.cluster
        self._slurm = slurm
        self._outbox = Outbox(settings.outboxes["metrics"])
        self._since = time.time() - METRICS_SECONDS

    def measure(self) -> None:
        """Write the line of the time since the last one."""
        jobs, nodes = self._slurm.queue(), node_states(self._slurm.nodes())
        now = time.time()
        self._outbox.append(metrics_line(self._cluster, jobs, nodes, since=self._since, now=now))
        self._since = now
