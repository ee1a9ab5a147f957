"""test_gate: a shell command stops when the tests fail, before it builds anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from policylint.operators.operator import Failure, Traits, filled
from policylint.operators.shell_command import PlaceOptions, verdict_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value

TRAITS = Traits(needs_project=True, subject="document", name_options=("environment",), runs_commands=True)


class _Refused(PlaceOptions):
    """`is_not`: the outcome that the rule refuses, one of those of `policylint.shell.outcomes`."""

    is_not: Literal["missing", "unenforced", "late", "unknown"]


class Options(_Refused, total=False):
    """What a rule says. Where the same command is in force in the context `unlike_in` and has the same outcome,
    nothing is reported: it is told there.
    """

    unlike_in: str


class Other(PlaceOptions, total=False):
    """Another command, as templates; nothing stands for one that is not there."""

    command: str


class CompiledOptions(_Refused, total=False):
    """What the rule's row has: `unlike` is the command that `unlike_in` means, where it runs."""

    unlike: Other


def check(value: Value, options: CompiledOptions, scope: Scope) -> Iterator[Failure]:
    """Simulates the command under failing tests; what it runs is followed through the repository. Nothing goes out of
    a command that always fails before it has done anything.

    `details` are the `reason` and, where it can be told, the `remedy`, the whole command as it should be.
    """
    verdict = verdict_on(value.text, options, scope)
    if verdict.outcome != options["is_not"] or verdict.never_starts:
        return
    if "unlike" in options and _is_told_elsewhere(value.text, verdict.outcome, options["unlike"], scope):
        return
    details = {"reason": verdict.reason, "remedy": verdict.remedy}
    yield Failure(verdict.reason, fix=_fix(verdict.remedy), details=details)


def _is_told_elsewhere(command: str, outcome: str, other: Other, scope: Scope) -> bool:
    """Whether the other command is the same one, and comes to the same."""
    told = filled(other.get("command", ""), scope.names) or ""
    return told == command and verdict_on(told, other, scope).outcome == outcome


def _fix(remedy: str) -> str:
    first, line_end, _ = remedy.partition("\n")
    return f"begin with a line '{first}'" if line_end else f"write '{remedy}'" if remedy else ""
