"""conforms: the document has the form that its kind's JSON Schema describes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from policylint import schemas
from policylint.operators.operator import Failure, shown
from policylint.suggestions import did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jsonschema.exceptions import ValidationError

    from policylint.operators.operator import Scope, Value

NEEDS_PROJECT = False
Options = Literal["schema"]

_TYPE_WORDS = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "nothing",
    "number": "a number",
    "object": "a table of keys",
    "string": "text",
}


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Every error at its key or value; a document whose kind has no schema conforms."""
    del options
    if scope.schema and not schemas.is_valid(scope.schema, value.value):
        for error in sorted(schemas.errors(scope.schema, value.value), key=_place):
            yield from _failures(error)


def _place(error: ValidationError) -> list[tuple[bool, str]]:
    return [(isinstance(step, int), f"{step:09}" if isinstance(step, int) else step) for step in error.absolute_path]


def _failures(error: ValidationError) -> Iterator[Failure]:
    path = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        for key in _unknown_keys(error, known):
            suggestion = did_you_mean(key, known)
            yield Failure(f"has an unknown key '{key}'", path=(*path, key), at_key=True, fix=suggestion)
    elif error.validator == "required":
        for key in _absent_keys(error):
            yield Failure(f"has no '{key}'", path=path, at_key=True, fix=f"add '{key}'")
    else:
        message = _MESSAGES.get(str(error.validator), _other)(error)
        yield Failure(message, path=path, fix=_fix(error))


def _unknown_keys(error: ValidationError, known: list[str]) -> list[str]:
    from re import search

    patterns = error.schema.get("patternProperties", {})
    keys = [key for key in error.instance if key not in known]
    return [key for key in keys if not any(search(pattern, key) for pattern in patterns)]


def _absent_keys(error: ValidationError) -> list[str]:
    # jsonschema reports each absent key on its own; the key is the only one its message quotes.
    return [key for key in error.validator_value if error.message.startswith(repr(key))]


def _type(error: ValidationError) -> str:
    expected = error.validator_value
    names = [expected] if isinstance(expected, str) else list(expected)
    return f"is {_described(error.instance)}, expected {_alternatives([_TYPE_WORDS[name] for name in names])}"


def _described(value: Any) -> str:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return "a table of keys"
    if isinstance(value, list):
        return "a list"
    return f"the text {shown(value)}" if isinstance(value, str) else shown(value).strip("'")


def _alternatives(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _enum(error: ValidationError) -> str:
    return f"is {shown(error.instance)}, expected {_alternatives([shown(value) for value in error.validator_value])}"


def _choice(error: ValidationError) -> str:
    types = [str(branch["type"]) for branch in error.validator_value if isinstance(branch.get("type"), str)]
    if len(types) == len(error.validator_value):
        return f"is {_described(error.instance)}, expected {_alternatives([_TYPE_WORDS[name] for name in types])}"
    return f"is {_described(error.instance)}, which is none of the allowed forms"


def _bound(relation: str) -> Callable[[ValidationError], str]:
    return lambda error: f"is {shown(error.instance)}, expected {relation} {error.validator_value}"


def _length(relation: str, unit: str) -> Callable[[ValidationError], str]:
    def message(error: ValidationError) -> str:
        count = len(error.instance)
        if count == 0:
            return "is empty"
        return f"has {count} {unit}{'' if count == 1 else 's'}, expected {relation} {error.validator_value}"

    return message


def _pattern(error: ValidationError) -> str:
    expected = error.schema.get("x-expected") or f"text that matches '{error.validator_value}'"
    return f"is {shown(error.instance)}, expected {expected}"


def _other(error: ValidationError) -> str:
    text = " ".join(error.message.split())
    return f"breaks '{error.validator}': {text if len(text) <= 80 else text[:77] + '...'}"


def _fix(error: ValidationError) -> str:
    if error.validator == "enum" and isinstance(error.instance, str):
        suggestion = nearest(error.instance, [value for value in error.validator_value if isinstance(value, str)])
        return f"did you mean '{suggestion}'?" if suggestion else ""
    return ""


_MESSAGES: dict[str, Callable[[ValidationError], str]] = {
    "anyOf": _choice,
    "const": lambda error: f"is {shown(error.instance)}, expected {shown(error.validator_value)}",
    "enum": _enum,
    "exclusiveMaximum": _bound("less than"),
    "exclusiveMinimum": _bound("more than"),
    "maxItems": _length("at most", "item"),
    "maxLength": _length("at most", "character"),
    "maximum": _bound("at most"),
    "minItems": _length("at least", "item"),
    "minLength": _length("at least", "character"),
    "minProperties": _length("at least", "key"),
    "minimum": _bound("at least"),
    "not": lambda error: f"is {shown(error.instance)}, which is not allowed here",
    "oneOf": _choice,
    "pattern": _pattern,
    "type": _type,
    "uniqueItems": lambda _error: "lists the same item twice",
}
