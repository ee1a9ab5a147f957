"""free_of: nothing in the value reads as an RE2 pattern describes; each place that does is reported by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from policylint.field_names import normalise
from policylint.operators.operator import MOST_PARTS, Failure, Traits, part_of, shown, text_of
from policylint.patterns import compile_pattern, is_found

if TYPE_CHECKING:
    from collections.abc import Iterator
    from re import Match

    from policylint.operators.operator import Predicate, Scope, Value
    from policylint.selectors import Path

TRAITS = Traits(needs_project=False, answers_by_value=True)

# The group of the pattern that is the place at fault, where that is not all that was found.
_AT = "at"


class _Matches(TypedDict):
    matches: str


class Options(_Matches, total=False):
    """`matches`: what must not be there; `^` and `$` are the ends of lines. `ignore`: fields that may have it.

    `unless`: what was found may be there if it has this pattern in it; RE2 cannot say 'but not' in one pattern.
    """

    ignore: list[str]
    unless: str


def validate(options: Options) -> None:
    """Raise PatternError when the pattern cannot be compiled."""
    compile_pattern(_by_line(options["matches"]))
    if "unless" in options:
        compile_pattern(options["unless"])


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Every text of the value, however deep, with the key it stands under: `KEY: text`.

    The groups of the pattern are names for templates, and `found` is the place at fault.
    """
    del scope
    pattern = compile_pattern(_by_line(options["matches"]))
    ignored = {normalise(name) for name in options.get("ignore", ())}
    unless = options.get("unless")
    for path, before, text in _texts(value.value, (), ""):
        if not (path and normalise(str(path[0])) in ignored):
            found = pattern.finditer(before + text)
            wrong = (each for each in found if not is_found(unless, each[0])) if unless else found
            for count, match in enumerate(wrong):
                failure = _failure(path, text, len(before), match)
                yield failure if count < MOST_PARTS else failure._replace(part=None)


def predicate(options: Options) -> Predicate:
    """What tells whether `check` finds nothing; one search of the whole text tells it of almost all values."""
    pattern = _by_line(options["matches"])

    def is_free(value: Value, scope: Scope) -> bool:
        return not is_found(pattern, value.text) or next(check(value, options, scope), None) is None

    return is_free


def _by_line(pattern: str) -> str:
    return f"(?m){pattern}"


def _failure(path: Path, text: str, text_start: int, match: Match[str]) -> Failure:
    group = match.re.groupindex.get(_AT, 0)
    group = group if match[group] is not None else 0
    start, end = (each - text_start for each in match.span(group))
    details: dict[str, object] = {**match.groupdict(""), "found": match[group]}
    at = part_of(text, start, end) if start >= 0 else None
    return Failure(f"has {shown(match[group])}", path=path, part=at, details=details)


def _texts(value: object, path: Path, before: str) -> Iterator[tuple[Path, str, str]]:
    """The path of each text, what stands before it, and the text."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _texts(each, (*path, key), f"{key}: ")
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _texts(each, (*path, index), "")
    elif value is not None:
        yield path, before, text_of(value)
