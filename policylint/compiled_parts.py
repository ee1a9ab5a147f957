"""Parts of compiled definitions as bytes: of two hundred rules a run reads the bodies of those that it uses."""

from __future__ import annotations

import marshal
from typing import Any

# Without references between values, so that equal values are equal bytes.
_VERSION = 2
_DIGEST_SIZE = 16


def packed(value: object) -> bytes:
    """Plain data as bytes, with lists for tuples and texts for keys."""
    import json

    return marshal.dumps(json.loads(json.dumps(value)), _VERSION)


def unpacked(data: bytes) -> Any:
    """What was packed; only for bytes of this process, or of a cache file that is as it was written."""
    return marshal.loads(data)  # noqa: S302


def digest(pack: dict[str, Any]) -> str:
    """What tells a pack from others, hexadecimal."""
    from hashlib import blake2b

    return blake2b(marshal.dumps(pack, _VERSION), digest_size=_DIGEST_SIZE).hexdigest()
