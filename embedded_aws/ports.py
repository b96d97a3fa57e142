"""Ports that nothing listens on."""

import random
import socket
from pathlib import Path

LOWEST, HIGHEST = 20000, 65535
KERNELS = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_port() -> int:
    """A free TCP port of 127.0.0.1, for who binds it seconds later, or lets it go meanwhile.

    Not one that the kernel gives to whoever doesn't care which: it would soon be another's. By
    chance, not in order: so do other processes choose at this moment.
    """
    kernels = _kernels()
    ports = [port for port in range(LOWEST, HIGHEST + 1) if port not in kernels]
    # A test may have seeded the ordinary random.
    random.SystemRandom().shuffle(ports)
    # Where the kernel's are all there are, it chooses.
    for port in [*ports, 0]:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no TCP port of 127.0.0.1 is free")


def _kernels() -> range:
    try:
        first, last = map(int, KERNELS.read_text().split())
    except OSError:  # macOS: no /proc
        first, last = 49152, 65535
    return range(first, last + 1)
