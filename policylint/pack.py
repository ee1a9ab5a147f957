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
    """What a rule judges: `subject` is document, entry, reference or engine; `name` is the kind or fault, `*` for any.

    `expect` is "some" where one subject that fulfils an assertion is enough for all of them.
    """

    subject: str
    name: str
    named: str
    when: list[Assertion]
    select: list[Alternatives]
    exclude: list[Alternatives]
    where: list[Assertion]
    expect: str
    missing: str
    missing_message: str


class Rule(Record):
    """A compiled rule; `names` are those its templates use, `needs_project` says whether it looks at other files,
    `needs_index` whether a rule about documents looks at their entries.

    A rule with a `stage` is judged at that stage only, one that is `opt_in` only when it is selected by its name.
    """

    name: str
    title: str
    severity: Severity
    stage: str
    opt_in: bool
    fix: str
    url: str
    given: Given
    then: list[Assertion]
    names: list[str]
    needs_index: bool
    needs_project: bool

    @property
    def category(self) -> str:
        """The folder part of the name."""
        return self.name.partition("/")[0]


class Dialect(Record):
    """A form that entries of a kind come in: recognised by any row, or always if there is none; `schema` is a path."""

    name: str
    recognised_by: list[list[Assertion]]
    schema: str


class EntryKind(Record):
    """A kind of entry: prefixes and, where a prefix is not enough, what else must hold (any one row, or a path).

    `home` are globs of where such entries belong. The first dialect that recognises an entry is its own. `states`
    maps the normalised words of the `state_fields` to what they mean.
    """

    name: str
    title: str
    prefixes: list[str]
    recognised_by: list[list[Assertion]]
    home: list[str]
    dialects: list[Dialect]
    states: dict[str, str]


class LinkType(Record):
    """What a link in one of the fields (canonical names) means; `targets` are the prefixes allowed, all if none."""

    name: str
    title: str
    inverse: str
    fields: list[str]
    targets: list[str]


class EntrySettings(Record):
    """How entries are read. All field names are normalised; `aliases` maps other names to the canonical ones.

    `templates` are globs of files with forms to be filled in, `placeholder` matches values (RE2) that never were.
    `outcomes` maps the words of test results to passed, failed and skipped.
    """

    ignored_prefixes: list[str]
    range_limit: int
    id_fields: list[str]
    title_fields: list[str]
    state_fields: list[str]
    templates: list[str]
    placeholder: str
    outcomes: dict[str, str]
    link_types: list[LinkType]
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
    return [_assertion(row) for row in cast("list[Compiled]", rows)]


def _assertion(row: Compiled) -> Assertion:
    nested = {"when": assertions(row["when"]), "parts": assertions(row["parts"]), "options": _options(row["options"])}
    return Assertion(**{**row, **nested})  # type: ignore[arg-type]


def _options(options: object) -> object:
    """Options as operators take them: conditions on other entries are assertions of their own."""
    if isinstance(options, dict) and isinstance(options.get("where"), list):
        return {**options, "where": assertions(options["where"])}
    return options


def _entry_settings(row: Compiled) -> EntrySettings:
    kinds = [_entry_kind(kind) for kind in _rows(row, "kinds")]
    link_types = [LinkType(**each) for each in _rows(row, "link_types")]  # type: ignore[arg-type]
    return EntrySettings(**{**row, "kinds": kinds, "link_types": link_types})  # type: ignore[arg-type]


def _entry_kind(row: Compiled) -> EntryKind:
    dialects = [Dialect(**{**each, "recognised_by": _alternatives(each)}) for each in _rows(row, "dialects")]  # type: ignore[arg-type]
    return EntryKind(**{**row, "recognised_by": _alternatives(row), "dialects": dialects})  # type: ignore[arg-type]


def _alternatives(row: Compiled) -> list[list[Assertion]]:
    return [assertions(each) for each in _rows(row, "recognised_by")]
