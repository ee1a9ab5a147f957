"""tests_can_fail: no test command of a shell command passes, or waits for ever, without having tested."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.operators.operator import Failure, Traits
from policylint.operators.shell_command import PlaceOptions, notes_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value

TRAITS = Traits(needs_project=True, subject="document", name_options=("environment",), runs_commands=True)


class Options(PlaceOptions):
    """Where the command runs."""


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """One failure for each test command with an option of that kind."""
    from policylint.shell.plans import EMPTY_TEST

    for note in notes_on(value.text, options, scope):
        if note.kind == EMPTY_TEST:
            yield Failure(note.message, fix=note.fix, details={"remedy": note.mended(value.text)})
