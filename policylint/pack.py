"""Compiled definitions: rules, kinds and entry settings in the form that a run uses.

`policylint.definitions` checks what people wrote and compiles it to plain JSON values; this module gives those
values names. It imports nothing that a run of one small file would not need.
"""

from __future__ import annotations

from typing import cast

from policylint.diagnostics import Severity
from policylint.record import Record
from policylint.selectors import Alternatives

Compiled = dict[str, object]


class Kind(Record):
    """A kind of document: which paths and which content make a file one, and what is known about it.

    `contains` are patterns that the text must match, `has` are paths that the data must have: together the
    content test. `names` are globs that are plain file names, `globs` the others; `basenames` lead to both quickly.
    `base` names the folder whose parent is where the document's own paths start.
    """

    name: str
    format: str
    globs: list[str]
    names: list[str]
    basenames: list[str]
    contains: list[str]
    has: list[Alternatives]
    schema: str
    base: str
    entries: bool


class Assertion(Record):
    """One assertion: an operator applied to a field, or a combination of parts; `fix` replaces the rule's."""

    field: Alternatives | None
    label: str
    message: str
    fix: str
    when: list[Assertion]
    combinator: str
    parts: list[Assertion]
    operator: str
    options: object


class Given(Record):
    """What a rule judges: `subject` is document, entry, reference or engine; `name` is the kind, prefix or fault."""

    subject: str
    name: str
    named: str
    when: list[Assertion]
    select: list[Alternatives]
    where: list[Assertion]
    missing: str
    missing_message: str


class Rule(Record):
    """A compiled rule; `names` are those its templates use, `needs_project` says whether it looks at other files."""

    name: str
    title: str
    severity: Severity
    fix: str
    url: str
    given: Given
    then: list[Assertion]
    names: list[str]
    needs_project: bool

    @property
    def category(self) -> str:
        """The folder part of the name."""
        return self.name.partition("/")[0]


class EntryKind(Record):
    """A kind of entry: a prefix and, since a prefix is never enough, what else must hold (any one row, or a path)."""

    name: str
    prefixes: list[str]
    recognised_by: list[list[Assertion]]
    globs: list[str]


class EntrySettings(Record):
    """How entries are read: `aliases` maps normalised field names to the normalised canonical one."""

    ignored_prefixes: list[str]
    range_limit: int
    link_fields: list[str]
    aliases: dict[str, str]
    kinds: list[EntryKind]


class Commands(Record):
    """The words that commands which test and commands which build start with, and options that keep them from it."""

    inert_options: list[str]
    tests: list[str]
    builds: list[str]


class Pack(Record):
    """Everything a run knows about policy; `exclude` are translated globs of folders that are never looked into."""

    rules: list[Rule]
    kinds: list[Kind]
    entries: EntrySettings
    commands: Commands
    exclude: list[str]

    def fault_rule(self, fault: str) -> Rule | None:
        """The rule under which the engine reports a fault of its own finding."""
        for rule in self.rules:
            if rule.given.subject == "engine" and rule.given.name == fault:
                return rule
        return None


def load(compiled: Compiled) -> Pack:
    """Give names to compiled definitions; the inverse of what `definitions` writes, without any checks."""
    rules = [load_rule(row) for row in _rows(compiled, "rules")]
    kinds = [Kind(**row) for row in _rows(compiled, "kinds")]  # type: ignore[arg-type]
    entries = _entry_settings(cast("Compiled", compiled["entries"]))
    commands = Commands(**cast("dict[str, list[str]]", compiled["commands"]))
    return Pack(rules, kinds, entries, commands, cast("list[str]", compiled["exclude"]))


def _rows(compiled: Compiled, key: str) -> list[Compiled]:
    return cast("list[Compiled]", compiled[key])


def load_rule(row: Compiled) -> Rule:
    """One rule from its compiled row."""
    given = _given(cast("Compiled", row["given"]))
    severity = Severity(cast("int", row["severity"]))
    then = assertions(row["then"])
    return Rule(**{**row, "severity": severity, "given": given, "then": then})  # type: ignore[arg-type]


def _given(row: Compiled) -> Given:
    return Given(**{**row, "when": assertions(row["when"]), "where": assertions(row["where"])})  # type: ignore[arg-type]


def assertions(rows: object) -> list[Assertion]:
    """Named assertions from their compiled rows."""
    return [
        Assertion(**{**row, "when": assertions(row["when"]), "parts": assertions(row["parts"])})  # type: ignore[arg-type]
        for row in cast("list[Compiled]", rows)
    ]


def _entry_settings(row: Compiled) -> EntrySettings:
    kinds = [
        EntryKind(**{**kind, "recognised_by": [assertions(each) for each in _rows(kind, "recognised_by")]})  # type: ignore[arg-type]
        for kind in _rows(row, "kinds")
    ]
    return EntrySettings(**{**row, "kinds": kinds})  # type: ignore[arg-type]
