"""The command `clean`: removes the caches, and says what it removed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from policylint import cache_folder
from policylint.cli import exit_codes
from policylint.counts import counted
from policylint.errors import UsageError
from policylint.reporters.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

_MEGABYTE = 1_000_000


def run(environment: Mapping[str, str]) -> int:
    """Remove, print, and say how it ended. Raises UsageError for what could not be removed."""
    folder = cache_folder.place(environment)
    removed = cache_folder.clean(folder) if folder else cache_folder.Removed(0, 0, {})
    if removed.files:
        size = f"{removed.size / _MEGABYTE:.1f} MB"
        sys.stdout.write(f"removed {counted(removed.files, 'file')} ({size}) from {visible(folder or '')}\n")
    elif not removed.refused:
        sys.stdout.write(f"nothing to remove{f' from {visible(folder)}' if folder else ''}\n")
    for path, reason in sorted(removed.refused.items()):
        raise UsageError(f"'{path}' cannot be removed: {reason}")
    return exit_codes.CLEAN
