"""An error of a schema in words, with its place, its fix and its edit."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from policylint import edits
from policylint.counts import counted
from policylint.edits import Edit
from policylint.field_names import normalise, spelt_like
from policylint.operators.operator import Failure, shown
from policylint.schema_explanation import EXPECTED, FORBIDDEN, MESSAGE, SEVERAL, TOO_MANY, TYPE_WORDS
from policylint.schemas import is_additional
from policylint.suggestions import nearest, one_step_away, slip_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policylint.schema_explanation import SchemaError
    from policylint.selectors import Path

# How similar an unknown key must be to a known one to be renamed: one wrong letter of five, not a guess.
_CLOSE = 0.8
_UNKNOWN = "additionalProperties"
# A slip in a shorter word makes another word of it: `so` is not `No`.
_SHORTEST_WORD = 3
_FIRST_WORD = re.compile(r"[\w-]*")


def failures(error: SchemaError, *, slips_only: bool = False, tells_unknown: bool = True) -> Iterator[Failure]:
    """What a person would mend: the key or value at fault, and how to write it.

    With `slips_only` an unknown key counts only where it is a known one but for a letter. One that stands for an absent
    key is not told for itself where the unknown ones are told.
    """
    found = _ABOUT_KEYS.get(error.keyword)
    if slips_only and error.keyword == _UNKNOWN:
        slips = _slips(error)
        yield from _unknown_keys(error, lambda key, _known: slips.get(key, ""))
    elif error.keyword == "required":
        yield from _absent_keys(error, tells_unknown=tells_unknown)
    elif found is not None:
        yield from found(error)
    else:
        fix = _fix(error) or _valid_syntax(error)
        yield Failure(_message(error), path=tuple(error.path), fix=fix, edit=_edit(error))


def _unknown_keys(error: SchemaError, meant_by: Callable[[str, list[str]], str] | None = None) -> Iterator[Failure]:
    """The keys that the schema does not know; with `meant_by` only those that it finds a known one for."""
    path, known = tuple(error.path), list(error.schema.get("properties", {}))
    for key in [each for each in error.value if is_additional(each, error.schema)]:
        meant = (meant_by or nearest)(key, known)
        if meant_by and not meant:
            continue
        fix = f"did you mean '{meant}'?" if meant else ""
        is_near = bool(meant) and nearest(key, [meant], _CLOSE) == meant
        edit = _renaming((*path, key), meant) if is_near and meant not in error.value else None
        message = f"has an unknown key '{key}'"
        yield Failure(message, path=(*path, key), about=path, at_key=True, fix=fix, edit=edit)


class _Told:
    """What was last found about a table: a rule asks whether there is something, then what."""

    value: object = None
    schema: object = None
    slips: dict[str, str] = {}
    # The first of the unknown keys that are slips of a known one.
    written: dict[str, str] = {}


def _slips(error: SchemaError) -> dict[str, str]:
    """The known keys that were meant, also those that are only required, by the unknown keys that are slips of them."""
    if _Told.value is not error.value or _Told.schema is not error.schema:
        known = list(dict.fromkeys([*error.schema.get("properties", {}), *error.schema.get("required", ())]))
        found = {key: _meant_by_slip(key, known) for key in error.value if is_additional(key, error.schema)}
        _Told.value, _Told.schema = error.value, error.schema
        _Told.slips = {key: meant for key, meant in found.items() if meant}
        _Told.written = {meant: key for key, meant in reversed(_Told.slips.items())}
    return _Told.slips


def _meant_by_slip(key: str, known: list[str]) -> str:
    """The known key that was meant, however it is spelt."""
    by_form = _by_form(tuple(known))
    return by_form.get(slip_of(normalise(key), by_form), "")


@lru_cache(maxsize=64)
def _by_form(known: tuple[str, ...]) -> dict[str, str]:
    return {normalise(each): each for each in known}


def _unevaluated_keys(error: SchemaError) -> Iterator[Failure]:
    """Keys that no part of the schema has dealt with; the message quotes all that are wrong."""
    wrong = {key: value for key, value in error.value.items() if repr(key) in error.message}
    if error.expected is False:
        yield from _unknown_keys(error._replace(value=wrong))
        return
    for key in [each for each in wrong if is_additional(each, error.schema)]:
        yield Failure(_other(error), path=(*error.path, key))


def _absent_keys(error: SchemaError, *, tells_unknown: bool) -> Iterator[Failure]:
    # jsonschema reports each absent key on its own; the key is the only one its message quotes.
    for key in [each for each in error.expected if error.message.startswith(repr(each))]:
        written = _written_for(key, error)
        if not written:
            yield Failure(f"has no '{key}'", path=tuple(error.path), at_key=True, fix=_adding(error, key))
        elif not (tells_unknown and error.schema.get("additionalProperties") is False):
            yield _misspelt(written, key, tuple(error.path))


def _written_for(key: str, error: SchemaError) -> str:
    """The key of a table that is an absent one but for a slip; empty if there is none."""
    return _Told.written.get(key, "") if _slips(error) else ""


def _misspelt(written: str, key: str, path: Path) -> Failure:
    message, fix = f"has '{written}', but no '{key}'", f"did you mean '{key}'?"
    edit = _renaming((*path, written), key)
    return Failure(message, path=(*path, written), about=path, at_key=True, fix=fix, edit=edit)


def _absent_beside(error: SchemaError) -> Iterator[Failure]:
    """Keys that another one needs beside it; each is reported on its own, too."""
    for key, needed in error.expected.items():
        for other in needed if isinstance(needed, list) else [needed]:
            if error.message == f"{other!r} is a dependency of {key!r}":
                message = f"has '{key}', but no '{other}'"
                yield Failure(message, path=tuple(error.path), at_key=True, fix=_adding(error, other))


def _adding(error: SchemaError, key: str) -> str:
    properties = error.schema.get("properties", {})
    own = properties.get(key)
    return (_valid_syntax(error._replace(schema=own)) if isinstance(own, dict) else "") or f"add '{key}'"


def _misnamed(error: SchemaError) -> Iterator[Failure]:
    path = tuple(error.path)
    yield Failure(_name(error), path=path, about=path[:-1], at_key=True, fix=_valid_syntax(error))


def _forbidden(error: SchemaError) -> Iterator[Failure]:
    path = tuple(error.path)
    message = "must not be set" if path else "is not allowed here"
    yield Failure(message, path=path, at_key=True, fix=f"remove '{path[-1]}'" if path else "")


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
    expected = error.schema.get("x-name") or _named(error.expected)
    return f"has a key {shown(error.value)}, expected {expected}"


def _named(names: object) -> str:
    """What a schema asks of names, as far as one keyword tells."""
    asked = names if isinstance(names, dict) else {}
    if asked.get("enum"):
        return _alternatives([shown(each) for each in asked["enum"]])
    return f"a name that matches '{asked['pattern']}'" if "pattern" in asked else "another name"


def _repeated(error: SchemaError) -> Iterator[Failure]:
    """Each item that stands in the list before; only the list, where two are equal that are written differently."""
    from json import dumps

    seen: set[str] = set()
    is_told = False
    for index, item in enumerate(error.value):
        written = dumps(item, sort_keys=True)
        if written in seen:
            is_told = True
            yield Failure(f"lists {shown(item)} twice", path=(*error.path, index), about=tuple(error.path))
        seen.add(written)
    if not is_told:
        yield Failure("lists the same item twice", path=tuple(error.path))


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
    if not error.expected:
        return f"is {shown(error.value)}, where no value is allowed"
    return f"is {shown(error.value)}, expected {_alternatives([shown(value) for value in error.expected])}"


def _choice(error: SchemaError) -> str:
    tables = [branch for branch in error.expected if isinstance(branch, dict)]
    types = [str(branch["type"]) for branch in tables if isinstance(branch.get("type"), str)]
    if types and len(types) == len(tables):
        return f"is {_described(error.value)}, expected {_alternatives([TYPE_WORDS[name] for name in types])}"
    return f"is {_described(error.value)}, which is none of the allowed forms"


def _bound(relation: str) -> Callable[[SchemaError], str]:
    return lambda error: f"is {shown(error.value)}, expected {relation} {error.expected}"


def _length(relation: str, unit: str) -> Callable[[SchemaError], str]:
    def message(error: SchemaError) -> str:
        count = len(error.value)
        if count == 0:
            return "is empty"
        return f"has {counted(count, unit)}, expected {relation} {error.expected}"

    return message


def _pattern(error: SchemaError) -> str:
    return f"is {shown(error.value)}, expected text that matches '{error.expected}'"


def _contains(error: SchemaError) -> str:
    wanted = error.expected
    if isinstance(wanted, dict) and "const" in wanted:
        return f"has no item {shown(wanted['const'])}"
    return "has no item of the form that one of them must have"


def _surplus(first: str) -> Callable[[SchemaError], str]:
    """More items than the keyword `first` describes, where no others may follow."""

    def message(error: SchemaError) -> str:
        described = error.schema.get(first)
        most = len(described) if isinstance(described, list) else 0
        return _length("at most", "item")(error._replace(expected=most))

    return message


def _other(error: SchemaError) -> str:
    return f"does not fit '{error.keyword}' of its schema"


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
    if error.keyword == "pattern" and isinstance(value, str):
        return _corrected(path, value, error.schema.get("x-values", []))
    wanted = _wanted_types(error)
    if "string" in wanted and isinstance(value, bool | int | float):
        return Edit(edits.AS_TEXT, path)
    if "array" in wanted and isinstance(value, dict):
        return Edit(edits.AS_LIST, path)
    if "object" in wanted and isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
        return Edit(edits.AS_TABLE, path)
    spelt_out = edits.spelt_out(value, wanted) if isinstance(value, str) else None
    return None if spelt_out is None else Edit(edits.AS_VALUE, path, spelt_out)


def _corrected(path: Path, value: str, words: list[str]) -> Edit | None:
    """The text with its first word as one of these, if there is one slip in it; a remark behind it stays."""
    found = _FIRST_WORD.match(value)
    first = found[0] if found else ""
    meant = one_step_away(first, [each for each in words if len(each) >= _SHORTEST_WORD])
    return Edit(edits.SET, path, spelt_like(meant, first) + value[len(first) :]) if meant else None


def _wanted_types(error: SchemaError) -> list[str]:
    if error.keyword in ("anyOf", "oneOf"):
        return [str(branch.get("type")) for branch in error.expected if isinstance(branch, dict)]
    if error.keyword != "type":
        return []
    return [error.expected] if isinstance(error.expected, str) else list(error.expected)


_ABOUT_KEYS: dict[str, Callable[[SchemaError], Iterator[Failure]]] = {
    _UNKNOWN: _unknown_keys,
    "dependencies": _absent_beside,
    "dependentRequired": _absent_beside,
    FORBIDDEN: _forbidden,
    "propertyNames": _misnamed,
    "uniqueItems": _repeated,
    "unevaluatedProperties": _unevaluated_keys,
}

_MESSAGES: dict[str, Callable[[SchemaError], str]] = {
    "additionalItems": _surplus("items"),
    "anyOf": _choice,
    "const": lambda error: f"is {shown(error.value)}, expected {shown(error.expected)}",
    "contains": _contains,
    "divisibleBy": _bound("a multiple of"),
    "enum": _enum,
    "exclusiveMaximum": _bound("less than"),
    "exclusiveMinimum": _bound("more than"),
    "items": _surplus("prefixItems"),
    "maxContains": lambda error: f"has too many items of one form, expected at most {error.expected}",
    "maxItems": _length("at most", "item"),
    "maxLength": _length("at most", "character"),
    "maxProperties": _length("at most", "key"),
    "maximum": _bound("at most"),
    "minContains": lambda error: f"has too few items of one form, expected at least {error.expected}",
    "minItems": _length("at least", "item"),
    "minLength": _length("at least", "character"),
    "minProperties": _length("at least", "key"),
    "minimum": _bound("at least"),
    "multipleOf": _bound("a multiple of"),
    "not": lambda error: f"is {shown(error.value)}, which is not allowed here",
    "oneOf": _choice,
    "pattern": _pattern,
    SEVERAL: lambda error: f"is {_described(error.value)}, which is of several forms where it may be of one only",
    TOO_MANY: lambda _error: "is wrong in so many places that not all are told",
    "type": _type,
}
