"""json: one versioned object. Version 1 keeps its keys; new keys may be added."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from policylint.facts import ITEM
from policylint.json_output import place, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.facts import EntryFact, ReferenceFact
    from policylint.trace_reports.view import View


def render(view: View) -> Iterator[str]:
    """The whole object."""
    types = [{"name": each.name, "title": each.title, "inverse": each.inverse} for each in view.link_types]
    value = {
        "version": 1,
        "focus": view.focus,
        "link_types": types,
        "entries": [_entry(each, view) for name in view.scope.identifiers for each in view.index.definitions(name)],
        "links": [_link(reference, targets, view) for reference, targets in _references(view)],
    }
    yield written(value)


def _entry(entry: EntryFact, view: View) -> dict[str, object]:
    return {
        "id": entry.identifier,
        "prefix": entry.prefix,
        "title": entry.title,
        "kinds": list(entry.kinds),
        "dialect": entry.dialect,
        "state": entry.state,
        "item": entry.rank == ITEM,
        "path": view.path(entry.path),
        **place(entry.span),
        "fields": {each.name: _plain(each.value) for each in entry.fields.values()},
    }


def _references(view: View) -> Iterator[tuple[ReferenceFact, list[str]]]:
    """Each reference once, with those of its targets that are shown."""
    targets: dict[int, list[str]] = {}
    references: dict[int, ReferenceFact] = {}
    for link in view.scope.links:
        references.setdefault(id(link.reference), link.reference)
        targets.setdefault(id(link.reference), []).extend([link.target] if link.target else [])
    return ((reference, targets[key]) for key, reference in references.items())


def _link(reference: ReferenceFact, targets: list[str], view: View) -> dict[str, object]:
    return {
        "source": reference.source,
        "link": reference.link,
        "text": reference.text,
        "targets": [
            {"id": each, "defined": view.is_defined(each), "external": view.is_external(each)} for each in targets
        ],
        "fault": reference.fault,
        "note": reference.note,
        "form": reference.form,
        "box": reference.box,
        "path": view.path(reference.path),
        **place(reference.span),
    }


def _plain(value: object) -> object:
    """A value that JSON can hold; infinity, dates and times become text."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    is_plain = value is None or isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value))
    return value if is_plain else str(value)
