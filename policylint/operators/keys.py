"""keys: a table has only the keys that it may have."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from policylint.operators.operator import Failure, Traits
from policylint.suggestions import nearest, one_step_away

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value

TRAITS = Traits(needs_project=False, answers_by_value=True)


class Options(TypedDict, total=False):
    """`among`: the keys that it may have. `not_among`: keys that it may not have, or a table from them to right ones.

    `not_near`: names that no key may be one letter away from, or differ from in case only. `not_matching` is a pattern
    (RE2) that no key may match. With `ignore_case` case counts for nothing, patterns aside.
    """

    among: list[str]
    not_among: list[str] | dict[str, str]
    not_near: list[str]
    not_matching: str
    ignore_case: bool


def validate(options: Options) -> None:
    """Raise ValueError when nothing is asked, or when the pattern cannot be compiled."""
    if not {"among", "not_among", "not_near", "not_matching"} & set(options):
        raise ValueError("takes among, not_among, not_near or not_matching")
    if "not_matching" in options:
        from policylint.patterns import compile_pattern

        compile_pattern(options["not_matching"])


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """One failure at each key; `{key}` is its name, `{instead}` the right one. Anything but a table has no keys."""
    del scope
    for key in value.value if isinstance(value.value, dict) else ():
        if not _is_allowed(str(key), options):
            instead = _instead(str(key), options)
            details = {"key": key, "instead": instead}
            fix = f"did you mean '{instead}'?" if instead else ""
            yield Failure(f"has '{key}'", path=(key,), about=(), at_key=True, fix=fix, details=details)


def _is_allowed(key: str, options: Options) -> bool:
    fold = str.lower if options.get("ignore_case") else str
    if "among" in options and fold(key) not in map(fold, options["among"]):
        return False
    if fold(key) in map(fold, options.get("not_among", ())) or _meant(key, options):
        return False
    if "not_matching" not in options:
        return True
    from policylint.patterns import is_found

    return not is_found(options["not_matching"], key)


def _instead(key: str, options: Options) -> str:
    right = options.get("not_among", {})
    listed = right.get(key, "") if isinstance(right, dict) else nearest(key, options.get("among", ()))
    return listed or _meant(key, options)


def _meant(key: str, options: Options) -> str:
    """The name under `not_near` that a key misspells; a digit or a star makes another name of it, not a misspelling."""
    names = options.get("not_near", [])
    is_word = key.replace("-", "").replace("_", "").isalpha()
    return one_step_away(key, names) if is_word and key not in names else ""
