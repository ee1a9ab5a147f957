"""in_order: what a list holds of one kind comes before what it holds of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from policylint.operators.operator import Failure, Traits, text_of
from policylint.patterns import compile_pattern, is_found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value

TRAITS = Traits(needs_project=False, answers_by_value=True)


_PATTERN = "matches"

# What elements are told by: each key has this text, or `{matches: PATTERN}` (RE2).
Wanted = str | dict[str, str]
Element = dict[str, Wanted]


class Options(TypedDict):
    """`first` and `then` each tell some elements of a list of tables."""

    first: Element
    then: Element


def validate(options: Options) -> None:
    """Raise ValueError for other conditions than text and patterns, for patterns that RE2 refuses, and for none."""
    if not options["first"]:
        raise ValueError("asks for nothing: 'first' tells no element")
    for wanted in (*options["first"].values(), *options["then"].values()):
        if not isinstance(wanted, str):
            if set(wanted) != {_PATTERN}:
                raise ValueError("tells elements by a text or by {matches: PATTERN}")
            compile_pattern(wanted[_PATTERN])


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """One failure, at the first element of the second kind that comes too early; a list without any holds."""
    del scope
    elements = value.value if isinstance(value.value, list) else []
    later = _first(elements, options["then"])
    if later is None:
        return
    earlier = _first(elements, options["first"])
    if earlier is None:
        yield Failure(f"has nothing with {_described(options['first'])}", path=(later,), about=())
    elif earlier > later:
        told = f"stands before the one with {_described(options['first'])}"
        yield Failure(told, path=(later,), fix=f"put it below element {earlier + 1}")


def _first(elements: list[object], wanted: Element) -> int | None:
    return next((place for place, element in enumerate(elements) if _fits(element, wanted)), None)


def _fits(element: object, wanted: Element) -> bool:
    if not isinstance(element, dict):
        return False
    return all(key in element and _says(text_of(element[key]), each) for key, each in wanted.items())


def _says(text: str, wanted: Wanted) -> bool:
    return text == wanted if isinstance(wanted, str) else is_found(wanted[_PATTERN], text)


def _described(wanted: Element) -> str:
    parts = [
        f"{key} '{each}'" if isinstance(each, str) else f"{key} like '{each[_PATTERN]}'" for key, each in wanted.items()
    ]
    return " and ".join(parts)
