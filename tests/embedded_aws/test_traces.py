"""What a function sends to the X-Ray daemon is kept in the state."""

import io
import json
import time
import zipfile
from pathlib import Path
from typing import Any

from aws_account import Account, allow, unique

CODE = """
import os, socket

def handler(event, context):
    host, port = os.environ["AWS_XRAY_DAEMON_ADDRESS"].split(":")
    document = '{"name": "%s", "trace": "%s"}' % (event["name"], os.environ["_X_AMZN_TRACE_ID"])
    daemon = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    daemon.sendto(b'{"format": "json", "version": 1}\\n' + document.encode(), (host, int(port)))
    return "LAMBDA_TASK_ROOT" in os.environ
"""
PATIENCE_SECONDS = 120


def sent(file: Path, name: str) -> dict[str, Any]:
    """The document of that name, once it is there."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for line in file.read_text().splitlines():
            document: dict[str, Any] = json.loads(line)
            if document.get("name") == name:
                return document
        time.sleep(0.1)
    raise AssertionError(f"nothing is named {name}")


def test_a_traced_function_knows_its_trace_and_where_to_send_it(account: Account) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("index.py", CODE)
    name = unique("function")
    functions = account.client("lambda")
    functions.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=account.role("lambda.amazonaws.com", allow("*")),
        Handler="index.handler",
        Code={"ZipFile": archive.getvalue()},
        TracingConfig={"Mode": "Active"},
    )

    answer = functions.invoke(FunctionName=name, Payload=json.dumps({"name": name}))

    # By which X-Ray's SDK knows that it is in a function.
    assert json.loads(answer["Payload"].read()) is True
    document = sent(account.emulator.state / "traces.jsonl", name)
    assert document["trace"].startswith("Root=1-")
    assert document["trace"].endswith("Sampled=1")
