"""What a program says, in bounded time and of bounded size: users make much of what Slurm tells."""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MOST_BYTES = 32 * 1024 * 1024
"""Python needs up to ten times as much for JSON, and the collector's service has 1 GiB."""


class TooLong(Exception):
    """It says more than anybody can want to know."""


@dataclass(frozen=True)
class Answer:
    """How a program ended and what it wrote to its two streams."""

    code: int
    out: bytes
    err: bytes


def answer(
    command: Sequence[str], *, environment: Mapping[str, str], seconds: float, most: int
) -> Answer:
    """Run a program without input, and read what it says.

    Raises:
        OSError: it can't be run.
        subprocess.TimeoutExpired: it takes longer than `seconds`.
        TooLong: it says more than `most` bytes.
    """
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as process:
        try:
            out, err = _read(process, command, time.monotonic() + seconds, seconds, most)
            return Answer(process.wait(timeout=seconds), out, err)
        except BaseException:
            process.kill()
            raise


def _read(
    process: subprocess.Popen[bytes],
    command: Sequence[str],
    end: float,
    seconds: float,
    most: int,
) -> tuple[bytes, bytes]:
    said = [bytearray(), bytearray()]
    with selectors.DefaultSelector() as selector:
        for stream, into in zip((process.stdout, process.stderr), said):
            if stream is not None:
                selector.register(stream, selectors.EVENT_READ, into)
        while selector.get_map():
            ready = selector.select(max(0.0, end - time.monotonic()))
            if not ready:
                raise subprocess.TimeoutExpired(command, seconds)
            for key, _ in ready:
                more = os.read(key.fd, 65536)
                if not more:
                    selector.unregister(key.fileobj)
                key.data.extend(more)
                if len(key.data) > most:
                    raise TooLong(f"it says more than {most} bytes")
    return bytes(said[0]), bytes(said[1])
