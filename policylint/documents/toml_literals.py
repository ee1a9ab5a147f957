"""Values and keys as TOML writes them, in the style of what they replace (https://toml.io/en/v1.0.0)."""

from __future__ import annotations

import re

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
# What no literal string may hold, besides its own quotes.
_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f]")
_LONG_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_ESCAPED = re.compile('["\\\\\x00-\x08\x0a-\x1f\x7f]')
_LONG_ESCAPED = re.compile('\\\\|[\x00-\x08\x0b-\x1f\x7f]|"(?="")|"\\Z')
_SHORT = {"\b": "\\b", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def of(value: object, old: str, newline: str) -> str:
    """A value as a literal; text gets the quotes of the literal that it replaces, where they can hold it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | list):
        return f"[{', '.join(of(each, '', newline) for each in value)}]"
    if not isinstance(value, str):
        return str(value)
    for quotes, write in (("'''", _long_literal), ('"""', _long_basic), ("'", _literal)):
        if old.startswith(quotes):
            return write(value, old, newline) or _basic(value)
    return _basic(value)


def key(name: str, old: str = "") -> str:
    """A key, quoted as the one that it replaces was, or else if it must be."""
    if old.startswith("'") and "'" not in name and not _CONTROL.search(name):
        return f"'{name}'"
    return name if _BARE_KEY.fullmatch(name) and not old.startswith(("'", '"')) else _basic(name)


def _basic(value: str) -> str:
    return f'"{_ESCAPED.sub(_escape, value)}"'


def _literal(value: str, _old: str, _newline: str) -> str:
    return "" if "'" in value or _CONTROL.search(value) else f"'{value}'"


def _long_basic(value: str, old: str, newline: str) -> str:
    return f'"""{_opening(value, old, newline)}{_lines(_LONG_ESCAPED.sub(_escape, value), newline)}"""'


def _long_literal(value: str, old: str, newline: str) -> str:
    if "'''" in value or value.endswith("'") or _LONG_CONTROL.search(value):
        return ""
    return f"'''{_opening(value, old, newline)}{_lines(value, newline)}'''"


def _opening(value: str, old: str, newline: str) -> str:
    """A line end right after the quotes is not part of the text."""
    return newline if old[3:].startswith(("\n", "\r\n")) or value.startswith("\n") else ""


def _lines(text: str, newline: str) -> str:
    return text.replace("\n", newline)


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return _SHORT.get(character) or f"\\u{ord(character):04X}"
