"""same_keys: settings have the same keys as those of other entries."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, TypedDict, cast

from policylint.operators.operator import Conditions, Failure, Traits, defined_here, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policylint.facts import EntryFact
    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(needs_project=True, subject="entry")

_NAME = r"`?([A-Za-z_][A-Za-z0-9_.-]*)`?"
# One setting a line, or several on a line with commas between.
_KEY = re.compile(rf"(?m)^[ \t]*(?:[-*+][ \t]+)?{_NAME}[ \t]*[=:]|[,;][ \t]*{_NAME}=")


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
    entry, project = cast("EntryFact", scope.entry), cast("Project", scope.project)
    own = _keys(None if value.is_missing else value.value)
    if not own:
        return
    settings = project.remember(("same keys", id(options)), lambda: _settings(options, scope))
    group = _group(entry, options, project)
    theirs = settings.get((*group, posixpath.dirname(entry.path))) or settings.get(group, {})
    known = {*own, *options.get("ignore", [])}
    missing = [key for key, other in theirs.items() if key not in known and other.identifier != entry.identifier]
    if missing:
        other = theirs[missing[0]]
        related = defined_here(other)
        yield Failure(f"lacks {', '.join(missing)}, which {other.identifier} sets", related=(related,))


def _settings(options: Options, scope: Scope) -> dict[tuple[object, ...], dict[str, EntryFact]]:
    """The first entry that sets each key, by group and by group and folder."""
    project = cast("Project", scope.project)
    judge = cast("Callable[[EntryFact, Conditions], bool]", scope.judge)
    table: dict[tuple[object, ...], dict[str, EntryFact]] = {}
    name = project.entry_settings.canonical(options["field"])
    for entry in project.index.entries():
        # Nearly all entries are of other kinds and have no such field.
        keys = _keys(entry.fields[name].value) if name in entry.fields else None
        if keys and judge(entry, options["where"]):
            group = _group(entry, options, project)
            for place in (group, (*group, posixpath.dirname(entry.path))):
                for key in keys:
                    table.setdefault(place, {}).setdefault(key, entry)
    return table


def _group(entry: EntryFact, options: Options, project: Project) -> tuple[object, ...]:
    """What entries have in common that are compared."""
    return (entry.kinds, *(text_of(project.field_of(entry, name)) for name in options.get("same", [])))


def _keys(value: object) -> list[str]:
    if isinstance(value, dict):
        return list(value)
    return [] if value is None else list(dict.fromkeys("".join(found) for found in _KEY.findall(text_of(value))))
