"""Text of linted files made harmless: nothing in it can move a cursor, reorder a line or end one."""

from __future__ import annotations


def visible(text: str) -> str:
    """A text on one line in which every control, format and unassigned character is written out (`\\x1b`)."""
    return text if text.isprintable() else "".join(map(_visible_character, text))


def _visible_character(character: str) -> str:
    if character.isprintable():
        return character
    if character.isspace() and character not in "\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029":
        return " "
    return character.encode("unicode_escape").decode("ascii")
