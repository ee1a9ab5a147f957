"""keys: a table has only the keys that it may have."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypedDict

from policylint.operators.operator import Failure, Traits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policylint.operators.operator import Predicate, Scope, Value

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
    allows = _allowing(options)
    for key in _keys(value):
        if not allows(key):
            instead = _instead(key, options)
            details = {"key": key, "instead": instead}
            fix = f"did you mean '{instead}'?" if instead else ""
            yield Failure(f"has '{key}'", path=(key,), about=(), at_key=True, fix=fix, details=details)


def predicate(options: Options) -> Predicate:
    """What tells whether a table has only keys that it may have."""
    allows = _allowing(options)
    return lambda value, _scope: all(map(allows, _keys(value)))


def _keys(value: Value) -> Iterator[str]:
    return map(str, value.value if isinstance(value.value, dict) else ())


def _allowing(options: Options) -> Callable[[str], bool]:
    """What tells whether a key is allowed: the options are put in order once, and the tables have thousands of keys."""
    fold = str.lower if options.get("ignore_case") else str
    among = frozenset(map(fold, options["among"])) if "among" in options else None
    not_among = frozenset(map(fold, options.get("not_among", ())))
    near = options.get("not_near")
    is_refused = _finding(options["not_matching"]) if "not_matching" in options else None

    def allows(key: str) -> bool:
        folded = fold(key)
        if (among is not None and folded not in among) or folded in not_among or (near and _meant(key, options)):
            return False
        return is_refused is None or not is_refused(key)

    return allows


def _finding(pattern: str) -> Callable[[str], bool]:
    from policylint.patterns import is_found

    return partial(is_found, pattern)


def _instead(key: str, options: Options) -> str:
    from policylint.suggestions import nearest

    right = options.get("not_among", {})
    listed = right.get(key, "") if isinstance(right, dict) else nearest(key, options.get("among", ()))
    return listed or _meant(key, options)


def _meant(key: str, options: Options) -> str:
    """The name under `not_near` that a key misspells; a digit or a star makes another name of it, not a misspelling."""
    names = options.get("not_near", [])
    if key in names or not key.replace("-", "").replace("_", "").isalpha():
        return ""
    from policylint.suggestions import one_step_away

    return one_step_away(key, names)
