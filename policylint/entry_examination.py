"""One entry by itself: of which kinds it is, which form and state it has, and which rules it breaks."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from policylint import evaluation
from policylint.facts import EntryFact
from policylint.field_names import normalise
from policylint.kind_names import ANY, FORM
from policylint.named_tuple import NamedTuple
from policylint.operators.operator import Scope
from policylint.patterns import is_found, whole
from policylint.recognition import Recognition
from policylint.selection import SelectionTable, asks_for_state
from policylint.short_values import ShortValues
from policylint.subjects.entries import EntryNames, EntrySubject, field_spans

if TYPE_CHECKING:
    from collections.abc import Callable

    from policylint.allowance import Allowance
    from policylint.diagnostics import Diagnostic, Span
    from policylint.documents.document import Document
    from policylint.extraction.entries import Entry
    from policylint.facts import EntryField, Origin
    from policylint.identifiers import Grammar
    from policylint.operators.operator import Judge, Part
    from policylint.pack import EntryKind, EntrySettings, Rule
    from policylint.project import Project
    from policylint.selection import Selected
    from policylint.selectors import Path
    from policylint.short_values import Row
    from policylint.subjects.entries import Locate

_WORDS = re.compile(r"[A-Za-z]+")
_FIRST_BOX = re.compile(r"[^\w\[]{0,20}\[[ xX]\]")
_TICKED_BOX = re.compile(r"\[[xX]\]")
_BRACKETED = re.compile(r"\[([^\[\]]*)\]")
# State words have at most this many words ("Not Started Yet").
_LONGEST_STATE = 3


class Examined(NamedTuple):
    """The fact of an entry, what selects it, and the violations that need no other file."""

    fact: EntryFact
    selected: Selected
    diagnostics: list[Diagnostic]


class EntryExaminer:
    """Examines entries one after the other."""

    def __init__(
        self, settings: EntrySettings, rules: list[Rule], grammar: Callable[[], Grammar], allowance: Allowance
    ) -> None:
        self.settings = settings
        self._allowance = allowance
        self._grammar = grammar
        self._placeholder: Callable[[], str] = lambda: settings.placeholder
        self._placeholder_title = whole(settings.placeholder) if settings.placeholder else ""
        self._values = ShortValues(settings.canonical)
        self._recognition = Recognition(settings.kinds, self._values)
        self._rules = list(rules)
        self._table = SelectionTable(self._rules, self._values)
        self._out_of_force = frozenset(settings.out_of_force)
        self._prefixes = frozenset(prefix for kind in settings.kinds for prefix in kind.prefixes)
        self._schemas: dict[tuple[str, str, tuple[str, ...]], str] = {}

    def examine(self, entry: Entry, document: Document, origin: Origin) -> Examined:
        """Judge an entry of a document by everything that its file alone can tell."""
        source, identifier = document.source, entry.identifier
        header, fields = source.span(*entry.header), entry.fields
        told = (str(identifier), identifier.prefix, entry.title, source.path, origin, header)
        bare = EntryFact(*told, (), "", "", entry.rank, fields, ())

        def locate(_entry: EntryFact, field: EntryField, steps: Path, part: Part | None) -> tuple[Span, Span]:
            return field_spans(document, field, steps, part)

        row = self._values.row(bare)
        if self._recognition.asks_properties:
            self._values.with_properties(row, bare)
        recognised, dialect = self._recognition.of(bare, row, lambda: (self.subject(bare, locate), self.scope(bare)))
        state = self._state(entry, recognised[0]) if recognised else ""
        kinds = (FORM,) if self._is_form(entry) else tuple([kind.name for kind in recognised])
        fact = EntryFact(*told, kinds, dialect.name if dialect else "", state, entry.rank, fields, ())
        return self._judge(fact, self._values.with_properties(row, fact), self.subject(fact, locate))

    def subject(self, entry: EntryFact, locate: Locate, **known: object) -> EntrySubject:
        """An entry as the subject of rules."""
        return EntrySubject(entry, self.settings.canonical, locate, self._schema(entry), **known)  # type: ignore[arg-type]

    def scope(self, entry: EntryFact, project: Project | None = None, judge: Judge | None = None) -> Scope:
        """What surrounds the values of an entry while its file is judged alone, or with a project and a judge."""
        names, schema = EntryNames(entry, self.settings.canonical), self._schema(entry)
        return Scope(
            names, entry.path, "", self._grammar, self._placeholder, schema, entry, project=project, judge=judge
        )

    def _schema(self, entry: EntryFact) -> str:
        key = (entry.prefix, entry.dialect, entry.kinds)
        known = self._schemas.get(key)
        if known is None:
            kinds = [kind for kind in self.settings.kinds if kind.name in entry.kinds]
            dialects = [dialect for kind in kinds for dialect in kind.dialects if dialect.name == entry.dialect]
            known = self._schemas[key] = dialects[0].schema if dialects else ""
        return known

    # What an entry is

    def _is_form(self, entry: Entry) -> bool:
        """Whether the entry waits to be filled in: its title is a placeholder."""
        return bool(entry.title and self._placeholder_title) and is_found(self._placeholder_title, entry.title)

    def _state(self, entry: Entry, kind: EntryKind) -> str:
        """The meaning of the first words of a state field, or of a word in brackets in the title."""
        states = kind.states
        values = [entry.fields[name].value for name in self.settings.state_fields if name in entry.fields]
        for value in (*values, *_BRACKETED.findall(entry.title)):
            words = _WORDS.findall(_chosen(str(value)))[:_LONGEST_STATE]
            for length in range(len(words), 0, -1):
                state = states.get(normalise("".join(words[:length])))
                if state:
                    return state
        return ""

    # What is wrong with it

    @cached_property
    def _table_out_of_force(self) -> SelectionTable:
        """The rules for entries that ask for nothing any more: those about any entry, and those that ask for states."""
        rules = [rule for rule in self._rules if rule.kind == ANY or asks_for_state(rule)]
        return SelectionTable(rules, self._values)

    def _judge(self, fact: EntryFact, row: Row, subject: EntrySubject) -> Examined:
        diagnostics: list[Diagnostic] = []
        scope = self.scope(fact)
        table = self._table_out_of_force if fact.state in self._out_of_force else self._table
        # A form with a prefix that no kind has may be one of anything: of what an agent is to answer, for instance.
        kinds = fact.kinds if FORM not in fact.kinds or fact.prefix in self._prefixes else ()
        selected = table.of(kinds, row, subject, scope)
        for rule in selected.broken(row, subject, scope):
            if self._allowance.allows(rule.name, fact.path):
                diagnostics.extend(self._allowance.admit(evaluation.diagnostics(rule, subject, scope)))
        return Examined(fact._replace(pending=selected.pending) if selected.pending else fact, selected, diagnostics)


def _chosen(state: str) -> str:
    """What follows the first ticked box of a state that is given in boxes; empty boxes choose nothing."""
    if "[" not in state or not _FIRST_BOX.match(state):
        return state
    ticked = _TICKED_BOX.search(state)
    return state[ticked.end() :] if ticked else ""
