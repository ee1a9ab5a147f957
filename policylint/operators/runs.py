"""runs: a command that a file holds runs the one that the value names, by way of package scripts too."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, TypedDict, cast

from policylint import selectors
from policylint.catalogue import values
from policylint.filetree import inside
from policylint.operators.operator import Failure, render, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

NEEDS_PROJECT = True
SUBJECT = "document"
PATH_OPTIONS = ("at", "folder")

_PACKAGE_FILE = "package.json"
# Scripts that run scripts that run scripts; one that runs itself ends there.
_MOST_STEPS = 200

Words = tuple[str, ...]


class Options(TypedDict):
    """`file`: the template of its path. `at`: the paths of its commands. `folder`: that of the folder they run in."""

    file: str
    at: list[str] | str
    folder: list[str] | str


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Every command that the value names must be run; a script that is run must be there where there are scripts."""
    from policylint.shell.commands import simple_commands

    project = cast("Project", scope.project)
    written = render(options["file"], scope.names)
    path = inside(scope.base, written)
    document = project.document(path) if path else None
    if path is None or document is None:
        return
    scripts = _scripts(path, document.data, options, project)
    commands = [str(each) for _, each in values(document.data, cast("Any", options["at"]))]
    run = [words for command in commands for words in _all_run(command, scripts)]
    for wanted in simple_commands(value.text):
        if not any(_is_same(words, wanted, scripts) for words in run):
            yield Failure(f"{written} does not run {shown(' '.join(wanted))}", is_sentence=True)
        elif scripts and _is_missing(wanted, scripts):
            yield Failure(f"{_PACKAGE_FILE} has no script for {shown(' '.join(wanted))}", is_sentence=True)


def _scripts(path: str, data: object, options: Options, project: Project) -> Mapping[str, object]:
    base = selectors.first(data, cast("Any", options["folder"]))[1]
    folder = posixpath.dirname(path)
    joined = inside(folder, f"{str(base).strip('/')}/{_PACKAGE_FILE}" if isinstance(base, str) else _PACKAGE_FILE)
    document = project.document(joined) if joined else None
    scripts = document.data.get("scripts") if document and isinstance(document.data, dict) else None
    return scripts if isinstance(scripts, dict) else {}


def _all_run(command: str, scripts: Mapping[str, object]) -> list[Words]:
    """The commands of a command line and of the scripts that they run."""
    from policylint.shell.commands import simple_commands
    from policylint.shell.package_scripts import script_text

    found: list[Words] = []
    seen: set[str] = set()
    pending = [command]
    while pending and len(seen) < _MOST_STEPS:
        text = pending.pop()
        if text not in seen:
            seen.add(text)
            words = simple_commands(text)
            found += words
            pending += [script for each in words if (script := script_text(each, scripts)) is not None]
    return found


def _is_same(words: Words, wanted: Words, scripts: Mapping[str, object]) -> bool:
    """Further words are options of the same command; `npm test` and `npm run test` run the same script."""
    from policylint.shell.package_scripts import script_text

    if words[: len(wanted)] == wanted:
        return True
    script = script_text(wanted, scripts)
    return script is not None and script_text(words, scripts) == script


def _is_missing(wanted: Words, scripts: Mapping[str, object]) -> bool:
    from policylint.shell.package_scripts import script_text

    return wanted[1:2] == ("run",) and script_text(wanted, scripts) is None
