"""verifies: a command that only looks for texts and files would succeed. It is read, never run."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Literal, cast

from policylint.filetree import FILE, FOLDER, Unreadable, inside
from policylint.named_tuple import NamedTuple
from policylint.operators.operator import Failure, Traits, shown
from policylint.patterns import PatternError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value
    from policylint.project import Project
    from policylint.shell.searches import Search

TRAITS = Traits(needs_project=True, subject="document")

# `some`: what must be found is; `all`: so is each of several alternatives of which one would be enough.
Options = Literal["some", "all"]

_MOST_FILES = 500
_SHOWN = 3
_FULL = "not searched: the file asks for too many searches"


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """One failure for each search; a search whose outcome cannot be told has none."""
    from policylint.shell.searches import searches

    project = cast("Project", scope.project)
    text = value.text
    for search in project.remember(("searches", text), lambda: searches(text)):
        if options == "all":
            yield from _one_of_several(search, scope, project)
        else:
            yield from _nothing_found(search, scope, project)


def _nothing_found(search: Search, scope: Scope, project: Project) -> Iterator[Failure]:
    missing = [path for path in search.paths if not _type_of(path, scope, project)]
    if missing:
        yield Failure(f"{_listed(missing)} {_verb(missing, 'does', 'do')} not exist", is_sentence=True)
        return
    found = _found(search, scope, project)
    if not found.is_searched:
        yield Failure(
            f"{_listed(list(search.paths))} {_verb(list(search.paths), 'is', 'are')} {_FULL}", is_sentence=True
        )
    elif found.alternatives and not any(found.alternatives):
        what = " or ".join(map(shown, search.alternatives[:_SHOWN]))
        yield Failure(f"{what} matches nothing in {_listed(list(search.paths))}", is_sentence=True)


def _one_of_several(search: Search, scope: Scope, project: Project) -> Iterator[Failure]:
    """What several alternatives look for is usually all wanted."""
    if len(search.alternatives) < 2:  # noqa: PLR2004 - one alternative is no choice
        return
    found = _found(search, scope, project)
    absent = [each for each, is_there in zip(search.alternatives, found.alternatives, strict=False) if not is_there]
    seen = (
        f"; {_listed([shown(each) for each in absent])} matches nothing" if absent and any(found.alternatives) else ""
    )
    seen = seen if found.is_searched else f"; what they match is {_FULL}"
    message = f"any one of {len(search.alternatives)} alternatives satisfies the check{seen}"
    yield Failure(message, is_sentence=True)


class _Found(NamedTuple):
    """Which alternatives of a search match something, none where that cannot be told; `is_searched` if one may look."""

    alternatives: tuple[bool, ...] = ()
    is_searched: bool = True


def _found(search: Search, scope: Scope, project: Project) -> _Found:
    """What a search finds. It is counted once for each file that asks, whatever asks it and however often."""
    key = ("found", scope.path, scope.base, search)
    return project.remember(key, lambda: _looked_up(search, scope, project))


def _looked_up(search: Search, scope: Scope, project: Project) -> _Found:
    if not search.alternatives:
        return _Found()
    if not project.may_search(scope.path, 0):
        # What may not be searched need not be read.
        return _Found(is_searched=False)
    texts = _texts(search, scope, project)
    if texts is None:
        return _Found()
    if not project.may_search(scope.path, sum(map(len, texts)) * len(search.alternatives)):
        return _Found(is_searched=False)
    from policylint.shell.searches import is_found

    try:
        return _Found(tuple([any(is_found(each, text) for text in texts) for each in search.alternatives]))
    except PatternError:
        return _Found()


def _texts(search: Search, scope: Scope, project: Project) -> list[str] | None:
    paths = [inside(scope.base, path) for path in search.paths]
    files = [file for path in paths for file in _files_below(path or "..", project)]
    if len(files) > _MOST_FILES or not files:
        return None
    sources = [project.source(file) for file in files]
    return [source.text for source in sources if not isinstance(source, Unreadable)]


def _files_below(path: str, project: Project) -> Iterator[str]:
    """A file, or the files of a folder and those below it, up to one more than are looked into."""
    pending, count = [path], 0
    while pending and count <= _MOST_FILES:
        each = pending.pop()
        kind = project.tree.type_of(each)
        count += 1
        if kind == FILE:
            yield each
        elif kind == FOLDER:
            pending += [posixpath.join(each, name) for name in project.tree.names(each)]


def _type_of(path: str, scope: Scope, project: Project) -> str:
    """What is there; what lies outside the repository is taken to be."""
    known = inside(scope.base, path)
    return project.tree.type_of(known) if known else FILE


def _listed(items: list[str]) -> str:
    return ", ".join(items[:_SHOWN]) + (f" and {len(items) - _SHOWN} more" if len(items) > _SHOWN else "")


def _verb(items: list[str], one: str, many: str) -> str:
    return one if len(items) == 1 else many
