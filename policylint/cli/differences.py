"""The unified diff of a file that fixing has changed."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from difflib import Match, SequenceMatcher
from typing import TYPE_CHECKING

from policylint.reporters.escaping import inert, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.file_fixing import Change

# The best of all diffs is searched for in texts of so many lines: the time for that grows with their square, or worse.
_SEARCHED = 1_000


def difference(path: str, change: Change, *, in_actions: bool) -> Iterator[str]:
    """The unified diff of a file, line by line.

    A line with control characters is shown with these written out: it is there to be read, and a terminal is no place
    for the commands of a linted file. Nor is GitHub's runner, which obeys lines that start with `::` after blanks.
    """
    yield f"--- {visible(path)}\n"
    yield f"+++ {visible(path)}\n"
    for line in _hunks(_lines(change.before), _lines(change.after)):
        text = line.rstrip("\r\n")
        end = line[len(text) :] or "\n\\ No newline at end of file\n"
        shown = "\t".join(map(visible, text.split("\t")))
        yield (inert(shown) if in_actions else shown) + end


def _lines(text: str) -> list[str]:
    """Lines with their ends, of which there are two kinds and not those of `str.splitlines`."""
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _hunks(before: list[str], after: list[str]) -> Iterator[str]:
    is_short = max(len(before), len(after)) <= _SEARCHED
    matcher = SequenceMatcher(None, before, after) if is_short else _Anchored(before, after)
    for group in matcher.get_grouped_opcodes():
        first, last = group[0], group[-1]
        yield f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@\n"
        for tag, start, end, new_start, new_end in group:
            if tag == "equal":
                yield from (f" {line}" for line in before[start:end])
                continue
            yield from (f"-{line}" for line in before[start:end])
            yield from (f"+{line}" for line in after[new_start:new_end])


def _range(start: int, end: int) -> str:
    """Lines as a hunk counts them: from 1, or the line before where there are none."""
    length = end - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"


class _Anchored(SequenceMatcher[str]):
    """A matcher in linear time: lines that are in both texts once hold these together, what is between goes in step."""

    def __init__(self, before: list[str], after: list[str]) -> None:
        super().__init__()
        self.a, self.b = self._before, self._after = before, after

    def get_matching_blocks(self) -> list[Match]:
        blocks: list[Match] = []
        for line, new_line in self._pairs():
            last = blocks[-1] if blocks else None
            if last and (last.a + last.size, last.b + last.size) == (line, new_line):
                blocks[-1] = last._replace(size=last.size + 1)
            else:
                blocks.append(Match(line, new_line, 1))
        return [*blocks, Match(len(self._before), len(self._after), 0)]

    def _pairs(self) -> Iterator[tuple[int, int]]:
        """The lines that stay, by their numbers in both texts."""
        start = new_start = 0
        for end, new_end in [*_anchors(self._before, self._after), (len(self._before), len(self._after))]:
            yield from self._in_step(start, end, new_start, new_end)
            if end < len(self._before) and new_end < len(self._after):
                yield end, new_end
            start, new_start = end + 1, new_end + 1

    def _in_step(self, start: int, end: int, new_start: int, new_end: int) -> Iterator[tuple[int, int]]:
        """The lines between two anchors that are the same, counted from the first; where some are gone, only those
        before the first difference."""
        is_replaced = end - start == new_end - new_start
        for pair in zip(range(start, end), range(new_start, new_end), strict=False):
            if self._before[pair[0]] == self._after[pair[1]]:
                yield pair
            elif not is_replaced:
                return


def _anchors(before: list[str], after: list[str]) -> list[tuple[int, int]]:
    """The places of lines that each text has once, as many as have the same order in both."""
    places = {line: number for number, line in enumerate(after)}
    counts, new_counts = Counter(before), Counter(after)
    pairs = [
        (number, places[line]) for number, line in enumerate(before) if counts[line] == 1 and new_counts.get(line) == 1
    ]
    return _in_order(pairs)


def _in_order(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs whose second numbers rise as the first ones do."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        last[length : length + 1] = [number]
    run: list[tuple[int, int]] = []
    number = last[-1] if last else -1
    while number >= 0:
        run.append(pairs[number])
        number = before[number]
    return run[::-1]
