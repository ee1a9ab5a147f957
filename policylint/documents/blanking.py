"""Texts with parts of them blanked out: nothing is read there, and every offset stays what it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_NOT_LINE_END = re.compile(r"[^\r\n]")


def blanked(text: str, extents: Iterable[tuple[int, int]], start: int = 0, end: int | None = None) -> str:
    """The text from `start` to `end` with all but the line ends of some ascending extents blanked out."""
    pieces, position = [], start
    for extent_start, extent_end in extents:
        pieces += [text[position:extent_start], _NOT_LINE_END.sub(" ", text[extent_start:extent_end])]
        position = extent_end
    return "".join([*pieces, text[position:end]])
