"""`policylint trace` as a user runs it: each format to the letter, choices, exit codes, and hostile titles."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from policylint.reporters.escaping import visible
from policylint.trace_reports import RENDERERS
from tests.conftest import needs_permissions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.conftest import Outcome, Runner

    Write = Callable[[Mapping[str, str | bytes]], Path]

ROOT = Path(__file__).parents[2]

FILES = {
    "policylint.toml": 'external-ids = ["GTM"]\n',
    "docs/deployment.md": """\
# Deployment

## DEP-001: Production
Type: Environment
Stage: Pre-deploy
Linked IDs: EPIC-01, GTM-004
Status: Deprecated since May

## DEP-002: All tests pass
Type: Criteria
Owner: QA
Requirement: every test passes, or DEP-001 is rolled back
Linked IDs: TEST-001 to TEST-006 (all of them), TEST-9 to TEST-1

## DEP-001: Production again
Type: Environment
""",
    "docs/registers.md": """\
| ID | Title |
|---|---|
| EPIC-01 | The move |
| EPIC-02 | Gift cards |
| TEST-001 | Cart |
| TEST-002 | Search |
| TEST-003 | Checkout |

See DEP-002 and DEP-077, and the paper on SHA-256 and XYZ-1.
""",
    "release/dep/DEP-010.yaml": """\
id: DEP-010
title: Rollback
type: Rollback
procedure:
  - publish the previous deploy
  - tell everybody
escalation: DEP-002 (the gate)
depends_on: [DEP-001, RUN-002]
blocker: true
""",
}

OVERVIEW = """\
prefix  entries  linked  orphans  dangling  kind
DEP           3       3        0         1  Deployment entry
EPIC          2       1        1         0  Epic
RUN           0       0        0         1
TEST          3       3        0         3  Test entry

DEP-001 Production -> EPIC-01, GTM-004 (defined elsewhere)
DEP-002 All tests pass -> TEST-001..TEST-003 (3), TEST-004..TEST-006 (3, not defined)
DEP-010 Rollback -> DEP-001, DEP-002, RUN-002 (not defined)
EPIC-01 The move
EPIC-02 Gift cards
TEST-001 Cart
TEST-002 Search
TEST-003 Checkout
"""
PAGE_1 = """\
DEP-001: Production
  defined at    docs/deployment.md:3:4
  also defined  docs/deployment.md:15:4  Production again
  kind          Deployment entry (contract)
  state         deprecated

  fields:
    Type: Environment
    Stage: Pre-deploy
    Linked IDs: EPIC-01, GTM-004
    Status: Deprecated since May

  links:
    EPIC-01  The move  docs/registers.md:3:3
    GTM-004  defined elsewhere

  is needed by:
    DEP-010  Rollback  release/dep/DEP-010.yaml:8:14

  is mentioned by:
    DEP-002  All tests pass  docs/deployment.md:12:36
"""
PAGE_2 = """\
DEP-002: All tests pass
  defined at    docs/deployment.md:9:4
  kind          Deployment entry (contract)

  fields:
    Type: Criteria
    Owner: QA
    Requirement: every test passes, or DEP-001 is rolled back
    Linked IDs: TEST-001 to TEST-006 (all of them), TEST-9 to TEST-1

  links:
    TEST-9 to TEST-1  runs backwards  docs/deployment.md:13:49
    TEST-001          Cart  docs/registers.md:5:3
    TEST-002          Search  docs/registers.md:6:3
    TEST-003          Checkout  docs/registers.md:7:3
    TEST-004          not defined
    TEST-005          not defined
    TEST-006          not defined

  mentions:
    DEP-001  Production  docs/deployment.md:3:4

  is the escalation of:
    DEP-010  Rollback  release/dep/DEP-010.yaml:7:13

  mentioned in:
    docs/registers.md:9:5
"""
PAGE_10 = """\
DEP-010: Rollback
  defined at    release/dep/DEP-010.yaml:1:5
  kind          Deployment entry (contract)

  fields:
    id: DEP-010
    title: Rollback
    type: Rollback
    procedure: publish the previous deploy; tell everybody
    escalation: DEP-002 (the gate)
    depends_on: DEP-001; RUN-002
    blocker: true

  escalates to:
    DEP-002  All tests pass  docs/deployment.md:9:4

  depends on:
    DEP-001  Production  docs/deployment.md:3:4
    RUN-002  not defined

  nothing refers to it
"""
UNDEFINED = """\
RUN-002 is not defined; 1 reference

  is needed by:
    DEP-010  Rollback  release/dep/DEP-010.yaml:8:23
"""
MATRIX = """\
| ID | Title | State | → DEP | → EPIC | → GTM | → RUN | → TEST | ← DEP |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
| DEP-001 | Production | deprecated |  | EPIC-01 | GTM-004 (defined elsewhere) |  |  | DEP-010 |
| DEP-002 | All tests pass |  |  |  |  |  | \
TEST-001..TEST-003 (3), TEST-004..TEST-006 (3, not defined) | DEP-010 |
| DEP-010 | Rollback |  | DEP-001, DEP-002 |  |  | RUN-002 (not defined) |  |  |
| EPIC-01 | The move |  |  |  |  |  |  | DEP-001 |
| EPIC-02 | Gift cards |  |  |  |  |  |  |  |
| TEST-001 | Cart |  |  |  |  |  |  | DEP-002 |
| TEST-002 | Search |  |  |  |  |  |  | DEP-002 |
| TEST-003 | Checkout |  |  |  |  |  |  | DEP-002 |

| Links | Entries that link | Entries that are linked |
| --- | --- | --- |
| DEP → DEP | 1 of 3 DEP | 2 of 3 DEP |
| DEP → EPIC | 1 of 3 DEP | 1 of 2 EPIC |
| DEP → TEST | 1 of 3 DEP | 3 of 3 TEST |
"""
DOT_AROUND_10 = """\
digraph trace {
  rankdir=LR;
  node [shape=box];
  subgraph "cluster_DEP" {
    label="DEP";
    "DEP-001" [label="DEP-001\\nProduction"];
    "DEP-002" [label="DEP-002\\nAll tests pass"];
    "DEP-010" [label="DEP-010\\nRollback", style=bold];
  }
  subgraph "cluster_RUN" {
    label="RUN";
    "RUN-002" [label="RUN-002\\nnot defined", style=dashed];
  }
  "DEP-002" -> "DEP-001" [label="mentions", style=dotted];
  "DEP-010" -> "DEP-001" [label="depends on"];
  "DEP-010" -> "DEP-002" [label="escalates to"];
  "DEP-010" -> "RUN-002" [label="depends on", style=dashed];
}
"""
MERMAID_AROUND_10 = """\
flowchart LR
  subgraph group_DEP["DEP"]
    DEP_001["DEP-001<br>Production"]
    DEP_002["DEP-002<br>All tests pass"]
    DEP_010["DEP-010<br>Rollback"]:::focus
  end
  subgraph group_RUN["RUN"]
    RUN_002["RUN-002<br>not defined"]:::dangling
  end
  DEP_002 -.->|"mentions"| DEP_001
  DEP_010 -->|"depends on"| DEP_001
  DEP_010 -->|"escalates to"| DEP_002
  DEP_010 -.->|"depends on"| RUN_002
  classDef dangling stroke-dasharray: 5 5
  classDef focus stroke-width: 3px
"""
CSV_HEADER = "source,source_title,link,target,target_title,target_defined,path,line,column\r\n"
CSV_OF_FOLDER = (
    CSV_HEADER
    + "DEP-010,Rollback,dependency,DEP-001,Production,yes,release/dep/DEP-010.yaml,8,14\r\n"
    + "DEP-010,Rollback,escalation,DEP-002,All tests pass,yes,release/dep/DEP-010.yaml,7,13\r\n"
    + "DEP-010,Rollback,dependency,RUN-002,,no,release/dep/DEP-010.yaml,8,23\r\n"
)


def shown(run: Runner, folder: Path, *arguments: str, code: int = 0) -> str:
    """What a trace prints; nothing but that."""
    outcome = run("trace", *arguments, cwd=folder)
    assert (outcome.code, outcome.stderr) == (code, ""), outcome
    return outcome.stdout


def refused(outcome: Outcome) -> tuple[int, str]:
    """The code and the message of a command that printed nothing else."""
    assert outcome.stdout == ""
    return outcome.code, outcome.stderr


class TestText:
    def test_of_everything(self, run: Runner, repository: Write) -> None:
        assert shown(run, repository(FILES)) == OVERVIEW

    @pytest.mark.parametrize(("identifier", "page"), [("DEP-001", PAGE_1), ("DEP-002", PAGE_2), ("DEP-010", PAGE_10)])
    def test_of_an_entry(self, run: Runner, repository: Write, identifier: str, page: str) -> None:
        assert shown(run, repository(FILES), identifier) == page

    def test_of_an_entry_and_those_around_it(self, run: Runner, repository: Write) -> None:
        around = shown(run, repository(FILES), "DEP-010", "--depth", "2")
        assert around == "\n".join([PAGE_10, PAGE_1, PAGE_2, UNDEFINED])

    def test_of_an_entry_without_links(self, run: Runner, repository: Write) -> None:
        page = shown(run, repository(FILES), "EPIC-02")
        assert page.endswith("\n\n  links nothing\n\n  nothing refers to it\n")

    def test_of_the_entries_of_paths(self, run: Runner, repository: Write) -> None:
        assert shown(run, repository(FILES), "release", "docs/registers.md") == (
            "prefix  entries  linked  orphans  dangling  kind\n"
            "DEP           1       1        0         0  Deployment entry\n"
            "EPIC          2       1        1         0  Epic\n"
            "RUN           0       0        0         1\n"
            "TEST          3       3        0         0  Test entry\n"
            "\n"
            "DEP-010 Rollback -> DEP-001, DEP-002, RUN-002 (not defined)\n"
            "EPIC-01 The move\nEPIC-02 Gift cards\nTEST-001 Cart\nTEST-002 Search\nTEST-003 Checkout\n"
        )

    def test_a_long_value_is_cut(self, run: Runner, repository: Write) -> None:
        folder = repository({"deployment.md": f"DEP-001: {'long ' * 50}\nType: Criteria\nOwner: {'x' * 5000}\n"})
        lines = shown(run, folder, "DEP-001").splitlines()
        assert max(map(len, lines)) < 120
        assert lines[5:7] == ["    Type: Criteria", f"    Owner: {'x' * 97}..."]


class TestOtherFormats:
    def test_matrix(self, run: Runner, repository: Write) -> None:
        assert shown(run, repository(FILES), "--format", "matrix") == MATRIX

    def test_a_matrix_of_a_part_counts_nothing(self, run: Runner, repository: Write) -> None:
        assert shown(run, repository(FILES), "release", "--format", "matrix") == (
            "| ID | Title | → DEP | → RUN |\n"
            "| --- | --- | --- | --- |\n"
            "| DEP-010 | Rollback | DEP-001, DEP-002 | RUN-002 (not defined) |\n"
        )

    def test_a_matrix_of_many_prefixes_puts_the_last_in_one_column(self, run: Runner, repository: Write) -> None:
        prefixes = [f"DEP-{chr(65 + number // 26)}{chr(65 + number % 26)}" for number in range(103)]
        targets = "".join(f"{prefix}-001: a\n\n" for prefix in prefixes)
        text = f"DEP-001: a\nLinked IDs: {', '.join(f'{prefix}-001' for prefix in prefixes)}\n\n{targets}"
        head, _, first, *_ = shown(run, repository({"deployment.md": text}), "--format", "matrix").splitlines()
        assert head.split(" | ")[2:] == [*(f"→ {prefix}" for prefix in prefixes[:100]), "→ 3 more", "← DEP |"]
        assert first.split(" | ")[100:103] == ["DEP-DU-001", "DEP-DV-001", "DEP-DW-001, DEP-DX-001, DEP-DY-001"]

    def test_a_matrix_without_a_row_says_so(self, run: Runner, repository: Write) -> None:
        folder = repository({"a.md": "# Notes\n\nSee DEP-009.\n", "b.md": "DEP-001: Production\n"})
        sentence = "The matrix is empty: DEP-009 is not defined, and no entry links it.\n"
        assert shown(run, folder, "DEP-009", "--format", "matrix", code=1) == sentence

    @pytest.mark.parametrize("output_format", ["text", "matrix", "csv", "json", "dot", "mermaid"])
    def test_of_what_only_text_names_where_nothing_is_defined_there_is_nothing_to_trace(
        self, run: Runner, repository: Write, output_format: str
    ) -> None:
        folder = repository({"a.md": "# Notes\n\nSee DEP-009.\n"})
        outcome = run("trace", "DEP-009", "--format", output_format, cwd=folder)
        assert outcome == (3, "", "policylint: nothing to trace: no entry is defined in this repository\n")

    def test_dot(self, run: Runner, repository: Write) -> None:
        assert shown(run, repository(FILES), "DEP-010", "--format", "dot") == DOT_AROUND_10

    def test_mermaid(self, run: Runner, repository: Write) -> None:
        assert shown(run, repository(FILES), "DEP-010", "--format", "mermaid") == MERMAID_AROUND_10

    def test_csv(self, run: Runner, repository: Write) -> None:
        assert shown(run, repository(FILES), "release", "--format", "csv") == CSV_OF_FOLDER

    def test_json(self, run: Runner, repository: Write) -> None:
        report = json.loads(shown(run, repository(FILES), "--format", "json"))
        assert list(report) == ["version", "focus", "link_types", "entries", "links"]
        assert (report["version"], report["focus"]) == (1, "")
        assert report["link_types"][0] == {"name": "linked", "title": "links", "inverse": "is linked by"}
        identifiers = [each["id"] for each in report["entries"]]
        assert identifiers == "DEP-001 DEP-001 DEP-002 DEP-010 EPIC-01 EPIC-02 TEST-001 TEST-002 TEST-003".split()
        assert report["entries"][3] == {
            "id": "DEP-010",
            "prefix": "DEP",
            "title": "Rollback",
            "kinds": ["deployment"],
            "dialect": "contract",
            "state": "",
            "item": False,
            "path": "release/dep/DEP-010.yaml",
            "line": 1,
            "column": 5,
            "end_line": 1,
            "end_column": 12,
            "fields": {
                "id": "DEP-010",
                "title": "Rollback",
                "type": "Rollback",
                "procedure": ["publish the previous deploy", "tell everybody"],
                "escalation": "DEP-002 (the gate)",
                "depends_on": ["DEP-001", "RUN-002"],
                "blocker": True,
            },
        }
        by_text = {(each["source"], each["text"]): each for each in report["links"]}
        assert by_text["DEP-010", "RUN-002"]["targets"] == [{"id": "RUN-002", "defined": False, "external": False}]
        assert by_text["DEP-001", "GTM-004"]["targets"] == [{"id": "GTM-004", "defined": False, "external": True}]
        assert by_text["DEP-002", "TEST-9 to TEST-1"]["fault"] == "runs backwards"
        assert by_text["DEP-010", "DEP-002"] == {
            "source": "DEP-010",
            "link": "escalation",
            "text": "DEP-002",
            "targets": [{"id": "DEP-002", "defined": True, "external": False}],
            "fault": "",
            "note": "the gate",
            "form": "single",
            "box": "",
            "path": "release/dep/DEP-010.yaml",
            "line": 7,
            "column": 13,
            "end_line": 7,
            "end_column": 20,
        }

    @pytest.mark.parametrize("arguments", [(), ("DEP-001",), ("DEP-002", "--depth", "2"), ("docs/deployment.md",)])
    def test_all_say_the_same(self, run: Runner, repository: Write, arguments: tuple[str, ...]) -> None:
        folder = repository(FILES)
        report = json.loads(shown(run, folder, *arguments, "--format", "json"))
        links = [(each["source"], each["link"], target["id"]) for each in report["links"] for target in each["targets"]]
        faults = [each["text"] for each in report["links"] if each["fault"]]
        rows = list(csv.DictReader(io.StringIO(shown(run, folder, *arguments, "--format", "csv"), newline="")))
        in_rows = [(row["source"], row["link"], row["target"]) for row in rows if row["target"] not in faults]
        assert sorted(in_rows) == sorted(links)
        drawn = {(source, target) for source, _, target in links if source}
        dot = shown(run, folder, *arguments, "--format", "dot")
        assert set(re.findall(r'"([^"]+)" -> "([^"]+)"', dot)) == drawn
        mermaid = shown(run, folder, *arguments, "--format", "mermaid").replace("_", "-")
        assert set(re.findall(r'  ([\w-]+) -\.?->\|"[^"]+"\| ([\w-]+)', mermaid)) == drawn

    @pytest.mark.parametrize("name", RENDERERS)
    def test_each_is_the_same_every_time(self, run: Runner, repository: Write, name: str) -> None:
        folder = repository(FILES)
        first = shown(run, folder, "--format", name)
        again = run("trace", "--format", name, cwd=folder, environment={"PYTHONHASHSEED": "7"})
        assert again.stdout == first != ""


class TestExitCodes:
    def test_1_for_an_id_that_is_referred_to_but_not_defined(self, run: Runner, repository: Write) -> None:
        folder = repository(FILES)
        assert shown(run, folder, "RUN-002", code=1) == UNDEFINED
        assert shown(run, folder, "DEP-077", code=1) == (
            "DEP-077 is not defined; 1 reference\n\n  mentioned in:\n    docs/registers.md:9:17\n"
        )
        assert "style=dashed" in shown(run, folder, "RUN-002", "--format", "dot", code=1)

    def test_0_for_an_id_that_is_defined_elsewhere(self, run: Runner, repository: Write) -> None:
        assert shown(run, repository(FILES), "GTM-004").startswith("GTM-004 is defined elsewhere; 1 reference\n")

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("DEP-0001",), "nothing defines or refers to 'DEP-0001'; did you mean 'DEP-001'?"),
            (("dep-010",), "nothing defines or refers to 'dep-010'; did you mean 'DEP-010'?"),
            (("ZZZ-123456",), "nothing defines or refers to 'ZZZ-123456'"),
            (("docs/none.md",), "path 'docs/none.md' does not exist"),
            (("DEP-001", "none"), "path 'none' does not exist"),
            (("DEP-001", "docz"), "path 'docz' does not exist; did you mean 'docs'?"),
            (("",), "path '' does not exist"),
            (("--depth", "2"), "option '--depth' is about the entries around an ID, and no ID is given"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
    )
    def test_2_for_what_is_not_there(
        self, run: Runner, repository: Write, arguments: tuple[str, ...], message: str
    ) -> None:
        outcome = run("trace", *arguments, cwd=repository(FILES))
        assert refused(outcome) == (2, f"policylint: error: {message}\n")

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("--format", "jsno"), "did you mean 'json'?"),
            (("DEP-001", "--depth", "0"), "option '--depth' is '0', not a number from 1 on"),
        ],
    )
    def test_2_for_wrong_options(
        self, run: Runner, repository: Write, arguments: tuple[str, ...], message: str
    ) -> None:
        code, said = refused(run("trace", *arguments, cwd=repository(FILES)))
        assert code == 2
        assert message in said

    def test_2_for_a_wrong_configuration(self, run: Runner, repository: Write) -> None:
        code, said = refused(run("trace", cwd=repository({"policylint.toml": "unknown = 1\n"})))
        assert code == 2
        assert "policylint.toml:1:1" in said

    @needs_permissions
    def test_2_for_a_folder_that_cannot_be_read(self, run: Runner, repository: Write) -> None:
        folder = repository({**FILES, "secret/a.md": "DEP-099: Hidden\nType: Criteria\n"})
        (folder / "secret").chmod(0)
        try:
            outcome = run("trace", cwd=folder)
        finally:
            (folder / "secret").chmod(0o700)
        assert (outcome.code, outcome.stdout) == (2, OVERVIEW)
        assert outcome.stderr == (
            "policylint: error: the trace is not complete: 'secret' cannot be read: permission denied\n"
        )

    def test_3_for_nothing(self, run: Runner, repository: Write) -> None:
        nothing = "policylint: nothing to trace: no entry is defined"
        folder = repository({"README.md": "# Nothing\n", "docs/a.md": "no entry\n"})
        assert refused(run("trace", cwd=folder)) == (3, f"{nothing} in this repository\n")
        assert refused(run("trace", "docs", cwd=folder)) == (3, f"{nothing} under docs\n")
        assert refused(run("trace", "DEP-001", cwd=folder)) == (3, f"{nothing} in this repository\n")

    def test_3_names_a_workspace_below(self, run: Runner, repository: Write) -> None:
        files = {f"shop/{path}": content for path, content in FILES.items()}
        folder = repository({**files, "policylint.toml": ""})
        assert refused(run("trace", cwd=folder)) == (
            3,
            "policylint: nothing to trace: no entry is defined in this repository; 'shop' is a workspace of its own\n",
        )
        assert shown(run, folder, "shop") == OVERVIEW

    def test_3_names_no_workspace_that_was_not_asked_for(self, run: Runner, repository: Write) -> None:
        files = {
            "shop/policylint.toml": "",
            "team/till/policylint.toml": "",
            "team/notes.txt": "",
            "docs/notes.txt": "",
        }
        folder = repository({**files, "policylint.toml": ""})
        nothing = "policylint: nothing to trace: no entry is defined under"
        assert refused(run("trace", "docs", cwd=folder)) == (3, f"{nothing} docs\n")
        below = f"{nothing} docs, team; 'team/till' is a workspace of its own\n"
        assert refused(run("trace", "docs", "team", cwd=folder)) == (3, below)


class TestPlaces:
    def test_a_subfolder_sees_the_whole_repository(self, run: Runner, repository: Write) -> None:
        folder = repository(FILES)
        assert shown(run, folder / "docs") == OVERVIEW
        page = shown(run, folder / "docs", "DEP-010")
        assert page == PAGE_10.replace("release/dep", "../release/dep").replace("docs/deployment", "deployment")

    def test_another_repository_by_its_path(self, run: Runner, repository: Write, tmp_path: Path) -> None:
        folder = repository(FILES)
        page = shown(run, tmp_path, "DEP-010", str(folder))
        assert page == PAGE_10.replace("release/dep", f"{folder.name}/release/dep").replace(
            "docs/deployment", f"{folder.name}/docs/deployment"
        )

    def test_a_path_that_looks_like_an_id(self, run: Runner, repository: Write) -> None:
        folder = repository({**FILES, "DEP-001/deployment.md": "DEP-020: Elsewhere\nType: Criteria\n"})
        assert shown(run, folder, "DEP-001").startswith("DEP-001: Production\n")
        assert shown(run, folder, "./DEP-001").endswith("\n\nDEP-020 Elsewhere\n")

    def test_paths_of_different_workspaces(self, run: Runner, repository: Write) -> None:
        folder = repository({**FILES, "shop/policylint.toml": "", "shop/a.md": ""})
        code, said = refused(run("trace", "docs", "shop", cwd=folder))
        assert code == 2
        assert f"different workspaces: {folder}, {folder}/shop; trace them one by one" in said

    def test_a_closed_pipe_is_no_crash(self, run: Runner, repository: Write) -> None:
        rows = "".join(f"| TEST-{number:04} | Title |\n" for number in range(3000))
        folder = repository({"tests.md": f"| ID | Title |\n|---|---|\n{rows}"})
        process = subprocess.run(
            ["sh", "-c", f"{sys.executable} -m policylint trace --format json | head -1"],
            cwd=folder,
            env=run.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (process.stdout, process.stderr) == ("{\n", "")

    def test_nothing_is_written(self, run: Runner, repository: Write) -> None:
        folder = repository(FILES)
        before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
        shown(run, folder)
        assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


TITLES = [
    "say \"hi\" and 'hi'",
    "</script><script>alert(1)</script><!-- x",
    "\x1b[31mred\x1b]0;title\x07",
    "\u202eevil \u2066 \u200f",
    "a]] b[ (c) {d} e}} {{f",
    "a | b || c",
    "`code` ```fence **bold** __x__ [y](z) ![i](j) ~~k~~",
    '%%{init: {"theme":"dark", "securityLevel":"loose"}}%% %% comment',
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\uff1d1+1",
    "##[error]x ##[group]",
    "::error file=a::x",
    "&lt;b&gt; &amp; #quot; #35;",
    'back\\slash \\N \\" \\',
    "style x: y#z; classDef a b; click c href",
    "end",
    "one\ntwo\r\nthree\u2028four\x0bfive",
    "日本語 👩\u200d🚀 e\u0301",
    "nul \x00 del \x7f c1 \x9b",
    "x;:,.!?$^*/<>'",
]


def in_yaml(text: str) -> str:
    """A text in double quotes, in ASCII."""
    escaped = (f"\\U{ord(each):08x}" if each in '"\\' or not 32 <= ord(each) < 127 else each for each in text)
    return f'"{"".join(escaped)}"'


HOSTILE = {
    **{
        f"release/dep/DEP-{number:03}.yaml": (
            f"id: DEP-{number:03}\ntitle: {in_yaml(title)}\ntype: Criteria\nlinked_ids: [DEP-{number + 1:03}]\n"
            f"? {in_yaml(title)}\n: {in_yaml(title)}\n"
        )
        for number, title in enumerate(TITLES, 1)
    },
    "policylint.toml": "",
}
QUOTED = r'"(?:[^"\\\n]|\\.)*"'
DOT_LINES = [
    r"digraph trace \{|  rankdir=LR;|  node \[shape=box\];|  \}|\}",
    rf"  subgraph {QUOTED} \{{|    label={QUOTED};",
    rf"    {QUOTED} \[label={QUOTED}(?:, style=(?:bold|dashed))?\];",
    rf"  {QUOTED} -> {QUOTED} \[label={QUOTED}(?:, style=(?:dotted|dashed))?\];",
]
LABEL = r'"(?:[^\W_]|[ ,./()-]|#[0-9]+;|<br>)*"'
MERMAID_LINES = [
    r"flowchart LR|  end|  classDef dangling stroke-dasharray: 5 5|  classDef focus stroke-width: 3px",
    rf"  subgraph group_[A-Z0-9_]+\[{LABEL}\]",
    rf"    [A-Z0-9_]+[a-z]?\[{LABEL}\](?:::(?::focus|:dangling))?",
    rf"  [A-Z0-9_]+[a-z]? (?:-->|-\.->)\|{LABEL}\| [A-Z0-9_]+[a-z]?",
]


def one_line(title: str) -> str:
    """A title as people see it."""
    return visible(" ".join(title.split()))


class TestDocumentation:
    def test_its_examples_are_what_is_printed(self, run: Runner) -> None:
        """Each console block of docs/trace.md, in examples/storefront."""
        text = (ROOT / "docs" / "trace.md").read_text(encoding="utf-8")
        blocks = re.findall(r"^```console\n\$ policylint ([^\n]+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        assert len(blocks) >= 5
        for command, output in blocks:
            process = subprocess.run(
                ["sh", "-c", f"{sys.executable} -m policylint {command}"],
                cwd=ROOT / "examples" / "storefront",
                env=run.environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert process.stdout == output, command


class TestHostileTitles:
    @pytest.mark.parametrize("name", RENDERERS)
    @pytest.mark.parametrize("arguments", [(), ("DEP-001", "--depth", "50")], ids=["all", "one"])
    def test_nothing_reaches_the_terminal_raw(
        self, run: Runner, repository: Write, name: str, arguments: tuple[str, ...]
    ) -> None:
        output = shown(run, repository(HOSTILE), *arguments, "--format", name)
        lines = output.replace("\r\n", "\n").split("\n")
        assert [line for line in lines if not line.isprintable()] == []
        assert "##[" not in output
        assert [line for line in lines if line.lstrip().startswith("::")] == []

    def test_a_line_for_each_entry(self, run: Runner, repository: Write) -> None:
        lines = shown(run, repository(HOSTILE)).splitlines()
        assert len(lines) == 3 + len(TITLES)
        for number, (line, title) in enumerate(zip(lines[3:], TITLES, strict=True), 1):
            target = f"DEP-{number + 1:03}" + (" (not defined)" if number == len(TITLES) else "")
            assert line == f"DEP-{number:03} {one_line(title)} -> {target}"

    def test_json_holds_them_exactly(self, run: Runner, repository: Write) -> None:
        report = json.loads(shown(run, repository(HOSTILE), "--format", "json"))
        assert [each["title"] for each in report["entries"]] == TITLES
        assert [title in entry["fields"] for title, entry in zip(TITLES, report["entries"], strict=True)].count(
            False
        ) == 0

    def test_csv_holds_them_as_text(self, run: Runner, repository: Write) -> None:
        output = shown(run, repository(HOSTILE), "--format", "csv")
        rows = list(csv.reader(io.StringIO(output, newline=""), strict=True))
        assert {len(row) for row in rows} == {9}
        for row, title in zip(rows[1:], TITLES, strict=True):
            is_formula = title.lstrip()[0] in "=+-@＝"
            assert row[1] == ("'" if is_formula else "") + visible(title)
        assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []

    def test_dot_is_well_formed(self, run: Runner, repository: Write) -> None:
        output = shown(run, repository(HOSTILE), "--format", "dot")
        strict = re.compile("|".join(DOT_LINES))
        assert [line for line in output.splitlines() if not strict.fullmatch(line)] == []
        labels = re.findall(rf'^    "DEP-\d+" \[label=({QUOTED})', output, re.MULTILINE)
        for label, title in zip(labels, TITLES, strict=False):
            text = html.unescape(re.sub(r"\\(.)", r"\1", label[1:-1].partition("\\n")[2]))
            assert text == one_line(title)

    def test_mermaid_is_well_formed(self, run: Runner, repository: Write) -> None:
        output = shown(run, repository(HOSTILE), "--format", "mermaid")
        strict = re.compile("|".join(MERMAID_LINES))
        assert [line for line in output.splitlines() if not strict.fullmatch(line)] == []
        labels = re.findall(r'^    DEP_\d+\["DEP-\d+<br>(.*)"\]', output, re.MULTILINE)
        for label, title in zip(labels, TITLES, strict=False):
            assert re.sub(r"#([0-9]+);", lambda match: chr(int(match[1])), label) == one_line(title)

    def test_a_matrix_keeps_its_columns(self, run: Runner, repository: Write) -> None:
        rows = shown(run, repository(HOSTILE), "--format", "matrix").split("\n\n")[0].splitlines()
        assert {len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) for row in rows} == {5}
        for row, title in zip(rows[2:], TITLES, strict=True):
            cell = re.match(r"\| DEP-\d+ \| ((?:[^\\|]|\\.)*) \|", row)
            assert cell
            assert "<" not in cell[1]
            assert html.unescape(re.sub(r"\\(.)", r"\1", cell[1])) == one_line(title)

    def test_paths_are_no_commands(self, run: Runner, repository: Write) -> None:
        folder = repository(
            {
                "deployment.md": "DEP-001: One\nType: Criteria\nLinked IDs: DEP-002\n",
                "::error::x/\x1b[31m.md": "It is as in DEP-001.\n",
            }
        )
        assert shown(run, folder, "DEP-001").splitlines()[-2:] == [
            "  mentioned in:",
            "    ./::error::x/\\x1b[31m.md:1:13",
        ]
