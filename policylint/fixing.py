"""Fixing: the texts of files after the edits that rules offer, each tried before it is kept.

An edit is kept only if its text can be read again, says the same everywhere else, no longer has the violation, and has
no new one. Pure like the engine: nothing is written here.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from policylint import documents, edits, engine
from policylint.documents.source import Source
from policylint.filetree import Unreadable
from policylint.means import PLAIN
from policylint.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from policylint.diagnostics import Diagnostic, Report
    from policylint.documents.document import Document, Limits
    from policylint.edits import FixEdit, TextEdit
    from policylint.facts import Examination
    from policylint.filetree import FileTree
    from policylint.means import Means
    from policylint.pack import Pack
    from policylint.settings import Settings

    Judge = Callable[[str], list[Diagnostic]]

# Trying an edit takes reading and judging its file again: how many characters that may be for one file, and how many
# tries a file has however large it is.
_CHARACTERS_TRIED = 16 * 1024 * 1024
_FEWEST_TRIES = 8
_MOST_TRIES = 1000

# As many findings of a rule as an edit may have to be told from each other; a report stops at far fewer.
_FINDINGS = 20_000

# How often fixing what an edit brings to light may bring more to light.
_DEEPEST = 3

_INDEX = re.compile(r"\[\d+\]")

_Key = tuple[str, str, str]


class Change(NamedTuple):
    """What fixing did to one file: its text before and after, and the violations that are gone."""

    before: str
    after: str
    fixed: tuple[Diagnostic, ...]


class Outcome(NamedTuple):
    """The changed files, and what a check of the same paths says of the repository with them."""

    changes: dict[str, Change]
    report: Report


class OverlaidTree:
    """A file tree in which some files have another text."""

    def __init__(self, tree: FileTree, texts: Mapping[str, str]) -> None:
        self._tree = tree
        self._texts = texts

    def files(self) -> Iterable[str]:
        """Those of the tree."""
        return self._tree.files()

    def read(self, path: str) -> Source | Unreadable:
        """The other text, or the tree's."""
        text = self._texts.get(path)
        return self._tree.read(path) if text is None else Source(path, text)

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
    changes: dict[str, Change] = {}
    has_moved_on = False
    trying = means._replace(store=_Examined())
    for path in dict.fromkeys(each.path for each in report.diagnostics if _is_wanted(each, unsafe=unsafe)):
        source = tree.read(path)
        if isinstance(source, Unreadable):
            continue
        judge = _judge_of(path, OverlaidTree(tree, _texts(changes)), pack, settings, trying)
        fixing = _Fixing(source, judge, settings.limits, unsafe=unsafe)
        has_moved_on = has_moved_on or not fixing.has_offers
        change = fixing.run()
        if change.fixed:
            changes[path] = change
    if has_moved_on:
        report = engine.check(tree, pack, settings, paths, means)
    outcome = _together(tree, pack, settings, paths, report, changes, means)
    return outcome._replace(report=_with_refusals(outcome.report, unsafe=unsafe))


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


def _with_refusals(report: Report, *, unsafe: bool) -> Report:
    return report._replace(diagnostics=tuple(_refused(each, unsafe=unsafe) for each in report.diagnostics))


def _refused(diagnostic: Diagnostic, *, unsafe: bool) -> Diagnostic:
    if diagnostic.fix_edit is None or not _is_wanted(diagnostic, unsafe=unsafe):
        return diagnostic
    return diagnostic._replace(fix_edit=diagnostic.fix_edit._replace(applicability=edits.REFUSED))


def _is_wanted(diagnostic: Diagnostic, *, unsafe: bool) -> bool:
    offered = diagnostic.fix_edit
    return offered is not None and (unsafe or offered.applicability == edits.SAFE)


def _judge_of(path: str, tree: FileTree, pack: Pack, settings: Settings, means: Means) -> Judge:
    """A function from a file's text to what is wrong with it, beyond what a report has room for."""
    settings = settings._replace(limits=settings.limits._replace(findings=_FINDINGS))

    def judge(text: str) -> list[Diagnostic]:
        report = engine.check(OverlaidTree(tree, {path: text}), pack, settings, [path], means)
        return [each for each in report.diagnostics if each.path == path]

    return judge


def _together(
    tree: FileTree,
    pack: Pack,
    settings: Settings,
    paths: list[str],
    before: Report,
    changes: dict[str, Change],
    means: Means,
) -> Outcome:
    """All changes at once; if they break something in another file, those that do are left out."""
    if not changes:
        return Outcome({}, before)
    after = check_with(tree, pack, settings, paths, changes, means)
    if not _is_worse(before, after):
        return Outcome(changes, after)
    kept: dict[str, Change] = {}
    last = before
    for path, change in changes.items():
        after = check_with(tree, pack, settings, paths, {**kept, path: change}, means)
        if not _is_worse(before, after):
            kept[path], last = change, after
    return Outcome(kept, last)


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


class _Fixing:
    """The fixing of one file: tries what is offered together, then halves of it, then each by itself."""

    def __init__(self, source: Source, judge: Judge, limits: Limits, *, unsafe: bool, depth: int = 0) -> None:
        self._path = source.path
        self._before = source.text
        self._text = source.text
        self._judge = judge
        self._limits = limits
        self._unsafe = unsafe
        self._depth = depth
        self._found = judge(source.text)
        self._fixed: list[Diagnostic] = []
        self._refused: set[tuple[_Key, FixEdit]] = set()
        self._tries = max(_FEWEST_TRIES, min(_MOST_TRIES, _CHARACTERS_TRIED // (len(source.text) + 1)))

    @property
    def has_offers(self) -> bool:
        """Whether anything is left to try."""
        return bool(self._offered())

    def run(self) -> Change:
        while self._tries > 0:
            batch = _independent(self._offered())
            if not batch:
                break
            self._try(batch)
        return Change(self._before, self._text, tuple(self._fixed))

    def _offered(self) -> list[Diagnostic]:
        wanted = (each for each in self._found if _is_wanted(each, unsafe=self._unsafe))
        return [each for each in wanted if each.fix_edit and (_key(each), each.fix_edit) not in self._refused]

    def _try(self, batch: list[Diagnostic]) -> None:
        """Make the edits of a batch if they keep what they promise, else those of its first half that do."""
        while self._tries > 0:
            self._tries -= 1
            text = _edited(Source(self._path, self._text), [e.fix_edit for e in batch if e.fix_edit], self._limits)
            if text is not None and self._accept(batch, text):
                return
            if len(batch) == 1:
                self._refused.update((_key(each), each.fix_edit) for each in batch if each.fix_edit)
                return
            batch = batch[: len(batch) // 2]

    def _accept(self, batch: list[Diagnostic], text: str) -> bool:
        """Keep a text if it is better; an edit that only brings more to light that can be fixed takes that with it."""
        found = self._judge(text)
        brought = self._brought(batch, found)
        if brought and len(batch) == 1 and self._depth < _DEEPEST and self._can_fix(brought, found):
            text, found, followed = self._followed(text)
            brought = self._brought(batch, found)
            batch = batch + followed
        if brought:
            return False
        self._text, self._found = text, found
        self._fixed += batch
        return True

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

    def _followed(self, text: str) -> tuple[str, list[Diagnostic], list[Diagnostic]]:
        """A text with all that can be fixed in it fixed: a misspelt table hides what is wrong in it.

        Then what is wrong in that text, and what was fixed.
        """
        source = Source(self._path, text)
        inner = _Fixing(source, self._judge, self._limits, unsafe=self._unsafe, depth=self._depth + 1)
        inner._tries = self._tries
        inner.run()
        self._tries = inner._tries
        return inner._text, inner._found, inner._fixed


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
    for number, (old, new) in enumerate(zip(before, after, strict=True)):
        if not edits.fits(old.data, new.data, [each.edit for each in offered if each.document == number]):
            return False
    return True
