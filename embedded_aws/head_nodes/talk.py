"""What the emulator and the process of a booted head node say to each other: lines of JSON.

    to it       {"instance": {...}, "root": "...", "credentials": {...}}   first, and once
                {"do": "create" | "update", "attributes": {...}}
                {"credentials": {...}}                                    others, before they expire
    from it     {"says": "..."}  {"up": <process 1>}  {"done": true}  {"failed": "..."}

When its standard input ends, it ends.
"""

import json
from typing import IO, Any

Message = dict[str, Any]


def send(to: IO[str], message: Message) -> None:
    """Say something.

    Raises:
        OSError: nobody listens any more.
    """
    to.write(f"{json.dumps(message)}\n")
    to.flush()


def receive(source: IO[str]) -> Message | None:
    """What is said next; None at the end."""
    line = source.readline()
    return json.loads(line) if line.endswith("\n") else None
