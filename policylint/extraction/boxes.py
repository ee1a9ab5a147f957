"""Boxes of check lists: what the mark before a list item, or the cells of a row, say of what the line names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policylint.facts import CHECKED, UNCHECKED
from policylint.field_names import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policylint.pack import BoxSettings

_MARKS = " \t*_`"
# `[x]`, and the ballot boxes of Unicode, which are boxes wherever they stand.
_BOX = re.compile(r"\[(?P<mark>[^\[\]\r\n]{0,2})\]|(?P<ballot>[☐☑☒🗹🗵🗷])")
_VARIATION = "\ufe0f"
# What a word is followed by if a remark follows it: "No — the review is open".
_REMARK = re.compile(r"[ \t]*[—–(,;:.]|[ \t]-[ \t]")
_LONGEST = 200


class Boxes:
    """Tells boxes by what the settings say of marks, words and columns."""

    def __init__(self, settings: BoxSettings) -> None:
        self._marks = settings.marks
        self._words = settings.words
        self._columns = frozenset(settings.columns)

    def is_column(self, name: str) -> bool:
        """Whether the words and marks below this head of a table are boxes."""
        return normalise(name) in self._columns

    def of_mark(self, mark: str) -> str:
        """What a mark says: CHECKED, UNCHECKED, or nothing."""
        return self._marks.get(mark.strip().lower(), "")

    def of_row(self, cells: Iterable[tuple[str, bool]]) -> str:
        """What the cells of a row say together; one that is not met counts. Each comes with what `is_column` says."""
        found = {self._of_cell(text, is_column=is_column) for text, is_column in cells}
        return UNCHECKED if UNCHECKED in found else CHECKED if CHECKED in found else ""

    def _of_cell(self, text: str, *, is_column: bool) -> str:
        text = text[:_LONGEST].strip(_MARKS).replace(_VARIATION, "")
        box = _BOX.match(text)
        if box is not None and (is_column or box.end() == len(text)):
            mark = box["mark"] if box["ballot"] is None else box["ballot"]
            return self.of_mark(mark)
        if not is_column or not text:
            return ""
        return self._marks.get(text[0], "") if not text[0].isascii() else self._of_words(text)

    def _of_words(self, text: str) -> str:
        """The whole cell but for a remark: "No" is a word for it, "No blockers found" is none."""
        remark = _REMARK.search(text)
        return self._words.get(normalise(text[: remark.start()] if remark else text), "")
