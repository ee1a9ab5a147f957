"""A linted file as text, and the way from character offsets to lines and columns."""

from __future__ import annotations

import bisect
import re

from policylint.diagnostics import Position, Span

_new = tuple.__new__
# YAML 1.2, CommonMark and editors end a line at these three; NEL and U+2028 do not count (libyaml differs).
_LINE_END = r"\r\n|\n|\r"
_LINE_FEED = r"\n"


class Source:
    """The decoded text of one file without byte order mark; `path` is posix and relative to the root.

    `is_marked` says whether there was one.
    """

    __slots__ = ("_starts", "is_marked", "path", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.is_marked = text.startswith("\ufeff")
        self.text = text.removeprefix("\ufeff")
        self._starts: list[int] | None = None

    @property
    def starts(self) -> list[int]:
        """The offset at which each line starts; computed on first use, since most files have nothing to report."""
        if self._starts is None:
            self._starts = _starts(self.text)
        return self._starts

    def position(self, offset: int) -> Position:
        """The 1-based line and column of a character offset; an offset past the end is the end."""
        offset = max(0, min(offset, len(self.text)))
        starts = self._starts or self.starts
        line = bisect.bisect_right(starts, offset)
        return Position(line, offset - starts[line - 1] + 1)

    def span(self, start: int, end: int) -> Span:
        """The span of the characters from `start` up to and not including `end`."""
        if 0 <= start <= end <= len(self.text):
            starts = self._starts or self.starts
            line = bisect.bisect_right(starts, start)
            if line == len(starts) or end < starts[line]:
                # Most are names and values on one line; they are made directly, since every reference has one.
                before = starts[line - 1] - 1
                return _new(Span, (_new(Position, (line, start - before)), _new(Position, (line, end - before))))
        return Span(self.position(start), self.position(max(start, end)))

    def offset(self, position: Position) -> int:
        """The character offset of a position; the inverse of `position`."""
        return self.starts[position.line - 1] + position.column - 1

    def line(self, number: int) -> str:
        """The text of a 1-based line without its line end; empty when there is no such line."""
        if not 1 <= number <= len(self.starts):
            return ""
        end = self.starts[number] if number < len(self.starts) else len(self.text)
        return self.text[self.starts[number - 1] : end].rstrip("\r\n")


def _starts(text: str) -> list[int]:
    # The usual ends are found in half the time.
    line_end = _LINE_END if "\r" in text else _LINE_FEED
    return [0, *[match.end() for match in re.finditer(line_end, text)]]
