"""A check imports only what its files need: imports are most of what a check of one file costs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from policylint.cli import options
from policylint.reporters import RENDERERS

NEVER = {
    "argparse",
    "click",
    "dataclasses",
    "difflib",
    "email.charset",
    "importlib.metadata",
    "jsonschema",
    "pathspec",
    "pydantic",
    "ruamel",
    "socket",
    "tomlkit",
}
# What other commands and options do, and what is done only when something is wrong or there are many files.
ELSEWHERE = {
    "policylint.baseline",
    "policylint.baseline_file",
    "policylint.cli.baselines",
    "policylint.cli.clean",
    "policylint.cli.commands",
    "policylint.cli.fixes",
    "policylint.cli.refusals",
    "policylint.cli.rule_commands",
    "policylint.cli.trace",
    "policylint.definitions",
    "policylint.documents.scalar_edits",
    "policylint.documents.toml_edits",
    "policylint.documents.toml_places",
    "policylint.documents.yaml_escapes",
    "policylint.evidence",
    "policylint.fix_offers",
    "policylint.fixing",
    "policylint.plain_values",
    "policylint.processes",
    "policylint.recording",
    "policylint.reporters.json_report",
    "policylint.reporters.sarif",
    "policylint.result_cache",
    "policylint.rewriting",
    "policylint.schema_explanation",
    "policylint.schema_mistakes",
    "policylint.schema_validator",
    "policylint.selftest",
    "policylint.shell.remedies",
    "policylint.shell.repair",
    "policylint.trace_reports",
    "policylint.written_numbers",
}
GATED = '[build]\ncommand = "npm run test:run && npm run build"\n'


def imported(folder: Path, *files: str) -> set[str]:
    """The modules that a clean check of the files imports, once its definitions are compiled."""
    home = folder.parent / "home"
    environment = {"PATH": os.environ["PATH"], "HOME": str(home)}
    command = [sys.executable, "-X", "importtime", "-m", "policylint", "check", *files]
    for _ in range(2):
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "netlify.toml").write_text(GATED)
    (folder / "state.yaml").write_text("current_phase: implement\n")
    return folder


def test_a_clean_netlify_toml_needs_neither_yaml_nor_markdown_nor_patterns_nor_a_shell_parser(folder: Path) -> None:
    modules = imported(folder, "netlify.toml")
    assert {"tomllib", "policylint.shell.gate"} <= modules
    others = {"json", "yaml", "pyromark", "re2", "tree_sitter", "policylint.documents.toml_places"}
    assert modules & {*NEVER, *others} == set()


def test_a_yaml_file_needs_no_toml_and_no_shell(folder: Path) -> None:
    modules = imported(folder, "state.yaml")
    assert "yaml" in modules
    assert modules & {*NEVER, "tomllib", "pyromark", "policylint.shell.gate"} == set()


@pytest.mark.parametrize("file", ["netlify.toml", "state.yaml"])
def test_a_clean_check_of_one_file_imports_nothing_that_it_does_not_do(folder: Path, file: str) -> None:
    modules = imported(folder, file)
    packages = {".".join(name.split(".")[:2]) for name in modules}
    assert "policylint.configuration_file" in modules
    assert (modules | packages) & ELSEWHERE == set()


def test_a_pyproject_that_does_not_name_us_is_not_read_as_toml(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[project]\nname = "shop"\n')
    assert "tomllib" not in imported(folder, "state.yaml")


def test_every_format_that_the_command_line_offers_has_a_renderer() -> None:
    assert set(options.FORMATS) == set(RENDERERS)
