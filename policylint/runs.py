"""Runs with everything that makes them quick: results of earlier runs, and several processes at once.

Neither makes a difference to what comes out. What they take is imported only when there are enough files.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, cast

from policylint import cache_folder, engine
from policylint.means import Means
from policylint.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from policylint.diagnostics import Report
    from policylint.documents.source import Source
    from policylint.facts import Examination
    from policylint.filetree import FileTree
    from policylint.index import Index
    from policylint.observation import Observer
    from policylint.processes import Carried
    from policylint.recording import RecordingTree
    from policylint.result_cache import FactCache, KnownReport
    from policylint.settings import Settings
    from policylint.workspace import Workspace

# For fewer files than these, examining is quicker than reading a cache, and than starting processes
# (docs/performance.md).
FEWEST_TO_KEEP = 50
FEWEST_TO_SHARE = 300
# If more than such a part of what was asked has changed, all files are judged together again.
_PART_CHANGED = 20
# How many bytes of new examinations a run holds to write them at its end; the next runs keep the others. Those of ten
# thousand entries take half of it, and hostile files give a hundred times their text.
_MOST_KEPT = 64 * 1024 * 1024


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
        self._known_context = b""

    def check(self, tree: FileTree, paths: list[str]) -> Report:
        """What `engine.check` says, from the cache if everything that it depends on is as it was."""
        if self._folder and len(paths) >= FEWEST_TO_KEEP:
            return self._remembered(tree, paths, self._folder)
        return self._checked(tree, paths, self.means())

    def trace(self, tree: FileTree) -> Index:
        """What `engine.trace` says."""
        index = engine.trace(tree, self._workspace.pack, self._settings, self.means())
        self._save()
        return index

    def means(self, carried: Sequence[Carried] = (), observer: Observer | None = None) -> Means:
        """The means of other runs of the engine in this workspace."""
        return Means(self._store, _Workers(self._resources.jobs, carried), observer)

    def _cache_folder(self) -> str:
        environment = self._resources.environment
        return "" if environment is None else cache_folder.folder(environment, self._workspace.root) or ""

    def _checked(self, tree: FileTree, paths: list[str], means: Means) -> Report:
        report = engine.check(tree, self._workspace.pack, self._settings, paths, means)
        self._save()
        return report

    def _remembered(self, tree: FileTree, paths: list[str], folder: str) -> Report:
        from policylint import result_cache
        from policylint.recording import RecordingTree, changed_files

        context = result_cache.of_paths(self._context(), self._settings.today, paths)
        file = cache_folder.file_for(folder, "report", self._identity("\0".join(paths)))
        known = result_cache.read_report(file, context)
        changed = changed_files(tree, known.answers, len(known.answers) // _PART_CHANGED) if known else None
        if known and changed == []:
            return known.report
        recording = RecordingTree(tree)
        again = self._again(recording, paths, known, changed) if known and changed else None
        made = again or self._anew(recording, paths)
        if not recording.is_contradictory:
            result_cache.write_report(file, context, made)
            cache_folder.prune(folder)
        return made.report

    def _again(
        self, recording: RecordingTree, paths: list[str], known: KnownReport, changed: list[str]
    ) -> KnownReport | None:
        """The report with what a few changed files say now; None where others have to be judged again as well."""
        store = cast("_Store", self._store)
        before = {path: store.before(path, known.answers["read", path]) for path in changed}
        examinations = {path: each for path, each in before.items() if each is not None}
        if len(examinations) < len(before):
            return None
        report = engine.check_again(
            recording,
            self._workspace.pack,
            self._settings,
            paths,
            known.observed,
            known.report,
            examinations,
            self.means(),
        )
        self._save()
        return report and known._replace(answers={**known.answers, **recording.answers}, report=report)

    def _anew(self, recording: RecordingTree, paths: list[str]) -> KnownReport:
        """The report of all files, with what it depends on."""
        from policylint.observation import Observer
        from policylint.result_cache import KnownReport

        observer = Observer()
        report = self._checked(recording, paths, self.means((recording, observer), observer))
        return KnownReport(recording.answers, report, observer.observed())

    def _opened_facts(self) -> FactCache:
        from policylint.result_cache import FactCache

        return FactCache(self._file_of_facts, self._context())

    def _file_of_facts(self, part: int) -> str:
        return cache_folder.file_for(self._folder, "facts", self._identity(str(part)))

    def _identity(self, more: str) -> str:
        """What has a cache file of its own: runs with other settings in turn must not cost each other theirs."""
        return f"{self._workspace.root}\0{self._settings._replace(today='')!r}\0{more}"

    def _context(self) -> bytes:
        if not self._known_context:
            from policylint.result_cache import context

            self._known_context = context(self._workspace.pack, self._workspace.pack_digest, self._settings)
        return self._known_context

    def _save(self) -> None:
        if self._store is not None and self._store.save():
            cache_folder.prune(self._folder)


class _Store:
    """Examinations of earlier runs, read when they are first asked for."""

    least = FEWEST_TO_KEEP

    def __init__(self, opened: Callable[[], FactCache]) -> None:
        self._open = opened
        self._cache: FactCache | None = None
        self._room = _MOST_KEPT

    def _opened(self) -> FactCache:
        if self._cache is None:
            self._cache = self._open()
        return self._cache

    def get(self, source: Source) -> Examination | None:
        return self._opened().get(source)

    def before(self, path: str, key: bytes) -> Examination | None:
        """What examining an earlier text of a file gave, by the digest of the text."""
        return self._opened().before(path, key)

    def put(self, source: Source, examination: Examination) -> None:
        if self._room > 0:
            self._room -= self._opened().put(source, examination)

    def save(self) -> bool:
        """Whether there was anything new to keep."""
        return self._cache is not None and self._cache.save()


class _Workers:
    """Processes, where there are enough values to pay for them or their number was asked for."""

    def __init__(self, jobs: int, carried: Sequence[Carried]) -> None:
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
