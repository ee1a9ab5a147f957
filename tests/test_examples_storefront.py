"""The example repositories, checked as a user would: what their READMEs say is what policylint reports."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
BROKEN = "examples/storefront"
MENDED = "examples/storefront-fixed"

EXPECTED = [
    (
        ".planning/phases/02-launch/02-01-PLAN.md:17:17: error[plan/missing-artifact]"
        " netlify.toml does not mention 'Strict-Transport-Security' outside a comment"
    ),
    (
        ".planning/phases/02-launch/02-01-PLAN.md:35:16: error[plan/broken-key-link]"
        " src/checkout/gift-card.ts does not mention 'gift-cards/redeem'"
    ),
    (
        "_docs/04_release/rollback_2.3.0_prod_2026-05-12-1410.md:1:1: error[release/unpaired-rollback-report]"
        " no release report for 2.3.0 on prod stands beside the rollback report"
    ),
    (
        "docs/operations/release-workflow.md:1:1: error[release/undocumented-health-check]"
        " the release workflow does not mention /api/health"
    ),
    (
        "docs/release/deployment.md:22:17: error[ids/unresolved-id]"
        " 'TEST-001 to TEST-014' has 2 of 14 IDs not defined in any file: TEST-013, TEST-014"
    ),
    "docs/release/deployment.md:31:17: error[deployment/rollback-without-runbook] DEP-003 links no RUN entry",
    "docs/release/deployment.md:39:5: error[deployment/missing-owner] DEP-004 has no Owner",
    (
        "docs/release/deployment.md:39:65: warning[suppressions/invalid-suppression]"
        " no rule is named 'deployment/mising-owner'"
    ),
    (
        "docs/release/deployment.md:48:25: warning[suppressions/unused-suppression]"
        " 'deployment/missing-owner' finds nothing to suppress here"
    ),
    (
        "netlify.toml:2:11: error[netlify/unenforced-test-gate]"
        " build.command lets the build go on when the tests fail (joined by ';', not '&&')"
    ),
    "netlify.toml:9:21: error[documents/schema-violation] context.production has an unknown key 'enviroment'",
    "netlify.toml:13:11: warning[netlify/late-test-gate] context.deploy-preview.command runs the tests after the build",
    "netlify.toml:16:11: error[netlify/missing-test-gate] context.branch-deploy.command runs no tests",
    "release/dep/DEP-010.yaml:1:5: error[deployment/missing-rollback] DEP-010 states no Threshold",
    "release/dep/DEP-011.yaml:9:13: error[deployment/untraced-criteria] DEP-011 links no TEST, EPIC or API entry",
    "release/dep/DEP-012.yaml:9:1: error[documents/duplicate-key] key 'owner' is defined twice",
    "release/dep/DEP-013.yaml:2:21: error[documents/syntax-error] mapping values are not allowed in this context",
    (
        "specs/014-gift-cards/state.yaml:8:13: error[ship/unapproved-gate]"
        " manual_gates.staging_validation.status is 'pending', expected 'approved' or true"
    ),
]

SUPPRESSED = ("netlify.toml:20:11", "netlify/unknown-test-gate")

_DIAGNOSTIC = re.compile(r"(?P<place>.+?:\d+:\d+): \w+\[(?P<rule>[^\]]+)\] ")
_ROW = re.compile(r"^\| `(?P<place>[^`]+)` +\| `(?P<rule>[^`]+)` +\| (?P<reason>.+?) +\|$", re.MULTILINE)
_SUMMARY = re.compile(r"Checked \d+ files with \d+ rules: (?P<found>.+)\Z")


class Run(NamedTuple):
    """What a call printed, line by line, and how it ended; `found` is the summary without its counts of files."""

    exit_code: int
    diagnostics: list[str]
    found: str


class Row(NamedTuple):
    """A row of the table in the README of the broken repository."""

    place: str
    rule: str
    reason: str


def policylint(folder: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "policylint", *arguments],
        cwd=folder,
        env={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(home)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )


def check(folder: Path, home: Path, *arguments: str) -> Run:
    done = policylint(folder, home, "check", *arguments, "--output-format", "concise")
    assert done.stderr == ""
    *diagnostics, last = done.stdout.splitlines()
    summary = _SUMMARY.match(last)
    assert summary, last
    return Run(done.returncode, diagnostics, summary["found"])


def table() -> list[Row]:
    text = (CHECKOUT / BROKEN / "README.md").read_text(encoding="utf-8")
    rows = [Row(match["place"], match["rule"], match["reason"]) for match in _ROW.finditer(text)]
    # A row that the pattern does not understand must not drop out in silence; two lines are the head of the table.
    assert len(rows) == len(re.findall(r"^\|", text, re.MULTILINE)) - 2
    return rows


def found(diagnostics: list[str]) -> list[tuple[str, str]]:
    matches = [_DIAGNOSTIC.match(line) for line in diagnostics]
    return [(match["place"], match["rule"]) for match in matches if match]


def test_every_planted_violation_is_reported_and_nothing_else(tmp_path: Path) -> None:
    run = check(CHECKOUT, tmp_path, BROKEN)
    assert run.diagnostics == [f"{BROKEN}/{line}" for line in EXPECTED]
    # Nothing in brackets but the suppressed finding: no rule was skipped.
    assert run.found == "15 errors, 3 warnings (1 suppressed)."
    assert run.exit_code == 1


def test_the_report_is_the_same_inside_the_repository(tmp_path: Path) -> None:
    assert check(CHECKOUT / BROKEN, tmp_path).diagnostics == EXPECTED


def test_the_table_lists_exactly_the_planted_violations() -> None:
    assert [(row.place, row.rule) for row in table()] == found(EXPECTED)


def test_every_row_gives_a_reason_in_one_sentence() -> None:
    for row in table():
        assert re.fullmatch(r"[A-Z\"].{30,}[^.]\.", row.reason), row
        assert ". " not in row.reason, row


def test_each_violation_is_of_another_rule() -> None:
    rules = [rule for _, rule in found(EXPECTED)]
    assert len(rules) == len(EXPECTED) == len(set(rules))


def test_the_suppressed_finding_has_a_reason_and_is_in_the_readme() -> None:
    place, rule = SUPPRESSED
    readme = (CHECKOUT / BROKEN / "README.md").read_text(encoding="utf-8")
    assert f"`{place}`, `{rule}`" in readme
    path, line, _ = place.split(":")
    comment = (CHECKOUT / BROKEN / path).read_text(encoding="utf-8").splitlines()[int(line) - 2]
    assert re.fullmatch(rf"# policylint: ignore\[{re.escape(rule)}\] \S.{{20,}}", comment)


def test_the_suppressed_finding_appears_once_its_comment_is_gone(tmp_path: Path) -> None:
    place, rule = SUPPRESSED
    for name in ("netlify.toml", "package.json", "policylint.toml"):
        text = (CHECKOUT / MENDED / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("# policylint: ignore", "# ignore"), encoding="utf-8")
    run = check(tmp_path, tmp_path, "--fail-level", "info")
    assert found(run.diagnostics) == [(place, rule)]
    assert run.exit_code == 1


def test_the_mended_repository_is_clean(tmp_path: Path) -> None:
    run = check(CHECKOUT, tmp_path, MENDED, "--fail-level", "info")
    assert run == Run(0, [], "no violations (1 suppressed).")


@pytest.mark.parametrize("repository", [BROKEN, MENDED])
def test_the_readme_is_no_policy_document(repository: str, tmp_path: Path) -> None:
    done = policylint(CHECKOUT, tmp_path, "check", f"{repository}/README.md")
    assert (done.stdout, done.returncode) == ("", 3)
    assert "nothing to check" in done.stderr
