"""slurmrestd's answers in HTTP's own terms: its statuses say little, and differ by version.

What it says is in the body, as `errors` with Slurm's numbers. Source: Slurm 24.11 and 25.11,
slurm/slurm_errno.h.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_LARGEST_READ = 1 << 20
"""Bytes: an answer with an error is small."""
_OK, _NO_CONTENT = 200, 204
_CALLERS_FAULT = (400, 415, 422)
_OUTAGES = (503, 504)
_STATUSES = {
    1007: 500,  # our own token was refused
    2002: 403,  # access denied
    2010: 403,  # another user's
    2017: 404,  # no such job
    2021: 409,  # the job has ended
    5004: 504,  # slurmctld or slurmdbd didn't answer in time
    9003: 404,  # nothing found
    9006: 404,  # no such path
    9007: 405,
}
_AWAY = (range(1000, 2000), range(5000, 6000), range(7000, 7001))
_BAD = (range(2000, 5000), range(6000, 7000), range(7001, 10000))
_NOTHING_WAS_SENT = frozenset({1001, 1800, 1804, 7000})
"""slurmctld couldn't be reached, told slurmrestd to come later, or slurmdbd couldn't be reached."""
_LOOK_FIRST = "the job may have been taken: look for it by its name before you submit it again"


@dataclass(frozen=True)
class Answer:
    """What the caller gets; `job` is the one that it is about, for the log."""

    status: int
    body: bytes
    job: str = ""


def translated(status: int, body: bytes, request_id: str, *, submits: bool = False) -> Answer:
    """The answer to a caller, of what slurmrestd said; `submits` if a job was to be submitted.

    What succeeded goes on as it is. What failed has `message` and `requestId`, as all refusals of
    ours, and Slurm's own `errors` beside.
    """
    document = _document(body)
    errors = _errors(document or {})
    if status == _NO_CONTENT:
        return failure(404, "Slurm found nothing", request_id)
    if status == _OK and document is not None and not errors:
        return Answer(_OK, body, str(document.get("job_id") or ""))
    if not errors and status in _CALLERS_FAULT:
        return failure(400, "Slurm can't read the request", request_id)
    if not errors:
        away = "Slurm is away, or doesn't answer as it should"
        return unanswered(503, away, request_id, submits)
    numbers = [number for error in errors if isinstance(number := error.get("error_number"), int)]
    ours = _status(numbers)
    said = str(errors[0].get("error") or errors[0].get("description") or "it says no reason")
    away = "Slurm is away" if ours >= 500 else "Slurm refuses it"  # noqa: PLR2004
    if ours in _OUTAGES and not (numbers and _NOTHING_WAS_SENT.issuperset(numbers)):
        return unanswered(ours, f"{away}: {said}", request_id, submits, errors)
    return failure(ours, f"{away}: {said}", request_id, errors)


def unanswered(
    status: int,
    message: str,
    request_id: str,
    submits: bool,
    errors: Sequence[Mapping[str, object]] = (),
) -> Answer:
    """The answer where a request went out and how it ended isn't known.

    A job that `submits` sent may have been taken: so it is never told to be tried again.
    """
    if submits:
        return failure(504, f"{message}; {_LOOK_FIRST}", request_id, errors)
    return failure(status, message, request_id, errors)


def failure(
    status: int, message: str, request_id: str, errors: Sequence[Mapping[str, object]] = ()
) -> Answer:
    """A refusal's answer."""
    told: dict[str, object] = {"message": message, "requestId": request_id}
    if errors:
        told["errors"] = list(errors)
    return Answer(status, (json.dumps(told) + "\n").encode())


def _document(body: bytes) -> Mapping[str, object] | None:
    """None if there is none; empty if it is too long to be an error."""
    try:
        found = json.loads(body) if len(body) <= _LARGEST_READ else {}
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _errors(document: Mapping[str, object]) -> list[Mapping[str, object]]:
    return [*_objects(document.get("errors")), *_refused_jobs(document)]


def _refused_jobs(document: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """The jobs that were not cancelled: no errors in Slurm's eyes, and answered with 200."""
    for job in _objects(document.get("status")):
        error = job.get("error")
        if isinstance(error, dict) and error.get("code"):
            yield {"error_number": error["code"], "error": error.get("string")}


def _objects(value: object) -> list[Mapping[str, object]]:
    entries = value if isinstance(value, list) else []
    return [entry for entry in entries if isinstance(entry, dict)]


def _status(numbers: Sequence[int]) -> int:
    for number in numbers:
        if number in _STATUSES:
            return _STATUSES[number]
    if any(number in away for number in numbers for away in _AWAY):
        return 503
    return 400 if any(number in bad for number in numbers for bad in _BAD) else 503
