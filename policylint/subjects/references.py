"""A reference as the subject of rules, and the names that templates may use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.facts import ARROW
from policylint.operators.operator import Value
from policylint.selectors import MISSING
from policylint.subjects.places import FILE_PREFIX, file_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from policylint.diagnostics import Span
    from policylint.facts import ReferenceFact
    from policylint.fix_offers import Place
    from policylint.operators.operator import Failure
    from policylint.pack import Assertion


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
        if name.startswith(FILE_PREFIX):
            return file_names(reference.path).get(name, default)
        return _REFERENCE_FIELDS[name](reference) if name in _REFERENCE_FIELDS else default
