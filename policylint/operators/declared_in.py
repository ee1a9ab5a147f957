"""declared_in: a name is a key of a table in another file of data."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, cast

from policylint.filetree import inside
from policylint.operators.operator import Failure, Traits, folder_in, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(needs_project=True, subject="document")


class _Tables(TypedDict):
    file: str
    under: list[str]


class Options(_Tables, total=False):
    """`file` is the name of the file, `under` are the tables at its top; `folder` is a template for where it lies.

    An unknown name in `folder` stands for the document's base.
    """

    folder: str


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """A file that is not there, or that cannot be read, declares nothing."""
    project = cast("Project", scope.project)
    path = inside(folder_in(options.get("folder", ""), scope), options["file"])
    document = project.document(path) if path else None
    data = document.data if document else None
    tables = [data.get(name) for name in options["under"]] if isinstance(data, dict) else []
    if not any(isinstance(table, dict) and value.text in table for table in tables):
        yield Failure(f"is {shown(value.value)}, which {path or options['file']} does not declare")
