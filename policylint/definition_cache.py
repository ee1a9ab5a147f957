"""Compiled definitions between runs: one JSON file per workspace in the cache folder. Only data is ever read back."""

from __future__ import annotations

import json
from typing import Any

from policylint import cache_folder


def read(path: str) -> dict[str, Any]:
    """What was stored; empty when there is nothing usable."""
    try:
        stored = json.loads(cache_folder.read(path) or b"{}")
    except (ValueError, RecursionError):
        return {}
    return stored if isinstance(stored, dict) else {}


def write(path: str, value: dict[str, Any]) -> None:
    """Store; a full or read-only disk only means that the next run compiles again."""
    cache_folder.write(path, [json.dumps(value, separators=(",", ":")).encode()])
