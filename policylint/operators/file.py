"""file: a file that a document names exists and holds what the document says."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, TypedDict, cast

from policylint.filetree import FILE, FOLDER, OTHER, Unreadable, inside
from policylint.operators.operator import Failure, folder_in, names_in, render, shown, text_of
from policylint.patterns import PatternError, compile_pattern
from policylint.selectors import MISSING
from policylint.suggestions import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

NEEDS_PROJECT = True
ASKS_SCOPE = True

_LONGEST_PLAIN_PATH = 100
# In a larger folder no name is suggested for a wrong one: a thousand wrong ones would be compared with each.
_MOST_COMPARED = 1_000


class _Content(TypedDict, total=False):
    """`contains` is text that must stand in the file as it is, `matches` an RE2 pattern; both may be templates.

    Comments of the file do not count. `folder` is a template for the folder that the path starts from; the document's
    base when it leads nowhere.
    """

    folder: str
    contains: str
    matches: str


class Options(_Content):
    """`path` is a template relative to the document's base; `*` written in the rule stands for any text in a name."""

    path: str


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """One failure: the path is refused, nothing is there, or the content lacks what is asked."""
    del value
    project = cast("Project", scope.project)
    unnamed = [name for name in names_in(options["path"]) if not _has_text(scope, name)]
    if unnamed:
        yield Failure(f"names no file: '{unnamed[0]}' is missing")
        return
    written = render(options["path"], scope.names)
    path = inside(folder_in(options.get("folder", ""), scope), written)
    if path is None:
        yield Failure(
            f"{shown(written)} is outside the repository",
            is_sentence=True,
            fix="name a file by its path in the repository",
        )
        return
    found = _glob(options, scope, project) if "*" in options["path"] else path
    failure = _type_failure(found, written, project) or _content_failure(found, written, options, scope, project)
    if failure is not None:
        yield failure


def _has_text(scope: Scope, name: str) -> bool:
    value = scope.names.get(name, MISSING)
    return value is not MISSING and bool(text_of(value).strip())


def _glob(options: Options, scope: Scope, project: Project) -> str:
    """The last file whose name fits the template (names sort by time stamp), or the pattern itself."""
    from fnmatch import fnmatchcase

    folder = folder_in(options.get("folder", ""), scope)
    pattern = inside(folder, render(options["path"], scope.names, escape=_escape_glob)) or ""
    folder, name = posixpath.split(pattern)
    fitting = [each for each in project.tree.names(folder.replace("[*]", "*")) if fnmatchcase(each, name)]
    return posixpath.join(folder, fitting[-1]) if fitting else pattern


def _escape_glob(text: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in text)


def _type_failure(path: str, written: str, project: Project) -> Failure | None:
    kind = project.tree.type_of(path)
    if kind == FILE:
        return None
    if kind == FOLDER:
        return Failure(f"{_quoted(written)} is a folder, not a file", is_sentence=True)
    if kind == OTHER:
        return Failure(f"{_quoted(written)} is not a regular file of this repository", is_sentence=True)
    folder, name = posixpath.split(path)
    names = project.tree.names(folder)
    suggestion = "" if "*" in path or len(names) > _MOST_COMPARED else nearest(name, names)
    fix = f"did you mean '{posixpath.join(folder, suggestion)}'?" if suggestion else ""
    return Failure(f"{_quoted(written)} does not exist", is_sentence=True, fix=fix)


def _content_failure(path: str, written: str, options: Options, scope: Scope, project: Project) -> Failure | None:
    if "contains" not in options and "matches" not in options:
        return None
    source = project.source(path)
    if isinstance(source, Unreadable):
        return Failure(f"{_quoted(written)} cannot be read: {source.message}", is_sentence=True)
    statements, whole = project.statements(path), source.text
    if not project.may_search(scope.path, len(statements) + len(whole)):
        return Failure(f"{_quoted(written)} is not searched: the file asks for too many searches", is_sentence=True)
    if "contains" in options:
        wanted = render(options["contains"], scope.names)
        return _absence(written, wanted, wanted in statements, wanted in whole)
    wanted = render(options["matches"], scope.names)
    try:
        pattern = compile_pattern(wanted)
    except PatternError as error:
        return Failure(f"pattern {shown(wanted)} {error}", is_sentence=True, fix="write the pattern in RE2 syntax")
    return _absence(written, wanted, bool(pattern.search(statements)), bool(pattern.search(whole)))


def _absence(written: str, wanted: str, is_there: bool, is_in_comment: bool) -> Failure | None:
    if is_there:
        return None
    where = " outside a comment" if is_in_comment else ""
    return Failure(f"{_quoted(written)} does not mention {shown(wanted)}{where}", is_sentence=True)


def _quoted(path: str) -> str:
    """A path as it stands when it is plain, quoted and shortened when it is not."""
    is_plain = len(path) <= _LONGEST_PLAIN_PATH and path.isprintable() and " " not in path
    return path if is_plain else shown(path)
