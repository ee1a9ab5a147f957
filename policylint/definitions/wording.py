"""What pydantic finds wrong with a definition, in words for people: its own name neither the key nor types of YAML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from policylint.named_tuple import NamedTuple
from policylint.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from policylint.selectors import Path

UNKNOWN = "extra_forbidden"
ABSENT = "missing"

# What says of a value only that it is not of a form. A value that may be one of several has one such error for each.
_FORMS = {
    "bool_type": "true or false",
    "float_parsing": "a number",
    "dict_type": "a table of keys",
    "float_type": "a number",
    "int_type": "a whole number",
    "list_type": "a list",
    "model_type": "a table of keys",
    "string_type": "text",
}
_BOUNDS: dict[str, Callable[[dict[str, Any]], str]] = {
    "greater_than": lambda context: f"should be more than {context['gt']}",
    "greater_than_equal": lambda context: f"should be at least {context['ge']}",
    "less_than": lambda context: f"should be less than {context['lt']}",
    "less_than_equal": lambda context: f"should be at most {context['le']}",
    "string_too_short": lambda _context: "is empty",
    "too_short": lambda _context: "needs at least one element",
    "too_long": lambda context: f"has more than {context['max_length']} elements",
}
_CHOICE = "literal_error"
_CHOICES = re.compile("'([^']*)'")


class Wrong(NamedTuple):
    """One thing wrong: pydantic's name for it and its place there, the place in the data, and what to say of it.

    `words` go on after the name of the place, unless they are a sentence of their own.
    """

    kind: str
    location: tuple[str | int, ...]
    path: Path
    words: str
    hint: str = ""
    is_sentence: bool = False


def distinct(errors: Iterable[Any], data: object) -> list[Wrong]:
    """The errors without those that a value has only because it may have another form as well.

    Where nothing says which form is meant, what all of them are is told in one error.
    """
    placed = [(_existing(data, error["loc"]), error) for error in errors]
    judged = {path for path, error in placed if error["type"] not in _FORMS}
    judged_in_part = {path[:length] for path, _ in placed for length in range(len(path))}
    kept: dict[tuple[object, ...], tuple[Path, Any, list[str]]] = {}
    for number, (path, error) in enumerate(placed):
        is_form = error["type"] in _FORMS
        if (is_form and path in judged) or ((is_form or error["type"] == _CHOICE) and path in judged_in_part):
            continue
        key = (path,) if is_form else (path, number)
        forms = kept[key][2] if key in kept else []
        kept[key] = (path, error, [*forms, _FORMS.get(error["type"], "")])
    return [_wrong(path, error, forms) for path, error, forms in kept.values()]


def _wrong(path: Path, error: Any, forms: list[str]) -> Wrong:
    kind, location = error["type"], error["loc"]
    if kind == "value_error":
        text = str(error["ctx"]["error"])
        return Wrong(kind, location, path, text[:1].lower() + text[1:], is_sentence=True)
    words = _words(kind, error, forms)
    hint = did_you_mean(str(error["input"]), _CHOICES.findall(words)) if kind == _CHOICE else ""
    return Wrong(kind, location, path, words, hint)


def _words(kind: str, error: Any, forms: list[str]) -> str:
    if kind in _FORMS:
        return f"should be {' or '.join(dict.fromkeys(forms))}"
    if kind == _CHOICE:
        return f"should be {_in_yaml(str(error['ctx']['expected']))}"
    if kind in _BOUNDS:
        return _BOUNDS[kind](error["ctx"])
    text = str(error["msg"])
    return f"cannot be used: {text[:1].lower()}{text[1:]}"


def _in_yaml(expected: str) -> str:
    """The choices as a file spells them: Python has capitals for truth."""
    return {"True": "true", "False": "false"}.get(expected, expected)


def _existing(data: object, location: tuple[str | int, ...]) -> Path:
    """The part of a pydantic location that the data has; pydantic adds names of union branches to it."""
    path: Path = ()
    for step in location:
        is_key = isinstance(data, dict) and step in data
        is_element = isinstance(data, list) and isinstance(step, int) and step < len(data)
        if is_key or is_element:
            children: Any = data
            data, path = children[step], (*path, step)
    return path
