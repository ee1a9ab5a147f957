"""Reading the paths of rules into the steps that `policylint.selectors` follows."""

from __future__ import annotations

import re
from itertools import product

from policylint.selectors import EACH, Alternatives, Step, Steps

_STEP = re.compile(
    r'(?P<each>\*|\[\*\])|\[(?P<index>\d+)\]|"(?P<quoted>[^"]+)"'
    r'|\[(?:"(?P<quoted_name>[^"]+)"|(?P<name>[^\s.\[\]"*|()=]+))=(?:"(?P<quoted_value>[^"]*)"|(?P<value>[^\s\[\]"|]+))\]'
    r'|(?P<key>[^\s.\[\]"*|()]+)'
)
# What is quoted or in brackets is in one piece.
_PIECE = re.compile(r'"[^"]*"|\[[^\]]*\]|[^"\[() ]+| \| |.', re.DOTALL)

# Groups multiply, and a path may stand in a rule of an untrusted repository.
MOST_ALTERNATIVES = 200
_LONGEST = 10_000
_DEEPEST = 10


def parse(text: str) -> Alternatives:
    """Parse a path with its alternatives; `$` is the document itself. Raises ValueError that shows the place."""
    if len(text) > _LONGEST:
        raise ValueError(f"path '{text[:60]}...' is {len(text)} characters long, more than {_LONGEST}")
    ways = _Groups(text).ways()
    if len(ways) > MOST_ALTERNATIVES:
        raise ValueError(_too_many(text))
    return [_parse_steps(way, text) for way in ways]


def _too_many(text: str) -> str:
    return f"path '{text}' has more than {MOST_ALTERNATIVES} alternatives"


class _Groups:
    """A path whose groups are taken apart: `(a | b).(c | d)` has four ways."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._pieces = iter(_PIECE.findall(text))

    def ways(self, depth: int = 0) -> list[str]:
        """The ways up to the end of a group or of the path, in the order in which they are tried. Raises ValueError."""
        closed: list[str] = []
        current = [""]
        for piece in self._pieces:
            if piece == " | ":
                closed, current = [*closed, *current], [""]
            elif piece == ")" and depth:
                break
            elif piece == "(":
                current = self._each_with(current, self._group(depth))
            else:
                current = [f"{way}{piece}" for way in current]
        else:
            if depth:
                raise ValueError(f"path '{self._text}' has a '(' without a ')'")
        return [way.strip() for way in (*closed, *current)]

    def _group(self, depth: int) -> list[str]:
        if depth == _DEEPEST:
            raise ValueError(f"path '{self._text}' has groups in more than {_DEEPEST} groups")
        return self.ways(depth + 1)

    def _each_with(self, starts: list[str], ends: list[str]) -> list[str]:
        if len(starts) * len(ends) > MOST_ALTERNATIVES:
            raise ValueError(_too_many(self._text))
        return [f"{start}{end}" for start, end in product(starts, ends)]


def _parse_steps(text: str, whole: str) -> Steps:
    if text == "$":
        return []
    # As JSONPath writes it.
    text = text.removeprefix("$.")
    steps: Steps = []
    position = 0
    while position < len(text):
        match = _STEP.match(text, position)
        if not match:
            raise ValueError(f"path '{whole}' cannot be read at '{text[position:]}'")
        steps.append(_step(match))
        position = match.end()
        if position < len(text) and text[position] == ".":
            position += 1
            if position == len(text):
                raise ValueError(f"path '{whole}' ends with a dot")
    if not steps:
        raise ValueError(f"path '{whole}' is empty")
    return steps


def _step(match: re.Match[str]) -> Step:
    if match["each"]:
        return EACH
    if match["index"]:
        return int(match["index"])
    name = match["quoted_name"] or match["name"]
    if name:
        value = match["value"]
        return [name, match["quoted_value"] if value is None else value]
    return match["quoted"] or match["key"]
