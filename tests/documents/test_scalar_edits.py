"""Edits of scalars and keys in JSON, YAML and front matter."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from policylint import documents, edits
from policylint.documents.document import Limits
from policylint.documents.source import Source
from policylint.edits import Edit


def after(text: str, format_name: str, edit: Edit) -> str | None:
    [document] = documents.load(Source("a", text), format_name, Limits()).documents
    made = document.edited(edit)
    return None if made is None else edits.rewritten(text, made)


@pytest.mark.parametrize(
    ("format_name", "text", "edit", "expected"),
    [
        ("json", '{"a" : 1}', Edit("set", ("a",), 'x"\n'), '{"a" : "x\\"\\n"}'),
        ("json", '{"a": 1.50}', Edit("as_text", ("a",)), '{"a": "1.50"}'),
        ("json", '{"a": "ü"}', Edit("rename", ("a",), "ö"), '{"ö": "ü"}'),
        ("json", '{"a": {"b": 1}}', Edit("set", ("a",), "x"), None),
        ("json", '{"a": 1}', Edit("set", ("b",), 1), None),
        ("json", '{"a": 1}', Edit("remove", ("a",)), None),
        ("json", "1", Edit("set", (), 2), None),
        ("yaml", "a: x # c\n", Edit("set", ("a",), "y z"), "a: y z # c\n"),
        ("yaml", "a: x\n", Edit("set", ("a",), "yes"), 'a: "yes"\n'),
        ("yaml", "a: x\n", Edit("set", ("a",), "- y: #"), 'a: "- y: #"\n'),
        ("yaml", "a: 'x'\n", Edit("set", ("a",), "it's"), "a: 'it''s'\n"),
        ("yaml", "a: 'x'\n", Edit("set", ("a",), "y\nz"), 'a: "y\\nz"\n'),
        ("yaml", "a: 1\n", Edit("as_text", ("a",)), 'a: "1"\n'),
        ("yaml", "a: '1'\n", Edit("as_value", ("a",), 1), "a: 1\n"),
        ("yaml", "a: {b: 1, c: 2}\n", Edit("rename", ("a", "b"), "d"), "a: {d: 1, c: 2}\n"),
        ("yaml", "a: |\n  x\n", Edit("set", ("a",), "y"), None),
        ("yaml", "a: &b x\nc: *b\n", Edit("set", ("c",), "y"), None),
        ("yaml", "a: [1]\n", Edit("set", ("a",), "y"), None),
        ("markdown", "---\na: x\n---\n# b\n", Edit("set", ("frontmatter", "a"), "z"), "---\na: z\n---\n# b\n"),
        ("markdown", "---\na: x\n---\n# b\n", Edit("set", ("body",), "y"), None),
        ("markdown", "# b\n", Edit("set", ("frontmatter", "a"), "y"), None),
        ("text", "b\n", Edit("set", (), "y"), None),
    ],
)
def test_the_text_after_an_edit(format_name: str, text: str, edit: Edit, expected: str | None) -> None:
    assert after(text, format_name, edit) == expected


VALUES = st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.integers(-(10**6), 10**6), st.booleans())


@given(value=VALUES, old=st.sampled_from(["x", "'x'", '"x"', "12"]))
def test_yaml_says_what_was_set(value: object, old: str) -> None:
    changed = after(f"a: {old} # c\nb: 1\n", "yaml", Edit("set", ("a",), value))
    assert changed is not None
    assert changed.endswith(" # c\nb: 1\n")
    [document] = documents.load(Source("a", changed), "yaml", Limits()).documents
    assert document.data == {"a": value, "b": 1}
    assert yaml.safe_load(changed) == document.data


@given(value=VALUES)
def test_json_says_what_was_set(value: object) -> None:
    changed = after('{"a": "x", "b" : [1]}', "json", Edit("set", ("a",), value))
    assert changed is not None
    assert json.loads(changed) == {"a": value, "b": [1]}
    assert changed.endswith(', "b" : [1]}')
