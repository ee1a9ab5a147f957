"""turns_back: whether following links from the named document leads back to this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, cast

from policylint.diagnostics import FILE_START, Related
from policylint.operators.operator import Failure, Traits, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(
    needs_project=True, subject="document", needs_index=True, path_options=("by",), names={"kind": "document"}
)


class Options(TypedDict):
    """`by`: the paths of the links; `kind`: of the documents. Holds where nothing leads back."""

    kind: str
    by: list[str] | str


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """A link to the document itself is another rule's matter."""
    catalogue = cast("Project", scope.project).catalogue(options["kind"])
    own, by = catalogue.documents.get(scope.path), cast("Any", options["by"])
    found = catalogue.find(value.text, own) if own else None
    if own is None or found is None or found is own or found.path not in catalogue.turning(by):
        return
    if own.path in catalogue.reachable(found, by):
        related = (Related(found.path, FILE_START, "this leads back"),)
        yield Failure(f"{shown(value.text)} leads back to this {options['kind']}", is_sentence=True, related=related)
