"""byte_order_mark: whether the file starts with one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from policylint.operators.operator import Failure, Traits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value

TRAITS = Traits(needs_project=False, subject="document")
Options = Literal[False]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """For the document as a whole."""
    del value, options
    if scope.whole and scope.whole.is_marked:
        yield Failure("the file starts with a byte order mark", is_sentence=True)
