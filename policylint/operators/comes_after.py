"""comes_after: a number of this document is greater than that of the document that the value names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, cast

from policylint.diagnostics import FILE_START, Related
from policylint.operators.operator import Failure, Traits, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(
    needs_project=True, subject="document", needs_index=True, path_options=("number",), names={"kind": "document"}
)


class Options(TypedDict):
    """`number`: the path of the number in both documents; `kind`: of the documents, which lie in one folder."""

    kind: str
    number: list[str] | str


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Documents in other folders, and those without such a number, come at any time."""
    catalogue = cast("Project", scope.project).catalogue(options["kind"])
    own = catalogue.documents.get(scope.path)
    found = catalogue.find(value.text, own) if own else None
    if own is None or found is None or found is own or found.folder != own.folder:
        return
    path = cast("Any", options["number"])
    number, other = catalogue.number(own, path), catalogue.number(found, path)
    if number is not None and other is not None and number <= other:
        related = (Related(found.path, FILE_START, f"this has {other}"),)
        message = f"{shown(value.text)} has {other}, which is not before {number}"
        yield Failure(message, is_sentence=True, related=related, details={"number": number, "other": other})
