"""inside: a path does not leave the repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from policylint.filetree import inside
from policylint.operators.operator import Failure, Traits, folder_in, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value

TRAITS = Traits(needs_project=False)


class Options(TypedDict, total=False):
    """`from_folder` is a template for the folder that the path starts from; the document's base when it is absent."""

    from_folder: str


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Nothing is looked up; a slash at the start of a path means the folder that it starts from."""
    folder = folder_in(options.get("from_folder", ""), scope)
    if isinstance(value.value, str) and inside(folder, value.text.lstrip("/")) is None:
        yield Failure(f"is {shown(value.value)}, which leads outside the repository")
