"""Where a shell command of a document runs, and what the simulation says of it; computed once a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, cast

from policylint.filetree import Unreadable, inside
from policylint.named_tuple import NamedTuple
from policylint.operators.operator import filled, folder_in, text_of
from policylint.selectors import MISSING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policylint.operators.operator import Scope
    from policylint.project import Project
    from policylint.shell.gate import GateVerdict, Surroundings
    from policylint.shell.plans import Note

_LARGEST_DATA = 200_000

# The simulated steps after which no further command of a file is: ordinary commands have some tens.
_FILE_STEPS = 30_000
# Every program that a command starts gets all variables: ordinary environments have some tens.
_MOST_VARIABLES = 500


class PlaceOptions(TypedDict, total=False):
    """Where a command runs.

    `folder` is a template for its folder; the document's base when it is empty. `variables` are templates for values
    of its environment, and `environment` is a name as in templates whose value, a table, gives more of them. A variable
    whose value is not known stays open.
    """

    folder: str
    variables: dict[str, str]
    environment: str


class _Told(NamedTuple):
    """What the simulation says of a command, and after how many steps."""

    verdict: GateVerdict
    notes: tuple[Note, ...]
    steps: int = 0


def verdict_on(command: str, options: PlaceOptions, scope: Scope) -> GateVerdict:
    """The verdict on the test gate of a command."""
    return _told_of(command, options, scope).verdict


def notes_on(command: str, options: PlaceOptions, scope: Scope) -> tuple[Note, ...]:
    """What else there is to tell about the programs that a command runs."""
    return _told_of(command, options, scope).notes


def _told_of(command: str, options: PlaceOptions, scope: Scope) -> _Told:
    """What is told of a command; of those that follow when the file's steps are used up, that there are too many.

    Files that have the same command share the simulation, and each pays for it: what is told of a file depends on no
    other file.
    """
    project, folder, variables = _place(options, scope)
    if len(variables) > _MOST_VARIABLES:
        return _unknown(f"its environment has more than {_MOST_VARIABLES} variables")
    key = ("told", command, folder, tuple(sorted(variables.items())))
    account = project.remember(("shell steps", scope.path), _Account)
    if key not in account.known:
        if account.steps > _FILE_STEPS:
            return _unknown("the commands of the file have too many steps")
        told: _Told = project.remember(key, lambda: _simulated(command, _surroundings(project, folder, variables)))
        account.known[key] = told
        account.steps += told.steps
    return account.known[key]


class _Account:
    """What a file has been told of its commands, and the steps that took."""

    def __init__(self) -> None:
        self.known: dict[tuple[object, ...], _Told] = {}
        self.steps = 0


def _simulated(command: str, around: Surroundings) -> _Told:
    from policylint.shell.gate import Rehearsal, judge_gate, notes_on

    rehearsal = Rehearsal(command, around)
    notes = notes_on(rehearsal)
    return _Told(judge_gate(rehearsal), notes, rehearsal.meter.steps)


def _unknown(reason: str) -> _Told:
    from policylint.shell.gate import unknown

    return _Told(unknown(reason), ())


def _place(options: PlaceOptions, scope: Scope) -> tuple[Project, str, dict[str, str]]:
    folder = folder_in(options.get("folder", ""), scope) or "."
    return cast("Project", scope.project), folder, _variables(options, scope)


def _variables(options: PlaceOptions, scope: Scope) -> dict[str, str]:
    name = options.get("environment", "")
    table = scope.names.get(name, MISSING) if name else MISSING
    found = {key: text_of(value) for key, value in _items(table) if not isinstance(value, dict | list)}
    for key, template in options.get("variables", {}).items():
        value = filled(template, scope.names)
        if value is None:
            found.pop(key, None)
        else:
            found[key] = value
    return found


def _items(table: object) -> list[tuple[str, object]]:
    return list(table.items()) if isinstance(table, dict) else []


def _surroundings(project: Project, folder: str, variables: Mapping[str, str]) -> Surroundings:
    from policylint.shell.gate import Surroundings

    return Surroundings(project.vocabulary, RepositoryFiles(project), folder, variables)


class RepositoryFiles:
    """The files of a project as the simulation reads them; whatever is ignored or outside is not there."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def text(self, path: str) -> str | None:
        """The text of a readable file."""
        source = self._project.source(path) if inside("", path) else None
        return None if source is None or isinstance(source, Unreadable) else source.text

    def data(self, path: str) -> object:
        """The content of a readable file, by its extension; None for one that is large, which takes long to parse."""
        text = self.text(path)
        if text is None or len(text) > _LARGEST_DATA:
            return None
        document = self._project.document(path)
        return document.data if document else None

    def names(self, folder: str) -> Sequence[str]:
        """What lies in a folder, listed once a run."""
        return self._project.names(folder)
