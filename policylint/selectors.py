"""The path language of rules: `build.command`, `context.*.command`, `gates[name=qa].status`, `(a | b).c`.

A parsed path is a list of alternatives; an alternative is a list of steps; a step is a key (text), an index (int),
EACH, which stands for every key of a mapping or every element of a sequence, or a choice: a list of a key and a text,
for the elements of a sequence that say so. Plain lists, so that a compiled rule is JSON.
"""

from __future__ import annotations

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

Step = str | int | list[str] | None
Steps = list[Step]
Alternatives = list[Steps]
Path = tuple[str | int, ...]


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
        elif isinstance(step, str) and step in data:
            yield step, data[step]
    elif isinstance(data, list):
        if step is EACH:
            yield from enumerate(data)
        elif isinstance(step, list):
            yield from (numbered for numbered in enumerate(data) if _says(numbered[1], *step))
        elif isinstance(step, int) and step < len(data):
            yield step, data[step]


def _says(element: object, key: str, text: str) -> bool:
    """Whether an element of a list is a table with a value that reads so."""
    value = element.get(key) if isinstance(element, dict) else None
    if isinstance(value, bool):
        return _WORDS[value] == text
    return isinstance(value, str | int | float) and str(value) == text


_WORDS = {True: "true", False: "false"}


def first(data: object, alternatives: Alternatives) -> tuple[Path, object]:
    """The first existing place of any alternative; else the first alternative's path, with MISSING."""
    for steps in alternatives:
        for found in select(data, steps):
            return found
    return tuple([_shown(step) for step in alternatives[0] if step is not EACH]), MISSING


def _shown(step: str | int | list[str]) -> str | int:
    """A step of a path that leads nowhere."""
    return f"[{'='.join(step)}]" if isinstance(step, list) else step


def label(path: Path) -> str:
    """A path as a person writes it: `context.production.command`, `key_links[2].from`; long ones are shortened."""
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        else:
            is_choice = step.startswith("[") and step.endswith("]")
            parts.append(("." if parts and not is_choice else "") + _shortened(step, _LONGEST_STEP))
    return _shortened("".join(parts), _LONGEST_LABEL)


# A key of a megabyte would stand in each finding below it.
_LONGEST_STEP = 100
_LONGEST_LABEL = 500


def _shortened(name: str, longest: int) -> str:
    """A name of so many characters at most: its start and its end, by which it is known, with `...` between."""
    if len(name) <= longest:
        return name
    half = (longest - 3) // 2
    return f"{name[:half]}...{name[-half:]}"
