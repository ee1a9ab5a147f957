"""The fixing of one file: the text after the edits that are offered for it, each tried before it is kept.

An edit is kept only if its text can be read again, says the same everywhere else, no longer has the violation, and has
no new one.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from policylint import documents, edits
from policylint.documents.source import Source
from policylint.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from policylint.diagnostics import Diagnostic
    from policylint.documents.document import Document, Limits
    from policylint.edits import Edit, FixEdit, TextEdit
    from policylint.fixing_effort import Effort

    Judge = Callable[[str], list[Diagnostic]]

# How often a file is tried at most, if it is so small that the characters of the run do not end that.
_MOST_TRIES = 1000

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


def is_wanted(diagnostic: Diagnostic, *, unsafe: bool) -> bool:
    """Whether a diagnostic offers a safe edit, or any where unsafe ones are wanted."""
    offered = diagnostic.fix_edit
    return offered is not None and (unsafe or offered.applicability == edits.SAFE)


def _key(diagnostic: Diagnostic) -> _Key:
    """What a diagnostic is known by in another text, where lines and positions in lists are others."""
    return diagnostic.rule, _INDEX.sub("[]", diagnostic.subject), _INDEX.sub("[]", diagnostic.message)


def _offer(diagnostic: Diagnostic) -> _Offer:
    return _key(diagnostic), diagnostic.fix_edit


class FileFixing:
    """Tries what is offered for a file together, then halves of it, then each by itself."""

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
        wanted = (each for each in self._found if is_wanted(each, unsafe=self._unsafe))
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
        fixable = Counter(_key(each) for each in found if is_wanted(each, unsafe=self._unsafe))
        return not brought - fixable

    def _followed(self, text: str, found: list[Diagnostic]) -> tuple[str, list[Diagnostic], list[Diagnostic]]:
        """A text with all that can be fixed in it fixed: a misspelt table hides what is wrong in it.

        Then what is wrong in that text, and what was fixed.
        """
        source = Source(self.path, text)
        inner = FileFixing(source, self._judge, self._limits, self._effort, unsafe=self._unsafe, depth=self._depth + 1)
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
