"""A place in a document that waits until all files are known: what its rule may ask, kept as data."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from policylint import selectors
from policylint.diagnostics import FILE_START
from policylint.facts import FieldFact
from policylint.operators.operator import Value
from policylint.selectors import MISSING
from policylint.subjects.places import place_of, span_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from policylint.diagnostics import Span
    from policylint.facts import DeferredSubject
    from policylint.fix_offers import Place
    from policylint.operators.operator import Failure
    from policylint.pack import Assertion, Rule
    from policylint.selectors import Path
    from policylint.subjects.documents import DocumentSubject, View


class DeferredView:
    """The view of a deferred subject, which is made again when something of it is first asked for."""

    def __init__(self, make: Callable[[], View | None]) -> None:
        self._make = make

    @cached_property
    def view(self) -> View | None:
        """The view; None when the file has changed."""
        return self._make()

    @property
    def data(self) -> object:
        """What the document says."""
        return self.view.data if self.view else None

    @property
    def is_marked(self) -> bool:
        """Whether the file starts with a byte order mark."""
        return self.view is not None and self.view.is_marked

    def number_at(self, path: Path) -> int | float | None:
        """The number that is written at a path of the data where the data has its text."""
        return self.view.number_at(path) if self.view else None

    def outline(self) -> Sequence[Path]:
        """The paths of nested tables in the order in which they are opened."""
        return self.view.outline() if self.view else ()


class FrozenSubject:
    """A deferred subject; `deferred` gives its document again if something is to be reported."""

    def __init__(self, fact: DeferredSubject, deferred: DeferredView) -> None:
        self._fact = fact
        self._fields = fact.fields
        self._deferred = deferred

    def value(self, assertion: Assertion) -> Value:
        """The value found then."""
        field = self._fields[assertion.label]
        return Value(MISSING if field.is_missing else field.value)

    def label(self, assertion: Assertion, failure: Failure) -> str:
        """The path of what the failure is about."""
        about = failure.path if failure.about is None else failure.about
        path, view = (*self._fields[assertion.label].path, *about), self._deferred.view
        return view.document.label(self._written(path)) if view else selectors.label(path)

    def span(self, assertion: Assertion, failure: Failure) -> Span:
        """The place of the field, or of what the failure is about in it; FILE_START if the file has changed since."""
        view = self._deferred.view
        if view is None:
            return FILE_START
        path = self._written((*self._fields[assertion.label].path, *failure.path))
        return span_of(view.document, path, failure)

    def place(self, assertion: Assertion) -> Place | None:
        """The field found then."""
        field = self._fields[assertion.label]
        value = MISSING if field.is_missing else field.value
        return place_of(self._fact.origin, self._written(field.path), value)

    def _written(self, path: Path) -> Path:
        """Where the value at a path is written; the document is needed only where it was read in a context."""
        view = self._deferred.view if self._fact.context else None
        return view.written_at(path) if view and view.written_at else path


def freeze(rule: Rule, subject: DocumentSubject) -> dict[str, FieldFact]:
    """The values and paths of every field that a rule's assertions may ask for, by field label."""
    return {each.label: _fact(*subject.located(each)) for each in rule.asked}


def _fact(path: Path, value: object) -> FieldFact:
    return FieldFact(None, path, True) if value is MISSING else FieldFact(value, path, False)
