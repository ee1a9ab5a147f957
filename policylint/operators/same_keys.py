"""same_keys: settings have the same keys as those of other entries."""

from __future__ import annotations

import posixpath
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
    """`where`: the entries to compare with, `field`: where their settings are, `ignore`: keys that may differ.

    `same` are fields in which the compared entries agree, such as the service that they belong to.
    """

    ignore: list[str]
    same: list[str]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Entries of the same kinds are compared, those of the same folder if there are any; each lacks what others set."""
    entry = cast("EntryFact", scope.entry)
    own = _keys(None if value.is_missing else value.value)
    for other in _others(entry, options, scope) if own else ():
        theirs = _keys(_value(other, options["field"]))
        missing = [key for key in theirs if key not in own and key not in options.get("ignore", [])]
        if missing:
            related = Related(other.path, other.span, f"{other.identifier} is defined here")
            yield Failure(f"lacks {', '.join(missing)}, which {other.identifier} sets", related=(related,))


def _others(entry: EntryFact, options: Options, scope: Scope) -> list[EntryFact]:
    project = cast("Project", scope.project)
    judge = cast("Callable[[EntryFact, Conditions], bool]", scope.judge)
    same = options.get("same", [])
    found = [
        other
        for other in project.index.entries()
        if other.kinds == entry.kinds
        and other.identifier != entry.identifier
        and all(_value(other, name) == _value(entry, name) for name in same)
        and judge(other, options["where"])
    ]
    folder = posixpath.dirname(entry.path)
    return [other for other in found if posixpath.dirname(other.path) == folder] or found


def _value(entry: EntryFact, name: str) -> object:
    from policylint.field_names import normalise

    field = entry.fields.get(normalise(name))
    return field.value if field else None


def _keys(value: object) -> list[str]:
    if isinstance(value, dict):
        return list(value)
    return [] if value is None else list(dict.fromkeys(_KEY.findall(text_of(value))))
