"""The subjects of rules: a place in a document, an entry, and their frozen form for rules that need other files."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from policylint import selectors
from policylint.diagnostics import FILE_START
from policylint.facts import ARROW, DeferredSubject, FieldFact, Origin
from policylint.operators.operator import Failure, Value
from policylint.record import Record
from policylint.selectors import MISSING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policylint.contexts import Context
    from policylint.diagnostics import Span
    from policylint.documents.document import Document
    from policylint.evidence import Result
    from policylint.facts import EntryFact, EntryField, ReferenceFact
    from policylint.fix_offers import Place
    from policylint.operators.operator import Part
    from policylint.pack import Assertion, Rule
    from policylint.selectors import Path

_DOCUMENT_PREFIX = "document."
_VALUE = "value"
_FILE_PREFIX = "file."
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

    def outline(self) -> Sequence[Path]:
        """The paths of nested tables in the order in which they are opened."""
        return self.document.outline()


def as_written(document: Document) -> View:
    """A document as it is written."""
    return View(document, document.data, None, None, {}, {})


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

    def outline(self) -> Sequence[Path]:
        """The paths of nested tables in the order in which they are opened."""
        return self.view.outline() if self.view else ()


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

    def _locate(self, assertion: Assertion) -> tuple[Path, object]:
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

    def path(self, assertion: Assertion) -> Path:
        """The path of the assertion's field in the document as it is read."""
        return self._locate(assertion)[0]

    def value(self, assertion: Assertion) -> Value:
        """The value of the assertion's field below this place."""
        return Value(self._locate(assertion)[1])

    def label(self, assertion: Assertion, failure: Failure) -> str:
        """The path of what the failure is about."""
        about = failure.path if failure.about is None else failure.about
        return self._document.label(self._written_at((*self._locate(assertion)[0], *about)))

    def span(self, assertion: Assertion, failure: Failure) -> Span:
        """The place of the value, or of the key if the failure is about the key."""
        path = self._written_at((*self._locate(assertion)[0], *failure.path))
        return _span(self._document, path, failure)

    def place(self, assertion: Assertion) -> Place | None:
        """The assertion's field in the document, there or not."""
        path, value = self._locate(assertion)
        return _place(self.origin, self._written_at(path), value)


def _place(origin: Origin, path: Path, value: object) -> Place:
    from policylint.fix_offers import Place

    return Place(origin.format, origin.document, path, value)


def _here(path: Path) -> Path:
    return path


def _file_names(path: str) -> dict[str, object]:
    return {
        "file.path": path,
        "file.folder": posixpath.dirname(path) or ".",
        "file.name": posixpath.basename(path),
    }


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
        if name.startswith(_FILE_PREFIX):
            return _file_names(self._path).get(name, default)
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
    steps: list[str | int | None] = [int(step) if step.isdecimal() else step for step in path.split(".")]
    value = selectors.first(data, [steps])[1]
    return default if value is MISSING else value


class EntrySubject:
    """An entry; fields are named as people write them, case and punctuation aside.

    `schema` is the path of the schema of its dialect. `locate` gives the spans of a field's name and value or part of
    it, and `results` are what the evidence says of each ID.
    """

    def __init__(
        self,
        entry: EntryFact,
        canonical: Callable[[str], str],
        locate: Locate,
        schema: str = "",
        results: Mapping[str, Result] | None = None,
    ) -> None:
        self._entry = entry
        self._canonical = canonical
        self._locate = locate
        self._schema = schema
        self._results = results or {}
        self._values: dict[str, Value] = {}

    def _find(self, name: str) -> EntryField | None:
        return self._entry.fields.get(self._canonical(name))

    def _field(self, assertion: Assertion) -> EntryField | None:
        """The first of the assertion's fields that the entry has."""
        for alternative in assertion.field or ():
            found = self._find(str(alternative[0]))
            if found is not None:
                return found
        return None

    def value(self, assertion: Assertion) -> Value:
        """A property, a field's value (text without the emphasis and code marks around it), or all fields."""
        label = assertion.label
        known = self._values.get(label)
        if known is None:
            known = self._values[label] = Value(self._looked_up(assertion))
        return known

    def _looked_up(self, assertion: Assertion) -> object:
        for alternative in assertion.field or ():
            name = str(alternative[0])
            value = self._property(name) if is_property(name) else self._field_value(name)
            if value is not MISSING:
                return value
        return MISSING if assertion.field else self._data()

    def _field_value(self, name: str) -> object:
        field = self._find(name)
        if field is None:
            return MISSING
        return field_text(field.value)

    def _property(self, name: str) -> object:
        return property_of(self._entry, name, self._results)

    def _data(self) -> dict[str, object]:
        return {name: field.value for name, field in self._named_fields().items()}

    def _named_fields(self) -> dict[str, EntryField]:
        """The fields under the names that the schema gives them; others under the names they are written with."""
        names = _property_names(self._schema) if self._schema else {}
        return {names.get(key, field.name): field for key, field in self._entry.fields.items()}

    def label(self, assertion: Assertion, failure: Failure) -> str:
        """The ID and the field: `DEP-003.Owner`."""
        identifier = self._entry.identifier
        if assertion.label:
            return f"{identifier}.{assertion.label.removeprefix(_ENTRY_PREFIX)}"
        about = failure.path if failure.about is None else failure.about
        return f"{identifier}.{selectors.label(about)}" if about else identifier

    def span(self, assertion: Assertion, failure: Failure) -> Span:
        """The field's value, its name if the value starts on a later line, or the ID when there is no such field.

        Where the failure names a part of the value, it is that part.
        """
        field, steps = self._field(assertion) if assertion.field else None, failure.path
        if not assertion.label and steps:
            field, steps = self._find(str(steps[0])), steps[1:]
        if field is None:
            return self._entry.span
        key, value = self._locate(self._entry, field, steps, failure.part)
        is_whole = not (steps and field.path) and failure.part is None
        starts_below = is_whole and key.start.line != value.start.line and not self._entry.is_item
        return key if failure.at_key or starts_below else value

    def place(self, assertion: Assertion) -> Place | None:
        """A field of an entry in data, or all of it; entries in text are not edited."""
        if not assertion.field:
            return self._whole_place()
        field = self._field(assertion)
        return _place(self._entry.origin, field.path, field.value) if field and field.path else None

    def _whole_place(self) -> Place | None:
        fields = [field for field in self._entry.fields.values() if field.path]
        if not fields:
            return None
        told = {field.path: name for name, field in self._named_fields().items()}
        written = {told[field.path]: field.path[-1] for field in fields}
        return _place(self._entry.origin, fields[0].path[:-1], self._data())._replace(written=written)


@lru_cache(maxsize=64)
def _property_names(schema: str) -> dict[str, str]:
    from policylint import schemas

    return schemas.property_names(schema)


_ENTRY_PREFIX = "entry."
# Marks for emphasis and code around the value of a field.
MARKS = "*_` \t"
# What a rule may ask of an entry besides its fields. The result of its tests is known only when all files are.
PROJECT_PROPERTIES = ("entry.result",)
_PROPERTIES: dict[str, Callable[[EntryFact], str]] = {
    "entry.dialect": lambda entry: entry.dialect,
    "entry.format": lambda entry: entry.origin.format,
    "entry.id": lambda entry: entry.identifier,
    "entry.path": lambda entry: entry.path,
    "entry.prefix": lambda entry: entry.prefix,
    "entry.state": lambda entry: entry.state,
    "entry.title": lambda entry: entry.title,
}
PROPERTIES = (*_PROPERTIES, *PROJECT_PROPERTIES)


def is_property(name: str) -> bool:
    """Whether a name is one of what a rule may ask of an entry besides its fields."""
    return name.startswith(_ENTRY_PREFIX)


def property_reader(name: str) -> Callable[[EntryFact], str] | None:
    """What reads a property of entries, empty where there is nothing to say; None for one that no fact knows."""
    return _PROPERTIES.get(name)


def property_of(entry: EntryFact, name: str, results: Mapping[str, Result] | None = None) -> object:
    """What an entry is by one of its properties, or what was found of it; MISSING when there is nothing to say."""
    if name in PROJECT_PROPERTIES:
        result = results.get(entry.identifier) if results else None
        return result.outcome if result else MISSING
    return _PROPERTIES[name](entry) or MISSING


def field_text(value: object) -> object:
    """The value of a field without the emphasis and code marks around it, if it is text."""
    return value.strip(MARKS) if isinstance(value, str) else value


# Gives the spans of a field's name and of its value, or of what a path and a part lead to in the value.
Locate = Callable[["EntryFact", "EntryField", "Path", "Part | None"], "tuple[Span, Span]"]


def field_spans(document: Document, field: EntryField, steps: Path, part: Part | None) -> tuple[Span, Span]:
    """What `Locate` gives, from the document that the entry comes from; steps lead into data only."""
    if field.path:
        path = (*field.path, *steps)
        return document.key_span(path), document.part_span(path, *part) if part else document.span(path)
    extent = document.part_extent(field.extent, *part) if part else field.extent
    return document.source.span(*field.key), document.source.span(*extent)


def _span(document: Document, path: Path, failure: Failure) -> Span:
    if failure.at_key:
        return document.key_span(path)
    return document.part_span(path, *failure.part) if failure.part else document.span(path)


class EntryNames:
    """Names for templates: `entry`, `title`, those of the file, and the entry's fields by any of their names."""

    def __init__(self, entry: EntryFact, canonical: Callable[[str], str]) -> None:
        self._entry = entry
        self._canonical = canonical

    def get(self, name: str, default: object, /) -> object:
        """A known name, or the field of that name."""
        entry = self._entry
        if name == "entry":
            return entry.identifier
        if name == "title":
            return entry.title
        if name in _PROPERTIES:
            return _PROPERTIES[name](entry)
        if name.startswith(_FILE_PREFIX):
            return _file_names(entry.path).get(name, default)
        field = entry.fields.get(self._canonical(name))
        return field.value if field else default


class ReferenceSubject:
    """A reference. Its fields are those of `ReferenceFact` that say how it is written, and the reference as a whole."""

    def __init__(self, reference: ReferenceFact) -> None:
        self._reference = reference

    def value(self, assertion: Assertion) -> Value:
        """The reference itself, or what one of its fields says."""
        reference = self._reference
        if not assertion.label:
            return Value(reference)
        return Value(_REFERENCE_FIELDS[assertion.label](reference) or MISSING)

    def label(self, assertion: Assertion, failure: Failure) -> str:
        """The entry that refers, and what it refers to."""
        del assertion, failure
        source, text = self._reference.source, self._reference.text
        return f"{source} → {text}" if source and self._reference.link != ARROW else text

    def span(self, assertion: Assertion, failure: Failure) -> Span:
        """The text of the reference."""
        del assertion, failure
        return self._reference.span

    def place(self, assertion: Assertion) -> Place | None:
        """References are not edited."""
        del assertion
        return None


_REFERENCE_FIELDS: dict[str, Callable[[ReferenceFact], str]] = {
    "box": lambda reference: reference.box,
    "fault": lambda reference: reference.fault,
    "form": lambda reference: reference.form,
    "link": lambda reference: reference.link,
    "note": lambda reference: reference.note,
    "path": lambda reference: reference.path,
    "place": lambda reference: reference.place,
    "prefix": lambda reference: reference.targets[0].rpartition("-")[0] if reference.targets else "",
    "source": lambda reference: reference.source,
    "text": lambda reference: reference.text,
}
REFERENCE_FIELDS = tuple(_REFERENCE_FIELDS)


class ReferenceNames:
    """Names for templates: `reference`, `entry` (that refers), `target` (the first), `note`, and those of the file."""

    def __init__(self, reference: ReferenceFact) -> None:
        self._reference = reference

    def get(self, name: str, default: object, /) -> object:
        """A known name; fields of the entries are not among them."""
        reference = self._reference
        if name == "reference":
            return reference.text
        if name == "entry":
            return reference.source
        if name == "target":
            return reference.targets[0] if reference.targets else reference.text
        if name.startswith(_FILE_PREFIX):
            return _file_names(reference.path).get(name, default)
        return _REFERENCE_FIELDS[name](reference) if name in _REFERENCE_FIELDS else default


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
        """The label found then, or the path of what the failure is about below it."""
        field, view = self._fields[assertion.label], self._deferred
        about = failure.path if failure.about is None else failure.about
        if not about or view.view is None:
            return field.label
        return view.view.document.label(self._written((*field.path, *about)))

    def span(self, assertion: Assertion, failure: Failure) -> Span:
        """The place of the field, or of what the failure is about in it; FILE_START if the file has changed since."""
        view = self._deferred.view
        if view is None:
            return FILE_START
        path = self._written((*self._fields[assertion.label].path, *failure.path))
        return _span(view.document, path, failure)

    def place(self, assertion: Assertion) -> Place | None:
        """The field found then."""
        field = self._fields[assertion.label]
        value = MISSING if field.is_missing else field.value
        return _place(self._fact.origin, self._written(field.path), value)

    def _written(self, path: Path) -> Path:
        """Where the value at a path is written; the document is needed only where it was read in a context."""
        view = self._deferred.view if self._fact.context else None
        return view.written_at(path) if view and view.written_at else path


def freeze(rule: Rule, subject: DocumentSubject) -> dict[str, FieldFact]:
    """The values, labels and paths of every field that a rule's assertions may ask for, by field label."""
    facts: dict[str, FieldFact] = {}
    graded = (each for _, conditions in rule.severities for each in conditions)
    for assertion in (leaf for each in (*rule.then, *graded) for leaf in each.leaves()):
        if assertion.label not in facts:
            value = subject.value(assertion)
            known = None if value.is_missing else value.value
            label = subject.label(assertion, Failure(""))
            facts[assertion.label] = FieldFact(known, label, subject.path(assertion), value.is_missing)
    return facts
