"""`policylint check` as a user runs it: exit codes, choices, paths, configuration, and what it leaves behind."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from policylint import cache_folder
from tests.conftest import needs_permissions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.conftest import Runner

    Write = Callable[[Mapping[str, str | bytes]], Path]

NO_TESTS = '[build]\ncommand = "npm run build"\n'
TESTED = '[build]\ncommand = "npm test && npm run build"\n'
UNKNOWN = '[build]\ncommand = "./scripts/build.sh"\n'
TOO_LATE = '[build]\ncommand = "npm run build && npm test"\n'
DEPLOYMENT = "DEP-002: All tests pass\nType: Criteria\nOwner: QA\nLinked IDs: TEST-001\n"

GATE = "netlify.toml:2:11: error[netlify/missing-test-gate] build.command runs no tests"
SUSPECT = "netlify.toml:2:11: info[netlify/unknown-test-gate] "


def found(run: Runner, folder: Path, *arguments: str) -> list[str]:
    """The diagnostics of a check in the concise format, without the summary."""
    outcome = run("check", *arguments, "--output-format", "concise", cwd=folder)
    assert outcome.code in (0, 1), outcome
    assert outcome.stderr == ""
    return outcome.lines[:-1]


def tree(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Everything below a folder: mode, time of the last change, content."""
    result = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        content = path.read_bytes() if path.is_file() else b""
        result[str(path.relative_to(folder))] = (status.st_mode, status.st_mtime_ns, content)
    return result


class TestExitCodes:
    def test_clean(self, run: Runner, repository: Write) -> None:
        outcome = run("check", ".", cwd=repository({"netlify.toml": TESTED}))
        assert (outcome.code, outcome.stderr) == (0, "")
        assert outcome.lines[-1].startswith("Checked 1 file with ")
        assert ": no violations" in outcome.lines[-1]

    def test_without_a_path_it_is_the_folder_one_is_in(self, run: Runner, repository: Write) -> None:
        outcome = run("check", cwd=repository({"netlify.toml": NO_TESTS}))
        assert outcome.code == 1
        assert outcome.lines[0] == "error[netlify/missing-test-gate]: build.command runs no tests"

    def test_nothing_to_check(self, run: Runner, repository: Write) -> None:
        outcome = run("check", "docs", "notes.txt", cwd=repository({"docs/a.txt": "a", "notes.txt": "b"}))
        assert (outcome.code, outcome.stdout) == (3, "")
        assert outcome.stderr == "policylint: nothing to check: no file of a known kind under docs, notes.txt\n"

    @pytest.mark.parametrize("options", [(), ("--output-format", "json"), ("--verbose",), ("--diff",)])
    def test_files_that_no_selected_rule_judges_are_nothing_to_check(
        self, run: Runner, repository: Write, options: tuple[str, ...]
    ) -> None:
        folder = repository({"netlify.toml": NO_TESTS})
        outcome = run("check", "--select", "missing-must-haves", *options, cwd=folder)
        message = "nothing to check: no rule that was selected judges any file here: no plan document was found"
        assert outcome == (3, "", f"policylint: {message}\n")
        several = run("check", "--select", "plan", *options, cwd=folder)
        assert several == (3, "", f"policylint: {message} (and 4 other reasons)\n")

    def test_files_that_only_the_engine_was_asked_about_are_checked(self, run: Runner, repository: Write) -> None:
        folder = repository({"netlify.toml": NO_TESTS, "package.json": "{"})
        assert found(run, folder, "--select", "plan") != []
        assert found(run, repository({"package.json": "{}"}), "--select", "syntax-error") == []

    def test_a_file_that_is_named_is_checked_although_no_rule_judges_it(self, run: Runner, repository: Write) -> None:
        assert found(run, repository({"netlify.toml": NO_TESTS}), "--select", "plan", "netlify.toml") == []

    def test_an_ignored_folder_is_nothing_to_check(self, run: Runner, repository: Write) -> None:
        folder = repository({"node_modules/a/netlify.toml": NO_TESTS})
        assert run("check", "node_modules", cwd=folder).code == 3

    def test_an_ignored_file_is_checked_when_it_is_named(self, run: Runner, repository: Write) -> None:
        folder = repository({".gitignore": "netlify.toml\n", "netlify.toml": NO_TESTS})
        assert found(run, folder, "netlify.toml") == [GATE]

    @pytest.mark.parametrize(
        ("content", "level", "code"),
        [
            (NO_TESTS, "error", 1),
            (TOO_LATE, "error", 0),
            (TOO_LATE, "warning", 1),
            (UNKNOWN, "warning", 0),
            (UNKNOWN, "info", 1),
        ],
    )
    def test_fail_level(self, run: Runner, repository: Write, content: str, level: str, code: int) -> None:
        folder = repository({"netlify.toml": content})
        outcome = run("check", ".", "--fail-level", level, "--output-format=concise", cwd=folder)
        assert outcome.code == code
        assert len(outcome.lines) == 2, "what does not fail the run is reported all the same"

    def test_the_command_line_wins_over_the_configuration(self, run: Runner, repository: Write) -> None:
        folder = repository({"netlify.toml": TOO_LATE, "policylint.toml": 'fail-level = "warning"\n'})
        assert run("check", cwd=folder).code == 1
        assert run("check", "--fail-level=error", cwd=folder).code == 0

    def test_a_closed_pipe_is_no_crash(self, run: Runner, repository: Write) -> None:
        gates = "".join(f'[context.c{number}]\ncommand = "make"\n' for number in range(3000))
        folder = repository({"netlify.toml": gates})
        command = f"{sys.executable} -m policylint check . | head -1"
        process = subprocess.run(
            ["sh", "-c", command], cwd=folder, env=run.environment, capture_output=True, text=True, check=False
        )
        assert process.stdout.count("\n") == 1
        assert process.stderr == ""

    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
    @pytest.mark.parametrize("command", ["check .", "rules", "test invalid-suppression"])
    def test_a_full_disk_is_an_error_and_no_crash(self, run: Runner, repository: Write, command: str) -> None:
        folder = repository({"netlify.toml": TESTED})
        process = subprocess.run(
            ["sh", "-c", f"{sys.executable} -m policylint {command} > /dev/full"],
            cwd=folder,
            env=run.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (process.returncode, process.stderr) == (2, "policylint: error: no space left on device\n")

    @pytest.mark.parametrize(("redirection", "code"), [(">&-", 1), ("2>&-", 1), (">&- 2>&-", 1)])
    def test_closed_streams(self, run: Runner, repository: Write, redirection: str, code: int) -> None:
        folder = repository({"netlify.toml": NO_TESTS})
        process = subprocess.run(
            ["sh", "-c", f"{sys.executable} -m policylint check . {redirection}"],
            cwd=folder,
            env=run.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert process.returncode == code
        assert process.stderr == ""


class TestWrongUsage:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("check", "netlify.tml"), "path 'netlify.tml' does not exist; did you mean 'netlify.toml'?"),
            (
                ("check", "docs/deploymet.md"),
                "path 'docs/deploymet.md' does not exist; did you mean 'docs/deployment.md'?",
            ),
            (("check", "zzz/zzz"), "path 'zzz/zzz' does not exist"),
            (("check", ""), "path '' does not exist"),
            (("check", "netlify.toml/a"), "path 'netlify.toml/a' does not exist"),
            (("check", "--select", "netlfy"), "no rule or category is named 'netlfy'; did you mean 'netlify'?"),
            (
                ("check", "--ignore", "netlify,mising-owner"),
                "no rule or category is named 'mising-owner'; did you mean 'missing-owner'?",
            ),
            (("explain", "mising-owner"), "no rule is named 'mising-owner'; did you mean 'missing-owner'?"),
            (("test", "mising-owner"), "no rule is named 'mising-owner'; did you mean 'missing-owner'?"),
        ],
    )
    def test_names(self, run: Runner, repository: Write, arguments: tuple[str, ...], message: str) -> None:
        outcome = run(*arguments, cwd=repository({"netlify.toml": TESTED, "docs/deployment.md": DEPLOYMENT}))
        assert outcome == (2, "", f"policylint: error: {message}\n")

    @pytest.mark.parametrize(
        ("arguments", "message", "help_of"),
        [
            (("chek", "."), "no command is named 'chek'; did you mean 'check'?", ""),
            (("qqqqqq",), "no command is named 'qqqqqq'", ""),
            (("--selct", "netlify"), "no option is named '--selct'", ""),
            (("check", "--selct", "netlify"), "no option is named '--selct'; did you mean '--select'?", " check"),
            (("check", "-x"), "no option is named '-x'", " check"),
            (("trace", "--formt=json"), "no option is named '--formt'; did you mean '--format'?", " trace"),
            (
                ("check", "--output-format", "cncise"),
                (
                    "option '--output-format' is 'cncise', not one of full, concise, json, github, sarif;"
                    " did you mean 'concise'?"
                ),
                " check",
            ),
            (
                ("check", "--fail-level", "warn"),
                "option '--fail-level' is 'warn', not one of error, warning, info; did you mean 'warning'?",
                " check",
            ),
            (("check", "--color"), "option '--color' has no value", " check"),
            (("check", "--fix=now"), "option '--fix' takes no value", " check"),
            (("check", "--jobs", "0"), "option '--jobs' is '0', not a number from 1 to 256", " check"),
            (("check", "--jobs=many"), "option '--jobs' is 'many', not a number from 1 to 256", " check"),
            (("trace", "--depth", "0"), "option '--depth' is '0', not a number from 1 on", " trace"),
            (("explain",), "argument 'RULE' is missing", " explain"),
            (("explain", "netlify", "ids", "plan"), "argument 'ids' is one too many", " explain"),
            (("clean", "\x1b[2J"), "argument '\\x1b[2J' is one too many", " clean"),
        ],
    )
    def test_words_of_the_command_line(
        self, run: Runner, repository: Write, arguments: tuple[str, ...], message: str, help_of: str
    ) -> None:
        outcome = run(*arguments, cwd=repository({"netlify.toml": TESTED}))
        said = f"policylint: error: {message}\npolicylint: see 'policylint{help_of} --help'\n"
        assert outcome == (2, "", said)

    def test_control_characters_of_a_path_are_shown(self, run: Runner, repository: Write) -> None:
        outcome = run("check", "a\x1b[31m\n::error::b", cwd=repository({}))
        assert outcome == (2, "", "policylint: error: path 'a\\x1b[31m\\n::error::b' does not exist\n")

    def test_a_folder_that_is_gone(self, run: Runner, repository: Write) -> None:
        folder = repository({})
        command = f"rmdir {folder} && {sys.executable} -P -m policylint check ."
        process = subprocess.run(
            ["sh", "-c", command], cwd=folder, env=run.environment, capture_output=True, text=True, check=False
        )
        assert (process.returncode, process.stderr) == (2, "policylint: error: no such file or directory\n")


class TestHelp:
    def test_version(self, run: Runner, repository: Write) -> None:
        outcome = run("--version", cwd=repository({}))
        assert (outcome.code, outcome.stderr) == (0, "")
        assert outcome.stdout.startswith("policylint 0.")

    @pytest.mark.parametrize("arguments", [("-h",), ("--help",)])
    def test_all_commands(self, run: Runner, repository: Write, arguments: tuple[str, ...]) -> None:
        outcome = run(*arguments, cwd=repository({}))
        assert (outcome.code, outcome.stderr) == (0, "")
        commands = outcome.stdout.partition("Commands:\n")[2].splitlines()
        assert [line.split()[0] for line in commands] == ["check", "clean", "explain", "rules", "test", "trace"]
        assert "Exit codes: 0 clean, 1 violations" in outcome.stdout

    def test_no_arguments(self, run: Runner, repository: Write) -> None:
        outcome = run(cwd=repository({}))
        assert (outcome.code, outcome.stdout) == (2, "")
        assert outcome.stderr == run("--help", cwd=repository({})).stdout

    @pytest.mark.parametrize("command", ["check", "explain", "rules", "test", "trace"])
    def test_one_command(self, run: Runner, repository: Write, command: str) -> None:
        outcome = run(command, "-h", cwd=repository({}))
        assert outcome.code == 0
        assert outcome.stdout.startswith(f"Usage: policylint {command} ")
        assert "Example" in outcome.stdout


class TestSelection:
    FILES = {
        "netlify.toml": NO_TESTS,
        "docs/deployment.md": "DEP-001: Production\nType: Environment\nLinked IDs: RUN-001\n",
        "docs/release-workflow.md": "---\ntitle: Release\n---\n# Rollback\nPromote the last one.\n",
        "state.yaml": "current_phase: [\n",
    }
    OWNER = "docs/deployment.md:1:1: warning[deployment/missing-owner] DEP-001 has no Owner"
    UNOWNED = "docs/release-workflow.md:1:1: warning[release/unowned-workflow] the release workflow has no owner"
    UNRESOLVED = "docs/deployment.md:3:13: error[ids/unresolved-id] RUN-001 is not defined in any file"

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            (("--select", "netlify"), [GATE]),
            (("--select", "missing-test-gate"), [GATE]),
            (("--select", "netlify/missing-test-gate,ids"), [UNRESOLVED, GATE]),
            (("--select=ids", "--select", " missing-owner , "), [OWNER, UNRESOLVED]),
            (("--select", "release,netlify", "--ignore", "undocumented-health-check,netlify"), [UNOWNED]),
            (
                (
                    "--ignore",
                    "release/undocumented-health-check",
                    "--ignore",
                    "deployment,operations",
                    "--ignore",
                    "ids",
                ),
                [UNOWNED, GATE],
            ),
            (("--select", "ALL", "--ignore", "deployment,netlify,ids,release,operations"), []),
        ],
    )
    def test_rules_by_name_slug_and_category(
        self, run: Runner, repository: Write, arguments: tuple[str, ...], expected: list[str]
    ) -> None:
        lines = found(run, repository(self.FILES), ".", *arguments)
        assert lines[:-1] == expected
        assert "error[documents/syntax-error]" in lines[-1], "what cannot be read passes no rule, whatever is selected"

    def test_faults_of_the_text_can_be_ignored_by_name(self, run: Runner, repository: Write) -> None:
        assert found(run, repository(self.FILES), "--select", "netlify", "--ignore", "documents") == [GATE]

    def test_the_command_line_adds_to_what_is_ignored(self, run: Runner, repository: Write) -> None:
        folder = repository({**self.FILES, "policylint.toml": 'select = ["ids", "netlify"]\nignore = ["documents"]\n'})
        assert found(run, folder) == [self.UNRESOLVED, GATE]
        assert found(run, folder, "--ignore", "ids") == [GATE]
        assert found(run, folder, "--select", "missing-owner") == [self.OWNER]


class TestLooks:
    def test_plain_in_a_pipe(self, run: Runner, repository: Write) -> None:
        assert "\x1b" not in run("check", cwd=repository({"netlify.toml": NO_TESTS})).stdout

    @pytest.mark.parametrize("environment", [{}, {"NO_COLOR": "1"}, {"TERM": "dumb"}])
    def test_an_option_wins_over_the_environment(
        self, run: Runner, repository: Write, environment: dict[str, str]
    ) -> None:
        folder = repository({"netlify.toml": NO_TESTS})
        colored = run("check", "--color", "always", cwd=folder, environment=environment).stdout
        assert colored.startswith("\x1b[1;31merror[netlify/missing-test-gate]\x1b[0m: ")
        plain = run("check", "--color", "never", cwd=folder).stdout
        parts = colored.split("\x1b[")
        assert parts[0] + "".join(part.partition("m")[2] for part in parts[1:]) == plain

    @pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo terminal")
    @pytest.mark.parametrize(
        ("environment", "is_colored"),
        [
            ({"TERM": "xterm"}, True),
            ({"TERM": "xterm", "NO_COLOR": ""}, True),
            ({"TERM": "xterm", "NO_COLOR": "1"}, False),
            ({"TERM": "dumb"}, False),
        ],
    )
    def test_on_a_terminal(self, run: Runner, repository: Write, environment: dict[str, str], is_colored: bool) -> None:
        folder = repository({"netlify.toml": NO_TESTS})
        outer, inner = os.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "policylint", "check"],
            cwd=folder,
            env={**run.environment, **environment},
            stdout=inner,
            stderr=inner,
        )
        os.close(inner)
        shown = os.read(outer, 100_000)
        assert process.wait(60) == 1
        os.close(outer)
        assert (b"\x1b[" in shown) == is_colored

    def test_inside_github_actions(self, run: Runner, repository: Write) -> None:
        folder = repository({"netlify.toml": NO_TESTS})
        actions = {"GITHUB_ACTIONS": "true"}
        assert run("check", cwd=folder, environment=actions).stdout.startswith("::error file=netlify.toml,line=2,")
        concise = run("check", "--output-format", "concise", cwd=folder, environment=actions)
        assert concise.lines[0] == GATE
        assert run("check", cwd=folder, environment={"GITHUB_ACTIONS": "false"}).stdout.startswith("error[")

    def test_verbose_says_which_rules_were_skipped_and_why(self, run: Runner, repository: Write) -> None:
        folder = repository({"netlify.toml": TESTED})
        outcome = run("check", "-v", "--select", "deployment/missing-owner,netlify/missing-test-gate", cwd=folder)
        assert outcome.code == 0
        assert "skipped deployment/missing-owner: no deployment entry was found\n" in outcome.stdout
        assert "netlify/missing-test-gate" not in outcome.stdout


class TestPaths:
    FILES = {"web/netlify.toml": NO_TESTS, "docs/deployment.md": "DEP-001: All tests pass\nType: Criteria\n"}

    @pytest.mark.parametrize(
        ("cwd", "arguments", "expected"),
        [
            (".", (".",), ["docs/deployment.md", "web/netlify.toml"]),
            (".", ("web",), ["web/netlify.toml"]),
            (".", ("./web/",), ["web/netlify.toml"]),
            (".", ("web/netlify.toml",), ["web/netlify.toml"]),
            (
                ".",
                ("web/../docs/deployment.md", "web"),
                ["docs/deployment.md", "web/netlify.toml"],
            ),
            (".", ("web", "web/netlify.toml", "web"), ["web/netlify.toml"]),
            ("web", (), ["netlify.toml"]),
            ("web", ("netlify.toml",), ["netlify.toml"]),
            ("web", ("..",), ["../docs/deployment.md", "netlify.toml"]),
            ("web", ("../docs",), ["../docs/deployment.md"]),
            ("..", ("repository",), ["repository/docs/deployment.md", "repository/web/netlify.toml"]),
            ("../home", ("../repository/web",), ["../repository/web/netlify.toml"]),
        ],
    )
    @pytest.mark.parametrize("marker", ["", ".git/HEAD", "policylint.toml"])
    def test_are_relative_to_where_the_command_runs(
        self, run: Runner, repository: Write, cwd: str, arguments: tuple[str, ...], expected: list[str], marker: str
    ) -> None:
        folder = repository({**self.FILES, **({marker: ""} if marker else {})})
        select = "missing-test-gate,unowned-criterion"
        outcome = run("check", *arguments, "--output-format=concise", "--select", select, cwd=(folder / cwd).resolve())
        assert sorted(line.partition(":")[0] for line in outcome.lines[:-1]) == expected
        assert outcome.code == 1

    def test_an_absolute_path(self, run: Runner, repository: Write) -> None:
        folder = repository(self.FILES)
        assert found(run, folder, str(folder / "web" / "netlify.toml")) == [f"web/{GATE}"]

    def test_a_linked_repository(self, run: Runner, repository: Write, tmp_path: Path) -> None:
        folder = repository({**self.FILES, "policylint.toml": ""})
        (tmp_path / "link").symlink_to(folder)
        assert found(run, tmp_path, "link/web") == [f"link/web/{GATE}"]

    def test_json_and_github_have_the_same_paths(self, run: Runner, repository: Write) -> None:
        folder = repository({**self.FILES, "policylint.toml": ""})
        report = json.loads(run("check", "--output-format=json", cwd=folder / "web").stdout)
        assert [each["path"] for each in report["diagnostics"]] == ["netlify.toml"]
        assert run("check", "--output-format=github", cwd=folder / "web").stdout.startswith(
            "::error file=netlify.toml,"
        )

    def test_one_file_still_sees_the_entries_of_others(self, run: Runner, repository: Write) -> None:
        folder = repository(
            {
                "docs/deployment.md": DEPLOYMENT.replace("TEST-001", "TEST-001, TEST-002"),
                "specs/tests.md": "TEST-001: Login\n",
                ".gitignore": "drafts/\n",
                "drafts/tests.md": "TEST-002: ignored files define nothing\n",
            }
        )
        expected = "docs/deployment.md:4:23: error[ids/unresolved-id] TEST-002 is not defined in any file"
        assert found(run, folder, "docs/deployment.md", "--select", "ids") == [expected]

    def test_a_root_makes_a_run_from_a_subfolder_see_everything(self, run: Runner, repository: Write) -> None:
        files = {".git/HEAD": "", "docs/deployment.md": DEPLOYMENT, "specs/tests.md": "TEST-001: Login\n"}
        assert found(run, repository(files) / "docs", "deployment.md", "--select", "ids") == []


class TestSuggestions:
    @pytest.mark.parametrize(
        ("written", "meant"),
        [("notify", "Notification"), ("notific", "Notification"), ("trigge", "Trigger"), ("not", "Note")],
        ids=["longer but for its end", "longer", "almost the same", "too short a beginning"],
    )
    def test_a_longer_name_is_likelier_than_one_some_letters_away(
        self, run: Runner, repository: Write, written: str, meant: str
    ) -> None:
        entry = f"id: DEP-004\ntype: Rollback\n{written}: it says\n"
        folder = repository({"release/dep/DEP-004.yaml": entry})
        outcome = run("check", "--select", "unknown-field", "--output-format", "json", cwd=folder)
        fixes = [each["fix"] for each in json.loads(outcome.stdout)["diagnostics"]]
        assert fixes == [f"did you mean '{meant}'?"]


class TestConfiguration:
    def test_in_a_file_of_its_own(self, run: Runner, repository: Write) -> None:
        folder = repository({"policylint.toml": 'ignore = ["missing-test-gate"]\n', "a/netlify.toml": NO_TESTS})
        assert found(run, folder / "a") == []

    def test_in_pyproject(self, run: Runner, repository: Write) -> None:
        own = '[tool.policylint]\nignore = ["missing-test-gate"]\n'
        project = f'[project]\nname = "shop"\n{own}[tool.ruff]\nignore = ["E501"]\n'
        assert found(run, repository({"pyproject.toml": project, "netlify.toml": NO_TESTS})) == []

    @pytest.mark.parametrize(
        "text",
        [
            '[tool]\npolicylint = { ignore = ["missing-test-gate"] }\n',
            'tool.policylint.ignore = ["missing-test-gate"]\n',
            '[ "tool" . policylint ]\nignore = ["missing-test-gate"]\n',
        ],
        ids=["an inline table", "a dotted key", "quotes and blanks"],
    )
    def test_in_pyproject_however_toml_lets_it_be_written(self, run: Runner, repository: Write, text: str) -> None:
        assert found(run, repository({"pyproject.toml": text, "netlify.toml": NO_TESTS})) == []

    @pytest.mark.parametrize(
        "content",
        [
            "# our rules are in policylint.toml, not in [tool.policylint]\n",
            "[tool.policylint-x]\nignore = []\n[tool.policylinter]\n[other.policylint]\n",
            'description = """\n[tool.policylint]\nignore = []\n"""\n',
            '[dependency-groups]\ndev = ["policylint"]\n',
            '[project\nname = "shop"\n',
            b'name = "caf\xe9"\n',
        ],
        ids=["a comment", "other tables", "a text", "a dependency", "no TOML that does not name us", "no UTF-8"],
    )
    @pytest.mark.parametrize("arguments", [(".",), ("a",), ("a/netlify.toml",)])
    def test_a_pyproject_that_has_no_table_begins_no_workspace(
        self, run: Runner, repository: Write, content: str | bytes, arguments: tuple[str, ...]
    ) -> None:
        own = {"policylint.toml": 'ignore = ["missing-test-gate"]\n', "a/netlify.toml": NO_TESTS}
        assert found(run, repository({**own, "a/pyproject.toml": content}), *arguments) == []

    @pytest.mark.parametrize("arguments", [(".",), ("a",), ("a/netlify.toml",), (".", "a")])
    def test_a_pyproject_that_names_us_and_is_no_toml_is_told(
        self, run: Runner, repository: Write, arguments: tuple[str, ...]
    ) -> None:
        files = {"policylint.toml": "", "netlify.toml": TESTED, "a/netlify.toml": NO_TESTS}
        folder = repository({**files, "a/pyproject.toml": "[tool.policylint]\nignore = [netlify]\n"})
        assert run("check", *arguments, cwd=folder) == (
            2,
            "",
            (
                "error: invalid value\n"
                " --> a/pyproject.toml:2:11\n"
                "  |\n"
                "2 | ignore = [netlify]\n"
                "  |           ^\n"
                "  = mend it, or 'exclude' its folder: it names policylint, whose configuration may be in it\n"
                "\n"
            ),
        )
        (folder / "policylint.toml").write_text('exclude = ["a/"]\n')
        assert run("check", ".", cwd=folder).code == 0

    @pytest.mark.parametrize("name", ["policylint.toml", "pyproject.toml"])
    @pytest.mark.parametrize("arguments", [(".",), ("a",)])
    def test_one_that_cannot_be_read_is_named_from_where_the_command_runs(
        self, run: Runner, repository: Write, name: str, arguments: tuple[str, ...]
    ) -> None:
        folder = repository({"policylint.toml": "", "netlify.toml": TESTED, f"a/{name}/b": "", "a/netlify.toml": ""})
        outcome = run("check", *arguments, cwd=folder)
        assert outcome == (2, "", f"error: cannot be read: not a regular file\n --> a/{name}:1:1\n\n")

    def test_a_pyproject_without_a_table_is_none(self, run: Runner, repository: Write) -> None:
        folder = repository(
            {
                "policylint.toml": 'ignore = ["missing-test-gate"]\n',
                "a/pyproject.toml": '[project]\nname = "shop"\n',
                "a/netlify.toml": NO_TESTS,
            }
        )
        assert found(run, folder / "a") == []

    def test_the_nearest_file_wins(self, run: Runner, repository: Write) -> None:
        folder = repository(
            {
                "policylint.toml": 'ignore = ["netlify"]\n',
                "a/policylint.toml": "",
                "a/pyproject.toml": '[tool.policylint]\nignore = ["netlify"]\n',
                "a/netlify.toml": NO_TESTS,
            }
        )
        assert found(run, folder / "a") == [GATE]

    def test_every_fault_is_shown_with_its_place_and_the_right_name(self, run: Runner, repository: Write) -> None:
        text = (
            'fail-levl = "error"\n# 日本\n[[severity]]\npaths = ["*"]\nrules = ["netlify"]\n'
            'levl = "off"\nlevel = "loud"\n'
        )
        outcome = run("check", cwd=repository({"policylint.toml": text, "netlify.toml": NO_TESTS}))
        assert (outcome.code, outcome.stdout) == (2, "")
        assert outcome.stderr == (
            "error: unknown key 'fail-levl'\n"
            " --> policylint.toml:1:1\n"
            "  |\n"
            '1 | fail-levl = "error"\n'
            "  | ^\n"
            "  = did you mean 'fail-level'?\n"
            "\n"
            "error: unknown key 'levl' in 'severity.0'\n"
            " --> policylint.toml:6:1\n"
            "  |\n"
            '6 | levl = "off"\n'
            "  | ^\n"
            "  = did you mean 'level'?\n"
            "\n"
            "error: 'severity.0.level' should be 'error', 'warning', 'info' or 'off'\n"
            " --> policylint.toml:7:9\n"
            "  |\n"
            '7 | level = "loud"\n'
            "  |         ^\n"
            "\n"
        )

    def test_the_caret_stands_right_after_wide_characters(self, run: Runner, repository: Write) -> None:
        text = 'severity = [{ paths = ["日本\\t", "e\u0301"],\tlevl = 1 }]\n'
        outcome = run("check", cwd=repository({"policylint.toml": text, "netlify.toml": NO_TESTS}))
        assert outcome.code == 2
        frame = outcome.stderr.partition("unknown key 'levl'")[2].splitlines()
        assert frame[3] == '1 | severity = [{ paths = ["日本\\t", "e\u0301"], levl = 1 }]'
        assert frame[4] == "  | " + " " * len('severity = [{ paths = ["....\\t", "e"], ') + "^"

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ('ignore = ["netlfy"]', "no rule or category is named 'netlfy'"),
            ('external-ids = ["run-1"]', "'run-1' is not an ID prefix such as 'TEST'"),
            ('rules = ["nowhere"]', "rule folder 'nowhere' is not a folder of this repository"),
            ('rules = ["../home"]', "rule folder '../home' is not a folder of this repository"),
            ("max-file-size = 0", "'max-file-size' should be at least 1"),
            ("select = 1", "'select' should be a list"),
            ("select = [", ""),
        ],
    )
    def test_wrong_values(self, run: Runner, repository: Write, text: str, message: str) -> None:
        outcome = run("check", cwd=repository({"policylint.toml": f"{text}\n", "netlify.toml": NO_TESTS}))
        assert (outcome.code, outcome.stdout) == (2, "")
        assert outcome.stderr.startswith(f"error: {message}")
        assert " --> policylint.toml:" in outcome.stderr
        assert "bug in policylint" not in outcome.stderr

    @pytest.mark.parametrize(
        ("text", "place", "hint"),
        [
            ('select = ["ALL"]\nrules = ["policy", "polcy"]', "2:20", "did you mean 'policy'?"),
            ('rules = [\n  "policy",\n  "policy/../../home",\n]', "3:3", ""),
            ('# "netlfy"\nignore = ["ids", "netlfy"]', "2:18", "did you mean 'netlify'?"),
            (
                'ignore = ["netlify"]\n[[severity]]\npaths = ["netlfy"]\nrules = ["netlfy"]\nlevel = "off"',
                "4:10",
                "did you mean 'netlify'?",
            ),
        ],
    )
    def test_an_element_of_a_list_that_names_nothing_is_shown_at_its_place(
        self, run: Runner, repository: Write, text: str, place: str, hint: str
    ) -> None:
        folder = repository({"policylint.toml": f"{text}\n", "policy/.keep": "", "netlify.toml": NO_TESTS})
        outcome = run("check", cwd=folder)
        assert (outcome.code, outcome.stdout) == (2, "")
        lines = outcome.stderr.splitlines()
        assert lines[1] == f" --> policylint.toml:{place}"
        assert [line for line in lines if " = did" in line] == ([f"  = {hint}"] if hint else [])

    @pytest.mark.parametrize("content", [b"\xff\xfe", b"ignore = ['\xe9']"])
    def test_a_file_that_is_not_utf8(self, run: Runner, repository: Write, content: bytes) -> None:
        outcome = run("check", cwd=repository({"policylint.toml": content, "netlify.toml": NO_TESTS}))
        assert outcome.code == 2
        assert outcome.stderr.startswith("error: is not UTF-8\n")

    def test_a_folder_of_that_name(self, run: Runner, repository: Write) -> None:
        outcome = run("check", cwd=repository({"policylint.toml/a": "", "netlify.toml": NO_TESTS}))
        assert outcome.code == 2
        assert "cannot be read: not a regular file" in outcome.stderr

    def test_severities_by_path(self, run: Runner, repository: Write) -> None:
        severities = (
            '[[severity]]\npaths = ["apps/"]\nrules = ["netlify"]\nlevel = "warning"\n'
            '[[severity]]\npaths = ["apps/old/**"]\nrules = ["missing-test-gate"]\nlevel = "off"\n'
        )
        files = {f"{folder}netlify.toml": NO_TESTS for folder in ("", "apps/new/", "apps/old/")}
        lines = found(run, repository({**files, "policylint.toml": severities}))
        assert lines == [f"apps/new/{GATE.replace('error', 'warning', 1)}", GATE]

    def test_exclude(self, run: Runner, repository: Write) -> None:
        files = {f"{folder}netlify.toml": NO_TESTS for folder in ("", "old/", "a/old/", "b/")}
        folder = repository({**files, "policylint.toml": 'exclude = ["/old/", "b/netlify.toml"]\n'})
        assert found(run, folder) == [f"a/old/{GATE}", GATE]

    def test_external_ids(self, run: Runner, repository: Write) -> None:
        files = {"docs/deployment.md": DEPLOYMENT, "policylint.toml": 'external-ids = ["TEST"]\n'}
        assert found(run, repository(files), "--select", "ids") == []

    def test_max_file_size(self, run: Runner, repository: Write) -> None:
        folder = repository({"netlify.toml": NO_TESTS, "policylint.toml": "max-file-size = 10\n"})
        assert found(run, folder) == [
            "netlify.toml:1:1: error[documents/limit-exceeded] the file is larger than 10 bytes"
        ]

    def test_faults_are_named_from_where_the_command_runs(self, run: Runner, repository: Write) -> None:
        folder = repository({"policylint.toml": 'ignor = ["netlify"]\n', "a/netlify.toml": NO_TESTS})
        for arguments in (("check",), ("rules",), ("explain", "missing-owner")):
            outcome = run(*arguments, cwd=folder / "a")
            assert (outcome.code, outcome.stdout) == (2, "")
            assert " --> ../policylint.toml:1:1\n" in outcome.stderr


class TestNestedWorkspaces:
    """A folder below with a configuration of its own is checked with that."""

    FILES = {
        "policylint.toml": "",
        "netlify.toml": NO_TESTS,
        "a/policylint.toml": 'ignore = ["missing-test-gate"]\n',
        "a/netlify.toml": NO_TESTS,
        "a/b/policylint.toml": "",
        "a/b/netlify.toml": NO_TESTS,
    }

    @pytest.mark.parametrize(
        ("arguments", "expected", "files"),
        [
            ((".",), [f"a/b/{GATE}", GATE], 3),
            ((".", "a"), [f"a/b/{GATE}", GATE], 3),
            (("a/b", "."), [f"a/b/{GATE}", GATE], 3),
            (("a/b/netlify.toml", "a", "."), [f"a/b/{GATE}", GATE], 3),
            (("a",), [f"a/b/{GATE}"], 2),
            (("a/netlify.toml", "netlify.toml"), [GATE], 2),
        ],
    )
    def test_each_is_checked_once(
        self, run: Runner, repository: Write, arguments: tuple[str, ...], expected: list[str], files: int
    ) -> None:
        folder = repository(self.FILES)
        assert found(run, folder, *arguments) == expected
        assert run("check", *arguments, cwd=folder).lines[-1].startswith(f"Checked {files} files with ")

    @pytest.mark.parametrize("arguments", [(".",), ("a",), (".", "a"), ("a/netlify.toml", ".")])
    def test_one_in_pyproject_is_checked_once_however_it_is_met(
        self, run: Runner, repository: Write, arguments: tuple[str, ...]
    ) -> None:
        own = '[tool.policylint]\n[[tool.policylint.severity]]\npaths = ["*"]\nrules = ["ALL"]\nlevel = "info"\n'
        folder = repository({"policylint.toml": "", "a/pyproject.toml": own, "a/netlify.toml": NO_TESTS})
        assert found(run, folder, *arguments) == [f"a/{GATE.replace('error', 'info', 1)}"]
        assert run("check", *arguments, cwd=folder).lines[-1].startswith("Checked 1 file with ")

    def test_faults_name_the_file_that_has_them(self, run: Runner, repository: Write) -> None:
        outcome = run("check", cwd=repository({**self.FILES, "a/policylint.toml": "ignor = []\n"}))
        assert (outcome.code, outcome.stdout) == (2, "")
        assert " --> a/policylint.toml:1:1\n" in outcome.stderr

    def test_fail_levels_are_their_own(self, run: Runner, repository: Write) -> None:
        folder = repository({"policylint.toml": "", "a/policylint.toml": "", "netlify.toml": TESTED})
        repository({"a/netlify.toml": TOO_LATE})
        assert run("check", cwd=folder).code == 0
        repository({"a/policylint.toml": 'fail-level = "warning"\n'})
        assert run("check", cwd=folder).code == 1


OWN_RULE = """\
id: fleet/named-captain
title: A ship has no captain
severity: warning
rationale: Somebody has to answer for it.
fix: Name the captain of {file.path}.
references: ["https://example.org/captains"]
given: {document: ship}
then: {field: captain, exists: true}
examples:
  valid:
    - title: one captain
      files: {a.ship.yaml: "captain: Ada"}
  invalid:
    - title: none
      files: {a.ship.yaml: "name: Beagle"}
      expect: ["a.ship.yaml:1:1: captain is missing"]
"""
OWN_KIND = 'rules = ["policies"]\n[kinds.ship]\ntitle = "A ship"\nformat = "yaml"\npaths = ["*.ship.yaml"]\n'


class TestOwnRules:
    def test_a_rule_and_a_kind_of_the_repository(self, run: Runner, repository: Write) -> None:
        folder = repository(
            {
                "policylint.toml": OWN_KIND,
                "policies/fleet/named-captain.yaml": OWN_RULE,
                "fleet/beagle.ship.yaml": "name: Beagle\n",
                "fleet/endeavour.ship.yaml": "captain: Cook\n",
            }
        )
        lines = found(run, folder, "fleet")
        assert len(lines) == 1
        assert lines[0].startswith("fleet/beagle.ship.yaml:1:1: warning[fleet/named-captain] captain ")
        assert found(run, folder, "--select", "fleet") == lines
        assert found(run, folder, "--ignore", "named-captain") == []

    def test_a_changed_rule_is_seen_at_once(self, run: Runner, repository: Write) -> None:
        folder = repository(
            {
                "policylint.toml": OWN_KIND,
                "policies/fleet/named-captain.yaml": OWN_RULE,
                "beagle.ship.yaml": "name: Beagle\n",
            }
        )
        assert "warning[" in found(run, folder)[0]
        repository({"policies/fleet/named-captain.yaml": OWN_RULE.replace("severity: warning", "severity: error")})
        assert "error[" in found(run, folder)[0]
        (folder / "policies/fleet/named-captain.yaml").unlink()
        assert found(run, folder) == []

    def test_all_faults_of_all_files_come_together(self, run: Runner, repository: Write) -> None:
        folder = repository(
            {
                "policylint.toml": OWN_KIND,
                "policies/fleet/one.yaml": OWN_RULE.replace("severity: warning", "severity: loud")
                .replace("named-captain", "one")
                .replace("fix:", "fixx:"),
                "policies/fleet/two.yaml": OWN_RULE.replace("document: ship", "document: shipp").replace(
                    "named-captain", "two"
                ),
                "policies/fleet/three.yaml": OWN_RULE.replace("exists: true", "exist: true").replace(
                    "named-captain", "three"
                ),
                "policies/fleet/four.yaml": "id: [\n",
                "policies/fleet/five.yaml": OWN_RULE,
                "beagle.ship.yaml": "name: Beagle\n",
            }
        )
        outcome = run("check", cwd=folder)
        assert (outcome.code, outcome.stdout) == (2, "")
        places = [line.split()[1] for line in outcome.stderr.splitlines() if line.lstrip().startswith("--> ")]
        by_file = {place.partition(":")[0] for place in places}
        assert by_file == {f"policies/fleet/{name}.yaml" for name in ("one", "two", "three", "four", "five")}
        assert "policies/fleet/one.yaml:3:11" in places
        assert "policies/fleet/two.yaml:7:19" in places
        assert "policies/fleet/three.yaml:8:24" in places
        assert "did you mean 'fix'?" in outcome.stderr
        assert "did you mean 'ship'?" in outcome.stderr
        assert "did you mean 'exists'?" in outcome.stderr
        assert "id 'fleet/named-captain' does not fit the file's place" in outcome.stderr

    def test_a_shipped_rule_cannot_be_replaced(self, run: Runner, repository: Write) -> None:
        own = OWN_RULE.replace("fleet/named-captain", "netlify/missing-test-gate")
        folder = repository({"policylint.toml": OWN_KIND, "policies/netlify/missing-test-gate.yaml": own})
        outcome = run("check", cwd=folder)
        assert outcome.code == 2
        assert "rule 'netlify/missing-test-gate' is already defined in " in outcome.stderr

    def test_an_own_schema(self, run: Runner, repository: Write) -> None:
        kind = f'{OWN_KIND}schema = "ship.json"\n'.replace('"policies"', "")
        schema = json.dumps({"type": "object", "required": ["captain"]})
        folder = repository({"policylint.toml": kind, "ship.json": schema, "beagle.ship.yaml": "name: Beagle\n"})
        assert found(run, folder) == [
            "beagle.ship.yaml:1:1: error[documents/schema-violation] the document has no 'captain'"
        ]


class TestTraces:
    """What a run leaves behind: a cache in the user's own folder, nothing else, and nothing it depends on."""

    def test_nothing_is_written_into_the_repository(self, run: Runner, repository: Write) -> None:
        folder = repository(
            {"netlify.toml": NO_TESTS, "policylint.toml": OWN_KIND, "policies/fleet/named-captain.yaml": OWN_RULE}
        )
        before = tree(folder)
        for output_format in ("full", "concise", "json", "github", "sarif"):
            assert run("check", "--output-format", output_format, cwd=folder).code == 1
        run("test", cwd=folder)
        run("rules", cwd=folder)
        assert tree(folder) == before

    def test_a_home_inside_the_repository_is_not_written_to(self, run: Runner, repository: Write) -> None:
        folder = repository({"netlify.toml": NO_TESTS, "policylint.toml": "", "home/.keep": ""})
        before = tree(folder)
        home = {"HOME": str(folder / "home"), "XDG_CACHE_HOME": None}
        assert run("check", cwd=folder, environment=home).code == 1
        assert tree(folder) == before

    @pytest.mark.parametrize(
        "environment",
        [
            {"HOME": None, "XDG_CACHE_HOME": None},
            {"HOME": "/nonexistent/home", "XDG_CACHE_HOME": None},
            {"HOME": "", "XDG_CACHE_HOME": "relative"},
            {"XDG_CACHE_HOME": "/dev/null"},
            {"XDG_CACHE_HOME": "/proc/nothing"},
        ],
    )
    def test_without_a_cache(self, run: Runner, repository: Write, environment: dict[str, str | None]) -> None:
        folder = repository({"netlify.toml": NO_TESTS})
        before = tree(folder)
        outcome = run("check", "--output-format=concise", cwd=folder, environment=environment)
        assert (outcome.code, outcome.stderr) == (1, "")
        assert outcome.lines[0] == GATE
        assert tree(folder) == before

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"{",
            b"null",
            b"[]",
            b'"x"',
            b"{}",
            b'{"inputs": []}',
            b"\xff\xfe\x00",
            b"[" * 100_000,
            b'{"configuration": []}',
        ],
    )
    def test_a_broken_cache(self, run: Runner, repository: Write, content: bytes) -> None:
        folder = repository({"netlify.toml": NO_TESTS})
        assert found(run, folder) == [GATE]
        (cache,) = (run.home / "cache" / "policylint").iterdir()
        good = cache.read_bytes()
        cache.write_bytes(content)
        assert found(run, folder) == [GATE]
        assert cache.read_bytes() == good, "it is mended"

    def test_a_cut_cache(self, run: Runner, repository: Write) -> None:
        folder = repository({"netlify.toml": NO_TESTS})
        assert found(run, folder) == [GATE]
        (cache,) = (run.home / "cache" / "policylint").iterdir()
        cache.write_bytes(cache.read_bytes()[:-100])
        assert found(run, folder) == [GATE]

    def test_a_cache_that_others_can_write_is_not_trusted(self, run: Runner, repository: Write) -> None:
        folder = repository({"netlify.toml": NO_TESTS})
        cache = run.home / "cache" / "policylint"
        for each in cache.iterdir():
            each.unlink()
        cache.chmod(0o777)
        assert found(run, folder) == [GATE]
        assert list(cache.iterdir()) == []

    def test_a_cache_inside_the_repository_is_not_trusted_even_behind_a_link(self, tmp_path: Path) -> None:
        real = tmp_path / "real"
        (real / "cache").mkdir(parents=True)
        (tmp_path / "link").symlink_to("real")
        for root in (real, tmp_path / "link"):
            assert cache_folder.folder({"XDG_CACHE_HOME": str(real / "cache")}, str(root)) is None
        assert cache_folder.folder({"XDG_CACHE_HOME": str(real / "cache")}, str(tmp_path / "other")) is not None

    def test_a_rule_folder_that_is_no_longer_configured_may_go(self, run: Runner, repository: Write) -> None:
        folder = repository(
            {"netlify.toml": NO_TESTS, "policylint.toml": 'rules = ["policies"]\n', "policies/.keep": ""}
        )
        assert found(run, folder) == [GATE]
        shutil.rmtree(folder / "policies")
        repository({"policylint.toml": ""})
        assert found(run, folder) == [GATE]

    @needs_permissions
    def test_read_only(self, run: Runner, repository: Write) -> None:
        folder = repository({"netlify.toml": NO_TESTS, "policylint.toml": ""})
        run.home.chmod(0o500)
        folder.chmod(0o500)
        try:
            assert found(run, folder) == [GATE]
        finally:
            folder.chmod(0o700)
            run.home.chmod(0o700)
