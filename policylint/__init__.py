"""policylint: the declarative policy-as-code linter for how software is released."""

from __future__ import annotations

__version__ = "0.1.0"
