"""names_document: the value names another document of a kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, cast

from policylint.catalogue import Named
from policylint.operators.operator import Failure, Traits, shown
from policylint.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(needs_project=True, subject="document", needs_index=True, names={"kind": "document"})


class Options(TypedDict):
    """`kind`: of the document that is named."""

    kind: str


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """The names of a document are those of the `called` of its kind."""
    catalogue = cast("Project", scope.project).catalogue(options["kind"])
    own = catalogue.documents.get(scope.path) or Named(scope.path, scope.base, {}, None)
    found = catalogue.find(value.text, own)
    if found is None:
        others = [each for each in catalogue.documents.values() if each.base == own.base and each.path != own.path]
        near = [name for each in others for name in each.names.values()]
        message = f"{shown(value.text)} names no {options['kind']}"
        yield Failure(message, is_sentence=True, fix=did_you_mean(value.text, near))
    elif found is own:
        yield Failure(f"{shown(value.text)} is this {options['kind']} itself", is_sentence=True)
