"""How many requests a second are answered: one client, and many at once."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import requests

from benchmarks.bench import Bench, expect
from cluster_api.model import Project
from embedded_aws.workflow_service import WorkflowService

CLIENTS = 32
SECONDS = 6.0
# So many functions start at once on a few cores without a caller's losing patience; each step is
# gone over until all were answered, so that no function starts while it is measured.
_COLD_STARTS = 4
_WARMING_SECONDS = 1.0
_WARMINGS = 5
_OK = 200


@dataclass(frozen=True, kw_only=True)
class Throughput:
    """Requests a second, GET of one cluster: with one client and with many."""

    alone: float
    together: float


@dataclass(frozen=True, kw_only=True)
class _Round:
    answered: int
    late: int
    seconds: float


def measure(bench: Bench, there: Project) -> Throughput:
    """Every client sends its next request when it has the answer to the one before.

    The gateway's limit is lifted meanwhile: it would be all that is measured.
    """
    ids = {"vlab_id": there.vlab_id, "project_id": there.project_id}
    clients = [WorkflowService(bench.aws, bench.deployment) for _ in range(CLIENTS)]
    with bench.without_throttling():
        for some in range(_COLD_STARTS, CLIENTS + 1, _COLD_STARTS):
            _warm(clients[:some], ids)
        return Throughput(alone=_rate(clients[:1], ids), together=_rate(clients, ids))


def _rate(clients: Sequence[WorkflowService], ids: dict[str, str]) -> float:
    round_ = _send(clients, ids, SECONDS)
    expect(not round_.late, f"{len(clients)} clients are all answered in time: {round_}")
    return round_.answered / round_.seconds


def _warm(clients: Sequence[WorkflowService], ids: dict[str, str]) -> None:
    for _ in range(_WARMINGS):
        if not _send(clients, ids, _WARMING_SECONDS).late:
            return


def _send(clients: Sequence[WorkflowService], ids: dict[str, str], seconds: float) -> _Round:
    """Let all clients begin at the same moment, and send for so long."""
    together = threading.Barrier(len(clients))

    def send(client: WorkflowService) -> tuple[int, int]:
        answered = late = 0
        together.wait()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                answer = client.get(**ids)
            except requests.Timeout:
                late += 1
            else:
                expect(answer.status == _OK, f"GET of {ids} is answered with 200: {answer}")
                answered += 1
        return answered, late

    begun = time.monotonic()
    with ThreadPoolExecutor(len(clients)) as threads:
        counts = list(threads.map(send, clients))
    return _Round(
        answered=sum(answered for answered, _ in counts),
        late=sum(late for _, late in counts),
        seconds=time.monotonic() - begun,
    )
