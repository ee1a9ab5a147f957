"""A workspace with rules of its own, for tests of what the engine does with them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from policylint.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from collections.abc import Mapping

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
