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
from policylint import resources

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


def test_a_rule_that_has_changed_is_read_anew(installation: Path, check: Check) -> None:
    assert check() == (1, [UNKNOWN])
    (installation / "rules" / "netlify" / "unknown-key.yaml").unlink()
    assert check() == (0, [])
