"""`policylint check --stage release`: what must be done by then, and the test results that prove it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.conftest import Outcome, Runner

    Write = Callable[[Mapping[str, str | bytes]], Path]

RULES = ["deployment/epic-with-unproven-tests", "failing-test", "incomplete-epic", "unproven-test"]
FILES: dict[str, str | bytes] = {
    "docs/deployment.md": (
        "DEP-002: All tests pass\nType: Criteria\nLinked IDs: EPIC-01, EPIC-02, TEST-001 to TEST-003\n"
    ),
    "docs/registers.md": (
        "EPIC-01: Foundations\nStatus: In Progress (since May)\n\n"
        "EPIC-02: Checkout\nStatus: Complete\nLinked IDs: TEST-003\n"
    ),
    "docs/tests.md": (
        "| ID | Title | Status |\n|---|---|---|\n"
        "| TEST-001 | Sign in | Passing |\n| TEST-002 | Sign out | |\n| TEST-003 | Pay | Implemented |\n"
    ),
}
JUNIT = """\
<testsuites>
  <testsuite>
    <testcase name="TEST-001 signs in"><failure/></testcase>
    <testcase name="test_TEST_002_signs_out"/>
    <testcase name="pays"><properties><property name="id" value="TEST-003"/></properties></testcase>
  </testsuite>
</testsuites>
"""
ALL_PASSED = '{"TEST-001": "passed", "TEST-002": {"result": "ok"}, "TEST-003": true}\n'

INCOMPLETE = (
    "docs/deployment.md:3:13: error[deployment/incomplete-epic] DEP-002 links epics that are not complete: EPIC-01"
)
FAILING = "docs/deployment.md:3:13: error[deployment/failing-test] DEP-002 links tests that fail: TEST-001"
UNPROVEN = (
    "docs/deployment.md:3:13: warning[deployment/unproven-test]"
    " DEP-002 links tests that nothing shows to pass: TEST-002, TEST-003"
)
UNPROVEN_EPIC = (
    "docs/deployment.md:3:13: warning[deployment/epic-with-unproven-tests]"
    " DEP-002 links epics whose tests are not known to pass: EPIC-02"
)
WITHOUT_EVIDENCE = [UNPROVEN_EPIC, INCOMPLETE, UNPROVEN]


def check(run: Runner, folder: Path, *arguments: str) -> Outcome:
    return run("check", "--select", ",".join(RULES), "--output-format", "concise", *arguments, cwd=folder)


def found(run: Runner, folder: Path, *arguments: str) -> list[str]:
    """The diagnostics of a check, without the summary."""
    outcome = check(run, folder, *arguments)
    assert outcome.code == (1 if any(": error[" in line for line in outcome.lines) else 0), outcome
    assert outcome.stderr == ""
    return outcome.lines[:-1]


def refused(outcome: Outcome) -> str:
    """What is said of wrong usage."""
    assert (outcome.code, outcome.stdout) == (2, "")
    return outcome.stderr.splitlines()[-1]


class TestStage:
    def test_without_it_nothing_needs_to_be_done_yet(self, run: Runner, repository: Write) -> None:
        assert found(run, repository(FILES)) == []

    def test_without_evidence_the_words_of_the_entries_count(self, run: Runner, repository: Write) -> None:
        assert found(run, repository(FILES), "--stage", "release") == WITHOUT_EVIDENCE

    def test_may_be_configured(self, run: Runner, repository: Write) -> None:
        assert found(run, repository({**FILES, "policylint.toml": 'stage = "release"\n'})) == WITHOUT_EVIDENCE

    def test_may_be_empty_in_a_configuration(self, run: Runner, repository: Write) -> None:
        folder = repository({**FILES, "policylint.toml": 'stage = ""\n'})
        assert found(run, folder) == []
        assert found(run, folder, "--stage=release") == WITHOUT_EVIDENCE

    def test_verbose_lists_its_rules_as_skipped_without_it(self, run: Runner, repository: Write) -> None:
        folder = repository(FILES)
        outcome = check(run, folder, "--verbose")
        assert (outcome.code, outcome.stderr) == (0, "")
        assert outcome.lines[:-1] == [
            f"skipped deployment/{name}: only at the stage 'release'"
            for name in ("epic-with-unproven-tests", "failing-test", "incomplete-epic", "unproven-test")
        ]
        assert check(run, folder, "--verbose", "--stage", "release").lines[:-1] == WITHOUT_EVIDENCE

    def test_an_ignored_rule_is_not_listed(self, run: Runner, repository: Write) -> None:
        outcome = check(run, repository(FILES), "--verbose", "--ignore", "incomplete-epic,deployment/failing-test")
        assert outcome.lines[:-1] == [
            f"skipped deployment/{name}: only at the stage 'release'"
            for name in ("epic-with-unproven-tests", "unproven-test")
        ]

    def test_its_findings_may_be_suppressed_and_are_not_called_unused_without_it(
        self, run: Runner, repository: Write
    ) -> None:
        comment = "<!-- policylint: ignore[incomplete-epic, unproven-test] the pilot goes first -->"
        deployment = str(FILES["docs/deployment.md"]).replace("Linked IDs", f"{comment}\nLinked IDs")
        folder = repository({**FILES, "docs/deployment.md": deployment})
        assert found(run, folder) == []
        assert found(run, folder, "--stage", "release") == [UNPROVEN_EPIC.replace(":3:", ":4:")]

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("--stage", "relase"), "option '--stage' is 'relase', not one of release; did you mean 'release'?"),
            (("--stage",), "option '--stage' has no value"),
        ],
    )
    def test_an_unknown_one_is_refused(
        self, run: Runner, repository: Write, arguments: tuple[str, ...], message: str
    ) -> None:
        outcome = check(run, repository(FILES), *arguments)
        assert outcome == (2, "", f"policylint: error: {message}\npolicylint: see 'policylint check --help'\n")

    def test_an_unknown_one_in_a_configuration_is_refused(self, run: Runner, repository: Write) -> None:
        outcome = check(run, repository({**FILES, "policylint.toml": '\nstage = "relase"\n'}))
        assert (outcome.code, outcome.stdout) == (2, "")
        assert outcome.stderr.splitlines()[:2] == [
            "error: 'stage' should be '' or 'release'",
            " --> policylint.toml:2:9",
        ]


class TestEvidence:
    FILES = {**FILES, "junit.xml": JUNIT, "manual.json": ALL_PASSED}

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            (("junit.xml",), [FAILING, INCOMPLETE]),
            (("manual.json",), [INCOMPLETE]),
            (("junit.xml,manual.json",), [FAILING, INCOMPLETE]),
            (("manual.json", "./junit.xml"), [FAILING, INCOMPLETE]),
            (("docs/../manual.json", "manual.json"), [INCOMPLETE]),
        ],
    )
    def test_proves_tests_and_a_failure_outweighs_a_pass(
        self, run: Runner, repository: Write, arguments: tuple[str, ...], expected: list[str]
    ) -> None:
        options = [word for path in arguments for word in ("--evidence", path)]
        assert found(run, repository(self.FILES), "--stage", "release", *options) == expected

    def test_a_skipped_test_is_not_proven(self, run: Runner, repository: Write) -> None:
        results = JUNIT.replace('_signs_out"/>', '_signs_out"><skipped/></testcase>')
        folder = repository({**self.FILES, "junit.xml": results})
        unproven = UNPROVEN.replace(", TEST-003", "")
        assert found(run, folder, "--stage", "release", "--evidence", "junit.xml") == [FAILING, INCOMPLETE, unproven]

    def test_is_named_from_where_the_command_runs(self, run: Runner, repository: Write) -> None:
        folder = repository({**self.FILES, "policylint.toml": ""})
        outcome = check(run, folder / "docs", "--stage", "release", "--evidence", "../manual.json", "..")
        assert (outcome.code, outcome.lines[:-1]) == (1, [INCOMPLETE.removeprefix("docs/")])

    def test_may_be_configured_and_the_command_line_adds_to_it(self, run: Runner, repository: Write) -> None:
        configuration = 'stage = "release"\nevidence = ["manual.json"]\n'
        folder = repository({**self.FILES, "policylint.toml": configuration})
        assert found(run, folder) == [INCOMPLETE]
        assert found(run, folder, "--evidence", "junit.xml") == [FAILING, INCOMPLETE]

    def test_that_is_configured_is_not_read_without_the_stage(self, run: Runner, repository: Write) -> None:
        folder = repository({**self.FILES, "policylint.toml": 'evidence = ["gone.xml", "manual.json"]\n'})
        assert found(run, folder) == []

    def test_that_is_configured_counts_at_the_stage_of_the_command_line(self, run: Runner, repository: Write) -> None:
        folder = repository({**self.FILES, "policylint.toml": 'evidence = ["manual.json"]\n'})
        assert found(run, folder, "--stage", "release") == [INCOMPLETE]

    def test_of_one_file_that_is_checked(self, run: Runner, repository: Write) -> None:
        folder = repository(self.FILES)
        options = ("--stage", "release", "--evidence", "junit.xml")
        assert found(run, folder, *options, "docs/deployment.md") == [FAILING, INCOMPLETE]
        assert found(run, folder, *options, "docs/registers.md") == []

    def test_with_a_blank_in_its_name(self, run: Runner, repository: Write) -> None:
        folder = repository({**FILES, "test results.json": ALL_PASSED})
        assert found(run, folder, "--stage", "release", "--evidence", "test results.json") == [INCOMPLETE]

    def test_of_the_root_also_where_a_folder_below_has_a_configuration(self, run: Runner, repository: Write) -> None:
        folder = repository({**self.FILES, "policylint.toml": "", "shop/policylint.toml": "", "shop/a.md": "# Shop\n"})
        assert found(run, folder, "--stage", "release", "--evidence", "manual.json") == [INCOMPLETE]


BOMB = (
    '<?xml version="1.0"?>\n<!DOCTYPE lolz [\n  <!ENTITY a0 "lol">\n'
    + "".join(f'  <!ENTITY a{level} "{f"&a{level - 1};" * 10}">\n' for level in range(1, 12))
    + ']>\n<testsuite><testcase name="&a11; TEST-001"/></testsuite>\n'
)
EXTERNAL = '<!DOCTYPE testsuite SYSTEM "file:///etc/passwd">\n<testsuite/>\n'
NEITHER = "the file is neither JUnit XML nor a JSON map from ID to result"
DOCTYPE = "error[documents/syntax-error] the file declares a document type, which test results do not need"


class TestUnreadableEvidence:
    @pytest.mark.parametrize(
        ("content", "fault"),
        [
            (BOMB, f":2:16: {DOCTYPE}"),
            (EXTERNAL, f":1:48: {DOCTYPE}"),
            ("all passed\n", f":1:1: error[documents/syntax-error] {NEITHER}"),
            ("", ":1:1: error[documents/syntax-error] the file is empty"),
            ("<testsuite>\n<testcase>\n", ":3:1: error[documents/syntax-error] no element found"),
            (
                "<html>\n</html>\n",
                (
                    ":1:1: error[documents/syntax-error]"
                    " the file starts with <html>, not with <testsuites> or <testsuite>"
                ),
            ),
            ('{"TEST-001": "passed"\n', ":2:1: error[documents/syntax-error] expecting ',' delimiter"),
            ('{"TEST-001":\n1}\n', ":2:1: error[documents/syntax-error] 'TEST-001' has no result"),
            (b"\xff\xfe<\0", ":1:1: error[documents/unreadable-file] the file is UTF-16, expected UTF-8"),
            (
                b'{"TEST-001": "pass\xe9"}',
                ":1:19: error[documents/unreadable-file] the file is not UTF-8: byte 0xe9",
            ),
            ("x" * 3_000_000, ":1:1: error[documents/limit-exceeded] the file is larger than 2097152 bytes"),
        ],
        ids=lambda value: repr(value)[:40],
    )
    def test_is_reported_at_its_place_and_proves_nothing(
        self, run: Runner, repository: Write, content: str | bytes, fault: str
    ) -> None:
        folder = repository({**FILES, "results.xml": content})
        expected = [*WITHOUT_EVIDENCE, f"results.xml{fault}"]
        assert found(run, folder, "--stage", "release", "--evidence", "results.xml") == expected

    def test_hides_no_other_evidence(self, run: Runner, repository: Write) -> None:
        folder = repository({**FILES, "a.xml": "passed", "b.json": ALL_PASSED})
        fault = f"a.xml:1:1: error[documents/syntax-error] {NEITHER}"
        assert found(run, folder, "--stage", "release", "--evidence", "a.xml,b.json") == [fault, INCOMPLETE]

    def test_fails_a_run_that_selects_nothing_of_the_stage(self, run: Runner, repository: Write) -> None:
        folder = repository({"docs/a.md": "TEST-001: Sign in\n", "a.xml": "passed"})
        outcome = run(
            *("check", "--select", "netlify", "--output-format", "concise"),
            *("--stage", "release", "--evidence", "a.xml"),
            cwd=folder,
        )
        assert (outcome.code, outcome.stderr) == (1, "")
        assert outcome.lines[:-1] == [f"a.xml:1:1: error[documents/syntax-error] {NEITHER}"]

    @pytest.mark.parametrize("kind", ["folder", "pipe", "link"])
    def test_that_is_no_regular_file_of_the_repository(
        self, run: Runner, repository: Write, tmp_path: Path, kind: str
    ) -> None:
        folder = repository({**FILES, "folder/a": ""})
        (tmp_path / "outside.json").write_text(ALL_PASSED)
        os.mkfifo(folder / "pipe")
        (folder / "link").symlink_to(tmp_path / "outside.json")
        reason = {
            "folder": "the file cannot be read: not a regular file",
            "pipe": "the file cannot be read: not a regular file",
            "link": "the file is a link that leaves the repository",
        }
        fault = f"{kind}:1:1: error[documents/unreadable-file] {reason[kind]}"
        assert found(run, folder, "--stage", "release", "--evidence", kind) == [*WITHOUT_EVIDENCE, fault]

    @pytest.mark.parametrize(
        ("evidence", "message"),
        [
            ("gone.xml", "path 'gone.xml' does not exist"),
            ("junit.xm", "path 'junit.xm' does not exist; did you mean 'junit.xml'?"),
            (",", "option '--evidence' names no file"),
            ("../outside.json", "evidence '../outside.json' is outside '{folder}'"),
            ("{folder}/../outside.json", "evidence '{folder}/../outside.json' is outside '{folder}'"),
        ],
    )
    def test_of_the_command_line_that_is_not_there_is_wrong_usage(
        self, run: Runner, repository: Write, tmp_path: Path, evidence: str, message: str
    ) -> None:
        folder = repository({**FILES, "junit.xml": JUNIT})
        (tmp_path / "outside.json").write_text(ALL_PASSED)
        outcome = check(run, folder, "--stage", "release", "--evidence", evidence.format(folder=folder))
        assert outcome == (2, "", f"policylint: error: {message.format(folder=folder)}\n")

    def test_without_the_stage_is_wrong_usage(self, run: Runner, repository: Write) -> None:
        outcome = check(run, repository({**FILES, "junit.xml": JUNIT}), "--evidence", "junit.xml")
        assert outcome == (2, "", "policylint: error: option '--evidence' is read only with '--stage release'\n")

    def test_that_is_configured_and_not_there_is_reported(self, run: Runner, repository: Write) -> None:
        configuration = 'stage = "release"\nevidence = ["gone.xml"]\n'
        fault = "gone.xml:1:1: error[documents/unreadable-file] the file cannot be read: no such file or directory"
        folder = repository({**FILES, "policylint.toml": configuration})
        assert found(run, folder) == [*WITHOUT_EVIDENCE, fault]

    @pytest.mark.parametrize("path", ["../outside.json", "{outside}", "docs/../../outside.json"])
    def test_that_is_configured_outside_the_repository_is_a_fault_of_the_configuration(
        self, run: Runner, repository: Write, tmp_path: Path, path: str
    ) -> None:
        shown = path.format(outside=tmp_path / "outside.json")
        folder = repository({**FILES, "policylint.toml": f'stage = "release"\nevidence = ["{shown}"]\n'})
        outcome = check(run, folder)
        assert (outcome[0], outcome[1]) == (2, "")
        assert outcome[2].splitlines()[:2] == [
            f"error: '{shown}' is outside the repository",
            " --> policylint.toml:2:13",
        ]

    @pytest.mark.parametrize("element", ["1", '""'])
    def test_that_is_no_path_is_refused(self, run: Runner, repository: Write, element: str) -> None:
        outcome = check(run, repository({**FILES, "policylint.toml": f"evidence = [{element}]\n"}))
        assert (outcome.code, outcome.stdout) == (2, "")
        assert outcome.stderr.splitlines()[1] == " --> policylint.toml:1:13"


class TestToday:
    """https://reproducible-builds.org/specs/source-date-epoch/ decides how old an entry is."""

    FILES = {"docs/runbooks.md": "RUN-005: Roll back\nVerified: 2026-01-31 (drill)\n"}
    NINETY_DAYS_LATER = 1777679999
    """The last second of 2026-05-01 in UTC."""

    def stale(self, run: Runner, folder: Path, epoch: str) -> list[str]:
        outcome = run(
            *("check", "--select", "stale-entry", "--output-format", "concise"),
            cwd=folder,
            environment={"SOURCE_DATE_EPOCH": epoch, "TZ": "Pacific/Kiritimati"},
        )
        assert (outcome.code, outcome.stderr) == (0, "")
        return outcome.lines[:-1]

    @pytest.mark.parametrize(
        ("epoch", "age"),
        [(NINETY_DAYS_LATER, 0), (NINETY_DAYS_LATER + 1, 91), (NINETY_DAYS_LATER + 86_400, 91), (0, 0)],
    )
    def test_is_the_day_of_the_epoch_in_utc(self, run: Runner, repository: Write, epoch: int, age: int) -> None:
        stale = f"docs/runbooks.md:2:11: warning[ids/stale-entry] RUN-005.Verified is {age} days old, more than 90"
        assert self.stale(run, repository(self.FILES), str(epoch)) == ([stale] if age else [])

    @pytest.mark.parametrize("epoch", ["", "-1"])
    def test_before_the_date_is_no_age(self, run: Runner, repository: Write, epoch: str) -> None:
        folder = repository({"docs/runbooks.md": "RUN-005: Roll back\nVerified: 9998-01-01\n"})
        assert self.stale(run, folder, epoch) == []

    @pytest.mark.parametrize("epoch", ["yesterday", "²", "9" * 20, "99999999999999"])
    def test_that_is_no_time_is_wrong_usage(self, run: Runner, repository: Write, epoch: str) -> None:
        outcome = run("check", cwd=repository(self.FILES), environment={"SOURCE_DATE_EPOCH": epoch})
        message = f"policylint: error: SOURCE_DATE_EPOCH '{epoch}' is not a number of seconds since 1970\n"
        assert (outcome.code, outcome.stdout, outcome.stderr) == (2, "", message)

    def test_only_where_the_rule_is_selected_by_its_name(self, run: Runner, repository: Write) -> None:
        folder = repository({"docs/runbooks.md": "RUN-005: Roll back\nVerified: 2001-01-01\n\nSee RUN-005.\n"})
        for select in ("ids", "ALL"):
            outcome = run("check", "--select", select, "--output-format", "concise", cwd=folder)
            assert (outcome.code, outcome.lines[:-1]) == (0, [])
