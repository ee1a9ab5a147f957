"""A repository that brings code of every kind: a canary shows that nothing of it runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.conftest import Runner

    Write = Callable[[Mapping[str, str | bytes]], Path]

CANARY = "import pathlib; pathlib.Path({marker!r}).write_text('ran')\n"
CANARIES = [
    "conftest.py",
    "sitecustomize.py",
    "usercustomize.py",
    "policylint/__init__.py",
    "policylint/__main__.py",
    "policylint/cli/entry.py",
    "policylint.py",
    "yaml.py",
    "re2.py",
    "click.py",
    "json.py",
    "os.py",
    "gc.py",
    "pydantic/__init__.py",
    "jsonschema_rs.py",
    "tree_sitter/__init__.py",
    "setup.py",
    "build.py",
    "policies/fleet/rule.py",
]


class TestNothingOfTheRepositoryRuns:
    """The console script is what is promised here: `python -m policylint` puts the folder it runs in first on the
    path of imports, as Python does for every module, so that in a hostile repository only `python -P -m` is safe.
    """

    @pytest.fixture
    def canaries(self, repository: Write, tmp_path: Path) -> Path:
        code = CANARY.format(marker=str(tmp_path / "marker"))
        root = repository(
            {
                **dict.fromkeys(CANARIES, code),
                "canary.pth": f"import sys; exec({code!r})\n",
                "pyproject.toml": "[tool.policylint]\nignore = []\n[tool.pytest.ini_options]\nplugins = ['conftest']\n",
                "setup.cfg": "[options.entry_points]\npolicylint = canary = conftest\n",
                ".git/config": f"[core]\n\tfsmonitor = touch {tmp_path / 'marker'}\n\thooksPath = .\n",
                ".git/HEAD": "ref: refs/heads/main\n",
                "netlify.toml": f'[build]\ncommand = "touch {tmp_path / "marker"}; $(touch {tmp_path / "marker"})"\n',
                "package.json": f'{{"scripts": {{"test": "touch {tmp_path / "marker"}"}}}}\n',
                "state.yaml": f'current_phase: !!python/object/apply:os.system ["touch {tmp_path / "marker"}"]\n',
                "docs/deployment.md": "DEP-001: Production\nLinked IDs: RUN-001\n",
            }
        )
        (root / "touch").write_text(f"#!/bin/sh\ntouch {tmp_path / 'marker'}\n")
        (root / "touch").chmod(0o755)
        (root / "git").symlink_to("touch")
        return root

    def commands(self) -> list[list[str]]:
        script = shutil.which("policylint", path=os.path.dirname(sys.executable))
        assert script is not None, "policylint is not installed beside the Python that runs the tests"
        return [[script], [sys.executable, "-P", "-m", "policylint"]]

    @pytest.mark.parametrize("command", [0, 1], ids=["policylint", "python -P -m policylint"])
    @pytest.mark.parametrize("arguments", ["check .", "check --select netlfy", "rules", "test missing-owner", "chek"])
    def test_by(self, run: Runner, canaries: Path, tmp_path: Path, command: int, arguments: str) -> None:
        process = subprocess.run(
            [*self.commands()[command], *arguments.split()],
            cwd=canaries,
            env={**run.environment, "PATH": f".:{run.environment['PATH']}"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert not (tmp_path / "marker").exists()
        assert "Traceback" not in process.stderr
        if arguments == "check .":
            assert process.returncode == 1
            assert "docs/deployment.md:2:13" in process.stdout

    def test_the_canaries_would_sing(self, run: Runner, canaries: Path, tmp_path: Path) -> None:
        """The same repository with `python -m`, without -P: its folder `policylint` is what runs."""
        run("check", ".", cwd=canaries)
        assert (tmp_path / "marker").exists()
