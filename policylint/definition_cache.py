"""Compiled definitions between runs: one JSON file per workspace in the user's own cache folder.

Only data is ever read back, never code, and only from a folder that nobody else can write and that does not lie
in the linted repository. Whatever is odd about the folder or the file means compiling again, never an error.
"""

from __future__ import annotations

import json
import os
import stat
from binascii import crc32
from typing import TYPE_CHECKING, Any

from policylint.regular_files import is_below

if TYPE_CHECKING:
    from collections.abc import Mapping


def folder(environment: Mapping[str, str], root: str) -> str | None:
    """The cache folder for a linted root, created if need be; None where none can be trusted."""
    base = environment.get("XDG_CACHE_HOME") or environment.get("LOCALAPPDATA")
    home = environment.get("HOME") or environment.get("USERPROFILE")
    if not base and home:
        base = os.path.join(home, ".cache")
    if not base or not os.path.isabs(base):
        return None
    path = os.path.join(base, "policylint")
    if is_below(os.path.realpath(path), os.path.realpath(root)):
        return None
    try:
        os.makedirs(path, mode=0o700, exist_ok=True)
        return path if _is_private(os.stat(path)) else None
    except OSError:
        return None


def _is_private(status: os.stat_result) -> bool:
    if not hasattr(os, "geteuid"):
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def file_for(cache_folder: str, identity: str) -> str:
    """The cache file of a workspace; two that share one only cost each other the time to compile."""
    return os.path.join(cache_folder, f"definitions-{crc32(os.fsencode(identity)):08x}.json")


def read(path: str) -> dict[str, Any]:
    """What was stored; empty when there is nothing usable."""
    try:
        with open(path, encoding="utf-8") as file:
            stored = json.load(file)
    except (OSError, ValueError, RecursionError):
        return {}
    return stored if isinstance(stored, dict) else {}


def write(path: str, value: dict[str, Any]) -> None:
    """Store atomically; a full or read-only disk only means that the next run compiles again."""
    temporary = f"{path}.{os.getpid()}"
    try:
        with open(temporary, "w", encoding="utf-8") as file:
            json.dump(value, file, separators=(",", ":"))
        os.replace(temporary, path)
    except OSError:
        _remove(temporary)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return
