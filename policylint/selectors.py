"""The path language of rules: `build.command`, `context.*.command`, `must_haves.key_links[*]`, `a.b | c.d`.

A parsed path is a list of alternatives; an alternative is a list of steps; a step is a key (text), an index
(int) or EACH, which stands for every key of a mapping or every element of a sequence. Plain lists, so that a
compiled rule is JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final


class _Missing:
    """The value of a path that leads nowhere; different from null."""

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING: Final = _Missing()
EACH: Final[None] = None

Step = str | int | None
Steps = list[Step]
Alternatives = list[Steps]
Path = tuple[str | int, ...]

_STEP = re.compile(r'(?P<each>\*|\[\*\])|\[(?P<index>\d+)\]|"(?P<quoted>[^"]+)"|(?P<key>[^\s.\[\]"*|]+)')


def parse(text: str) -> Alternatives:
    """Parse a path with its alternatives; `$` is the document itself. Raises ValueError that shows the place."""
    return [_parse_steps(part.strip(), text) for part in text.split(" | ")]


def _parse_steps(text: str, whole: str) -> Steps:
    if text == "$":
        return []
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


def select(data: object, steps: Steps) -> Iterator[tuple[Path, object]]:
    """Every existing place that the steps lead to, with its value, in document order."""
    return _select(data, steps, ())


def _select(data: object, steps: Steps, path: Path) -> Iterator[tuple[Path, object]]:
    if not steps:
        yield path, data
        return
    step, rest = steps[0], steps[1:]
    for key, value in _children(data, step):
        yield from _select(value, rest, (*path, key))


def _children(data: object, step: Step) -> Iterator[tuple[str | int, object]]:
    if isinstance(data, dict):
        if step is EACH:
            yield from data.items()
        elif step in data:
            yield str(step), data[step]
    elif isinstance(data, list):
        if step is EACH:
            yield from enumerate(data)
        elif isinstance(step, int) and step < len(data):
            yield step, data[step]


def first(data: object, alternatives: Alternatives) -> tuple[Path, object]:
    """The first existing place of any alternative; else the first alternative's path, with MISSING."""
    for steps in alternatives:
        for found in select(data, steps):
            return found
    return tuple(step for step in alternatives[0] if step is not None), MISSING


def label(path: Path) -> str:
    """A path as a person writes it: `context.production.command`, `key_links[2].from`."""
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        else:
            parts.append(("." if parts else "") + step)
    return "".join(parts)
