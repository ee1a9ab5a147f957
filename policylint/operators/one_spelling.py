"""one_spelling: names for which case counts for nothing are written in one way."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from policylint.operators.operator import Failure, Traits, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value

TRAITS = Traits(needs_project=False, answers_by_value=True)


class Options(TypedDict):
    """In a list of tables, `of` is the key of a table of names; those with the same value of `by` belong together."""

    of: str
    by: str


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """One failure at each name that was written otherwise before."""
    del scope
    spellings: dict[tuple[str, str], str] = {}
    for index, item in enumerate(value.value if isinstance(value.value, list) else ()):
        names = item.get(options["of"]) if isinstance(item, dict) else None
        for name in names if isinstance(names, dict) else ():
            group = text_of(item.get(options["by"], ""))
            first = spellings.setdefault((group, name.lower()), name)
            if first != name:
                path = (index, options["of"], name)
                yield Failure(f"repeats '{first}' in another spelling", path=path, at_key=True)
