"""runs: a shell command does something."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from policylint.operators.operator import Failure, Traits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value

TRAITS = Traits(needs_project=False, answers_by_value=True)

# What may run or write something beside the first word of a line.
_ACTIVE = frozenset(";&|<>`$()\\")


class Options(TypedDict):
    """`besides`: commands that do nothing, such as those that only print."""

    besides: list[str]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Comments and blank lines do nothing. A line that is more than words is taken to do something."""
    del scope
    if not isinstance(value.value, str):
        return
    lines = [line.strip() for line in value.value.splitlines()]
    commands = [line for line in lines if line and not line.startswith("#")]
    if not commands:
        yield Failure("holds only comments" if any(lines) else "is empty")
    elif all(_is_idle(line, options["besides"]) for line in commands):
        yield Failure(f"does nothing but '{commands[0].split()[0]}'")


def _is_idle(line: str, idle: list[str]) -> bool:
    return line.split(maxsplit=1)[0] in idle and _ACTIVE.isdisjoint(line)
