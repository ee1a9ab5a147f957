"""Generated trees with planted violations: each is found at its file and line, and nothing else is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from policylint import engine
from policylint.diagnostics import Diagnostic
from policylint.discovery import DiskTree
from policylint.workspace import open_workspace

GENERATOR = Path(__file__).resolve().parents[2] / "shared" / "bench" / "gen_corpus.py"
needs_generator = pytest.mark.skipif(
    not GENERATOR.is_file(), reason=f"no generator at ../shared/bench/{GENERATOR.name}"
)

# The generator's kinds of violation and the rules that report them.
RULES = {
    "missing-field": ("deployment/missing-field",),
    "bad-id": ("ids/malformed-id",),
    "bad-enum": ("deployment/invalid-value",),
    "wrong-type": ("deployment/invalid-value",),
    "owner-missing": ("deployment/missing-owner", "deployment/unowned-criterion"),
    "threshold-empty": ("deployment/missing-field",),
    "procedure-empty": ("deployment/missing-field",),
    "dangling-link": ("ids/unresolved-id",),
    "dangling-range": ("ids/range-gap",),
    "duplicate-id": ("ids/duplicate-id",),
    "unknown-key": ("deployment/unknown-field",),
    "duplicate-key": ("documents/duplicate-key",),
    "syntax-error": ("documents/syntax-error",),
    "criteria-untraced": ("deployment/untraced-criteria",),
    "escalation-unresolved": ("ids/unresolved-id",),
    "no-test-gate": ("netlify/missing-test-gate",),
    "no-health-redirect": ("netlify/unrouted-health-check",),
    "bad-redirect-status": ("netlify/invalid-value",),
    "toml-syntax": ("documents/syntax-error",),
    "no-health-ref": ("release/undocumented-health-check",),
    "no-rollback-section": ("release/missing-rollback-section",),
    "no-owner": ("release/unowned-workflow",),
    "doc-dangling-id": ("ids/unresolved-mention",),
    "artifact-missing": ("plan/missing-artifact",),
    "contains-missing": ("plan/artifact-lacks-text",),
    "keylink-missing": ("plan/broken-key-link",),
    "requirement-unknown": ("plan/unknown-requirement",),
    "no-must-haves": ("plan/missing-must-haves",),
}
SELECTED = sorted({rule for rules in RULES.values() for rule in rules})


class Planted(NamedTuple):
    """One planted violation; the generator gives no line where something is absent."""

    kind: str
    path: str
    line: int | None


def generate(folder: Path, *options: str) -> tuple[list[Planted], dict[str, list[str]]]:
    """A generated tree in a folder: what is planted, and what else a thorough checker finds because of it."""
    command = [sys.executable, str(GENERATOR), str(folder), *options]
    subprocess.run(command, check=True, capture_output=True)
    expected = json.loads(folder.with_name(f"{folder.name}.expected.json").read_text())
    planted = [Planted(each["kind"], each["file"], each["line"]) for each in expected["violations"]]
    planted = [_where_it_decides(each, folder) if each.kind == "no-test-gate" else each for each in planted]
    return planted, expected["meta"]["knock_on"]


def _where_it_decides(gate: Planted, folder: Path) -> Planted:
    """The generator tells the line of build.command; what is built for production is the command of its context."""
    lines = (folder / gate.path).read_text().splitlines()
    if "[context.production]" not in lines:
        return gate
    start = lines.index("[context.production]")
    own = next((n for n, line in enumerate(lines[start:], start + 1) if line.strip().startswith("command")), None)
    return gate._replace(line=own or gate.line)


def findings(folder: Path) -> list[Diagnostic]:
    workspace = open_workspace(str(folder), {}, str(folder))
    tree = DiskTree(str(folder), workspace.exclude, workspace.settings.limits.file_bytes)
    report = engine.check(tree, workspace.pack, workspace.settings._replace(select=SELECTED))
    return list(report.diagnostics)


def is_void(planted: Planted, all_planted: list[Planted], folder: Path) -> bool:
    """Whether a second definition is the only one, because the first one was destroyed by a violation of its own."""
    if planted.kind != "duplicate-id":
        return False
    identifier = (folder / planted.path).read_text().splitlines()[1].removeprefix("id: ")
    lost = {each.path for each in all_planted if each.kind in ("bad-id", "syntax-error", "duplicate-id")}
    return f"release/dep/{identifier}.yaml" in lost


def explains(planted: Planted, diagnostic: Diagnostic) -> bool:
    """Whether a finding is the planted one, perhaps at another of the lines that it was planted in."""
    return diagnostic.path == planted.path and diagnostic.rule in RULES[planted.kind]


def reports(diagnostic: Diagnostic, planted: Planted) -> bool:
    at_line = planted.line is None or diagnostic.span.start.line == planted.line
    return diagnostic.path == planted.path and diagnostic.rule in RULES[planted.kind] and at_line


def follows(diagnostic: Diagnostic, knock_on: dict[str, list[str]]) -> bool:
    """Whether a finding is owed to a planted one elsewhere: a link to an ID that is gone, a plan on a broken file."""
    line = diagnostic.span.start.line
    for place in knock_on["links_to_lost_ids"]:
        path, number, identifier = place.rsplit(":", 2)
        if (path, int(number)) == (diagnostic.path, line) and identifier in diagnostic.message:
            return diagnostic.rule in ("ids/unresolved-id", "ids/unresolved-mention")
    damaged = {place.split(": ")[1] for place in knock_on["plans_on_damaged_files"]}
    return diagnostic.rule.startswith("plan/") and any(f"{service}" in diagnostic.message for service in damaged)


@needs_generator
@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_every_planted_violation_is_found_and_nothing_else(tmp_path: Path, seed: str) -> None:
    options = ("-n", "400", "--docs", "60", "--plans", "60", "--services", "60", "--md-dep", "20", "--rate", "0.2")
    planted, knock_on = generate(tmp_path / "tree", "--seed", seed, *options)
    found = findings(tmp_path / "tree")
    due = [each for each in planted if not is_void(each, planted, tmp_path / "tree")]
    assert {each.kind for each in due} == set(RULES)
    assert [each for each in due if not any(reports(diagnostic, each) for diagnostic in found)] == []
    unexpected = [
        each for each in found if not any(explains(one, each) for one in planted) and not follows(each, knock_on)
    ]
    assert [f"{each.path}:{each.span.start.line}: {each.rule}: {each.message}" for each in unexpected] == []


@needs_generator
def test_a_clean_tree_has_no_finding(tmp_path: Path) -> None:
    planted, _ = generate(tmp_path / "tree", "-n", "300", "--docs", "30", "--plans", "30", "--md-dep", "50", "--clean")
    assert planted == []
    assert [f"{each.path}:{each.span.start.line}: {each.message}" for each in findings(tmp_path / "tree")] == []
