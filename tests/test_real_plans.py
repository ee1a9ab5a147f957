"""What the rules say of real plans: a rule that comes to speak more often, or no more, has to show why.

The plans lie outside the repository and came without the files they speak of, so that every promise is open.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from policylint import engine
from policylint.diagnostics import Diagnostic
from policylint.filetree import MemoryTree
from policylint.settings import Settings
from tests.rules.shipped import pack

SHARED = Path(os.environ.get("POLICYLINT_SHARED", Path(__file__).resolve().parents[2] / "shared"))
SOURCES = SHARED / "data" / "plans" / "SOURCES.tsv"

# On how many of the plans each rule speaks; docs/plans.md compares this with larger collections.
FIRING = {
    "plan/broken-key-link": 40,
    "plan/failing-verify": 3,
    "plan/harmless-verify": 1,
    "plan/incomplete-verification-checkpoint": 1,
    "plan/link-to-words": 21,
    "plan/machine-path": 11,
    "plan/misplaced-plan": 1,
    "plan/missing-artifact": 46,
    "plan/missing-context": 47,
    "plan/open-plan": 47,
    "plan/uncheckable-key-link": 7,
    "plan/unchecked-artifact": 13,
    "plan/undeclared-file": 6,
    "plan/unknown-dependency": 20,
    "plan/unknown-verify-path": 1,
    "plan/unrunnable-verify": 6,
    "plan/untouched-file": 2,
    "plan/unverified-task": 1,
}

pytestmark = pytest.mark.skipif(not SOURCES.exists(), reason=f"no real plans at {SOURCES.parent}")


def plans() -> list[tuple[str, str]]:
    """The path of each plan in the repository that it comes from, and its text."""
    rows = (line.split("\t") for line in SOURCES.read_text(encoding="utf-8").splitlines()[1:])
    return [(path, (SOURCES.parent / name).read_text(encoding="utf-8")) for name, _, path, _ in rows]


def found(path: str, files: dict[str, str]) -> list[Diagnostic]:
    """What every rule of plans says of one, those that rest too."""
    select = [rule.name for rule in pack().rules if rule.name.startswith("plan/")]
    report = engine.check(MemoryTree(files), pack(), Settings(select=[*select, "documents"]))
    return [each for each in report.diagnostics if each.path == path]


def test_each_rule_speaks_on_as_many_plans_as_before() -> None:
    firing = Counter(rule for path, text in plans() for rule in {each.rule for each in found(path, {path: text})})
    assert dict(firing) == FIRING


def test_nothing_that_is_still_open_is_an_error_and_all_that_is_promised_is_one_after_the_summary() -> None:
    for path, text in plans():
        before = found(path, {path: text})
        after = found(path, {path: text, path.replace("PLAN.md", "SUMMARY.md"): "# Done\n"})
        promised = {"plan/missing-artifact", "plan/broken-key-link"}
        assert not {each.severity.label for each in before if each.rule in promised} & {"error"}
        assert {each.severity.label for each in after if each.rule in promised} <= {"error"}
