"""comes_directly_after: the value is one more than the greatest number of the documents that this one links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, cast

from policylint import selectors
from policylint.diagnostics import FILE_START, Related
from policylint.operators.operator import Failure, Traits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.catalogue import Named
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
    numbered = [(number, each) for each in catalogue.linked(own, by) if (number := _number(each, own, options)) >= 0]
    last, named = max(numbered, key=lambda pair: pair[0], default=(value.value, own))
    if value.value > last + 1:
        related = (Related(named.path, FILE_START, f"this has {last}"),)
        details = {"last": last, "next": last + 1}
        yield Failure(f"is {value.value}, and all that it needs is done after {last}", related=related, details=details)


def _number(document: Named, own: Named, options: Options) -> int:
    """The number of a document of the same folder; -1 if it has none, or lies elsewhere."""
    value = selectors.first(document.data, cast("Any", options["number"]))[1]
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return cast("int", value) if is_number and document.folder == own.folder else -1
