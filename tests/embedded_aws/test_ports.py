"""A free port is still free when it is bound, some time after it was chosen."""

import socket
from pathlib import Path

import pytest

from embedded_aws import ports
from embedded_aws.ports import free_port


@pytest.mark.parametrize("kernels", ["20000 60000", "1024 65000", "32768 60999", ""])
def test_it_is_none_that_the_kernel_gives_to_others(
    kernels: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ip_local_port_range"
    if kernels:
        file.write_text(kernels.replace(" ", "\t"))
    monkeypatch.setattr(ports, "KERNELS", file)
    first, last = map(int, (kernels or "49152 65535").split())

    chosen = {free_port() for _ in range(20)}

    assert not chosen & set(range(first, last + 1))


def test_two_that_choose_at_once_choose_different_ones() -> None:
    assert len({free_port() for _ in range(8)}) > 1


def test_it_is_none_that_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "KERNELS", tmp_path / "none")
    monkeypatch.setattr(ports, "LOWEST", taken := free_port())
    monkeypatch.setattr(ports, "HIGHEST", taken)
    with socket.socket() as other:
        other.bind(("127.0.0.1", taken))

        assert free_port() != taken


def test_where_all_are_the_kernel_s_it_is_one_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ip_local_port_range"
    file.write_text("1024\t65535\n")
    monkeypatch.setattr(ports, "KERNELS", file)

    assert free_port() > 0
