"""The subjects of rules: a place in a document, an entry, and their frozen form for rules that need other files."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from policylint import selectors
from policylint.diagnostics import FILE_START
from policylint.facts import DeferredSubject, FieldFact
from policylint.field_names import normalise
from policylint.operators.operator import Value
from policylint.selectors import MISSING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policylint.diagnostics import Span
    from policylint.documents.document import Document
    from policylint.extraction.entries import Entry
    from policylint.facts import ReferenceFact
    from policylint.operators.operator import Failure
    from policylint.pack import Assertion, Rule
    from policylint.selectors import Path

_DOCUMENT_PREFIX = "document."


class DocumentSubject:
    """A place in a document; the empty path is the whole document."""

    def __init__(self, document: Document, path: Path, value: object) -> None:
        self._document = document
        self._path = path
        self._value = value

    def _locate(self, assertion: Assertion) -> tuple[Path, object]:
        if assertion.field is None:
            return self._path, self._value
        path, value = selectors.first(self._value, assertion.field)
        return (*self._path, *path), value

    def path(self, assertion: Assertion) -> Path:
        """The path of the assertion's field in the document."""
        return self._locate(assertion)[0]

    def value(self, assertion: Assertion) -> Value:
        """The value of the assertion's field below this place."""
        path, value = self._locate(assertion)
        return Value(value, self._document.label(path))

    def label(self, assertion: Assertion, failure: Failure) -> str:
        """The path of what the failure is about."""
        about = failure.path if failure.about is None else failure.about
        return self._document.label((*self._locate(assertion)[0], *about))

    def span(self, assertion: Assertion, failure: Failure) -> Span:
        """The place of the value, or of the key if the failure is about the key."""
        path = (*self._locate(assertion)[0], *failure.path)
        return self._document.key_span(path) if failure.at_key else self._document.span(path)


def _file_names(path: str) -> dict[str, object]:
    return {
        "file.path": path,
        "file.folder": posixpath.dirname(path) or ".",
        "file.name": posixpath.basename(path),
    }


class DocumentNames:
    """Names for templates: `file.path`, `file.folder`, `file.name`, groups of the path, then the keys of the place.

    `document.` before a path leads to a value anywhere in the document.
    """

    def __init__(self, path: str, groups: dict[str, str], data: object, value: object) -> None:
        self._data = data
        self._known: dict[str, object] = {
            **_file_names(path),
            **groups,
        }
        self._value = value

    def get(self, name: str, default: object, /) -> object:
        """What the path tells wins over what the document says."""
        if name in self._known:
            return self._known[name]
        if name.startswith(_DOCUMENT_PREFIX):
            value = selectors.first(self._data, [list(name.removeprefix(_DOCUMENT_PREFIX).split("."))])[1]
            return default if value is MISSING else value
        return self._value.get(name, default) if isinstance(self._value, dict) else default


class EntrySubject:
    """An entry; fields are named as people write them, case and punctuation aside."""

    def __init__(self, document: Document, entry: Entry, aliases: dict[str, str]) -> None:
        self._document = document
        self._entry = entry
        self._aliases = aliases

    def _field_name(self, label: str) -> str:
        name = normalise(label)
        return self._aliases.get(name, name)

    def value(self, assertion: Assertion) -> Value:
        """A field's value; text without the emphasis and code marks around it."""
        field = self._entry.fields.get(self._field_name(assertion.label)) if assertion.label else None
        value = field.value if field else MISSING
        text = value.strip("*_` \t") if isinstance(value, str) else value
        return Value(text, f"{self._entry.identifier}.{assertion.label}")

    def label(self, assertion: Assertion, failure: Failure) -> str:
        """The ID and the field: `DEP-003.Owner`."""
        del failure
        return f"{self._entry.identifier}.{assertion.label}" if assertion.label else str(self._entry.identifier)

    def span(self, assertion: Assertion, failure: Failure) -> Span:
        """The field's value, the name of an empty field, or the entry's ID when there is no such field."""
        del failure
        field = self._entry.fields.get(self._field_name(assertion.label))
        return self._document.source.span(*(field.extent if field else self._entry.header))


class EntryNames:
    """Names for templates: `entry`, `title`, those of the file, and the entry's fields."""

    def __init__(self, path: str, entry: Entry) -> None:
        self._known: dict[str, object] = {
            "entry": str(entry.identifier),
            "title": entry.title,
            **_file_names(path),
        }
        self._entry = entry

    def get(self, name: str, default: object, /) -> object:
        """A known name, or the field of that name."""
        if name in self._known:
            return self._known[name]
        field = self._entry.fields.get(normalise(name))
        return field.value if field else default


class FrozenSubject:
    """A deferred subject; `locate` gives its document again if something is to be reported."""

    def __init__(self, fact: DeferredSubject, locate: Callable[[DeferredSubject], Document | None]) -> None:
        self._fact = fact
        self._fields = fact.fields
        self._locate = locate

    def value(self, assertion: Assertion) -> Value:
        """The value found then."""
        field = self._fields[assertion.label]
        return Value(MISSING if field.is_missing else field.value, field.label)

    def label(self, assertion: Assertion, failure: Failure) -> str:
        """The label found then."""
        del failure
        return self._fields[assertion.label].label

    def span(self, assertion: Assertion, failure: Failure) -> Span:
        """The place of the field; the file's start if the file has changed beneath us."""
        del failure
        document = self._locate(self._fact)
        return document.span(self._fields[assertion.label].path) if document else FILE_START


class ReferenceSubject:
    """A reference in a link field."""

    def __init__(self, reference: ReferenceFact) -> None:
        self._reference = reference

    def value(self, assertion: Assertion) -> Value:
        """The reference itself."""
        del assertion
        return Value(self._reference, self._reference.text)

    def label(self, assertion: Assertion, failure: Failure) -> str:
        """The entry that refers, and what it refers to."""
        del assertion, failure
        return f"{self._reference.source} → {self._reference.text}"

    def span(self, assertion: Assertion, failure: Failure) -> Span:
        """The text of the reference."""
        del assertion, failure
        return self._reference.span


def freeze(rule: Rule, subject: DocumentSubject) -> dict[str, FieldFact]:
    """The values, labels and paths of every field that a rule's assertions may ask for, by field label."""
    facts: dict[str, FieldFact] = {}
    for assertion in _leaves(rule.then):
        if assertion.label not in facts:
            value = subject.value(assertion)
            known = None if value.is_missing else value.value
            facts[assertion.label] = FieldFact(known, value.label, subject.path(assertion), value.is_missing)
    return facts


def _leaves(assertions: list[Assertion]) -> Iterator[Assertion]:
    for assertion in assertions:
        yield from _leaves(assertion.when)
        if assertion.combinator:
            yield from _leaves(assertion.parts)
        else:
            yield assertion
