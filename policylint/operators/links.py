"""links: a field links at least one entry of one of the given prefixes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from policylint.operators.operator import Failure, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value

NEEDS_PROJECT = False


class Options(TypedDict):
    """`to`: the prefixes of which one is enough."""

    to: list[str]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """An ID inside a bracketed note is a remark, not a link."""
    text = "" if value.is_missing else text_of(value.value)
    linked = {target.prefix for reference in scope.grammar().references(text) for target in reference.targets}
    if not linked & set(options["to"]):
        yield Failure(f"links no {' or '.join(options['to'])} entry")
