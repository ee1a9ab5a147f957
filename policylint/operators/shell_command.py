"""Where a shell command of a document runs, and what the simulation says of it; computed once a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, cast

from policylint.filetree import Unreadable, inside
from policylint.operators.operator import filled, folder_in, text_of
from policylint.selectors import MISSING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policylint.operators.operator import Scope
    from policylint.project import Project
    from policylint.shell.gate import GateVerdict, Rehearsal, Surroundings
    from policylint.shell.plans import Note

_LARGEST_DATA = 200_000


class PlaceOptions(TypedDict, total=False):
    """Where a command runs.

    `folder` is a template for its folder; the document's base when it is empty. `variables` are templates for values
    of its environment, and `environment` is a name as in templates whose value, a table, gives more of them. A variable
    whose value is not known stays open.
    """

    folder: str
    variables: dict[str, str]
    environment: str


def verdict_on(command: str, options: PlaceOptions, scope: Scope) -> GateVerdict:
    """The verdict on the test gate of a command."""
    from policylint.shell.gate import judge_gate

    project, key, rehearsal = _rehearsal(command, options, scope)
    return project.remember(("test_gate", *key), lambda: judge_gate(rehearsal))


def notes_on(command: str, options: PlaceOptions, scope: Scope) -> tuple[Note, ...]:
    """What else there is to tell about the programs that a command runs."""
    from policylint.shell.gate import notes_on

    project, key, rehearsal = _rehearsal(command, options, scope)
    return project.remember(("shell_notes", *key), lambda: notes_on(rehearsal))


def _rehearsal(command: str, options: PlaceOptions, scope: Scope) -> tuple[Project, tuple[object, ...], Rehearsal]:
    """The command where it runs, with what tells it from others in a run."""
    from policylint.shell.gate import Rehearsal

    project, folder, variables = _place(options, scope)
    key = (command, folder, tuple(sorted(variables.items())))
    rehearsal = project.remember(
        ("rehearsal", *key), lambda: Rehearsal(command, _surroundings(project, folder, variables))
    )
    return project, key, rehearsal


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
        return self._project.remember(("names", folder), lambda: self._project.tree.names(folder))
