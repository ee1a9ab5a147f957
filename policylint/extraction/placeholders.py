"""Entries whose ID was never filled in (`DEP-XXX`), where entries live: nothing else would say a word about them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policylint.documents.document import Fault

if TYPE_CHECKING:
    from policylint.documents.document import Extent
    from policylint.extraction.vocabulary import Vocabulary

PLACEHOLDER = re.compile(
    r"(?P<prefix>[A-Z][A-Z0-9]*)-(?:X{2,}|N{2,}|Y{2,}|#{2,}|\{[^}\r\n]*\}|<[^>\r\n]*>|\[[^\]\r\n]*\])(?![A-Za-z0-9])"
)

# A part that is to be filled in: `{Name} [DEPRECATED]`.
_PART = re.compile(r"\{[^{}\r\n]*\}|<[^<>\r\n]*>")


def is_form_title(title: str, vocabulary: Vocabulary) -> bool:
    """Whether a title says nothing of its own, so that what it heads is a form."""
    return not title or _PART.search(title) is not None or vocabulary.is_placeholder(title)


def unnumbered(
    text: str, extent: Extent, path: str, vocabulary: Vocabulary, *, may_be_word: bool = False
) -> Fault | None:
    """The report of an ID that is a placeholder, in a file that is a home of its prefix; a word (`TBD`) has none."""
    match = PLACEHOLDER.fullmatch(text)
    if match is None and not (may_be_word and text.isalpha() and vocabulary.is_placeholder(text)):
        return None
    if not vocabulary.is_home(match["prefix"] if match else "", path):
        return None
    return Fault("unnumbered-entry", f"'{text}' is a placeholder and no ID", *extent)
