"""scripts_exist: the scripts of package.json that a shell command runs are there."""

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
    """One failure for each script that is not there; a package.json that cannot be read is not judged."""
    from policylint.shell.plans import ABSENT_SCRIPT

    for note in notes_on(value.text, options, scope):
        if note.kind == ABSENT_SCRIPT:
            yield Failure(note.message, fix=note.fix, details={"remedy": note.mended(value.text)})
