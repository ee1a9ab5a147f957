"""filled_in: no value is a placeholder."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypedDict

from policylint.field_names import normalise
from policylint.operators.operator import Failure, Traits, shown
from policylint.patterns import SIGNS, is_found, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Predicate, Scope, Value
    from policylint.selectors import Path

TRAITS = Traits(needs_project=False, answers_by_value=True)

_MARKS = "*_` "


class Options(TypedDict, total=False):
    """`ignore`: fields of which other rules speak."""

    ignore: list[str]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Every text of the value, however deep; which texts are placeholders is data."""
    placeholder = scope.placeholder()
    if not _may_be_line(value.text, placeholder):
        return
    pattern = whole(placeholder)
    ignored = {normalise(name) for name in options.get("ignore", [])}
    for path, text in _texts(value.value, ()):
        if is_found(pattern, text) and not (path and normalise(str(path[0])) in ignored):
            yield Failure(f"is the placeholder {shown(text.strip(_MARKS))}", path=path)


def predicate(options: Options) -> Predicate:
    """What tells whether `check` finds nothing; almost no text has a line that may be a placeholder."""

    def is_filled_in(value: Value, scope: Scope) -> bool:
        return not _may_be_line(value.text, scope.placeholder()) or next(check(value, options, scope), None) is None

    return is_filled_in


def _may_be_line(text: str, placeholder: str) -> bool:
    """Whether some line may be a placeholder, after its keys: almost no text has one, and one search can tell."""
    return bool(placeholder) and is_found(_line(placeholder), text)


@lru_cache(maxsize=8)
def _line(placeholder: str) -> str:
    return f"(?m)^(?:.*: )?{SIGNS}(?:{placeholder}){SIGNS}$"


def _texts(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _texts(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _texts(each, (*path, index))
