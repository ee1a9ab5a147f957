"""The operators of rules, one module each: an `Options` type, `check`, and `NEEDS_PROJECT` if it looks at other files.

A new operator is a module of this package and a name in OPERATORS. An operator knows no kind, no ID prefix and
no field name: those come from rules and kinds.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Failure, Scope, Value

OPERATORS = (
    "conforms",
    "equals",
    "exists",
    "file",
    "links",
    "matches",
    "one_of",
    "resolves",
    "test_gate",
)


class Operator(Protocol):
    """What each operator module offers."""

    NEEDS_PROJECT: bool

    def check(self, value: Value, options: object, scope: Scope) -> Iterator[Failure]:
        """Yield one failure for each way in which the value breaks the options."""
        ...


def load_operator(name: str) -> Operator:
    """The module of an operator; imported when a rule first uses it."""
    return cast("Operator", import_module(f"policylint.operators.{name}"))
