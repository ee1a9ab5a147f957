"""What a simulated shell knows at one moment, and the exceptions by which control leaves a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policylint.shell.syntax import Node

MAX_VALUE = 2_000
_MAX_DIGITS = 4


class Unanalysable(Exception):  # noqa: N818 - the command is at fault, not the program
    """The simulation cannot go on; the argument is a phrase that says why."""


class ShellExit(Exception):  # noqa: N818 - ordinary control flow of the simulated shell
    """The current shell ends; with `replaced` another program took its place, so that no trap runs."""

    def __init__(self, status: int, *, replaced: bool = False) -> None:
        super().__init__(status)
        self.status = status
        self.replaced = replaced


class FunctionReturn(Exception):  # noqa: N818 - ordinary control flow of the simulated shell
    """`return` inside a function."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class LoopJump(Exception):  # noqa: N818 - ordinary control flow of the simulated shell
    """`break` or `continue`, which still has `levels` loops to leave."""

    def __init__(self, levels: int, *, goes_on: bool) -> None:
        super().__init__(levels)
        self.levels = levels
        self.goes_on = goes_on


class Shell:
    """The state of one shell process. A variable that is absent or None has a value we do not know.

    Those whose names are `exported` reach the programs it starts. One that `is_posix` was started as `sh`. While
    `ignored` is set, `set -e` does not look at the status of what runs.
    """

    __slots__ = (
        "arguments",
        "calls",
        "directories",
        "directory",
        "errexit",
        "errtrace",
        "exported",
        "functions",
        "ignored",
        "inherit_errexit",
        "is_posix",
        "jobs",
        "last_job",
        "loops",
        "nounset",
        "pipefail",
        "status",
        "traps",
        "variables",
    )

    def __init__(self, directory: str | None, environment: Mapping[str, str | None] | None = None) -> None:
        self.directory = directory
        self.directories: list[str | None] = []
        self.variables: dict[str, str | None] = dict(environment or {})
        self.exported = set(self.variables)
        self.arguments: tuple[str | None, ...] = ()
        self.functions: dict[str, Node] = {}
        self.traps: dict[str, str] = {}
        self.jobs: dict[str, int] = {}
        self.last_job: str | None = None
        self.status = 0
        self.calls = self.loops = 0
        self.errexit = self.pipefail = self.errtrace = self.inherit_errexit = self.ignored = False
        self.is_posix = self.nounset = False

    def fork(self) -> Shell:
        """The state a subshell starts with: a copy without the jobs and traps of its parent."""
        child = Shell(self.directory)
        child.directories = list(self.directories)
        child.variables, child.exported = dict(self.variables), set(self.exported)
        child.is_posix = self.is_posix
        child.arguments = self.arguments
        child.functions = dict(self.functions)
        child.last_job = self.last_job
        child.status = self.status
        child.errexit, child.pipefail, child.nounset = self.errexit, self.pipefail, self.nounset
        child.errtrace, child.inherit_errexit = self.errtrace, self.inherit_errexit
        child.ignored, child.calls = self.ignored, self.calls
        if self.errtrace and "ERR" in self.traps:
            child.traps["ERR"] = self.traps["ERR"]
        return child

    def environment(self) -> dict[str, str | None]:
        """The variables that a program it starts finds."""
        return {name: value for name, value in self.variables.items() if name in self.exported}

    def value(self, name: str) -> str | None:
        """The value of a parameter, None when we do not know it; `@` and `*` are not single values.

        Raises ShellExit for one that is not set, if the shell asks for that (`set -u`).
        """
        if name == "?":
            return str(self.status)
        if name == "!":
            return self.last_job or self._unset()
        if name == "#":
            return str(len(self.arguments))
        if name.isascii() and name.isdecimal() and name.strip("0"):
            if len(name) > _MAX_DIGITS:
                return None
            return self.arguments[int(name) - 1] if int(name) <= len(self.arguments) else self._unset()
        return self.variables.get(name)

    def _unset(self) -> str:
        if self.nounset:
            raise ShellExit(1)
        return ""

    def assign(self, name: str, value: str | None) -> None:
        """Remember a value; an overlong one is forgotten, so that doubling it in a loop stays cheap."""
        self.variables[name] = value if value is not None and len(value) <= MAX_VALUE else None
