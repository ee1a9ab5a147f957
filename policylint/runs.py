"""Runs with everything that makes them quick: results of earlier runs, and several processes at once.

Neither makes a difference to what comes out. What they take is imported only when there are enough files.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from policylint import cache_folder, engine
from policylint.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from policylint.diagnostics import Report
    from policylint.documents.source import Source
    from policylint.engine import Settings
    from policylint.facts import Examination
    from policylint.filetree import FileTree
    from policylint.index import Index
    from policylint.processes import Carried
    from policylint.result_cache import FactCache
    from policylint.workspace import Workspace

# For fewer files than these, examining is quicker than reading a cache, and than starting processes
# (docs/performance.md).
FEWEST_TO_KEEP = 50
FEWEST_TO_SHARE = 300


class Resources(NamedTuple):
    """What runs may use: the number of processes (0: as many as pay), and the environment that tells of a cache.

    An `environment` of None means that no results are read or kept.
    """

    jobs: int = 0
    environment: Mapping[str, str] | None = None


class Runs:
    """The runs of one workspace with the same settings."""

    def __init__(self, workspace: Workspace, settings: Settings, resources: Resources) -> None:
        self._workspace = workspace
        self._settings = settings
        self._resources = resources
        self._folder = self._cache_folder()
        self._store = _Store(self._opened_facts) if self._folder else None

    def check(self, tree: FileTree, paths: list[str]) -> Report:
        """What `engine.check` says, from the cache if everything that it depends on is as it was."""
        if self._folder and len(paths) >= FEWEST_TO_KEEP:
            return self._remembered(tree, paths, self._folder)
        return self._checked(tree, paths, None)

    def trace(self, tree: FileTree) -> Index:
        """What `engine.trace` says."""
        index = engine.trace(tree, self._workspace.pack, self._settings, self.means())
        self._save()
        return index

    def means(self, carried: Carried | None = None) -> engine.Means:
        """The means of other runs of the engine in this workspace."""
        return engine.Means(self._store, _Workers(self._resources.jobs, carried))

    def _cache_folder(self) -> str:
        environment = self._resources.environment
        return "" if environment is None else cache_folder.folder(environment, self._workspace.root) or ""

    def _checked(self, tree: FileTree, paths: list[str], carried: Carried | None) -> Report:
        report = engine.check(tree, self._workspace.pack, self._settings, paths, self.means(carried))
        self._save()
        return report

    def _remembered(self, tree: FileTree, paths: list[str], folder: str) -> Report:
        from policylint import result_cache
        from policylint.recording import RecordingTree, answers_again

        context = result_cache.of_paths(self._context(), self._settings.today, paths)
        file = cache_folder.file_for(folder, "report", self._identity("\0".join(paths)))
        known = result_cache.read_report(file, context)
        if known is not None and answers_again(tree, known.answers):
            return known.report
        recording = RecordingTree(tree)
        report = self._checked(recording, paths, recording)
        if not recording.is_contradictory:
            result_cache.write_report(file, context, result_cache.KnownReport(recording.answers, report))
        return report

    def _opened_facts(self) -> FactCache:
        from policylint.result_cache import FactCache

        return FactCache(cache_folder.file_for(self._folder, "facts", self._identity("")), self._context())

    def _identity(self, more: str) -> str:
        """What has a cache file of its own: runs with other settings in turn must not cost each other theirs."""
        return f"{self._workspace.root}\0{self._settings._replace(today='')!r}\0{more}"

    def _context(self) -> bytes:
        from policylint.result_cache import context

        return context(self._workspace.pack, self._workspace.pack_digest, self._settings)

    def _save(self) -> None:
        if self._store is not None:
            self._store.save()


class _Store:
    """Examinations of earlier runs, read when they are first asked for."""

    least = FEWEST_TO_KEEP

    def __init__(self, opened: Callable[[], FactCache]) -> None:
        self._open = opened
        self._cache: FactCache | None = None

    def get(self, source: Source) -> Examination | None:
        if self._cache is None:
            self._cache = self._open()
        return self._cache.get(source)

    def put(self, source: Source, examination: Examination) -> None:
        if self._cache is not None:
            self._cache.put(source, examination)

    def save(self) -> None:
        if self._cache is not None:
            self._cache.save()


class _Workers:
    """Processes, where there are enough values to pay for them or their number was asked for."""

    def __init__(self, jobs: int, carried: Carried | None) -> None:
        self._fewest = 2 if jobs else FEWEST_TO_SHARE
        self._jobs = jobs or processors()
        self._carried = carried

    def map(self, function: Callable[[Any], Any], values: list[Any], form: Any) -> Iterator[Any]:
        if self._jobs == 1 or len(values) < self._fewest or not hasattr(os, "fork"):
            return map(function, values)
        from policylint.processes import spread

        return spread(function, values, form, self._jobs, self._carried)


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
