"""The path language of rules: what is read, what is refused in which words, and what a path leads to."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policylint import selectors
from policylint.definitions.paths import MOST_ALTERNATIVES, parse
from policylint.selectors import MISSING

if TYPE_CHECKING:
    from policylint.selectors import Steps

_GATES = {
    "gates": [
        {"name": "smoke", "status": "open"},
        "no table",
        {"name": "staging", "status": "closed"},
        {"name": "staging", "status": "again"},
        {"name": True, "no": 7},
        {"name": ["staging"]},
    ]
}


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("$", [[]]),
        ("$.a", [["a"]]),
        ("a.*.b[*][2]", [["a", None, "b", None, 2]]),
        ('"a.b".c', [["a.b", "c"]]),
        ("a | b.c", [["a"], ["b", "c"]]),
        ('"a | b"', [["a | b"]]),
        ("($ | a).b", [["b"], ["a", "b"]]),
        ("(a | b).(c | d)", [["a", "c"], ["a", "d"], ["b", "c"], ["b", "d"]]),
        ("a.(b | (c | d).e) | f", [["a", "b"], ["a", "c", "e"], ["a", "d", "e"], ["f"]]),
        ('"a(b)"', [["a(b)"]]),
        ("gates[name=staging].status", [["gates", ["name", "staging"], "status"]]),
        ('gates["full name"="staging gate (1)"]', [["gates", ["full name", "staging gate (1)"]]]),
        ('gates[name=""]', [["gates", ["name", ""]]]),
        ("gates[name=a=b]", [["gates", ["name", "a=b"]]]),
        ("gates([name=a] | [id=a]).x", [["gates", ["name", "a"], "x"], ["gates", ["id", "a"], "x"]]),
    ],
)
def test_a_path_is_read_into_steps(path: str, steps: list[Steps]) -> None:
    assert parse(path) == steps


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("", "path '' is empty"),
        ("a.", "path 'a.' ends with a dot"),
        ("a..b", "path 'a..b' cannot be read at '.b'"),
        ("a | ", "path 'a | ' is empty"),
        ("(a | b", "path '(a | b' has a '(' without a ')'"),
        ("a)", "path 'a)' cannot be read at ')'"),
        ("()", "path '()' is empty"),
        ("gates[name=]", "path 'gates[name=]' cannot be read at '[name=]'"),
        ("gates[=a]", "path 'gates[=a]' cannot be read at '[=a]'"),
        ("gates[name=a", "path 'gates[name=a' cannot be read at '[name=a'"),
        ("a" * 10_001, f"path '{'a' * 60}...' is 10001 characters long, more than 10000"),
    ],
)
def test_a_path_that_cannot_be_read_is_told_with_the_place(path: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        parse(path)


def test_groups_that_multiply_are_refused() -> None:
    group = "(a | b | c)"
    assert len(parse(".".join([group] * 4))) == 3**4
    with pytest.raises(ValueError, match=f"has more than {MOST_ALTERNATIVES} alternatives"):
        parse(".".join([group] * 5))
    with pytest.raises(ValueError, match=f"has more than {MOST_ALTERNATIVES} alternatives"):
        parse(" | ".join(["a"] * (MOST_ALTERNATIVES + 1)))
    with pytest.raises(ValueError, match="has groups in more than 10 groups"):
        parse("(" * 11 + "a" + ")" * 11)


_KEYS = st.text("abc", min_size=1, max_size=3)


@given(st.lists(st.lists(_KEYS, min_size=1, max_size=3), min_size=1, max_size=4))
def test_a_path_of_groups_leads_where_all_its_ways_written_out_lead(groups: list[list[str]]) -> None:
    grouped = ".".join(f"({' | '.join(names)})" for names in groups)
    written_out = " | ".join(".".join(way) for way in product(*groups))
    assert parse(grouped) == parse(written_out)


@pytest.mark.parametrize(
    ("path", "place", "value"),
    [
        ("gates[name=staging].status", ("gates", 2, "status"), "closed"),
        ("gates[name=true].no", ("gates", 4, "no"), 7),
        ("gates[no=7].name", ("gates", 4, "name"), True),
        ("gates[name=Staging].status | gates[name=smoke].status", ("gates", 0, "status"), "open"),
        ("gates[name=qa].status", ("gates", "[name=qa]", "status"), MISSING),
    ],
)
def test_an_item_of_a_list_is_chosen_by_what_it_says(path: str, place: tuple[str | int, ...], value: object) -> None:
    assert selectors.first(_GATES, parse(path)) == (place, value)


def test_all_items_that_say_so_are_chosen() -> None:
    (steps,) = parse("gates[name=staging]")
    assert [path for path, _ in selectors.select(_GATES, steps)] == [("gates", 2), ("gates", 3)]


def test_an_item_that_is_not_there_is_named_as_the_path_has_it() -> None:
    place, _ = selectors.first(_GATES, parse("gates[name=qa].status"))
    assert selectors.label(place) == "gates[name=qa].status"
