"""Whom the metadata service of a head node answers: whose the connection itself is."""

import os
import socket
import sys
from pathlib import Path

import pytest

from embedded_aws.head_nodes import metadata_service
from embedded_aws.head_nodes.metadata_service import ADDRESS, PORT, user_of

CLIENT = ("10.33.0.4", 40000)
ESTABLISHED, TIME_WAIT = "01", "06"


def written(address: str, port: int) -> str:
    return f"{int.from_bytes(socket.inet_aton(address), sys.byteorder):08X}:{port:04X}"


def row(local: tuple[str, int], user: int, state: str = ESTABLISHED) -> str:
    there = f"{written(*local)} {written(ADDRESS, PORT)} {state}"
    return f"   0: {there} 00000000:00000000 00:00000000 00000000 {user:5d} 0 12345 1\n"


def table(*rows: str) -> str:
    return "".join(("  sl  local_address rem_address   st …\n", *rows))


def test_a_connection_is_its_user_s() -> None:
    assert user_of(CLIENT, table(row(CLIENT, 1000))) == 1000


def test_one_from_the_same_port_of_another_address_is_another_s() -> None:
    other = table(row(("10.33.0.5", CLIENT[1]), 0), row(CLIENT, 2000))

    assert user_of(CLIENT, other) == 2000


def test_one_that_is_over_is_shown_as_root_s_and_counts_for_nothing() -> None:
    over = row(CLIENT, 0, TIME_WAIT)

    assert user_of(CLIENT, table(over, row(CLIENT, 2000))) == 2000
    assert user_of(CLIENT, table(over)) is None


def test_the_kernel_s_own_table_is_read_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setattr(metadata_service, "ADDRESS", "127.0.0.1")
        monkeypatch.setattr(metadata_service, "PORT", server.getsockname()[1])
        with socket.create_connection(server.getsockname()) as client:
            connections = Path("/proc/self/net/tcp").read_text()

            assert user_of(client.getsockname(), connections) == os.getuid()
