"""What a booted head node signals of a failed script: ParallelCluster's words, then its own."""

import pytest

from embedded_aws.head_nodes.booted_machine import with_last_line

WORDS = (
    "fetch_and_run - Failed to execute OnNodeStart script 1, return code: 3. Please check a log."
)


def test_its_last_line_comes_behind_parallelclusters_words() -> None:
    assert (
        with_last_line(WORDS, "it prints\n", "it begins\nit is broken\n\n")
        == f"{WORDS} Its last line: it is broken"
    )


@pytest.mark.parametrize("complained", ["", "\n"])
def test_of_one_that_only_printed_it_is_the_last_line_of_that(complained: str) -> None:
    assert (
        with_last_line(WORDS, "it begins\nno such mount\n", complained)
        == f"{WORDS} Its last line: no such mount"
    )


@pytest.mark.parametrize("said", ["", "\n"])
def test_of_one_that_said_nothing_it_is_the_words_alone(said: str) -> None:
    assert with_last_line(WORDS, said, said) == WORDS


def test_one_that_has_put_its_own_line_in_front_needs_no_other() -> None:
    reason = f"hpc-node: no user has this name ({WORDS})"

    assert with_last_line(reason, "", "hpc-node: no user has this name\n") == reason


def test_a_long_line_is_cut() -> None:
    assert len(with_last_line(WORDS, "", "x" * 10_000)) < 500
