"""Compiled definitions: rules, kinds and entry settings in the form that a run uses.

`policylint.definitions` checks what people wrote and compiles it to plain JSON values; this module gives those
values names. It imports nothing that a run of one small file would not need.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from policylint.compiled_parts import unpacked
from policylint.diagnostics import Severity
from policylint.field_names import normalise
from policylint.record import Record
from policylint.selectors import Alternatives
from policylint.shell.vocabulary import Commands

if TYPE_CHECKING:
    from collections.abc import Iterator

Compiled = dict[str, object]

# Among the contexts that a rule looks at: all of them.
ALL_CONTEXTS = "*"


class ContextSettings(Record):
    """How a kind of document states what is different in a context.

    Each key of `table` is a context; a key that ends in `*` stands for all contexts that begin so. Those of `always`
    are there even if nothing is different; one that is neither in `always` nor in `also` is built as `branch`, whose
    differences it has too. In a context `moved` keys belong into the table `into`, those of `moved_text` only if they
    are text. Lists are replaced, but for those in `joined`, whose elements are told by a key. `spellings` are other
    ways to write keys of `into`, and `into` itself.
    """

    table: str
    always: list[str]
    also: list[str]
    branch: str
    into: str
    moved: list[str]
    moved_text: list[str]
    joined: dict[str, str]
    spellings: dict[str, str]


class Kind(Record):
    """A kind of document: which paths and which content make a file one, and what is known about it.

    `contains` are patterns that the text must match, `has` are paths that the data must have: together the
    content test. `entries` says that such a document is one for its entries alone, `fenced_entries` that those in
    fenced code count. `names` are globs that are plain file names, `globs` the others; `basenames` lead to both,
    and what `except_globs` match is left out.
    `base` names the folder whose parent is where the document's own paths start. `contexts` tells how it states what is
    different in some contexts, if it does, `commands` where its shell commands run. `elements` says which elements may
    stand in which, `element_lists` which of them hold a list, `lines` which lines have a meaning. The named groups of
    `called`, a pattern of paths, are the names by which others call it.
    """

    name: str
    format: str
    globs: list[str]
    names: list[str]
    except_globs: list[str]
    basenames: list[str]
    contains: list[str]
    has: list[Alternatives]
    schema: str
    base: str
    entries: bool
    fenced_entries: bool
    contexts: ContextSettings | None
    commands: Compiled
    elements: dict[str, list[str]]
    element_lists: list[str]
    lines: dict[str, dict[str, Any]]
    called: str


class Assertions:
    """The assertions of a rule, which get their names when they are first asked for: a run needs those of few rules."""

    __slots__ = ("_named", "_rows")

    def __init__(self, rows: list[Compiled]) -> None:
        self._rows = rows
        self._named: list[Assertion] | None = None

    def __iter__(self) -> Iterator[Assertion]:
        if self._named is None:
            self._named = [_assertion(row) for row in self._rows]
        return iter(self._named)

    def __len__(self) -> int:
        return len(self._rows)

    def texts(self) -> tuple[str, ...]:
        """What each says, as a text: assertions are the same if these are; as values 1 and true would be."""
        return tuple(map(repr, self._rows))


class Assertion(Record):
    """One assertion: an operator applied to a field, or a combination of parts; `fix` replaces the rule's.

    `edit` is what `fix_offers` makes a fix of; without it none is offered.
    """

    field: Alternatives | None
    label: str
    message: str
    fix: str
    when: Assertions
    combinator: str
    parts: Assertions
    operator: str
    options: object
    edit: Compiled | None

    def leaves(self) -> Iterator[Assertion]:
        """The assertions with an operator that this one is made of."""
        for each in (*self.when, *self.parts):
            yield from each.leaves()
        if not self.combinator:
            yield self


class Given(Record):
    """Where a rule looks; `expect` is "some" where one subject that fulfils an assertion is enough for all of them.

    With `contexts` it looks at what is in force in these contexts (`*` for all), but for those in `other_contexts`.
    `excepted` are kinds that a rule about all documents leaves out.
    """

    contexts: list[str]
    other_contexts: list[str]
    excepted: list[str]
    named: str
    when: Assertions
    select: list[Alternatives]
    exclude: list[Alternatives]
    where: Assertions
    expect: str
    missing: str
    missing_message: str


class RuleBody(Record):
    """What a rule says; `names` are those its templates use, `needs_index` says whether a rule about documents looks
    at the entries of all files. `severities` are tried in order; there are none where a rule has only one.
    """

    title: str
    fix: str
    url: str
    given: Given
    then: Assertions
    names: list[str]
    needs_index: bool
    severities: list[tuple[Severity, Assertions]]


class Rule:
    """A compiled rule. What tells whether a run needs it is read at once; its body is a JSON text until it is applied.

    `subject` is document, entry, reference or engine; `kind` is the kind or fault, `*` for any. `needs_project` says
    whether it looks at other files. A rule with a `stage` is judged at that stage only, one that is `opt_in` only when
    it is selected by its name. Where `reaches` has paths of keys, it selects something only where one of them leads to
    a place of the document. `severity` is the highest of those that it may have.
    """

    __slots__ = (
        "_asked",
        "_known",
        "_packed",
        "kind",
        "name",
        "needs_project",
        "opt_in",
        "reaches",
        "severity",
        "stage",
        "subject",
    )

    def __init__(self, row: Compiled) -> None:
        # Facts of thousands of files name the same rules; what is interned stays one text when it comes from the cache.
        self.name = sys.intern(cast("str", row["name"]))
        self.subject = cast("str", row["subject"])
        self.kind = cast("str", row["kind"])
        self.severity = Severity(cast("int", row["severity"]))
        self.stage = cast("str", row.get("stage", ""))
        self.opt_in = bool(row.get("opt_in"))
        self.needs_project = bool(row.get("needs_project"))
        self.reaches = cast("list[list[str]]", row.get("reaches", []))
        self._packed = cast("bytes", row["body"])
        self._known: RuleBody | None = None
        self._asked: tuple[Assertion, ...] | None = None

    @property
    def _body(self) -> RuleBody:
        if self._known is None:
            self._known = _rule_body(unpacked(self._packed))
        return self._known

    @property
    def category(self) -> str:
        """The folder part of the name."""
        return self.name.partition("/")[0]

    @property
    def title(self) -> str:
        """What a violation of the rule is, as a headline."""
        return self._body.title

    @property
    def fix(self) -> str:
        """The template of the remedy."""
        return self._body.fix

    @property
    def url(self) -> str:
        """The page to read about a violation; empty if there is none."""
        return self._body.url

    @property
    def given(self) -> Given:
        """What is judged."""
        return self._body.given

    @property
    def then(self) -> Assertions:
        """What must hold."""
        return self._body.then

    @property
    def names(self) -> list[str]:
        """The names that the templates use."""
        return self._body.names

    @property
    def severities(self) -> list[tuple[Severity, Assertions]]:
        """Which severity a violation has under which conditions, in the order in which they are tried."""
        return self._body.severities

    @property
    def asked(self) -> tuple[Assertion, ...]:
        """For each field that the assertions and the conditions of severities ask for, by its label, one that does."""
        if self._asked is None:
            graded = [each for _, conditions in self.severities for each in conditions]
            leaves = [leaf for each in (*self.then, *graded) for leaf in each.leaves()]
            self._asked = tuple({leaf.label: leaf for leaf in leaves}.values())
        return self._asked

    @property
    def needs_index(self) -> bool:
        """Whether a rule about documents looks at the entries of all files."""
        return self._body.needs_index


class Dialect(Record):
    """A form that entries of a kind come in: recognised by any row, or always if there is none; `schema` is a path."""

    name: str
    recognised_by: list[Assertions]
    schema: str


class EntryKind(Record):
    """A kind of entry: prefixes and, where a prefix is not enough, what else must hold (any one row, or a path).

    `home` are globs of where such entries belong. The first dialect that recognises an entry is its own. `states`
    maps the normalised words of the `state_fields` to what they mean.
    """

    name: str
    title: str
    prefixes: list[str]
    recognised_by: list[Assertions]
    home: list[str]
    dialects: list[Dialect]
    states: dict[str, str]


class LinkType(Record):
    """What a link in one of the fields (canonical names) means; `targets` are the prefixes allowed, all if none.

    In those of the fields that are `lists`, a table with IDs defines what it links.
    """

    name: str
    title: str
    inverse: str
    fields: list[str]
    lists: list[str]
    targets: list[str]


class BoxSettings(Record):
    """Boxes of check lists: what marks and normalised words say, and below which heads of columns words count."""

    marks: dict[str, str]
    words: dict[str, str]
    columns: list[str]


class EntrySettings(Record):
    """How entries are read. All field names are normalised; `aliases` maps other names to the canonical ones.

    `out_of_force` are states of entries that ask for nothing any more.
    `empty_cells` are texts of cells, in lower case, that say as much as an empty one.
    `templates` are globs of files with forms to be filled in, `placeholder` matches values (RE2) that never were.
    `outcomes` maps the words of test results to passed, failed and skipped, or to ran, which tells none.
    `field_names` are the names, aliases too, that some rule, schema or link asks for.
    """

    ignored_prefixes: list[str]
    range_limit: int
    id_fields: list[str]
    title_fields: list[str]
    state_fields: list[str]
    out_of_force: list[str]
    empty_cells: list[str]
    templates: list[str]
    placeholder: str
    boxes: BoxSettings
    outcomes: dict[str, str]
    link_types: list[LinkType]
    aliases: dict[str, str]
    kinds: list[EntryKind]
    field_names: list[str]

    def canonical(self, name: str) -> str:
        """The canonical normalised name of a field that is named in one of its ways."""
        normalised = normalise(name)
        return self.aliases.get(normalised, normalised)


class Pack(Record):
    """Everything a run knows about policy; `exclude` are translated globs of folders that are never looked into.

    `topics` are the words for what a document may be asked to cover.
    """

    rules: list[Rule]
    kinds: list[Kind]
    packed_entries: bytes
    commands: Commands
    exclude: list[str]
    topics: dict[str, list[str]]

    @property
    def entries(self) -> EntrySettings:
        """How entries are read; unpacked when there are some."""
        return _entry_settings(self.packed_entries)

    def fault_rule(self, fault: str) -> Rule | None:
        """The rule under which the engine reports a fault of its own finding."""
        for rule in self.rules:
            if rule.subject == "engine" and rule.kind == fault:
                return rule
        return None


def load(compiled: Compiled) -> Pack:
    """Give names to compiled definitions; the inverse of what `definitions` writes, without any checks."""
    rules = [Rule(row) for row in _rows(compiled, "rules")]
    kinds = [_kind(row) for row in _rows(compiled, "kinds")]
    commands = Commands(**cast("dict[str, Any]", compiled["commands"]))
    exclude, topics = cast("list[str]", compiled["exclude"]), cast("dict[str, list[str]]", compiled["topics"])
    return Pack(rules, kinds, cast("bytes", compiled["entries"]), commands, exclude, topics)


def _kind(row: Compiled) -> Kind:
    contexts = cast("Compiled | None", row["contexts"])
    return Kind(**{**row, "contexts": contexts and ContextSettings(**contexts)})  # type: ignore[arg-type]


def _rows(compiled: Compiled, key: str) -> list[Compiled]:
    return cast("list[Compiled]", compiled[key])


def _rule_body(row: Compiled) -> RuleBody:
    graded = cast("list[tuple[int, object]]", row.get("severities", []))
    named: Compiled = {
        "given": _given(cast("Compiled", row["given"])),
        "then": assertions(row["then"]),
        "severities": [(Severity(level), assertions(conditions)) for level, conditions in graded],
    }
    return RuleBody(**{**_BLANK_BODY, **row, **named})  # type: ignore[arg-type]


def _given(row: Compiled) -> Given:
    whole = {**_BLANK_GIVEN, **row}
    return Given(**{**whole, "when": assertions(whole["when"]), "where": assertions(whole["where"])})  # type: ignore[arg-type]


def assertions(rows: object) -> Assertions:
    """Named assertions from their compiled rows."""
    return Assertions(cast("list[Compiled]", rows))


# What compiled rows leave out.
_BLANK_BODY: Compiled = {"url": "", "names": [], "needs_index": False}
_BLANK_GIVEN: Compiled = {
    "contexts": [],
    "other_contexts": [],
    "excepted": [],
    "named": "",
    "when": [],
    "select": [],
    "exclude": [],
    "where": [],
    "expect": "each",
    "missing": "fail",
    "missing_message": "",
}
_BLANK: Compiled = {
    "field": None,
    "label": "",
    "message": "",
    "fix": "",
    "when": [],
    "combinator": "",
    "parts": [],
    "operator": "",
    "options": None,
    "edit": None,
}


def _assertion(row: Compiled) -> Assertion:
    whole = {**_BLANK, **row}
    whole["when"], whole["parts"] = assertions(whole["when"]), assertions(whole["parts"])
    whole["options"] = _options(whole["options"])
    return Assertion(**whole)  # type: ignore[arg-type]


def _options(options: object) -> object:
    """Options as operators take them: conditions on other entries are assertions of their own."""
    if isinstance(options, dict) and isinstance(options.get("where"), list):
        return {**options, "where": assertions(options["where"])}
    return options


@lru_cache(maxsize=8)
def _entry_settings(packed: bytes) -> EntrySettings:
    row: Compiled = unpacked(packed)
    kinds = [_entry_kind(kind) for kind in _rows(row, "kinds")]
    link_types = [LinkType(**each) for each in _rows(row, "link_types")]  # type: ignore[arg-type]
    boxes = BoxSettings(**row["boxes"])  # type: ignore[arg-type]
    return EntrySettings(**{**row, "kinds": kinds, "link_types": link_types, "boxes": boxes})  # type: ignore[arg-type]


def _entry_kind(row: Compiled) -> EntryKind:
    dialects = [Dialect(**{**each, "recognised_by": _alternatives(each)}) for each in _rows(row, "dialects")]  # type: ignore[arg-type]
    return EntryKind(**{**row, "recognised_by": _alternatives(row), "dialects": dialects})  # type: ignore[arg-type]


def _alternatives(row: Compiled) -> list[Assertions]:
    return [assertions(each) for each in _rows(row, "recognised_by")]
