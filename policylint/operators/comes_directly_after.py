"""comes_directly_after: the value is one more than the greatest number of the documents that this one links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, cast

from policylint.diagnostics import FILE_START, Related
from policylint.operators.operator import Failure, Traits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.catalogue import Catalogue, Named
    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(
    needs_project=True, subject="document", needs_index=True, path_options=("number", "by"), names={"kind": "document"}
)


class Options(TypedDict):
    """`by`: the paths of the links; `number`: the path of the number in the documents; `kind`: what they are."""

    kind: str
    number: str
    by: list[str] | str


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Documents in other folders count for nothing. A number that is too small is no matter of this operator."""
    catalogue, by = cast("Project", scope.project).catalogue(options["kind"]), cast("Any", options["by"])
    own = catalogue.documents.get(scope.path)
    if own is None or not isinstance(value.value, int):
        return
    path = cast("Any", options["number"])
    beside = [each for each in catalogue.linked(own, by) if each.folder == own.folder]
    numbered = [(number, each) for each in beside if (number := _number(catalogue, each, path)) >= 0]
    last, named = max(numbered, key=lambda pair: pair[0], default=(value.value, own))
    if value.value > last + 1:
        related = (Related(named.path, FILE_START, f"this has {last}"),)
        details = {"last": last, "next": last + 1}
        yield Failure(f"is {value.value}, and all that it needs is done after {last}", related=related, details=details)


def _number(catalogue: Catalogue, document: Named, path: Any) -> int:
    """The number of a document; -1 if it has none."""
    number = catalogue.number(document, path)
    return -1 if number is None else number
