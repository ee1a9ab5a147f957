"""Run a command on paper: every test fails, everything else succeeds, and bash's rules decide the rest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policylint.diagnostics import excerpt
from policylint.shell.commands import run_command
from policylint.shell.conditions import evaluate
from policylint.shell.expansion import Expander, Field, argument_fields
from policylint.shell.parsing import parse
from policylint.shell.state import FunctionReturn, LoopJump, Shell, ShellExit, Unanalysable
from policylint.shell.syntax import (
    AndOr,
    Assignment,
    Case,
    Condition,
    Declaration,
    For,
    Function,
    Group,
    If,
    Negation,
    Node,
    Pipeline,
    Redirected,
    Sequence,
    Simple,
    Subshell,
    Substitution,
    Unparsable,
    Unsupported,
    While,
)
from policylint.shell.trace import Budget, Trace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from policylint.shell.plans import Plan
    from policylint.shell.resolver import Resolver
    from policylint.shell.vocabulary import Role, Vocabulary

# Kept low enough for Python's own stack: one level is up to eight Python calls.
MAX_DEPTH = 60
MAX_TEXT_DEPTH = 12
_FIRST_JOB = 100_000
# On Debian and Ubuntu `sh` is dash, which reads these otherwise or not at all: `a &> b` puts `a` in the background.
_NOT_POSIX = r"&>|\|&|<<<|[<>]\(|\$'|\bfunction\s|\w=\("


class Simulation:
    """One run of a command; what it did is in `trace`.

    Tests end with `test_status`. While a script runs whose name tells what it does, unknown programs of it are
    `assumed` to do that; `manager` is the package manager that called the script.
    """

    def __init__(
        self, vocabulary: Vocabulary, resolver: Resolver, trace: Trace, budget: Budget, test_status: int = 1
    ) -> None:
        self.trace = trace
        self.vocabulary = vocabulary
        self.resolver = resolver
        self.test_status = test_status
        self.assumed: Role = None
        self.manager = ""
        self._budget = budget
        self._depth = 0
        self._text_depth = 0
        self._jobs = _FIRST_JOB

    def run(self, command: str, directory: str, variables: Mapping[str, str]) -> int:
        """The exit status of `bash -c COMMAND`; raises Unanalysable when it cannot be told."""
        return self.run_process(command, Shell(directory, variables))

    # Texts and processes

    def run_text(self, text: str, shell: Shell) -> int:
        """Run a text in a shell, as `eval` does."""
        self._budget.texts -= 1
        if self._text_depth >= MAX_TEXT_DEPTH or self._budget.texts < 0:
            raise Unanalysable("its scripts call each other too deeply")
        if shell.is_posix and re.search(_NOT_POSIX, text):
            raise Unanalysable("it hands syntax of bash to `sh`, which may be another shell")
        try:
            script = parse(text)
        except Unparsable as error:
            raise Unanalysable(str(error)) from None
        self._text_depth += 1
        try:
            return self.execute(script, shell)
        finally:
            self._text_depth -= 1

    def run_process(self, text: str, shell: Shell) -> int:
        """Run a text in a shell process of its own, whose state is given."""
        return self._until_exit(lambda: self.run_text(text, shell), shell)

    def _run_subshell(self, node: Node, shell: Shell) -> int:
        return self._until_exit(lambda: self.execute(node, shell), shell)

    def _until_exit(self, work: Callable[[], int], shell: Shell) -> int:
        """The status with which a shell process ends, its EXIT trap included."""
        try:
            status = work()
        except ShellExit as leave:
            if leave.replaced:
                return leave.status
            status = leave.status
        except LoopJump:
            status = 0
        except FunctionReturn as leave:
            status = leave.status
        return self._run_exit_trap(shell, status)

    def _run_element(self, node: Node, shell: Shell) -> int:
        """Run an element of a pipeline or a background job, where bash forgets the EXIT trap of some commands."""
        child = shell.fork()
        work = node.body if isinstance(node, Redirected) else node
        if isinstance(work, _WITHOUT_EXIT_TRAP):
            return self._until_exit(lambda: self._without_exit_trap(node, child), child)
        return self._run_subshell(node, child)

    def _without_exit_trap(self, node: Node, shell: Shell) -> int:
        try:
            return self.execute(node, shell)
        finally:
            shell.traps.pop("EXIT", None)

    def _run_exit_trap(self, shell: Shell, status: int) -> int:
        action = shell.traps.pop("EXIT", None)
        if action is None:
            return status
        shell.status, shell.ignored = status, False
        try:
            self.run_text(action, shell)
        except ShellExit as leave:
            if status and not leave.status:
                self.trace.lose(0, "exits 0 in a trap when the tests fail")
            return leave.status
        return status

    def run_plan(self, plan: Plan, environment: dict[str, str | None]) -> int:
        """Run what stands behind a command, started with these variables."""
        from policylint.shell.plan_execution import run_plan

        return run_plan(self, plan, environment)

    def record(self, kind: str, text: str) -> int:
        """Note a program that ran; its status."""
        self.trace.add(kind, text)
        return self.test_status if kind == "test" else 0

    # Nodes

    def execute(self, node: Node, shell: Shell) -> int:
        """The exit status of a node; a failure that `set -e` sees ends the shell."""
        status = self._evaluate(node, shell)
        if status and not shell.ignored and isinstance(node, _ENDED_BY_ERREXIT):
            self._fail(shell, status)
        return status

    def _evaluate(self, node: Node, shell: Shell) -> int:
        return self.nested(lambda: self._handle(node, shell))

    def _handle(self, node: Node, shell: Shell) -> int:
        shell.status = _HANDLERS[type(node)](self, node, shell)
        return shell.status

    def nested(self, work: Callable[[], int]) -> int:
        """Do what is one level deeper, and counts as one command; raises Unanalysable when that is too much."""
        self._budget.spend()
        if self._depth >= MAX_DEPTH:
            raise Unanalysable("it is nested too deeply")
        self._depth += 1
        try:
            return work()
        finally:
            self._depth -= 1

    def _execute_ignored(self, node: Node, shell: Shell) -> int:
        """The exit status of a node that `set -e` does not look at, such as a condition."""
        outer, shell.ignored = shell.ignored, True
        try:
            return self.execute(node, shell)
        finally:
            shell.ignored = outer

    def _fail(self, shell: Shell, status: int) -> None:
        """What bash does after a failure that nothing looks at: the ERR trap, then `set -e`."""
        action = shell.traps.pop("ERR", None)
        if action is not None:
            mark = len(self.trace.losses)
            try:
                self.run_text(action, shell)
            except ShellExit as leave:
                if not leave.status:
                    self.trace.losses[mark:] = []
                    self.trace.lose(0, "exits 0 in a trap when the tests fail")
                raise
            shell.traps["ERR"] = action
            shell.status = status
        if shell.errexit:
            raise ShellExit(status)

    def _sequence(self, node: Sequence, shell: Shell) -> int:
        status = 0
        last = len(node.items) - 1
        for place, item in enumerate(node.items):
            mark = len(self.trace.events)
            execute = self._background if item.separator == "&" else self.execute
            status = execute(item.node, shell)
            if status and place < last:
                self.trace.lose(mark, _SEPARATOR_LOSSES[item.separator])
        return status

    def _background(self, node: Node, shell: Shell) -> int:
        mark = len(self.trace.events)
        status = self._run_element(node, shell)
        self._add_job(shell, status)
        if status:
            self.trace.lose(mark, "runs the tests in the background (`&`)")
        shell.status = 0
        return 0

    def _add_job(self, shell: Shell, status: int) -> None:
        self._jobs += 1
        shell.last_job = str(self._jobs)
        shell.jobs[shell.last_job] = status

    def _and_or(self, node: AndOr, shell: Shell) -> int:
        mark = len(self.trace.events)
        status = self._execute_ignored(node.first, shell)
        last = len(node.links) - 1
        for place, link in enumerate(node.links):
            if (link.operator == "&&") != (status == 0):
                continue
            failed = status != 0
            execute = self._execute_ignored if place < last else self.execute
            status = execute(link.node, shell)
            if failed and not status:
                self.trace.lose(mark, f"ignores a failing test (`|| {excerpt(link.source)}`)")
        return status

    def _pipeline(self, node: Pipeline, shell: Shell) -> int:
        mark = len(self.trace.events)
        statuses = [self._run_element(element, shell) for element in node.elements]
        status = statuses[-1]
        if shell.pipefail:
            status = next((failure for failure in reversed(statuses) if failure), 0)
        if any(statuses) and not status:
            self.trace.lose(mark, "loses the failure of the tests in a pipe (no `set -o pipefail`)")
        return status

    def _negation(self, node: Negation, shell: Shell) -> int:
        mark = len(self.trace.events)
        # Bash decides when it comes to the `!`: a `set -e` inside a negated group does apply there.
        outer, shell.ignored = shell.ignored, shell.ignored or shell.errexit
        try:
            status = self._evaluate(node.body, shell)
        finally:
            shell.ignored = outer
        if status == 0:
            return 1
        self.trace.lose(mark, "turns a failing test into a success (`!`)")
        return 0

    def _group(self, node: Group, shell: Shell) -> int:
        return self.execute(node.body, shell)

    def _subshell(self, node: Subshell, shell: Shell) -> int:
        return self._run_subshell(node.body, shell.fork())

    def _redirected(self, node: Redirected, shell: Shell) -> int:
        expander = self._expander(shell)
        for target in node.targets:
            expander.value(target)
        return self.execute(node.body, shell)

    def _unsupported(self, node: Unsupported, _shell: Shell) -> int:
        raise Unanalysable(f"it contains {node.feature}")

    def _function(self, node: Function, shell: Shell) -> int:
        shell.functions[node.name] = node.body
        return 0

    # Conditions and loops

    def decide(self, question: str, answer: bool | None = None) -> int:
        """The status of a condition; when the answer is not known, one of the two the trace is to try."""
        if answer is None:
            answer = self.trace.ask(question)
        return 0 if answer else 1

    def _condition(self, node: Condition, shell: Shell) -> int:
        expander = self._expander(shell)
        if shell.is_posix and (not node.source.startswith("[ ") or "==" in node.source):
            raise Unanalysable(f"`sh` may not know `{excerpt(node.source)}`")
        if node.source.startswith("[["):
            fields = [expander.unsplit(word) for word in node.words]
        else:
            fields = expander.fields(node.words)
        return self.decide(node.source, evaluate(fields) if node.flat else None)

    def _holds(self, condition: Sequence, shell: Shell) -> bool:
        mark = len(self.trace.events)
        if self._execute_ignored(condition, shell) == 0:
            return True
        self.trace.lose(mark, "uses the tests as a condition and goes on when they fail")
        return False

    def _if(self, node: If, shell: Shell) -> int:
        for branch in node.branches:
            if self._holds(branch.condition, shell):
                return self.execute(branch.body, shell)
        return self.execute(node.otherwise, shell) if node.otherwise else 0

    def _case(self, node: Case, shell: Shell) -> int:
        subject = self._expander(shell).value(node.subject)
        for item in node.items:
            patterns = [self._expander(shell).unsplit(word) for word in item.patterns]
            if self._matches(subject, patterns, node.source):
                return self.execute(item.body, shell)
        return 0

    def _matches(self, subject: Field, patterns: list[Field], question: str) -> bool:
        if any(pattern.text == "*" for pattern in patterns):
            return True
        if subject.known and all(pattern.known for pattern in patterns):
            return any(pattern.text == subject.text for pattern in patterns)
        return self.trace.ask(question)

    def _while(self, node: While, shell: Shell) -> int:
        mark = len(self.trace.events)
        if self._holds(node.condition, shell) == node.until:
            return 0
        leaves, status = self._iterate(node.body, shell)
        if leaves:
            return status
        if any(self.trace.ran(kind, mark) for kind in ("test", "build", "opaque")):
            raise Unanalysable("it tests or builds in a loop that may not end")
        return status

    def _for(self, node: For, shell: Shell) -> int:
        fields = argument_fields(shell) if node.words is None else self._expander(shell).fields(node.words)
        if fields and not any(field.countable for field in fields) and not self.trace.ask(node.source):
            return 0
        status = 0
        for place, field in enumerate(fields):
            shell.assign(node.variable, field.text if field.known else None)
            mark = len(self.trace.events)
            leaves, status = self._iterate(node.body, shell)
            if leaves:
                break
            if status and place < len(fields) - 1:
                self.trace.lose(mark, "goes on with the next round of a loop when the tests fail")
        return status

    def _iterate(self, body: Sequence, shell: Shell) -> tuple[bool, int]:
        """Run a loop's body once: whether it leaves the loop, and its status."""
        shell.loops += 1
        try:
            return False, self.execute(body, shell)
        except LoopJump as jump:
            if jump.levels > 1:
                raise LoopJump(jump.levels - 1, goes_on=jump.goes_on) from None
            return not jump.goes_on, 0
        finally:
            shell.loops -= 1

    # Commands

    def _expander(self, shell: Shell) -> Expander:
        return Expander(shell, lambda substitution: self._substitute(substitution, shell), self.trace.ask)

    def _substitute(self, substitution: Substitution, shell: Shell) -> int:
        mark = len(self.trace.events)
        child = shell.fork()
        child.errexit = shell.errexit and (shell.inherit_errexit or substitution.parallel or shell.is_posix)
        status = self._run_subshell(substitution.script, child)
        if substitution.parallel:
            self._add_job(shell, status)
        if status:
            self.trace.lose(mark, "drops the failure of the tests inside `$(...)`")
        return status

    def _simple(self, node: Simple, shell: Shell) -> int:
        expander = self._expander(shell)
        fields = expander.fields(node.words)
        self._assign(node.assignments, shell, expander, kept=not fields)
        if not fields:
            return expander.status or 0
        if expander.status and not fields[0].known:
            raise Unanalysable(f"it runs the output of '{excerpt(fields[0].text)}'")
        return run_command(self, tuple(fields), shell)

    def _assign(self, assignments: tuple[Assignment, ...], shell: Shell, expander: Expander, *, kept: bool) -> None:
        """Assign; before a command the old value returns afterwards, so that neither is relied upon."""
        for assignment in assignments:
            field = expander.value(assignment.value)
            known = kept and assignment.exact and field.known
            shell.assign(assignment.name, field.text if known else None)

    def _declaration(self, node: Declaration, shell: Shell) -> int:
        self._assign(node.assignments, shell, self._expander(shell), kept=True)
        if node.keyword == "export":
            shell.exported.update(assignment.name for assignment in node.assignments)
        return 1 if node.keyword == "local" and not shell.calls else 0


_SEPARATOR_LOSSES = {
    ";": "lets the build go on when the tests fail (joined by ';', not '&&')",
    "\n": "lets the build go on when the tests fail (on a line of their own, without `set -e`)",
}
# A compound command other than a subshell does not end the shell: whatever failed inside it already would have.
_ENDED_BY_ERREXIT = (Simple, Declaration, Pipeline, Subshell, Condition)
_WITHOUT_EXIT_TRAP = (AndOr, If, While, For, Case)
_HANDLERS: dict[type, Callable[[Simulation, Any, Shell], int]] = {
    Sequence: Simulation._sequence,
    AndOr: Simulation._and_or,
    Pipeline: Simulation._pipeline,
    Negation: Simulation._negation,
    Group: Simulation._group,
    Subshell: Simulation._subshell,
    Redirected: Simulation._redirected,
    Unsupported: Simulation._unsupported,
    Function: Simulation._function,
    Condition: Simulation._condition,
    If: Simulation._if,
    Case: Simulation._case,
    While: Simulation._while,
    For: Simulation._for,
    Simple: Simulation._simple,
    Declaration: Simulation._declaration,
}
