"""Names of kinds that are not in the tables."""

from __future__ import annotations

# Entries that wait to be filled in are of this kind only, so that no rule for real ones judges them.
FORM = "form"
# Any entry that is of some kind and not a form; any kind of document; any reference.
ANY = "*"
