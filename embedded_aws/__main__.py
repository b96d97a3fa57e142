"""`python -m embedded_aws up|down|demo`: the commands behind the make verbs."""

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console

from embedded_aws import demo as demonstration
from embedded_aws import lifecycle
from embedded_aws.deployment import Deployment, deploy, deployed
from embedded_aws.errors import EmbeddedAwsError
from embedded_aws.instructions import calls, write_environment
from embedded_aws.lifecycle import ROOT, EmbeddedAws
from embedded_aws.ports import free_port

STATE = ROOT / ".embedded"
PORT = 4700
FAILURE_LOGS = ROOT / "build" / "logs"

app = typer.Typer(add_completion=False, help="An AWS on this machine, with the application on it.")
# An ARN holds `:secret:`, which would be an emoji.
console = Console(highlight=False, soft_wrap=True, emoji=False)


@app.command()
def up(port: int = PORT, version: str = "0.0.0") -> None:
    """Start it and deploy the application; leave it running."""
    with _one_line_errors():
        if running := lifecycle.find(STATE):
            console.print(f"It runs already: {running.endpoint}, log {running.log}")
            write_environment(running, deployed(running))
        else:
            running = lifecycle.start(STATE, port)
            _say(f"embedded AWS at {running.endpoint}, log {running.log}")
            with _undone_if_it_fails(running):
                write_environment(running, _deploy(running, version))
                running.release()
        console.print(f"\n[bold]source {STATE.relative_to(ROOT)}/environment[/bold]")
        for what, call in calls().items():
            console.print(f"\n[dim]# {what}[/dim]\n{call}")


@app.command()
def down() -> None:
    """Stop it; its state is gone."""
    with _one_line_errors():
        if not STATE.exists():
            console.print("It doesn't run.")
            return
        lifecycle.stop(STATE)
        console.print("Stopped; its state is gone.")


@app.command()
def demo(version: str = "0.0.0") -> None:
    """Create a cluster through the API, show it, delete it, look what is left."""
    began = time.monotonic()
    with _one_line_errors(), tempfile.TemporaryDirectory(prefix="hpc-demo-") as directory:
        aws = lifecycle.start(Path(directory) / "state", free_port())
        _say(f"embedded AWS at {aws.endpoint}, log {aws.log}")
        with _undone_if_it_fails(aws):
            demonstration.run(aws, _deploy(aws, version), _say)
        aws.stop()
        _say("embedded AWS stopped")
    console.print(f"[green]All of it held[/green] ({time.monotonic() - began:.0f} s).")


def _deploy(aws: EmbeddedAws, version: str) -> Deployment:
    with console.status("cdk deploy …") as status:

        def show(line: str) -> None:
            if " ✅ " in f" {line} ":
                _say(line)
            elif line:
                status.update(f"cdk deploy: {line[:100]}")

        return deploy(aws, version=version, progress=show)


def _say(line: str) -> None:
    console.print(line, markup=False)


@contextmanager
def _undone_if_it_fails(aws: EmbeddedAws) -> Iterator[None]:
    """Stop it on any failure, an interrupt too: half an application would trip up the next one."""
    try:
        yield
    except BaseException:
        FAILURE_LOGS.mkdir(parents=True, exist_ok=True)
        for log in aws.state.glob("*.log"):
            shutil.copy(log, FAILURE_LOGS)
        aws.stop()
        _say(f"stopped; its logs are in {FAILURE_LOGS.relative_to(ROOT)}")
        raise


@contextmanager
def _one_line_errors() -> Iterator[None]:
    try:
        yield
    except EmbeddedAwsError as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit("interrupted; what had begun is undone")


if __name__ == "__main__":
    app()
