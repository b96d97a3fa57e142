"""CloudWatch Logs at an address of this machine: moto's, which by itself answers no socket."""

import json
import threading
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws

_ACTIONS = {"PutLogEvents": "put_log_events", "CreateLogStream": "create_log_stream"}


class CloudWatchLogsServer:
    """Use it in a `with`; it may go away in between, and come back with all that it had.

    Attributes:
        port: its own, also while it is away.
        client: boto3's, for those who look at what arrived.
    """

    def __init__(self, group: str) -> None:
        """It has this log group."""
        self._group = group
        self._server: ThreadingHTTPServer | None = None
        self._ends = ExitStack()
        self.port = 0

    def __enter__(self) -> Self:
        self._ends.enter_context(mock_aws())
        self.client: Any = boto3.client(
            "logs",
            region_name="us-east-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        self.client.create_log_group(logGroupName=self._group)
        self.come()
        return self

    def __exit__(self, *_: object) -> None:
        self.go()
        self._ends.close()

    def come(self) -> None:
        """Answer."""
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), self._handler())
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def go(self) -> None:
        """Answer no more."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
        self._server = None

    def messages(self, stream: str) -> list[str]:
        """All that a stream has, twice what came twice."""
        found: list[str] = []
        token: dict[str, str] = {}
        while True:
            try:
                page = self.client.get_log_events(
                    logGroupName=self._group, logStreamName=stream, startFromHead=True, **token
                )
            except self.client.exceptions.ResourceNotFoundException:
                return []
            found += [event["message"] for event in page["events"]]
            if token.get("nextToken") == page["nextForwardToken"]:
                return found
            token = {"nextToken": page["nextForwardToken"]}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        client = self.client

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                action = self.headers["X-Amz-Target"].rpartition(".")[2]
                try:
                    status, answer = 200, getattr(client, _ACTIONS[action])(**asked)
                    answer.pop("ResponseMetadata")
                except ClientError as error:
                    told = error.response["Error"]
                    status, answer = 400, {"__type": told["Code"], "message": told["Message"]}
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/x-amz-json-1.1")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Be silent."""

        return Handler
