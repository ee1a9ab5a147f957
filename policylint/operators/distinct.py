"""distinct: no two tables of a list say the same under some of their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from policylint.operators.operator import Failure, Traits, shown, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value

TRAITS = Traits(needs_project=False, answers_by_value=True)


class _By(TypedDict):
    by: list[str]


class Options(_By, total=False):
    """`by`: the keys whose values together must differ. `unless_same`: keys with which a repetition is harmless.

    `leave_out` is a pattern (RE2): tables whose first key matches it are not compared.
    """

    unless_same: list[str]
    leave_out: str


def validate(options: Options) -> None:
    """Raise ValueError when there is nothing to compare, or when the pattern cannot be compiled."""
    if not options["by"]:
        raise ValueError("needs at least one key in 'by'")
    if "leave_out" in options:
        from policylint.patterns import compile_pattern

        compile_pattern(options["leave_out"])


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """One failure at the first of the keys of each table that repeats an earlier one; those without it are left out."""
    del scope
    firsts: dict[str, tuple[int, str]] = {}
    first_key, others = options["by"][0], options.get("unless_same", [])
    for index, item in enumerate(value.value if isinstance(value.value, list) else ()):
        if not isinstance(item, dict) or first_key not in item:
            continue
        here = index, _text(item, others)
        first = firsts.setdefault(_text(item, options["by"]), here)
        if first[0] == index or (others and first[1] == here[1]):
            continue
        # What repeats another has its first key, so that both are left out or none.
        if not _is_left_out(item[first_key], options):
            message = f"repeats {first_key} {shown(item[first_key])} of [{first[0]}]"
            yield Failure(message, path=(index, first_key), about=(index,))


def _text(item: dict[str, object], keys: list[str]) -> str:
    values = [item.get(key) for key in keys]
    if all(value is None or isinstance(value, str) for value in values):
        # As in most files, which need no JSON.
        return repr(values)
    import json

    return json.dumps(values, sort_keys=True)


def _is_left_out(value: object, options: Options) -> bool:
    if "leave_out" not in options:
        return False
    from policylint.patterns import is_found

    return is_found(options["leave_out"], text_of(value))
