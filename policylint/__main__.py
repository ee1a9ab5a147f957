"""The entry point of the command `policylint` and of `python -m policylint`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and exit with its code."""
    from policylint.cli.entry import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
