"""What a rule offers to mend a violation with: its `edit` filled in, at the place at fault in the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from policylint import edits, selectors
from policylint.edits import Edit, FixEdit
from policylint.field_names import spelt_like
from policylint.named_tuple import NamedTuple
from policylint.operators.operator import is_empty, names_in, render, text_of
from policylint.selectors import MISSING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policylint.operators.operator import Failure, Names
    from policylint.selectors import Path

_UP = "^"


class Place(NamedTuple):
    """Where the judged value of an assertion stands: its path in one document of a file, and the value.

    `written` are the keys of the value that stand in the document under other names than operators are told.
    """

    format: str
    document: int
    path: Path
    value: object
    written: Mapping[str, str | int] = {}

    def as_written(self, path: Path) -> Path:
        """A path below the value by the names that stand in the document."""
        return (self.written.get(str(path[0]), path[0]), *path[1:]) if path else path


def offered(row: Mapping[str, object], failure: Failure, place: Place, names: Names) -> FixEdit | None:
    """The fix that a compiled `edit` offers; None where the operator has none or a name of a template is unknown."""
    if row.get("action"):
        edit = _of_rule(row, failure, place, names)
    else:
        edit = _of_operator(failure.edit, place) if failure.edit else None
    if edit is None:
        return None
    told = row["applicability"]
    applicability = told.get(edit.action) if isinstance(told, dict) else told
    return FixEdit(str(applicability), place.format, place.document, edit) if applicability else None


def _of_operator(edit: Edit, place: Place) -> Edit:
    """The edit that an operator offers, in the names of the document."""
    path = place.as_written(edit.path)
    if edit.action == edits.RENAME and place.written and len(path) == 1:
        edit = edit._replace(value=spelt_like(str(edit.value), str(path[0])))
    return edit._replace(path=path).below(place.path)


def _of_rule(row: Mapping[str, object], failure: Failure, place: Place, names: Names) -> Edit | None:
    """The edit that the rule itself names, at the place at fault or at the path that it gives."""
    inner = tuple(cast("list[str | int]", row["at"])) if "at" in row else failure.path
    path = (*place.path, *place.as_written(inner))
    action = str(row["action"])
    value = selectors.first(place.value, [list(inner)])[1]
    known = _EditNames(path, value, names)
    if action in (edits.SET, edits.RENAME):
        filled = _filled(row["value"], known)
        return None if filled is None or filled == value else Edit(action, path, filled)
    if action == edits.AS_VALUE:
        meant = edits.spelt_out(value) if isinstance(value, str) else None
        return None if meant is None else Edit(action, path, meant)
    if action == edits.MOVE:
        name = _filled(row["rename"], known)
        return None if name is None else Edit(action, path, (*_target(row["value"], path), str(name)))
    return Edit(action, path, _target(row["value"], path) if "value" in row else None)


class _EditNames:
    """`key` and `value` of the place that is edited, besides the names that all templates have."""

    def __init__(self, path: Path, value: object, names: Names) -> None:
        self._own = {"key": str(path[-1]) if path else "", "value": value}
        self._names = names

    def get(self, name: str, default: object, /) -> object:
        """A name of the templates first: a field may be called `value` or `key`."""
        found = self._names.get(name, MISSING)
        return self._own.get(name, default) if found is MISSING else found


def _filled(value: object, names: Names) -> object:
    """A value with its templates filled in; lists become tuples."""
    if isinstance(value, str):
        return _filled_text(value, names)
    if not isinstance(value, list):
        return value
    filled = tuple(_filled(each, names) for each in value)
    return None if None in filled else filled


def _filled_text(template: str, names: Names) -> str | None:
    """The text of a template; None when one of its names is unknown, says nothing, or says too much."""
    values = {name: names.get(name, MISSING) for name in names_in(template)}
    if any(isinstance(value, dict | list) or is_empty(value) for value in values.values()):
        return None
    if any(len(value) > _LONGEST_TEXT for value in values.values() if isinstance(value, str)):
        return None
    return render(template, {name: text_of(value) for name, value in values.items()})


# What a document says is not written a thousand times by what a rule offers.
_LONGEST_TEXT = 10_000


def _target(steps: object, path: Path) -> Path:
    """A path from the start of the document, or from the table around that of the key for each leading `^`."""
    target = cast("list[str | int]", steps)
    ups = [step for step in target if step == _UP]
    if not ups:
        return tuple(target)
    base = path[:-1]
    for _ in ups:
        base = base[:-1]
        while base and isinstance(base[-1], int):
            base = base[:-1]
    return (*base, *target[len(ups) :])
