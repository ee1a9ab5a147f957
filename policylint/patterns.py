"""Regular expressions from rules, configuration and linted files: RE2 semantics, linear time, bounded length.

All of these may come from a repository that is not trusted, and `re` needs exponential time for some of them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from re import Pattern

PATTERN_LENGTH_LIMIT = 512


class PatternError(ValueError):
    """The pattern is too long or is not RE2 syntax; the text says which."""


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str) -> Pattern[str]:
    """A compiled pattern with the interface of `re.Pattern`; spans are in characters. Raises PatternError."""
    if len(pattern) > PATTERN_LENGTH_LIMIT:
        raise PatternError(f"is {len(pattern)} characters long, more than {PATTERN_LENGTH_LIMIT}")
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        compiled: Pattern[str] = re2.compile(pattern, options)
    except re2.error as error:
        detail = error.args[0]
        text = detail.decode("utf-8", "replace") if isinstance(detail, bytes) else str(detail)
        raise PatternError(f"is not an RE2 pattern: {text}") from None
    return compiled
