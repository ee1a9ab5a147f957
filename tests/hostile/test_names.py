"""Names of files that are no text, or commands to a terminal or a runner."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from policylint.reporters import RENDERERS
from tests.hostile.harness import check_safe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.conftest import Runner

    Write = Callable[[Mapping[str, str | bytes]], Path]


@pytest.mark.skipif(sys.platform == "darwin", reason="the file system takes only UTF-8")
class TestNamesThatAreNotUtf8:
    @pytest.mark.parametrize("output_format", list(RENDERERS))
    def test_a_file(self, run: Runner, repository: Write, output_format: str) -> None:
        folder = repository({".gitignore": "*.log\n"})
        (folder / os.fsdecode(b"d\xff")).mkdir()
        (folder / os.fsdecode(b"d\xff/netlify.toml")).write_text('[build]\ncommand = "npm run build"\n')
        outcome = run("check", ".", "--output-format", output_format, cwd=folder)
        assert (outcome.code, outcome.stderr) == (1, "")
        assert {"sarif": "d%FF/netlify.toml"}.get(output_format, "d\\udcff/netlify.toml") in outcome.stdout
        check_safe(outcome)

    def test_as_an_argument(self, run: Runner, repository: Write) -> None:
        outcome = run("check", b"gone\xff", cwd=repository({}))
        assert outcome == (2, "", "policylint: error: path 'gone\\udcff' does not exist\n")

    def test_a_file_whose_name_a_rule_takes_apart(self, run: Runner, repository: Write) -> None:
        folder = repository({})
        (folder / os.fsdecode(b"rollback_1_2_\xff.md")).write_text("# Rollback\n")
        check_safe(run("check", ".", cwd=folder))

    def test_the_root(self, run: Runner, tmp_path: Path) -> None:
        root = tmp_path / os.fsdecode(b"r\xff")
        root.mkdir()
        (root / "netlify.toml").write_text('[build]\ncommand = "npm run build"\n')
        outcome = run("check", ".", cwd=root)
        check_safe(outcome)
        assert outcome.code == 1
