"""known_keys: a mapping has no other keys than these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.operators.operator import Failure, shown
from policylint.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value

NEEDS_PROJECT = False
Options = list[str]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """One failure for each other key, at the key; what is no mapping has none."""
    del scope
    for key in value.value if isinstance(value.value, dict) else ():
        if key not in options:
            message = f"{shown(key)} is not one of {', '.join(options)}"
            yield Failure(message, is_sentence=True, path=(key,), at_key=True, fix=did_you_mean(key, options))
