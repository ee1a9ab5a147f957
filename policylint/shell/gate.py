"""Judge whether a failing test stops a build command before it builds, and say why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.shell.outcomes import GateVerdict, Rehearsal, Surroundings, unknown

if TYPE_CHECKING:
    from policylint.shell.plans import Note

__all__ = ["GateVerdict", "Rehearsal", "Surroundings", "judge_gate", "notes_on", "unknown"]


def judge_gate(rehearsal: Rehearsal) -> GateVerdict:
    """What `bash -c COMMAND` does when all tests fail and all else succeeds.

    Where neither the text nor the repository settles a condition, all ways through are tried.
    """
    verdict = rehearsal.verdict
    if verdict.outcome in ("strict", "unknown"):
        return verdict
    from policylint.shell.remedies import remedy

    return verdict._replace(remedy=remedy(rehearsal))


def notes_on(rehearsal: Rehearsal) -> tuple[Note, ...]:
    """What there is to tell about the programs that a command runs, with passing and with failing tests."""
    return tuple(dict.fromkeys(note for run in (*rehearsal.passing, *rehearsal.failing) for note in run.trace.notes))
