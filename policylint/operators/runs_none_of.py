"""runs_none_of: a shell command runs nothing of a role, such as end-to-end tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from policylint.operators.operator import Failure, Traits
from policylint.operators.shell_command import PlaceOptions, notes_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value

TRAITS = Traits(needs_project=True, subject="document", name_options=("environment",), runs_commands=True)


class Options(PlaceOptions):
    """`role` is a list of `schemas/commands.yaml`."""

    role: Literal["e2e"]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """One failure, which names the first command of the role that may run."""
    found = (note for note in notes_on(value.text, options, scope) if note.kind == options["role"])
    for note in found:
        yield Failure(note.message, fix=note.fix)
        return
