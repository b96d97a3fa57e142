"""What every project has used, month by month."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from accounting_database.core_hours import CoreSeconds, Span
from accounting_database.database import Database
from accounting_database.deadline import OF_A_SCHEDULE
from accounting_database.errors import InvalidRequest
from accounting_database.migrations import migrate
from accounting_database.months import Month, months
from accounting_database.ports import Clock
from accounting_database.register import Register, RegisteredSchema
from accounting_database.request import ID_ALLOWED, is_id
from accounting_database.session import Session
from accounting_database.slurm_tables import runs

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_FIRST_YEAR = 1970
_MOST_MONTHS = 120
_HOUR_SECONDS = 3600
_FIELDS = ("vlab_id", "project_id", "from", "to")


class Row(TypedDict):
    """What a project used in a month; `jobs` are runs that touched it."""

    vlab_id: str
    project_id: str
    month: str
    core_hours: float
    core_seconds: int
    jobs: int


Report = TypedDict("Report", {"from": str, "to": str, "rows": list[Row]})


@dataclass(frozen=True, kw_only=True)
class Question:
    """Which months, both included, and of whom; None is of everybody."""

    first: Month
    last: Month
    vlab_id: str | None
    project_id: str | None


def parse_question(event: Mapping[str, object], now: int) -> Question:
    """All fields are optional: `to` is this month by default, and `from` is `to`.

    InvalidRequest names the field, its value and what is allowed.
    """
    for name in event:
        if name not in _FIELDS:
            raise InvalidRequest(f"Field {name}", event[name], f"none but {', '.join(_FIELDS)}")
    last = _month(event, "to", Month.of(now))
    first = _month(event, "from", last)
    if not first <= last or (last.year - first.year) * 12 + last.number - first.number >= (
        _MOST_MONTHS
    ):
        raise InvalidRequest(
            "Field from", str(first), f"a month of at most {_MOST_MONTHS} before the end of {last}"
        )
    return Question(
        first=first,
        last=last,
        vlab_id=_id(event, "vlab_id"),
        project_id=_id(event, "project_id"),
    )


class UsageReport:
    """Over all schemas that there are."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def answer(self, question: Question) -> Report:
        """A row for each project and month in which it had a cluster, 0 where nothing ran.

        A run that goes on counts until now. Raises what Database.session and Session.run raise: a
        report that lacks a schema would be wrong.
        """
        asked = list(months(question.first, question.last))
        now = self._clock.now()
        sums: dict[tuple[str, str, Month], list[int]] = {}
        with self._database.session(OF_A_SCHEDULE) as session:
            migrate(session)
            found = Register(session).schemas(
                vlab_id=question.vlab_id, project_id=question.project_id
            )
            for schema in found:
                for month, (seconds, count) in _of_schema(session, schema, asked, now).items():
                    total = sums.setdefault((schema.vlab_id, schema.project_id, month), [0, 0])
                    total[0] += seconds
                    total[1] += count
        return {
            "from": str(question.first),
            "to": str(question.last),
            "rows": [
                {
                    "vlab_id": vlab_id,
                    "project_id": project_id,
                    "month": str(month),
                    "core_hours": round(seconds / _HOUR_SECONDS, 2),
                    "core_seconds": seconds,
                    "jobs": count,
                }
                for (vlab_id, project_id, month), (seconds, count) in sorted(sums.items())
            ],
        }


def _of_schema(
    session: Session, schema: RegisteredSchema, asked: Sequence[Month], now: int
) -> dict[Month, tuple[int, int]]:
    counted = CoreSeconds(months=asked, lifetimes=schema.lifetimes, now=now)
    for run in runs(session, schema.name, Span(start=asked[0].start, end=asked[-1].end)):
        counted.add(run)
    return {
        month: (taken.core_seconds, taken.runs)
        for month, taken in counted.taken.items()
        if taken.runs or _was_there(schema, month, now)
    }


def _was_there(schema: RegisteredSchema, month: Month, now: int) -> bool:
    return any(
        Span(
            start=lifetime.created_at,
            end=now + 1 if lifetime.released_at is None else lifetime.released_at,
        )
        .within(Span(start=month.start, end=month.end))
        .seconds
        for lifetime in schema.lifetimes
    )


def _month(event: Mapping[str, object], name: str, default: Month) -> Month:
    value = event.get(name)
    if value is None:
        return default
    found = _MONTH.fullmatch(value) if isinstance(value, str) else None
    if found is None or int(found[1]) < _FIRST_YEAR:
        raise InvalidRequest(f"Field {name}", value, "a month like 2026-01")
    return Month(int(found[1]), int(found[2]))


def _id(event: Mapping[str, object], name: str) -> str | None:
    value = event.get(name)
    if value is None:
        return None
    if not is_id(value):
        raise InvalidRequest(f"Field {name}", value, ID_ALLOWED)
    return value
