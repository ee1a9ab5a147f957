"""The entry point of the command `policylint` and of `python -m policylint`."""

from __future__ import annotations

import gc
import os
import sys

# As cli/exit_codes.py has it, which may not have been imported yet.
_INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit with its code."""
    # A run builds trees and keeps them: collecting while it does finds nothing (docs/performance.md).
    gc.disable()
    try:
        from policylint.cli.entry import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        # Before `run` can say so itself, or while it does.
        code = _INTERRUPTED
    _flush()
    # Taking the interpreter apart costs as much as parsing a file, and nothing is left to be written.
    os._exit(code)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue


if __name__ == "__main__":
    main()
