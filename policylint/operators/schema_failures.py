"""An error of a schema in words, with its place, its fix and its edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policylint import edits
from policylint.edits import Edit
from policylint.operators.operator import Failure, shorten, shown
from policylint.schema_explanation import EXPECTED, MESSAGE, TYPE_WORDS
from policylint.schemas import is_additional
from policylint.suggestions import nearest, one_step_away, slip_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policylint.schema_explanation import SchemaError
    from policylint.selectors import Path

# How similar an unknown key must be to a known one to be renamed: one wrong letter of five, not a guess.
_CLOSE = 0.8


def failures(error: SchemaError, *, slips_only: bool = False) -> Iterator[Failure]:
    """What a person would mend: the key or value at fault, and how to write it.

    With `slips_only` an unknown key counts only where it is a known one but for a letter.
    """
    path = tuple(error.path)
    if error.keyword == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        for key in [each for each in error.value if is_additional(each, error.schema)]:
            meant = slip_of(key, known) if slips_only else nearest(key, known)
            if slips_only and not meant:
                continue
            fix = f"did you mean '{meant}'?" if meant else ""
            is_near = bool(meant) and nearest(key, [meant], _CLOSE) == meant
            edit = _renaming((*path, key), meant) if is_near and meant not in error.value else None
            message = f"has an unknown key '{key}'"
            yield Failure(message, path=(*path, key), about=path, at_key=True, fix=fix, edit=edit)
    elif error.keyword == "required":
        for key in _absent_keys(error):
            properties = error.schema.get("properties", {})
            fix = _valid_syntax(error._replace(schema=properties.get(key, {}))) or f"add '{key}'"
            yield Failure(f"has no '{key}'", path=path, at_key=True, fix=fix)
    elif error.keyword == "propertyNames":
        yield Failure(_name(error), path=path, about=path[:-1], at_key=True, fix=_valid_syntax(error))
    else:
        yield Failure(_message(error), path=path, fix=_fix(error) or _valid_syntax(error), edit=_edit(error))


def _absent_keys(error: SchemaError) -> list[str]:
    # jsonschema reports each absent key on its own; the key is the only one its message quotes.
    return [key for key in error.expected if error.message.startswith(repr(key))]


def _message(error: SchemaError) -> str:
    """What the schema says of its own; a wrong type is told as such, whatever else was expected."""
    told = error.schema.get(MESSAGE)
    if told:
        return str(told)
    expected = error.schema.get(EXPECTED)
    if expected and error.keyword in ("anyOf", "oneOf", "pattern"):
        return f"is {shown(error.value)}, expected {expected}"
    return _MESSAGES.get(error.keyword, _other)(error)


def _name(error: SchemaError) -> str:
    expected = error.schema.get("x-name") or "another name"
    return f"has a key {shown(error.value)}, expected {expected}"


def _valid_syntax(error: SchemaError) -> str:
    """How to write it, from the schema, in the syntax of the kind's format; one line after the other."""
    lines = str(error.schema.get("x-valid", "")).split("\n")
    return f"write {', then '.join(f'`{line}`' for line in lines)}" if lines[0] else ""


def _type(error: SchemaError) -> str:
    expected = error.expected
    names = [expected] if isinstance(expected, str) else list(expected)
    return f"is {_described(error.value)}, expected {_alternatives([TYPE_WORDS[name] for name in names])}"


def _described(value: Any) -> str:
    if isinstance(value, dict):
        return "a table of keys"
    if isinstance(value, list):
        return "a list"
    return f"the text {shown(value)}" if isinstance(value, str) else shown(value)


def _alternatives(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _enum(error: SchemaError) -> str:
    return f"is {shown(error.value)}, expected {_alternatives([shown(value) for value in error.expected])}"


def _choice(error: SchemaError) -> str:
    types = [str(branch["type"]) for branch in error.expected if isinstance(branch.get("type"), str)]
    if len(types) == len(error.expected):
        return f"is {_described(error.value)}, expected {_alternatives([TYPE_WORDS[name] for name in types])}"
    return f"is {_described(error.value)}, which is none of the allowed forms"


def _bound(relation: str) -> Callable[[SchemaError], str]:
    return lambda error: f"is {shown(error.value)}, expected {relation} {error.expected}"


def _length(relation: str, unit: str) -> Callable[[SchemaError], str]:
    def message(error: SchemaError) -> str:
        count = len(error.value)
        if count == 0:
            return "is empty"
        return f"has {count} {unit}{'' if count == 1 else 's'}, expected {relation} {error.expected}"

    return message


def _pattern(error: SchemaError) -> str:
    return f"is {shown(error.value)}, expected text that matches '{error.expected}'"


def _other(error: SchemaError) -> str:
    text = " ".join(error.message.split())
    return f"breaks '{error.keyword}': {shorten(text)}"


def _fix(error: SchemaError) -> str:
    """The nearest allowed value; where more may follow the value, the first words of the text are compared."""
    if not isinstance(error.value, str):
        return ""
    if error.keyword == "enum":
        suggestion = nearest(error.value, [value for value in error.expected if isinstance(value, str)])
    elif error.keyword == "pattern":
        suggestion = nearest(" ".join(error.value.split()[:2]), error.schema.get("x-values", []))
        suggestion = suggestion or nearest(error.value.split(" ")[0], error.schema.get("x-values", []))
    else:
        return ""
    return f"did you mean '{suggestion}'?" if suggestion else ""


def _renaming(path: Path, meant: str) -> Edit:
    return Edit(edits.RENAME, path, meant)


def _edit(error: SchemaError) -> Edit | None:
    """The value in the form that is wanted, where it says the same."""
    path, value = tuple(error.path), error.value
    if error.keyword == "enum" and isinstance(value, str):
        meant = one_step_away(value, [each for each in error.expected if isinstance(each, str)])
        return Edit(edits.SET, path, meant) if meant else None
    wanted = _wanted_types(error)
    if "string" in wanted and isinstance(value, bool | int | float):
        return Edit(edits.AS_TEXT, path)
    if "array" in wanted and isinstance(value, dict):
        return Edit(edits.AS_LIST, path)
    if "object" in wanted and isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
        return Edit(edits.AS_TABLE, path)
    spelt_out = edits.spelt_out(value, wanted) if isinstance(value, str) else None
    return None if spelt_out is None else Edit(edits.AS_VALUE, path, spelt_out)


def _wanted_types(error: SchemaError) -> list[str]:
    if error.keyword in ("anyOf", "oneOf"):
        return [str(branch.get("type")) for branch in error.expected if isinstance(branch, dict)]
    if error.keyword != "type":
        return []
    return [error.expected] if isinstance(error.expected, str) else list(error.expected)


_MESSAGES: dict[str, Callable[[SchemaError], str]] = {
    "anyOf": _choice,
    "const": lambda error: f"is {shown(error.value)}, expected {shown(error.expected)}",
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
    "not": lambda error: f"is {shown(error.value)}, which is not allowed here",
    "oneOf": _choice,
    "pattern": _pattern,
    "type": _type,
    "uniqueItems": lambda _error: "lists the same item twice",
}
