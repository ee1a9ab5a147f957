"""SARIF as code scanning reads it: what is found where, known again when lines move, no commands of files."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urlsplit

import jsonschema
from hypothesis import example, given, settings

from policylint import __version__
from policylint.diagnostics import FILE_START, Diagnostic, Report, Severity
from policylint.filetree import MemoryTree
from tests.cli.test_output import FILES, OWN, RULE, is_harmless, obeyed, rendered, reports

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.conftest import Runner

    Write = Callable[[Mapping[str, str | bytes]], Path]


def exactly(properties: dict[str, Any], *optional: str) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def many(items: dict[str, Any], least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least}


# What we use of SARIF 2.1.0 (OASIS, errata 01), as we understand it.
TEXT = exactly({"text": {"type": "string"}})
LEVEL = {"enum": ["error", "warning", "note"]}
FROM_ONE = {"type": "integer", "minimum": 1}
REGION = exactly(dict.fromkeys(("startLine", "startColumn", "endLine", "endColumn"), FROM_ONE))
ARTIFACT = exactly(
    {
        "uri": {"type": "string", "pattern": "^(?!/)([A-Za-z0-9._~/-]|%[0-9A-F]{2})+$"},
        "uriBaseId": {"const": "%SRCROOT%"},
    }
)
PLACE = {"physicalLocation": exactly({"artifactLocation": ARTIFACT, "region": REGION})}
DESCRIPTOR = exactly(
    {
        "id": {"type": "string", "minLength": 1},
        "shortDescription": TEXT,
        "fullDescription": TEXT,
        "help": TEXT,
        "helpUri": {"type": "string", "pattern": "^https://"},
        "defaultConfiguration": exactly({"level": LEVEL}),
        "properties": exactly({"tags": many({"type": "string"}, 1)}),
    },
    *("shortDescription", "fullDescription", "help", "helpUri", "defaultConfiguration", "properties"),
)
SUPPRESSION = exactly(
    {"kind": {"enum": ["inSource", "external"]}, "justification": {"type": "string"}}, "justification"
)
RESULT = exactly(
    {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "message": TEXT,
        "locations": {**many(exactly(PLACE), 1), "maxItems": 1},
        "relatedLocations": many(exactly({"id": FROM_ONE, **PLACE, "message": TEXT}), 1),
        "partialFingerprints": exactly(
            {"policylintFinding/v1": {"type": "string", "pattern": "^[0-9a-f]{32}:[0-9]+$"}}
        ),
        "suppressions": {**many(SUPPRESSION, 1), "maxItems": 1},
    },
    *("relatedLocations", "suppressions"),
)
DRIVER = exactly(
    {
        "name": {"const": "policylint"},
        "version": {"const": __version__},
        "informationUri": {"const": "https://github.com/policylint/policylint"},
        "rules": many(DESCRIPTOR),
    }
)
RUN = exactly(
    {
        "tool": exactly({"driver": DRIVER}),
        "invocations": {
            **many(exactly({"executionSuccessful": {"type": "boolean"}, "exitCode": {"enum": [0, 1, 2]}}), 1),
            "maxItems": 1,
        },
        "originalUriBaseIds": exactly({"%SRCROOT%": exactly({"description": TEXT})}),
        "columnKind": {"const": "unicodeCodePoints"},
        "newlineSequences": {"const": ["\r\n", "\n", "\r"]},
        "results": many(RESULT),
    }
)
LOG = exactly(
    {
        "$schema": {
            "type": "string",
            "pattern": r"^https://docs\.oasis-open\.org/sarif/.*/sarif-schema-2\.1\.0\.json$",
        },
        "version": {"const": "2.1.0"},
        "runs": {**many(RUN, 1), "maxItems": 1},
    }
)


def run_of(output: str) -> dict[str, Any]:
    """The one run of a log, which has the form that we promise."""
    log = json.loads(output)
    jsonschema.Draft202012Validator(LOG).validate(log)
    (found,) = log["runs"]
    rules = [each["id"] for each in found["tool"]["driver"]["rules"]]
    assert rules == sorted({each["ruleId"] for each in found["results"]})
    assert all(rules[each["ruleIndex"]] == each["ruleId"] for each in found["results"])
    fingerprints = [fingerprint(each) for each in found["results"]]
    assert len(set(fingerprints)) == len(fingerprints)
    run: dict[str, Any] = found
    return run


def fingerprint(result: dict[str, Any]) -> str:
    return str(result["partialFingerprints"]["policylintFinding/v1"])


def uri(result: dict[str, Any]) -> str:
    return str(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])


def sarif(run: Runner, folder: Path, *arguments: str, code: int = 1) -> dict[str, Any]:
    outcome = run("check", *(arguments or (".",)), "--output-format", "sarif", cwd=folder)
    assert outcome.code == code, outcome.stderr
    assert outcome.stdout.isascii()
    return run_of(outcome.stdout)


def test_what_json_reports_at_the_same_places(run: Runner, repository: Write) -> None:
    folder = repository(FILES)
    results = sarif(run, folder)["results"]
    found = json.loads(run("check", "--output-format", "json", cwd=folder).stdout)["diagnostics"]
    assert len(results) == len(found) == 10
    for result, diagnostic in zip(results, found, strict=True):
        region = result["locations"][0]["physicalLocation"]["region"]
        assert list(region.values()) == [diagnostic[key] for key in ("line", "column", "end_line", "end_column")]
        assert (result["ruleId"], uri(result)) == (diagnostic["rule"], diagnostic["path"])
    unresolved = results[-1]
    assert unresolved["message"]["text"] == (
        "TEST-0012 is not defined in any file (fix: write TEST-012, as it is defined)"
    )
    (related,) = unresolved["relatedLocations"]
    assert related["message"]["text"] == "TEST-012 (Login) is defined here"
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "docs/tests.md"


def test_rules_are_described(run: Runner, repository: Write) -> None:
    port, unresolved = sarif(run, repository(FILES))["tool"]["driver"]["rules"]
    assert port == {
        "id": "fleet/known-port",
        "shortDescription": {"text": "A ship sails to an unknown port"},
        "fullDescription": {"text": "A ship sails to an unknown port"},
        "help": {"text": "Choose a port. ('policylint explain fleet/known-port' says why, with examples)"},
        "helpUri": "https://example.org/ports",
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["fleet"]},
    }
    assert unresolved["id"] == "ids/unresolved-id"
    assert "{" not in unresolved["help"]["text"]


def test_levels(run: Runner, repository: Write) -> None:
    def level(severity: str) -> tuple[str, str]:
        folder = repository({**FILES, "policies/fleet/known-port.yaml": RULE.replace("severity: error", severity)})
        found = sarif(run, folder)
        return found["results"][0]["level"], found["tool"]["driver"]["rules"][0]["defaultConfiguration"]["level"]

    assert level("severity: error") == ("error", "error")
    assert level("severity: warning") == ("warning", "warning")
    assert level("severity: info") == ("note", "note")
    changed = '[[severity]]\npaths = ["*"]\nrules = ["fleet"]\nlevel = "warning"\n'
    (first, *_others) = sarif(run, repository({**FILES, "policylint.toml": OWN + changed}))["results"]
    assert first["level"] == "warning"


def test_suppressed_findings_are_shown_as_such(run: Runner, repository: Write) -> None:
    comment = "# policylint: ignore[fleet/known-port] it is new\n"
    ships = {"a.ship.yaml": f"ports: [Rome]  {comment}", "b.ship.yaml": "ports: [Rome]\n"}
    folder = repository({"policylint.toml": OWN, "policies/fleet/known-port.yaml": RULE, **ships})
    first, second = sarif(run, folder)["results"]
    assert first["suppressions"] == [{"kind": "inSource"}]
    assert "suppressions" not in second
    known = fingerprint(first)
    (folder / "a.ship.yaml").write_text("ports: [Rome]\n")
    assert fingerprint(sarif(run, folder)["results"][0]) == known


def test_a_finding_is_known_again_when_lines_move(run: Runner, repository: Write) -> None:
    folder = repository(FILES)
    before = [fingerprint(each) for each in sarif(run, folder)["results"]]
    for path in ("a.ship.yaml", "docs/deployment.md", "docs/tests.md"):
        (folder / path).write_text("\n\n" + (folder / path).read_text())
    assert [fingerprint(each) for each in sarif(run, folder)["results"]] == before
    (folder / "a.ship.yaml").rename(folder / "z.ship.yaml")
    assert len({fingerprint(each) for each in sarif(run, folder)["results"]} & {*before}) == 5


def test_equal_findings_of_a_file_are_told_apart() -> None:
    twice = Diagnostic("a", FILE_START, "a/b", Severity.ERROR, "is wrong")
    report = Report((twice, twice, twice._replace(message="is odd")), (), (), {}, 1)
    results = run_of(rendered("sarif", (report, MemoryTree({}))))["results"]
    assert [each["message"]["text"] for each in results] == ["is odd", "is wrong", "is wrong"]
    assert [fingerprint(each).rpartition(":")[2] for each in results] == ["1", "1", "2"]


def test_paths_are_addresses(run: Runner, repository: Write) -> None:
    names = ["a b", "c%41", "d:e", "http:", "#f", "g?h", "日本", "i\\j", "k\nl", "[m](n)"]
    paths = {f"{name}/netlify.toml": '[build]\ncommand = "make"\n' for name in names}
    found = {uri(each) for each in sarif(run, repository(paths), ".", "--fail-level=info")["results"]}
    assert {unquote_to_bytes(address).decode() for address in found} == {*paths}
    parts = [urlsplit(address) for address in found]
    assert {(each.scheme, each.netloc, each.query, each.fragment) for each in parts} == {("", "", "", "")}


def test_paths_never_lead_upwards(run: Runner, repository: Write) -> None:
    folder = repository({"policylint.toml": "", "a/netlify.toml": '[build]\ncommand = "npm run build"\n', "b/c": ""})
    for start in (folder, folder / "a", folder / "b"):
        assert {uri(each) for each in sarif(run, start, str(folder))["results"]} == {"a/netlify.toml"}
    inner = repository({"policylint.toml": "", "a/policylint.toml": ""})
    assert {uri(each) for each in sarif(run, inner, "a")["results"]} == {"a/netlify.toml"}
    elsewhere = repository({}).parent / "home"
    assert {uri(each) for each in sarif(run, elsewhere, str(folder))["results"]} == {"a/netlify.toml"}


def test_how_the_run_ended(run: Runner, repository: Write) -> None:
    wrong = repository({"netlify.toml": '[build]\ncommand = "npm run build"\n'})
    assert sarif(run, wrong)["invocations"] == [{"executionSuccessful": True, "exitCode": 1}]
    right = repository({"netlify.toml": '[build]\ncommand = "npm run test:run && npm run build"\n'})
    found = sarif(run, right, "--select", "missing-test-gate", code=0)
    assert found["invocations"] == [{"executionSuccessful": True, "exitCode": 0}]
    assert found["results"] == []


def test_what_files_say_makes_no_link(run: Runner, repository: Write) -> None:
    said = r"\\](https://example.org) [a](https://example.org)"
    rule = RULE.replace("the port of {file.path} is unknown", "{value} is unknown")
    rule = rule.replace("the port of a.ship.yaml is unknown", "Rome is unknown")
    files = {"policylint.toml": OWN, "policies/fleet/known-port.yaml": rule, "a.ship.yaml": f"ports: ['{said}']\n"}
    (result,) = sarif(run, repository(files))["results"]
    # A backslash escapes itself and brackets; a link is `[text](address)` of what is not escaped.
    escaped = r"\\\\\](https://example.org) [a\](https://example.org)"
    assert result["message"]["text"] == f"{escaped} is unknown (fix: Choose a port.)"
    assert "](" not in re.sub(r"\\[\\\[\]]", "", escaped)


HOSTILE = Diagnostic(
    "\udcff\ud800/\x00:#",
    FILE_START,
    "a/b",
    Severity.ERROR,
    "\ud800\x1b[2J##[error]\u202e\n::error::a",
    "\udfff",
    "\x00",
)


@settings(max_examples=200)
@given(reports())
@example((Report((HOSTILE, HOSTILE), (HOSTILE,), (), {}, 1), MemoryTree({})))
def test_any_report_is_a_log_with_as_many_results(case: tuple[Report, MemoryTree]) -> None:
    output = rendered("sarif", case)
    assert is_harmless(output)
    assert not [line for line in output.splitlines() if obeyed(line)]
    results = run_of(output)["results"]
    report = case[0]
    assert Counter(each["ruleId"] for each in results) == Counter(
        each.rule for each in (*report.diagnostics, *report.suppressed)
    )
    assert sum("suppressions" in each for each in results) == len(report.suppressed)
    texts = [text for each in results for text in (each["message"]["text"], uri(each))]
    assert all(text.isprintable() for text in texts)
