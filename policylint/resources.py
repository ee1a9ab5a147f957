"""Where the shipped rules and schemas lie: inside an installed package, or at the top of a checkout."""

from __future__ import annotations

import os


def folder(name: str) -> str:
    """The absolute path of `rules` or `schemas`. Raises FileNotFoundError when the installation is incomplete."""
    package = os.path.dirname(os.path.abspath(__file__))
    for candidate in (os.path.join(package, "_data", name), os.path.join(os.path.dirname(package), name)):
        if os.path.isdir(candidate):
            return candidate
    raise FileNotFoundError(f"the folder '{name}' is missing from the installation of policylint")
