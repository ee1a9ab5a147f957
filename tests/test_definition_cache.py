"""Compiled definitions are kept between runs, and made again when a file of the installation has changed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import policylint
from policylint import cache_folder, definition_cache, resources
from policylint.workspace import open_workspace

Check = Callable[[], tuple[int, list[str]]]


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    """A copy of the package with its definitions, which a test may change."""
    copy = tmp_path / "installation"
    unused = shutil.ignore_patterns("__pycache__", "_data")
    shutil.copytree(Path(policylint.__file__).parent, copy / "policylint", ignore=unused)
    for name in ("rules", "schemas"):
        shutil.copytree(resources.folder(name), copy / name)
    return copy


@pytest.fixture
def check(installation: Path, tmp_path: Path) -> Check:
    """Check a netlify.toml with that installation: the exit code, and each rule with its message."""
    repository, home = tmp_path / "repository", tmp_path / "home"
    repository.mkdir()
    (repository / "netlify.toml").write_text('[build]\ncommand = "npm test && npm run build"\nspeed = 3\n')

    def checked() -> tuple[int, list[str]]:
        environment = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(installation)}
        command = [sys.executable, "-P", "-m", "policylint", "check", "--output-format", "json", "netlify.toml"]
        done = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, check=False)
        found = json.loads(done.stdout)["diagnostics"]
        return done.returncode, [f"{each['rule']}: {each['message']}" for each in found]

    return checked


UNKNOWN = "netlify/unknown-key: build has an unknown key 'speed'"


def test_a_schema_that_has_changed_is_read_anew(installation: Path, check: Check) -> None:
    assert check() == check() == (1, [UNKNOWN])
    schema = installation / "schemas" / "netlify.schema.json"
    data = json.loads(schema.read_text())
    data["definitions"]["build"]["properties"]["speed"] = {"type": "string"}
    schema.write_text(json.dumps(data))
    assert check() == check() == (1, ["netlify/invalid-value: build.speed is 3, expected text"])


def test_what_a_compiler_makes_of_definitions_is_made_anew_when_it_has_changed(
    installation: Path, check: Check
) -> None:
    assert check() == (1, [UNKNOWN])
    compiler = installation / "policylint" / "definitions" / "rule_compilation.py"
    compiler.write_text(compiler.read_text().replace('"name": definition.id', '"name": definition.id.upper()'))
    assert check() == check() == (1, [UNKNOWN.replace("netlify/unknown-key", "NETLIFY/UNKNOWN-KEY")])


def test_a_rule_that_has_changed_is_read_anew(installation: Path, check: Check) -> None:
    assert check() == (1, [UNKNOWN])
    (installation / "rules" / "netlify" / "unknown-key.yaml").unlink()
    assert check() == (0, [])


OWN = """\
id: ops/named-approver
title: A build has a command
severity: warning
rationale: Somebody asks for it.
fix: Write one.
references: [here]
given: {document: netlify, select: build}
then: {field: command, exists: true}
examples:
  valid: [{title: one, files: {netlify.toml: "[build]\\ncommand = 'x'"}}]
  invalid: [{title: none, files: {netlify.toml: "[build]"}, expect: ["netlify.toml:1:2: build.command is missing"]}]
"""
CONFIGURATIONS = {
    "own rules": 'rules = ["policy"]\n',
    "an own kind": '[kinds.ship]\ntitle = "ship"\nformat = "yaml"\npaths = ["*.ship.yaml"]\n',
    # Its commands are not said to stand in the folder `build.base`.
    "another kind of a known name": '[kinds.netlify]\ntitle = "x"\nformat = "toml"\npaths = ["netlify.toml"]\n'
    '[kinds.netlify.contexts]\ntable = "context"\ninto = "build"\nalways = ["production"]\nbranch = "branch-deploy"\n',
    "own entries and words": '[entries.aliases]\nOwner = ["Accountable"]\n[topics]\nrollback = ["undo"]\n',
}


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_what_a_configuration_adds_to_rules_that_are_known_is_what_it_adds_to_those_that_are_read(
    name: str, tmp_path: Path
) -> None:
    root, home = tmp_path / "repository", tmp_path / "home"
    (root / "policy" / "ops").mkdir(parents=True)
    home.mkdir()
    (root / "policylint.toml").write_text(CONFIGURATIONS[name])
    (root / "policy" / "ops" / "named-approver.yaml").write_text(OWN)
    without = open_workspace(str(root), None, str(root))
    for state in ("nothing known", "all known", "the rules known", "damaged", "of another form"):
        found = open_workspace(str(root), {"HOME": str(home)}, str(root))
        assert (found.pack_digest, found.settings) == (without.pack_digest, without.settings), state
        files = sorted(Path(cache_folder.place({"HOME": str(home)}) or "").glob("definitions-*"))
        assert len(files) == 2
        if state == "all known":
            (root / "policylint.toml").write_text(CONFIGURATIONS[name] + "# changed\n")
        if state == "the rules known":
            for file in files:
                file.write_bytes(file.read_bytes()[:-7])
        if state == "damaged":
            for file in files:
                definition_cache.write(str(file), {"inputs": 1, "pack": {"rules": []}, "configuration": {}})
