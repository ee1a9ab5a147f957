"""names_files: the paths that a text names exist."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Literal, cast

from policylint.filetree import inside
from policylint.operators.operator import Failure, Traits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(needs_project=True)
Options = Literal[True]

# A path has a folder and an extension; addresses and patterns are none.
_PATH = re.compile(r"(?<![\w./:@*-])(?:\.{1,2}/)*+[\w.@-]++(?:/[\w.@-]++)++")
_EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,7}$")


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Paths start at the root of the repository; those of links in Markdown, and with dots, may at the document."""
    del options
    project = cast("Project", scope.project)
    text = value.text
    for match in _PATH.finditer(text):
        written = match[0].rstrip(".")
        if not _EXTENSION.search(written) or text[match.end() : match.end() + 1] in ("*", "/"):
            continue
        is_link = text.endswith("](", 0, match.start()) or written.startswith(".")
        bases = (scope.base, posixpath.dirname(scope.path)) if is_link else (scope.base,)
        paths = (inside(base, written) for base in bases)
        if not any(path is not None and project.tree.type_of(path) for path in paths):
            yield Failure(f"{written} does not exist", is_sentence=True)
