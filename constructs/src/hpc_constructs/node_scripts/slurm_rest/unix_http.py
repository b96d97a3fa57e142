"""HTTP on a socket in the file system, in threads; whom its directory lets in may ask."""

from __future__ import annotations

import json
import os
import socketserver
from http.server import BaseHTTPRequestHandler
from pathlib import Path

_SECONDS = 65


class UnixHttpServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Serves until it is told to end."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, socket: Path, handler: type[BaseHTTPRequestHandler]) -> None:
        """Listen in place of one that has ended."""
        socket.unlink(missing_ok=True)
        super().__init__(str(socket), handler)
        # The directory's mode says who gets as far as this.
        os.chmod(socket, 0o666)  # noqa: PTH101, S103


class Handler(BaseHTTPRequestHandler):
    """What all handlers here have: answers with a length, and no log, which nginx writes."""

    protocol_version = "HTTP/1.1"
    timeout = _SECONDS

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        """Send it all."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a request's line or headers may hold what no log should."""

    def address_string(self) -> str:
        """The peer has no address."""
        return "-"


def json_body(value: object) -> bytes:
    """As one line."""
    return (json.dumps(value) + "\n").encode()
