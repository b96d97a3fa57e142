"""Who wants to know when an instance is launched or terminated."""

from collections.abc import Callable
from typing import Any

Instance = dict[str, Any]
Watcher = Callable[[Instance], None]

_launch_watchers: list[Watcher] = []
_termination_watchers: list[Watcher] = []


def watch(*, launches: Watcher, terminations: Watcher) -> None:
    """Call `launches` with each new instance, `terminations` with each that ended."""
    _launch_watchers.append(launches)
    _termination_watchers.append(terminations)


def launched(instance: Instance) -> None:
    """Tell of a new instance, tags included."""
    for watcher in _launch_watchers:
        watcher(instance)


def terminated(instance: Instance) -> None:
    """Tell of an instance that was just terminated."""
    for watcher in _termination_watchers:
        watcher(instance)
