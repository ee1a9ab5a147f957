"""Workspaces with definitions of their own, for tests of what the engine does with them and what it says of them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from policylint.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.conftest import Runner

_RULE = """\
id: ops/{name}
title: Own
severity: {severity}
rationale: because
fix: mend it
references: [none]
given: {given}
then: {then}
examples:
  valid:
    - title: nothing
      files: {{a.md: text}}
  invalid:
    - title: something
      files: {{a.md: "EPIC-01: a"}}
      expect: ["a.md:1:1: it is wrong"]
"""


def workspace_of(rules: Mapping[str, tuple[str, str]], severity: str = "error") -> Workspace:
    """A workspace with the shipped rules and these, told by what stands in their `given` and `then`."""
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / "policy" / "ops"
        own.mkdir(parents=True)
        for name, (given, then) in rules.items():
            (own / f"{name}.yaml").write_text(
                _RULE.format(name=name, given=given, then=then, severity=severity), encoding="utf-8"
            )
        (Path(folder) / "policylint.toml").write_text('rules = ["policy"]\n', encoding="utf-8")
        return open_workspace(folder, None, folder)


def mistakes(run: Runner, folder: Path) -> list[tuple[str, str, str]]:
    """The place, the message and the suggestion of each mistake that stops a check."""
    outcome = run("check", cwd=folder)
    assert (outcome.code, outcome.stdout) == (2, "")
    blocks = [block.splitlines() for block in outcome.stderr.split("\n\n") if block]
    return [
        (
            lines[1].partition("--> ")[2],
            lines[0].removeprefix("error: "),
            "".join(line.partition(" = ")[2] for line in lines[2:] if line.lstrip().startswith("= ")),
        )
        for lines in blocks
    ]
