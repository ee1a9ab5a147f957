"""What each operator offers the engine, and what the page for authors of rules says of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from policylint import engine
from policylint.filetree import MemoryTree
from policylint.operators import OPERATORS, load_operator, traits_of
from policylint.operators.operator import Traits
from policylint.settings import Settings
from policylint.subjects.entries import PROPERTIES
from policylint.subjects.references import REFERENCE_FIELDS
from tests.own_rules import workspace_of

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "rule-format.md").read_text()
# What the engine looks for in the module of an operator.
OFFERED = {"TRAITS", "Options", "check", "validate", "predicate", "clears", "suspects"}


def public_names(module: str) -> set[str]:
    tree = ast.parse((ROOT / "policylint" / "operators" / f"{module}.py").read_text())
    defined = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    targets = [target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
    assigned = [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
    return {name for name in (*defined, *assigned) if not name.startswith("_")}


@cache
def imported_names() -> frozenset[tuple[str, str]]:
    return frozenset(_imported())


def _imported() -> Iterator[tuple[str, str]]:
    for path in (ROOT / "policylint").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                yield from ((node.module.rpartition(".")[2], alias.name) for alias in node.names)


# One that nobody reads is misspelt, and what it should say is passed over.
@pytest.mark.parametrize("name", OPERATORS)
def test_an_operator_says_nothing_that_nobody_reads(name: str) -> None:
    assert isinstance(traits_of(name), Traits)
    others = {each for each in public_names(name) - OFFERED if (name, each) not in imported_names()}
    # Types of options are named for others to read.
    assert {each for each in others if not each[0].isupper() or each.isupper()} == set()


def test_a_trait_that_there_is_not_is_refused() -> None:
    with pytest.raises(TypeError):
        Traits(needs_project=True, answers_by_valeu=True)  # type: ignore[call-arg]


@pytest.mark.parametrize("name", OPERATORS)
def test_the_page_has_a_row_for_every_operator(name: str) -> None:
    assert re.search(rf"(?m)^\| `{name}: ", PAGE)


@pytest.mark.parametrize("name", OPERATORS)
def test_the_page_names_every_option(name: str) -> None:
    options = getattr(getattr(load_operator(name), "Options", None), "__annotations__", {})
    # What `unlike_in` becomes once a rule is compiled.
    assert [each for each in options if not re.search(rf"\b{each}\b", PAGE) and each != "unlike"] == []


@pytest.mark.parametrize("name", [*PROPERTIES, *REFERENCE_FIELDS])
def test_the_page_names_what_a_rule_may_ask_of_an_entry_or_a_reference(name: str) -> None:
    assert f"`{name}`" in PAGE


def messages(given: str, then: str, files: dict[str, str]) -> list[tuple[str, int, int, str]]:
    report = engine.check(MemoryTree(files), workspace_of({"own": (given, then)}).pack, Settings(["ops/own"]))
    return [(each.path, each.span.start.line, each.span.start.column, each.message) for each in report.diagnostics]


def test_a_value_of_a_document_may_be_a_placeholder() -> None:
    files = {"netlify.toml": '[build]\npublish = "TBD"\ncommand = "--"\n'}
    told = [("netlify.toml", 2, 11, "build.publish is the placeholder 'TBD'")]
    assert messages("{document: netlify}", "{filled_in: {}}", files) == told


def test_the_note_of_a_reference_may_be_a_placeholder() -> None:
    files = {"a.md": "EPIC-01: a\nLinked IDs: EPIC-02 (TBD), EPIC-03 (sign in)\n"}
    told = [("a.md", 2, 13, "EPIC-01 → EPIC-02 is the placeholder 'TBD'")]
    assert messages("{reference: '*'}", "{field: note, filled_in: {}}", files) == told


def test_a_listed_path_is_the_same_however_it_is_marked() -> None:
    phase = ".planning/phases/01-a"
    listed = (
        "must_haves:\n  artifacts:\n    - path: '`src/a.ts`'\n    - path: ./src/../src/a.ts\n    - path: '`gone.ts`'\n"
    )
    files = {
        f"{phase}/01-VERIFICATION.md": "---\nstatus: passed\n---\n",
        f"{phase}/01-01-PLAN.md": f"---\nplan: 01\n{listed}---\n",
        "src/a.ts": "x",
    }
    then = "{neighbours_files: {kind: plan, paths: 'frontmatter.must_haves.artifacts[*].path'}}"
    told = [(f"{phase}/01-VERIFICATION.md", 2, 9, "gone.ts of 01-01-PLAN.md does not exist")]
    assert messages("{document: plan-verification, select: frontmatter.status}", then, files) == told
