"""`python -m benchmarks`: what `make bench` prints."""

import sys
import tempfile
from pathlib import Path

import requests
import typer
from rich.console import Console

from benchmarks import aws_calls, imports, latency, throughput
from benchmarks.bench import Bench, BenchmarkError
from benchmarks.seeds import projects, seeded
from benchmarks.tables import calls_table, latency_table, ratios_table
from embedded_aws import lifecycle
from embedded_aws.deployment import deploy
from embedded_aws.errors import EmbeddedAwsError
from embedded_aws.ports import free_port

console = Console(highlight=False, emoji=False)


def main(version: str = "0.0.0") -> None:
    """Measure the application on an embedded AWS of its own, and leave nothing behind."""
    with tempfile.TemporaryDirectory(prefix="hpc-bench-") as directory:
        try:
            aws = lifecycle.start(Path(directory) / "state", free_port())
            try:
                with console.status("cdk deploy …"):
                    deployment = deploy(aws, version=version)
                _measure(Bench.of(aws, deployment))
            finally:
                aws.stop()
        except (EmbeddedAwsError, BenchmarkError, requests.RequestException) as error:
            sys.exit(f"error: {error}")


def _measure(bench: Bench) -> None:
    """Measure one thing after the other: two at once would measure each other."""
    every = projects()
    table = bench.deployment.registry_table
    with seeded(bench.service("dynamodb"), table, every):
        with console.status("importing the handler …"):
            imported = imports.measure(bench)
        with console.status("counting calls …"):
            console.print(calls_table(aws_calls.measure(bench, every[0])))
        with console.status("timing requests …"):
            console.print(latency_table(latency.measure(bench, every[0])))
        with console.status(f"{throughput.CLIENTS} clients at once …"):
            console.print(ratios_table(imported, throughput.measure(bench, every[0])))


if __name__ == "__main__":
    typer.run(main)
