"""Fixing: the texts of files after the edits that rules offer, each tried before it is kept.

An edit is kept only if its text can be read again, says the same everywhere else, no longer has the violation, and has
no new one. Pure like the engine: nothing is written here.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from policylint import documents, edits, engine
from policylint.documents.source import Source
from policylint.filetree import Unreadable
from policylint.fixing_effort import Effort
from policylint.means import PLAIN
from policylint.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from policylint.diagnostics import Diagnostic, Report
    from policylint.documents.document import Document, Limits
    from policylint.edits import Edit, FixEdit, TextEdit
    from policylint.facts import Examination
    from policylint.filetree import FileTree
    from policylint.means import Means
    from policylint.pack import Pack
    from policylint.settings import Settings

    Judge = Callable[[str], list[Diagnostic]]

# How often a file is tried at most, if it is so small that the characters of the run do not end that.
_MOST_TRIES = 1000

# As many findings of a rule as an edit may have to be told from each other; a report stops at far fewer.
_FINDINGS = 20_000

# How often fixing what an edit brings to light may bring more to light.
_DEEPEST = 3

_INDEX = re.compile(r"\[\d+\]")

_Key = tuple[str, str, str]
_Offer = tuple[_Key, "FixEdit | None"]


class Change(NamedTuple):
    """What fixing did to one file: its text before and after, and the violations that are gone."""

    before: str
    after: str
    fixed: tuple[Diagnostic, ...]


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
        self._fixings: dict[str, _Fixing] = {}
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
        wanted = (each.path for each in report.diagnostics if _is_wanted(each, unsafe=self._unsafe))
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
            fixing = _Fixing(source, judge, self._settings.limits, self._effort, unsafe=self._unsafe)
            fixing.begin(found[path])
            self._fixings[path] = fixing

    def _fix_at_once(self) -> None:
        """Make all edits of all files, as long as that is better for each; what is not is left to be tried alone."""
        active = list(self._fixings.values())
        while active:
            tried = {each.path: text for each in active if (text := each.attempt()) is not None}
            found = self._judge(tried)
            active = [each for each in active if each.path in tried and each.settle(tried[each.path], found[each.path])]

    def _fix_alone(self, path: str, fixing: _Fixing) -> None:
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
        if diagnostic.fix_edit is None or not _is_wanted(diagnostic, unsafe=self._unsafe):
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


def _is_wanted(diagnostic: Diagnostic, *, unsafe: bool) -> bool:
    offered = diagnostic.fix_edit
    return offered is not None and (unsafe or offered.applicability == edits.SAFE)


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


def _key(diagnostic: Diagnostic) -> _Key:
    """What a diagnostic is known by in another text, where lines and positions in lists are others."""
    return diagnostic.rule, _INDEX.sub("[]", diagnostic.subject), _INDEX.sub("[]", diagnostic.message)


def _offer(diagnostic: Diagnostic) -> _Offer:
    return _key(diagnostic), diagnostic.fix_edit


class _Fixing:
    """The fixing of one file: tries what is offered together, then halves of it, then each by itself."""

    def __init__(
        self, source: Source, judge: Judge, limits: Limits, effort: Effort, *, unsafe: bool, depth: int = 0
    ) -> None:
        self.path = source.path
        self.text = source.text
        self._before = source.text
        self._judge = judge
        self._limits = limits
        self._effort = effort
        self._unsafe = unsafe
        self._depth = depth
        self._found: list[Diagnostic] = []
        self._fixed: list[Diagnostic] = []
        self._refused: set[_Offer] = set()
        self._batch: list[Diagnostic] = []
        self._tries = _MOST_TRIES

    def begin(self, found: list[Diagnostic]) -> None:
        """Take what is wrong with the text now for what is to be fixed."""
        self._found = found

    @property
    def has_offers(self) -> bool:
        """Whether anything is left to try."""
        return bool(self._offered())

    @property
    def change(self) -> Change:
        """What has been done so far."""
        return Change(self._before, self.text, tuple(self._fixed))

    def has_refused(self, diagnostic: Diagnostic) -> bool:
        """Whether what a diagnostic offers has been tried and left out."""
        return _offer(diagnostic) in self._refused

    def run(self) -> None:
        """Fix what can be fixed."""
        while self._may_try():
            batch = _independent(self._offered())
            if not batch:
                break
            self._try(batch)

    def attempt(self) -> str | None:
        """The text with all that can be fixed together, to be judged and settled; None if there is no such."""
        self._batch = _independent(self._offered()) if self._may_try() else []
        text = self._edited(self._batch) if self._batch else None
        return text if text is not None and self._effort.take(text) else None

    def settle(self, text: str, found: list[Diagnostic]) -> bool:
        """Keep what was attempted if it is better, and tell so."""
        self._tries -= 1
        if self._brought(self._batch, found):
            return False
        self._keep(text, found, self._batch)
        return True

    def _may_try(self) -> bool:
        return self._tries > 0 and self._effort.allows(self.text)

    def _offered(self) -> list[Diagnostic]:
        wanted = (each for each in self._found if _is_wanted(each, unsafe=self._unsafe))
        return [each for each in wanted if _offer(each) not in self._refused]

    def _try(self, batch: list[Diagnostic]) -> None:
        """Make the edits of a batch if they keep what they promise, else those of its first half that do."""
        while self._may_try():
            self._tries -= 1
            text = self._edited(batch)
            if text is not None and not self._effort.take(text):
                self._tries = 0
                return
            if text is not None and self._accept(batch, text):
                return
            if len(batch) == 1:
                self._refused.update(map(_offer, batch))
                return
            batch = batch[: len(batch) // 2]

    def _accept(self, batch: list[Diagnostic], text: str) -> bool:
        """Keep a text if it is better; an edit that only brings more to light that can be fixed takes that with it."""
        found = self._judge(text)
        brought = self._brought(batch, found)
        if brought and len(batch) == 1 and self._depth < _DEEPEST and self._can_fix(brought, found):
            text, found, followed = self._followed(text, found)
            brought = self._brought(batch, found)
            batch = batch + followed
        if brought:
            return False
        self._keep(text, found, batch)
        return True

    def _keep(self, text: str, found: list[Diagnostic], batch: list[Diagnostic]) -> None:
        self.text, self._found = text, found
        self._fixed += batch

    def _edited(self, batch: list[Diagnostic]) -> str | None:
        return _edited(Source(self.path, self.text), [each.fix_edit for each in batch if each.fix_edit], self._limits)

    def _brought(self, batch: list[Diagnostic], found: list[Diagnostic]) -> Counter[_Key]:
        """The violations that are there though they should be gone, and those that have come.

        What the rules of the batch say is compared word for word. The others may say the same in other words: a table
        that has got its right name has no tests where none was found before.
        """
        rules = {each.rule for each in batch}
        brought = Counter(map(_key, found)) - (Counter(map(_key, self._found)) - Counter(map(_key, batch)))
        more = Counter(each.rule for each in found) - Counter(each.rule for each in self._found)
        return Counter({key: count for key, count in brought.items() if key[0] in rules or key[0] in more})

    def _can_fix(self, brought: Counter[_Key], found: list[Diagnostic]) -> bool:
        fixable = Counter(_key(each) for each in found if _is_wanted(each, unsafe=self._unsafe))
        return not brought - fixable

    def _followed(self, text: str, found: list[Diagnostic]) -> tuple[str, list[Diagnostic], list[Diagnostic]]:
        """A text with all that can be fixed in it fixed: a misspelt table hides what is wrong in it.

        Then what is wrong in that text, and what was fixed.
        """
        source = Source(self.path, text)
        inner = _Fixing(source, self._judge, self._limits, self._effort, unsafe=self._unsafe, depth=self._depth + 1)
        inner.begin(found)
        inner._tries = self._tries
        inner.run()
        self._tries = inner._tries
        return inner.text, inner._found, inner._fixed


def _independent(offered: list[Diagnostic]) -> list[Diagnostic]:
    """The first of the offered edits, and as many of the others as can be made at once.

    Those are edits of scalars and names at paths that do not lead through each other: they move nothing.
    """
    chosen: list[Diagnostic] = []
    places: set[tuple[object, ...]] = set()
    above: set[tuple[object, ...]] = set()
    for each in offered:
        if each.fix_edit is None:
            continue
        place = (each.fix_edit.format, each.fix_edit.document, *each.fix_edit.edit.path)
        ways = {place[:length] for length in range(2, len(place) + 1)}
        is_apart = not ways & places and place not in above
        if not chosen or (is_apart and _stays(each) and _stays(chosen[0])):
            chosen.append(each)
            places.add(place)
            above |= ways
    return chosen


def _stays(diagnostic: Diagnostic) -> bool:
    stable = (edits.SET, edits.AS_TEXT, edits.AS_VALUE, edits.RENAME)
    return diagnostic.fix_edit is not None and diagnostic.fix_edit.edit.action in stable


def _edited(source: Source, offered: list[FixEdit], limits: Limits) -> str | None:
    """The text with all edits made; None unless it can be read again and says exactly what it should."""
    before = _documents(source, offered[0].format, limits)
    text_edits: list[TextEdit] = []
    for each in offered:
        document = before[each.document] if each.format == offered[0].format and each.document < len(before) else None
        made = document.edited(each.edit) if document else None
        if made is None:
            return None
        text_edits += made
    text = edits.rewritten(source.text, text_edits)
    if text is None or text == source.text:
        return None
    after = _documents(Source(source.path, text), offered[0].format, limits)
    return text if _says_what_it_should(before, after, offered) else None


def _documents(source: Source, format_name: str, limits: Limits) -> tuple[Document, ...]:
    loaded = documents.load(source, format_name, limits)
    return () if loaded.is_incomplete else loaded.documents


def _says_what_it_should(before: tuple[Document, ...], after: tuple[Document, ...], offered: list[FixEdit]) -> bool:
    if not after or len(before) != len(after):
        return False
    made: dict[int, list[Edit]] = {}
    for each in offered:
        made.setdefault(each.document, []).append(each.edit)
    pairs = enumerate(zip(before, after, strict=True))
    return all(edits.fits(old.data, new.data, made.get(number, [])) for number, (old, new) in pairs)
