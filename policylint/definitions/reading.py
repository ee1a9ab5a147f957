"""Reading one definition file into its pydantic model; every fault gets its line, its text and a suggestion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from policylint import documents
from policylint.definitions.wording import ABSENT, UNKNOWN, distinct
from policylint.documents.document import Limits
from policylint.documents.source import Source
from policylint.errors import DefinitionError, DefinitionFault
from policylint.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policylint.definitions.wording import Wrong
    from policylint.diagnostics import Span
    from policylint.documents.document import Document
    from policylint.selectors import Path

# Rule files with long examples are the largest definitions there are.
_LIMITS = Limits(file_bytes=1024 * 1024, depth=50)

# A configuration of a linted repository may hold a hundred thousand wrong names, on one line of a megabyte.
MOST_FAULTS = 100
_SHOWN_OF_LINE = 160


class Definition(BaseModel):
    """The base of all models: unknown keys are refused, nothing is converted."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def as_list(value: object) -> list[Any]:
    """For keys that take one element or a list of them."""
    return value if isinstance(value, list) else [value]


ModelT = TypeVar("ModelT", bound=BaseModel)


class Faults:
    """Collects the faults of definition files, so that a person sees all of them at once: the first of very many."""

    def __init__(self) -> None:
        self.found: list[DefinitionFault] = []
        self.left_out = 0

    def add(self, document: Document, span: Span, message: str, hint: str = "") -> None:
        """Add a fault at a span of a document."""
        line, column = span.start
        source = document.source
        if not self._is_left_out():
            shown = source.line(line)[:_SHOWN_OF_LINE]
            self.found.append(DefinitionFault(source.path, line, column, message, hint, shown))

    def add_file(self, path: str, message: str, hint: str = "") -> None:
        """Add a fault of a file as a whole."""
        if not self._is_left_out():
            self.found.append(DefinitionFault(path, 1, 1, message, hint))

    def error(self) -> DefinitionError:
        """What stops the run."""
        return DefinitionError(self.found, self.left_out)

    def _is_left_out(self) -> bool:
        """Whether there are too many faults for one more, which is counted."""
        is_full = len(self.found) >= MOST_FAULTS
        self.left_out += is_full
        return is_full

    def suggestion(self, name: str, known: Iterable[str]) -> str:
        """The hint for a wrong name that another is like; none once there are many faults."""
        return did_you_mean(name, known) if len(self.found) < MOST_FAULTS else ""


def parse(path: str, text: str, format_name: str, faults: Faults) -> Document | None:
    """The document of a definition file; None when its text cannot be read."""
    source = Source(path, text)
    loaded = documents.load(source, format_name, _LIMITS)
    for fault in loaded.faults[:MOST_FAULTS]:
        line, column = source.position(fault.start)
        shown = source.line(line)[:_SHOWN_OF_LINE]
        faults.found.append(DefinitionFault(path, line, column, fault.message, "", shown))
    if len(loaded.documents) > 1:
        second = loaded.documents[1]
        faults.add(second, second.span(()), "the file has a second document, of which nothing is read", _SECOND)
    return loaded.documents[0] if loaded.documents and not loaded.faults else None


_SECOND = "put it into a file of its own"


def validate(document: Document, model: type[ModelT], data: object, path: Path, faults: Faults) -> ModelT | None:
    """Data below a path of a document as a model; None, with every fault added, when it does not fit."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        wrong = distinct(error.errors(), data)
        for each in wrong[:MOST_FAULTS]:
            _add(document, model, path, each, faults)
        faults.left_out += len(wrong[MOST_FAULTS:])
    return None


def readable(model: type[ModelT], data: object) -> ModelT | None:
    """Data as a model, without the keys that it does not know; None when the others do not fit."""
    known = _known_names(model, ())
    kept = {key: value for key, value in data.items() if key in known} if isinstance(data, dict) else data
    try:
        return model.model_validate(kept)
    except ValidationError:
        return None


def _add(document: Document, model: type[BaseModel], base: Path, wrong: Wrong, faults: Faults) -> None:
    path = (*base, *wrong.path)
    label = ".".join(str(step) for step in wrong.path)
    if wrong.kind == UNKNOWN:
        name = str(wrong.location[-1])
        holder = ".".join(str(step) for step in wrong.location[:-1])
        message = f"unknown key '{name}'" + (f" in '{holder}'" if holder else "")
        faults.add(
            document, document.key_span(path), message, did_you_mean(name, _known_names(model, wrong.location[:-1]))
        )
    elif wrong.kind == ABSENT:
        faults.add(document, document.span((*path, "\0")), f"'{wrong.location[-1]}' is missing")
    elif wrong.is_sentence:
        faults.add(document, document.span(path), wrong.words)
    else:
        subject = f"'{label}'" if label else f"'{'.'.join(map(str, base))}'" if base else "the file"
        words = "is empty" if not path and document.data is None else wrong.words
        faults.add(document, document.span(path), f"{subject} {words}", wrong.hint)


def _known_names(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    """The keys that the model at a location knows, for suggestions."""
    current: Any = model
    for step in location:
        fields = getattr(current, "model_fields", {})
        field = next((each for name, each in fields.items() if step in (name, each.alias)), None)
        nested = _nested_model(field.annotation) if field is not None else None
        current = nested or current
    fields = getattr(current, "model_fields", {})
    return [field.alias or name for name, field in fields.items()]


def _nested_model(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _nested_model(argument)
        if found is not None:
            return found
    return None
