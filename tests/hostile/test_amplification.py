"""Files of at most two megabytes that ask for work without end: the work has a limit, and hitting it is said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.hostile.harness import check_safe, run_limited, write

if TYPE_CHECKING:
    from pathlib import Path


def plan(key: str, *items: str) -> str:
    return f"---\nplan: 1\nmust_haves:\n  {key}:\n" + "".join(f"    - {{{item}}}\n" for item in items) + "---\n"


def entries(count: int, fields: str) -> str:
    return "".join(f"DEP-{number:05}: a\n{fields.format(number, number + 1)}\n\n" for number in range(count))


OWN_RULE = """
id: own/equal
title: Items are two
severity: warning
rationale: What a message quotes may be long.
fix: write '{{document.big}}'
references: [here]
given: {{document: own, select: 'items[*]', missing: skip}}
then:
  equals: 2
  message: "{message}"
  edit: {{set: '{{document.big}}', applicability: unsafe}}
examples:
  valid: [{{title: two, files: {{o.own.yaml: 'items: [2]'}}}}]
  invalid: [{{title: one, files: {{o.own.yaml: 'items: [1]'}}, expect: ['o.own.yaml:1:9: one']}}]
"""


def own_rule(message: str, text: str) -> dict[str, str]:
    return {
        "policylint.toml": 'rules = ["r"]\n[kinds.own]\ntitle = "own"\nformat = "yaml"\npaths = ["*.own.yaml"]\n',
        "r/own/equal.yaml": OWN_RULE.format(message=message),
        "x.own.yaml": text,
    }


# A kind with an element that may stand in itself.
NESTING = {
    "policylint.toml": '[kinds.own]\ntitle = "own"\nformat = "markdown"\npaths = ["*.own.md"]\n'
    '[kinds.own.elements]\ndocument = ["a"]\na = ["a"]\n'
}


def plans(count: int, fields: str) -> dict[str, str]:
    return {
        f".planning/phases/01-a/01-{number:03}-PLAN.md": f"---\nplan: {number}\nwave: 1\n{fields}---\n"
        for number in range(count)
    }


def variables(count: int, before: str = "") -> str:
    return "".join(f"A{before}{number}='a'\n" for number in range(count))


LEFT_OUT = "finds more than 500 violations in the file, the others are left out"

# By the threat: the files, and a rule with a part of its message, which must be there.
AMPLIFIED: dict[str, tuple[dict[str, str], tuple[str, str]]] = {
    "ten-thousand-findings-on-one-line": (
        {"package.json": "{" + ",".join(['"a":1'] * 10_000) + "}"},
        ("documents/limit-exceeded", f"'documents/duplicate-key' {LEFT_OUT}"),
    ),
    "two-hundred-thousand-findings": (
        {"package.json": "{" + ",".join(['"a":1'] * 300_000) + "}"},
        ("documents/limit-exceeded", f"'documents/duplicate-key' {LEFT_OUT}"),
    ),
    "unknown-keys": (
        {"netlify.toml": "".join(f"k{number} = {number}\n" for number in range(100_000))},
        ("documents/limit-exceeded", f"'netlify/unknown-key' {LEFT_OUT}"),
    ),
    "a-long-name-around-many-keys": (
        {"netlify.toml": f"[context.{'a' * 1_000_000}.environment]\n" + "".join(f"A{n} = {n}\n" for n in range(1_000))},
        ("netlify/non-text-environment", f"context.{'a' * 48}...{'a' * 48}.environment.A0 is 0"),
    ),
    "a-long-value-in-every-message": (
        own_rule("says " + "{document.big}" * 100, f"big: {'y' * 1_000_000}\nitems: [{'1,' * 600}]\n"),
        ("own/equal", f"says {'y' * 3_000}"),
    ),
    "a-long-list-in-every-message": (
        own_rule("says {document.big}", f"big: [{'[],' * 100_000}]\nitems: [{'1,' * 600}]\n"),
        ("own/equal", "says"),
    ),
    "a-value-of-blanks-in-every-message": (
        own_rule("says {document.big}", f"big: '{' y' * 900_000}'\nitems: [{'1,' * 600}]\n"),
        ("own/equal", "says y y"),
    ),
    "many-values-below-a-wrong-key": (
        {"netlify.toml": f"a = [{'1,' * 240_000}]\n"},
        ("netlify/unknown-key", "unknown key 'a'"),
    ),
    "one-wrong-value-among-many": (
        {
            "netlify.toml": "[build]\nignore = 1\n[build.environment]\n"
            + "".join(f"A{n} = 'a'\n" for n in range(80_000))
        },
        ("netlify/invalid-value", "build.ignore is 1, expected text"),
    ),
    "many-wrong-values": (
        {"package.json": json.dumps({"scripts": {f"s{number}": 1 for number in range(100_000)}})},
        ("documents/schema-violation", "is wrong in so many places that not all are told"),
    ),
    "a-million-values": (
        {"netlify.toml": f"a = [{'1,' * 990_000}]\n"},
        ("documents/limit-exceeded", "the file holds more than 250000 keys and values"),
    ),
    "long-headers": (
        {"netlify.toml": "".join(f"[a{number}{'.a' * 97}]\n" for number in range(9_500))},
        ("documents/limit-exceeded", "the file holds more than 250000 keys and values"),
    ),
    "long-keys-below-a-long-header": (
        {"netlify.toml": f"[a{'.a' * 97}]\n" + "".join(f"{'b.' * 97}b{number} = 1\n" for number in range(9_500))},
        ("documents/limit-exceeded", "nested more than 100 levels deep"),
    ),
    "redirects": (
        {"netlify.toml": "[[redirects]]\nfrom='/a'\nto='/b'\nstaus=1\n" * 10_000},
        ("documents/limit-exceeded", LEFT_OUT),
    ),
    "contexts": (
        {"netlify.toml": "[build]\ncommand='make'\n" + "".join(f"[context.c{n}]\nbase='b'\n" for n in range(20_000))},
        ("documents/limit-exceeded", "more than 100 contexts"),
    ),
    "lines": (
        {".planning/ROADMAP.md": "- text\n" * 20_001},
        ("documents/limit-exceeded", "more than 20000 lines of text"),
    ),
    "entries": (
        {"deployment.md": entries(30_000, "Type: Environment")},
        ("documents/limit-exceeded", "more than 10000 entries"),
    ),
    "a-chain-of-entries": (
        {"deployment.md": entries(3_000, "Owner: a\nDepends on: DEP-{1:05}")},
        ("ids/unresolved-id", "DEP-03000"),
    ),
    "a-ring-of-entries": (
        {"deployment.md": entries(3_000, "Owner: a\nDepends on: DEP-{1:05}") + "DEP-03000: a\nDepends on: DEP-00000\n"},
        ("ids/cycle", ""),
    ),
    "every-entry-links-every-entry": (
        {"deployment.md": entries(400, "Owner: a\nLinked IDs: DEP-00000 to DEP-00399")},
        ("ids/", ""),
    ),
    "unresolved-ids-that-look-like-others": (
        {"deployment.md": entries(2_000, "Linked IDs: TEST-{0:05}, DEP-9{1:05}")},
        ("documents/limit-exceeded", f"'ids/unresolved-id' {LEFT_OUT}"),
    ),
    "misspelt-ids": (
        {"deployment.md": "DEP-001: a\nLinked IDs: " + "dep_001, " * 30_000},
        ("documents/limit-exceeded", f"'ids/malformed-id' {LEFT_OUT}"),
    ),
    "findings-at-items-of-a-long-list": (
        {
            ".planning/phases/01-a/01-01-PLAN.md": "---\nphase: 01-a\nplan: 01\ndepends_on:\n"
            + "- 09-9\n" * 60_000
            + "---\n"
        },
        ("documents/limit-exceeded", f"'plan/unknown-dependency' {LEFT_OUT}"),
    ),
    "a-line-of-many-fields": (
        {"deployment.md": "# DEP-001: a\n**Type**: x" + ", **Ab**: y" * 150_000 + "\n"},
        ("deployment/invalid-value", "DEP-001.Type is 'x'"),
    ),
    "blanks-before-the-attributes-of-a-heading": (
        {"deployment.md": "# DEP-001: a" + " " * 1_000_000 + "{#a" * 200_000 + "}\nType: x\n"},
        ("deployment/invalid-value", "DEP-001.Type is 'x'"),
    ),
    "a-range-of-a-billion": (
        {"deployment.md": "DEP-001: a\nLinked IDs: TEST-1 to TEST-999999999\n"},
        ("ids/invalid-range", "has 999999999 members, more than the limit of 500"),
    ),
    "a-hundred-ranges-in-each-of-many-entries": (
        {"deployment.md": entries(300, "Linked IDs: " + "TEST-1 to TEST-400, " * 90)},
        ("ids/invalid-range", "brings the text above the limit of range members"),
    ),
    "artifacts-that-search-a-large-file": (
        {
            "01-01-PLAN.md": plan("artifacts", *(f"path: big.md, contains: z{n}" for n in range(10_000))),
            "big.md": "x y\n" * 500_000,
        },
        ("plan/artifact-lacks-text", "the file asks for too many searches"),
    ),
    "patterns-that-search-many-texts": (
        {
            "01-01-PLAN.md": plan("key_links", *(f"from: a.json, to: b, pattern: n{n}" for n in range(40))),
            "a.json": json.dumps([""] * 400_000),
        },
        ("plan/broken-key-link", "a.json is not searched: the file asks for too many searches"),
    ),
    "an-artifact-with-ten-thousand-names": (
        {
            "01-01-PLAN.md": plan("artifacts", f'path: a.ts, exports: "{" ".join(f"n{n}" for n in range(20_000))} z"'),
            "a.ts": " ".join(f"n{n}" for n in range(20_000)),
        },
        ("plan/missing-export", "a.ts does not mention"),
    ),
    "checks-that-search-a-large-file": (
        {
            ".planning/phases/01-a/01-01-PLAN.md": "---\nplan: 01\n---\n"
            + "".join(f"<task>\n<verify>grep z{n} big.md</verify>\n</task>\n" for n in range(480)),
            "big.md": "x y\n" * 500_000,
        },
        ("plan/failing-verify", "big.md is not searched: the file asks for too many searches"),
    ),
    "patterns-that-search-a-large-file": (
        {
            "01-01-PLAN.md": plan("key_links", *(f"from: big.md, to: x, pattern: 'q(a|b)+{n}'" for n in range(10_000))),
            "big.md": "xq y\n" * 400_000,
        },
        ("plan/broken-key-link", "the file asks for too many searches"),
    ),
    "more-artifacts-than-a-plan-has": (
        {"01-01-PLAN.md": plan("artifacts", *("path: big.md" for _ in range(20_000))), "big.md": "x"},
        ("documents/limit-exceeded", "has more than 5000 places to judge in the file, and those beyond are left out"),
    ),
    "wrong-names-in-a-large-folder": (
        {
            "01-01-PLAN.md": plan("artifacts", *(f"path: many/file-{n}.tx" for n in range(2_000))),
            **{f"many/file-{n}.txt": "" for n in range(2_000)},
        },
        ("documents/limit-exceeded", f"'plan/missing-artifact' {LEFT_OUT}"),
    ),
    "wrong-names-in-many-files": (
        {
            **{
                f".planning/phases/01-a/01-{number:03}-PLAN.md": plan(
                    "artifacts", *(f"path: many/fil-{n}-{number}.txt" for n in range(450))
                )
                for number in range(12)
            },
            **{f"many/file-{n}.txt": "" for n in range(990)},
        },
        ("plan/missing-artifact", "many/fil-449-11.txt does not exist"),
    ),
    "plans-that-all-depend-on-each-other": (
        plans(200, f"depends_on: [{', '.join(f'01-{number:03}' for number in range(200))}]\n"),
        ("plan/circular-dependency", "leads back to this plan, and so do 198 more"),
    ),
    "plans-that-all-change-the-same-files": (
        plans(299, f"files_modified: [{', '.join(f'{number}.ts' for number in range(300))}]\n"),
        ("plan/shared-file", "0.ts, 1.ts, 2.ts and 297 more as well, and so do 297 more"),
    ),
    "plans-that-depend-on-plans-that-nobody-has": (
        plans(60, f"depends_on: [{', '.join(f'02-{number:03}' for number in range(450))}]\n"),
        ("documents/limit-exceeded", "the files have more than 20000 violations"),
    ),
    "references-with-notes-that-never-end": (
        {"deployment.md": "DEP-001: a\nLinked IDs: " + "TEST-1 (" * 260_000},
        ("documents/limit-exceeded", "the file has more than 50000 references, and those beyond are not read"),
    ),
    "ids-that-nobody-defines-in-many-files": (
        {f"deployment/{n}.md": f"DEP-{n:05}: a\nLinked IDs: {'TEST-12 (' * 200}\n" for n in range(500)},
        ("documents/limit-exceeded", "the files have more than 20000 violations"),
    ),
    "documents-of-a-long-stream": (
        {
            "deployment/x.yaml": "".join(
                f"---\nid: DEP-{n:05}\ntitle: {'a' * 140}\nlinked_ids: [TEST-{n}]\n" for n in range(9_900)
            )
        },
        ("documents/limit-exceeded", f"'ids/unresolved-id' {LEFT_OUT}"),
    ),
    "phases-with-long-ranges-of-requirements": (
        {
            ".planning/ROADMAP.md": "".join(
                f"## Phase {n}: x\n**Requirements**: A-{n} to A-{n + 400}\n" for n in range(5_000)
            ),
            ".planning/REQUIREMENTS.md": "".join(f"- [ ] **A-{n}** x\n" for n in range(10_000)),
        },
        ("documents/limit-exceeded", ""),
    ),
    "reports-in-one-folder-that-each-look-for-another": (
        {
            f"release_1.{n}.0_prod_2026-01-01-0000.md": "Verdict: Rolled-Back\nrun x.sh --rollback\n## Gate\n"
            for n in range(1_000)
        },
        ("release/missing-rollback-report", ""),
    ),
    "a-report-of-many-lines-that-may-mean-something": (
        {
            "release_1.0.0_prod_2026-01-01-0000.md": "Verdict: Released\n## Phase 4: smoke\n"
            + "- watch window | verdict verdict final release phase 4 smoke test fail 3 failed error rate 2.1 x\n"
            * 19_000
        },
        ("release/skipped-phase", ""),
    ),
    "a-protocol-of-steps-and-files": (
        {
            "1-release.md": "# PROTOCOL 1: RELEASE\n## 6. GATE TO NEXT PHASE\n- [ ] x\n"
            + "".join(f"### STEP {n % 9 + 1}: production rollback\nannounce text staging\n" for n in range(4_000))
            + "## FILE MAPPING\n### INPUT FILES\n"
            + "".join(f"- a{n}/b.md, c{n}/d.md\n" for n in range(6_000))
        },
        ("documents/limit-exceeded", f"'phase/unexplained-file' {LEFT_OUT}"),
    ),
    "comments-on-one-line": (
        {"deployment.md": "DEP-001: a\n" + "<!-- policylint: ignore -->" * 60_000},
        ("documents/limit-exceeded", f"'suppressions/invalid-suppression' {LEFT_OUT}"),
    ),
    "suppressions-of-unknown-rules": (
        {"state.yaml": "current_phase: a\n" + "# policylint: ignore[deployment/missing-ownr] b\n" * 30_000},
        ("documents/limit-exceeded", f"'suppressions/invalid-suppression' {LEFT_OUT}"),
    ),
    "a-comment-of-many-names-over-many-findings": (
        {
            "netlify.toml": f"# policylint: ignore-file[{'missing-owner ' * 5_000}]\n"
            + "".join(f"k{number} = {number}\n" for number in range(600))
        },
        ("documents/limit-exceeded", f"'netlify/unknown-key' {LEFT_OUT}"),
    ),
    "bad-escapes-behind-many-values": (
        {
            "state.yaml": f"current_phase: a\nx: [{'a,' * 240_000}]\n" + "".join(f'y{n}: "\\q"\n' for n in range(100)),
        },
        ("documents/syntax-error", "found unknown escape character"),
    ),
    "fields-that-nobody-knows": (
        {"deployment.md": "DEP-001: a\n" + "".join(f"Field{n}: b\n" for n in range(90_000)) + "Ownr: a\n"},
        ("deployment/", "DEP-001 has an unknown key 'Ownr'"),
    ),
    "scripts-that-double": (
        {
            "package.json": json.dumps(
                {"scripts": {f"s{n}": f"npm run s{n + 1}; npm run s{n + 2}" for n in range(3_000)}}
            ),
            "netlify.toml": '[build]\ncommand = "npm run s0"\n',
        },
        ("netlify/unknown-test-gate", ""),
    ),
    "contexts-that-share-a-long-script": (
        {
            "netlify.toml": "".join(f'[context.c{n}]\ncommand = "npm test && npm run b{n}"\n' for n in range(95)),
            "package.json": json.dumps(
                {"scripts": {"test": " && ".join(["vitest run"] * 600), **{f"b{n}": "npm test" for n in range(95)}}}
            ),
        },
        ("netlify/unknown-test-gate", "cannot be analysed: the commands of the file have too many steps"),
    ),
    "contexts-that-share-many-variables": (
        {
            "netlify.toml": f"[build]\ncommand='npm test'\n[build.environment]\n{variables(20_000)}"
            + "".join(f"[context.c{n}.environment]\nB='b'\n" for n in range(95)),
        },
        (
            "documents/limit-exceeded",
            "contexts that share more than 50000 values with others, and those beyond are not",
        ),
    ),
    "a-context-of-many-wildcards": (
        {
            "netlify.toml": "[build]\ncommand='npm test'\n"
            + "".join(f"[context.'{'x' * n}*'.environment]\n{variables(900, f'{n}_')}" for n in range(70))
            + f"[context.{'x' * 99}]\n",
        },
        (
            "documents/limit-exceeded",
            "contexts that share more than 50000 values with others, and those beyond are not",
        ),
    ),
    "a-command-with-many-variables": (
        {
            "netlify.toml": f"[build]\ncommand='{' && '.join(['npm run b'] * 300)}'\n[build.environment]\n"
            + variables(40_000),
            "package.json": '{"scripts": {"b": "(vitest run)"}}',
        },
        ("netlify/unknown-test-gate", "its environment has more than 500 variables"),
    ),
    "a-hundred-files-with-a-long-command": (
        {
            f"d{n}/netlify.toml": f"[build]\ncommand='{' && '.join(f'echo {part}' for part in range(300))}'\n"
            for n in range(100)
        },
        ("netlify/missing-test-gate", ""),
    ),
    "scripts-of-scripts": (
        {
            "netlify.toml": '[build]\ncommand = "bash s0.sh"\n',
            **{f"s{n}.sh": f"bash s{n + 1}.sh\n" * 10 for n in range(9)},
        },
        ("netlify/unknown-test-gate", "cannot be analysed: "),
    ),
    "brackets-that-open-links": ({"deployment.md": "DEP-001: a\n" + "[a](" * 400_000}, ("deployment/", "DEP-001")),
    "comments-that-never-end": ({"deployment.md": "DEP-001: a\n" + "<!--" * 400_000}, ("deployment/", "DEP-001")),
    "code-spans-of-every-length": (
        {"deployment.md": "DEP-001: a\n" + " ".join("`" * length for length in range(1_900))},
        ("deployment/", "DEP-001"),
    ),
    "emphasis-that-never-ends": ({"deployment.md": "DEP-001: a\n" + "**a_ __b*" * 200_000}, ("deployment/", "DEP-001")),
    "blanks-before-a-title": ({"deployment.md": "DEP-001:" + " " * 1_900_000 + "x\n"}, ("deployment/", "DEP-001")),
    "hyphens-that-start-ids": ({"deployment.md": "DEP-001: a\n" + "A-" * 900_000}, ("deployment/", "DEP-001")),
    "a-number-of-a-million-digits": (
        {"deployment.md": "DEP-001: a\nDEP-" + "1" * 1_900_000},
        ("deployment/", "DEP-001"),
    ),
    "elements-in-each-other": (
        {**NESTING, "x.own.md": "<a>" * 500_000},
        ("documents/limit-exceeded", "elements are nested more than 20 levels deep, and those beyond are not read"),
    ),
    "many-elements-deep-in-others": (
        {**NESTING, "x.own.md": "<a>" * 19 + "<a></a>" * 50_000 + "</b>"},
        ("documents/unbalanced-element", "<a> is never closed"),
    ),
    "a-table-of-a-hundred-thousand-columns": (
        {"deployment.md": "DEP-001: a\n\n" + "| " * 100_000 + "\n" + "|---" * 100_000 + "|\n" + "| DEP-002 " * 50_000},
        ("deployment/", "DEP-001"),
    ),
}


@pytest.mark.parametrize("threat", AMPLIFIED)
def test_work_is_limited_for(tmp_path: Path, threat: str) -> None:
    files, (rule, message) = AMPLIFIED[threat]
    root = write(tmp_path / "repository", files)
    outcome = run_limited("check", ".", "--output-format", "json", cwd=root, home=tmp_path)
    check_safe(outcome)
    found = json.loads(outcome.stdout)["diagnostics"]
    assert any(each["rule"].startswith(rule) and message in each["message"] for each in found), {
        f"{each['rule']} {each['message']}" for each in found[-5:]
    }


def times(line: str, characters: int) -> str:
    """A line with its numbers, until the text is as long as that."""
    return "".join(line.format(number) for number in range(characters // len(line)))


FIXABLE = 120_000
# By the threat: the files, and what is said of the fixes that were not tried; nothing where all are made.
FIXED = {
    "a-long-file-of-wrong-values": (
        {"netlify.toml": "[build.environment]\n" + times("A{0:06} = 1\n", 1_200_000)},
        "not all fixes of 'netlify.toml' were tried: it has more than 131072 characters",
    ),
    "wrong-values-that-can-all-be-mended": (
        {"netlify.toml": "[build.environment]\n" + times("A{0:06} = 1\n", FIXABLE)},
        "",
    ),
    "one-statement-after-the-other-to-move": (
        {"netlify.toml": times("[context.c{0}.environment]\ncommand='x'\n", FIXABLE)},
        "not all fixes of 'netlify.toml' were tried: in one run fixes are tried on 786432 characters",
    ),
    "more-mistakes-than-are-told": (
        {"package.json": '{"scripts": {' + times('"{0}":1,', 82_000) + '"a": ""}}'},
        "not all fixes of 'package.json' were tried: in one run fixes are tried on 786432 characters",
    ),
    "entries-with-misspelt-fields": (
        {
            "deployment.yaml": times(
                "- id: DEP-{0:05}\n  type: Environment\n  ownr: a\n  sucess-criteria: b\n", FIXABLE // 2
            )
        },
        "",
    ),
    "a-thousand-files-with-misspelt-fields": (
        {f"d/{n}.yaml": f"id: DEP-{n:05}\ntype: Environment\nownr: a\nsucess-criteria: b\n" for n in range(1_000)},
        "were tried: in one run fixes are tried on 786432 characters",
    ),
}


# What differs between the two is how long texts are compared.
DIFFERING = ("a-long-file-of-wrong-values", "entries-with-misspelt-fields")


@pytest.mark.parametrize(
    ("threat", "option"), [*((threat, "--fix") for threat in FIXED), *((threat, "--diff") for threat in DIFFERING)]
)
def test_fixing_is_limited_for(tmp_path: Path, threat: str, option: str) -> None:
    files, said = FIXED[threat]
    root = write(tmp_path / "repository", files)
    options = ("--unsafe-fixes", "--output-format", "concise")
    outcome = run_limited("check", ".", option, *options, cwd=root, home=tmp_path)
    check_safe(outcome)
    assert outcome.code == 1
    assert said in outcome.stderr
    assert ("not all fixes" in outcome.stderr) == bool(said)


@pytest.mark.parametrize(
    ("threat", "name"),
    [
        *(("a-ring-of-entries", name) for name in ("text", "dot", "json")),
        *(("a-hundred-ranges-in-each-of-many-entries", name) for name in ("matrix", "mermaid", "csv")),
    ],
)
def test_the_trace_is_limited_for(tmp_path: Path, threat: str, name: str) -> None:
    root = write(tmp_path / "repository", AMPLIFIED[threat][0])
    outcome = run_limited("trace", "--format", name, cwd=root, home=tmp_path)
    check_safe(outcome, allowed="\r\n")
    assert outcome.code == 0


@pytest.mark.parametrize("name", ["full", "concise", "github"])
def test_a_long_line_is_not_copied_for_each_finding(tmp_path: Path, name: str) -> None:
    root = write(tmp_path / "repository", {"package.json": "{" + ",".join(['"a":1'] * 300_000) + "}"})
    outcome = run_limited("check", ".", "--output-format", name, cwd=root, home=tmp_path)
    check_safe(outcome)
    assert len(outcome.stdout) < 1_000_000


def test_what_many_tables_merge_is_told_once_at_its_place(tmp_path: Path) -> None:
    merged = "b: &b {" + ",".join(f"k{number}: 1" for number in range(20)) + "}\nmust_haves:\n  artifacts:\n"
    artifacts = "".join(f"    - {{<<: *b, path: x{number}}}\n" for number in range(900))
    root = write(tmp_path / "repository", {"01-01-PLAN.md": f"---\nplan: 1\n{merged}{artifacts}---\n"})
    outcome = run_limited("check", ".", "--output-format", "concise", cwd=root, home=tmp_path)
    check_safe(outcome)
    found = [line for line in outcome.stdout.splitlines() if "[plan/unknown-artifact-key]" in line]
    assert len(found) == 20
    assert found[0].endswith("'k0' is not one of path, provides, contains, exports, min_lines")
