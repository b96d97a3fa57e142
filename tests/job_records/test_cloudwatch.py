"""The stream by boto3, against moto's CloudWatch Logs."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import boto3
import pytest
from moto import mock_aws

from hpc_constructs.node_scripts.job_records.batches import Event
from hpc_constructs.node_scripts.job_records.cloudwatch import CloudWatchStream
from hpc_constructs.node_scripts.job_records.log_stream import LogStreamAway
from hpc_constructs.node_scripts.job_records.settings import Settings

GROUP = "/hpc/jobs/pcluster-a-0123abcd"
SETTINGS = Settings(cluster="pcluster-a", region="us-east-1", log_group=GROUP)


def event(message: str, *, age_seconds: float = 0) -> Event:
    return Event(int((time.time() - age_seconds) * 1000), message)


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("logs", region_name="us-east-1")
        client.create_log_group(logGroupName=GROUP)
        yield client


def messages(logs: Any) -> list[str]:
    told = logs.get_log_events(logGroupName=GROUP, logStreamName="jobs", startFromHead=True)
    return [each["message"] for each in told["events"]]


def test_the_stream_is_made_when_the_first_events_come(logs: Any) -> None:
    CloudWatchStream(SETTINGS, "jobs").put([event("a", age_seconds=5), event("b")])
    CloudWatchStream(SETTINGS, "jobs").put([event("c")])

    assert messages(logs) == ["a", "b", "c"]


class Answering(BaseHTTPRequestHandler):
    """Says what CloudWatch says of three events of which the first and the last are refused."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        refused = {"tooOldLogEventEndIndex": 1, "tooNewLogEventStartIndex": 2}
        body = json.dumps({"rejectedLogEventsInfo": refused}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Be silent."""


def test_what_is_refused_for_its_time_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the indices of CloudWatch's API reference; moto's own are one less."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        settings = replace(SETTINGS, logs_endpoint=f"http://127.0.0.1:{server.server_port}")

        late = CloudWatchStream(settings, "jobs").put([event("old"), event("good"), event("new")])

        server.shutdown()
    assert [each.message for each in late] == ["old", "new"]


def test_a_group_that_is_not_there_is_away(logs: Any) -> None:
    logs.delete_log_group(logGroupName=GROUP)

    with pytest.raises(LogStreamAway, match="ResourceNotFound"):
        CloudWatchStream(SETTINGS, "jobs").put([event("a")])


def test_an_endpoint_that_is_not_there_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    nowhere = replace(SETTINGS, logs_endpoint="http://127.0.0.1:1")

    with pytest.raises(LogStreamAway, match=r"127\.0\.0\.1:1"):
        CloudWatchStream(nowhere, "jobs").put([event("a")])
