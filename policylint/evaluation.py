"""Assertions on subjects: which hold, and a violation with its label and place for each that does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from policylint.diagnostics import Diagnostic, excerpt
from policylint.field_names import normalise
from policylint.named_tuple import NamedTuple
from policylint.operators import load_operator
from policylint.operators.operator import LONGEST_WORDING, Failure, Names, Scope, Value, cut, worded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from policylint.diagnostics import Severity, Span
    from policylint.edits import FixEdit
    from policylint.fix_offers import Place
    from policylint.pack import Assertion, Rule


class Subject(Protocol):
    """Something a rule judges: it knows the values of its fields, their labels and their places."""

    def value(self, assertion: Assertion) -> Value:
        """The value that the assertion is about: a field of the subject, or the subject itself."""
        ...

    def label(self, assertion: Assertion, failure: Failure) -> str:
        """How a person names the place at fault."""
        ...

    def span(self, assertion: Assertion, failure: Failure) -> Span:
        """Where the place at fault is."""
        ...

    def place(self, assertion: Assertion) -> Place | None:
        """What an edit of the assertion's field is an edit of; None where the field is no part of a document's data."""
        ...


Predicate = Callable[[Subject, Scope], bool]


class Violation(NamedTuple):
    """An assertion that does not hold (a leaf, with an operator): what to say, where, and what may mend it."""

    message: str
    label: str
    span: Span
    failure: Failure
    assertion: Assertion
    fix_edit: FixEdit | None = None


def violations(assertion: Assertion, subject: Subject, scope: Scope) -> Iterator[Violation]:
    """Every way in which a subject breaks an assertion; none when the assertion does not apply to it."""
    if not all_hold(assertion.when, subject, scope):
        return
    if assertion.combinator == "all":
        yield from _first_failing(assertion, subject, scope)
    elif assertion.combinator == "any":
        yield from _none_holds(assertion, subject, scope)
    elif assertion.combinator == "not":
        yield from _negated(assertion, subject, scope)
    else:
        module = load_operator(assertion.operator)
        for failure in module.check(subject.value(assertion), assertion.options, scope):
            yield _violation(assertion, failure, subject, scope)


def holds(assertion: Assertion, subject: Subject, scope: Scope) -> bool:
    """Whether an assertion has no violation; told without wording or locating any, since most conditions fail."""
    return predicate(assertion)(subject, scope)


def predicate(assertion: Assertion) -> Predicate:
    """An assertion as a function of a subject, put together once: a run asks it of every entry."""
    known = _predicates.get(id(assertion))
    if known is None:
        if len(_predicates) >= _KEPT_PREDICATES:
            _predicates.clear()
        # The assertion is kept with it, so that its identity stays its own.
        known = _predicates[id(assertion)] = assertion, _guarded(assertion)
    return known[1]


# More than any pack has; a process that loads many packs forgets those of the first ones.
_KEPT_PREDICATES = 50_000
_predicates: dict[int, tuple[Assertion, Predicate]] = {}


def _guarded(assertion: Assertion) -> Predicate:
    """Without its conditions an assertion holds."""
    asserted = _asserted(assertion)
    conditions = [predicate(each) for each in assertion.when]
    if not conditions:
        return asserted
    return lambda subject, scope: not all_true(conditions, subject, scope) or asserted(subject, scope)


def _asserted(assertion: Assertion) -> Predicate:
    parts = [predicate(part) for part in assertion.parts]
    if assertion.combinator == "all":
        return lambda subject, scope: all_true(parts, subject, scope)
    if assertion.combinator == "any":
        return lambda subject, scope: _any_true(parts, subject, scope)
    if assertion.combinator == "not":
        return lambda subject, scope: not parts[0](subject, scope)
    operator, options = load_operator(assertion.operator), assertion.options
    made = getattr(operator, "predicate", None)
    if made is not None:
        told = made(options)
        return lambda subject, scope: told(subject.value(assertion), scope)
    return lambda subject, scope: next(operator.check(subject.value(assertion), options, scope), None) is None


def all_true(predicates: Iterable[Predicate], subject: Subject, scope: Scope) -> bool:
    """Whether every predicate holds."""
    for holds in predicates:  # noqa: SIM110 - a generator takes twice as long, and this is asked most of all
        if not holds(subject, scope):
            return False
    return True


def _any_true(predicates: Iterable[Predicate], subject: Subject, scope: Scope) -> bool:
    for holds in predicates:  # noqa: SIM110 - as above
        if holds(subject, scope):
            return True
    return False


def all_hold(conditions: Iterable[Assertion], subject: Subject, scope: Scope) -> bool:
    """Whether every condition holds."""
    for condition in conditions:  # noqa: SIM110 - as above
        if not predicate(condition)(subject, scope):
            return False
    return True


def _first_failing(assertion: Assertion, subject: Subject, scope: Scope) -> Iterator[Violation]:
    """`all` reports its first failing part only: the later ones usually follow from it."""
    for part in assertion.parts:
        found = list(violations(part, subject, scope))
        if found:
            yield from (_with_message(assertion, each, subject, scope) for each in found)
            return


def _none_holds(assertion: Assertion, subject: Subject, scope: Scope) -> Iterator[Violation]:
    """`any` reports once when no part holds, with the first part's violation unless it has a message of its own."""
    if any(holds(part, subject, scope) for part in assertion.parts):
        return
    for violation in violations(next(iter(assertion.parts)), subject, scope):
        yield _with_message(assertion, violation, subject, scope)
        return


def _negated(assertion: Assertion, subject: Subject, scope: Scope) -> Iterator[Violation]:
    """`not` reports at its part's field when the part holds; what it says is the rule's own message."""
    part = next(iter(assertion.parts))
    if holds(part, subject, scope):
        failure = Failure("is not allowed")
        yield _violation(part.replace(message=assertion.message, edit=assertion.edit), failure, subject, scope)


def _with_message(assertion: Assertion, violation: Violation, subject: Subject, scope: Scope) -> Violation:
    if assertion.fix:
        violation = violation._replace(failure=violation.failure._replace(fix=worded(assertion.fix, scope.names)))
    if assertion.edit and violation.fix_edit is None:
        fix_edit = _offered(assertion.edit, violation.assertion, violation.failure, subject, scope.names)
        violation = violation._replace(fix_edit=fix_edit)
    if not assertion.message:
        return violation
    return violation._replace(message=worded(assertion.message, scope.names))


class _MoreNames:
    """Names of a failure before those of its scope."""

    def __init__(self, details: Mapping[str, object], names: Names) -> None:
        self._details = details
        self._names = names

    def get(self, name: str, default: object, /) -> object:
        for known in (name, normalise(name)):
            if known in self._details:
                return self._details[known]
        return self._names.get(name, default)


def _violation(assertion: Assertion, failure: Failure, subject: Subject, scope: Scope) -> Violation:
    label = subject.label(assertion, failure)
    names = _MoreNames(failure.details, scope.names) if failure.details else scope.names
    if assertion.fix and not failure.fix:
        failure = failure._replace(fix=worded(assertion.fix, names))
    if assertion.message:
        message = worded(assertion.message, names)
    else:
        message = failure.message if failure.is_sentence else f"{label or 'the document'} {failure.message}"
    fix_edit = _offered(assertion.edit, assertion, failure, subject, names) if assertion.edit else None
    return Violation(message, label, subject.span(assertion, failure), failure, assertion, fix_edit)


def _offered(
    edit: Mapping[str, object], leaf: Assertion, failure: Failure, subject: Subject, names: Names
) -> FixEdit | None:
    """What an `edit` offers at the place of the assertion that failed."""
    place = subject.place(leaf)
    if place is None:
        return None
    from policylint.fix_offers import offered

    return offered(edit, failure, place, names)


def diagnostics(rule: Rule, subject: Subject, scope: Scope) -> Iterator[Diagnostic]:
    """Every violation of a rule's assertions by a subject, as diagnostics."""
    for assertion in rule.then:
        if not holds(assertion, subject, scope):
            for violation in violations(assertion, subject, scope):
                found = diagnostic(rule, scope.path, violation, scope)
                yield found._replace(severity=severity_of(rule, subject, scope)) if rule.severities else found


def severity_of(rule: Rule, subject: Subject, scope: Scope) -> Severity:
    """The first severity of a rule whose conditions the subject meets."""
    for severity, conditions in rule.severities:
        if all_hold(conditions, subject, scope):
            return severity
    return rule.severity


def diagnostic(rule: Rule, path: str, violation: Violation, scope: Scope) -> Diagnostic:
    """A violation as the diagnostic of a rule, with the rule's severity."""
    details = violation.failure.details
    fix = violation.failure.fix or worded(rule.fix, _MoreNames(details, scope.names) if details else scope.names)
    found = report(rule, path, violation.span, violation.message, violation.label, fix, violation.failure)
    return found._replace(fix_edit=violation.fix_edit) if violation.fix_edit else found


def report(
    rule: Rule,
    path: str,
    span: Span,
    message: str,
    label: str = "",
    fix: str | None = None,
    failure: Failure | None = None,
) -> Diagnostic:
    """A diagnostic of a rule at a place; messages are kept to one line, and no text of it grows without end."""
    severity: Severity = rule.severity
    related = failure.related if failure else ()
    text, remedy = excerpt(message, LONGEST_WORDING), cut(rule.fix if fix is None else fix, LONGEST_WORDING)
    subject = cut(label, LONGEST_WORDING)
    return Diagnostic(path, span, rule.name, severity, text, subject, remedy, rule.url, related)
