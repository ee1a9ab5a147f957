"""How entries are read, compiled from `schemas/entries.yaml` and what a configuration adds to it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from policylint import globs
from policylint.definitions.assertions import compiled_conditions
from policylint.field_names import normalise
from policylint.patterns import SIGNS, PatternError, searcher

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from policylint.definitions.kind import DialectDefinition, EntriesFile, EntryKindDefinition
    from policylint.definitions.reading import Faults
    from policylint.documents.document import Document
    from policylint.selectors import Path


class EntriesPart(NamedTuple):
    """One source of settings: where it is written, at which path of the document, and where its schemas lie."""

    definition: EntriesFile
    document: Document
    path: Path
    folder: str


def compile_entries(parts: list[EntriesPart], faults: Faults) -> dict[str, Any]:
    """The settings of all parts together: lists grow, and of two kinds with one name the later one is used."""
    aliases = {normalise(alias): normalise(name) for name, alias in _pairs(part.definition.aliases for part in parts)}

    def canonical(name: str) -> str:
        return aliases.get(normalise(name), normalise(name))

    kinds = {
        name: _compiled_kind(part, name, kind, _states(parts), faults)
        for part in parts
        for name, kind in part.definition.kinds.items()
    }
    link_types = {
        name: {
            "name": name,
            "title": each.title,
            "inverse": each.inverse,
            "fields": [canonical(field) for field in each.fields],
            "lists": [canonical(field) for field in each.lists],
            "targets": each.targets,
        }
        for part in parts
        for name, each in part.definition.link_types.items()
    }
    return {
        "ignored_prefixes": [each for part in parts for each in part.definition.ignored_prefixes],
        "range_limit": next(filter(None, (part.definition.range_limit for part in reversed(parts))), 0),
        "id_fields": [canonical(each) for part in parts for each in part.definition.id_fields],
        "title_fields": [canonical(each) for part in parts for each in part.definition.title_fields],
        "state_fields": [canonical(each) for part in parts for each in part.definition.state_fields],
        "out_of_force": [each for part in parts for each in part.definition.out_of_force],
        "empty_cells": [each.strip().lower() for part in parts for each in part.definition.empty_cells],
        "templates": [globs.translate(each) for part in parts for each in part.definition.templates],
        "placeholder": _joined_placeholders(parts, faults),
        "boxes": {
            "marks": {mark.strip().lower(): box for box, mark in _pairs(part.definition.boxes.marks for part in parts)},
            "words": {normalise(word): box for box, word in _pairs(part.definition.boxes.words for part in parts)},
            "columns": [normalise(each) for part in parts for each in part.definition.boxes.columns],
        },
        "outcomes": {
            word.lower(): outcome
            for part in parts
            for outcome, words in part.definition.outcomes.items()
            for word in words
        },
        "link_types": list(link_types.values()),
        "aliases": aliases,
        "kinds": list(kinds.values()),
    }


def _pairs(tables: Iterable[Mapping[Any, list[str]]]) -> Iterable[tuple[str, str]]:
    return ((name, each) for table in tables for name, values in table.items() for each in values)


def _joined_placeholders(parts: list[EntriesPart], faults: Faults) -> str:
    """One pattern of all placeholders; each is a pattern by itself, which does not say that they are one together."""
    joined = "|".join(f"(?:{each})" for part in parts for each in part.definition.placeholders)
    try:
        searcher(f"{_AROUND_PLACEHOLDERS}(?:{joined})")
    except PatternError as error:
        part = next(each for each in reversed(parts) if each.definition.placeholders)
        span = part.document.span((*part.path, "placeholders"))
        faults.add(part.document, span, f"the pattern of all placeholders, with those that are shipped, {error}")
    return joined


# No shorter than what is put around the pattern where it is used.
_AROUND_PLACEHOLDERS = f"(?m)^(?:.*: )?{SIGNS}{SIGNS}$"


def _states(parts: list[EntriesPart]) -> dict[str, str]:
    """The words that mean the same for entries of every kind."""
    return {normalise(word): state for state, word in _pairs(part.definition.states for part in parts)}


def _compiled_kind(
    part: EntriesPart, name: str, kind: EntryKindDefinition, states: dict[str, str], faults: Faults
) -> dict[str, Any]:
    path = (*part.path, "kinds", name)
    own = {normalise(word): state for state, word in _pairs([kind.states])}
    return {
        "name": name,
        "title": kind.title,
        "prefixes": kind.prefixes,
        "recognised_by": _alternatives(part, kind.recognised_by, path, faults),
        "home": [globs.translate(glob) for glob in kind.home],
        "dialects": [
            _compiled_dialect(part, each, dialect, (*path, "dialects", each), faults)
            for each, dialect in kind.dialects.items()
        ],
        "states": {**states, **own},
    }


def _compiled_dialect(
    part: EntriesPart, name: str, dialect: DialectDefinition, path: Path, faults: Faults
) -> dict[str, Any]:
    schema = os.path.join(part.folder, dialect.schema_file) if dialect.schema_file else ""
    return {"name": name, "recognised_by": _alternatives(part, dialect.recognised_by, path, faults), "schema": schema}


def _alternatives(
    part: EntriesPart, rows: list[dict[str, Any]], path: Path, faults: Faults
) -> list[list[dict[str, Any]]]:
    # TOML writes the key with a hyphen.
    keys = ("recognised_by", "recognised-by")
    key = next((each for each in keys if part.document.find((*path, each))), keys[0])
    return [
        compiled_conditions(part.document, row, (*path, key, index), subject="entry", faults=faults)
        for index, row in enumerate(rows)
    ]
