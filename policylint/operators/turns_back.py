"""turns_back: whether following links from the named document leads back to this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, cast

from policylint.diagnostics import FILE_START, Related
from policylint.operators.operator import Failure, Traits, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.catalogue import Catalogue, Named
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
    """A link to the document itself is another rule's matter. Of several that lead back the first is reported."""
    project = cast("Project", scope.project)
    catalogue, by = project.catalogue(options["kind"]), cast("Any", options["by"])
    own = catalogue.documents.get(scope.path)
    found = catalogue.find(value.text, own) if own else None
    if own is None or found is None:
        return
    turning = project.remember(("turns_back", id(options), own.path), lambda: _turning(own, catalogue, by))
    if turning and found is turning[0]:
        related = (Related(found.path, FILE_START, "this leads back"),)
        more = f", and so do {len(turning) - 1} more" if len(turning) > 1 else ""
        message = f"{shown(value.text)} leads back to this {options['kind']}{more}"
        yield Failure(message, is_sentence=True, related=related)


def _turning(own: Named, catalogue: Catalogue, by: Any) -> list[Named]:
    """The other documents that a document links and that lead back to it."""
    return [each for each in catalogue.linked(own, by) if each is not own and catalogue.leads(each, own, by)]
