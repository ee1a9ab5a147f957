"""The `edit` of an assertion, with which a rule offers to mend what it reports (docs/fixes.md)."""

from __future__ import annotations

from typing import Any

from policylint import edits
from policylint.definitions.paths import parse as parse_path
from policylint.suggestions import did_you_mean

_FLAGS = (edits.REMOVE, edits.AS_LIST, edits.AS_TABLE, edits.AS_TEXT, edits.AS_VALUE)
_ACTIONS = (edits.SET, edits.RENAME, edits.MOVE, edits.ABOVE, *_FLAGS)
_KEYS = ("applicability", "at", *_ACTIONS)
_UP = "^"


class EditFault(ValueError):  # noqa: N818 - a fault of the text, carried to where it is reported
    """An `edit` is wrong; `key` is the key of it at fault, empty for the whole."""

    def __init__(self, key: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.key = key
        self.hint = hint


def compile_edit(raw: object, *, subject: str) -> dict[str, Any]:
    """An `edit` as written to its compiled row. Raises EditFault."""
    if not isinstance(raw, dict):
        raise EditFault("", "an edit is a mapping with its 'applicability'")
    if subject == "reference":
        raise EditFault("", "references are not edited")
    for key in raw:
        if key not in _KEYS:
            raise EditFault(str(key), f"unknown key '{key}' of an edit", did_you_mean(str(key), _KEYS))
    action = _action(raw)
    row: dict[str, Any] = {"applicability": _applicability(raw.get("applicability"), action), "action": action}
    if "at" in raw:
        if not action:
            raise EditFault("at", "'at' needs an action: an operator knows the place of its own edit")
        row["at"] = _steps("at", raw["at"])
    if action:
        row.update(_value(action, raw))
    return row


def _action(raw: dict[Any, Any]) -> str:
    named = [each for each in _ACTIONS if each in raw]
    if named == [edits.RENAME, edits.MOVE]:
        return edits.MOVE
    if len(named) > 1:
        raise EditFault(named[1], "an edit has one action; only 'move' and 'rename' go together")
    return named[0] if named else ""


def _applicability(raw: object, action: str) -> str | dict[str, str]:
    """One word, or for edits that operators offer, one for each of their actions."""
    words = raw if isinstance(raw, dict) and raw and not action else {"": raw}
    for name, word in words.items():
        if name and name not in edits.ACTIONS:
            raise EditFault("applicability", f"no action is named '{name}'", did_you_mean(str(name), edits.ACTIONS))
        if word not in edits.APPLICABILITIES:
            raise EditFault("applicability", "'applicability' should be 'safe' or 'unsafe'")
    return {str(name): str(word) for name, word in raw.items()} if isinstance(raw, dict) else str(raw)


def _value(action: str, raw: dict[Any, Any]) -> dict[str, Any]:
    given = raw[action]
    if action in _FLAGS or (action == edits.ABOVE and given is True):
        if given is not True:
            raise EditFault(action, f"'{action}' should be true")
        return {}
    if action == edits.SET:
        if not _is_plain(given):
            raise EditFault(action, "'set' takes a text, a number, true, false, or a list of those")
        return {"value": given}
    if action == edits.MOVE:
        return {"value": _target(action, given), "rename": _text(edits.RENAME, raw.get(edits.RENAME, "{key}"))}
    return {"value": _text(action, given) if action == edits.RENAME else _target(action, given)}


def _is_plain(value: object) -> bool:
    if isinstance(value, list):
        return all(isinstance(each, str | int | float) for each in value)
    return isinstance(value, str | int | float)


def _text(key: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise EditFault(key, f"'{key}' should be text")
    return value


def _target(key: str, value: object) -> list[str | int]:
    """A path from the start of the document, or upwards from the place by a `^` for each table."""
    text = _text(key, value)
    ups = 0
    while text.startswith(_UP):
        text, ups = text[1:].removeprefix("."), ups + 1
    return [_UP] * ups + (_steps(key, text) if text or not ups else [])


def _steps(key: str, value: object) -> list[str | int]:
    """The steps of a path that leads to one place."""
    try:
        alternatives = parse_path(_text(key, value))
    except ValueError as error:
        raise EditFault(key, str(error)) from None
    steps = [step for step in alternatives[0] if isinstance(step, str | int)]
    if len(alternatives) > 1 or len(steps) != len(alternatives[0]):
        raise EditFault(key, f"'{key}' should lead to one place, without ' | ', '*' and '[key=value]'")
    return steps
