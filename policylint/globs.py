"""One glob language for kinds, configuration and excludes: the one of `.gitignore`.

Globs are translated to regular expressions once, when definitions are compiled. They are matched by RE2 on the
bytes of a path: in linear time, and for any name that a file can have.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any


def translate(glob: str) -> str:
    """The regular expression of a glob for posix paths relative to the root.

    Raises ValueError for a glob that matches nothing or that RE2 refuses.
    """
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    expression, include = GitIgnoreSpecPattern.pattern_to_regex(glob)
    if expression is None or not include:
        raise ValueError(f"glob '{glob}' matches nothing")
    text = str(expression).replace("?P<ps_d>", "?:")
    _compiled((text,))
    return text


def matches(expressions: list[str], path: str) -> bool:
    """Whether any translated glob matches the path or a folder above it."""
    return bool(expressions) and _compiled(tuple(expressions)).match(os.fsencode(path)) is not None


# More than a configuration may have kinds and severities: what is compiled again for each file takes longer than that.
@lru_cache(maxsize=4096)
def _compiled(expressions: tuple[str, ...]) -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    options.dot_nl = True
    options.never_capture = True
    options.encoding = re2.Options.Encoding.LATIN1
    try:
        return re2.compile("|".join(f"(?:{each})" for each in expressions).encode(), options)
    except re2.error:
        raise ValueError(f"glob '{expressions[0]}' is too complex") from None
