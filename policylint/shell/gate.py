"""Judge whether a failing test stops a build command before it builds, and say why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.shell.outcomes import GateVerdict, Surroundings, outcome_of, ways_through

if TYPE_CHECKING:
    from policylint.shell.plans import Note

__all__ = ["GateVerdict", "Surroundings", "judge_gate", "notes_on"]


def judge_gate(command: str, around: Surroundings) -> GateVerdict:
    """What `bash -c COMMAND` does when all tests fail and all else succeeds.

    Where neither the text nor the repository settles a condition, all ways through are tried. Never raises for any
    command, and never runs anything.
    """
    verdict = outcome_of(command, around)
    if verdict.outcome in ("strict", "unknown"):
        return verdict
    from policylint.shell.remedies import remedy

    return verdict._replace(remedy=remedy(command, verdict.outcome, around))


def notes_on(command: str, around: Surroundings) -> tuple[Note, ...]:
    """What there is to tell about the programs that a command runs, with passing and with failing tests."""
    found: dict[Note, None] = {}
    for status in (0, 1):
        for run in ways_through(command, around, test_status=status):
            found.update(dict.fromkeys(run.trace.notes))
    return tuple(found)
