"""The report of core hours as a table: `python -m tools.usage FUNCTION [--from 2026-01] …`.

FUNCTION is the name or ARN of the function with the entry point accounting_database.handler.usage.
Region and credentials are those of the AWS CLI; AWS_ENDPOINT_URL leads to an embedded AWS.
"""

import json
from typing import TYPE_CHECKING, Annotated, Any

import boto3
import typer
from botocore.config import Config
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

# Longer than the function itself may take.
CONFIG = Config(read_timeout=910, retries={"total_max_attempts": 1})


class ReportFailed(Exception):
    """The function has raised; its message says why."""


def main(
    function: Annotated[str, typer.Argument(help="Name or ARN of the function")],
    first: Annotated[str | None, typer.Option("--from", help="First month, 2026-01")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last month; this one")] = None,
    vlab_id: Annotated[str | None, typer.Option(help="Of this lab only")] = None,
    project_id: Annotated[str | None, typer.Option(help="Of this project only")] = None,
) -> None:
    """Print what projects have used, month by month."""
    question = {"from": first, "to": last, "vlab_id": vlab_id, "project_id": project_id}
    try:
        report = ask(boto3.client("lambda", config=CONFIG), function, question)
    except ReportFailed as failure:
        Console(stderr=True, soft_wrap=True).print(str(failure), markup=False)
        raise typer.Exit(1) from None
    Console().print(table(report))


def ask(client: "LambdaClient", function: str, question: dict[str, str | None]) -> dict[str, Any]:
    """The report; fields that are None are left out. Raises ReportFailed."""
    asked = {name: value for name, value in question.items() if value is not None}
    answer = client.invoke(FunctionName=function, Payload=json.dumps(asked).encode())
    content = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise ReportFailed(content.get("errorMessage", answer["FunctionError"]))
    report: dict[str, Any] = content
    return report


def table(report: dict[str, Any]) -> Table:
    """A line for each row, and the sum."""
    rows = report["rows"]
    made = Table(title=f"Core hours, {report['from']} to {report['to']}", show_footer=True)
    for name in ("lab", "project", "month"):
        made.add_column(name, overflow="fold")
    seconds = sum(row["core_seconds"] for row in rows)
    made.add_column("core hours", footer=f"{seconds / 3600:.2f}", justify="right")
    made.add_column("runs", footer="", justify="right")
    for row in rows:
        hours = f"{row['core_hours']:.2f}"
        # As text: ids may hold what Rich would take for markup.
        cells = (row["vlab_id"], row["project_id"], row["month"], hours, str(row["jobs"]))
        made.add_row(*map(Text, cells))
    return made


if __name__ == "__main__":
    typer.run(main)
