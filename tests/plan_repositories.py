"""A plan of the form of the hardening plan (docs/sources.md), in two repositories: carried out well, and badly."""

from __future__ import annotations

FOLDER = ".planning/phases/04-release-safety"
PLAN_PATH = f"{FOLDER}/04-02-PLAN.md"
SUMMARY_PATH = f"{FOLDER}/04-02-SUMMARY.md"

PLAN = """\
---
phase: 04-release-safety
plan: 02
type: execute
wave: 1
depends_on: []
files_modified:
  - netlify.toml
  - docs/ops/release-workflow.md
  - docs/ops/incident-log.md
  - docs/ops/postmortem.md
autonomous: true
requirements: [SAFE-01, SAFE-03]
user_setup:
  - service: netlify
    why: "Someone has to lock production deploys"
    dashboard_config:
      - task: "Lock auto publishing"
        location: "Deploys"

must_haves:
  truths:
    - "No build goes out whose tests failed"
  artifacts:
    - path: "netlify.toml"
      provides: "Tests in front of the build"
      contains: "test:unit"
    - path: "docs/ops/release-workflow.md"
      provides: "The way to production and back"
      contains: "blue/green"
    - path: "docs/ops/incident-log.md"
      provides: "Table of incidents"
      contains: "Incident Log"
    - path: "docs/ops/postmortem.md"
      provides: "Questions after an incident"
      contains: "Postmortem"
  key_links:
    - from: "docs/ops/release-workflow.md"
      to: "/api/health"
      via: "health gate"
      pattern: "api/health"
    - from: "docs/ops/release-workflow.md"
      to: "Netlify rollback"
      via: "automatic rollback"
      pattern: "rollback"
    - from: "netlify.toml"
      to: "npm run test:unit"
      via: "build command"
      pattern: "test:unit"
---

<objective>
Make releases safe.
</objective>

<context>
@netlify.toml
</context>

<tasks>

<task type="auto">
  <name>Write the release workflow</name>
  <files>docs/ops/release-workflow.md</files>
  <action>
Describe staging, approval, promotion and the automatic rollback.
  </action>
  <verify>rg "blue/green|api/health|rollback" docs/ops/release-workflow.md</verify>
  <done>The workflow leads to production and back.</done>
</task>

<task type="auto">
  <name>Write the templates</name>
  <files>docs/ops/incident-log.md, docs/ops/postmortem.md</files>
  <action>
A table of incidents, and the questions of a postmortem.
  </action>
  <verify>rg "Incident Log|Postmortem" docs/ops/incident-log.md docs/ops/postmortem.md</verify>
  <done>Both can be filled in.</done>
</task>

<task type="auto">
  <name>Put the tests in front of the build</name>
  <files>netlify.toml</files>
  <action>
Use `npm run test:unit && npm run build`.
  </action>
  <verify>rg "test:unit" netlify.toml</verify>
  <done>A build with failing tests fails.</done>
</task>

</tasks>
"""

SUMMARY = """\
---
phase: 04-release-safety
plan: 02
subsystem: operations
tags: [netlify]
duration: 20 min
completed: 2026-02-03
---

# Release safety: summary
"""

REQUIREMENTS = """\
# Requirements

- [x] **SAFE-01**: tests stand in front of the build
- [ ] **SAFE-02**: alerts reach somebody
- [x] **SAFE-03**: there is a way back
"""

PACKAGE = """\
{"name": "shop", "version": "1.0.0", "private": true, "scripts": {"test:unit": "vitest run", "build": "vite build"}}
"""

_COMMON = {
    PLAN_PATH: PLAN,
    SUMMARY_PATH: SUMMARY,
    ".planning/REQUIREMENTS.md": REQUIREMENTS,
    "package.json": PACKAGE,
}

GOOD = {
    **_COMMON,
    "netlify.toml": '[build]\ncommand = "npm run test:unit && npm run build"\npublish = "dist"\n',
    "docs/ops/release-workflow.md": """\
---
owner: Release lead
---

# Release workflow

We release blue/green: staging is green, production is blue.

1. Staging: every merge is built there. Environment variables are listed for each environment; secrets live in the
   secret store.
2. Approval: the release lead approves.
3. Production: promote the build, then ask /api/health every minute.
4. Automatic rollback: after three failures of /api/health the previous deploy is published.
""",
    "docs/ops/incident-log.md": """\
# Incident Log

| Time | Severity | Impact | Mitigation | Follow-up |
| --- | --- | --- | --- | --- |
""",
    "docs/ops/postmortem.md": """\
# Postmortem

## Root cause

## Detection

## Timeline

## Remediation

## Prevention
""",
}

BAD = {
    **_COMMON,
    "netlify.toml": '# test:unit comes later\n[build]\ncommand = "npm run build"\npublish = "dist"\n',
    "docs/ops/release-workflow.md": "# Release workflow\n\nPush to main.\n",
    "docs/ops/incident-log.md": "# Log\n\nWrite down what happened.\n",
}
