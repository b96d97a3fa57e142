"""`python -m embedded_aws up|down|demo|shell|job-records`: the commands behind the make verbs."""

import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from embedded_aws import lifecycle
from embedded_aws.demo.demonstration import Demonstration
from embedded_aws.demo.stopwatch import Stopwatch
from embedded_aws.demo.surroundings import Surroundings
from embedded_aws.deployment import Deployment, deploy, deployed
from embedded_aws.errors import EmbeddedAwsError, NotRunningError
from embedded_aws.head_node_login import head_node, login
from embedded_aws.head_nodes.choice import HeadNodes, choose
from embedded_aws.instructions import calls, jobs, reader, write_environment
from embedded_aws.job_records import log_groups, records
from embedded_aws.laboratory.node import NodeTrouble
from embedded_aws.lifecycle import ROOT, EmbeddedAws
from embedded_aws.patient_client import PatientClient
from embedded_aws.ports import free_port
from embedded_aws.session import Session

PORT = 4700
State = Annotated[Path, typer.Option(help="Where all is kept that it has.")]
Patience = Annotated[float, typer.Option(min=0, help="How many times as long as usual to wait.")]
STATE = ROOT / ".embedded"
FAILURE_LOGS = ROOT / "build" / "logs"

app = typer.Typer(add_completion=False, help="An AWS on this machine, with the application on it.")
# An ARN holds `:secret:`, which would be an emoji.
console = Console(highlight=False, soft_wrap=True, emoji=False)


@app.command()
def up(port: int = PORT, version: str = "0.0.0", state: State = STATE) -> None:
    """Start it and deploy the application; leave it running."""
    with _one_line_errors():
        if running := lifecycle.find(state):
            console.print(f"It runs already: {running.endpoint}, log {running.log}")
            write_environment(running, deployed(running))
        else:
            running = lifecycle.start(state, port, head_nodes=choose(state).head_nodes)
            _say(f"embedded AWS at {running.endpoint}, log {running.log}")
            with _undone_if_it_fails(running):
                write_environment(running, _deploy(running, version))
                running.release()
        console.print(f"\n[bold]source {os.path.relpath(state)}/environment[/bold]")
        why_none_boots = _why_none_boots(running)
        for what, call in {**calls(), **({} if why_none_boots else jobs(reader()))}.items():
            console.print(f"\n[dim]# {what}[/dim]\n{call}")
        if why_none_boots:
            _say(f"\nNo job runs on its clusters, whose head nodes are played: {why_none_boots}")


@app.command()
def down(state: State = STATE) -> None:
    """Stop it; its state is gone."""
    with _one_line_errors():
        if not state.exists():
            console.print("It doesn't run.")
            return
        lifecycle.stop(state)
        console.print("Stopped; its state is gone.")


@app.command()
def shell(
    command: str = typer.Argument(""),
    *,
    cluster: str = "",
    admin: bool = False,
    state: State = STATE,
) -> None:
    """Log in to a head node over SSH, or run a command line there."""
    with _one_line_errors():
        aws = _running(state)
        node = head_node(aws.state, cluster, _why_none_boots(aws))
        client = PatientClient(aws, deployed(aws))
        with login(client, node, administrator=admin) as secure_shell:
            sys.exit(secure_shell.attach(command))


@app.command()
def job_records(cluster: str = "", state: State = STATE) -> None:
    """Print what clusters recorded of their jobs, also of those that are gone; JSON lines."""
    with _one_line_errors():
        account = Session(_running(state))
        for group in log_groups(account, cluster):
            for record in records(account, group):
                print(json.dumps(record))


@app.command()
def demo(version: str = "0.0.0", patience: Patience = 1) -> None:
    """Create a cluster through the API, run a job on it, delete it, look what is left."""
    stopwatch = Stopwatch()
    with _one_line_errors(), tempfile.TemporaryDirectory(prefix="hpc-demo-") as directory:
        surroundings = Surroundings.here()
        for line in surroundings.lines():
            _say(line)
        with stopwatch.step("start the embedded AWS"):
            state = Path(directory) / "state"
            aws = lifecycle.start(state, free_port(), head_nodes=choose().head_nodes)
        _say(f"embedded AWS at {aws.endpoint}, log {aws.log}")
        with _undone_if_it_fails(aws):
            with stopwatch.step("deploy the application"):
                deployment = _deploy(aws, version)
            Demonstration(
                aws=aws,
                deployment=deployment,
                surroundings=surroundings,
                stopwatch=stopwatch,
                say=_say,
                patience=patience,
            ).run()
        with stopwatch.step("stop the embedded AWS"):
            aws.stop()
        _say("embedded AWS stopped")
    for line in stopwatch.table():
        _say(f"  {line}")
    console.print(f"[green]All of it held[/green] ({stopwatch.seconds:.0f} s).")


def _deploy(aws: EmbeddedAws, version: str) -> Deployment:
    with console.status("cdk deploy …") as status:

        def show(line: str) -> None:
            if " ✅ " in f" {line} " or line.startswith("Slurm's accounting"):
                _say(line)
            elif line:
                status.update(f"cdk deploy: {line[:100]}")

        return deploy(aws, version=version, progress=show)


def _why_none_boots(running: EmbeddedAws) -> str | None:
    """Why head nodes of this one are played, whatever another would do; None if they boot."""
    if running.head_nodes is HeadNodes.BOOTED:
        return None
    return (
        choose(running.state).why
        or "it was started so, and they could boot: make down, then make up"
    )


def _running(state: Path) -> EmbeddedAws:
    if (running := lifecycle.find(state)) is None:
        raise NotRunningError
    return running


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
    # Who is told to end undoes as much as who is interrupted, which background jobs would ignore.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    except (EmbeddedAwsError, NodeTrouble) as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit("interrupted; what had begun is undone")


if __name__ == "__main__":
    app()
