"""The import of jsonschema_rs, without what it asks for and a check never needs."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

_MAIL = "email.utils"


def load() -> Any:
    """The module `jsonschema_rs`.

    While it is imported it reads the date of its own build, with the date parser of the mail package, which brings
    sockets, calendars and twenty modules more: a seventh of the time of a cold check (docs/performance.md). So it is
    handed a parser that leaves the text of the date as it is.
    """
    if _MAIL in sys.modules or "jsonschema_rs" in sys.modules:
        import jsonschema_rs

        return jsonschema_rs
    stand_in = ModuleType(_MAIL)
    stand_in.__dict__["parsedate_to_datetime"] = str
    sys.modules[_MAIL] = stand_in
    try:
        import jsonschema_rs
    finally:
        del sys.modules[_MAIL]
    return jsonschema_rs
