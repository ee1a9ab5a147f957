"""Advice that is followed to the letter mends: a release that says what the rules advise has nothing reported."""

from __future__ import annotations

import re
import tempfile
from functools import cache

import pytest

from policylint import engine
from policylint.filetree import MemoryTree
from policylint.pack import Pack
from policylint.settings import Settings
from policylint.workspace import open_workspace
from tests.rules.shipped import definitions

SCRIPT = "tests/e2e/smoke.spec.ts"
RELEASE = """\
DEP-001: Production
Type: Environment
Stage: Pre-deploy
Description: where customers are
Name: production-eu
Owner: QA lead
Infrastructure: two stacks at AWS
Configuration:
- LOG_LEVEL=info
- DB_PASSWORD=${DB_PASSWORD}
Secrets: Vault; tokens valid for an hour
Access: platform team (deploy), on-call (read)
Linked IDs: ENV-001, ARC-001, TECH-005

DEP-008: Staging
Type: Environment
Stage: Pre-deploy
Description: canary
Name: staging
Owner: QA lead
Infrastructure: None: the site is static
Configuration:
- LOG_LEVEL=info
- DB_PASSWORD=${DB_PASSWORD}
Secrets: Vault, rotated monthly
Access: platform team (deploy), on-call (read)
Linked IDs: ENV-001

DEP-002: All tests pass in staging
Type: Criteria
Stage: Pre-deploy
Description: nothing known is broken
Category: Functional
Requirement: all TEST entries pass in staging
Verification: test report of the pipeline
Blocker: Yes, for every release
Owner: QA lead
Linked IDs: TEST-001 to TEST-050

DEP-006: Latency
Type: Criteria
Stage: Pre-deploy
Description: it is fast
Category: Performance
Requirement: p95 below 200 ms
Verification: load test report
Blocker: No
Owner: QA lead
Linked IDs: KPI-001

DEP-003: Error rate rollback
Type: Rollback
Stage: Post-deploy
Description: back when it fails
Trigger: 5xx error rate exceeds the baseline
Threshold: 5xx responses, >2% of requests for 5 minutes
Procedure:
1. Pause traffic
2. Revert to the previous tag
Notification: #incidents, PagerDuty, Engineering Lead
Owner: QA lead
Linked IDs: MON-001, RUN-005

DEP-004: Smoke tests
Type: Validation
Stage: Post-deploy
Description: are the journeys whole
Check: smoke tests of sign-in
Method: Automated (tests/e2e/smoke.spec.ts) + manual spot-check
Success Criteria: all journeys complete in under 2 seconds, no failed sign-in, GET /api/health answers 200
Escalation: If smoke tests fail, execute DEP-003
Owner: QA lead
Linked IDs: UJ-000/001, TEST-050

### DEP-045: Release 2
**Type**: Release
**Environment**: Production
**Strategy**: Canary
**Status**: Planned
**Owner**: QA lead
**Target Date**: 2026-12-01
**Risk Level**: High
**Changes Included**: EPIC-04, FEA-112 (dark mode), API-056
**Success Criteria**: error rate < 0.1 % for 30 minutes
**Go/No-Go Criteria**: tests green
**Rollback Plan**: publish 1

RISK-001: Region fails
Impact: High
Status: Accepted
Owner: Head of payments
Rationale: the provider guarantees 99.99 %

DEP-101: No critical risk
Type: Criteria
Stage: Pre-deploy
Description: risks are known
Category: Operational
Requirement: no critical RISK is open
Verification: review of the register
Blocker: No
Owner: QA lead
Linked IDs: RISK-001, EPIC-04

DEP-102: Security
Type: Criteria
Stage: Pre-deploy
Description: somebody looked
Category: Security
Requirement: the security review is complete, by the security lead
Verification: review report
Blocker: Yes
Owner: security lead
Linked IDs: EPIC-04

DEP-103: Docs
Type: Criteria
Stage: Pre-deploy
Description: readable
Category: Documentation
Requirement: release notes and documentation are current, runbooks and monitoring are ready
Verification: review report
Blocker: No
Owner: security lead
Linked IDs: API-056

DEP-104: Latency rollback
Type: Rollback
Stage: Post-deploy
Description: back when slow
Trigger: p95 latency
Threshold: p95 above 500 ms for 5 minutes
Procedure:
1. Pause traffic
2. Revert to the previous tag
Notification: #incidents, PagerDuty, Engineering Lead
Owner: QA lead
Linked IDs: MON-002, RUN-005

DEP-105: Report rollback
Type: Rollback
Stage: Post-deploy
Description: back when users say so
Trigger: critical issues that users report
Threshold: 3 reports within 30 minutes
Procedure: kubectl rollout undo deploy/web
Notification: #incidents, PagerDuty, Engineering Lead
Owner: QA lead
Linked IDs: MON-002, RUN-005

DEP-106: Data rollback
Type: Rollback
Stage: Post-deploy
Description: back when orders are lost
Trigger: data that is corrupt
Threshold: any
Procedure: Disable the flag
Notification: #incidents, PagerDuty, Engineering Lead
Owner: QA lead
Linked IDs: MON-002, RUN-005

DEP-108: Error rate rollback of the worker
Type: Rollback
Stage: Post-deploy
Description: back when jobs fail
Trigger: job error rate
Threshold: >2% for 5 minutes (baseline 0.5%)
Procedure: kubectl rollout undo deploy/worker
Notification: #incidents, PagerDuty, Engineering Lead
Owner: QA lead
Linked IDs: MON-001, RUN-005

DEP-107: Baseline
Type: Validation
Stage: Post-deploy
Description: numbers as before
Check: the metrics are at their baseline
Method: Manual
Success Criteria: error rate below 0.5%
Escalation: execute DEP-003
Owner: QA lead
Linked IDs: MON-001

MON-001: errors
Condition: >2% for 5 minutes

MON-002: p95
Condition: above 500 ms

RUN-005: Roll back
"""

# What advice quotes that is a name, or is for other documents.
NOT_FOLLOWED = {
    "{entry}: Error rate rollback",
    "Blocker: No",
    "Complete",
    "Depends On: DEP-002",
    "Failing",
    "Gate",
    "Linked IDs:",
    "Linked IDs: KPI-002",
    "Linked IDs: MON-001, RUN-005",
    "Linked IDs: UJ-000/001, TEST-050",
    "Mitigated",
    "Notes",
    "Owner",
    "Owner:",
    "Passing",
    "Post-deploy",
    "Pre-deploy",
    "Rationale",
    "Rollback",
    "Secrets",
    "external-ids",
    "junit.xml",
    "states",
    "title",
}


@cache
def pack() -> Pack:
    with tempfile.TemporaryDirectory() as folder:
        return open_workspace(folder, {}, folder).pack


def quoted() -> list[tuple[str, str]]:
    advice = {name: each.fix for name, each in definitions().items() if name.startswith("deployment/")}
    found = [(name, text) for name, fix in sorted(advice.items()) for text in re.findall(r"(?<!\\w)'([^']+)'", fix)]
    return [(name, " ".join(text.split())) for name, text in found]


def test_a_release_that_follows_the_advice_has_nothing_reported() -> None:
    tree = MemoryTree({"docs/deployment.md": RELEASE, SCRIPT: "test();"})
    report = engine.check(tree, pack(), Settings(select=["deployment"], stage="release"))
    assert [(each.span.start.line, each.rule, each.message) for each in report.diagnostics] == []


@pytest.mark.parametrize(("name", "text"), quoted())
def test_what_a_rule_advises_is_followed_there(name: str, text: str) -> None:
    unmarked = RELEASE.replace("**", "")
    assert text in unmarked or text in NOT_FOLLOWED, name
