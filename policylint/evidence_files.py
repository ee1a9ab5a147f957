"""What the files of evidence say of each ID: test results, and what keeps some of them from being read."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from policylint.diagnostics import Position
from policylint.documents.document import Fault
from policylint.evidence import RESULT_LIMIT, EvidenceFault, combined, read
from policylint.filetree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from policylint.diagnostics import Diagnostic
    from policylint.documents.source import Source
    from policylint.evidence import Result
    from policylint.examiner import Examiner
    from policylint.filetree import FileTree


def gathered(paths: Iterable[str], tree: FileTree, examiner: Examiner) -> tuple[Mapping[str, Result], list[Diagnostic]]:
    """The results of all files by ID, and the diagnostics of files that cannot be read or say nothing."""
    results: list[Result] = []
    diagnostics: list[Diagnostic] = []
    for path in dict.fromkeys(map(posixpath.normpath, paths)):
        source = tree.read(path)
        if isinstance(source, Unreadable):
            diagnostics.extend(examiner.unreadable(source))
            continue
        if len(results) >= RESULT_LIMIT:
            message = f"is not read, nor what follows it: the evidence before has {RESULT_LIMIT} results or more"
            diagnostics.extend(examiner.fault(source, Fault("limit-exceeded", message)))
            break
        found, faults = _results(source, examiner)
        results.extend(found)
        diagnostics.extend(each for fault in faults for each in examiner.fault(source, fault))
    return combined(results), diagnostics


def _results(source: Source, examiner: Examiner) -> tuple[list[Result], list[Fault]]:
    """What a file of test results says, and what is wrong with it."""

    def identifiers_in(text: str) -> list[str]:
        return [str(target) for each in examiner.grammar().references(text) for target in each.targets]

    try:
        found = read(source, identifiers_in, examiner.entries.settings.outcomes)
    except EvidenceFault as fault:
        offset = source.offset(Position(fault.line, fault.column))
        return [], [Fault("syntax-error", fault.message, offset, offset)]
    return found, [] if found else [Fault("empty-evidence", "the file has no result for any ID", 0, 0)]
