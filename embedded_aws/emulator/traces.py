"""Where functions' traces go: what the X-Ray SDK sends is kept in `traces.jsonl` of the state.

On AWS a daemon beside each function takes the segments, by UDP, and X-Ray puts them together.
ministack gives traced functions a trace, and nobody takes what they send. Not so exact: each
invocation has a trace of its own, whoever invoked it; services send no segments.

Source: X-Ray developer guide, "Sending segment documents to the X-Ray daemon".
"""

import os
import socket
import threading
from pathlib import Path

# Each datagram is a line of JSON that says the format, and then one that is the document.
_LARGEST_DATAGRAM = 65535


def install() -> None:
    """Listen, and tell functions, which inherit this environment, where."""
    daemon = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    daemon.bind(("127.0.0.1", 0))
    host, port = daemon.getsockname()
    os.environ["AWS_XRAY_DAEMON_ADDRESS"] = f"{host}:{port}"
    file = Path(os.environ["EMBEDDED_AWS_STATE"]) / "traces.jsonl"
    threading.Thread(target=_keep, args=(daemon, file), daemon=True).start()


def _keep(daemon: socket.socket, file: Path) -> None:
    with file.open("w") as documents:
        while True:
            _, _, document = daemon.recv(_LARGEST_DATAGRAM).decode().partition("\n")
            documents.write(document + "\n")
            documents.flush()
