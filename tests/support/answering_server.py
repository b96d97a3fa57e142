"""HTTP at an address of this machine, for what stands in for a service by a few answers."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar, Self


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request; `path` with its query."""

    path: str
    headers: Mapping[str, str]
    body: bytes


class AnsweringServer(ABC):
    """Use it in a `with`; what it answers a subclass says.

    Attributes:
        content_type: of all its answers.
        port: its own.
    """

    content_type: ClassVar[str]

    @abstractmethod
    def answer(self, asked: Asked) -> tuple[int, bytes]:
        """The status and the body."""

    def __enter__(self) -> Self:
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                asked = Asked(path=self.path, headers=self.headers, body=self.rfile.read(length))
                status, body = service.answer(asked)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Content-Type", service.content_type)
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
