"""The file of a baseline: read and, where it is wrong, told with its place. What it says is for `baseline`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from policylint import baseline, documents
from policylint.diagnostics import FILE_START
from policylint.discovery import DiskTree
from policylint.documents.document import Limits
from policylint.errors import DefinitionError, DefinitionFault
from policylint.filetree import Unreadable
from policylint.regular_files import relative

if TYPE_CHECKING:
    from policylint.baseline import Findings, FormFault
    from policylint.documents.source import Source

BASELINE_FILE = "policylint-baseline.json"
LARGEST_BASELINE = 4 * 1024 * 1024


def read_baseline(root: str, path: str, working_folder: str) -> Findings:
    """The findings of a baseline. Raises DefinitionError with the place, as seen from where the command runs."""
    shown = relative(os.path.join(root, path), working_folder)
    if not os.path.lexists(os.path.join(root, path)):
        hint = "write it with 'policylint check --write-baseline'"
        raise DefinitionError([DefinitionFault(shown, 1, 1, "the baseline does not exist", hint)])
    source = DiskTree(root, [], LARGEST_BASELINE).read(path)
    if isinstance(source, Unreadable):
        raise DefinitionError([DefinitionFault(shown, 1, 1, f"the baseline cannot be used: {source.message}")])
    try:
        return baseline.read(source.text)
    except baseline.FormFault as fault:
        raise DefinitionError([_baseline_fault(source, shown, fault)]) from None


def _baseline_fault(source: Source, shown: str, fault: FormFault) -> DefinitionFault:
    """The fault at its place, for which the text is read once more: a baseline is rarely wrong."""
    loaded = documents.load(source, "json", Limits())
    message, (line, column) = fault.message, FILE_START.start
    if loaded.documents:
        line, column = loaded.documents[0].span(fault.path).start
    elif loaded.faults:
        line, column = source.position(loaded.faults[0].start)
        message = f"{message}: {loaded.faults[0].message}"
    hint = "mend it, or remove it and write it with 'policylint check --write-baseline'"
    return DefinitionFault(shown, line, column, message, hint, source.line(line))
