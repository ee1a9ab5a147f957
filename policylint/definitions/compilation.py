"""From definition files to the compiled form: every file is read and checked, and all faults come together."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from policylint import globs
from policylint.compiled_parts import packed, unpacked
from policylint.definitions.additions import Additions, Shipped, TopicsPart, check_additions, fields_asked_for
from policylint.definitions.definition_file import DefinitionFile, read_definitions
from policylint.definitions.entries import EntriesPart, compile_entries
from policylint.definitions.kind import CommandsFile, EntriesFile, KindsFile, TopicsFile
from policylint.definitions.kind_mistakes import check_kind
from policylint.definitions.kinds import compiled_kinds
from policylint.definitions.reading import Faults, validate
from policylint.definitions.rule_compilation import compile_rule_file
from policylint.kind_names import ANY, FORM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policylint.pack import Compiled

ENGINE_FAULTS = (
    "duplicate-key",
    "empty-evidence",
    "invalid-suppression",
    "limit-exceeded",
    "malformed-id",
    "syntax-error",
    "unreadable-file",
    "unbalanced-element",
    "unnumbered-entry",
    "unused-suppression",
)


class Tables(NamedTuple):
    """The files of `schemas/` that are not schemas."""

    kinds: DefinitionFile
    entries: DefinitionFile
    commands: DefinitionFile
    topics: DefinitionFile


def compile_pack(
    rule_files: list[DefinitionFile], tables: Tables, additions: Additions, known_rules: Mapping[str, Compiled]
) -> Compiled:
    """The compiled pack of the given files, with what a configuration adds; `known_rules` are some by their paths.

    Raises DefinitionError with every fault of every file.
    """
    faults = Faults()
    kinds, exclude = _compile_kinds(tables.kinds, faults)
    by_name = {**kinds, **additions.kinds}
    shipped_entries = _shipped_entries(tables.entries, faults)
    entries = _compile_entries(shipped_entries, additions.entries, faults)
    shipped_topics = _shipped_topics(tables.topics, faults)
    topics = _with_added_words(shipped_topics, additions.topics)
    entry_kinds = [str(row["name"]) for row in entries.get("kinds", [])]
    known = {
        "document": [*by_name, ANY],
        "entry": [*entry_kinds, FORM, ANY],
        "reference": [ANY],
        "engine": list(ENGINE_FAULTS),
        "kind with contexts": [name for name, rows in by_name.items() if any(row["contexts"] for row in rows)],
        "topic": list(topics),
        "link type": [str(row["name"]) for row in entries.get("link_types", [])],
    }
    first_rows = {name: rows[0] for name, rows in by_name.items()}
    # Where the commands of a kind stand is part of the rules about it.
    unchanged = known_rules if kinds.keys().isdisjoint(additions.kinds) else {}
    rules = [unchanged.get(each.path) or compile_rule_file(each, known, first_rows, faults) for each in rule_files]
    _report_duplicates(rules, rule_files, faults)
    commands = _compile_commands(tables.commands, faults)
    if shipped_entries is not None and not faults.found:
        bodies = [unpacked(cast("bytes", rule["body"])) for rule in rules if rule["subject"] == "entry"]
        names = fields_asked_for(bodies, entries, shipped_entries)
        entries["field_names"] = sorted({*names, *entries["aliases"]})
    pack: Compiled = {
        "rules": rules,
        "kinds": [row for rows in by_name.values() for row in rows],
        "entries": packed(entries),
        "commands": commands,
        "exclude": exclude,
        "topics": topics,
    }
    # What wrong rules ask for is not known.
    if shipped_entries is not None and not faults.found:
        check_additions(additions, Shipped(shipped_entries, list(shipped_topics)), pack, faults)
    if faults.found:
        raise faults.error()
    return pack


def _report_duplicates(rules: list[Compiled], files: list[DefinitionFile], faults: Faults) -> None:
    seen: dict[object, str] = {}
    for rule, file in zip(rules, files, strict=True):
        name = rule.get("name")
        if name in seen:
            faults.add_file(file.shown, f"rule '{name}' is already defined in {seen[name]}")
        elif name:
            seen[name] = file.shown


# Kinds and commands


def _compile_kinds(file: DefinitionFile, faults: Faults) -> tuple[dict[str, list[Compiled]], list[str]]:
    document = read_definitions(file, "yaml", faults)
    definition = validate(document, KindsFile, document.data, (), faults) if document else None
    if document is None or definition is None:
        return {}, []
    folder = posixpath.dirname(file.path)
    for name, kind in definition.kinds.items():
        schema = os.path.join(folder, kind.schema_file) if kind.schema_file else ""
        check_kind(document, kind, ("kinds", name), schema, faults)
    exclude = [globs.translate(glob) for glob in definition.exclude]
    return {name: compiled_kinds(name, kind, folder) for name, kind in definition.kinds.items()}, exclude


def _compile_commands(file: DefinitionFile, faults: Faults) -> Compiled:
    document = read_definitions(file, "yaml", faults)
    definition = validate(document, CommandsFile, document.data, (), faults) if document else None
    return definition.model_dump() if definition else {}


def _shipped_topics(file: DefinitionFile, faults: Faults) -> dict[str, list[str]]:
    document = read_definitions(file, "yaml", faults)
    definition = validate(document, TopicsFile, document.data, (), faults) if document else None
    return definition.topics if definition else {}


def _with_added_words(known: dict[str, list[str]], part: TopicsPart | None) -> dict[str, list[str]]:
    """The words for each topic: those of the table and those that a configuration adds."""
    added = part.words if part else {}
    return {name: [*known.get(name, []), *added.get(name, [])] for name in dict.fromkeys([*known, *added])}


def _shipped_entries(file: DefinitionFile, faults: Faults) -> EntriesPart | None:
    document = read_definitions(file, "yaml", faults)
    definition = validate(document, EntriesFile, document.data, (), faults) if document else None
    if document is None or definition is None:
        return None
    return EntriesPart(definition, document, (), posixpath.dirname(file.path))


def _compile_entries(shipped: EntriesPart | None, addition: EntriesPart | None, faults: Faults) -> dict[str, Any]:
    return compile_entries([shipped, *([addition] if addition else [])], faults) if shipped else {}
