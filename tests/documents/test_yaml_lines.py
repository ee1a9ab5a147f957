"""YAML that is read line by line: which text is, and that libyaml would have said the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policylint.documents import yaml, yaml_lines
from policylint.documents.document import Document, Limits
from policylint.documents.source import Source

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

_SCALARS = st.one_of(
    st.sampled_from(
        ["DEP-001", "true", "~", "12", "-1", "01", "a: b", "a:b", "a #b", "a#b", "a:", "a ", "<<", "=", ""]
    ),
    st.text("ab9 :#-?,[{&*!|>'\"%@`\\~<.é\x85\u2028\xa0\ufeff\t", max_size=5),
    st.text("ab -:", max_size=8).map('"{}"'.format),
    st.text('ab"\\#', max_size=5).map("'{}'".format),
)
_KEYS = st.sampled_from(["a", "B c", "x-1", "Linked IDs", "k" * 62, "k" * 63, "a -b", "a ", "9", "<<", '"q"'])
_PAIRS = st.builds("{}:{}{}\n".format, _KEYS, st.sampled_from([" ", " ", "  ", ""]), _SCALARS)


@st.composite
def _lists(draw: st.DrawFn) -> str:
    indentation = draw(st.sampled_from(["", "  ", "    "]))
    odd = draw(st.sampled_from([indentation] * 8 + ["", " "]))
    items = draw(st.lists(_SCALARS, max_size=3))
    written = zip([indentation, odd, odd], items, strict=False)
    return f"{draw(_KEYS)}:\n" + "".join(f"{each}- {item}\n" for each, item in written)


@st.composite
def _blocks(draw: st.DrawFn) -> str:
    indentation = draw(st.sampled_from(["  ", "    ", " "]))
    odd = draw(st.sampled_from([indentation] * 8 + ["", " "]))
    line = st.sampled_from(["x", "  - y", "# c", "k: v", "z  ", "", "é", "a\tb", '"q'])
    lines = draw(st.lists(line, max_size=3))
    written = zip([indentation, odd, odd], lines, strict=False)
    return f"{draw(_KEYS)}: |\n" + "".join(f"{each}{text}\n" for each, text in written)


_STARTS, _ENDS = st.sampled_from(["", "", "", "---\n", "# c\n"]), st.sampled_from(["", "", "", "...\n", "\n", "# c"])
_TEXTS = st.builds(
    lambda start, parts, end, cut: (start + "".join(parts) + end)[: -1 if cut else None],
    *(_STARTS, st.lists(st.one_of(_PAIRS, _PAIRS, _lists(), _blocks()), max_size=4), _ENDS, st.booleans()),
)


def read(text: str, limits: Limits | None = None) -> Document | None:
    return yaml_lines.read(Source("a.yaml", text), text, limits or Limits())


def composed(text: str) -> Document:
    loaded = yaml._load_composed(Source("a.yaml", text), text, Limits())
    assert loaded.faults == ()
    (only,) = loaded.documents
    return only


def assert_same(text: str) -> None:
    found = read(text)
    if found is None:
        return
    other = composed(text)
    assert repr(found.data) == repr(other.data)
    assert found.comments() == other.comments()
    assert isinstance(found.data, dict)
    for key, value in found.data.items():
        steps = range(-1, len(value) + 1) if isinstance(value, list) else (0, "a")
        for path in ((), (key,), *((key, step) for step in steps), (key, 0, 0), ("none",), (0,)):
            assert found.find(path) == other.find(path)


@pytest.mark.parametrize("text", [_ENTRY, f"---\n{_ENTRY}", _ENTRY.rstrip(), "a: 1", "a:\n- x"])
def test_a_plain_mapping_is_read_without_libyaml(text: str) -> None:
    assert read(text) is not None
    assert_same(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "a", "- a\n", "a: 1\na: 2\n", "a: &x 1\n", "a: b\n  c\n", "a: [b]\n", "a:\n  b: 1\n", "a:\n  - b: 1\n"),
        *(
            "a: 1 # c\n",
            "# c\na: 1\n",
            "a: 1\n---\nb: 2\n",
            "<<: 1\n",
            'a: "\\n"\n',
            "a: 'it''s'\n",
            "a: 1\r\n",
            "a:\n",
        ),
        *(
            "a: |\n  b\n\n  c\n",
            "a: |-\n  b\n",
            "a: >\n  b\n",
            "a: |\n  b",
            "a: b\x85c\n",
            "a: b\u2028c\n",
            "a: \x00\n",
        ),
    ],
)
def test_everything_else_is_left_to_libyaml(text: str) -> None:
    assert read(text) is None


def test_what_may_pass_a_limit_is_left_to_libyaml() -> None:
    assert read("a: 1\n", Limits(depth=1)) is None
    assert read("a: 1\nb: 2\n", Limits(nodes=4)) is None


@settings(max_examples=800, deadline=None)
@given(_TEXTS)
def test_libyaml_says_the_same(text: str) -> None:
    assert_same(text)


@pytest.mark.parametrize(
    "piece", ["a", "a ", " ", "- ", ": ", "a: ", "\n", "a:\n", "- b\n", "  - b\n", "  b\n", '"', "'"]
)
def test_a_long_text_is_read_to_its_end(piece: str) -> None:
    for start in ("", "a: b", "a:\n  - b\n", "a: |\n  b\n"):
        read(start + piece * (400_000 // len(piece)))
