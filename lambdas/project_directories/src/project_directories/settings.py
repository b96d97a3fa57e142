"""The process environment, parsed once into frozen settings; every fault is named at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from project_directories.errors import InvalidSettings

_LONGEST_DAYS = 3650


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where the whole file system is mounted, and how long an unused directory is kept."""

    mount: Path
    keep: timedelta


def parse_settings(environment: Mapping[str, str]) -> Settings:
    """The function's settings. Raises InvalidSettings."""
    mount, days = environment.get("MOUNT_PATH", ""), environment.get("KEEP_DAYS", "")
    problems = [
        f"{name} is missing"
        for name, value in (("MOUNT_PATH", mount), ("KEEP_DAYS", days))
        if not value
    ]
    if days and not (days.isdecimal() and 1 <= int(days) <= _LONGEST_DAYS):
        problems.append(f"KEEP_DAYS is {days!r}, not a whole number of 1 to {_LONGEST_DAYS}")
    if problems:
        raise InvalidSettings(problems)
    return Settings(mount=Path(mount), keep=timedelta(days=int(days)))
