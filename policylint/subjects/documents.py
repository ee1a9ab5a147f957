"""A place in a document as the subject of rules, in the view of the document that a rule looks at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from policylint import selectors
from policylint.operators.operator import Value
from policylint.record import Record
from policylint.selectors import MISSING
from policylint.subjects.places import FILE_PREFIX, file_names, place_of, span_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policylint.contexts import Context
    from policylint.diagnostics import Span
    from policylint.documents.document import Document
    from policylint.facts import Origin
    from policylint.fix_offers import Place
    from policylint.operators.operator import Failure
    from policylint.pack import Assertion
    from policylint.selectors import Path, Steps

_DOCUMENT_PREFIX = "document."
_VALUE = "value"
_CONTEXTS_PREFIX = "contexts."
_AROUND_PREFIX = "around."


class View(Record):
    """A document as a rule looks at it: `data` is what is written, or what is in force in one of its `contexts`.

    `written_at` leads from the path of a value in the data to where it is written, if it stands elsewhere. `groups` are
    the named groups of the rule's pattern for paths.
    """

    document: Document
    data: object
    written_at: Callable[[Path], Path] | None
    context: Context | None
    contexts: Mapping[str, Context]
    groups: dict[str, str]

    @property
    def is_marked(self) -> bool:
        """Whether the file starts with a byte order mark."""
        return self.document.source.is_marked

    def number_at(self, path: Path) -> int | float | None:
        """The number that is written at a path of the data where the data has its text."""
        return self.document.number_at(self.written_at(path) if self.written_at else path)

    def outline(self) -> Sequence[Path]:
        """The paths of nested tables in the order in which they are opened."""
        return self.document.outline()


def as_written(document: Document) -> View:
    """A document as it is written."""
    return View(document, document.data, None, None, {}, {})


class DocumentSubject:
    """A place in a document, which `origin` tells from the others of its file: `at` is its path, empty for all of it.

    `whole` is what stands there in the view of the document that is judged.
    """

    def __init__(self, view: View, path: Path, value: object, origin: Origin) -> None:
        self._document = view.document
        self._written_at = view.written_at or _here
        self.origin = origin
        self.at = path
        self.whole = value
        self.context = view.context.name if view.context else ""

    def located(self, assertion: Assertion) -> tuple[Path, object]:
        """The path of the assertion's field in the document as it is read, and its value, which may be MISSING."""
        if assertion.field is None:
            return self.at, self.whole
        path, value = selectors.first(self.whole, assertion.field)
        return (*self.at, *path), value

    @property
    def written(self) -> Path:
        """Where this place is written."""
        return self._written_at(self.at)

    @property
    def whole_span(self) -> Span:
        """The span of this place."""
        return self._document.span(self.written)

    def value(self, assertion: Assertion) -> Value:
        """The value of the assertion's field below this place."""
        return Value(self.located(assertion)[1])

    def label(self, assertion: Assertion, failure: Failure) -> str:
        """The path of what the failure is about."""
        about = failure.path if failure.about is None else failure.about
        return self._document.label(self._written_at((*self.located(assertion)[0], *about)))

    def span(self, assertion: Assertion, failure: Failure) -> Span:
        """The place of the value, or of the key if the failure is about the key."""
        path = self._written_at((*self.located(assertion)[0], *failure.path))
        return span_of(self._document, path, failure)

    def place(self, assertion: Assertion) -> Place | None:
        """The assertion's field in the document, there or not."""
        path, value = self.located(assertion)
        return place_of(self.origin, self._written_at(path), value)


def _here(path: Path) -> Path:
    return path


class DocumentNames:
    """Names for templates: `file.path`, `file.folder`, `file.name`, groups of the path, then the keys of the place, or
    `value` for a place without keys.

    `place.label`, `place.key` and `place.value` are the place's own path, the last step of it, and what stands there.
    `document.` before a path leads to a value anywhere in the document, `contexts.NAME.` to one in force in a context.
    `around.` before a key leads to the nearest table around the place that has it.
    A rule that looks at contexts knows the `context`, and what it is built as.
    """

    def __init__(
        self,
        path: str,
        groups: dict[str, str],
        data: object,
        place: DocumentSubject,
        context: Context | None = None,
        contexts: Mapping[str, Context] | None = None,
    ) -> None:
        self._path = path
        self._groups = groups
        if context is not None:
            self._groups = {"context": context.name, "context.built_as": context.built_as, **groups}
        self._contexts = contexts or {}
        self._data = data
        self._place = place

    def get(self, name: str, default: object, /) -> object:
        """What the path tells wins over what the document says; `name.0.text` leads into lists."""
        if name in self._groups:
            return self._groups[name]
        if name.startswith(FILE_PREFIX):
            return file_names(self._path).get(name, default)
        if name.startswith(_DOCUMENT_PREFIX):
            return _value_at(self._data, name.removeprefix(_DOCUMENT_PREFIX), default)
        if name.startswith(_AROUND_PREFIX):
            return self._around(name.removeprefix(_AROUND_PREFIX), default)
        if name.startswith(_CONTEXTS_PREFIX):
            context, _, path = name.removeprefix(_CONTEXTS_PREFIX).partition(".")
            return _value_at(self._contexts[context].data, path, default) if context in self._contexts else default
        if name in _PLACE_NAMES:
            return _PLACE_NAMES[name](self._place)
        return self._of_place(name, default)

    def _around(self, name: str, default: object) -> object:
        """What the nearest table around the place says under a key."""
        found, value = default, self._data
        for step in self._place.at:
            if isinstance(value, dict) and name in value:
                found = value[name]
            value = value[step] if isinstance(value, dict | list) else None  # type: ignore[index]
        return found

    def _of_place(self, name: str, default: object) -> object:
        value = self._place.whole
        if not isinstance(value, dict):
            return value if name == _VALUE else _value_at(value, name, default)
        return value[name] if name in value else _value_at(value, name, default)


_PLACE_NAMES: dict[str, Callable[[DocumentSubject], object]] = {
    "place.key": lambda place: place.at[-1] if place.at else "",
    "place.label": lambda place: selectors.label(place.written) or "the document",
    "place.value": lambda place: place.whole,
}


def _value_at(data: object, path: str, default: object) -> object:
    steps: Steps = [int(step) if step.isdecimal() else step for step in path.split(".")]
    value = selectors.first(data, [steps])[1]
    return default if value is MISSING else value
