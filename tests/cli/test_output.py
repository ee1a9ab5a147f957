"""What `policylint check` prints: each format to the letter, the formats against each other, and hostile texts."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

import jsonschema
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from policylint import reporters
from policylint.cli import check as check_command
from policylint.cli import commands, options
from policylint.diagnostics import Diagnostic, Position, Related, Report, Severity, Span
from policylint.filetree import MemoryTree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from policylint.cli.options import CheckOptions
    from tests.conftest import Runner

    Write = Callable[[Mapping[str, str | bytes]], Path]

OWN = """\
rules = ["policies"]
select = ["fleet", "unresolved-id"]

[kinds.ship]
title = "A ship"
format = "yaml"
paths = ["*.ship.yaml"]
"""
RULE = """\
id: fleet/known-port
title: A ship sails to an unknown port
severity: error
rationale: Ports are few.
fix: Choose a port.
references: ["https://example.org/ports"]
given: {document: ship, select: "ports[*]", missing: skip}
then: {one_of: [Kiel, Bergen], message: "the port of {file.path} is unknown"}
examples:
  valid:
    - {title: a known port, files: {a.ship.yaml: "ports: [Kiel]"}}
  invalid:
    - title: an unknown one
      files: {a.ship.yaml: "ports: [Rome]"}
      expect: ["a.ship.yaml:1:9: the port of a.ship.yaml is unknown"]
"""
LONG = "x" * 5000
FILES = {
    "policylint.toml": OWN,
    "policies/fleet/known-port.yaml": RULE,
    # A tab, wide characters, emoji, a combining accent, a joined emoji, a right-to-left mark.
    "a.ship.yaml": 'ports: ["Kiel",\t"日本", 🚀,  e\u0301a, "👩\u200d🚀", "\u202eoslo"]\n',
    "b.ship.yaml": f"ports: [{LONG}, Rome, {LONG}]\n",
    "c.ship.yaml": 'ports:\n  - Kiel\n  - "over\n    two lines"\n',
    "docs/deployment.md": "DEP-001: Production\nLinked IDs: TEST-O1, TEST-0012\n",
    "docs/tests.md": "\n" * 11 + "TEST-012: Login\n",
}
FULL = f"""\
error[fleet/known-port]: the port of a.ship.yaml is unknown
 --> a.ship.yaml:1:17
  |
1 | ports: ["Kiel", "日本", 🚀,  e\u0301a, "👩\\u200d🚀", "\\u202eoslo"]
  |                 ^^^^^^
  = fix: Choose a port.
  = see: policylint explain fleet/known-port

error[fleet/known-port]: the port of a.ship.yaml is unknown
 --> a.ship.yaml:1:23
  |
1 | ports: ["Kiel", "日本", 🚀,  e\u0301a, "👩\\u200d🚀", "\\u202eoslo"]
  |                         ^^
  = fix: Choose a port.
  = see: policylint explain fleet/known-port

error[fleet/known-port]: the port of a.ship.yaml is unknown
 --> a.ship.yaml:1:27
  |
1 | ports: ["Kiel", "日本", 🚀,  e\u0301a, "👩\\u200d🚀", "\\u202eoslo"]
  |                              ^^
  = fix: Choose a port.
  = see: policylint explain fleet/known-port

error[fleet/known-port]: the port of a.ship.yaml is unknown
 --> a.ship.yaml:1:32
  |
1 | ports: ["Kiel", "日本", 🚀,  e\u0301a, "👩\\u200d🚀", "\\u202eoslo"]
  |                                  ^^^^^^^^^^^^
  = fix: Choose a port.
  = see: policylint explain fleet/known-port

error[fleet/known-port]: the port of a.ship.yaml is unknown
 --> a.ship.yaml:1:39
  |
1 | ports: ["Kiel", "日本", 🚀,  e\u0301a, "👩\\u200d🚀", "\\u202eoslo"]
  |                                                ^^^^^^^^^^^^
  = fix: Choose a port.
  = see: policylint explain fleet/known-port

error[fleet/known-port]: the port of b.ship.yaml is unknown
 --> b.ship.yaml:1:9
  |
1 | ports: [{"x" * 152}
  |         {"^" * 152}
  = fix: Choose a port.
  = see: policylint explain fleet/known-port

error[fleet/known-port]: the port of b.ship.yaml is unknown
 --> b.ship.yaml:1:5011
  |
1 | ...{"x" * 78}, Rome, {"x" * 74}
  | {" " * 83}^^^^
  = fix: Choose a port.
  = see: policylint explain fleet/known-port

error[fleet/known-port]: the port of b.ship.yaml is unknown
 --> b.ship.yaml:1:5017
  |
1 | ...{"x" * 72}, Rome, {"x" * 80}
  | {" " * 83}{"^" * 80}
  = fix: Choose a port.
  = see: policylint explain fleet/known-port

error[fleet/known-port]: the port of c.ship.yaml is unknown
 --> c.ship.yaml:3:5
  |
3 |   - "over
  |     ^^^^^
  = fix: Choose a port.
  = see: policylint explain fleet/known-port

error[ids/unresolved-id]: TEST-0012 is not defined in any file
  --> docs/deployment.md:2:22
   |
 2 | Linked IDs: TEST-O1, TEST-0012
   |                      ^^^^^^^^^
   = fix: write TEST-012, as it is defined
   = related: docs/tests.md:12:1: TEST-012 (Login) is defined here
   |
12 | TEST-012: Login
   | --------
   = see: policylint explain ids/unresolved-id

"""

PLACE = {
    "path": {"type": "string", "minLength": 1},
    **{name: {"type": "integer", "minimum": 1} for name in ("line", "column", "end_line", "end_column")},
}
COUNTS = ("files", "rules", "errors", "warnings", "notices", "suppressed", "covered", "stale", "fixed")
TEXTS = ("rule", "message", "subject", "fix", "url")
RELATED = {**PLACE, "message": {"type": "string"}}
TEXT_EDIT = {**PLACE, "replacement": {"type": "string"}}
del TEXT_EDIT["path"]
FIX_EDIT = {
    "applicability": {"enum": ["safe", "unsafe", "refused"]},
    "description": {"type": "string"},
    "edits": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": TEXT_EDIT,
            "required": list(TEXT_EDIT),
            "additionalProperties": False,
        },
    },
}
DIAGNOSTIC = {
    **PLACE,
    "fix_edit": {
        "type": ["object", "null"],
        "properties": FIX_EDIT,
        "required": list(FIX_EDIT),
        "additionalProperties": False,
    },
    **{name: {"type": "string"} for name in TEXTS},
    "severity": {"enum": ["error", "warning", "info"]},
    "related": {
        "type": "array",
        "items": {"type": "object", "properties": RELATED, "required": list(RELATED), "additionalProperties": False},
    },
}
SUMMARY = {
    **{name: {"type": "integer", "minimum": 0} for name in COUNTS},
    "skipped": {"type": "object", "additionalProperties": {"type": "string", "minLength": 1}},
}
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "version": {"const": 1},
        "diagnostics": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": DIAGNOSTIC,
                "required": list(DIAGNOSTIC),
                "additionalProperties": False,
            },
        },
        "summary": {
            "type": "object",
            "properties": SUMMARY,
            "required": list(SUMMARY),
            "additionalProperties": False,
        },
    },
    "required": ["version", "diagnostics", "summary"],
    "additionalProperties": False,
}


def test_full(run: Runner, repository: Write) -> None:
    outcome = run("check", ".", cwd=repository(FILES))
    assert (outcome.code, outcome.stderr) == (1, "")
    body, _, summary = outcome.stdout.rpartition("\n\n")
    assert f"{body}\n\n" == FULL
    assert re.fullmatch(r"Checked 5 files with \d+ rules?: 10 errors( \(\d+ rules? skipped\))?\.\n", summary)


def test_concise(run: Runner, repository: Write) -> None:
    outcome = run("check", ".", "--output-format", "concise", cwd=repository(FILES))
    assert (outcome.code, outcome.stderr) == (1, "")
    port = "error[fleet/known-port] the port of"
    assert outcome.lines[:-1] == [
        *(f"a.ship.yaml:1:{column}: {port} a.ship.yaml is unknown" for column in (17, 23, 27, 32, 39)),
        *(f"b.ship.yaml:1:{column}: {port} b.ship.yaml is unknown" for column in (9, 5011, 5017)),
        f"c.ship.yaml:3:5: {port} c.ship.yaml is unknown",
        "docs/deployment.md:2:22: error[ids/unresolved-id] TEST-0012 is not defined in any file",
    ]
    assert outcome.lines[-1] == run("check", ".", cwd=repository(FILES)).lines[-1]


def test_json(run: Runner, repository: Write) -> None:
    folder = repository({**FILES, "netlify.toml": '[build]\ncommand = "make"\n'})
    arguments = ("check", ".", "--select", "fleet,unresolved-id,netlify")
    outcome = run(*arguments, "--output-format", "json", cwd=folder)
    assert outcome.code == 1
    assert outcome.stdout.isascii()
    report = json.loads(outcome.stdout)
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(report)
    as_lines = [
        f"{each['path']}:{each['line']}:{each['column']}: {each['severity']}[{each['rule']}] {each['message']}"
        for each in report["diagnostics"]
    ]
    concise = run(*arguments, "--output-format", "concise", cwd=folder).lines
    assert as_lines == concise[:-1]
    counts = report["summary"]
    assert (counts["files"], counts["errors"], counts["warnings"], counts["notices"]) == (6, 10, 0, 1)
    assert concise[-1].startswith(f"Checked 6 files with {counts['rules']} rules: 10 errors, 1 notice")
    (unresolved,) = (each for each in report["diagnostics"] if each["rule"] == "ids/unresolved-id")
    assert (unresolved["end_line"], unresolved["end_column"]) == (2, 31)
    assert [(each["path"], each["line"]) for each in unresolved["related"]] == [("docs/tests.md", 12)]
    (port, *_others) = report["diagnostics"]
    assert (port["fix"], port["url"], port["subject"]) == ("Choose a port.", "https://example.org/ports", "ports[1]")


def test_github(run: Runner, repository: Write) -> None:
    warning = RULE.replace("severity: error", "severity: warning").replace("Choose a port.", "'100%: a, b'")
    folder = repository({**FILES, "policies/fleet/known-port.yaml": warning, "d,e:f%.ship.yaml": "ports: [Rome]\n"})
    outcome = run("check", ".", "--output-format", "github", cwd=folder)
    assert outcome.code == 1
    assert outcome.lines[0] == (
        "::error file=docs/deployment.md,line=2,col=22,endColumn=30,title=ids/unresolved-id::TEST-0012 is not defined"
        " in any file (fix: write TEST-012, as it is defined)"
    )
    assert outcome.lines[1] == (
        "::warning file=a.ship.yaml,line=1,col=17,endColumn=20,title=fleet/known-port::"
        "the port of a.ship.yaml is unknown (fix: 100%25: a, b)"
    )
    assert (
        "::warning file=c.ship.yaml,line=3,col=5,endLine=4,title=fleet/known-port::"
        "the port of c.ship.yaml is unknown (fix: 100%25: a, b)"
    ) in outcome.lines
    assert outcome.lines[-2] == (
        "::warning file=d%2Ce%3Af%25.ship.yaml,line=1,col=9,endColumn=12,title=fleet/known-port::"
        "the port of d,e:f%25.ship.yaml is unknown (fix: 100%25: a, b)"
    )
    assert outcome.lines[-1].startswith("Checked 6 files with ")


# Hostile texts

# What the runner of GitHub Actions obeys (actions/runner, src/Runner.Common/ActionCommand.cs): `::name …::data` at
# the start of a line, after blanks, and the older `##[name …]data` anywhere in one.
COMMANDS = (
    "add-mask add-matcher add-path debug echo endgroup error group notice remove-matcher save-state set-env set-output"
    " stop-commands warning"
).split()


class Command(NamedTuple):
    """A workflow command as the runner reads it."""

    name: str
    properties: dict[str, str]
    data: str


def unescaped(text: str, codes: str) -> str:
    for code in (*(each for each in codes.split() if each != "%25"), "%25"):
        text = text.replace(code, chr(int(code[1:], 16)))
    return text


def obeyed(line: str) -> Command | None:
    """The command that the runner would find in a line of output."""
    text = line.lstrip()
    if text.startswith("::") and "::" in text[2:]:
        info, _, data = text[2:].partition("::")
        name, _, rest = info.partition(" ")
        if name in COMMANDS:
            pairs = (pair.partition("=") for pair in rest.strip().split(",") if pair)
            properties = {key: unescaped(value, "%0D %0A %3A %2C %25") for key, _, value in pairs}
            return Command(name, properties, unescaped(data, "%0D %0A %25"))
    if "##[" in line:
        info = line.partition("##[")[2].partition("]")[0]
        if info.partition(" ")[0] in COMMANDS:
            return Command(info.partition(" ")[0], {}, line)
    return None


PIECES = [
    "\n::error file=pwn::",
    "::error::pwn",
    "##[add-mask]a",
    "##[",
    "::stop-commands::x",
    "\r",
    "\n",
    "\x1b[2J",
    "\x1b]8;;http://a\x07",
    "\x9b1m",
    "\u202e",
    "\u2066",
    "\u200f",
    "\u2028",
    "\x85",
    "\x00",
    "\x7f",
    "%0A",
    "%25",
    "%",
    ",",
    ":",
    "::",
    "=",
    ",line=9",
    " ",
    "\t",
    "a",
    "日本",
    "e\u0301",
    "\udcff",
    "'",
    '"',
    "\\",
]
TEXT = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=6).map("".join)
PATH = st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map(
    lambda pieces: "/".join(part for part in "".join(pieces).split("/") if part not in ("", ".", "..")) or "a"
)
POSITION = st.builds(Position, st.integers(1, 12), st.integers(1, 40))
SPAN = st.tuples(POSITION, POSITION).map(lambda both: Span(min(both), max(both)))
RULE_NAME = st.sampled_from(["netlify/missing-test-gate", "a/b"])


@st.composite
def reports(draw: st.DrawFn) -> tuple[Report, MemoryTree]:
    """Reports in which everything that linted files decide is hostile, with the files."""
    contents = draw(st.dictionaries(PATH, TEXT, min_size=1, max_size=3))
    paths = st.sampled_from(sorted(contents))
    related = st.builds(Related, paths, SPAN, TEXT)
    diagnostic = st.builds(
        Diagnostic,
        paths,
        SPAN,
        RULE_NAME,
        st.sampled_from(Severity),
        TEXT,
        TEXT,
        TEXT,
        st.just("https://example.org"),
        st.lists(related, max_size=2).map(tuple),
    )
    diagnostics = draw(st.lists(diagnostic, max_size=4))
    encodable = {path: text.encode("utf-8", "replace").decode() for path, text in contents.items()}
    report = Report(diagnostics=tuple(diagnostics), suppressed=(), judged=(), skipped={}, files=len(contents))
    return report, MemoryTree(encodable)


def rendered(name: str, case: tuple[Report, MemoryTree], *, color: bool = False) -> str:
    report, tree = case
    return "".join(reporters.render(name, reporters.View(report, tree, "/r", "/r", color=color)))


def is_harmless(text: str) -> bool:
    """No control or format character but the end of a line, nothing that ends a line elsewhere."""
    return all(
        character == "\n" or (unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp"))
        for character in text
    )


@settings(max_examples=300)
@given(reports())
def test_github_has_one_command_for_each_diagnostic(case: tuple[Report, MemoryTree]) -> None:
    output = rendered("github", case)
    assert is_harmless(output)
    *lines, summary = output.splitlines()
    assert summary.startswith("Checked ")
    assert obeyed(summary) is None
    found = [obeyed(line) for line in lines]
    diagnostics = sorted(case[0].diagnostics, key=lambda each: -each.severity)
    assert len(found) == len(diagnostics)
    names = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
    for command, diagnostic in zip(found, diagnostics, strict=True):
        assert command is not None
        assert command.name == names[diagnostic.severity]
        assert command.properties["title"] == diagnostic.rule
        assert command.properties["line"] == str(diagnostic.span.start.line)
        assert command.properties["col"] == str(diagnostic.span.start.column)
        assert set(command.properties) <= {"file", "line", "col", "endColumn", "endLine", "title"}
        if diagnostic.path.isprintable() and "##[" not in diagnostic.path:
            assert command.properties["file"] == diagnostic.path
        if diagnostic.message.isprintable() and "##[" not in diagnostic.message:
            fix = f" (fix: {diagnostic.fix})" if diagnostic.fix else ""
            assert command.data.startswith(diagnostic.message + fix[:7])


@given(reports())
def test_concise_has_one_line_for_each_diagnostic_and_no_command(case: tuple[Report, MemoryTree]) -> None:
    output = rendered("concise", case)
    assert is_harmless(output)
    assert len(output.splitlines()) == len(case[0].diagnostics) + 1
    assert not [line for line in output.splitlines() if obeyed(line)]


@given(reports())
def test_full_is_harmless(case: tuple[Report, MemoryTree]) -> None:
    output = rendered("full", case)
    assert is_harmless(output)
    assert not [line for line in output.splitlines() if obeyed(line)]
    assert output.count("\n\n") == len(case[0].diagnostics)
    colored = rendered("full", case, color=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == output


@given(reports())
def test_json_is_one_object_that_gives_everything_back(case: tuple[Report, MemoryTree]) -> None:
    output = rendered("json", case)
    assert is_harmless(output)
    assert not [line for line in output.splitlines() if obeyed(line)]
    value = json.loads(output)
    jsonschema.Draft202012Validator(SCHEMA).validate(value)
    given_back = [(each["path"], each["message"], each["fix"]) for each in value["diagnostics"]]
    assert given_back == [(each.path, each.message, each.fix) for each in case[0].diagnostics]


HOSTILE_PLAN = {
    ".planning/phases/01-a/01-01-PLAN.md": (
        '---\nplan: 1\nmust_haves:\n  artifacts:\n    - path: "a\\n::error::b\\e[31m\\u202e##[error]"\n---\n'
    )
}
NAMES = ["\x1b[31mred", "\u202egnp", "::error::c", "##[error]d", "e%0Af", "g,line=9:h", " ::error::i"]


@pytest.mark.parametrize("output_format", list(reporters.RENDERERS))
def test_hostile_names_and_contents_on_disk(run: Runner, repository: Write, output_format: str) -> None:
    files = {f"{name}/netlify.toml": f'[build]\ncommand = "{name!a}"\n' for name in NAMES}
    files["a\n::error file=pwn::b.md"] = "DEP-001: Production\nType: Environment\n"
    folder = repository({**files, **HOSTILE_PLAN})
    outcome = run("check", "--output-format", output_format, cwd=folder)
    assert (outcome.code, outcome.stderr) == (1, "")
    assert is_harmless(outcome.stdout)
    reported = json.loads(run("check", "--output-format=json", cwd=folder).stdout)["diagnostics"]
    assert {each["path"] for each in reported} == {*files, *HOSTILE_PLAN}
    found = [command for command in map(obeyed, outcome.lines) if command]
    assert len(found) == (len(reported) if output_format == "github" else 0)


def test_a_newline_in_the_name_of_a_folder_hides_nothing(run: Runner, repository: Write) -> None:
    folder = repository({"a\nb/netlify.toml": '[build]\ncommand = "npm run build"\n'})
    outcome = run("check", "--output-format", "concise", cwd=folder)
    assert outcome.lines[0].startswith("a\\nb/netlify.toml:2:11: error[netlify/missing-test-gate]")


# Plain command lines are read without click

WORDS = [
    "check",
    ".",
    "docs",
    "-",
    "--",
    "-v",
    "-h",
    "--verbose",
    "--select",
    "--select=netlify",
    "--select=",
    "netlify",
    "netlify, ids",
    ",",
    "--ignore",
    "--ignore=ids,",
    "--output-format",
    "--output-format=json",
    "--output-format=xml",
    "json",
    "github",
    "--fail-level",
    "--fail-level=info",
    "warning",
    "--color",
    "--color=always",
    "--colo",
    "never",
    "--color=--select",
    "",
    " ",
    "a=b",
    "--a=b",
]


@settings(max_examples=600, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(WORDS), max_size=6))
@example([])
@example(["--color", "-v"])
@example(["docs", "--select", "a", "--select=b,c", "--color=never", "--color", "always"])
def test_reading_a_plain_command_line_agrees_with_click(monkeypatch: pytest.MonkeyPatch, words: list[str]) -> None:
    plain = options.read_plain(["check", *words])
    if plain is None:
        return
    seen: list[CheckOptions] = []

    def run(given_options: CheckOptions, _environment: Mapping[str, str]) -> int:
        seen.append(given_options)
        return 7

    monkeypatch.setattr(check_command, "run", run)
    assert commands.invoke(["check", *words]) == 7
    assert seen == [plain]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["rules"],
        *(
            ["check", word]
            for word in ("-h", "-v", "--", "-", "--color", "--color=", "--color=red", "--colo=never", "")
        ),
    ],
)
def test_what_is_not_plain_is_left_to_click(arguments: list[str]) -> None:
    assert options.read_plain(arguments) is None


def test_plain_options() -> None:
    arguments = ["check", "a", "--select", "x, y", "--ignore=z", "b", "--select=w", "--output-format", "json"]
    assert options.read_plain(arguments) == options.CheckOptions(("a", "b"), "json", ("x", "y", "w"), ("z",))
    assert options.read_plain(["check"]) == options.CheckOptions()
