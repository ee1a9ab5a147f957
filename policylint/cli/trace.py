"""The command `trace`: opens the workspace, asks the engine what links what, prints the report."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from policylint import trace_reports
from policylint.cli import exit_codes
from policylint.cli.opening import existing, opened, root_of
from policylint.discovery import DiskTree
from policylint.errors import NothingToCheck, UsageError
from policylint.identifiers import Identifier
from policylint.named_tuple import NamedTuple
from policylint.regular_files import relative
from policylint.reporters.escaping import inert, visible
from policylint.runs import Resources, Runs
from policylint.suggestions import did_you_mean
from policylint.trace_reports import scope
from policylint.trace_reports.view import View

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policylint.index import Index
    from policylint.trace_reports.scope import Scope
    from policylint.workspace import Workspace


class TraceOptions(NamedTuple):
    """What a `trace` was asked for: the words are an ID, paths, or both; a depth of 0 means the default."""

    words: tuple[str, ...] = ()
    output_format: str = "text"
    depth: int = 0
    jobs: int = 0
    no_cache: bool = False


def run(options: TraceOptions, environment: Mapping[str, str]) -> int:
    """Trace, print, and say how it ended. Raises PolicylintError for whatever stops the run."""
    start = os.getcwd()
    focus, paths = _split(options.words)
    if options.depth and not focus:
        raise UsageError("option '--depth' is about the entries around an ID, and no ID is given")
    places = [existing(path, start) for path in paths]
    kept = None if options.no_cache else environment
    workspace = opened(_only_root(places, start), kept, start)
    tree = DiskTree(workspace.root, workspace.exclude, workspace.settings.limits.file_bytes)
    # No rule is judged: what links what does not depend on it.
    index = Runs(workspace, workspace.settings._replace(select=[]), Resources(options.jobs, kept)).trace(tree)
    shown = _around(index, focus, options.depth or 1, tree) if focus else _chosen(index, places, workspace, tree)
    view = _view(index, shown, workspace, focus, start)
    _print(view, options.output_format)
    _check_complete(tree)
    return exit_codes.VIOLATIONS if focus and view.is_dangling(focus) else exit_codes.CLEAN


def _split(words: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The ID, if the first word is one or at least looks no more like a path, and the paths."""
    if not words:
        return "", ()
    first = words[0]
    is_path = not first or os.path.lexists(first) or os.sep in first or "." in first
    if Identifier.parse(first) is None and is_path:
        return "", words
    return first, words[1:]


def _only_root(places: list[str], start: str) -> str:
    """A path of the one workspace that all are in: IDs of different workspaces have nothing to do with each other."""
    roots = sorted({root_of(place, start) for place in places})
    if len(roots) > 1:
        raise UsageError(f"the paths belong to different workspaces: {', '.join(roots)}; trace them one by one")
    return places[0] if places else start


def _chosen(index: Index, places: list[str], workspace: Workspace, tree: DiskTree) -> Scope:
    """The entries under the paths, or all of them. Raises NothingToCheck when there are none."""
    folders = [relative(place, workspace.root) for place in places]
    shown = scope.below(index, folders) if folders and "." not in folders else scope.everything(index)
    if not shown.identifiers:
        raise NothingToCheck(_nothing(folders, tree))
    return shown


def _nothing(folders: list[str], tree: DiskTree) -> str:
    where = f"under {', '.join(folders)}" if folders else "in this repository"
    below = [each for each in tree.nested if not folders or any(f"{each}/".startswith(f"{one}/") for one in folders)]
    hint = f"; '{min(below)}' is a workspace of its own" if below else ""
    return f"nothing to trace: no entry is defined {where}{hint}"


def _around(index: Index, focus: str, depth: int, tree: DiskTree) -> Scope:
    """What is around an ID. Raises UsageError for one that appears nowhere."""
    shown = scope.around(index, focus, depth)
    if index.definitions(focus) or shown.links:
        return shown
    if not index.identifiers():
        raise NothingToCheck(_nothing([], tree))
    hint = did_you_mean(focus, index.identifiers())
    raise UsageError(f"nothing defines or refers to '{focus}'" + (f"; {hint}" if hint else ""))


def _view(index: Index, shown: Scope, workspace: Workspace, focus: str, start: str) -> View:
    def path(inner: str) -> str:
        return inner if workspace.root == start else relative(os.path.join(workspace.root, inner), start)

    entries, external = workspace.pack.entries, workspace.settings.external_ids
    return View(index, shown, entries, external, focus=focus, path=path, text=visible)


def _print(view: View, output_format: str) -> None:
    for line in trace_reports.render(output_format, view):
        sys.stdout.write(inert(line))
    sys.stdout.flush()


def _check_complete(tree: DiskTree) -> None:
    """A part that was not seen must not look like a part without links. Raises UsageError."""
    for path, reason in sorted(tree.unreadable.items()):
        raise UsageError(f"the trace is not complete: '{path}' cannot be read: {reason}")
