"""same_keys: settings have the same keys as those of other entries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypedDict, cast

from policylint.diagnostics import Related
from policylint.operators.operator import Conditions, Failure, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policylint.facts import EntryFact
    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

NEEDS_PROJECT = True

_KEY = re.compile(r"(?m)^[ \t]*(?:[-*+][ \t]+)?`?([A-Za-z_][A-Za-z0-9_.-]*)`?[ \t]*[=:]")


class _Others(TypedDict):
    where: Conditions
    field: str


class Options(_Others, total=False):
    """`where`: the entries to compare with, `field`: where their settings are, `ignore`: keys that may differ."""

    ignore: list[str]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Entries of the same kinds and the same folder are compared; only keys that this one lacks are reported."""
    entry, project = cast("EntryFact", scope.entry), cast("Project", scope.project)
    judge = cast("Callable[[EntryFact, Conditions], bool]", scope.judge)
    own = _keys(None if value.is_missing else value.value)
    if not own:
        return
    for other in project.index.entries():
        if other.kinds != entry.kinds or other.identifier == entry.identifier or not judge(other, options["where"]):
            continue
        theirs = _keys(_value(other, options["field"]))
        missing = [key for key in theirs if key not in own and key not in options.get("ignore", [])]
        if missing:
            related = Related(other.path, other.span, f"{other.identifier} is defined here")
            yield Failure(f"lacks {', '.join(missing)}, which {other.identifier} sets", related=(related,))


def _value(entry: EntryFact, name: str) -> object:
    from policylint.field_names import normalise

    field = entry.fields.get(normalise(name))
    return field.value if field else None


def _keys(value: object) -> list[str]:
    if isinstance(value, dict):
        return list(value)
    return [] if value is None else list(dict.fromkeys(_KEY.findall(text_of(value))))
