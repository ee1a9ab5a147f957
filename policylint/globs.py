"""One glob language for kinds, configuration and excludes: the one of `.gitignore`.

Globs are translated to regular expressions once, when definitions are compiled; matching needs only `re`.
"""

from __future__ import annotations

import re
from functools import lru_cache


def translate(glob: str) -> str:
    """The regular expression of a glob for posix paths relative to the root. Raises ValueError for an empty glob."""
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    expression, include = GitIgnoreSpecPattern.pattern_to_regex(glob)
    if expression is None or not include:
        raise ValueError(f"glob '{glob}' matches nothing")
    return str(expression).replace("?P<ps_d>", "?:")


@lru_cache(maxsize=4096)
def compiled(expression: str) -> re.Pattern[str]:
    """The compiled form of a translated glob."""
    return re.compile(expression)


def matches(expressions: list[str], path: str) -> bool:
    """Whether any translated glob matches the path or a folder above it."""
    return any(compiled(expression).match(path) for expression in expressions)
