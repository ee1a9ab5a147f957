"""The import of jsonschema_rs, without what it asks for and a check never needs."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

# What stands in for modules while it is imported: a date parser that leaves the text of a date as it is, and a type
# of numbers that no data of ours has.
_STAND_INS: dict[str, dict[str, Any]] = {
    "email": {},
    "email.utils": {"parsedate_to_datetime": str},
    "decimal": {"Decimal": type("Decimal", (), {})},
}


def load() -> Any:
    """The module `jsonschema_rs`.

    While it is imported it reads the date of its own build, with the date parser of the mail package, which brings
    sockets, calendars and twenty modules more, and at its first validation it asks for a type of the module of decimal
    numbers: together a sixth of the time of a cold check (docs/performance.md).
    """
    if "jsonschema_rs" in sys.modules:
        return sys.modules["jsonschema_rs"]
    missing = {name: names for name, names in _STAND_INS.items() if name not in sys.modules}
    for name, names in missing.items():
        stand_in = ModuleType(name)
        stand_in.__dict__.update(names)
        sys.modules[name] = stand_in
    try:
        import jsonschema_rs

        # The first validation of all asks for the type of decimal numbers.
        jsonschema_rs.is_valid(True, None)
    finally:
        for name in missing:
            del sys.modules[name]
    return jsonschema_rs
