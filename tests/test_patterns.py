"""Patterns: whether one is found is told without places, and agrees with where it is found."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from policylint.patterns import PatternError, compile_pattern, is_found

PIECES = "a b é \\b \\B ^ $ \\A \\z . \\d \\w \\s [ab] [^a] (?i) (?m) (?s) x* a+ (a|b) (?:ab)? \\n | {2} ? \\pL".split()
PATTERNS = st.lists(st.sampled_from([*PIECES, " "]), max_size=6).map("".join)
# The long ones are searched in another way than the short ones.
TEXTS = st.builds(lambda text, times: text * times, st.text("abxé1-AB \n\r", max_size=8), st.sampled_from([1, 1, 300]))


@given(PATTERNS, TEXTS)
def test_is_found_where_a_place_is_found(pattern: str, text: str) -> None:
    try:
        compiled = compile_pattern(pattern)
    except PatternError:
        assume(False)
    assert is_found(pattern, text) == (compiled.search(text) is not None)


def test_is_found_though_it_needs_much_memory() -> None:
    assert is_found(r"\pL{300}", "é" * 300)
    assert not is_found(r"\pL{300}", "é" * 299)


@pytest.mark.parametrize("pattern", ["(", "a{2,1}", r"(\pL{100}){9}", r"(?=a)", "a" * 5000])
@pytest.mark.parametrize("text", ["", "a" * 2000])
def test_refuses_what_is_no_pattern_or_too_large(pattern: str, text: str) -> None:
    with pytest.raises(PatternError):
        is_found(pattern, text)
