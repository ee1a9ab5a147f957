"""Reading the paths of rules into the steps that `policylint.selectors` follows."""

from __future__ import annotations

import re

from policylint.selectors import EACH, Alternatives, Step, Steps

_STEP = re.compile(r'(?P<each>\*|\[\*\])|\[(?P<index>\d+)\]|"(?P<quoted>[^"]+)"|(?P<key>[^\s.\[\]"*|]+)')


def parse(text: str) -> Alternatives:
    """Parse a path with its alternatives; `$` is the document itself. Raises ValueError that shows the place."""
    return [_parse_steps(part.strip(), text) for part in text.split(" | ")]


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
    return match["quoted"] or match["key"]
