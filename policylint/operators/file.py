"""file: a file that a document names exists and holds what the document says."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Literal, TypedDict, cast

from policylint.counts import counted
from policylint.documents.source import Source
from policylint.filetree import FILE, FOLDER, OTHER, Unreadable, inside
from policylint.named_tuple import NamedTuple
from policylint.operators.operator import Failure, Traits, folder_in, names_in, render, shown, text_of
from policylint.patterns import PatternError, compile_pattern
from policylint.selectors import MISSING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policylint.operators.operator import Predicate, Scope, Value
    from policylint.project import Project

TRAITS = Traits(needs_project=True)

_LONGEST_PLAIN_PATH = 100
# In a larger folder no name is suggested for a wrong one: a thousand wrong ones would be compared with each.
_MOST_COMPARED = 1_000

# What may stand in the place of a file, as `allow` names it.
_OUTSIDE, _MISSING_FILE = "outside", "missing"
_TYPES = {FOLDER: "folder", OTHER: "special"}
_CONTENT = frozenset(["contains", "matches", "identifiers", "min_lines", "not_empty"])


class _Content(TypedDict, total=False):
    """What the file must hold; all may be templates, and one that is a list's name alone asks for each of its items.

    `contains` is text that stands in the file as it is or in one of its values, `matches` an RE2 pattern, `identifiers`
    names with nothing around them that could be part of a name, `min_lines` a number of lines. Comments of the file do
    not count. `folder` is a template for the folder that the path starts from, the document's base if it leads nowhere;
    with `beside` it is the document's own folder. With `not_empty` the file says something, and `prefix` is a mark in
    front of the path; `allow` names what else than a file of the repository may be there.
    """

    folder: str
    contains: str
    matches: str
    identifiers: str
    min_lines: str
    beside: bool
    not_empty: bool
    prefix: str
    allow: list[Literal["missing", "folder", "special", "outside"]]


class Options(_Content):
    """`path` is a template relative to the document's base; `*` written in the rule stands for any text in a name."""

    path: str


def validate(options: Options) -> None:
    """Raise ValueError for a pattern that cannot be compiled, and a number that is none, where the rule writes them."""
    pattern, lines = options.get("matches", ""), options.get("min_lines", "0")
    if not names_in(pattern):
        compile_pattern(pattern)
    if not names_in(lines) and not lines.isdecimal():
        raise ValueError(f"takes a number of lines for 'min_lines', not {shown(lines)}")


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """One failure: the path is refused, nothing is there, or the content lacks what is asked."""
    del value
    yield from _failures(options, scope, _suggestion)


def predicate(options: Options) -> Predicate:
    """What tells whether `check` finds nothing. Conditions ask of names that need not be there; nobody reads why."""
    return lambda _value, scope: next(_failures(options, scope, _no_suggestion), None) is None


def _failures(options: Options, scope: Scope, suggest: Callable[[str, Scope], str]) -> Iterator[Failure]:
    project = cast("Project", scope.project)
    written = render(options["path"], scope.names).removeprefix(options.get("prefix", ""))
    unnamed = [name for name in names_in(options["path"]) if not _has_text(scope, name, written)]
    if unnamed:
        yield Failure(f"names no file: '{unnamed[0]}' is missing")
        return
    base = posixpath.dirname(scope.path) if options.get("beside") else folder_in(options.get("folder", ""), scope)
    path = inside(base, written)
    allowed = options.get("allow", [])
    if path is None:
        if _OUTSIDE in allowed:
            return
        yield Failure(
            f"{shown(written)} is outside the repository",
            is_sentence=True,
            fix="name a file by its path in the repository",
        )
        return
    found = _glob(options["path"], base, scope, project) if "*" in options["path"] else path
    failure = _type_failure(found, written, scope, suggest)
    if failure is not None:
        if _TYPES.get(project.type_of(found), _MISSING_FILE) not in allowed:
            yield failure
    elif not _CONTENT.isdisjoint(options):
        yield from _content_failures(_File(found, written), options, scope, project)


def _has_text(scope: Scope, name: str, written: str) -> bool:
    """Whether a name says something; a part of a file's name may be empty."""
    value = scope.names.get(name, MISSING)
    return value is not MISSING and (bool(text_of(value).strip()) or bool(posixpath.splitext(written)[0].strip()))


def _glob(template: str, base: str, scope: Scope, project: Project) -> str:
    """The last file whose name fits the template (names sort by time stamp), or the pattern itself."""
    pattern = inside(base, render(template, scope.names, escape=_escape_glob)) or ""
    return project.remember(("last file", pattern), lambda: _last_file(pattern, project))


def _last_file(pattern: str, project: Project) -> str:
    """Thousands of reports may lie in one folder, and each look for another: only names that begin alike are tried."""
    from fnmatch import fnmatchcase

    folder, name = posixpath.split(pattern)
    beginning = _PLAIN.match(name)
    names = project.names(folder.replace("[*]", "*"), beginning[0] if beginning else "")
    fitting = [each for each in names if fnmatchcase(each, name)]
    return posixpath.join(folder, fitting[-1]) if fitting else pattern


# What a glob begins with before its first sign.
_PLAIN = re.compile(r"[^*?\[]*")


def _escape_glob(text: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in text)


def _type_failure(path: str, written: str, scope: Scope, suggest: Callable[[str, Scope], str]) -> Failure | None:
    kind = cast("Project", scope.project).type_of(path)
    if kind == FILE:
        return None
    if kind == FOLDER:
        return Failure(f"{_quoted(written)} is a folder, not a file", is_sentence=True)
    if kind == OTHER:
        return Failure(f"{_quoted(written)} is not a regular file of this repository", is_sentence=True)
    return Failure(f"{_quoted(written)} does not exist", is_sentence=True, fix=suggest(path, scope))


def _no_suggestion(_path: str, _scope: Scope) -> str:
    return ""


def _suggestion(path: str, scope: Scope) -> str:
    from policylint.suggestions import nearest

    folder, name = posixpath.split(path)
    project = cast("Project", scope.project)
    names = project.names(folder)
    may_compare = "*" not in path and 0 < len(names) <= _MOST_COMPARED and project.may_compare(scope.path, len(names))
    suggestion = nearest(name, names) if may_compare else ""
    return f"did you mean '{posixpath.join(folder, suggestion)}'?" if suggestion else ""


class _File(NamedTuple):
    """A file by its path from the root, and as the document writes it."""

    path: str
    written: str

    def failure(self, message: str, path: tuple[int, ...] = ()) -> Failure:
        """A sentence about the file."""
        return Failure(f"{_quoted(self.written)} {message}", is_sentence=True, path=path)


def _content_failures(file: _File, options: Options, scope: Scope, project: Project) -> Iterator[Failure]:
    source = project.source(file.path)
    if isinstance(source, Unreadable):
        yield file.failure(f"cannot be read: {source.message}")
        return
    if options.get("not_empty") and not source.text.strip():
        yield file.failure("is empty")
    if "min_lines" in options:
        yield from _too_short(file, render(options["min_lines"], scope.names), source)
    for option, kind in _SEARCHES.items():
        template = cast("dict[str, str]", options).get(option)
        for place, wanted in _wanted(template, scope) if template is not None else ():
            if not project.may_search(scope.path, len(source.text)):
                yield file.failure(_NOT_SEARCHED)
                return
            yield from _absence(file, wanted, place, kind, scope.path, project)


_NOT_SEARCHED = "is not searched: the file asks for too many searches"
# To search a text of its own costs as much as so many characters of a long one.
_CHARACTERS_A_TEXT = 50


def _too_short(file: _File, wanted: str, source: Source) -> Iterator[Failure]:
    """An editor's count: a line end at the end of the file starts no line."""
    if not wanted.isdecimal():
        return
    lines = len(source.starts) - source.text.endswith(("\n", "\r")) if source.text else 0
    if lines < int(wanted[:_MOST_DIGITS]):
        yield file.failure(f"has {counted(lines, 'line')}, expected at least {wanted}")


# Python takes quadratic time to read a number; no file has so many lines.
_MOST_DIGITS = 12


def _wanted(template: str, scope: Scope) -> Iterator[tuple[tuple[int, ...], str]]:
    """What is asked for, with its place in the list that it comes from."""
    names = names_in(template)
    value = scope.names.get(names[0], MISSING) if len(names) == 1 and template == f"{{{names[0]}}}" else MISSING
    if isinstance(value, list):
        yield from (((index,), text_of(item)) for index, item in enumerate(value))
    else:
        yield (), render(template, scope.names)


def containing(wanted: str) -> Callable[[str], bool]:
    """What tells whether a text holds the wanted one as it is."""
    return lambda text: wanted in text


def _pattern(wanted: str) -> Callable[[str], bool]:
    compiled = compile_pattern(wanted)
    return lambda text: compiled.search(text) is not None


def whole_names(wanted: str) -> Callable[[str], bool]:
    """Each name whole: `GET` is not in `WIDGETS`. `default App (the page)` are two names and a remark, `*` is none."""
    names = set(re.findall(_NAME, re.sub(_REMARK, " ", wanted)))
    if len(names) > _MOST_SEARCHED_SINGLY:
        return lambda text: names.issubset(re.findall(_NAME, text))
    patterns = [re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w$])") for name in names]
    return lambda text: all(pattern.search(text) for pattern in patterns)


# More names are found quicker among all words of the text.
_MOST_SEARCHED_SINGLY = 10
# Compiled (and kept by `re`) for documents that name identifiers.
_NAME = r"[\w$]+"
_REMARK = r"[(\[][^()\[\]]*[)\]]"


_SEARCHES: dict[str, Callable[[str], Callable[[str], bool]]] = {
    "contains": containing,
    "matches": _pattern,
    "identifiers": whole_names,
}


def _absence(
    file: _File,
    wanted: str,
    place: tuple[int, ...],
    search: Callable[[str], Callable[[str], bool]],
    asking: str,
    project: Project,
) -> Iterator[Failure]:
    try:
        is_in = search(wanted)
    except PatternError as error:
        fix = "write the pattern in RE2 syntax"
        yield Failure(f"pattern {shown(wanted)} {error}", is_sentence=True, fix=fix, path=place)
        return
    if is_in(project.statements(file.path)):
        return
    texts = project.texts(file.path)
    if not project.may_search(asking, _CHARACTERS_A_TEXT * len(texts)):
        yield file.failure(_NOT_SEARCHED)
        return
    if any(map(is_in, texts)):
        return
    source = project.source(file.path)
    is_in_comment = not isinstance(source, Unreadable) and is_in(source.text)
    yield file.failure(f"does not mention {shown(wanted)}{' outside a comment' if is_in_comment else ''}", place)


def _quoted(path: str) -> str:
    """A path as it stands when it is plain, quoted and shortened when it is not."""
    is_plain = len(path) <= _LONGEST_PLAIN_PATH and path.isprintable() and " " not in path
    return path if is_plain else shown(path)
