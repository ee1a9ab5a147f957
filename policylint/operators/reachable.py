"""reachable: in a list of rules of which the first that matches counts, each can be the first."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from policylint.operators.operator import Failure, Traits, shown, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value

TRAITS = Traits(needs_project=False, answers_by_value=True)

_WILDCARD = "*"

_Rule = dict[str, object]


class _Matching(TypedDict):
    pattern: str


class Options(_Matching, total=False):
    """`pattern`: the key of what a rule matches; a `*` at its end stands for anything.

    A rule with one of the keys `conditions` leaves requests to later ones, and so does one of which every key in
    `passes_on` matches its pattern (RE2). A rule whose key `force` is true comes before what others wait for, such as
    files: only one like it can shadow it.
    """

    conditions: list[str]
    passes_on: dict[str, str]
    force: str


class _Prefixes:
    """What wildcards start with. There may be thousands of them, but of few lengths."""

    def __init__(self) -> None:
        self._prefixes: set[str] = set()
        self._lengths: set[int] = set()

    def add(self, prefix: str) -> None:
        self._prefixes.add(prefix)
        self._lengths.add(len(prefix))

    def of(self, pattern: str) -> str:
        """The shortest wildcard that a pattern falls under; empty if there is none."""
        for length in sorted(self._lengths):
            if length <= len(pattern) and pattern[:length] in self._prefixes:
                return pattern[:length] + _WILDCARD
        return ""


def validate(options: Options) -> None:
    """Raise PatternError when a pattern cannot be compiled."""
    from policylint.patterns import compile_pattern

    for pattern in options.get("passes_on", {}).values():
        compile_pattern(pattern)


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """One failure at the pattern of each rule that an earlier wildcard leaves nothing for."""
    del scope
    shadows = {False: _Prefixes(), True: _Prefixes()}
    for index, rule in enumerate(value.value if isinstance(value.value, list) else ()):
        pattern = rule.get(options["pattern"]) if isinstance(rule, dict) else None
        if not isinstance(pattern, str):
            continue
        is_forced = rule.get(options.get("force", "")) is True
        by = shadows[True].of(pattern) or ("" if is_forced else shadows[False].of(pattern))
        if by:
            yield Failure(
                f"is never reached: {shown(by)} comes first", path=(index, options["pattern"]), about=(index,)
            )
        elif pattern.endswith(_WILDCARD) and _takes_everything(rule, options):
            shadows[is_forced].add(pattern[: -len(_WILDCARD)])


def _takes_everything(rule: _Rule, options: Options) -> bool:
    if any(rule.get(key) for key in options.get("conditions", ())):
        return False
    passing = options.get("passes_on", {})
    return not passing or not all(_matches(pattern, rule.get(key, "")) for key, pattern in passing.items())


def _matches(pattern: str, value: object) -> bool:
    from policylint.patterns import is_found

    return is_found(pattern, text_of(value))
