"""How much a run may read and judge again to try fixes: a hostile file offers ten thousand that do not help.

Counted in characters and not by a clock, so that a run ends at the same place each time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

# What takes about as long as so many characters: judging a file besides its text, wording a violation, and reading
# another file for its entries, of which only every eighth character counts: it has been examined before.
_OF_EACH = 200
_OF_FINDING = 30
_OF_OTHER = 20
_OTHERS = 8


class Effort:
    """The characters that a run has left for trying."""

    def __init__(self, characters: int) -> None:
        self._left = characters

    def allows(self, text: str) -> bool:
        """Whether one more text of this length may be judged."""
        return self._left >= _OF_EACH + len(text)

    def take(self, text: str) -> bool:
        """Count that a text is to be judged, if it may be."""
        is_allowed = self.allows(text)
        if is_allowed:
            self._left -= _OF_EACH + len(text)
        return is_allowed

    def take_all(self, lengths: Collection[int]) -> bool:
        """Count that all files are to be judged once more, if they may be."""
        wanted = sum(lengths) + _OF_EACH * len(lengths)
        if wanted > self._left:
            return False
        self._left -= wanted
        return True

    def spend(self, others: Collection[int], findings: int) -> None:
        """Count what judging took besides: other files, by their lengths, and what was found."""
        self._left -= len(others) * _OF_OTHER + sum(others) // _OTHERS + findings * _OF_FINDING
