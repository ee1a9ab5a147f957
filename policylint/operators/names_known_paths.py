"""names_known_paths: the files that a command names are there, or are listed among those to come."""

from __future__ import annotations

import posixpath
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypedDict, cast

from policylint.catalogue import listed_paths
from policylint.filetree import inside
from policylint.operators.operator import Failure, Traits
from policylint.patterns import compile_pattern, is_found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(
    needs_project=True, subject="document", needs_index=True, path_options=("listed",), names={"kind": "document"}
)


class _Listed(TypedDict):
    kind: str
    listed: list[str] | str
    path: str


class Options(_Listed, total=False):
    """Documents of a `kind` list files to come at the paths `listed`. `path` is what a word must match to be a path,
    `besides` leaves out those that are none of the repository's, `after` words behind which a path is written or
    means something else, and `elsewhere` programs after which paths start in another folder.
    """

    besides: str
    after: list[str]
    elsewhere: list[str]


def validate(options: Options) -> None:
    """Raise ValueError when a pattern cannot be compiled."""
    for pattern in (options["path"], options.get("besides", "")):
        compile_pattern(pattern)


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """The command is read, never run; nothing is said of one that cannot be read."""
    project = cast("Project", scope.project)
    for path in dict.fromkeys(_paths(value.text, options)):
        known = inside(scope.base, path)
        if known and not project.tree.type_of(known) and known not in _listed(options, scope.base, project):
            yield Failure(f"{path} does not exist, and no {options['kind']} writes it", is_sentence=True)


def _paths(text: str, options: Options) -> Iterator[str]:
    from policylint.shell.searches import searches
    from policylint.shell.simple_commands import simple_commands

    commands = simple_commands(text)
    if any(words[0] in options.get("elsewhere", []) for words in commands):
        return
    searched = {path for search in searches(text) for path in search.paths}
    for words in commands:
        for before, word in pairwise(words):
            if word not in searched and before not in options.get("after", []) and _is_path(word, options):
                yield word


def _is_path(word: str, options: Options) -> bool:
    besides = options.get("besides", "")
    is_path = compile_pattern(options["path"]).search(word) is not None
    return is_path and not (besides and is_found(besides, word))


def _listed(options: Options, base: str, project: Project) -> frozenset[str]:
    return project.remember(("known paths", id(options), base), lambda: frozenset(_all_listed(options, base, project)))


def _all_listed(options: Options, base: str, project: Project) -> Iterator[str]:
    for document in project.catalogue(options["kind"]).documents.values():
        for path in listed_paths(document.data, cast("Any", options["listed"])) if document.base == base else ():
            yield posixpath.normpath(posixpath.join(base, path))
