"""names_document: the value names another document of a kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, cast

from policylint.catalogue import Named
from policylint.operators.operator import Failure, Traits, shown
from policylint.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.catalogue import Catalogue
    from policylint.operators.operator import Predicate, Scope, Value
    from policylint.project import Project

TRAITS = Traits(needs_project=True, subject="document", needs_index=True, names={"kind": "document"})


class Options(TypedDict):
    """`kind`: of the document that is named."""

    kind: str


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """The names of a document are those of the `called` of its kind."""
    project = cast("Project", scope.project)
    catalogue = project.catalogue(options["kind"])
    own = _own(catalogue, scope)
    found = catalogue.find(value.text, own)
    if found is None:
        message = f"{shown(value.text)} names no {options['kind']}"
        yield Failure(message, is_sentence=True, fix=_suggestion(value.text, own, catalogue, project))
    elif found is own:
        yield Failure(f"{shown(value.text)} is this {options['kind']} itself", is_sentence=True)


def predicate(options: Options) -> Predicate:
    """What tells whether `check` finds nothing, without looking for what may have been meant."""
    kind = options["kind"]

    def names_another(value: Value, scope: Scope) -> bool:
        catalogue = cast("Project", scope.project).catalogue(kind)
        own = _own(catalogue, scope)
        found = catalogue.find(value.text, own)
        return found is not None and found is not own

    return names_another


def _own(catalogue: Catalogue, scope: Scope) -> Named:
    return catalogue.documents.get(scope.path) or Named(scope.path, scope.base, {}, None)


def _suggestion(name: str, own: Named, catalogue: Catalogue, project: Project) -> str:
    """What of the names of other documents below the same folder is most like a wrong one."""
    others = catalogue.names_below(own.base)
    if not project.may_compare(own.path, len(others)):
        return ""
    return did_you_mean(name, [each for path, names in others if path != own.path for each in names])
