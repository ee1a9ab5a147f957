"""The example repositories, checked as a user would: what their READMEs say is what policylint reports."""

from __future__ import annotations

import json
import os
import re
import shutil
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
        ".planning/phases/02-launch/02-01-PLAN.md:20:17: error[plan/artifact-lacks-text]"
        " netlify.toml does not mention 'Strict-Transport-Security' outside a comment"
    ),
    (
        ".planning/phases/02-launch/02-01-PLAN.md:38:16: error[plan/broken-key-link]"
        " src/checkout/gift-card.ts does not mention 'gift-cards/redeem'"
    ),
    (
        "_docs/04_release/rollback_2.3.0_prod_2026-05-12-1410.md:1:1: error[release/unpaired-rollback-report]"
        " no release report for 2.3.0 on prod stands beside the rollback report"
    ),
    (
        "docs/operations/release-workflow.md:5:1: error[release/undocumented-health-check]"
        " the release workflow does not mention /api/health"
    ),
    (
        "docs/release/deployment.md:32:17: error[ids/range-gap]"
        " 'TEST-001 to TEST-015' has 2 of 15 IDs not defined in any file: TEST-013, TEST-014"
    ),
    (
        "docs/release/deployment.md:40:16: error[deployment/unmeasurable-threshold]"
        " DEP-003 has a Threshold without a number to compare with"
    ),
    "docs/release/deployment.md:43:17: error[deployment/rollback-without-runbook] DEP-003 links no RUN entry",
    "docs/release/deployment.md:51:5: warning[deployment/missing-owner] DEP-004 has no Owner",
    (
        "docs/release/deployment.md:51:65: warning[suppressions/invalid-suppression]"
        " no rule is named 'deployment/mising-owner'"
    ),
    (
        "docs/release/deployment.md:62:25: warning[suppressions/unused-suppression]"
        " 'deployment/missing-owner' finds nothing to suppress here"
    ),
    (
        "docs/release/deployment.md:70:3: warning[deployment/environment-drift]"
        " DEP-005.Configuration lacks PAYMENT_MODE, which DEP-001 sets"
    ),
    "docs/release/deployment.md:89:26: error[ids/unresolved-id] MON-020 is not defined in any file",
    "docs/release/deployment.md:91:5: info[ids/cycle] DEP-007 leads back to itself: DEP-007 → DEP-012 → DEP-007",
    "docs/release/deployment.md:104:5: error[deployment/unowned-criterion] DEP-008 has no Owner",
    (
        "docs/release/deployment.md:113:35: warning[ids/deprecated-target]"
        " DEP-008 links RUN-004, which is deprecated and names its replacement"
    ),
    "docs/release/readiness.md:11:7: warning[ids/unresolved-mention] DEP-013 is not defined in any file",
    (
        "docs/release/readiness.md:18:26: warning[ids/contradicted-relation]"
        " 'DEP-010 → RUN-002' contradicts DEP-010, which links RUN-001"
    ),
    "docs/release/registers.md:27:5: warning[ids/malformed-id] 'TEST_013' is not an ID, expected 'TEST-013'",
    (
        "docs/release/registers.md:54:3: error[ids/duplicate-id]"
        " RUN-003 is already defined in docs/release/registers.md:53, with another Title"
    ),
    (
        "netlify.toml:2:11: error[netlify/unenforced-test-gate]"
        " build.command lets the build go on when the tests fail (joined by ';', not '&&')"
    ),
    "netlify.toml:10:11: error[netlify/missing-test-gate] context.production.command runs no tests",
    "netlify.toml:12:21: error[netlify/unknown-key] context.production has an unknown key 'enviroment'",
    "netlify.toml:16:11: warning[netlify/late-test-gate] context.deploy-preview.command runs the tests after the build",
    "netlify.toml:19:11: warning[netlify/context-drops-test-gate] context.branch-deploy.command runs no tests",
    "release/dep/DEP-011.yaml:11:13: error[deployment/untraced-criteria] DEP-011 links no TEST, EPIC or API entry",
    "release/dep/DEP-012.yaml:9:1: error[documents/duplicate-key] key 'owner' is defined twice",
    "release/dep/DEP-014.yaml:11:1: error[deployment/missing-field] DEP-014 has 'notifcation', but no 'Notification'",
    "release/dep/DEP-014.yaml:11:1: warning[deployment/unknown-field] DEP-014 has an unknown key 'notifcation'",
    "release/dep/change-freeze.yaml:2:21: error[documents/syntax-error] mapping values are not allowed in this context",
    (
        "specs/014-gift-cards/state.yaml:8:13: error[ship/unapproved-gate]"
        " manual_gates.staging_validation.status is 'pending', expected 'approved' or true"
    ),
]

AT_THE_RELEASE = [
    "docs/release/deployment.md:32:17: error[deployment/failing-test] DEP-002 links tests that fail: TEST-010",
    (
        "docs/release/deployment.md:32:17: warning[deployment/unproven-test]"
        " DEP-002 links tests that nothing shows to pass: TEST-012"
    ),
    "docs/release/deployment.md:60:17: error[deployment/failing-test] DEP-004 links tests that fail: TEST-010",
    (
        "docs/release/deployment.md:89:17: warning[deployment/epic-with-unproven-tests]"
        " DEP-006 links epics whose tests are not known to pass: EPIC-02"
    ),
    (
        "docs/release/deployment.md:113:17: error[deployment/failing-test]"
        " DEP-008 links epics with tests that fail: EPIC-03"
    ),
    (
        "docs/release/deployment.md:113:17: error[deployment/incomplete-epic]"
        " DEP-008 links epics that are not complete: EPIC-03"
    ),
    "docs/release/readiness.md:7:7: error[deployment/unmet-criterion] DEP-007 blocks the release and is not ticked",
    (
        "docs/release/registers.md:61:3: error[deployment/unaccepted-risk]"
        " RISK-001 is a high risk that is neither handled nor accepted"
    ),
    "docs/release/registers.md:62:3: error[deployment/unexplained-risk] RISK-002 is accepted for no reason",
    "docs/release/registers.md:68:3: warning[deployment/ungated-launch] no launch entry links a deployment entry",
    "release/dep/DEP-012.yaml:7:13: error[deployment/failing-test] DEP-012 links epics with tests that fail: EPIC-03",
    (
        "release/dep/DEP-012.yaml:7:13: error[deployment/incomplete-epic]"
        " DEP-012 links epics that are not complete: EPIC-03"
    ),
]

SUPPRESSED = ("netlify.toml:23:11", "netlify/unknown-test-gate")

_DIAGNOSTIC = re.compile(r"(?P<place>.+?:\d+:\d+): \w+\[(?P<rule>[^\]]+)\] ")
_ROW = re.compile(r"^\| `(?P<place>[^`]+)` +\| `(?P<rule>[^`]+)` +\| (?P<reason>.+?) +\|$", re.MULTILINE)
_SUMMARY = re.compile(r"Checked \d+ files? with \d+ rules: (?P<found>.+)\Z")


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


def tables() -> list[list[Row]]:
    """The tables of the README: what a plain run reports, and what the stage of the release adds."""
    text = (CHECKOUT / BROKEN / "README.md").read_text(encoding="utf-8")
    found_in = []
    for part in text.split("\n## "):
        rows = [Row(match["place"], match["rule"], match["reason"]) for match in _ROW.finditer(part)]
        # A row that the pattern does not understand must not drop out in silence; two lines are the head of the table.
        assert len(rows) == len(re.findall(r"^\|", part, re.MULTILINE)) - 2
        found_in.append(rows)
    return found_in


def found(diagnostics: list[str]) -> list[tuple[str, str]]:
    matches = [_DIAGNOSTIC.match(line) for line in diagnostics]
    return [(match["place"], match["rule"]) for match in matches if match]


def test_every_planted_violation_is_reported_and_nothing_else(tmp_path: Path) -> None:
    run = check(CHECKOUT, tmp_path, BROKEN)
    assert run.diagnostics == [f"{BROKEN}/{line}" for line in EXPECTED]
    # Skipped are the rules of the stage 'release', the one about forms, and those on phases: the shop has none of both.
    assert (
        run.found == "18 errors, 11 warnings, 1 notice (6 fixable with --unsafe-fixes, 1 suppressed, 36 rules skipped)."
    )
    assert run.exit_code == 1


def test_the_report_is_the_same_inside_the_repository(tmp_path: Path) -> None:
    assert check(CHECKOUT / BROKEN, tmp_path).diagnostics == EXPECTED


def test_the_stage_of_the_release_adds_what_is_not_done(tmp_path: Path) -> None:
    run = check(CHECKOUT / BROKEN, tmp_path, "--stage", "release")
    assert [line for line in run.diagnostics if line not in AT_THE_RELEASE] == EXPECTED
    assert [line for line in run.diagnostics if line not in EXPECTED] == AT_THE_RELEASE
    assert (
        run.found == "27 errors, 14 warnings, 1 notice (6 fixable with --unsafe-fixes, 1 suppressed, 26 rules skipped)."
    )
    assert run.exit_code == 1


def test_the_tables_list_exactly_the_planted_violations() -> None:
    assert [[(row.place, row.rule) for row in rows] for rows in tables()] == [found(EXPECTED), found(AT_THE_RELEASE)]


def test_every_row_gives_a_reason_in_one_sentence() -> None:
    for row in (row for rows in tables() for row in rows):
        assert re.fullmatch(r"[A-Z\"].{30,}[^.]\.", row.reason), row
        assert ". " not in row.reason, row


def test_the_readme_counts_right() -> None:
    words = {30: "thirty", 12: "twelve"}
    text = (CHECKOUT / BROKEN / "README.md").read_text(encoding="utf-8")
    assert f"It reports {words[len(EXPECTED)]} violations of {words[len(EXPECTED)]} rules" in text
    assert f"adds {words[len(AT_THE_RELEASE)]} violations" in text
    mended = (CHECKOUT / MENDED / "README.md").read_text(encoding="utf-8")
    assert f"the {words[len(EXPECTED)]} of a plain run and the {words[len(AT_THE_RELEASE)]} that" in mended


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


@pytest.mark.parametrize("stage", [(), ("--stage", "release")], ids=["plain", "release"])
def test_the_mended_repository_is_clean(stage: tuple[str, ...], tmp_path: Path) -> None:
    run = check(CHECKOUT, tmp_path, MENDED, "--fail-level", "info", *stage)
    skipped = "26 rules skipped" if stage else "36 rules skipped"
    assert run == Run(0, [], f"no violations (1 suppressed, {skipped}).")


@pytest.mark.parametrize("failing", ["TEST-007", "TEST-012"])
def test_the_evidence_of_the_mended_repository_decides(failing: str, tmp_path: Path) -> None:
    shutil.copytree(CHECKOUT / MENDED, tmp_path, dirs_exist_ok=True)
    (tmp_path / "more.json").write_text(json.dumps({failing: "failed"}), encoding="utf-8")
    run = check(tmp_path, tmp_path, "--stage", "release", "--evidence", "more.json")
    assert ("docs/release/deployment.md:32:17", "deployment/failing-test") in found(run.diagnostics)
    assert run.exit_code == 1


def test_what_the_front_page_shows_is_what_is_printed(tmp_path: Path) -> None:
    text = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n\$ (policylint [^\n]+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 4
    for command, output in blocks:
        done = subprocess.run(
            ["sh", "-c", f"{sys.executable} -m {command}"],
            cwd=CHECKOUT / BROKEN,
            env={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=60,
        )
        assert (done.stdout, done.stderr) == (output, ""), command


def test_the_front_page_counts_right() -> None:
    text = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    assert f"with its {len(EXPECTED)} planted violations" in text
    assert len(AT_THE_RELEASE) == 12
    assert "the twelve more that the stage" in text


@pytest.mark.parametrize("repository", [BROKEN, MENDED])
def test_the_readme_is_clean(repository: str, tmp_path: Path) -> None:
    """It may name entries, as parts of paths; it defines none."""
    done = policylint(CHECKOUT, tmp_path, "check", f"{repository}/README.md", "--output-format", "concise")
    assert [line for line in done.stdout.splitlines() if not _SUMMARY.match(line)] == []
    assert done.returncode in {0, 3}
