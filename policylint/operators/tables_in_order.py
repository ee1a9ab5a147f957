"""tables_in_order: no table of a document is opened after a table inside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from policylint.operators.operator import Failure, Traits
from policylint.selectors import label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value
    from policylint.selectors import Path

TRAITS = Traits(needs_project=False, subject="document")
Options = Literal[True]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """One failure at each late header, for the document as a whole; tables at its top may stand anywhere."""
    del value, options
    first_inside: dict[Path, Path] = {}
    for path in scope.whole.outline() if scope.whole else ():
        inside = first_inside.get(path)
        if inside:
            yield Failure(f"is opened after [{_header(inside)}], which lies inside it", path=path)
        for length in range(1, len(path)):
            first_inside.setdefault(path[:length], path)


def _header(path: Path) -> str:
    return label(tuple(step for step in path if isinstance(step, str)))
