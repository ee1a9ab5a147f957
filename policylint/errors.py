"""The exceptions that stop a run; a fault in a linted file is a diagnostic instead.

PolicylintError
├── UsageError       a wrong argument or path                      exit 2
├── DefinitionError  wrong rule, kind, schema or configuration     exit 2
├── WorkerError      a process of a run was stopped                exit 2
└── NothingToCheck   no file of any kind, no rule to judge it      exit 3
"""

from __future__ import annotations

from policylint.named_tuple import NamedTuple


class PolicylintError(Exception):
    """Anything that stops a run and is not a bug in policylint."""


class UsageError(PolicylintError):
    """The command line asks for something that does not exist; `see` says which help to read, if there is one."""

    def __init__(self, message: str, see: str = "") -> None:
        super().__init__(message)
        self.see = see


class WorkerError(PolicylintError):
    """A process that did part of the work ended before it was done: what it would have said is not known."""


class NothingToCheck(PolicylintError):  # noqa: N818 - the outcome is not an error, it has an exit code of its own
    """No file that any kind describes was found under the given paths, or none that a selected rule judges."""


class DefinitionFault(NamedTuple):
    """One mistake in a file that defines policy: where it is (1-based), what it is and how to mend it."""

    path: str
    line: int
    column: int
    message: str
    hint: str = ""
    source_line: str = ""


class DefinitionError(PolicylintError):
    """Rule, kind, schema or configuration files are wrong; carries the faults, and how many more there are."""

    def __init__(self, faults: list[DefinitionFault], left_out: int = 0) -> None:
        super().__init__(f"{len(faults) + left_out} faults in rule, kind or configuration files")
        self.faults = sorted(faults)
        self.left_out = left_out
