"""Batches of a stream that a function failed on: what of them is handed over next."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Batch:
    """The records from position `begin` up to `end`, and how often a function failed on them."""

    begin: int
    end: int
    failures: int = 0

    def __len__(self) -> int:
        """How many records."""
        return self.end - self.begin


def after_progress(batch: Batch, at: int) -> Batch:
    """What is left from the record that failed on."""
    return Batch(begin=at, end=batch.end, failures=batch.failures + 1)


def after_failure(batch: Batch, at: int, *, halved: bool) -> list[Batch]:
    """What is handed over again after the first record, or all, failed; halving is no attempt."""
    if not halved or batch.end - at < 2:  # noqa: PLR2004 - one record has no halves
        return [Batch(begin=at, end=batch.end, failures=batch.failures + 1)]
    middle = (at + batch.end + 1) // 2
    return [
        Batch(begin=at, end=middle, failures=batch.failures),
        Batch(begin=middle, end=batch.end, failures=batch.failures),
    ]
