"""filled_in: no value is a placeholder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from policylint.operators.operator import Failure, shown
from policylint.patterns import compile_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value
    from policylint.selectors import Path

NEEDS_PROJECT = False
Options = Literal[True]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Every text of the value, however deep; which texts are placeholders is data."""
    del options
    if not _may_be_line(value.text, scope.placeholder):
        return
    pattern = compile_pattern(f"^\\W*(?:{scope.placeholder})\\W*$")
    for path, text in _texts(value.value, ()):
        if pattern.search(text):
            yield Failure(f"is the placeholder {shown(text)}", path=path)


def _may_be_line(text: str, placeholder: str) -> bool:
    """Whether some line may be a placeholder, after its key: almost no text has one, and one search can tell."""
    return bool(compile_pattern(f"(?m)^(?:[^:\\n]*: )?\\W*(?:{placeholder})\\W*$").search(text))


def _texts(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _texts(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _texts(each, (*path, index))
