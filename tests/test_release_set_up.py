"""A plan, a register of deployment entries and a netlify.toml together give the findings that a reviewer would."""

from __future__ import annotations

from policylint import engine
from policylint.facts import EntryFact
from policylint.filetree import MemoryTree
from policylint.settings import Settings
from tests.rules.shipped import pack

PLAN = """\
---
phase: 03-hardening
plan: 02
type: execute
wave: 1
depends_on: []
requirements: [SAFE-01]
user_setup:
  - service: netlify
    why: "Previews need their own variables"

must_haves:
  truths:
    - "A red suite stops the deploy"
  artifacts:
    - path: "netlify.toml"
      provides: "Gate before the build"
      contains: "test:run"
    - path: "docs/ops/release-workflow.md"
      provides: "Promotion and rollback"
      contains: "blue/green"
  key_links:
    - from: "docs/ops/release-workflow.md"
      to: "/api/health"
      via: "poll after promotion"
      pattern: "api/health"
    - from: "netlify.toml"
      to: "npm run test:run"
      via: "build command"
      pattern: "test:run"
---

<objective>
Stop red builds.
</objective>
"""

REGISTER = """\
# Release planning
Entries below are contracts.
DEP-101: Staging environment
Type: Environment
Stage: Pre-deploy
Name: staging
Configuration:
- NODE_ENV=production
- LOG_LEVEL=debug
Access: Platform (deploy)
Linked IDs: ARC-101 (modular monolith)
---
DEP-102: Suite is green in staging
Type: Criteria
Stage: Pre-deploy
Blocker: Yes — nothing ships otherwise
Owner: Test lead
Linked IDs: TEST-101 to TEST-103 (from EPIC-11 through EPIC-12)
---
DEP-103: Error budget rollback
Type: Rollback
Stage: Post-deploy
Trigger: server errors above the baseline
Threshold: >2% of requests for 5 minutes
Procedure:
1. Page the engineer on call
2. Publish the previous deploy
Linked IDs: MON-101 (error rate), RUN-102 (rollback procedure), API-101–103
---
DEP-104: Journeys after the deploy
Type: Validation
Stage: Post-deploy
Escalation: If a journey fails, execute DEP-103
Linked IDs: UJ-100/101 (critical journeys)

| Reader | Uses | Example |
|---|---|---|
| Runbooks | what a rollback does | DEP-103 → RUN-101 |
---
DEP-103: Error budget rollback
Type: Rollback
Threshold: >3% of requests for 5 minutes
Owner: Platform
Linked IDs: MON-101, RUN-101

DEP-XXX: [Title of the entry]
Type: [Environment | Criteria | Rollback | Validation]
Owner: [Who verifies]
Linked IDs: [EPIC-XXX, TEST-XXX]
"""

FILES = {
    ".planning/phases/03-hardening/03-02-PLAN.md": PLAN,
    "docs/release-planning.md": REGISTER,
    "docs/ops/release-workflow.md": "# Release workflow\nBlue/green. Poll /api/health and roll back.\n",
    "docs/registers.md": "".join(
        f"{each}\n"
        for each in (
            "ARC-101: App",
            "TEST-101: Cart",
            "TEST-102: Pay",
            "UJ-100: Buy",
            "MON-101: Errors",
            "RUN-101: Roll back",
        )
    ),
    "netlify.toml": '[build]\n  command = "npm run build"\n',
}

# What the register says of itself, and what the other files say of it. The set as a whole is another matter.
SELECTED = [
    "plan",
    "ids",
    "netlify/missing-test-gate",
    "deployment/missing-owner",
    "deployment/unowned-criterion",
    "deployment/rollback-without-runbook",
]
_PLAN = ".planning/phases/03-hardening/03-02-PLAN.md"
_REGISTER = "docs/release-planning.md"
EXPECTED = [
    (_PLAN, 18, 17, "plan/artifact-lacks-text", "netlify.toml does not mention 'test:run'"),
    (_PLAN, 21, 17, "plan/artifact-lacks-text", "docs/ops/release-workflow.md does not mention 'blue/green'"),
    (_PLAN, 28, 11, "plan/unbuilt-command", "netlify.toml does not run 'npm run test:run'"),
    (_REGISTER, 3, 1, "deployment/missing-owner", "DEP-101 has no Owner"),
    (
        _REGISTER,
        11,
        13,
        "ids/note-mismatch",
        "ARC-101 is called 'modular monolith' here, but its title is 'App'",
    ),
    (
        _REGISTER,
        18,
        13,
        "ids/range-gap",
        "'TEST-101 to TEST-103' has 1 of 3 IDs not defined in any file: TEST-103",
    ),
    (_REGISTER, 20, 1, "deployment/missing-owner", "DEP-103 has no Owner"),
    (_REGISTER, 28, 35, "ids/unresolved-id", "RUN-102 is not defined in any file"),
    (
        _REGISTER,
        28,
        65,
        "ids/range-gap",
        "'API-101–103' has 3 of 3 IDs not defined in any file: API-101, API-102, API-103",
    ),
    (_REGISTER, 30, 1, "deployment/missing-owner", "DEP-104 has no Owner"),
    (_REGISTER, 34, 13, "ids/unresolved-id", "'UJ-100/101' has 1 of 2 IDs not defined in any file: UJ-101"),
    (
        _REGISTER,
        38,
        37,
        "ids/contradicted-relation",
        "'DEP-103 → RUN-101' contradicts DEP-103, which links RUN-102",
    ),
    (
        _REGISTER,
        40,
        1,
        "ids/duplicate-id",
        f"DEP-103 is already defined in {_REGISTER}:20, with another Threshold and Linked IDs",
    ),
    ("netlify.toml", 2, 13, "netlify/missing-test-gate", "build.command runs no tests"),
]

ENTRIES = [
    (
        "DEP-101",
        "Staging environment",
        {
            "Type": "Environment",
            "Stage": "Pre-deploy",
            "Name": "staging",
            "Configuration": "- NODE_ENV=production\n- LOG_LEVEL=debug",
            "Access": "Platform (deploy)",
            "Linked IDs": "ARC-101 (modular monolith)",
        },
    ),
    (
        "DEP-102",
        "Suite is green in staging",
        {
            "Type": "Criteria",
            "Stage": "Pre-deploy",
            "Blocker": "Yes — nothing ships otherwise",
            "Owner": "Test lead",
            "Linked IDs": "TEST-101 to TEST-103 (from EPIC-11 through EPIC-12)",
        },
    ),
    (
        "DEP-103",
        "Error budget rollback",
        {
            "Type": "Rollback",
            "Stage": "Post-deploy",
            "Trigger": "server errors above the baseline",
            "Threshold": ">2% of requests for 5 minutes",
            "Procedure": "1. Page the engineer on call\n2. Publish the previous deploy",
            "Linked IDs": "MON-101 (error rate), RUN-102 (rollback procedure), API-101–103",
        },
    ),
    (
        "DEP-104",
        "Journeys after the deploy",
        {
            "Type": "Validation",
            "Stage": "Post-deploy",
            "Escalation": "If a journey fails, execute DEP-103",
            "Linked IDs": "UJ-100/101 (critical journeys)",
        },
    ),
    (
        "DEP-103",
        "Error budget rollback",
        {
            "Type": "Rollback",
            "Threshold": ">3% of requests for 5 minutes",
            "Owner": "Platform",
            "Linked IDs": "MON-101, RUN-101",
        },
    ),
]


def found(paths: list[str] | None = None) -> list[tuple[str, int, int, str, str]]:
    report = engine.check(MemoryTree(FILES), pack(), Settings(select=SELECTED), paths)
    return [(each.path, *each.span.start, each.rule, each.message) for each in report.diagnostics]


def test_the_gate_the_links_and_the_owners_are_missed_at_their_lines() -> None:
    assert found() == EXPECTED


def test_every_entry_is_found_with_every_field() -> None:
    index = engine.trace(MemoryTree(FILES), pack(), Settings())
    entries = [entry for entry in index.entries() if entry.path == _REGISTER]
    assert [(each.identifier, each.title, _fields(each)) for each in entries] == ENTRIES
    assert {(each.kinds, each.dialect) for each in entries} == {(("deployment",), "contract")}


def _fields(entry: EntryFact) -> dict[str, object]:
    return {field.name: field.value for field in entry.fields.values()}


def test_an_undefined_id_points_to_the_entry_that_was_probably_meant() -> None:
    report = engine.check(MemoryTree(FILES), pack(), Settings())
    [diagnostic] = [each for each in report.diagnostics if each.message.startswith("RUN-102")]
    [related] = diagnostic.related
    assert (related.path, *related.span.start, related.message) == (
        "docs/registers.md",
        6,
        1,
        "RUN-101 (Roll back) is defined here",
    )


def test_one_checked_file_still_sees_the_entries_of_the_others() -> None:
    assert found([_REGISTER]) == [line for line in EXPECTED if line[0] == _REGISTER]
