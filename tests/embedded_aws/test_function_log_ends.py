"""What an invocation prints is in its log, up to the last letter, and in no other's."""

import json

import pytest

from aws_account import Account, unique

# Without the end of a line nobody who waits for lines would ever read it.
PYTHON = """
import os, sys

def handler(event, context):
    print("first of", event)
    sys.stdout.write(f"last of {event}")
    if event == "death":
        os._exit(1)
    if event == "failure":
        raise ValueError(event)
    return event
"""
NODE = """
exports.handler = async (event) => {
  console.log("first of", event);
  process.stdout.write(`last of ${event}`);
  if (event === "death") process.exit(1);
  if (event === "failure") throw new Error(event);
  return event;
};
"""
# A program of its own, which speaks the Lambda runtime API.
PROVIDED = """#!/usr/bin/env python3
import json, os, sys
from urllib.request import Request, urlopen

api = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation"
while True:
    with urlopen(f"{api}/next") as asked:
        request, event = asked.headers["Lambda-Runtime-Aws-Request-Id"], json.load(asked)
    print("first of", event)
    print(f"last of {event}", end="", flush=True)
    if event == "death":
        os._exit(1)
    how = "error" if event == "failure" else "response"
    urlopen(Request(f"{api}/{request}/{how}", data=json.dumps(event).encode())).close()
"""
RUNTIMES = [("python3.13", PYTHON), ("nodejs22.x", NODE), ("provided.al2023", PROVIDED)]
SILENT = "def handler(event, context): return event"


def invoke(account: Account, function: str, event: str) -> str:
    """What it says; the rest is in its log."""
    answer = account.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
    return str(json.load(answer["Payload"]))


def logged(account: Account, name: str) -> list[list[str]]:
    """The lines of each invocation, without the platform's."""
    events = account.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
    streams: dict[str, list[str]] = {}
    for event in events:
        lines = streams.setdefault(event["logStreamName"], [])
        if "RequestId" not in event["message"]:
            lines.append(event["message"])
    return sorted(streams.values())


@pytest.mark.parametrize(("runtime", "code"), RUNTIMES)
def test_all_of_an_invocation_is_in_its_log(account: Account, runtime: str, code: str) -> None:
    function = account.function(code, name=(name := unique("function")), runtime=runtime)

    for event in ("a", "b", "c"):
        assert invoke(account, function, event) == event

    assert logged(account, name) == [[f"first of {each}", f"last of {each}"] for each in "abc"]


@pytest.mark.parametrize("end", ["failure", "death"])
@pytest.mark.parametrize(("runtime", "code"), RUNTIMES)
def test_so_it_is_of_one_that_fails(account: Account, runtime: str, code: str, end: str) -> None:
    function = account.function(code, name=(name := unique("function")), runtime=runtime)

    invoke(account, function, end)

    [lines] = logged(account, name)
    assert lines[:2] == [f"first of {end}", f"last of {end}"]


def test_one_that_prints_nothing_has_logged_nothing(account: Account) -> None:
    function = account.function(SILENT, name=(name := unique("function")))

    assert invoke(account, function, "a") == "a"

    assert logged(account, name) == [[]]
