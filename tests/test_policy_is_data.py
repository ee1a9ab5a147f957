"""Prefixes, field names and status words are data: no Python code of the package spells one out."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from policylint.field_names import normalise

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "policylint").rglob("*.py"))
ENTRIES = yaml.safe_load((ROOT / "schemas" / "entries.yaml").read_text())

# Headings of tables that policylint itself prints.
HEADINGS = {"matrix.py": {"State", "Links", "ID", "Title"}}


def prefixes() -> set[str]:
    return {prefix for kind in ENTRIES["kinds"].values() for prefix in kind["prefixes"]} | set(
        ENTRIES["ignored_prefixes"]
    )


def field_names() -> set[str]:
    names = {*ENTRIES["id_fields"], *ENTRIES["title_fields"], *ENTRIES["state_fields"], *ENTRIES["aliases"]}
    names.update(alias for aliases in ENTRIES["aliases"].values() for alias in aliases)
    names.update(field for each in ENTRIES["link_types"].values() for field in each["fields"])
    for schema in (ROOT / "schemas").glob("deployment-*.schema.json"):
        names.update(json.loads(schema.read_text())["properties"])
    return names


def status_words() -> set[str]:
    tables = [ENTRIES["states"], *(kind.get("states", {}) for kind in ENTRIES["kinds"].values())]
    return {word for table in tables for words in table.values() for word in words}


def strings(module: Path) -> Iterator[tuple[int, str]]:
    """Every string constant of a module that is not a docstring, with its line."""
    tree = ast.parse(module.read_text())
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = {id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, documented) and _has_text(node)}  # type: ignore[attr-defined]
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def _has_text(node: ast.Module | ast.ClassDef | ast.FunctionDef) -> bool:
    return bool(node.body) and isinstance(node.body[0], ast.Expr)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_prefix_field_name_or_status_word_is_spelled_out(module: Path) -> None:
    # Plain English words are what Python code is written in; as names of fields they are capitalised. What reads
    # fields has no use for either.
    words = prefixes() | field_names() | status_words()
    if module.name in ("structured_entries.py", "markdown_tables.py"):
        words |= {normalise(word) for word in field_names()}
    words -= HEADINGS.get(module.name, set())
    found = [(line, text) for line, text in strings(module) if text in words or _is_identifier(text)]
    assert found == []


def _is_identifier(text: str) -> bool:
    prefix, _, number = text.rpartition("-")
    return prefix in prefixes() and number.isdigit()


def test_the_words_looked_for_are_those_of_the_tables() -> None:
    assert {"DEP", "EPIC", "TEST", "RUN"} <= prefixes()
    assert {"Owner", "Linked IDs", "Escalation", "Status", "Threshold"} <= field_names()
    assert {"Complete", "Deprecated", "Passing", "Accepted"} <= status_words()
