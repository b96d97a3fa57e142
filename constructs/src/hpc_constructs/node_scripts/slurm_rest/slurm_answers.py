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
_STATUSES = {
    1007: 500,  # our own token was refused
    2002: 403,  # access denied
    2010: 403,  # another user's
    2017: 404,  # no such job
    2021: 409,  # the job has ended
    9003: 404,  # nothing found
    9006: 404,  # no such path
    9007: 405,
}
_AWAY = (range(1000, 2000), range(7000, 7001))
_BAD = (range(2000, 7000), range(7001, 10000))


@dataclass(frozen=True)
class Answer:
    """What the caller gets; `job` is the one that it is about, for the log."""

    status: int
    body: bytes
    job: str = ""


def translated(status: int, body: bytes, request_id: str) -> Answer:
    """The answer to a caller, of what slurmrestd said.

    What succeeded goes on as it is. What failed has `message` and `requestId`, as all refusals of
    ours, and Slurm's own `errors` beside.
    """
    document = _document(body)
    errors = _errors(document)
    if status == _NO_CONTENT:
        return failure(404, "Slurm found nothing", request_id)
    if status == _OK and not errors:
        return Answer(_OK, body, str(document.get("job_id") or ""))
    if not errors and status in _CALLERS_FAULT:
        return failure(400, "Slurm can't read the request", request_id)
    if not errors:
        return failure(503, "Slurm is away, or doesn't answer as it should", request_id)
    ours = _status(errors)
    said = str(errors[0].get("error") or errors[0].get("description") or "it says no reason")
    away = "Slurm is away" if ours >= 500 else "Slurm refuses it"  # noqa: PLR2004
    return failure(ours, f"{away}: {said}", request_id, errors)


def failure(
    status: int, message: str, request_id: str, errors: Sequence[Mapping[str, object]] = ()
) -> Answer:
    """A refusal's answer."""
    told: dict[str, object] = {"message": message, "requestId": request_id}
    if errors:
        told["errors"] = list(errors)
    return Answer(status, (json.dumps(told) + "\n").encode())


def _document(body: bytes) -> Mapping[str, object]:
    try:
        found = json.loads(body) if len(body) <= _LARGEST_READ else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


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


def _status(errors: Sequence[Mapping[str, object]]) -> int:
    numbers = [number for error in errors if isinstance(number := error.get("error_number"), int)]
    for number in numbers:
        if number in _STATUSES:
            return _STATUSES[number]
    if any(number in away for number in numbers for away in _AWAY):
        return 503
    return 400 if any(number in bad for number in numbers for bad in _BAD) else 503
