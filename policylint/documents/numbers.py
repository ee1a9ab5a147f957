"""Numbers that data holds as the text that was written, so that a version 1.10 stays what it is."""

from __future__ import annotations

import re

# The numbers of YAML's core schema (https://yaml.org/spec/1.2.2/#1032-tag-resolution), and those of TOML and JSON that
# are no finite number of a computer. Python takes quadratic time for long ones.
_LONGEST = 300
_FORMS = (
    (re.compile(r"[-+]?[0-9]+"), int),
    (re.compile(r"0o[0-7]+"), lambda text: int(text, 8)),
    (re.compile(r"0x[0-9a-fA-F]+"), lambda text: int(text, 16)),
    (re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"), float),
    (re.compile(r"[-+]?\.?(?:inf|Inf|INF)|[-+]?nan|\.(?:nan|NaN|NAN)"), lambda text: float(text.replace(".", ""))),
)


def number(text: str) -> int | float | None:
    """The number that an unquoted text is; None if it is none."""
    if len(text) > _LONGEST:
        return None
    return next((make(text) for form, make in _FORMS if form.fullmatch(text)), None)
