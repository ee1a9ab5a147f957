"""Edits of TOML: the text says what the edit asks, and everything else is as it was."""

from __future__ import annotations

import difflib
import tomllib
from collections import Counter
from typing import Any

import pytest
import tomlkit
from hypothesis import assume, given
from hypothesis import strategies as st

from policylint import edits
from policylint.documents.document import Limits
from policylint.documents.source import Source
from policylint.documents.toml import load
from policylint.edits import Edit
from tests.strategies.netlify_files import OWN, all_texts, real


def after(text: str, edit: Edit) -> str | None:
    """The text after an edit; None where the document makes none."""
    [document] = load(Source("a.toml", text), Limits()).documents
    made = document.edited(edit)
    return None if made is None else edits.rewritten(text, made)


def lines_changed(before: str, text: str) -> list[str]:
    """The lines that differ, with `-` or `+`."""
    lines = difflib.ndiff(before.splitlines(keepends=True), text.splitlines(keepends=True))
    return [line.rstrip("\r\n") for line in lines if line[0] in "+-"]


CASES = {
    "a text keeps its quotes": ("a = 'x' # c\n", Edit("set", ("a",), "y z"), "a = 'y z' # c\n"),
    "a literal string cannot hold its quote": ("a = 'x'\n", Edit("set", ("a",), "it's"), 'a = "it\'s"\n'),
    "a basic string is escaped": ('a = "x"\n', Edit("set", ("a",), 'q"\\\n\x01'), 'a = "q\\"\\\\\\n\\u0001"\n'),
    "a long string keeps its opening line end": (
        'a = """\nx\n"""\n',
        Edit("set", ("a",), 'y """\nz"'),
        'a = """\ny \\"""\nz\\""""\n',
    ),
    "a long literal string stays one": ("a = '''x'''\n", Edit("set", ("a",), "y\nz"), "a = '''y\nz'''\n"),
    "a first line end is not lost": ("a = '''x'''\n", Edit("set", ("a",), "\ny"), "a = '''\n\ny'''\n"),
    "a long string keeps the line ends of the file": (
        'a = """\r\nx\r\n"""\r\n',
        Edit("set", ("a",), "y\nz\n"),
        'a = """\r\ny\r\nz\r\n"""\r\n',
    ),
    "a number takes the place of a text": ('a = "1"\n', Edit("as_value", ("a",), 1), "a = 1\n"),
    "false is a value": ("a = true\n", Edit("set", ("a",), False), "a = false\n"),
    "a list is written in one line": ("a = 1\n", Edit("set", ("a",), ("x", 2, True)), 'a = ["x", 2, true]\n'),
    "a number is quoted as it is written": ("a = 18.10 # c\n", Edit("as_text", ("a",)), 'a = "18.10" # c\n'),
    "an element of an inline table": ("a = [{b = 0x1F}]\n", Edit("as_text", ("a", 0, "b")), 'a = [{b = "0x1F"}]\n'),
    "a text is not quoted again": ('a = "x"\n', Edit("as_text", ("a",)), None),
    "a table is not a value": ("[a]\nb = 1\n", Edit("set", ("a",), "x"), None),
    "a new key stands below the last": (
        "[a]\n  b = 1 # c\n\n[d]\n",
        Edit("set", ("a", "e"), "x"),
        '[a]\n  b = 1 # c\n  e = "x"\n\n[d]\n',
    ),
    "a new key of an empty table": ("[a]\n# c\n[d]\n", Edit("set", ("a", "e"), 1), "[a]\ne = 1\n# c\n[d]\n"),
    "a new key at the end of a file without line end": ("[a]\nb = 1", Edit("set", ("a", "e"), 1), "[a]\nb = 1\ne = 1"),
    "a new key of the document stands before its tables": (
        "# c\n[a]\nb = 1\n",
        Edit("set", ("e",), 1),
        "e = 1\n\n# c\n[a]\nb = 1\n",
    ),
    "a new key of an empty document": ("# c", Edit("set", ("e",), 1), "# c\ne = 1\n"),
    "a new key beside dotted ones": ("a.b = 1\nc = 2\n", Edit("set", ("a", "e"), 1), "a.b = 1\na.e = 1\nc = 2\n"),
    "a new key of an inline table": ("a = { b = 1 }\n", Edit("set", ("a", "e"), 1), "a = { b = 1, e = 1 }\n"),
    "a new key of an empty inline table": ("a = {}\n", Edit("set", ("a", "e"), 1), "a = { e = 1 }\n"),
    "a new key is quoted if it must be": ("[a]\n", Edit("set", ("a", "b.c"), 1), '[a]\n"b.c" = 1\n'),
    "a table that has only subtables gets its header above them": (
        "[x]\n\n# c\n[a.'b'.d]\ne = 1\n",
        Edit("set", ("a", "b", "f"), 1),
        "[x]\n\n[a.'b']\nf = 1\n\n# c\n[a.'b'.d]\ne = 1\n",
    ),
    "a new table stands below the one around it": (
        "[a.x]\nb = 1\n\n[d]\n",
        Edit("set", ("a", "e", "f"), 1),
        "[a.x]\nb = 1\n\n[a.e]\nf = 1\n\n[d]\n",
    ),
    "a new table of an element of a list": (
        "[[a]]\nb = 1\n[[a]]\nb = 2\n",
        Edit("set", ("a", 0, "e", "f"), 1),
        "[[a]]\nb = 1\n\n[a.e]\nf = 1\n[[a]]\nb = 2\n",
    ),
    "a new table at the end": ("a = 1\n# c\n", Edit("set", ("b", "e"), 1), "a = 1\n# c\n\n[b]\ne = 1\n"),
    "a new table in an empty text": ("", Edit("set", ("b", "e"), 1), "[b]\ne = 1\n"),
    "no new table below a value": ("a = 1\n", Edit("set", ("a", "b"), 1), None),
    "no new element of a list": ("a = [1]\n", Edit("set", ("a", 3), 1), None),
    "a key is renamed": ("[a]\nb  =  1 # b\n", Edit("rename", ("a", "b"), "c"), "[a]\nc  =  1 # b\n"),
    "a table is renamed in all headers": (
        "[[a]]\n[a.b]\nx = 1\n[[ a ]]\n['a'.b]\n",
        Edit("rename", ("a",), "c"),
        "[[c]]\n[c.b]\nx = 1\n[[ c ]]\n['c'.b]\n",
    ),
    "a part of dotted keys is renamed": ("a.b = 1\na.c = 2\n", Edit("rename", ("a",), "d"), "d.b = 1\nd.c = 2\n"),
    "a key of an inline table is renamed": ("a = {b = 1}\n", Edit("rename", ("a", "b"), "c d"), 'a = {"c d" = 1}\n'),
    "no name is taken twice": ("a = 1\nb = 2\n", Edit("rename", ("a",), "b"), None),
    "an element has no name": ("a = [1]\n", Edit("rename", ("a", 0), "b"), None),
    "a key goes with its line": ("a = 1\n# c\nb = 2 # d\n\ne = 3\n", Edit("remove", ("b",)), "a = 1\n# c\n\ne = 3\n"),
    "a key of several lines": ("a = [\n 1, # c\n]\nb = 2\n", Edit("remove", ("a",)), "b = 2\n"),
    "the last key": ("a = 1\nb = 2", Edit("remove", ("b",)), "a = 1\n"),
    "a table goes with its subtables and the comment above": (
        "[a]\nb = 1\n\n# c\n[d]\ne = 1\n\n[d.f]\n\n# g\n\n[h]\n",
        Edit("remove", ("d",)),
        "[a]\nb = 1\n\n# g\n\n[h]\n",
    ),
    "the last table": ("[a]\nb = 1\n\n[d]\ne = 1\n", Edit("remove", ("d",)), "[a]\nb = 1\n"),
    "an element of a list of tables": ("[[a]]\nb = 1\n\n[[a]]\nb = 2\n", Edit("remove", ("a", 0)), "[[a]]\nb = 2\n"),
    "dotted keys go one by one": ("a.b = 1\nc = 2\na.d = 3\n", Edit("remove", ("a",)), "c = 2\n"),
    "a key of an inline table goes with its comma": (
        "a = { b = 1, c = 2, d = 3 }\n",
        Edit("remove", ("a", "c")),
        "a = { b = 1, d = 3 }\n",
    ),
    "the last key of an inline table": ("a = { b = 1, c = 2 }\n", Edit("remove", ("a", "c")), "a = { b = 1 }\n"),
    "the only element": ("a = [ 1, ]\n", Edit("remove", ("a", 0)), "a = []\n"),
    "no comment of a neighbour goes": ("a = [\n1, # one\n2,\n]\n", Edit("remove", ("a", 1)), None),
    "a key moves as it is written": (
        "[a]\nb = 1\n\n[a.c]\nd  = '''\nx'''   # e\n",
        Edit("move", ("a", "c", "d"), ("a", "d")),
        "[a]\nb = 1\nd  = '''\nx'''   # e\n\n[a.c]\n",
    ),
    "a key moves under another name": (
        "[a]\nb = 1\n",
        Edit("move", ("a", "b"), ("c", "d")),
        "[a]\n\n[c]\nd = 1\n",
    ),
    "a dotted key moves": ("a.b.c = 1\na.d = 2\n", Edit("move", ("a", "b", "c"), ("a", "c")), "a.d = 2\na.c = 1\n"),
    "nothing moves to where something is": ("[a]\nb = 1\n[c]\nb = 2\n", Edit("move", ("a", "b"), ("c", "b")), None),
    "a table becomes a list": ("[a] # c\nb = 1\n", Edit("as_list", ("a",)), "[[a]] # c\nb = 1\n"),
    "an inline table becomes a list": ("a = {b = 1}\n", Edit("as_list", ("a",)), "a = [{b = 1}]\n"),
    "a value becomes a list": ('a = "x"\n', Edit("as_list", ("a",)), 'a = ["x"]\n'),
    "a table without header becomes no list": ("a.b = 1\n", Edit("as_list", ("a",)), None),
    "a list of one becomes a table": ("[[a]]\nb = 1\n[a.c]\n", Edit("as_table", ("a",)), "[a]\nb = 1\n[a.c]\n"),
    "an inline list of one becomes a table": ("a = [ {b = 1}, ]\n", Edit("as_table", ("a",)), "a = {b = 1}\n"),
    "a list of two becomes no table": ("[[a]]\n[[a]]\n", Edit("as_table", ("a",)), None),
    "a list with a comment becomes no table": ("a = [ # c\n{b = 1}]\n", Edit("as_table", ("a",)), None),
    "a table moves above its subtables": (
        "# top\n\n[a.b.c]\nd = 1\n\n\n# about it\n[a.b] # e\nf = 2",
        Edit("above", ("a", "b")),
        "# top\n\n# about it\n[a.b] # e\nf = 2\n\n\n[a.b.c]\nd = 1",
    ),
    "a table moves above another": (
        "[a]\nb = 1\n[c]\n[d]\n",
        Edit("above", ("d",), ("a",)),
        "[d]\n[a]\nb = 1\n[c]\n",
    ),
    "a table that stands right does not move": ("[a]\n[a.b]\n", Edit("above", ("a",)), None),
}


@pytest.mark.parametrize("name", CASES)
def test_the_text_after_an_edit(name: str) -> None:
    text, edit, expected = CASES[name]
    assert after(text, edit) == expected


def paths(data: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every path of data."""
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path] * bool(path) + [each for key, value in children for each in paths(value, (*path, key))]


def value_at(data: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


TEXTS = {name: text for name, text in all_texts().items() if load(Source("a.toml", text), Limits()).documents}


def test_the_real_files_are_among_the_texts() -> None:
    if not real():
        pytest.skip("no real TOML files: set POLICYLINT_SHARED to the folder that has data/netlify")
    assert len(TEXTS) > len(OWN) + 20


@st.composite
def places(draw: st.DrawFn) -> tuple[str, Any, tuple[str | int, ...]]:
    """A text, its data, and a path in it."""
    text = TEXTS[draw(st.sampled_from(sorted(TEXTS)))]
    data = tomllib.loads(text)
    return text, data, draw(st.sampled_from(paths(data)))


def read_by_both(text: str) -> Any:
    """The data, which an independent reader reads as well."""
    data = tomllib.loads(text)
    assert tomlkit.parse(text.replace("\r\n", "\n")).unwrap() == data
    return data


TEXT_VALUES = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(place=places(), value=st.one_of(TEXT_VALUES, st.integers(-(10**9), 10**9), st.booleans()))
def test_setting_a_scalar_changes_the_lines_of_the_scalar_only(place: Any, value: object) -> None:
    text, data, path = place
    assume(not isinstance(value_at(data, path), dict | list))
    changed = after(text, Edit("set", path, value))
    assert changed is not None
    holder = value_at(data, path[:-1])
    holder[path[-1]] = value
    assert read_by_both(changed) == data
    assert type(value_at(tomllib.loads(changed), path)) is type(value)
    removed = [line for line in lines_changed(text, changed) if line[0] == "-"]
    assert "".join(text.splitlines()).count("#") - "".join(removed).count("#") <= changed.count("#")


@given(place=places(), name=st.one_of(st.just("renamed"), TEXT_VALUES))
def test_renaming_a_key_changes_nothing_but_the_key(place: Any, name: str) -> None:
    text, data, path = place
    holder = value_at(data, path[:-1])
    assume(isinstance(holder, dict) and name not in holder)
    changed = after(text, Edit("rename", path, name))
    assert changed is not None
    back = after(changed, Edit("rename", (*path[:-1], name), str(path[-1])))
    holder[name] = holder.pop(path[-1])
    assert read_by_both(changed) == data
    # The other way it is the same text again, but for quotes that the new name needed.
    assert back is not None
    assert back.replace('"', "").replace("'", "") == text.replace('"', "").replace("'", "")
    assert len(text.splitlines()) == len(changed.splitlines()) or len(name.splitlines()) > 1


@given(place=places())
def test_removing_leaves_everything_else(place: Any) -> None:
    text, data, path = place
    changed = after(text, Edit("remove", path))
    assume(changed is not None)
    assert changed is not None
    lines = {sign: [line[2:] for line in lines_changed(text, changed) if line[0] == sign] for sign in "+-"}
    assert Counter("".join(lines["+"])) <= Counter("".join(lines["-"]))
    assert edits.fits(data, read_by_both(changed), [Edit("remove", path)])


@given(place=places())
def test_a_new_key_adds_lines_only(place: Any) -> None:
    text, data, path = place
    holder = value_at(data, path)
    assume(isinstance(holder, dict))
    changed = after(text, Edit("set", (*path, "new key"), "x"))
    assume(changed is not None)
    assert changed is not None
    holder["new key"] = "x"
    assert read_by_both(changed) == data
    assert after(changed, Edit("remove", (*path, "new key"))) is not None
    inline = [line for line in lines_changed(text, changed) if line[0] == "-"]
    assert len(inline) <= 1
    assert changed.count("\r\n") == changed.count("\n") or "\r\n" not in text


@given(place=places(), target=st.sampled_from([("build", "moved"), ("new", "moved"), ("moved",)]))
def test_what_moves_says_the_same_elsewhere(place: Any, target: tuple[str, ...]) -> None:
    text, data, path = place
    changed = after(text, Edit("move", path, target))
    assume(changed is not None)
    assert changed is not None
    assert edits.fits(data, read_by_both(changed), [Edit("move", path, target)])
    assert sorted(part for part in text.split() if "#" in part) == sorted(p for p in changed.split() if "#" in p)


@given(place=places())
def test_a_list_of_one_is_a_table_again(place: Any) -> None:
    text, _, path = place
    wrapped = after(text, Edit("as_list", path))
    assume(wrapped is not None)
    assert wrapped is not None
    try:
        tomllib.loads(wrapped)
    except tomllib.TOMLDecodeError:
        # Subtables above a header cannot be those of an element: whoever applies the edit reads the text again.
        assume(False)
    assert after(wrapped, Edit("as_table", path)) in (text, None)


NAMES = st.lists(st.sampled_from(["a", "b", '"c d"', "e-f"]), min_size=1, max_size=2, unique=True)


@given(
    names=NAMES,
    body=st.sampled_from(["x = 1\n", "x = 1 # c\ny = '''\n# z\n'''\n", ""]),
    below=st.sampled_from(["s = 1\n", "# t\ns = 1\n\n", "s = [\n # u\n]\n\n\n"]),
    comment=st.sampled_from(["", "# about it\n", "# one\n# two\n"]),
    gap=st.sampled_from(["", "\n", "\n\n"]),
    tail=st.sampled_from(["", "\n[z]\n", "\n# tail\n"]),
)
def test_a_table_below_its_subtable_goes_back_to_where_it_was(
    names: list[str], body: str, below: str, comment: str, gap: str, tail: str
) -> None:
    name = ".".join(["top", *names])
    table, subtable = f"{comment}[{name}]\n{body}", f"[{name}.sub]\n{below.rstrip()}\n"
    wrong = f"[first]\n\n{subtable}{gap}{table}{tail}"
    right = f"[first]\n\n{table}{gap}{subtable}{tail}"
    path = ("top", *(each.strip('"') for each in names))
    assert after(wrong, Edit("above", path)) == right
    assert after(right, Edit("above", path)) is None
    assert tomllib.loads(wrong) == tomllib.loads(right)
