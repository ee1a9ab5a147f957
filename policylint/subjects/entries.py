"""An entry as the subject of rules, its properties and the names that templates may use."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from policylint import selectors
from policylint.facts import ITEM
from policylint.operators.operator import LateValue, Value
from policylint.selectors import MISSING
from policylint.subjects.places import FILE_PREFIX, file_names, place_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policylint.diagnostics import Span
    from policylint.documents.document import Document
    from policylint.evidence import Result
    from policylint.facts import EntryFact, EntryField
    from policylint.fix_offers import Place
    from policylint.operators.operator import Failure, Part
    from policylint.pack import Assertion
    from policylint.selectors import Path


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
            known = self._values[label] = Value(self._looked_up(assertion)) if assertion.field else self._whole()
        return known

    def _whole(self) -> Value:
        """All fields; it does not refer to this subject, since in a circle the two would never be freed."""
        return LateValue(partial(_data, self._entry, self._schema))

    def _looked_up(self, assertion: Assertion) -> object:
        for alternative in assertion.field or ():
            name = str(alternative[0])
            value = self._property(name) if is_property(name) else self._field_value(name)
            if value is not MISSING:
                return value
        return MISSING

    def _field_value(self, name: str) -> object:
        field = self._find(name)
        if field is None:
            return MISSING
        return field_text(field.value)

    def _property(self, name: str) -> object:
        return property_of(self._entry, name, self._results)

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
        starts_below = is_whole and key.start.line != value.start.line and self._entry.rank != ITEM
        return key if failure.at_key or starts_below else value

    def place(self, assertion: Assertion) -> Place | None:
        """A field of an entry in data, or all of it; entries in text are not edited."""
        if not assertion.field:
            return self._whole_place()
        field = self._field(assertion)
        return place_of(self._entry.origin, field.path, field.value) if field and field.path else None

    def _whole_place(self) -> Place | None:
        fields = [field for field in self._entry.fields.values() if field.path]
        if not fields:
            return None
        told = {field.path: name for name, field in _named_fields(self._entry, self._schema).items()}
        written = {told[field.path]: field.path[-1] for field in fields}
        return place_of(self._entry.origin, fields[0].path[:-1], _data(self._entry, self._schema))._replace(
            written=written
        )


def _data(entry: EntryFact, schema: str) -> dict[str, object]:
    return {name: field.value for name, field in _named_fields(entry, schema).items()}


def _named_fields(entry: EntryFact, schema: str) -> dict[str, EntryField]:
    """The fields under the names that the schema gives them; others under the names they are written with."""
    names = _property_names(schema) if schema else {}
    return {names.get(key, field.name): field for key, field in entry.fields.items()}


@lru_cache(maxsize=64)
def _property_names(schema: str) -> dict[str, str]:
    from policylint import schemas

    return schemas.property_names(schema)


_ENTRY_PREFIX = "entry."
# Marks for emphasis and code around the value of a field.
MARKS = "*_` \t"
# The property that state words mean.
STATE = "entry.state"
# What a rule may ask of an entry besides its fields. The result of its tests is known only when all files are.
PROJECT_PROPERTIES = ("entry.result",)
_PROPERTIES: dict[str, Callable[[EntryFact], str]] = {
    "entry.dialect": lambda entry: entry.dialect,
    "entry.format": lambda entry: entry.origin.format,
    "entry.id": lambda entry: entry.identifier,
    "entry.path": lambda entry: entry.path,
    "entry.prefix": lambda entry: entry.prefix,
    STATE: lambda entry: entry.state,
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
        if name.startswith(FILE_PREFIX):
            return file_names(entry.path).get(name, default)
        field = entry.fields.get(self._canonical(name))
        return field.value if field else default
