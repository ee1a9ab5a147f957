"""The fixing of all files of a run: those that are better together, and each by itself where they are not.

Pure like the engine: nothing is written here.
"""

from __future__ import annotations

import sys
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from policylint import edits, engine
from policylint.documents.source import Source
from policylint.file_fixing import Change, FileFixing, is_wanted
from policylint.filetree import Unreadable
from policylint.fixing_effort import Effort
from policylint.means import PLAIN
from policylint.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from policylint.diagnostics import Diagnostic, Report
    from policylint.facts import Examination
    from policylint.filetree import FileTree
    from policylint.means import Means
    from policylint.pack import Pack
    from policylint.settings import Settings

# As many findings of a rule as an edit may have to be told from each other; a report stops at far fewer.
_FINDINGS = 20_000


class Outcome(NamedTuple):
    """The changed files, and what a check of the same paths says of the repository with them.

    `left` are the files in which not all that is offered was tried, with the reason.
    """

    changes: dict[str, Change]
    report: Report
    left: dict[str, str] = {}


class OverlaidTree:
    """A file tree in which some files have another text."""

    def __init__(self, tree: FileTree, texts: Mapping[str, str]) -> None:
        self._tree = tree
        self._texts = texts
        # By path, how many characters have been read.
        self._read: dict[str, int] = {}

    def files(self) -> Iterable[str]:
        """Those of the tree."""
        return self._tree.files()

    def read(self, path: str) -> Source | Unreadable:
        """The other text, or the tree's."""
        text = self._texts.get(path)
        found = self._tree.read(path) if text is None else Source(path, text)
        self._read[path] = 0 if isinstance(found, Unreadable) else len(found.text)
        return found

    def lengths(self, but: Collection[str] = ()) -> list[int]:
        """The lengths of the files that were read, without those of some paths."""
        return [length for path, length in self._read.items() if path not in but]

    def type_of(self, path: str) -> str:
        """As in the tree."""
        return self._tree.type_of(path)

    def names(self, folder: str) -> list[str]:
        """As in the tree."""
        return self._tree.names(folder)


def fix(
    tree: FileTree,
    pack: Pack,
    settings: Settings,
    paths: list[str],
    report: Report,
    *,
    unsafe: bool = False,
    means: Means = PLAIN,
) -> Outcome:
    """Fix what a report of the given paths offers to fix: safe edits, or unsafe ones as well.

    What has been tried and is still there is marked REFUSED in the report. A file that no longer has what was reported
    of it has been changed by someone else (another run that fixes): the paths are checked again.
    """
    return _Run(tree, pack, settings, unsafe=unsafe, means=means).outcome(paths, report)


class _Run:
    """The fixing of files: of all of them at once where that helps each, then of one after the other."""

    def __init__(self, tree: FileTree, pack: Pack, settings: Settings, *, unsafe: bool, means: Means) -> None:
        self._tree = tree
        self._pack = pack
        self._settings = settings
        self._unsafe = unsafe
        self._means = means
        self._trying = means._replace(store=_Examined())
        self._effort = Effort(settings.limits.tried)
        self._fixings: dict[str, FileFixing] = {}
        self._left: dict[str, str] = {}

    def outcome(self, paths: list[str], report: Report) -> Outcome:
        self._begin(self._sources(report))
        has_moved_on = not all(each.has_offers for each in self._fixings.values())
        if len(self._fixings) > 1:
            self._fix_at_once()
        for path, fixing in self._fixings.items():
            self._fix_alone(path, fixing)
        if has_moved_on:
            report = engine.check(self._tree, self._pack, self._settings, paths, self._means)
        if len(report.diagnostics) + len(report.suppressed) < self._settings.limits.all_findings:
            changes, after = self._together(paths, report, self._settings)
        else:
            changes, after = self._beyond_limits(paths)
        return Outcome(changes, self._with_refusals(after), self._left)

    def _beyond_limits(self, paths: list[str]) -> tuple[dict[str, Change], Report]:
        """As together, of all that is wrong: in a report that is full, what goes makes room for what was there."""
        settings = _without_end(self._settings)
        whole = engine.check(self._tree, self._pack, settings, paths, self._means)
        changes, _ = self._together(paths, whole, settings)
        return changes, check_with(self._tree, self._pack, self._settings, paths, changes, self._means)

    def _together(self, paths: list[str], before: Report, settings: Settings) -> tuple[dict[str, Change], Report]:
        """All changes at once; if they break something in another file, those that do are left out.

        They are looked for by halves, since each look is a check of all paths.
        """
        kept: dict[str, Change] = {}
        last = before
        pending = [list(self._changes().items())]
        while pending:
            group = pending.pop()
            if not group:
                continue
            tree = OverlaidTree(self._tree, _texts({**kept, **dict(group)}))
            after = engine.check(tree, self._pack, settings, paths, self._means)
            if not _is_worse(before, after):
                kept.update(group)
                last = after
            elif not self._effort.take_all(tree.lengths()):
                self._left.update({path: self._used_up() for each in (group, *pending) for path, _ in each})
                break
            elif len(group) > 1:
                half = len(group) // 2
                pending += [group[half:], group[:half]]
        return kept, last

    def _sources(self, report: Report) -> Iterator[Source]:
        """The files that something is offered for and that may be tried."""
        limits = self._settings.limits
        wanted = (each.path for each in report.diagnostics if is_wanted(each, unsafe=self._unsafe))
        for path in dict.fromkeys(wanted):
            source = self._tree.read(path)
            if isinstance(source, Unreadable):
                continue
            if len(source.text) > limits.fixable:
                self._left[path] = f"it has more than {limits.fixable} characters"
            elif self._effort.take(source.text):
                yield source
            else:
                self._left[path] = self._used_up()

    def _begin(self, sources: Iterable[Source]) -> None:
        chosen = {source.path: source for source in sources}
        found = self._judge({path: source.text for path, source in chosen.items()})
        for path, source in chosen.items():
            judge = partial(self._judge_one, path)
            fixing = FileFixing(source, judge, self._settings.limits, self._effort, unsafe=self._unsafe)
            fixing.begin(found[path])
            self._fixings[path] = fixing

    def _fix_at_once(self) -> None:
        """Make all edits of all files, as long as that is better for each; what is not is left to be tried alone."""
        active = list(self._fixings.values())
        while active:
            tried = {each.path: text for each in active if (text := each.attempt()) is not None}
            found = self._judge(tried)
            active = [each for each in active if each.path in tried and each.settle(tried[each.path], found[each.path])]

    def _fix_alone(self, path: str, fixing: FileFixing) -> None:
        if fixing.has_offers and len(self._fixings) > 1 and self._effort.take(fixing.text):
            # The other files have changed since.
            fixing.begin(self._judge_one(path, fixing.text))
        fixing.run()
        if fixing.has_offers:
            self._left[path] = self._used_up()

    def _judge_one(self, path: str, text: str) -> list[Diagnostic]:
        return self._judge({path: text})[path]

    def _judge(self, texts: Mapping[str, str]) -> dict[str, list[Diagnostic]]:
        """What is wrong with files if they have these texts, beyond what a report has room for."""
        if not texts:
            return {}
        tree = OverlaidTree(self._tree, {**_texts(self._changes()), **texts})
        settings = _without_end(self._settings)
        of_one = settings._replace(limits=settings.limits._replace(findings=_FINDINGS))
        report = engine.check(tree, self._pack, of_one, list(texts), self._trying)
        self._effort.spend(tree.lengths(texts), len(report.diagnostics))
        found: dict[str, list[Diagnostic]] = {path: [] for path in texts}
        for each in report.diagnostics:
            found.get(each.path, []).append(each)
        return found

    def _changes(self) -> dict[str, Change]:
        changes = {path: fixing.change for path, fixing in self._fixings.items()}
        return {path: change for path, change in changes.items() if change.fixed}

    def _used_up(self) -> str:
        return (
            f"in one run fixes are tried on {self._settings.limits.tried} characters of text; "
            "name the file by itself, or run again"
        )

    def _with_refusals(self, report: Report) -> Report:
        return report._replace(diagnostics=tuple(map(self._marked, report.diagnostics)))

    def _marked(self, diagnostic: Diagnostic) -> Diagnostic:
        """What was offered, tried and left out is marked; what was not tried is still offered."""
        if diagnostic.fix_edit is None or not is_wanted(diagnostic, unsafe=self._unsafe):
            return diagnostic
        fixing = self._fixings.get(diagnostic.path)
        if fixing is None or (diagnostic.path in self._left and not fixing.has_refused(diagnostic)):
            return diagnostic
        return diagnostic._replace(fix_edit=diagnostic.fix_edit._replace(applicability=edits.REFUSED))


class _Examined:
    """The last examination of each file while edits of other files are tried.

    The store of the run is no place for these: they are made with room for more findings than a report has.
    """

    # The file that is judged has another text each time, and is alone.
    least = 2

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, bool, Examination]] = {}

    def get(self, source: Source) -> Examination | None:
        text, is_marked, examination = self._known.get(source.path, ("", False, None))
        return examination if text == source.text and is_marked == source.is_marked else None

    def put(self, source: Source, examination: Examination) -> None:
        self._known[source.path] = (source.text, source.is_marked, examination)


def _without_end(settings: Settings) -> Settings:
    """The settings without a limit on what a run finds in all files: what is not told would pass for mended."""
    return settings._replace(limits=settings.limits._replace(all_findings=sys.maxsize, all_places=sys.maxsize))


def check_with(
    tree: FileTree,
    pack: Pack,
    settings: Settings,
    paths: list[str],
    changes: Mapping[str, Change],
    means: Means = PLAIN,
) -> Report:
    """A check of the same paths, with the changed files as they would be."""
    return engine.check(OverlaidTree(tree, _texts(changes)), pack, settings, paths, means)


def _texts(changes: Mapping[str, Change]) -> dict[str, str]:
    return {path: change.after for path, change in changes.items()}


def _is_worse(before: Report, after: Report) -> bool:
    """Whether any rule has more to say of any file."""
    return bool(_counted(after.diagnostics) - _counted(before.diagnostics))


def _counted(diagnostics: Iterable[Diagnostic]) -> Counter[tuple[str, str]]:
    return Counter((each.path, each.rule) for each in diagnostics)
