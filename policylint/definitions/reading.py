"""Reading one definition file into its pydantic model; every fault gets its line, its text and a suggestion."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from policylint import documents
from policylint.documents.document import Limits
from policylint.documents.source import Source
from policylint.errors import DefinitionFault
from policylint.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policylint.diagnostics import Span
    from policylint.documents.document import Document
    from policylint.selectors import Path

# Rule files with long examples are the largest definitions there are.
_LIMITS = Limits(file_bytes=1024 * 1024, depth=50)


# pydantic's own words for what authors get wrong most often name neither the key nor the file format's types.
_WORDING = {
    "bool_type": "should be true or false",
    "dict_type": "should be a table of keys",
    "int_type": "should be a whole number",
    "list_type": "should be a list",
    "model_type": "should be a table of keys",
    "string_too_short": "is empty",
    "string_type": "should be text",
    "too_short": "needs at least one element",
}
# What says of a value only that it is not of a form. A value that may be one of several has one such error for each.
_FORMS = tuple(name for name, words in _WORDING.items() if words.startswith("should be "))
_SHOULD_BE = "should be "
_CHOICE = "literal_error"
_CHOICES = re.compile("'([^']*)'")


class Definition(BaseModel):
    """The base of all models: unknown keys are refused, nothing is converted."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def as_list(value: object) -> list[Any]:
    """For keys that take one element or a list of them."""
    return value if isinstance(value, list) else [value]


ModelT = TypeVar("ModelT", bound=BaseModel)


class Faults:
    """Collects the faults of definition files, so that a person sees all of them at once."""

    def __init__(self) -> None:
        self.found: list[DefinitionFault] = []

    def add(self, document: Document, span: Span, message: str, hint: str = "") -> None:
        """Add a fault at a span of a document."""
        line, column = span.start
        source = document.source
        self.found.append(DefinitionFault(source.path, line, column, message, hint, source.line(line)))

    def add_file(self, path: str, message: str, hint: str = "") -> None:
        """Add a fault of a file as a whole."""
        self.found.append(DefinitionFault(path, 1, 1, message, hint))


def parse(path: str, text: str, format_name: str, faults: Faults) -> Document | None:
    """The document of a definition file; None when its text cannot be read."""
    source = Source(path, text)
    loaded = documents.load(source, format_name, _LIMITS)
    for fault in loaded.faults:
        line, column = source.position(fault.start)
        faults.found.append(DefinitionFault(path, line, column, fault.message, "", source.line(line)))
    return loaded.documents[0] if loaded.documents and not loaded.faults else None


def validate(document: Document, model: type[ModelT], data: object, path: Path, faults: Faults) -> ModelT | None:
    """Data below a path of a document as a model; None, with every fault added, when it does not fit."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for each in _of_one_form(document, path, error.errors()):
            _add(document, model, path, each, faults)
    return None


def readable(model: type[ModelT], data: object) -> ModelT | None:
    """Data as a model, without the keys that it does not know; None when the others do not fit."""
    known = _known_names(model, ())
    kept = {key: value for key, value in data.items() if key in known} if isinstance(data, dict) else data
    try:
        return model.model_validate(kept)
    except ValidationError:
        return None


def _of_one_form(document: Document, base: Path, errors: Iterable[Any]) -> list[Any]:
    """The errors without those that a value has only because it may have another form as well.

    Where nothing says which form is meant, what all of them are is told in one error.
    """
    placed = [(_existing(document, base, error["loc"]), error) for error in errors]
    judged = {path for path, error in placed if error["type"] not in _FORMS}
    judged_in_part = {path[:length] for path, _ in placed for length in range(len(path))}
    kept: dict[tuple[object, ...], Any] = {}
    for number, (path, error) in enumerate(placed):
        is_form = error["type"] in _FORMS
        if (is_form and path in judged) or ((is_form or error["type"] == _CHOICE) and path in judged_in_part):
            continue
        key = (path,) if is_form else (path, number)
        kept[key] = {**error, "forms": [*kept.get(key, {}).get("forms", []), error["type"]]}
    return list(kept.values())


def _add(document: Document, model: type[BaseModel], base: Path, error: Any, faults: Faults) -> None:
    path = (*base, *_existing(document, base, error["loc"]))
    if error["type"] == "extra_forbidden":
        name = str(error["loc"][-1])
        known = _known_names(model, error["loc"][:-1])
        label = ".".join(str(step) for step in error["loc"][:-1])
        message = f"unknown key '{name}'" + (f" in '{label}'" if label else "")
        faults.add(document, document.key_span(path), message, did_you_mean(name, known))
    elif error["type"] == "missing":
        faults.add(document, document.span((*path, "\0")), f"'{error['loc'][-1]}' is missing")
    elif error["type"] in _WORDING:
        label = ".".join(str(step) for step in path[len(base) :])
        words = " or ".join(dict.fromkeys(_WORDING[each].removeprefix(_SHOULD_BE) for each in error["forms"]))
        should_be = _SHOULD_BE if error["type"] in _FORMS else ""
        faults.add(document, document.span(path), f"'{label}' {should_be}{words}")
    else:
        label = ".".join(str(step) for step in path[len(base) :])
        text = error["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
        expected = text if text != error["msg"] and not error["msg"].startswith("Value error") else ""
        message = f"'{label}' should be {expected}" if expected else text
        hint = did_you_mean(str(error["input"]), _CHOICES.findall(expected)) if error["type"] == _CHOICE else ""
        faults.add(document, document.span(path), message[:1].lower() + message[1:], hint)


def _existing(document: Document, base: Path, location: tuple[str | int, ...]) -> Path:
    """The part of a pydantic location that the document has; pydantic adds names of union branches to it."""
    path: Path = ()
    for step in location:
        if document.find((*base, *path, step)) is not None:
            path = (*path, step)
    return path


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
