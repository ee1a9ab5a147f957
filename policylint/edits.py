"""Edits by what they mean: an action at a path, told without the text; and what the data is after one.

Rules and operators offer edits, documents turn them into edits of their text (`Document.edited`), and what came out is
compared with what `fits` says should have come out. All values are hashable and plain, since diagnostics are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from policylint.named_tuple import NamedTuple
from policylint.selectors import Path, label

if TYPE_CHECKING:
    from collections.abc import Collection

SAFE = "safe"
UNSAFE = "unsafe"
# An offered edit that was tried and left out: it would not have removed its violation, or not it alone.
REFUSED = "refused"
APPLICABILITIES = (SAFE, UNSAFE)

SET = "set"
AS_TEXT = "as_text"
AS_VALUE = "as_value"
RENAME = "rename"
REMOVE = "remove"
MOVE = "move"
AS_LIST = "as_list"
AS_TABLE = "as_table"
ABOVE = "above"
ACTIONS = (SET, AS_TEXT, AS_VALUE, RENAME, REMOVE, MOVE, AS_LIST, AS_TABLE, ABOVE)


class Edit(NamedTuple):
    """One change at a path, relative to the judged value when an operator offers it, to the document afterwards.

    `value` is the new value (SET, AS_VALUE; lists are tuples), the new key (RENAME), the new path (MOVE), or the path
    of the table to stand above (ABOVE; the first of its own subtables without one).
    """

    action: str
    path: Path = ()
    value: object = None

    def below(self, path: Path) -> Edit:
        """The same edit seen from further up."""
        value = (*path, *self.value) if self.action in (MOVE, ABOVE) and isinstance(self.value, tuple) else self.value
        return Edit(self.action, (*path, *self.path), value)


class FixEdit(NamedTuple):
    """An offered edit of one document of a file: SAFE ones keep what the file means, UNSAFE ones are a guess."""

    applicability: str
    format: str
    document: int
    edit: Edit


class TextEdit(NamedTuple):
    """The characters from `start` up to and not including `end` are replaced."""

    start: int
    end: int
    text: str


def rewritten(text: str, edits: list[TextEdit]) -> str | None:
    """The text with all edits made; None when two of them touch the same characters."""
    pieces, position = [], 0
    for edit in sorted(edits):
        if edit.start < position:
            return None
        pieces += [text[position : edit.start], edit.text]
        position = edit.end
    return "".join(pieces) + text[position:]


# Only what is written as the number itself would be: "007", "1e3" and "0x1f" may well mean texts.
_INTEGER = re.compile(r"-?[1-9][0-9]{0,14}|0")
_DECIMAL = re.compile(r"-?(?:[1-9][0-9]{0,8}|0)\.[0-9]{0,5}[1-9]")


def spelt_out(text: str, wanted: Collection[str] = ("boolean", "number")) -> bool | int | float | None:
    """The value that a text spells out exactly, if it is of a wanted type (the names are those of JSON Schema)."""
    if "boolean" in wanted and text in ("true", "false"):
        return text == "true"
    if ("integer" in wanted or "number" in wanted) and _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if "number" in wanted and _DECIMAL.fullmatch(text) else None


def described(edit: Edit) -> str:
    """What an edit does, for people: `rename 'comand' to 'command'`."""
    name = _name(edit.path)
    target = label(edit.value) if isinstance(edit.value, tuple) else edit.value
    words = {
        SET: f"set '{name}' to {_shown(edit.value)}",
        AS_TEXT: f"put the value of '{name}' in quotes",
        AS_VALUE: f"write '{name}' as {_shown(edit.value)}",
        RENAME: f"rename '{name}' to '{edit.value}'",
        REMOVE: f"remove '{name}'",
        MOVE: f"move '{name}' to '{target}'",
        AS_LIST: f"make '{name}' a list",
        AS_TABLE: f"make '{name}' a table",
        ABOVE: f"move '{label(edit.path)}' above '{target}'" if target else f"move '{label(edit.path)}' up",
    }
    return words[edit.action]


def _name(path: Path) -> str:
    """The last key on a path, with the positions in lists behind it."""
    start = next((place for place in reversed(range(len(path))) if isinstance(path[place], str)), 0)
    return label(path[start:]) or "the document"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(map(_shown, value))}]"
    return f"'{value}'" if isinstance(value, str) else str(value)


class _ImpossibleError(Exception):
    """The data has no such place, or something stands where the edit would put a value."""


def fits(before: object, after: object, made: list[Edit]) -> bool:
    """Whether data is what edits, made one after the other, should have made of it.

    Where the last key of a table goes there are two right answers: some texts keep what is empty, others cannot.
    """
    try:
        expected = _copied(before)
        for edit in made:
            value = _written_at(before, after, edit) if edit.action == AS_TEXT else None
            expected = _changed(expected, edit if value is None else Edit(SET, edit.path, value))
        if same(expected, after):
            return True
        for edit in made:
            if edit.action in (REMOVE, MOVE):
                expected = _without_empty(expected, edit.path[:-1])
        return same(expected, after)
    except _ImpossibleError:
        return False


def _written_at(before: object, after: object, edit: Edit) -> str:
    """The text that a scalar has become; which one it is, only the file knows."""
    old, new = _at(before, edit.path), _at(after, edit.path)
    if isinstance(old, str | dict | list) or not isinstance(new, str):
        raise _ImpossibleError
    return new


def same(one: object, other: object) -> bool:
    """Whether data is the same; 1, 1.0 and true are three values."""
    pending: list[tuple[Any, Any]] = [(one, other)]
    while pending:
        first, second = pending.pop()
        if type(first) is not type(second):
            return False
        if isinstance(first, dict):
            if first.keys() != second.keys():
                return False
            pending += [(value, second[key]) for key, value in first.items()]
        elif isinstance(first, list):
            if len(first) != len(second):
                return False
            pending += zip(first, second, strict=True)
        elif first != second:
            return False
    return True


def _copied(data: Any) -> Any:
    """A deep copy without recursion: what a file holds may nest as deep as the limits allow."""
    root: list[Any] = [data]
    pending: list[Any] = [root]
    while pending:
        holder = pending.pop()
        for key, value in list(holder.items() if isinstance(holder, dict) else enumerate(holder)):
            if isinstance(value, dict | list):
                holder[key] = value.copy()
                pending.append(holder[key])
    return root[0]


def _at(data: Any, path: Path) -> Any:
    for step in path:
        is_element = isinstance(data, list) and isinstance(step, int) and step < len(data)
        if not is_element and not (isinstance(data, dict) and step in data):
            raise _ImpossibleError
        data = data[step]
    return data


def _changed(data: Any, edit: Edit) -> Any:
    if edit.action == ABOVE:
        return data
    if not edit.path:
        raise _ImpossibleError
    if edit.action in (SET, AS_VALUE):
        _put(data, edit.path, _plain(edit.value), replacing=True)
        return data
    holder, key = _at(data, edit.path[:-1]), edit.path[-1]
    value = _at(holder, (key,))
    if edit.action == AS_LIST:
        holder[key] = [value]
    elif edit.action == AS_TABLE:
        if not isinstance(value, list) or len(value) != 1:
            raise _ImpossibleError
        holder[key] = value[0]
    else:
        del holder[key]
        if edit.action == RENAME:
            _put(holder, (str(edit.value),), value)
        elif edit.action == MOVE and isinstance(edit.value, tuple):
            _put(data, edit.value, value)
    return data


def _put(data: Any, path: Path, value: object, *, replacing: bool = False) -> None:
    """Put a value at a path; tables on the way are made."""
    for step in path[:-1]:
        data = data.setdefault(step, {}) if isinstance(data, dict) else _at(data, (step,))
    is_place = isinstance(data, dict) or (isinstance(data, list) and path[-1] in range(len(data)))
    if not is_place or (not replacing and path[-1] in data):
        raise _ImpossibleError
    data[path[-1]] = value


def _without_empty(data: Any, path: Path) -> Any:
    """The data without the tables and lists on a path that are empty."""
    for length in range(len(path), 0, -1):
        holder = _at(data, path[: length - 1])
        if holder[path[length - 1]] not in ({}, []) or isinstance(holder, list):
            break
        del holder[path[length - 1]]
    return data


def _plain(value: object) -> object:
    return [_plain(each) for each in value] if isinstance(value, tuple) else value
