"""Run a command on paper in every way that its conditions leave open, and say what that makes of its test gate."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from policylint.diagnostics import excerpt
from policylint.named_tuple import NamedTuple
from policylint.shell.resolver import Resolver
from policylint.shell.simulation import Simulation
from policylint.shell.state import Unanalysable
from policylint.shell.trace import Budget, Meter, Trace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policylint.shell.files import Files
    from policylint.shell.vocabulary import Vocabulary

MAX_RUNS = 64


class GateVerdict(NamedTuple):
    """What becomes of the build when every test fails.

    `outcome` is strict (it stops before building), late (it fails, but something was built), unenforced (it exits 0),
    missing (no test runs) or unknown; `reason` continues the sentence "build.command ...". `remedy` is the command
    rewritten so that it is strict, empty where it is, or where that cannot be done with certainty. What `never_starts`
    fails on all ways before it tests or builds anything, as with a script that does not exist: no deploy goes out.
    """

    outcome: str
    reason: str
    remedy: str = ""
    never_starts: bool = False


class Surroundings(NamedTuple):
    """Where a command runs: in a folder of a repository, with variables whose values are known.

    `meter` counts the steps of several commands together.
    """

    vocabulary: Vocabulary
    files: Files
    folder: str = "."
    variables: Mapping[str, str] = {}
    meter: Meter | None = None


class Run(NamedTuple):
    """One way through a command: its verdict, the conditions on that way, and whether it just stopped early."""

    verdict: GateVerdict
    trace: Trace
    stopped: bool


class Rehearsal:
    """A command on paper: all ways through it, with failing tests and with passing ones; none when there are too many.

    Never raises for any command, and never runs anything.
    """

    def __init__(self, command: str, around: Surroundings) -> None:
        self.command = command
        self.meter = around.meter or Meter()
        self.around = around._replace(meter=self.meter)

    @cached_property
    def failing(self) -> list[Run]:
        """The ways with failing tests."""
        return _ways_through(self.command, self.around, self.meter, test_status=1)

    @cached_property
    def passing(self) -> list[Run]:
        """The ways with passing tests."""
        return _ways_through(self.command, self.around, self.meter, test_status=0)

    @property
    def verdict(self) -> GateVerdict:
        """The verdict on the test gate, without a remedy."""
        return _agreement(self.failing) if self.failing else unknown("it has too many conditions")


def _ways_through(command: str, around: Surroundings, meter: Meter, *, test_status: int) -> list[Run]:
    budget = Budget(meter)
    resolver = Resolver(around.files, around.vocabulary)
    plan: list[bool] = []
    runs: list[Run] = []
    while len(runs) < MAX_RUNS:
        trace = Trace(plan)
        simulation = Simulation(around.vocabulary, resolver, trace, budget, test_status)
        runs.append(_run(command, simulation, trace, around))
        plan = _next_plan(trace.answers)
        if not plan:
            return runs
    return []


def _run(command: str, simulation: Simulation, trace: Trace, around: Surroundings) -> Run:
    try:
        status = simulation.run(command, around.folder, around.variables)
    except Unanalysable as error:
        return Run(unknown(str(error)), trace, stopped=False)
    except RecursionError:
        return Run(unknown("it is nested too deeply"), trace, stopped=False)
    did_something = any(trace.ran(kind) for kind in ("test", "build", "opaque"))
    return Run(_verdict(status, trace), trace, stopped=status != 0 and not did_something)


def _next_plan(answers: list[bool]) -> list[bool]:
    """The next combination of answers, depth first; empty after the last one."""
    plan = list(answers)
    while plan and plan[-1]:
        plan.pop()
    return [*plan[:-1], True] if plan else []


def unknown(cause: str) -> GateVerdict:
    """The verdict on what cannot be told, for a cause."""
    return GateVerdict("unknown", f"cannot be analysed: {cause}")


def _verdict(status: int, trace: Trace) -> GateVerdict:
    if not trace.ran("test"):
        opaque = next((event.text for event in trace.events if event.kind == "opaque"), None)
        if opaque is not None:
            return unknown(f"it runs '{opaque}'")
        idle = next((event.text for event in trace.events if event.kind == "idle"), None)
        return GateVerdict("missing", "runs no tests" if idle is None else f"runs no tests ('{idle}' tests nothing)")
    if status == 0:
        return GateVerdict("unenforced", _loss(trace))
    if not trace.ran("build"):
        return GateVerdict("strict", "stops when the tests fail")
    kinds = [event.kind for event in trace.events]
    if kinds.index("build") < kinds.index("test"):
        return GateVerdict("late", "runs the tests after the build")
    return GateVerdict("late", "builds although the tests have failed, and only then stops")


def _loss(trace: Trace) -> str:
    if not trace.losses:
        return "exits 0 although the tests fail"
    reason = trace.losses[-1]
    if trace.ran("build"):
        return reason
    return reason.replace("lets the build go on when", "exits 0 when")


def _agreement(runs: list[Run]) -> GateVerdict:
    """The one verdict on all ways through. A way that fails before it tests or builds releases nothing, so it
    only counts when there is no other."""
    counted = [run for run in runs if not run.stopped] or runs
    for run in counted:
        if run.verdict.outcome == "unknown":
            return run.verdict
    first = counted[0]
    for run in counted[1:]:
        if run.verdict.outcome != first.verdict.outcome:
            return GateVerdict(
                "unknown", f"treats failing tests differently depending on the condition `{_difference(first, run)}`"
            )
    return first.verdict._replace(never_starts=first.stopped)


def _difference(one: Run, other: Run) -> str:
    """The question at which two ways part: the last one that both were asked."""
    common = 0
    for left, right in zip(one.trace.questions, other.trace.questions, strict=False):
        if left != right:
            break
        common += 1
    return excerpt(one.trace.questions[max(common - 1, 0)])
