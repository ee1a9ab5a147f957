"""Judge whether a failing test stops a build command before it builds, and say why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from policylint.shell.simulation import Simulation
from policylint.shell.state import Unanalysable
from policylint.shell.trace import Budget, Trace, shorten

if TYPE_CHECKING:
    from policylint.shell.simulation import Classifier, Resolver

MAX_RUNS = 64


class GateVerdict(NamedTuple):
    """What becomes of the build when every test fails.

    `outcome` is strict (it stops before building), late (it fails, but something was built), unenforced (it exits 0),
    missing (no test runs) or unknown; `reason` continues the sentence "build.command ...".
    """

    outcome: str
    reason: str


class _Run(NamedTuple):
    """The verdict on one way through the command, the conditions on that way, and whether it just stopped early."""

    verdict: GateVerdict
    questions: list[str]
    stopped: bool


def judge_gate(command: str, classify: Classifier, resolve: Resolver) -> GateVerdict:
    """What `bash -c COMMAND` does when all tests fail and all else succeeds.

    `classify` gets the words of a simple command and tells its role; `resolve` gets them with the directory they run
    in ("." is the start) and returns the shell text behind them, or None. Where the text leaves a condition open, all
    ways through are tried. Never raises for any command, and never runs anything.
    """
    budget = Budget()
    plan: list[bool] = []
    runs: list[_Run] = []
    while len(runs) < MAX_RUNS:
        trace = Trace(plan)
        runs.append(_run(command, Simulation(classify, resolve, trace, budget), trace))
        plan = _next_plan(trace.answers)
        if not plan:
            return _agreement(runs)
    return _unknown("it has too many conditions")


def _run(command: str, simulation: Simulation, trace: Trace) -> _Run:
    try:
        status = simulation.run(command)
    except Unanalysable as error:
        return _Run(_unknown(str(error)), trace.questions, stopped=False)
    except RecursionError:
        return _Run(_unknown("it is nested too deeply"), trace.questions, stopped=False)
    did_something = any(trace.ran(kind) for kind in ("test", "build", "opaque"))
    return _Run(_verdict(status, trace), trace.questions, stopped=status != 0 and not did_something)


def _next_plan(answers: list[bool]) -> list[bool]:
    """The next combination of answers, depth first; empty after the last one."""
    plan = list(answers)
    while plan and plan[-1]:
        plan.pop()
    return [*plan[:-1], True] if plan else []


def _unknown(cause: str) -> GateVerdict:
    return GateVerdict("unknown", f"cannot be analysed: {cause}")


def _verdict(status: int, trace: Trace) -> GateVerdict:
    if not trace.ran("test"):
        opaque = next((event.text for event in trace.events if event.kind == "opaque"), None)
        if opaque is not None:
            return _unknown(f"it runs '{opaque}'")
        return GateVerdict("missing", "runs no tests")
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


def _agreement(runs: list[_Run]) -> GateVerdict:
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
    return first.verdict


def _difference(one: _Run, other: _Run) -> str:
    """The question at which two ways part: the last one that both were asked."""
    common = 0
    for left, right in zip(one.questions, other.questions, strict=False):
        if left != right:
            break
        common += 1
    return shorten(one.questions[max(common - 1, 0)])
