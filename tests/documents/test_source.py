"""Offsets, lines and columns of a text."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from policylint.diagnostics import Position, Span
from policylint.documents.source import Source

_texts = st.one_of(st.text(), st.text("ab\r\n\x85\u2028\x0b\x0c😀"))


@given(_texts, st.data())
def test_offset_is_the_inverse_of_position(text: str, data: st.DataObject) -> None:
    source = Source("a", text)
    offset = data.draw(st.integers(0, len(source.text)))
    assert source.offset(source.position(offset)) == offset


@given(_texts)
def test_lines_are_the_text_split_at_line_ends(text: str) -> None:
    source = Source("a", text)
    lines = re.split(r"\r\n|\n|\r", source.text)
    assert [source.line(number) for number in range(1, len(lines) + 1)] == lines
    assert len(source.starts) == len(lines)


@given(_texts, st.data())
def test_a_position_leads_to_the_character_in_its_line(text: str, data: st.DataObject) -> None:
    source = Source("a", text)
    offset = data.draw(st.integers(0, len(source.text)))
    line, column = source.position(offset)
    following = source.text[offset : offset + 1]
    if following and following not in "\r\n":
        assert source.line(line)[column - 1] == following


def test_other_separators_end_no_line() -> None:
    source = Source("a", "a\x85b\u2028c\x0bd\x0ce\nf")
    assert (source.line(1), source.line(2)) == ("a\x85b\u2028c\x0bd\x0ce", "f")


def test_there_is_no_text_outside_the_lines() -> None:
    source = Source("a", "a\n")
    assert [source.line(number) for number in (-1, 0, 1, 2, 3)] == ["", "", "a", "", ""]


def test_columns_count_code_points() -> None:
    assert Source("a", "😀é𝔘x\n").position(3) == Position(1, 4)


def test_an_offset_outside_the_text_is_its_nearest_end() -> None:
    source = Source("a", "ab\ncd")
    assert (source.position(-5), source.position(99)) == (Position(1, 1), Position(2, 3))


def test_a_span_that_ends_before_it_starts_is_empty() -> None:
    assert Source("a", "abc").span(2, 1) == Span(Position(1, 3), Position(1, 3))


@given(_texts, st.integers(-1, 120), st.integers(-1, 120))
def test_a_span_has_the_positions_of_its_ends(text: str, start: int, end: int) -> None:
    source = Source("a", text)
    assert source.span(start, end) == Span(source.position(start), source.position(max(start, end)))


def test_a_byte_order_mark_is_not_part_of_the_text() -> None:
    source = Source("a", "\ufeffa")
    assert (source.text, source.position(1)) == ("a", Position(1, 2))


@given(_texts)
def test_a_byte_order_mark_is_no_part_of_the_text_but_known(text: str) -> None:
    source = Source("a", "\ufeff" + text)
    assert (source.text, source.is_marked) == (text, True)


@given(_texts)
def test_a_text_without_a_byte_order_mark_has_none(text: str) -> None:
    assert Source("a", "x" + text).is_marked is False
