"""What was measured, as tables."""

from collections.abc import Sequence

from rich.table import Table

from benchmarks.aws_calls import Calls
from benchmarks.latency import Latency
from benchmarks.throughput import CLIENTS, Throughput


def calls_table(every: Sequence[Calls]) -> Table:
    """Calls of AWS a request."""
    table = Table("request", "calls", "which", title="AWS calls a request")
    for each in every:
        table.add_row(each.request, str(len(each.calls)), each.told)
    return table


def latency_table(every: Sequence[Latency]) -> Table:
    """Times, as multiples of those of GET /version; milliseconds besides."""
    table = Table(
        "request",
        "p50",
        "p95",
        "p50 ms *",
        "p95 ms *",
        "requests",
        title="Time, as a multiple of GET /version sent in turns with it",
        caption="* of this machine, emulator and all: not comparable between machines",
    )
    for each in every:
        ratios = (f"{each.ratio(percent):.1f} x" for percent in (50, 95))
        times = (f"{each.milliseconds(percent):.0f}" for percent in (50, 95))
        table.add_row(each.request, *ratios, *times, str(len(each.times)))
    return table


def ratios_table(import_ratio: float, throughput: Throughput) -> Table:
    """The rest."""
    table = Table("what", "ratio", "of which", title="Ratios in one run")
    table.add_row(
        "importing the handler, over boto3 and the same clients",
        f"{import_ratio:.2f} x",
        "CPU time",
    )
    table.add_row(
        f"GET of one a second, {CLIENTS} clients over 1, no throttling",
        f"{throughput.together / throughput.alone:.1f} x",
        f"{throughput.together:.0f} over {throughput.alone:.0f} a second *",
    )
    return table
