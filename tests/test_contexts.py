"""What is in force in each context of a document, and where it is written."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policylint.contexts import Context, contexts
from policylint.documents.document import Limits
from policylint.pack import ContextSettings
from tests.conftest import Runner

Write = Callable[[Mapping[str, str | bytes]], Path]

SETTINGS = ContextSettings(
    table="context",
    always=["production", "branch"],
    also=["dev"],
    branch="branch",
    into="build",
    moved=["command", "environment"],
    moved_text=["functions"],
    joined={"plugins": "package"},
    spellings={"Build": "build", "Command": "command"},
)
RULE = """\
id: ops/stated-command
title: What is in force
severity: error
rationale: To see what rules see.
fix: Nothing.
references: [our handbook]
given: {document: netlify, contexts: CONTEXTS, select: "SELECT"}
then: {equals: nothing, message: "in {context}, built as {context.built_as}, SHOWN"}
examples:
  valid:
    - title: nothing
      files: {netlify.toml: "[build]\\ncommand = 'nothing'\\npublish = 'nothing'\\n"}
  invalid:
    - title: something
      files: {netlify.toml: "[build]\\ncommand = 'x'\\npublish = 'x'\\n"}
      expect: ["netlify.toml:1:1: x"]
"""


@pytest.fixture
def report(run: Runner, repository: Write) -> Callable[..., list[str]]:
    """The findings of the rule above, `line:column: message`."""

    def reported(netlify: str, names: str = '"*"', select: str = "build.command", shown: str = "") -> list[str]:
        rule = (
            RULE.replace("CONTEXTS", names)
            .replace("SELECT", select)
            .replace("SHOWN", shown or f"{{document.{select}}}")
        )
        folder = repository(
            {"policylint.toml": 'rules = ["own"]\n', "own/ops/stated-command.yaml": rule, "netlify.toml": netlify}
        )
        outcome = run("check", "--select", "stated-command,limit-exceeded", "--output-format", "concise", cwd=folder)
        assert outcome.stdout, outcome.stderr
        found = [line.removeprefix("netlify.toml:") for line in outcome.lines if line.startswith("netlify.toml:")]
        return [line.replace(" error[ops/stated-command]", "") for line in found]

    return reported


def test_a_context_has_its_own_value_and_the_others_the_common_one(report: Callable[..., list[str]]) -> None:
    assert report(
        """\
[build]
command = "common"
[context.deploy-preview]
command = "preview"
"""
    ) == [
        "2:11: in branch-deploy, built as branch-deploy, common",
        "2:11: in production, built as production, common",
        "4:11: in deploy-preview, built as deploy-preview, preview",
    ]


def test_what_every_context_replaces_is_judged_as_well(report: Callable[..., list[str]]) -> None:
    netlify = "".join(
        f'[context.{name}]\ncommand = "own"\n' for name in ("production", "deploy-preview", "branch-deploy")
    )
    found = report(f'{netlify}[build]\ncommand = "replaced"\n', shown="{document.build.command}")
    assert found[-1] == "8:11: in {context}, built as {context.built_as}, replaced"


def test_a_branch_has_what_branches_have_and_then_its_own(report: Callable[..., list[str]]) -> None:
    netlify = """\
[build.environment]
STEP = "build"
[context.branch-deploy.environment]
STEP = "branch"
[context.staging]
command = "stage"
[context.qa.build.environment]
STEP = "qa"
"""
    assert report(netlify, "[staging, qa]", "build.environment.STEP") == [
        "4:8: in staging, built as branch-deploy, branch",
        "8:8: in qa, built as branch-deploy, qa",
    ]


def test_the_long_form_of_a_key_counts_more_than_the_short_one(report: Callable[..., list[str]]) -> None:
    netlify = '[context.production]\ncommand = "short"\n[context.production.build]\ncommand = "long"\n'
    assert report(netlify, "production") == ["4:11: in production, built as production, long"]


def test_a_wildcard_stands_for_every_context_that_states_nothing_itself(report: Callable[..., list[str]]) -> None:
    netlify = """\
[context."*"]
command = "any"
[context."feat/*"]
command = "feature"
[context.production]
publish = "dist"
"""
    assert report(netlify) == [
        "2:11: in *, built as branch-deploy, any",
        "2:11: in branch-deploy, built as branch-deploy, any",
        "2:11: in deploy-preview, built as deploy-preview, any",
        "4:11: in feat/*, built as branch-deploy, feature",
        "5:10: context.production.command is missing",
    ]


def test_another_spelling_of_a_key_is_that_key(report: Callable[..., list[str]]) -> None:
    assert report('[Build]\nCommand = "x"\n', "production") == ["2:11: in production, built as production, x"]


def test_lists_are_replaced_and_plugins_are_told_by_their_package(report: Callable[..., list[str]]) -> None:
    netlify = """\
[[plugins]]
package = "a"
[plugins.inputs]
level = 1
[[plugins]]
package = "b"
[[context.production.plugins]]
package = "a"
[context.production.plugins.inputs]
level = 2
"""
    shown = "{package}"
    assert report(netlify, "production", "plugins[*]", shown) == [
        "1:1: in production, built as production, a",
        "5:1: in production, built as production, b",
    ]
    assert report(netlify, "production", "plugins[0].inputs.level", "{file.name}") == [
        "10:9: in production, built as production, netlify.toml"
    ]


def test_what_no_context_has_is_missing_where_it_would_stand(report: Callable[..., list[str]]) -> None:
    assert report('[build]\npublish = "dist"\n', "{not: [deploy-preview, branch-deploy]}") == [
        "1:2: build.command is missing"
    ]


def test_contexts_beyond_the_limit_are_told(report: Callable[..., list[str]]) -> None:
    netlify = '[build]\ncommand = "x"\n' + "".join(f'[context.b{number}]\ncommand = "y"\n' for number in range(200))
    found = report(netlify)
    told = "the document has more than 100 contexts, and those beyond are not judged"
    assert f"3:2: error[documents/limit-exceeded] {told}" in found
    assert len(found) == 1 + 100


def test_contexts_that_share_too_much_are_told_and_those_before_are_judged(report: Callable[..., list[str]]) -> None:
    variables = "".join(f"A{number} = 'x'\n" for number in range(20_000))
    contexts = "".join(f"[context.b{number}.environment]\nB = 'y'\n" for number in range(4))
    found = report(f'[build]\ncommand = "x"\n[build.environment]\n{variables}{contexts}')
    told = "the document has contexts that share more than 50000 values with others, and those beyond are not judged"
    assert [line for line in found if "limit-exceeded" in line] == [
        f"20004:2: error[documents/limit-exceeded] {told}",
    ]
    assert [line for line in found if "limit-exceeded" not in line] == [
        "2:11: in b0, built as branch-deploy, x",
        "2:11: in b1, built as branch-deploy, x",
        "2:11: in branch-deploy, built as branch-deploy, x",
        "2:11: in deploy-preview, built as deploy-preview, x",
        "2:11: in production, built as production, x",
    ]


def test_documents_without_contexts_are_not_asked_for_them(run: Runner, repository: Write) -> None:
    rule = RULE.replace("document: netlify", "document: plan").replace("CONTEXTS", '"*"').replace("SELECT", "body")
    folder = repository({"policylint.toml": 'rules = ["own"]\n', "own/ops/stated-command.yaml": rule})
    outcome = run("check", cwd=folder)
    assert outcome.code == 2
    assert "documents of kind 'plan' have no contexts" in outcome.stderr


# Laws

SCALARS = st.integers(0, 3) | st.sampled_from(["x", "y"])
KEYS = st.sampled_from(["command", "environment", "functions", "publish", "plugins", "build", "other"])
PLUGINS = st.lists(
    st.fixed_dictionaries({"package": st.sampled_from("abc"), "n": SCALARS}),
    max_size=3,
    unique_by=lambda each: each["package"],
)
VALUES = st.recursive(SCALARS, lambda inner: st.dictionaries(KEYS, inner, max_size=3), max_leaves=6)
TABLES = st.dictionaries(KEYS, VALUES, max_size=4).flatmap(
    lambda table: st.just(table) | PLUGINS.map(lambda plugins: {**table, "plugins": plugins})
)
NAMES = st.sampled_from(["production", "branch", "dev", "staging", "st*", "*"])
DOCUMENTS = st.tuples(TABLES, st.dictionaries(NAMES, TABLES, max_size=4)).map(
    lambda parts: {**parts[0], "context": parts[1]}
)


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, key))
    else:
        yield path, value


def value_at(data: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


def merged(under: Any, over: Any, key: str = "") -> Any:
    """The same merge, written without places."""
    if isinstance(under, dict) and isinstance(over, dict):
        return {**under, **{k: merged(under[k], v, k) if k in under else v for k, v in over.items()}}
    if key == "plugins" and isinstance(under, list) and isinstance(over, list):
        found = copy.deepcopy(under)
        for each in over:
            same = [place for place, known in enumerate(found) if known["package"] == each["package"]]
            if same:
                found[same[0]] = {**found[same[0]], **each}
            else:
                found.append(each)
        return found
    return over


def expected(data: dict[str, Any], name: str) -> Any:
    stated = data["context"]
    in_force = dict(data)
    seen: list[str] = []
    for wanted in ["branch", name] if name not in ("production", "branch", "dev") else [name]:
        own = [wanted] if wanted in stated and not wanted.endswith("*") else []
        for each in own or [key for key in stated if key.endswith("*") and wanted.startswith(key[:-1])]:
            if each not in seen:
                seen.append(each)
                in_force = merged(in_force, lifted(stated[each]))
    return in_force


def lifted(own: dict[str, Any]) -> dict[str, Any]:
    names = [*("command", "environment"), *(["functions"] if isinstance(own.get("functions"), str) else [])]
    moved = {key: own[key] for key in names if key in own}
    rest = {key: value for key, value in own.items() if key not in moved}
    if "build" in rest:
        rest["build"] = merged(moved, rest["build"])
    elif moved:
        rest["build"] = moved
    return rest


@given(DOCUMENTS)
def test_every_context_is_what_merging_gives(data: dict[str, Any]) -> None:
    found = contexts(data, SETTINGS, Limits()).made
    assert [each.name for each in found] == list(dict.fromkeys(["production", "branch", *data["context"]]))
    assert {each.name: each.data for each in found} == {each.name: expected(data, each.name) for each in found}


@given(DOCUMENTS)
def test_every_value_in_force_is_written_where_it_is_said_to_be(data: dict[str, Any]) -> None:
    before = copy.deepcopy(data)
    for context in contexts(data, SETTINGS, Limits()).made:
        for path, value in leaves(context.data):
            assert value_at(data, context.written_at(path)) == value
    assert data == before


@given(DOCUMENTS)
def test_what_is_missing_would_stand_below_a_table_that_is_there(data: dict[str, Any]) -> None:
    for context in contexts(data, SETTINGS, Limits()).made:
        *above, last = missing_below(context)
        assert last == "nowhere"
        value_at(data, tuple(above))


def missing_below(context: Context) -> tuple[str | int, ...]:
    tables = [path for path, value in tables_of(context.data)]
    return context.written_at((*tables[-1], "nowhere"))


def tables_of(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(value, dict):
        yield path, value
        for key, inner in value.items():
            yield from tables_of(inner, (*path, key))
