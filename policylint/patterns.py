"""Regular expressions from rules, configuration and linted files: RE2 semantics, linear time, bounded length.

All of these may come from a repository that is not trusted, and `re` needs exponential time for some of them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable
    from re import Pattern

PATTERN_LENGTH_LIMIT = 512
# Of a pattern that was made of several, each of which had the limit above.
JOINED_LENGTH_LIMIT = 4096


# Whatever is neither letter nor number in any script, and what makes a sign an emoji: `\W` takes an owner named Иван
# for signs.
SIGNS = r"[\pP\pS\pZ\pC\x{FE0F}]*"


class PatternError(ValueError):
    """The pattern is too long or is not RE2 syntax; the text says which."""


def whole(pattern: str) -> str:
    """The pattern of a text that is all that a pattern describes, but for signs around it."""
    return f"^{SIGNS}(?:{pattern}){SIGNS}$"


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str) -> Pattern[str]:
    """A compiled pattern with the interface of `re.Pattern`; spans are in characters. Raises PatternError."""
    return _compiled(pattern, PATTERN_LENGTH_LIMIT, captures=True)


def is_found(pattern: str, text: str) -> bool:
    """Whether a pattern matches somewhere in a text; told in less than half the time of finding where."""
    if len(text) <= _SHORT:
        return _finder(pattern)(text) is not None
    return searcher(pattern)(text.encode()) is not None


# A set of patterns searches the whole text even if it begins with what is sought, but is asked in half the time.
_SHORT = 1_000


@lru_cache(maxsize=1024)
def _finder(pattern: str) -> Callable[[str], object]:
    """What tells whether short texts have what a pattern describes: None if not. Raises PatternError."""
    search = searcher(pattern)
    import re2

    found = re2.Set.SearchSet(_options(captures=False))
    try:
        found.Add(pattern)
        found.Compile()
    except re2.error:
        # It needs more memory than a set has.
        return lambda text: search(text.encode())
    match: Callable[[str], object] = found.Match
    return match


@lru_cache(maxsize=1024)
def searcher(pattern: str) -> Callable[[bytes], object]:
    """What searches encoded text for a pattern and tells only whether it is there. Raises PatternError.

    The pattern may be one that was joined of several.
    """
    # A pattern of text searches bytes as well: without counting characters.
    search: Callable[[bytes], object] = cast(
        "Pattern[bytes]", _compiled(pattern, JOINED_LENGTH_LIMIT, captures=False)
    ).search
    return search


def _compiled(pattern: str, longest: int, *, captures: bool) -> Pattern[str]:
    if len(pattern) > longest:
        raise PatternError(f"is {len(pattern)} characters long, more than {longest}")
    import re2

    try:
        compiled: Pattern[str] = re2.compile(pattern, _options(captures=captures))
    except re2.error as error:
        detail = error.args[0]
        text = detail.decode("utf-8", "replace") if isinstance(detail, bytes) else str(detail)
        raise PatternError(f"is not an RE2 pattern: {text}") from None
    return compiled


def _options(*, captures: bool) -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    options.never_capture = not captures
    return options
