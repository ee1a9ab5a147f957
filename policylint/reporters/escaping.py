"""Text of linted files made harmless: nothing in it can move a cursor, reorder a line or end one."""

from __future__ import annotations


def visible(text: str) -> str:
    """A text on one line in which every control, format and unassigned character is written out (`\\x1b`).

    So is the bracket of `##[`, with which a text would give commands to GitHub's runner from anywhere in a line.
    """
    shown = text if text.isprintable() else "".join(map(_visible_character, text))
    return shown.replace("##[", "##\\x5b")


def inert(line: str) -> str:
    """A whole line, blanks before its text and all, that GitHub's runner does not obey: it obeys `::` at the start.

    Whatever prints lines that may start with a text of the repository prints them by this.
    """
    return line.replace("::", "\\x3a:", 1) if line.lstrip().startswith("::") else line


def cells(text: str) -> int:
    """How many terminal cells a text takes as it is shown."""
    shown = visible(text)
    if shown.isascii():
        return len(shown)
    import unicodedata

    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in shown)
    without_width = sum(unicodedata.category(character) in ("Mn", "Me") for character in shown)
    return len(shown) + wide - without_width


def _visible_character(character: str) -> str:
    if character.isprintable():
        return character
    if character.isspace() and character not in "\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029":
        return " "
    return character.encode("unicode_escape").decode("ascii")
