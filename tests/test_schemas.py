"""The two schema engines agree, and what they refuse is explained where it is wrong."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema.validators import validator_for

from policylint import engine, resources
from policylint.filetree import MemoryTree
from tests.rules.shipped import pack

SCHEMAS = sorted(Path(resources.folder("schemas")).glob("*.schema.json"))

_WORDS = st.sampled_from(
    "build command context redirects from to status plugins package headers for values frontmatter must_haves "
    "artifacts key_links path pattern manual_gates workflow scripts x".split()
)
_SCALARS = st.none() | st.booleans() | st.integers(-5, 700) | st.floats(allow_nan=False) | st.text(max_size=5) | _WORDS
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=4), max_leaves=20
)


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_every_schema_is_a_draft_07_schema_for_editors(path: Path) -> None:
    schema = json.loads(path.read_text(encoding="utf-8"))
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    validator_for(schema).check_schema(schema)


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
@given(data=st.dictionaries(_WORDS, _VALUES, max_size=5))
def test_the_fast_engine_and_the_explaining_one_agree(path: Path, data: dict[str, Any]) -> None:
    schema = json.loads(path.read_text(encoding="utf-8"))
    fast = jsonschema_rs.validator_for(schema, offline=True).is_valid(data)
    assert fast == validator_for(schema)(schema).is_valid(data)


@given(data=st.dictionaries(_WORDS, _VALUES, max_size=5))
def test_an_invalid_document_always_gets_a_diagnostic_and_a_valid_one_none(data: dict[str, Any]) -> None:
    schema = json.loads(Path(resources.folder("schemas"), "package-json.schema.json").read_text(encoding="utf-8"))
    settings = engine.Settings(select=["documents/schema-violation"])
    report = engine.check(MemoryTree({"package.json": json.dumps(data)}), pack(), settings)
    assert (report.diagnostics == ()) == validator_for(schema)(schema).is_valid(data)


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ('[biuld]\ncommand = "x"\n', (1, 2, "the document has an unknown key 'biuld'", "did you mean 'build'?")),
        (
            '[[redirects]]\nfrom = "/"\nstatsu = 200\n',
            (3, 1, "redirects[0] has an unknown key 'statsu'", "did you mean 'status'?"),
        ),
        ("spa_fallback = 1\n", (1, 16, "spa_fallback is 1, expected true or false", "")),
        ('[redirects]\nfrom = "/"\n', (1, 1, "redirects is a table of keys, expected a list", "")),
        ('[build]\nfunctions = ["a"]\n', (2, 13, "build.functions is a list, expected text or a table of keys", "")),
    ],
)
def test_a_schema_error_names_the_place_what_is_there_and_what_was_expected(
    toml: str, expected: tuple[int, int, str, str]
) -> None:
    assert tomllib.loads(toml)
    settings = engine.Settings(select=["documents/schema-violation"])
    [found] = engine.check(MemoryTree({"netlify.toml": toml}), pack(), settings).diagnostics
    line, column, message, fix = expected
    fallback = next(rule.fix for rule in pack().rules if rule.name == "documents/schema-violation")
    assert (*found.span.start, found.message, found.fix) == (line, column, message, fix or fallback)
