"""Heads and tails of texts that are any bytes."""

from hypothesis import given
from hypothesis import strategies as st

from hpc_constructs.node_scripts.job_records.excerpts import decoded, excerpt


@given(st.binary(max_size=200), st.integers(0, 50), st.integers(0, 50))
def test_an_excerpt_has_the_beginning_and_the_end_and_says_what_is_missing(
    content: bytes, head: int, tail: int
) -> None:
    kept = excerpt(content, head, tail)

    assert kept.size == len(content)
    assert content.startswith(kept.head)
    assert content.endswith(kept.tail)
    assert len(kept.head) + kept.omitted + len(kept.tail) == len(content)
    assert len(kept.head) + len(kept.tail) <= head + tail


@given(st.text(st.characters(exclude_characters="\ufffd", exclude_categories=["Cs"])), st.data())
def test_a_cut_through_a_character_leaves_no_trace_of_it(text: str, data: st.DataObject) -> None:
    content = text.encode()
    at = data.draw(st.integers(0, len(content)))

    before = decoded(content[:at], cut_after=True)
    after = decoded(content[at:], cut_before=True)

    assert text.startswith(before)
    assert text.endswith(after)
    assert len(before) + len(after) >= len(text) - 1


def test_what_is_not_utf_8_is_marked_where_it_is() -> None:
    assert decoded(b"a\xffb\xc3") == "a\ufffdb\ufffd"
