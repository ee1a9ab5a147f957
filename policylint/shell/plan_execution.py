"""Run a plan on paper: each of its shell texts in a process of its own, and what they make of each other's failures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.shell.builtin_commands import apply_options, run_opaque
from policylint.shell.commands import is_posix, run_leaf, run_program
from policylint.shell.expansion import Field
from policylint.shell.plans import (
    ABSENT_SCRIPT,
    Choice,
    Command,
    Graph,
    Hidden,
    Ignored,
    Leaf,
    Note,
    Outcome,
    Plan,
    Reassigned,
    Script,
    Steps,
)
from policylint.shell.state import Shell

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from policylint.shell.simulation import Simulation

    Environment = dict[str, str | None]


def run_plan(run: Simulation, plan: Plan, environment: Environment) -> int:
    """The status of a plan, started with these variables; raises Unanalysable."""
    return run.nested(lambda: _HANDLERS[type(plan)](run, plan, environment))


def _script(run: Simulation, plan: Script, environment: Environment) -> int:
    shell = Shell(plan.directory, environment)
    shell.is_posix = is_posix(plan.shell)
    shell.arguments = plan.arguments
    for option in plan.options:
        apply_options(shell, (Field(option),))
    if plan.manager and run.vocabulary.is_placeholder(plan.text):
        message = "runs npm's placeholder for want of tests, which always fails"
        run.trace.note(Note(ABSENT_SCRIPT, message, "write the tests", "", ""))
    outer = run.manager
    run.manager = plan.manager or outer
    try:
        return run.run_process(plan.text, shell)
    finally:
        run.manager = outer


def _command(run: Simulation, plan: Command, environment: Environment) -> int:
    outer = run.manager
    run.manager = plan.manager or outer
    try:
        return run_program(run, plan.words, plan.directory, environment)
    finally:
        run.manager = outer


def _leaf(run: Simulation, plan: Leaf, _environment: Environment) -> int:
    return run_leaf(run, plan.words, run.vocabulary.role(plan.words))


def _steps(run: Simulation, plan: Steps, environment: Environment) -> int:
    status = 0
    for each in plan.plans:
        own = run_plan(run, each, environment)
        status = status or own
        if own and not plan.keeps_going:
            break
    return status


def _graph(run: Simulation, plan: Graph, environment: Environment) -> int:
    """Tests come before builds among tasks that nothing orders: all of them are started."""
    statuses: list[int] = []
    for task in plan.tasks:
        is_held = not plan.keeps_going and any(statuses[need] for need in task.needs)
        statuses.append(1 if is_held else run_plan(run, task.plan, environment))
    return 1 if any(statuses) else 0


def _ignored(run: Simulation, plan: Ignored, environment: Environment) -> int:
    mark = len(run.trace.events)
    if run_plan(run, plan.plan, environment):
        run.trace.lose(mark, f"ignores a failing test ({plan.by})")
    return 0


def _reassigned(run: Simulation, plan: Reassigned, environment: Environment) -> int:
    return run_plan(run, plan.plan, {name: value for name, value in environment.items() if name not in plan.names})


def _choice(run: Simulation, plan: Choice, environment: Environment) -> int:
    return run_plan(run, plan.yes if run.trace.ask(plan.question) else plan.no, environment)


def _outcome(run: Simulation, plan: Outcome, _environment: Environment) -> int:
    if plan.note is not None:
        run.trace.note(plan.note)
    return plan.status


def _hidden(run: Simulation, plan: Hidden, _environment: Environment) -> int:
    return run_opaque(run, plan.text)


_HANDLERS: dict[type, Callable[[Simulation, Any, Environment], int]] = {
    Script: _script,
    Command: _command,
    Leaf: _leaf,
    Steps: _steps,
    Graph: _graph,
    Ignored: _ignored,
    Reassigned: _reassigned,
    Choice: _choice,
    Outcome: _outcome,
    Hidden: _hidden,
}
