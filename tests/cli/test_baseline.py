"""A baseline: what was there is left out, what is new is told, and nobody can hide anything by a file alone."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from policylint import baseline
from policylint.diagnostics import Report
from policylint.filetree import MemoryTree
from tests.cli.test_output import is_harmless, reports
from tests.hostile.harness import check_safe, run_limited

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.conftest import Runner

    Write = Callable[[Mapping[str, str | bytes]], Path]

NAME = "policylint-baseline.json"
USED = f'baseline = "{NAME}"\n'
GATE = '[build]\ncommand = "npm run build"\n'
FILES = {"policylint.toml": USED, "netlify.toml": GATE, "shop/netlify.toml": GATE}
ENTRY = {"rule": "a/b", "path": "c", "subject": "d", "message": "e"}
STOREFRONT = Path(__file__).resolve().parents[2] / "examples" / "storefront"


def concise(run: Runner, folder: Path, *arguments: str, code: int = 0) -> list[str]:
    outcome = run("check", *arguments, "--output-format=concise", cwd=folder)
    assert (outcome.code, outcome.stderr) == (code, "")
    return outcome.lines


def written(run: Runner, folder: Path, *arguments: str, code: int = 0) -> list[dict[str, object]]:
    """Write the baseline; its findings."""
    outcome = run("check", *arguments, "--write-baseline", "--output-format=concise", cwd=folder)
    assert outcome.code == code, outcome
    findings: list[dict[str, object]] = json.loads((folder / NAME).read_text())["findings"]
    return findings


def file_of(*findings: Mapping[str, object]) -> str:
    return json.dumps({"version": 1, "findings": findings})


def test_what_was_there_is_left_out_and_what_is_new_is_told(run: Runner, repository: Write) -> None:
    folder = repository(FILES)
    outcome = run("check", "--write-baseline", "--output-format=concise", cwd=folder)
    assert (outcome.code, outcome.stderr) == (0, f"policylint: wrote 2 findings to '{NAME}'\n")
    assert len(outcome.lines) == 1
    assert "no violations (2 covered by the baseline" in outcome.stdout
    assert concise(run, folder) == outcome.lines
    (folder / "netlify.toml").write_text(f"# moved\n\n{GATE}")
    assert concise(run, folder) == outcome.lines
    (folder / "new").mkdir()
    (folder / "new" / "netlify.toml").write_text(GATE)
    first, summary = concise(run, folder, code=1)
    assert first.startswith("new/netlify.toml:2:11: error[netlify/missing-test-gate]")
    assert "1 error (2 covered by the baseline" in summary


def test_the_file_has_a_sorted_line_for_each_finding(run: Runner, repository: Write) -> None:
    folder = repository(FILES)
    findings = written(run, folder)
    assert [each["path"] for each in findings] == ["netlify.toml", "shop/netlify.toml"]
    head, version, start, first, second, *end = (folder / NAME).read_text().splitlines()
    assert (head, version, start, end) == ("{", '  "version": 1,', '  "findings": [', ["  ]", "}"])
    assert [json.loads(line.strip().rstrip(",")) for line in (first, second)] == findings
    assert oct((folder / NAME).stat().st_mode & 0o777) == oct((folder / "netlify.toml").stat().st_mode & 0o777)
    assert sorted(os.listdir(folder)) == ["netlify.toml", NAME, "policylint.toml", "shop"]


def test_only_the_configuration_switches_it_on(run: Runner, repository: Write) -> None:
    folder = repository({**FILES, "policylint.toml": ""})
    outcome = run("check", "--write-baseline", cwd=folder)
    assert outcome.stderr == (
        f"policylint: wrote 2 findings to '{NAME}'; say 'baseline = \"{NAME}\"' in policylint.toml to leave them out\n"
    )
    assert len(concise(run, folder, code=1)) == 3


def test_without_violations_nothing_is_written_that_nobody_uses(run: Runner, repository: Write) -> None:
    folder = repository({"netlify.toml": '[build]\ncommand = "npm run test:run && npm run build"\n'})
    arguments = ("check", "--write-baseline", "--select", "missing-test-gate")
    assert run(*arguments, cwd=folder).stderr == ""
    assert not (folder / NAME).exists()


def test_equal_findings_are_counted(run: Runner, repository: Write) -> None:
    twice = "DEP-001: A\nType: Environment\nOwner: x\nLinked IDs: TEST-1, {}\n"
    folder = repository({"policylint.toml": USED, "docs/deployment.md": twice.format("TEST-1")})
    (finding,) = written(run, folder, "--select", "unresolved-id")
    assert finding["count"] == 2
    assert len(concise(run, folder, "--select", "unresolved-id")) == 1
    (folder / "docs/deployment.md").write_text(twice.format("TEST-1, TEST-1"))
    third, _ = concise(run, folder, "--select", "unresolved-id", code=1)
    assert third.startswith("docs/deployment.md:4:29:")


def test_what_is_gone_is_stale_where_the_run_could_have_found_it(run: Runner, repository: Write) -> None:
    folder = repository(FILES)
    written(run, folder)
    (folder / "netlify.toml").unlink()
    stale = "The baseline has 1 stale finding, found no more: write it again with --write-baseline."
    assert concise(run, folder)[0] == stale
    assert stale not in concise(run, folder, "shop")
    assert stale not in concise(run, folder, "--ignore", "missing-test-gate")
    assert [each["path"] for each in written(run, folder)] == ["shop/netlify.toml"]
    assert stale not in concise(run, folder)


def test_what_a_run_could_not_find_stays_in_the_file(run: Runner, repository: Write) -> None:
    folder = repository(FILES)
    written(run, folder)
    for path in ("netlify.toml", "shop/netlify.toml"):
        (folder / path).write_text('[build]\ncommand = "npm run test:run && npm run build"\n')
    assert len(written(run, folder, "--select=unenforced-test-gate")) == 2
    assert [each["path"] for each in written(run, folder, "shop", "--select=missing-test-gate")] == ["netlify.toml"]


def test_faults_of_the_text_are_never_covered(run: Runner, repository: Write) -> None:
    folder = repository({**FILES, "state.yaml": "current_phase: implement\na: b: c\n"})
    findings = written(run, folder, code=1)
    assert {each["rule"] for each in findings} == {"netlify/missing-test-gate"}
    listed = {"rule": "documents/syntax-error", "path": "state.yaml", "subject": ""}
    message = "mapping values are not allowed in this context"
    (folder / NAME).write_text(file_of({**listed, "message": message, "count": 9}, *findings))
    (fault, _stale, _summary) = concise(run, folder, code=1)
    assert fault.endswith(f"error[documents/syntax-error] {message}")


def test_json_and_sarif_tell_of_it(run: Runner, repository: Write) -> None:
    folder = repository(FILES)
    written(run, folder)
    (folder / "netlify.toml").unlink()
    report = json.loads(run("check", "--output-format=json", cwd=folder).stdout)
    assert (report["diagnostics"], report["summary"]["covered"], report["summary"]["stale"]) == ([], 1, 1)
    (result,) = json.loads(run("check", "--output-format=sarif", cwd=folder).stdout)["runs"][0]["results"]
    assert result["suppressions"] == [{"kind": "external", "justification": "It is in the baseline."}]


def test_workspaces_have_their_own(run: Runner, repository: Write) -> None:
    folder = repository({**FILES, "shop/policylint.toml": 'baseline = "kept/known.json"\n', "shop/kept/.keep": ""})
    outcome = run("check", "--write-baseline", cwd=folder)
    assert outcome.code == 0
    assert outcome.stderr.splitlines() == [
        f"policylint: wrote 1 finding to '{NAME}'",
        "policylint: wrote 1 finding to 'shop/kept/known.json'",
    ]
    assert "(2 covered by the baseline" in concise(run, folder)[-1]
    assert "(1 covered by the baseline" in concise(run, folder / "shop")[-1]


@pytest.mark.parametrize("option", ["--fix", "--diff"])
def test_not_with_fixes(run: Runner, repository: Write, option: str) -> None:
    outcome = run("check", "--write-baseline", option, cwd=repository(FILES))
    message = "policylint: error: option '--write-baseline' does not go with '--fix' or '--diff'\n"
    assert outcome == (2, "", message)


HINT = "mend it, or remove it and write it with 'policylint check --write-baseline'"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("{\n  ]", "2:3", "the baseline is not JSON that can be read: "),
        ("[" * 100_000, "1:", "the baseline is not JSON that can be read"),
        ("1" * 10_000, "1:1", "the baseline is not JSON that can be read"),
        ("[]", "1:1", "the baseline should be an object with 'version' and 'findings'"),
        ('{"findings": []}', "1:1", "the baseline should be an object with 'version' and 'findings'"),
        ('{"version": 2, "findings": []}', "1:13", "the version of the baseline should be 1"),
        ('{"version": true, "findings": []}', "1:13", "the version of the baseline should be 1"),
        ('{"version": 1, "findings": {}}', "1:28", "'findings' should be a list"),
        ('{"version": 1, "findings": [\n3]}', "2:1", "a finding should have rule, path, subject, message"),
        (file_of({**ENTRY, "line": 3}), "1:29", "a finding should have rule, path, subject, message"),
        (file_of({**ENTRY, "path": 3}), "1:53", "'path' should be text"),
        (file_of({**ENTRY, "count": 0}), "1:", "'count' should be a whole number from 1 to 1000000"),
        (file_of({**ENTRY, "count": True}), "1:", "'count' should be a whole number from 1 to 1000000"),
        (file_of(ENTRY, ENTRY), "1:", "the finding is listed twice; say how many there are with 'count'"),
    ],
)
def test_a_wrong_file_is_a_configuration_error(
    run: Runner, repository: Write, text: str, place: str, message: str
) -> None:
    folder = repository({**FILES, NAME: text})
    for arguments in (("check",), ("check", "--write-baseline")):
        outcome = run(*arguments, cwd=folder)
        assert (outcome.code, outcome.stdout) == (2, "")
        assert f"error: {message}" in outcome.stderr
        assert f"--> {NAME}:{place}" in outcome.stderr
        assert outcome.stderr.endswith(f"= {HINT}\n\n")
        assert (folder / NAME).read_text() == text


def test_a_file_that_is_not_there(run: Runner, repository: Write) -> None:
    outcome = run("check", cwd=repository(FILES))
    hint = "write it with 'policylint check --write-baseline'"
    assert outcome == (2, "", f"error: the baseline does not exist\n --> {NAME}:1:1\n  = {hint}\n\n")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("../a.json", "'../a.json' is outside the repository"),
        (".git/a.json", "'.git/a.json' is outside the repository"),
        ("hooks/pre-push", "does not end with '.json'"),
    ],
)
def test_a_path_where_it_may_not_be(run: Runner, repository: Write, path: str, message: str) -> None:
    outcome = run("check", "--write-baseline", cwd=repository({**FILES, "policylint.toml": f'baseline = "{path}"\n'}))
    assert outcome.code == 2
    assert message in outcome.stderr
    assert "--> policylint.toml:1:12" in outcome.stderr


def test_a_link_is_neither_read_nor_written(run: Runner, repository: Write, tmp_path: Path) -> None:
    outside = tmp_path / "outside.json"
    folder = repository(FILES)
    (folder / NAME).symlink_to(outside)
    for text in (None, file_of()):
        if text is not None:
            outside.write_text(text)
        for arguments in (("check",), ("check", "--write-baseline")):
            outcome = run(*arguments, cwd=folder)
            assert outcome.code == 2
            assert "the file is a link that leaves the repository" in outcome.stderr
        assert outside.exists() == (text is not None)
    (folder / NAME).unlink()
    (folder / "inside.json").write_text(file_of())
    (folder / NAME).symlink_to("inside.json")
    outcome = run("check", "--write-baseline", cwd=folder)
    assert outcome == (2, "", f"policylint: error: '{NAME}' was not written: a link is on the way to it\n")


def test_what_could_not_be_read_again_is_not_written(run: Runner, repository: Write) -> None:
    keys = "".join(f"k{number}{'x' * 3000} = 1\n" for number in range(500))
    folder = repository({**FILES, **{f"{name}/netlify.toml": keys for name in "abc"}})
    outcome = run("check", "--write-baseline", cwd=folder)
    message = f"'{NAME}' was not written: it would be larger than 4194304 bytes, the limit"
    assert outcome == (2, "", f"policylint: error: {message}\n")
    assert not (folder / NAME).exists()


def test_a_folder_that_is_not_there_is_not_made(run: Runner, repository: Write) -> None:
    folder = repository({**FILES, "policylint.toml": 'baseline = "none/a.json"\n'})
    outcome = run("check", "--write-baseline", cwd=folder)
    assert outcome == (2, "", "policylint: error: 'none/a.json' was not written: no such file or directory\n")
    assert not (folder / "none").exists()


@pytest.mark.parametrize(
    "text",
    ["[" * 4_000_000, "[" + "[]," * 1_300_000, '{"a":' * 500_000, file_of(*[ENTRY] * 50_000), " " * 5_000_000],
    ids=["brackets", "lists", "objects", "findings", "too-large"],
)
def test_a_hostile_file_is_refused_in_time(repository: Write, tmp_path: Path, text: str) -> None:
    folder = repository({**FILES, ".git/a": "", NAME: text})
    outcome = run_limited("check", ".", cwd=folder, home=tmp_path)
    check_safe(outcome)
    assert outcome.code == 2


def test_the_storefront_reports_nothing_with_its_baseline_but_faults_of_texts(run: Runner, repository: Write) -> None:
    paths = [path for path in STOREFRONT.rglob("*") if path.is_file()]
    files = {path.relative_to(STOREFRONT).as_posix(): path.read_bytes() for path in paths}
    folder = repository({**files, "policylint.toml": USED.encode() + files["policylint.toml"]})
    written(run, folder, "--stage", "release", code=1)
    left = concise(run, folder, "--stage", "release", code=1)[:-1]
    assert {line.partition("[")[2].partition("/")[0] for line in left} == {"documents", "suppressions"}


@given(reports())
def test_what_was_written_covers_the_same_report(case: tuple[Report, MemoryTree]) -> None:
    report = case[0]
    text = baseline.text_of(baseline.findings_of(report, ()))
    assert is_harmless(text)
    assert text.count("\n") <= len(report.diagnostics) + 6
    findings = baseline.read(text)
    again = baseline.applied(report, findings, (), lambda _: True)
    assert (again.diagnostics, again.covered, again.stale) == ((), report.diagnostics, 0)
    twice = report._replace(diagnostics=report.diagnostics * 2)
    assert len(baseline.applied(twice, findings, (), lambda _: True).diagnostics) == len(report.diagnostics)
    empty = baseline.applied(report._replace(diagnostics=()), findings, (), lambda _: True)
    assert empty.stale == len(report.diagnostics)
    rules = {each.rule for each in report.diagnostics}
    assert baseline.applied(report, findings, rules, lambda _: True).diagnostics == report.diagnostics
