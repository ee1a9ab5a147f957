"""Compiled definitions between runs: one file per workspace in the cache folder. Only data is ever read back."""

from __future__ import annotations

import marshal
import sys
from binascii import crc32
from typing import Any

from policylint import cache_folder

# Another Python may write the same data in another way.
_MAGIC = f"policylint definitions {sys.hexversion:08x}\n".encode()
_CHECKSUM = 4


def read(path: str) -> dict[str, Any]:
    """What was stored; empty when there is nothing, or not what was written.

    `marshal` takes a quarter of the time of JSON and trusts what it reads, so that what a full disk or an editor may
    have left is told by a checksum. Nobody else can write here (`cache_folder`).
    """
    data = memoryview(cache_folder.read(path))
    start = len(_MAGIC) + _CHECKSUM
    head, payload = bytes(data[:start]), data[start:]
    if head != _MAGIC + _checksum(payload):
        return {}
    stored: dict[str, Any] = marshal.loads(payload)  # noqa: S302
    return stored


def write(path: str, value: dict[str, Any]) -> None:
    """Store; a full or read-only disk only means that the next run compiles again."""
    payload = marshal.dumps(value)
    cache_folder.write(path, [_MAGIC, _checksum(payload), payload])


def _checksum(payload: bytes | memoryview) -> bytes:
    return crc32(payload).to_bytes(_CHECKSUM, "big")
