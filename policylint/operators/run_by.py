"""run_by: a command that a file holds runs the one that the value names, by way of package scripts too."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, TypedDict, cast

from policylint import selectors
from policylint.catalogue import values
from policylint.filetree import inside
from policylint.operators.operator import Failure, Traits, render, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from policylint.operators.operator import Scope, Value
    from policylint.project import Project
    from policylint.shell.vocabulary import Vocabulary

TRAITS = Traits(needs_project=True, subject="document", path_options=("at", "folder"))

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
    from policylint.shell.simple_commands import simple_commands

    project = cast("Project", scope.project)
    written = render(options["file"], scope.names)
    path = inside(scope.base, written)
    document = project.document(path) if path else None
    if path is None or document is None:
        return
    scripts = _scripts(path, document.data, options, project)
    commands = [str(each) for _, each in values(document.data, cast("Any", options["at"]))]
    text_of = _Scripts(scripts, project.vocabulary).text
    run = [words for command in commands for words in _all_run(command, text_of)]
    for wanted in simple_commands(value.text):
        if not any(_is_same(words, wanted, text_of) for words in run):
            yield Failure(f"{written} does not run {shown(' '.join(wanted))}", is_sentence=True)
        elif scripts and wanted[1:2] == ("run",) and text_of(wanted) is None:
            yield Failure(f"{_PACKAGE_FILE} has no script for {shown(' '.join(wanted))}", is_sentence=True)


def _scripts(path: str, data: object, options: Options, project: Project) -> Mapping[str, object]:
    base = selectors.first(data, cast("Any", options["folder"]))[1]
    folder = posixpath.dirname(path)
    joined = inside(folder, f"{str(base).strip('/')}/{_PACKAGE_FILE}" if isinstance(base, str) else _PACKAGE_FILE)
    document = project.document(joined) if joined else None
    scripts = document.data.get("scripts") if document and isinstance(document.data, dict) else None
    return scripts if isinstance(scripts, dict) else {}


class _Scripts:
    """The scripts of a package.json, found by the command lines that run them."""

    def __init__(self, scripts: Mapping[str, object], vocabulary: Vocabulary) -> None:
        self._scripts = scripts
        self._vocabulary = vocabulary

    def text(self, words: Words) -> str | None:
        """The text of the script that a command runs; None when it runs none that is there."""
        from policylint.shell.package_commands import MANAGERS, read

        if words[0] not in MANAGERS:
            return None
        text = self._scripts.get(read(words, self._vocabulary).name)
        return text if isinstance(text, str) else None


def _all_run(command: str, text_of: Callable[[Words], str | None]) -> list[Words]:
    """The commands of a command line and of the scripts that they run."""
    from policylint.shell.simple_commands import simple_commands

    found: list[Words] = []
    seen: set[str] = set()
    pending = [command]
    while pending and len(seen) < _MOST_STEPS:
        text = pending.pop()
        if text not in seen:
            seen.add(text)
            words = simple_commands(text)
            found += words
            pending += [script for each in words if (script := text_of(each)) is not None]
    return found


def _is_same(words: Words, wanted: Words, text_of: Callable[[Words], str | None]) -> bool:
    """Further words are options of the same command; `npm test` and `npm run test` run the same script."""
    if words[: len(wanted)] == wanted:
        return True
    script = text_of(wanted)
    return script is not None and text_of(words) == script
