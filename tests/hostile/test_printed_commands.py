"""No line of any output is a command to GitHub's runner, which trims blanks and obeys `::`, and `##[` anywhere."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.hostile.harness import COMMANDS, check_safe, run_limited, write

if TYPE_CHECKING:
    from pathlib import Path

# Lines that our own format for the runner has.
OURS = re.compile(r"::(?:error|warning|notice) (?:file|title)=")
EVIL = "::error::PWN\n  ::warning::PWN\n##[error]PWN\r\n\x1b[31m\u202e\u00a0::notice::PWN\n"
TEXT = json.dumps(EVIL)
GOOD = json.dumps("a: 1\n::error::PWN: 1\n")
BAD = json.dumps("items:\n- 1\n::error::PWN: 1\n")

RULE = f"""id: own/a
title: {TEXT}
severity: warning
rationale: {TEXT}
fix: {TEXT}
references: {json.dumps(EVIL.splitlines())}
given:
  document: own
  select: "items[*]"
  missing: skip
then:
  equals: 2
  message: {TEXT}
examples:
  valid:
    - title: {TEXT}
      files: {{o.own.yaml: {GOOD}}}
  invalid:
    - title: {TEXT}
      files: {{x/o.own.yaml: {BAD}}}
      expect: ["x/o.own.yaml:2:3: ::error::PWN"]
"""
CONFIGURATION = f"""rules = ["r"]
[kinds.own]
title = {TEXT}
format = "yaml"
paths = ["*.own.yaml"]
[entries.kinds."::error"]
title = {TEXT}
prefixes = ["ZZZ"]
[entries.link-types."::error x"]
title = {TEXT}
inverse = {TEXT}
fields = ["Foo"]
"""
ENTRIES = f"""ZZZ-001: ::error::PWN
Foo: ZZZ-002
::error::PWN: x

ZZZ-002: {EVIL.splitlines()[0]}
Owner: ##[error]x
"""
FILES = {
    "policylint.toml": CONFIGURATION,
    "r/own/a.yaml": RULE,
    "::error::PWN.own.yaml": "items: [1]\n",
    "deployment.md": ENTRIES,
    "netlify.toml": '[build]\ncommand = """\n::error::PWN\n"""\n"::error::PWN" = 1\n',
}
MORE = {
    "explain-own": ("explain", "own/a"),
    "explain-category": ("explain", "own"),
    "test-own": ("test", "own/a"),
    "trace-own": ("trace", "ZZZ-001", "--depth", "3"),
    "trace-target": ("trace", "ZZZ-002"),
    "diff": ("check", "--diff", "--unsafe-fixes"),
    "unknown-path": ("check", EVIL.replace("\n", "\n ")),
    "unknown-rule": ("explain", EVIL),
}
# By what is wrong with them: definitions whose faults are told with a line of theirs.
FAULTY = {
    "key": {"policylint.toml": f"{TEXT} = 1\n"},
    "syntax": {"policylint.toml": "::error::PWN\n"},
    "rule": {"r/own/a.yaml": f"{TEXT}: 1\n::error::PWN: 2\n"},
    "pattern": {"policylint.toml": f"[entries]\nplaceholders = [{json.dumps('(' + EVIL)}]\n"},
    "select": {"policylint.toml": f"select = [\n{TEXT}]\n"},
    "baseline": {"policylint.toml": f"baseline = {json.dumps('::error::PWN.json')}\n"},
}


def commands_in(root: Path, *arguments: str) -> list[str]:
    """The lines that a run prints and the runner would obey."""
    outcome = run_limited(*arguments, cwd=root, home=root.parent / "home", more={"GITHUB_ACTIONS": "true"})
    check_safe(outcome, allowed="\r\n")
    lines = f"{outcome.stdout}\n{outcome.stderr}".replace("\r\n", "\n").split("\n")
    return [line for line in lines if "##[" in line or (line.lstrip().startswith("::") and not OURS.match(line))]


@pytest.mark.parametrize("name", [*COMMANDS, *MORE])
def test_no_text_of_a_repository_is_a_command_in(tmp_path: Path, name: str) -> None:
    root = write(tmp_path / "repository", FILES)
    arguments = {**COMMANDS, "explain": ("explain", "own/a"), **MORE}[name]
    assert commands_in(root, *arguments) == []


@pytest.mark.parametrize("name", FAULTY)
def test_no_text_of_a_faulty_definition_is_a_command(tmp_path: Path, name: str) -> None:
    root = write(tmp_path / "repository", {**FILES, **FAULTY[name]})
    assert commands_in(root, "check") == []


def test_the_lines_are_still_there_to_be_read(tmp_path: Path) -> None:
    root = write(tmp_path / "repository", FILES)
    explained = run_limited("explain", "own/a", cwd=root, home=tmp_path / "home").stdout
    traced = run_limited("trace", "ZZZ-001", cwd=root, home=tmp_path / "home").stdout
    assert "\n      \\x3a:error::PWN: 1\n" in explained
    assert "\nReferences\n  \\x3a:error::PWN\n" in explained
    assert "\n\n  \\x3a:error::PWN\\n" in traced
