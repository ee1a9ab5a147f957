"""From definition files to the compiled form: every file is read and checked, and all faults come together."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING, Any, NamedTuple

from policylint import globs
from policylint.definitions.kind import CommandsFile, EntriesFile, KindDefinition, KindsFile
from policylint.definitions.paths import parse as parse_path
from policylint.definitions.reading import Faults, parse, validate
from policylint.definitions.rule import AssertionFault, RuleFile, compile_assertion, compile_conditions
from policylint.diagnostics import Severity
from policylint.errors import DefinitionError
from policylint.field_names import normalise
from policylint.operators import load_operator
from policylint.operators.operator import names_in
from policylint.suggestions import did_you_mean

if TYPE_CHECKING:
    from policylint.documents.document import Document
    from policylint.pack import Compiled

ENGINE_FAULTS = (
    "duplicate-key",
    "invalid-suppression",
    "limit-exceeded",
    "syntax-error",
    "unreadable-file",
    "unused-suppression",
)


class DefinitionFile(NamedTuple):
    """A definition file: its absolute path, the path shown to people, and the name that its place gives it."""

    path: str
    shown: str
    name: str


class Tables(NamedTuple):
    """The files of `schemas/` that are not schemas."""

    kinds: DefinitionFile
    entries: DefinitionFile
    commands: DefinitionFile


def compile_pack(rule_files: list[DefinitionFile], tables: Tables, extra_kinds: Compiled) -> Compiled:
    """The compiled pack of the given files; `extra_kinds` are compiled kinds of a configuration.

    Raises DefinitionError with every fault of every file.
    """
    faults = Faults()
    kinds, exclude = _compile_kinds(tables.kinds, faults)
    by_name = {str(row["name"]): row for row in kinds}
    by_name.update({name: row for name, row in extra_kinds.items() if isinstance(row, dict)})
    entries = _compile_entries(tables.entries, faults)
    entry_kinds = [row["name"] for row in entries.get("kinds", [])]
    rules = [_compile_rule_file(file, list(by_name), entry_kinds, faults) for file in rule_files]
    _report_duplicates(rules, rule_files, faults)
    commands = _compile_commands(tables.commands, faults)
    if faults.found:
        raise DefinitionError(faults.found)
    return {
        "rules": rules,
        "kinds": list(by_name.values()),
        "entries": entries,
        "commands": commands,
        "exclude": exclude,
    }


def read_rule(file: DefinitionFile) -> RuleFile:
    """The whole definition of a rule, examples and prose included. Raises DefinitionError."""
    faults = Faults()
    document = _read(file, "yaml", faults)
    definition = validate(document, RuleFile, document.data, (), faults) if document else None
    if definition is None:
        raise DefinitionError(faults.found)
    return definition


def _read(file: DefinitionFile, format_name: str, faults: Faults) -> Document | None:
    try:
        with open(file.path, encoding="utf-8") as stream:
            text = stream.read()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        faults.add_file(file.shown, f"the file cannot be read: {reason}")
        return None
    return parse(file.shown, text, format_name, faults)


# Rules


def _compile_rule_file(file: DefinitionFile, kinds: list[str], entry_kinds: list[str], faults: Faults) -> Compiled:
    document = _read(file, "yaml", faults)
    definition = validate(document, RuleFile, document.data, (), faults) if document else None
    if document is None or definition is None:
        return {}
    if definition.id != file.name:
        message = f"id '{definition.id}' does not fit the file's place, which makes it '{file.name}'"
        faults.add(document, document.span(("id",)), message)
    _check_subject(document, definition, kinds, entry_kinds, faults)
    return compile_rule(document, definition, faults)


def _check_subject(
    document: Document, definition: RuleFile, kinds: list[str], entry_kinds: list[str], faults: Faults
) -> None:
    known = {"document": [*kinds, "*"], "entry": entry_kinds, "reference": ["*"], "engine": list(ENGINE_FAULTS)}
    subject = definition.given.subject
    name = getattr(definition.given, subject)
    if name not in known[subject]:
        span = document.span(("given", subject))
        faults.add(document, span, f"no {subject} is named '{name}'", did_you_mean(name, known[subject]))


def compile_rule(document: Document, definition: RuleFile, faults: Faults) -> Compiled:
    """The compiled row of a rule; what is wrong with its paths, operators and options is added to the faults."""
    is_entry = definition.given.subject == "entry"
    then = [
        _compiled_assertion(document, raw, ("then", index), is_entry=is_entry, faults=faults)
        for index, raw in enumerate(definition.then)
    ]
    given = definition.given
    if given.missing == "skip" and given.missing_message:
        span = document.key_span(("given", "missing_message"))
        faults.add(document, span, "'missing_message' is never used: missing is 'skip'")
    needs_project = any(_needs_project(row) for row in then)
    if is_entry and needs_project:
        faults.add(document, document.key_span(("then",)), "rules about entries cannot look at other files")
    return {
        "name": definition.id,
        "title": definition.title,
        "severity": int(Severity.from_label(definition.severity)),
        "fix": " ".join(definition.fix.split()),
        "url": _url(definition.references),
        "given": _compiled_given(document, definition, faults),
        "then": then,
        "names": sorted({name for row in then for name in _template_names(row)} | set(names_in(definition.fix))),
        "needs_project": needs_project,
    }


def _url(references: list[str]) -> str:
    """The page to read about a diagnostic: the one address among the references, none where there are several."""
    addresses = [each for each in references if each.startswith("https://")]
    return addresses[0] if len(addresses) == 1 else ""


def _compiled_given(document: Document, definition: RuleFile, faults: Faults) -> Compiled:
    given = definition.given
    is_entry = given.subject == "entry"
    return {
        "subject": given.subject,
        "name": getattr(given, given.subject),
        "named": given.named,
        "when": _compiled_conditions(document, given.when, ("given", "when"), is_entry=is_entry, faults=faults),
        "select": [parse_path(path) for path in given.select],
        "where": _compiled_conditions(document, given.where, ("given", "where"), is_entry=is_entry, faults=faults),
        "missing": given.missing,
        "missing_message": given.missing_message,
    }


def _compiled_assertion(
    document: Document, raw: object, path: tuple[str | int, ...], *, is_entry: bool, faults: Faults
) -> dict[str, Any]:
    try:
        return compile_assertion(raw, is_entry=is_entry)
    except AssertionFault as fault:
        place = path if document.find((*path, *fault.path)) else path[:1]
        faults.add(document, document.key_span((*place, *fault.path)), str(fault), fault.hint)
        return {}


def _compiled_conditions(
    document: Document, raw: object, path: tuple[str | int, ...], *, is_entry: bool, faults: Faults
) -> list[dict[str, Any]]:
    try:
        rows = compile_conditions(raw, is_entry=is_entry, path=())
    except AssertionFault as fault:
        faults.add(document, document.key_span((*path, *fault.path)), str(fault), fault.hint)
        return []
    for row in rows:
        if _needs_project(row):
            faults.add(document, document.key_span(path), "conditions of 'given' cannot look at other files")
    return rows


def _needs_project(row: dict[str, Any]) -> bool:
    if row.get("operator") and load_operator(row["operator"]).NEEDS_PROJECT:
        return True
    return any(_needs_project(each) for each in (*row.get("parts", ()), *row.get("when", ())))


def _template_names(row: dict[str, Any]) -> list[str]:
    names = names_in(row.get("message", "")) + names_in(row.get("fix", ""))
    options = row.get("options")
    for value in options.values() if isinstance(options, dict) else ():
        names += names_in(value) if isinstance(value, str) else []
    for each in (*row.get("parts", ()), *row.get("when", ())):
        names += _template_names(each)
    return names


def _report_duplicates(rules: list[Compiled], files: list[DefinitionFile], faults: Faults) -> None:
    seen: dict[object, str] = {}
    for rule, file in zip(rules, files, strict=True):
        name = rule.get("name")
        if name in seen:
            faults.add_file(file.shown, f"rule '{name}' is already defined in {seen[name]}")
        elif name:
            seen[name] = file.shown


# Kinds and entries


def _compile_kinds(file: DefinitionFile, faults: Faults) -> tuple[list[Compiled], list[str]]:
    document = _read(file, "yaml", faults)
    definition = validate(document, KindsFile, document.data, (), faults) if document else None
    if definition is None:
        return [], []
    folder = posixpath.dirname(file.path)
    exclude = [globs.translate(glob) for glob in definition.exclude]
    return [compiled_kind(name, kind, folder) for name, kind in definition.kinds.items()], exclude


def compiled_kind(name: str, kind: KindDefinition, folder: str) -> Compiled:
    """A kind's compiled row; its schema is looked for in the folder of the file that defines it."""
    return {
        "name": name,
        "format": kind.format,
        "globs": [globs.translate(glob) for glob in kind.paths if not _is_plain_name(glob)],
        "names": [glob for glob in kind.paths if _is_plain_name(glob)],
        "basenames": sorted({_basename_key(glob) for glob in kind.paths}),
        "contains": kind.contains,
        "has": [parse_path(path) for path in kind.has],
        "schema": os.path.join(folder, kind.schema_file) if kind.schema_file else "",
        "base": kind.base,
        "entries": kind.entries,
    }


def _is_plain_name(glob: str) -> bool:
    """Whether a glob is a file name that may stand in any folder."""
    return not any(character in glob for character in "*?[]\\!#/ ")


def _basename_key(glob: str) -> str:
    """How the file names of a glob are found quickly: the whole name, `*` and the extension, or `*` for any."""
    name = glob.rpartition("/")[2]
    if not name:
        # A folder: whatever lies below it.
        return "*"
    if not any(character in name for character in "*?[\\"):
        return name
    extension = posixpath.splitext(name)[1]
    return f"*{extension}" if extension and not any(character in extension for character in "*?[]\\") else "*"


def _compile_commands(file: DefinitionFile, faults: Faults) -> Compiled:
    document = _read(file, "yaml", faults)
    definition = validate(document, CommandsFile, document.data, (), faults) if document else None
    return definition.model_dump() if definition else {}


def _compile_entries(file: DefinitionFile, faults: Faults) -> dict[str, Any]:
    document = _read(file, "yaml", faults)
    definition = validate(document, EntriesFile, document.data, (), faults) if document else None
    if document is None or definition is None:
        return {}
    aliases = {normalise(alias): normalise(name) for name, each in definition.aliases.items() for alias in each}
    kinds = []
    for name, kind in definition.kinds.items():
        rows = [
            _compiled_conditions(document, row, ("kinds", name, "recognised_by", index), is_entry=True, faults=faults)
            for index, row in enumerate(kind.recognised_by)
        ]
        home = [globs.translate(glob) for glob in kind.paths]
        kinds.append({"name": name, "prefixes": kind.prefixes, "recognised_by": rows, "globs": home})
    return {
        "ignored_prefixes": definition.ignored_prefixes,
        "range_limit": definition.range_limit,
        "link_fields": [aliases.get(normalise(name), normalise(name)) for name in definition.link_fields],
        "aliases": aliases,
        "kinds": kinds,
    }
