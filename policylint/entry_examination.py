"""One entry by itself: of which kinds it is, which form and state it has, and which rules it breaks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from policylint import evaluation, globs
from policylint.entry_kinds import ANY, FORM
from policylint.facts import EntryFact
from policylint.field_names import normalise
from policylint.operators.operator import Scope
from policylint.patterns import compile_pattern
from policylint.subjects import EntryNames, EntrySubject, field_spans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from policylint.diagnostics import Diagnostic, Span
    from policylint.documents.document import Document
    from policylint.evaluation import Predicate
    from policylint.extraction.entries import Entry
    from policylint.facts import EntryField, Origin
    from policylint.identifiers import Grammar
    from policylint.pack import Assertion, Dialect, EntryKind, EntrySettings, Rule

_WORDS = re.compile(r"[A-Za-z]+")
_BRACKETED = re.compile(r"\[([^\[\]]*)\]")
# State words have at most this many words ("Not Started Yet").
_LONGEST_STATE = 3


class Selection(NamedTuple):
    """Rules that share their conditions, so that these are tried once for each entry."""

    where: Iterable[Assertion]
    conditions: list[Predicate]
    names: list[str]
    pending: list[str]
    local: list[tuple[Rule, list[Predicate]]]

    def add(self, rule: Rule) -> None:
        """Add a rule with these conditions."""
        self.names.append(rule.name)
        if rule.needs_project:
            self.pending.append(rule.name)
        else:
            self.local.append((rule, [evaluation.predicate(assertion) for assertion in rule.then]))


class Examined(NamedTuple):
    """The fact of an entry, the selections that it is in, and the violations that need no other file."""

    fact: EntryFact
    selections: list[Selection]
    diagnostics: list[Diagnostic]


class EntryExaminer:
    """Examines entries one after the other."""

    def __init__(self, settings: EntrySettings, rules: list[Rule], grammar: Callable[[], Grammar]) -> None:
        self.settings = settings
        self._grammar = grammar
        self._placeholder = compile_pattern(f"^\\W*(?:{settings.placeholder})\\W*$") if settings.placeholder else None
        self._kinds: dict[str, list[EntryKind]] = {}
        for kind in settings.kinds:
            for prefix in kind.prefixes:
                self._kinds.setdefault(prefix, []).append(kind)
        self._selections: dict[str, list[Selection]] = {}
        self._by_kinds: dict[tuple[str, ...], list[Selection]] = {}
        for rule in rules:
            if rule.subject == "entry":
                _add(self._selections.setdefault(rule.kind, []), rule)

    def examine(self, entry: Entry, document: Document, origin: Origin) -> Examined:
        """Judge an entry of a document by everything that its file alone can tell."""
        source = document.source
        bare = EntryFact(
            identifier=str(entry.identifier),
            prefix=entry.identifier.prefix,
            title=entry.title,
            path=source.path,
            origin=origin,
            span=source.span(*entry.header),
            kinds=(),
            dialect="",
            state="",
            is_item=entry.is_item,
            fields=entry.fields,
            pending=(),
        )

        def locate(_entry: EntryFact, field: EntryField) -> tuple[Span, Span]:
            return field_spans(document, field)

        subject, scope = self.subject(bare, locate), self.scope(bare)
        recognised = list(self._recognised(bare, subject, scope))
        form = self._is_form(entry)
        dialect = _dialect(recognised, subject, scope)
        state = self._state(entry, recognised) if recognised else ""
        kinds = (FORM,) if form else tuple(kind.name for kind in recognised)
        fact = bare._replace(kinds=kinds, dialect=dialect.name if dialect else "", state=state)
        return self._judge(fact, self.subject(fact, locate), self.scope(fact))

    def subject(
        self, entry: EntryFact, locate: Callable[[EntryFact, EntryField], tuple[Span, Span]], **known: object
    ) -> EntrySubject:
        """An entry as the subject of rules."""
        return EntrySubject(entry, self.settings.aliases, locate, self._schema(entry), **known)  # type: ignore[arg-type]

    def scope(self, entry: EntryFact) -> Scope:
        """What surrounds the values of an entry while its file is judged alone."""
        return Scope(
            EntryNames(entry), entry.path, "", self._grammar, self._schema(entry), entry, self.settings.placeholder
        )

    def _schema(self, entry: EntryFact) -> str:
        for kind in self._kinds.get(entry.prefix, ()):
            for dialect in kind.dialects:
                if dialect.name == entry.dialect and kind.name in entry.kinds:
                    return dialect.schema
        return ""

    # What an entry is

    def _recognised(self, entry: EntryFact, subject: EntrySubject, scope: Scope) -> Iterator[EntryKind]:
        for kind in self._kinds.get(entry.prefix, ()):
            if not kind.recognised_by or globs.matches(kind.home, entry.path) or _any_row(kind, subject, scope):
                yield kind

    def _is_form(self, entry: Entry) -> bool:
        """Whether the entry waits to be filled in: its title is a placeholder."""
        return bool(entry.title and self._placeholder and self._placeholder.search(entry.title))

    def _state(self, entry: Entry, recognised: list[EntryKind]) -> str:
        """The meaning of the first words of a state field, or of a word in brackets in the title."""
        states = recognised[0].states
        values = [entry.fields[name].value for name in self.settings.state_fields if name in entry.fields]
        for value in (*values, *_BRACKETED.findall(entry.title)):
            words = _WORDS.findall(str(value))[:_LONGEST_STATE]
            for length in range(len(words), 0, -1):
                state = states.get(normalise("".join(words[:length])))
                if state:
                    return state
        return ""

    # What is wrong with it

    def _judge(self, fact: EntryFact, subject: EntrySubject, scope: Scope) -> Examined:
        diagnostics: list[Diagnostic] = []
        selections = [
            each for each in self._of_kinds(fact.kinds) if all(holds(subject, scope) for holds in each.conditions)
        ]
        for selection in selections:
            for rule, predicates in selection.local:
                for holds in predicates:
                    if not holds(subject, scope):
                        diagnostics.extend(evaluation.diagnostics(rule, subject, scope))
                        break
        pending = tuple(name for selection in selections for name in selection.pending)
        return Examined(fact._replace(pending=pending) if pending else fact, selections, diagnostics)

    def _of_kinds(self, kinds: tuple[str, ...]) -> list[Selection]:
        """The selections of entries of some kinds; of any, unless they wait to be filled in."""
        known = self._by_kinds.get(kinds)
        if known is None:
            names = [*kinds, *([ANY] if kinds and FORM not in kinds else [])]
            known = self._by_kinds[kinds] = [each for name in names for each in self._selections.get(name, ())]
        return known


def _add(selections: list[Selection], rule: Rule) -> None:
    for selection in selections:
        if selection.where == rule.given.where:
            selection.add(rule)
            return
    conditions = [evaluation.predicate(condition) for condition in rule.given.where]
    selections.append(Selection(rule.given.where, conditions, [], [], []))
    selections[-1].add(rule)


def _any_row(kind: EntryKind | Dialect, subject: EntrySubject, scope: Scope) -> bool:
    return any(evaluation.all_hold(row, subject, scope) for row in kind.recognised_by)


def _dialect(recognised: list[EntryKind], subject: EntrySubject, scope: Scope) -> Dialect | None:
    """The first form that fits the fields; one without conditions fits any."""
    for kind in recognised:
        for dialect in kind.dialects:
            if not dialect.recognised_by or _any_row(dialect, subject, scope):
                return dialect
    return None
