"""YAML that is read line by line: which text is, and that libyaml would have said the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policylint.documents import yaml, yaml_lines
from policylint.documents.document import Document, Limits
from policylint.documents.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.selectors import Path

_ENTRY = """ID: DEP-001
Title: "Roll back: now # soon"
Owner: 'QA "lead"'
Count: 12
Is it done: true
See: http://a.test/b#c
Links:
  - TEST-001 to TEST-004
  - "b"
  - ~
Plain:
- x:y z
Notes: |
    first line
      - deeper # no comment
    last
End: of it
"""

_RICHER_ENTRY = """# Roll back # 11
# policylint: ignore[entries/missing-owner] known

ID: DEP-011   # told twice
Owner: # of the service
  # in: words
  team: web-platform

  contact: "@on-call # 5" # by day
  # backup: nobody
  On shift: true
Description: >-
  one # no comment
  two.

Why: >
  # neither is this
Links:

  - TEST-001 # d
    # - between
  - "a # b"
Tags: [release, 'b, c', "d # e", service-28, é, 3, 1.0] # f
None: []
Notes: |-
  first # of it
    deeper

# of nothing
  # more
"""


def _mostly(usual: st.SearchStrategy[str], *odd: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Mostly what is read, so that several of it make a text that is."""
    return st.sampled_from([*[usual] * 12, *odd]).flatmap(lambda each: each)


_SCALARS = _mostly(
    st.sampled_from(["DEP-001", "true", "~", "12", "01", "a:b", "a #b", "a#b", "a ", "a # b", "<<", "=", "'a, b # c'"]),
    st.text("ab -:", max_size=8).map('"{}"'.format),
    st.sampled_from(["a b", "/a", "-1", "a: b", "a:", "", "# c"]),
    st.text("ab9 :#-?,[{&*!|>'\"%@`\\~<.é\x85\u2028\xa0\ufeff\t", max_size=5),
    st.text('ab"\\#', max_size=5).map("'{}'".format),
)
_KEYS = _mostly(
    st.sampled_from(["a", "B c", "x-1", "Linked IDs", "a -b", *"defghijlmno", "k" * 62]),
    st.sampled_from(["k" * 63, "a ", "9", "<<", '"q"', "a     b"]),
)
_BLANKS = st.sampled_from([*[" "] * 6, "  ", ""])
_PAIRS = st.builds("{}:{}{}\n".format, _KEYS, _BLANKS, _SCALARS)
_USUAL_GAPS = ["\n", "# c\n", "  # c\n", " \n", "\n  # c\n", "# c\n\n", "#\n", "  # c: d\n", "# - e\n"]
_GAPS = st.sampled_from([*[""] * 14, *_USUAL_GAPS, "    # c\n", "   \n", "\t# c\n"])


@st.composite
def _lists(draw: st.DrawFn) -> str:
    indentation = draw(st.sampled_from(["", "  ", "    "]))
    odd = draw(st.sampled_from([indentation] * 20 + ["", " "]))
    items = draw(st.lists(_SCALARS, max_size=3))
    written = zip([indentation, odd, odd], items, strict=False)
    return f"{draw(_KEYS)}:\n{draw(_GAPS)}" + "".join(f"{each}- {item}\n{draw(_GAPS)}" for each, item in written)


@st.composite
def _tables(draw: st.DrawFn) -> str:
    indentation = draw(st.sampled_from(["  ", "    ", " "]))
    odd = draw(st.sampled_from([indentation] * 20 + ["", " "]))
    rows = draw(st.lists(st.builds("{}:{}{}\n{}".format, _KEYS, _BLANKS, _SCALARS, _GAPS), max_size=3))
    written = zip([indentation, odd, odd], rows, strict=False)
    return f"{draw(_KEYS)}:{draw(_GAPS) or chr(10)}" + "".join(f"{each}{row}" for each, row in written)


_FLOW_ITEMS = _mostly(
    st.sampled_from(["a", "b c", "5", "true", '"a, b"', "'[c'", "g -h", "/a.b"]),
    st.sampled_from(["-1", "~", '"d": e', "", "[f]", "a:b", "a: b"]),
    st.text("ab9 :#-?,[{&*!|>'\"%@`\\~<./+=é\x85\xa0", max_size=4),
)
_FLOW_LISTS = st.builds(
    "{}: [{}{}{}]{}\n".format,
    *(_KEYS, st.sampled_from(["", " "]), st.lists(_FLOW_ITEMS, max_size=3).map(", ".join)),
    *(st.sampled_from(["", "", " ", ","]), st.sampled_from(["", "", "", " ", " # c", " # c", "# c", " x"])),
)


@st.composite
def _blocks(draw: st.DrawFn) -> str:
    indentation = draw(st.sampled_from(["  ", "    ", " "]))
    odd = draw(st.sampled_from([indentation] * 20 + ["", " "]))
    line = st.sampled_from(["x", "x y", "# c", "k: v", "z  ", "é", '"q', "- x", "  - y", "", "a\tb"])
    lines = draw(st.lists(line, max_size=3))
    written = zip([indentation, odd, odd], lines, strict=False)
    header = draw(st.sampled_from([*["|", "|-", ">", ">-"] * 4, "|+", ">2", "| # c"]))
    return f"{draw(_KEYS)}: {header}\n" + "".join(f"{each}{text}\n" for each, text in written)


_STARTS = st.sampled_from([*[""] * 6, "---\n", "# c\n", "# c\n---\n# d\n", "\n--- # c\n"])
_ENDS = st.sampled_from([*[""] * 6, "\n", "# c", "  ", "...\n"])
_PARTS = st.tuples(st.one_of(_PAIRS, _PAIRS, _lists(), _tables(), _FLOW_LISTS, _blocks()), _GAPS).map("".join)
_TEXTS = st.builds(
    lambda start, parts, end, cut: (start + "".join(parts) + end)[: -1 if cut else None],
    *(_STARTS, st.lists(_PARTS, max_size=4), _ENDS, st.booleans()),
)


def read(text: str, limits: Limits | None = None) -> Document | None:
    return yaml_lines.read(Source("a.yaml", text), text, limits or Limits())


def composed(text: str) -> Document:
    loaded = yaml._load_composed(Source("a.yaml", text), text, Limits())
    assert loaded.faults == ()
    (only,) = loaded.documents
    return only


def paths_of(data: object) -> Iterator[Path]:
    """Every path of a mapping of scalars, lists and tables, and some that it does not have."""
    yield from ((), ("none",), (0,))
    for key, value in data.items() if isinstance(data, dict) else ():
        steps = range(-1, len(value) + 1) if isinstance(value, list) else [*value] if isinstance(value, dict) else []
        yield from ((key,), (key, 0), (key, "none"), (key, "0"), (key, 0, 0))
        yield from ((key, step) for step in steps)


def assert_same(text: str) -> None:
    found = read(text)
    if found is None:
        return
    other = composed(text)
    assert repr(found.data) == repr(other.data)
    assert found.comments() == other.comments()
    for path in paths_of(found.data):
        assert found.find(path) == other.find(path)


@pytest.mark.parametrize(
    "text",
    [
        *(_ENTRY, f"---\n{_ENTRY}", _ENTRY.rstrip(), "a: 1", "a:\n- x"),
        *(_RICHER_ENTRY, f"# c\n\n---\n{_RICHER_ENTRY}", _RICHER_ENTRY.rstrip(), f"{_RICHER_ENTRY}\n\n"),
    ],
)
def test_a_plain_mapping_is_read_without_libyaml(text: str) -> None:
    assert read(text) is not None
    assert_same(text)


def test_the_forms_of_a_value() -> None:
    document = read(_RICHER_ENTRY)
    assert document is not None
    assert document.data == {
        "ID": "DEP-011",
        "Owner": {"team": "web-platform", "contact": "@on-call # 5", "On shift": True},
        "Description": "one # no comment two.",
        "Why": "# neither is this\n",
        "Links": ["TEST-001", "a # b"],
        "Tags": ["release", "b, c", "d # e", "service-28", "é", 3, "1.0"],
        "None": [],
        "Notes": "first # of it\n  deeper",
    }


def test_comments_are_told_from_text() -> None:
    document = read(_RICHER_ENTRY)
    assert document is not None
    first = ["Roll back # 11", "policylint: ignore[entries/missing-owner] known", "told twice", "of the service"]
    rest = ["in: words", "by day", "backup: nobody", "d", "- between", "f", "of nothing", "more"]
    assert [comment.text for comment in document.comments()] == first + rest


_LEFT_ALONE = [
    *("", "a", "# c\n", "- a\n", "a: 1\na: 2\n", "a: &x 1\n", "a: b\n  c\n", "a: 1\n---\nb: 2\n", "<<: 1\n", "a:\n"),
    *(
        'a: "\\n"\n',
        "a: 'it''s'\n",
        "a: 1\r\n",
        "a: b\x85c\n",
        "a: b\u2028c\n",
        "a: \x00\n",
        "a: 1 #\tc\n",
        "\t# c\na: 1\n",
    ),
    *("a: |\n  b\n\n  c\n", "a: |\n  b", "a: |+\n  b\n", "a: |2\n  b\n", "a: | # c\n  b\n", "a: |\n  b\n\n  # c\n"),
    *("a: |\n  b\n   \nc: 1\n", "a: |\n  b\n # c\n", "a: >\n  b\n\n  c\n", "a: >\n  b\n    c\n", "a: >-\n    b\n  c\n"),
    *(
        "a: [-b]\n",
        "a: [b: c]\n",
        "a: ['b': c]\n",
        "a: [b, ]\n",
        "a: [[b]]\n",
        "a: [b,\n  c]\n",
        "a: [b]# c\n",
        "a: [b #c]\n",
    ),
    *(
        "a: [b?]\n",
        "a: [b}]\n",
        "a: {b: c}\n",
        "a:\n  - b: 1\n",
        "a:\n  b:\n    c: 1\n",
        "a:\n  b: [c]\n",
        "a:\n  b: |\n    c\n",
    ),
    *(
        "a:\n  b: 1\n  b: 2\n",
        "a:\n  b: 1\n    c\n",
        "a:\n  b: 1\n   c: 2\n",
        "a:\nb: 1\n",
        "a:\n  b:\n",
        "a:\n  <<: b\n",
    ),
]


@pytest.mark.parametrize("text", _LEFT_ALONE)
def test_everything_else_is_left_to_libyaml(text: str) -> None:
    assert read(text) is None


def test_what_may_pass_a_limit_is_left_to_libyaml() -> None:
    assert read("a: 1\n", Limits(depth=1)) is None
    assert read("a: 1\nb: 2\n", Limits(nodes=4)) is None


@settings(max_examples=1200, deadline=None)
@given(_TEXTS)
def test_libyaml_says_the_same(text: str) -> None:
    assert_same(text)


@pytest.mark.parametrize(
    "piece",
    [
        *("a", "a ", " ", "- ", ": ", "a: ", "\n", "a:\n", "- b\n", "  - b\n", "  b\n", '"', "'"),
        *("#", "# c\n", " \n", "b,", "[b, ", "  b: c\n", "  - b\n\n", "  b: c\n# d\n"),
    ],
)
def test_a_long_text_is_read_to_its_end(piece: str) -> None:
    for start in ("", "a: b", "a:\n  - b\n", "a: |\n  b\n", "a: >\n  b\n", "a:\n  b: c\n", "a: [", "a: b # "):
        read(start + piece * (400_000 // len(piece)))
