"""How long requests take, over the shortest that goes the same way, side by side."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from statistics import quantiles

from benchmarks.bench import Bench, expect
from benchmarks.seeds import CLUSTERS, LAB
from cluster_api.model import Project
from embedded_aws.workflow_service import Answer

TURNS = 60
# Each makes a cluster and takes it down again.
POSTS = 8
_OK = 200


@dataclass(frozen=True, kw_only=True)
class Latency:
    """A request's times in ms, and those of GET /version, sent in turns with it."""

    request: str
    times: list[float]
    yardstick: list[float]

    def milliseconds(self, percent: int) -> float:
        """The percentile in ms; of this machine at this moment."""
        return _percentile(self.times, percent)

    def ratio(self, percent: int) -> float:
        """The percentile over the same percentile of GET /version."""
        return _percentile(self.times, percent) / _percentile(self.yardstick, percent)


def measure(bench: Bench, there: Project) -> list[Latency]:
    """GET, LIST and POST through the gateway, signed; `there` has a complete cluster."""
    ids = {"vlab_id": there.vlab_id, "project_id": there.project_id}
    client = bench.client
    listed = len(client.get().body["clusters"])
    expect(listed == CLUSTERS, f"GET of many lists {CLUSTERS} clusters, not {listed}")
    return [
        _in_turns(bench, "GET of one", lambda: client.get(**ids)),
        _in_turns(bench, f"GET of many: {CLUSTERS} clusters", client.get),
        _in_turns(bench, "POST again", lambda: client.post(**ids, include_lustre="false")),
        _posts(bench),
    ]


def _in_turns(bench: Bench, request: str, call: Callable[[], Answer]) -> Latency:
    _timed(call)
    pairs = [(_timed(call), _timed(bench.client.version)) for _ in range(TURNS)]
    return Latency(
        request=request, times=[one for one, _ in pairs], yardstick=[other for _, other in pairs]
    )


def _posts(bench: Bench) -> Latency:
    """New clusters, one after the other: each is gone before the next one comes."""
    times, yardstick = [], []
    for number in range(POSTS):
        ids = {"vlab_id": LAB, "project_id": f"post-{number}"}
        try:
            times.append(_timed(partial(bench.client.post, **ids, include_lustre="false")))
            yardstick.append(_timed(bench.client.version))
        finally:
            bench.delete(**ids)
    return Latency(request="POST, new", times=times, yardstick=yardstick)


def _timed(call: Callable[[], Answer]) -> float:
    begun = time.perf_counter()
    answer = call()
    taken = (time.perf_counter() - begun) * 1000
    expect(answer.status == _OK, f"a request is answered with 200: {answer}")
    return taken


def _percentile(values: list[float], percent: int) -> float:
    return quantiles(values, n=100, method="inclusive")[percent - 1]
