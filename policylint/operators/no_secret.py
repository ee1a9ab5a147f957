"""no_secret: a text holds nothing that looks like a credential."""

from __future__ import annotations

import re
from collections import Counter
from math import log2
from typing import TYPE_CHECKING, TypedDict

from policylint.operators.operator import Failure, Traits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value

TRAITS = Traits(needs_project=False, answers_by_value=True)

_TOKEN = re.compile(r"[A-Za-z0-9_-]+")


class Options(TypedDict):
    """`prefixes` of credentials, in lower case; `length` is how many characters follow one at least.

    `entropy` is that of the whole token at least, in bits per character: words of a language stay below 4.5, and so
    do hexadecimal digits.
    """

    prefixes: list[str]
    length: int
    entropy: float


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """At most one failure, which does not repeat the secret."""
    del scope
    for match in _TOKEN.finditer(value.text if isinstance(value.value, str) else ""):
        prefix = _prefix(match.group(), options)
        if prefix and _entropy(match.group()) >= options["entropy"]:
            yield Failure(f"looks like a secret: a random text that starts with '{prefix}'")
            return


def _prefix(token: str, options: Options) -> str:
    lower = token[:64].lower()
    if not lower.startswith(tuple(options["prefixes"])):
        # As nearly always.
        return ""
    found = (each for each in options["prefixes"] if lower.startswith(each))
    return next((each for each in found if len(token) - len(each) >= options["length"]), "")


def _entropy(token: str) -> float:
    """Shannon's, in bits per character."""
    shares = [count / len(token) for count in Counter(token).values()]
    return -sum(share * log2(share) for share in shares)
