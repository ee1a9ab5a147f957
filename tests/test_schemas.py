"""The two schema engines agree, and what they refuse is explained where it is wrong."""

from __future__ import annotations

import json
import os
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema.validators import validator_for
from ruamel.yaml import YAML

from policylint import engine, resources, schemas
from policylint.filetree import MemoryTree
from policylint.settings import Settings
from policylint.workspace import open_workspace
from tests.compiled_definitions import environment
from tests.rules.shipped import pack

SCHEMAS = sorted(Path(resources.folder("schemas")).glob("*.schema.json"))

_WORDS = st.sampled_from(
    "build command context redirects from to status plugins package headers for values frontmatter must_haves "
    "artifacts key_links path pattern manual_gates workflow scripts x".split()
)
# JSON has neither infinity nor NaN.
_FLOATS = st.floats(allow_nan=False, allow_infinity=False)
_SCALARS = st.none() | st.booleans() | st.integers(-5, 700) | _FLOATS | st.text(max_size=5) | _WORDS
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
    settings = Settings(select=["documents/schema-violation"])
    report = engine.check(MemoryTree({"package.json": json.dumps(data)}), pack(), settings)
    assert (report.diagnostics == ()) == validator_for(schema)(schema).is_valid(data)


_ABOUT_FORM = ["netlify/invalid-value", "netlify/unknown-key"]
_REDIRECT = '`[[redirects]]`, then `from = "/old"`, then `to = "/new"`'
_BUNDLERS = "'esbuild', 'nft', 'zisi' or 'none'"
_NAME = "a letter, then letters, digits and underscores, 255 at most"
_VARIABLE = '`[build.environment]`, then `NODE_VERSION = "22"`'


@pytest.mark.parametrize(
    ("toml", "place", "message", "fix"),
    [
        ('[biuld]\ncommand = "x"\n', (1, 2), "the document has an unknown key 'biuld'", "did you mean 'build'?"),
        ("[[redirects]]\nstatsu = 200\n", (2, 1), "redirects[0] has an unknown key 'statsu'", "did you mean 'status'?"),
        ("spa_fallback = 1\n", (1, 16), "spa_fallback is 1, expected true or false", "write `spa_fallback = true`"),
        ('[redirects]\nfrom = "/"\n', (1, 1), "redirects is a table of keys, expected a list", f"write {_REDIRECT}"),
        ("[build]\nignore = []\n", (2, 10), "build.ignore is a list, expected text", "write `ignore = "),
        (
            '[functions.a]\nnode_bundler = "esbuil"\n',
            (2, 16),
            f"functions.a.node_bundler is 'esbuil', expected {_BUNDLERS}",
            "did you mean 'esbuild'?",
        ),
        (
            "[[plugins]]\npinned_version = '1'\n",
            (1, 1),
            "plugins[0] has no 'package'",
            'write `package = "netlify-plugin-one"`',
        ),
        (
            '[build.environment]\nnode-version = "22"\n',
            (2, 1),
            f"build.environment has a key 'node-version', expected {_NAME}",
            f"write {_VARIABLE}",
        ),
    ],
)
def test_a_schema_error_names_the_place_what_is_there_and_how_it_is_written_right(
    toml: str, place: tuple[int, int], message: str, fix: str
) -> None:
    # What is large is explained in another way, in the same words.
    for text in (toml, toml + _MUCH_THAT_IS_RIGHT):
        assert tomllib.loads(text)
        files = MemoryTree({"netlify.toml": text})
        [found] = engine.check(files, pack(), Settings(select=_ABOUT_FORM)).diagnostics
        assert (found.span.start, found.message) == (place, message)
        assert found.fix.startswith(fix)


_MUCH_THAT_IS_RIGHT = '[[headers]]\nfor = "/a"\n[headers.values]\n' + "".join(
    f'X-Header-{number} = "some value"\n' for number in range(1_000)
)


def test_a_rule_about_all_documents_leaves_out_the_kinds_that_it_excepts() -> None:
    files = {"netlify.toml": "[build]\ncommand = 1\n", "package.json": '{"scripts": 1}'}
    report = engine.check(MemoryTree(files), pack(), Settings(select=["schema-violation", *_ABOUT_FORM]))
    found = [(each.path, each.rule) for each in report.diagnostics]
    assert found == [("netlify.toml", "netlify/invalid-value"), ("package.json", "documents/schema-violation")]


def test_a_rule_whose_kinds_are_all_excepted_counts_as_skipped() -> None:
    settings = Settings(select=["schema-violation"])
    report = engine.check(MemoryTree({"netlify.toml": ""}), pack(), settings)
    assert report.skipped["documents/schema-violation"] == "no document that it judges was found"


KIND = """\
[kinds.release]
title = "Release"
format = "{format}"
paths = ["{file}"]
schema = "release.schema.json"
"""
FORMATS = {"json": "json", "yaml": "yaml", "toml": "toml", "md": "markdown"}
STRING = {"type": "string"}
OTHER_DRAFTS = {
    "additionalItems": "http://json-schema.org/draft-07/schema#",
    "dependencies": "http://json-schema.org/draft-07/schema#",
}


def told(tmp_path: Path, schema: dict[str, Any], text: str, file: str = "release.json") -> list[tuple[int, str, str]]:
    """The column, the message and the fix of each violation of an own kind's schema."""
    drafts = [draft for keyword, draft in OTHER_DRAFTS.items() if keyword in schema]
    whole = {"$schema": drafts[0] if drafts else "https://json-schema.org/draft/2020-12/schema", **schema}
    # What is known of a schema is kept by its path.
    root = tmp_path / str(len(os.listdir(tmp_path)))
    root.mkdir()
    (root / "release.schema.json").write_text(json.dumps(whole))
    (root / "policylint.toml").write_text(KIND.format(format=FORMATS[file.partition(".")[2]], file=file))
    workspace = open_workspace(str(root), environment(), str(root))
    settings = Settings(select=["documents/schema-violation"])
    report = engine.check(MemoryTree({file: text}), workspace.pack, settings)
    return [(each.span.start.column, each.message, each.fix) for each in report.diagnostics]


# Two forms that a key tells apart.
HTTP_CHECK = {"properties": {"type": {"const": "http"}, "path": STRING}, "required": ["path"]}
COMMAND_CHECK = {
    "properties": {"type": {"const": "command"}, "retries": {"type": "integer"}},
    "required": ["type", "run"],
}


@pytest.mark.parametrize(
    ("schema", "text", "expected"),
    [
        ({"properties": {"a": False}}, '{"b": 1, "a": 1}', [(10, "a must not be set", "remove 'a'")]),
        ({"patternProperties": {"^a": False}}, '{"b": {}, "ab": {}}', [(11, "ab must not be set", "remove 'ab'")]),
        (
            {"properties": {"a": {"properties": {"b": False}}}},
            '{"a": {"b": 1}}',
            [(8, "a.b must not be set", "remove 'b'")],
        ),
        (
            {"properties": {"a": {"$ref": "#/$defs/never"}}, "$defs": {"never": False}},
            '{"a": 1}',
            [(2, "a must not be set", "remove 'a'")],
        ),
        ({"if": {"required": ["a"]}, "then": False}, '{"a": 1}', [(1, "the document is not allowed here", "")]),
        (
            {"properties": {"stage": {}}, "unevaluatedProperties": False},
            '{"stage": 1, "stgae": 1, "c": 2}',
            [
                (14, "the document has an unknown key 'stgae'", "did you mean 'stage'?"),
                (26, "the document has an unknown key 'c'", ""),
            ],
        ),
        (
            {"properties": {"b": {}}, "unevaluatedProperties": STRING},
            '{"b": 1, "a": 1}',
            [(15, "a does not fit 'unevaluatedProperties' of its schema", "")],
        ),
        (
            {"dependentRequired": {"a": ["b", "c"]}, "properties": {"b": {"x-valid": '"b": 1'}}},
            '{"a": 1}',
            [
                (1, "the document has 'a', but no 'b'", 'write `"b": 1`'),
                (1, "the document has 'a', but no 'c'", "add 'c'"),
            ],
        ),
        ({"dependencies": {"a": ["b"]}}, '{"a": 1}', [(1, "the document has 'a', but no 'b'", "add 'b'")]),
        (
            {"properties": {"l": {"contains": STRING}}},
            '{"l": [1]}',
            [(7, "l has no item of the form that one of them must have", "")],
        ),
        ({"properties": {"l": {"contains": {"const": "x"}}}}, '{"l": []}', [(7, "l has no item 'x'", "")]),
        (
            {"properties": {"l": {"contains": STRING, "minContains": 2}}},
            '{"l": ["x"]}',
            [(7, "l has too few items of one form, expected at least 2", "")],
        ),
        (
            {"properties": {"l": {"contains": STRING, "maxContains": 1}}},
            '{"l": ["x", "y"]}',
            [(7, "l has too many items of one form, expected at most 1", "")],
        ),
        ({"maxProperties": 1}, '{"a": 1, "b": 2}', [(1, "the document has 2 keys, expected at most 1", "")]),
        ({"properties": {"n": {"multipleOf": 2}}}, '{"n": 3}', [(7, "n is 3, expected a multiple of 2", "")]),
        (
            {"properties": {"l": {"prefixItems": [True], "items": False}}},
            '{"l": [1, 2]}',
            [(7, "l has 2 items, expected at most 1", "")],
        ),
        (
            {"properties": {"l": {"prefixItems": [True], "unevaluatedItems": False}}},
            '{"l": [1, 2]}',
            [(7, "l does not fit 'unevaluatedItems' of its schema", "")],
        ),
        (
            {"properties": {"a": {"anyOf": [STRING, False]}}},
            '{"a": 1}',
            [(7, "a is 1, expected text", "")],
        ),
        (
            {"properties": {"a": {"anyOf": [False, False]}}},
            '{"a": 1}',
            [(7, "a is 1, which is none of the allowed forms", "")],
        ),
        (
            {"properties": {"a": {"oneOf": [STRING, True]}}},
            '{"a": "x"}',
            [(7, "a is the text 'x', which is of several forms where it may be of one only", "")],
        ),
        (
            {"properties": {"l": {"uniqueItems": True}}},
            '{"l": ["x", {"a": [1]}, "x", true, 1, {"a": [1]}]}',
            [(25, "l lists 'x' twice", ""), (39, "l lists 'a: 1' twice", "")],
        ),
        (
            {"properties": {"l": {"uniqueItems": True}}},
            '{"l": [1, 1.0]}',
            [(7, "l lists the same item twice", "")],
        ),
        (
            {"required": ["owner", "title"]},
            '{"ownr": 1, "titles": 2, "name": 3}',
            [
                (2, "the document has 'ownr', but no 'owner'", "did you mean 'owner'?"),
                (13, "the document has 'titles', but no 'title'", "did you mean 'title'?"),
            ],
        ),
        (
            {"properties": {"owner": STRING}, "required": ["owner"], "additionalProperties": False},
            '{"ownr": 1}',
            [(2, "the document has an unknown key 'ownr'", "did you mean 'owner'?")],
        ),
        (
            {"propertyNames": {"enum": ["qa", "smoke"]}},
            '{"qa": 1, "unit": 2}',
            [(11, "the document has a key 'unit', expected 'qa' or 'smoke'", "")],
        ),
        (
            {"propertyNames": {"pattern": "^[a-z]+$"}},
            '{"QA": 1}',
            [(2, "the document has a key 'QA', expected a name that matches '^[a-z]+$'", "")],
        ),
        (
            {"propertyNames": {"maxLength": 3}},
            '{"unit": 1}',
            [(2, "the document has a key 'unit', expected another name", "")],
        ),
        (
            {"properties": {"check": {"oneOf": [HTTP_CHECK, COMMAND_CHECK]}}},
            '{"check": {"type": "command", "path": 1, "retries": "x"}}',
            [
                (2, "check has no 'run'", "add 'run'"),
                (53, "check.retries is the text 'x', expected a whole number", ""),
            ],
        ),
        (
            {
                "properties": {
                    "check": {"anyOf": [HTTP_CHECK, COMMAND_CHECK, {"properties": {"type": {"enum": ["no"]}}}]}
                }
            },
            '{"check": {"type": "htp"}}',
            [(20, "check.type is 'htp', expected 'http', 'command' or 'no'", "did you mean 'http'?")],
        ),
        ({"properties": {"a": {"enum": []}}}, '{"a": 1}', [(7, "a is 1, where no value is allowed", "")]),
        ({"properties": {"a": {"pattern": "^\\pL+$"}}}, '{"a": "é"}', []),
        ({"patternProperties": {"^\\p{Lu}+\\z": False}}, '{"A": 1}', [(2, "A must not be set", "remove 'A'")]),
        (
            {"properties": {"a": {"oneOf": [{"minimum": 1}, {"maximum": 10}]}}},
            '{"a": 5}',
            [(7, "a is 5, which is of several forms where it may be of one only", "")],
        ),
        (
            {
                "$ref": "#/$defs/b",
                "properties": {f"p{n}": STRING for n in range(12)},
                "$defs": {"b": {"required": ["p1"]}},
            },
            '{"p0": "x"}',
            [(1, "the document has no 'p1'", "add 'p1'")],
        ),
    ],
)
def test_no_error_of_an_own_schema_is_told_in_the_words_of_the_library(
    tmp_path: Path, schema: dict[str, Any], text: str, expected: list[tuple[int, str, str]]
) -> None:
    found = told(tmp_path, schema, text)
    assert [(column, message) for column, message, _ in found] == [(column, message) for column, message, _ in expected]
    assert all(fix in ("", mended) for (_, _, mended), (_, _, fix) in zip(found, expected, strict=True))


# Where references lead: into definitions, through them, to other properties, to the whole, and to names of their own.
_REFERENCES = st.sampled_from(
    ["#/definitions/a", "#/definitions/b/items", "#/definitions/c", "#/$defs/a", "#/properties/p0", "#", "#named"]
)
_PARTS = st.one_of(
    st.just(STRING),
    st.just(True),
    st.builds(lambda reference: {"$ref": reference}, _REFERENCES),
    st.builds(lambda reference: {"type": "array", "items": {"$ref": reference}}, _REFERENCES),
    st.builds(lambda reference: {"properties": {"id": {"$ref": reference}}}, _REFERENCES),
    st.just({"$id": "urn:other", "type": "array", "items": {"$ref": "#"}}),
)
_NESTED = st.recursive(
    st.just("x") | st.just(3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "p0", "p1"]), inner, max_size=2),
    max_leaves=6,
)


@given(
    parts=st.lists(_PARTS, min_size=3, max_size=3),
    definitions=st.fixed_dictionaries({"a": _PARTS, "b": st.just({"items": STRING}), "c": _PARTS}),
    document=st.dictionaries(st.sampled_from(["p0", "p1", "p2", "other"]), _NESTED, max_size=3),
    additional=st.booleans(),
    top=st.sampled_from([{}, {"$ref": "#/definitions/a"}, {"allOf": [{"$ref": "#/$defs/t"}]}, {"$id": "urn:top"}]),
)
def test_of_a_large_schema_what_a_document_does_not_have_makes_no_difference(
    parts: list[Any], definitions: dict[str, Any], document: dict[str, Any], additional: bool, top: dict[str, Any]
) -> None:
    schema = {
        **top,
        "properties": {f"p{number}": part for number, part in enumerate([*parts, *[True] * 9])},
        "additionalProperties": additional,
        "definitions": {**definitions, "d": {"$anchor": "named", "type": "string"}},
        "$defs": {"a": STRING, "t": {"minProperties": 1}},
    }
    try:
        whole = jsonschema_rs.validator_for(schema, offline=True)
    except (jsonschema_rs.ValidationError, ValueError):
        assume(False)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "own.schema.json")
        path.write_text(json.dumps(schema), encoding="utf-8")
        assert schemas.is_valid(str(path), document) == whole.is_valid(document)


TREE = {
    "properties": {
        **{f"key{number}": True for number in range(10)},
        "name": STRING,
        "alias": {"$ref": "#/properties/name"},
        "children": {"type": "array", "items": {"$ref": "#"}},
    },
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"alias": 3}', [(11, "alias is 3, expected text")]),
        ('{"children": [{"name": 3}]}', [(24, "children[0].name is 3, expected text")]),
        ('{"children": [{"name": "x", "key0": 1}]}', []),
    ],
)
def test_an_own_schema_may_refer_to_its_properties_and_to_itself(
    tmp_path: Path, text: str, expected: list[tuple[int, str]]
) -> None:
    assert [(column, message) for column, message, _ in told(tmp_path, TREE, text)] == expected


NUMBER = {"type": "number"}
WRITTEN = "4.5 1.10 -.5 1. 1e3 1E-3 .inf -.inf .nan 0xFF 0o17 007 +3 1e 12:30 1_000 0b1 . 4.5.6 v1 '4.5' 0xG e3"


@pytest.mark.parametrize("written", WRITTEN.split())
def test_what_yaml_says_is_a_number_is_one_to_a_schema_and_nothing_else_is(tmp_path: Path, written: str) -> None:
    value = YAML(typ="safe", pure=True).load(f"a: {written}")["a"]
    # ruamel.yaml still reads two forms of YAML 1.1.
    is_number = isinstance(value, int | float) and written not in ("1_000", "0b1")
    for text, schema in ((f"a: {written}\n", {"properties": {"a": NUMBER}}), (f"- {written}\n", {"items": NUMBER})):
        assert (told(tmp_path, schema, text, "release.yaml") == []) == is_number


@pytest.mark.parametrize("kind", ["string", ["number", "string"], "number"])
def test_a_version_may_be_text_or_a_number_to_a_schema(tmp_path: Path, kind: object) -> None:
    assert told(tmp_path, {"properties": {"version": {"type": kind}}}, "version: 1.10\n", "release.yaml") == []


TO_NUMBERS: list[tuple[dict[str, Any], str, list[tuple[int, str]]]] = [
    ({"properties": {"a": {**NUMBER, "minimum": 2.5}}}, "a: 2.4", [(4, "a is 2.4, expected at least 2.5")]),
    ({"properties": {"a": {"enum": [1.5, "x"]}}}, "a: 1.50", []),
    ({"properties": {"a": {"enum": [1.5, "x"]}}}, "a: 1.6", [(4, "a is '1.6', expected 1.5 or 'x'")]),
    ({"properties": {"a": {"const": 0.5}}}, "a: .5", []),
    ({"properties": {"a": {"type": "integer"}}}, "a: 0xFF", []),
    ({"properties": {"a": {"type": "integer"}}}, "a: 4.5", [(4, "a is the text '4.5', expected a whole number")]),
    ({"properties": {"a": {"anyOf": [NUMBER, {"type": "null"}]}}}, "a: 4.5", []),
    (
        {"additionalProperties": {"items": NUMBER}},
        "a: [1.5, '1.5']",
        [(10, "a[1] is the text '1.5', expected a number")],
    ),
    (
        {
            "properties": {"a": NUMBER, "b": NUMBER},
            "if": {"properties": {"a": {"maximum": 2}}},
            "then": {"required": ["c"]},
        },
        "{a: 1.5, b: x}",
        [(1, "the document has no 'c'"), (13, "b is the text 'x', expected a number")],
    ),
]


@pytest.mark.parametrize(("schema", "text", "expected"), TO_NUMBERS)
def test_a_decimal_in_yaml_is_judged_as_the_number_that_a_schema_wants(
    tmp_path: Path, schema: dict[str, Any], text: str, expected: list[tuple[int, str]]
) -> None:
    # What is large is explained in another way.
    much = {"properties": {"much": {"items": {"type": "integer"}}}, "allOf": [schema]}
    long = text[:-1] + f", much: [{'1,' * 20_000}]}}" if text.startswith("{") else f"{text}\nmuch: [{'1,' * 20_000}]"
    for of, document in ((schema, text), (much, long)):
        found = told(
            tmp_path, of if of is schema or "additionalProperties" not in schema else schema, document, "release.yaml"
        )
        assert [(column, message) for column, message, _ in found] == expected


@pytest.mark.parametrize(
    ("file", "text"),
    [("release.toml", "a = inf\n"), ("release.json", '{"a": 1e400}'), ("release.md", "---\na: 4.5\n---\n")],
)
def test_so_are_numbers_that_other_formats_keep_as_they_are_written(tmp_path: Path, file: str, text: str) -> None:
    schema = {"properties": {"a": NUMBER, "frontmatter": {"properties": {"a": NUMBER}}}}
    assert told(tmp_path, schema, text, file) == []
    assert told(tmp_path, schema, text.replace("4.5", "'4.5'").replace("inf", "'inf'").replace("1e400", '"1"'), file)


def test_what_was_found_until_the_work_is_done_is_told(tmp_path: Path) -> None:
    text = "".join(f"k{number}: {number}\n" for number in range(30_000))
    found = told(tmp_path, {"additionalProperties": STRING}, text, "release.yaml")
    assert found[1][:2] == (5, "k0 is 0, expected text")
    assert len(found) > 400
    assert any("wrong in so many places" in message for _, message, _ in found)
