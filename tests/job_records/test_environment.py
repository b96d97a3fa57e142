"""Environments, as slurmctld saves them and as `env -0` prints them."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from hpc_constructs.node_scripts.job_records.environment import saved_variables, variables

NAMES = st.text(st.characters(codec="ascii", exclude_characters="=\0"), min_size=1)
VALUES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


def block(environment: dict[str, str]) -> bytes:
    return b"".join(f"{name}={value}\0".encode() for name, value in environment.items())


@given(st.dictionaries(NAMES, VALUES))
def test_every_variable_is_read_as_it_was_set(environment: dict[str, str]) -> None:
    assert variables(block(environment)) == environment


@given(st.dictionaries(NAMES, VALUES))
def test_slurmctld_s_file_has_the_same_behind_a_count(environment: dict[str, str]) -> None:
    file = struct.pack("=I", len(environment)) + block(environment)

    assert saved_variables(file) == environment


def test_a_value_may_have_newlines_and_equals_signs() -> None:
    assert variables(b"A=1\nB=2\0C==\0") == {"A": "1\nB=2", "C": "="}


def test_what_is_not_utf_8_is_replaced() -> None:
    assert variables(b"A=\xff\0") == {"A": "\ufffd"}


def test_a_file_of_another_format_is_no_environment() -> None:
    assert saved_variables(b"") is None
    assert saved_variables(struct.pack("=I", 1000) + b"A=1\0") is None


@given(st.binary())
def test_no_file_breaks_the_reader(file: bytes) -> None:
    saved_variables(file)
