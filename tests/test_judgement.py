"""What is told of many references and entries at once is what each would be told alone."""

from __future__ import annotations

from unittest import mock

import pytest

from policylint import engine, judgement
from policylint.diagnostics import Report
from policylint.documents.document import Limits
from policylint.filetree import MemoryTree
from policylint.reference_rules import ReferenceRules
from policylint.settings import Settings
from policylint.targets import Targets
from tests.linked_repositories import OWN_RULES, Writer, workspace

SHIPPED = ("ids", "deployment", "release")
OPT_IN = ("missing-back-link", "wrong-home")


# A rule that asks of each reference what its targets do not tell would hide what the others tell of them.
@pytest.mark.parametrize("select", [SHIPPED, (*SHIPPED, *OPT_IN), *((f"ops/{name}",) for name in OWN_RULES)], ids=str)
@pytest.mark.parametrize("seed", range(10))
def test_short_cuts_make_no_difference(seed: int, select: tuple[str, ...]) -> None:
    files, stage, findings = Writer(seed).repository(), ("", "release")[seed % 2], 2 if seed % 5 == 0 else 1000
    chosen = Settings(list(select), stage=stage, limits=Limits(findings=findings), external_ids=["XY"])
    paths = sorted(files)[:1] if seed % 3 == 0 else None

    def judged() -> Report:
        return engine.check(MemoryTree(files), workspace().pack, chosen, paths)

    told = judged()
    with (
        mock.patch.object(ReferenceRules, "_is_clear", return_value=False),
        mock.patch.object(ReferenceRules, "broken", lambda _rules, shape, _reference: shape.about_targets),
        mock.patch.object(judgement, "_suspects", return_value=None),
    ):
        assert judged() == told
    with mock.patch.object(Targets, "key", return_value=None):
        assert judged() == told


def test_members_of_a_range_are_judged_together_where_each_alone_would_pass() -> None:
    epics = "## EPIC-001: a\nOwner: a\nState: Retired\n\n## EPIC-002: b\n\n"
    links = "## EPIC-003: c\nLinked IDs: EPIC-001, EPIC-002\nDepends On: EPIC-001 to EPIC-002\n"
    chosen = Settings(["ops/either"])
    found = engine.check(MemoryTree({"a.md": epics + links}), workspace().pack, chosen).diagnostics
    assert [each.span.start.line for each in found] == [9]


def test_entries_with_the_same_fields_are_told_apart_by_their_links() -> None:
    tested, untested = "## EPIC-001: a\nOwner: a\nTests: TEST-001\n\n", "## EPIC-002: b\nOwner: a\n\n"
    depending = "## DEP-001: c\nDepends On: EPIC-001\n\n## DEP-002: d\nDepends On: EPIC-002\n"
    files = {"a.md": f"{tested}{untested}{depending}"}
    found = engine.check(MemoryTree(files), workspace().pack, Settings(["ops/owner-with-tests"])).diagnostics
    assert [(each.span.start.line, each.message) for each in found] == [
        (12, "EPIC-002 does not meet the conditions"),
    ]
