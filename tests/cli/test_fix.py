"""`check --fix`, `--unsafe-fixes` and `--diff` as a user runs them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.cli.test_check import tree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.conftest import Runner

    Write = Callable[[Mapping[str, str | bytes]], Path]

FAULTY = '[build]\ncommand = "npm test && npm run build"\npublish = 1  # the site\n'
FIXED = FAULTY.replace("1  #", '"1"  #')
MISSPELT = '[build]\ncommand = "npm test && npm run build"\npublihs = "dist"\n'
RENAMED = MISSPELT.replace("publihs", "publish")
UNFIXABLE = '[build]\ncommand = "npm run build"\n'


class TestFix:
    def test_what_is_safe_is_written_and_counted(self, run: Runner, repository: Write) -> None:
        folder = repository({"a/netlify.toml": FAULTY, "b/netlify.toml": FAULTY, "c/netlify.toml": MISSPELT})
        outcome = run("check", "--fix", "--output-format", "concise", cwd=folder)
        assert (folder / "a/netlify.toml").read_text() == FIXED
        assert (folder / "b/netlify.toml").read_text() == FIXED
        assert (folder / "c/netlify.toml").read_text() == MISSPELT
        assert (outcome.code, outcome.stderr) == (1, "")
        assert outcome.lines[:2] == [
            "c/netlify.toml:3:1: error[netlify/unknown-key] build has an unknown key 'publihs'",
            "Fixed 2 violations in 2 files.",
        ]
        assert "1 error (1 fixable with --unsafe-fixes, " in outcome.lines[2]

    def test_nothing_remains(self, run: Runner, repository: Write) -> None:
        folder = repository({"netlify.toml": FAULTY})
        outcome = run("check", "--fix", cwd=folder)
        assert (outcome.code, outcome.lines[0]) == (0, "Fixed 1 violation in 1 file.")
        again = run("check", "--fix", cwd=folder)
        assert (again.code, len(again.lines)) == (0, 1)
        assert (folder / "netlify.toml").read_text() == FIXED

    def test_what_a_misspelt_table_hides_is_counted_with_it(self, run: Runner, repository: Write) -> None:
        folder = repository({"netlify.toml": '[biuld]\ncomand = "npm test && make"\npublish = "a"\n'})
        outcome = run("check", "--diff", "--unsafe-fixes", cwd=folder)
        assert outcome.stderr == "policylint: would fix 2 violations in 1 file; 0 violations would remain\n"

    def test_guesses_are_written_when_they_are_asked_for(self, run: Runner, repository: Write) -> None:
        folder = repository({"netlify.toml": MISSPELT})
        assert run("check", "--fix", "--unsafe-fixes", cwd=folder).code == 0
        assert (folder / "netlify.toml").read_text() == RENAMED

    def test_only_the_files_that_are_asked_for_are_fixed(self, run: Runner, repository: Write) -> None:
        folder = repository({"a/netlify.toml": FAULTY, "b/netlify.toml": FAULTY})
        assert run("check", "a", "--fix", cwd=folder).code == 0
        assert (folder / "a/netlify.toml").read_text() == FIXED
        assert (folder / "b/netlify.toml").read_text() == FAULTY

    def test_only_what_chosen_rules_report_is_fixed(self, run: Runner, repository: Write) -> None:
        folder = repository({"netlify.toml": FAULTY})
        assert run("check", "--fix", "--select", "missing-test-gate", cwd=folder).code == 0
        assert (folder / "netlify.toml").read_text() == FAULTY

    def test_every_workspace_is_fixed(self, run: Runner, repository: Write) -> None:
        own = 'select = ["invalid-value"]\n'
        folder = repository({"netlify.toml": FAULTY, "below/policylint.toml": own, "below/netlify.toml": FAULTY})
        outcome = run("check", "--fix", cwd=folder)
        assert (outcome.code, outcome.lines[0]) == (0, "Fixed 2 violations in 2 files.")
        assert (folder / "below/netlify.toml").read_text() == FIXED

    def test_bytes_that_are_no_text_of_the_fix_stay(self, run: Runner, repository: Write) -> None:
        content = b"\xef\xbb\xbf" + FAULTY.replace("\n", "\r\n").removesuffix("\r\n").encode()
        folder = repository({"netlify.toml": content})
        (folder / "netlify.toml").chmod(0o755)
        run("check", "--fix", cwd=folder)
        assert (folder / "netlify.toml").read_bytes() == content.replace(b"= 1 ", b'= "1" ')
        assert (folder / "netlify.toml").stat().st_mode & 0o777 == 0o755

    def test_json_counts_and_describes(self, run: Runner, repository: Write) -> None:
        folder = repository({"a/netlify.toml": FAULTY, "b/netlify.toml": MISSPELT})
        found = json.loads(run("check", "--fix", "--output-format", "json", cwd=folder).stdout)
        assert found["summary"]["fixed"] == 1
        assert [each["fix_edit"] for each in found["diagnostics"]] == [
            {
                "applicability": "unsafe",
                "description": "rename 'publihs' to 'publish'",
                "edits": [{"line": 3, "column": 1, "end_line": 3, "end_column": 8, "replacement": "publish"}],
            }
        ]

    def test_a_fix_that_brings_up_another_violation_is_left_out_and_said_so(
        self, run: Runner, repository: Write
    ) -> None:
        text = '[biuld]\ncommand = "npm run ./x; npm run build"\n'
        folder = repository({"netlify.toml": text})
        outcome = run("check", "--fix", "--unsafe-fixes", cwd=folder)
        assert (folder / "netlify.toml").read_text() == text
        expected = "  = not fixed: to rename 'biuld' to 'build' does not remove this violation, or adds another"
        assert expected in outcome.lines
        assert "fixable" not in outcome.stdout


class TestWithoutFix:
    @pytest.mark.parametrize("flags", [[], ["--diff"], ["--fix", "--diff", "--unsafe-fixes"]])
    def test_nothing_is_written(self, run: Runner, repository: Write, flags: list[str]) -> None:
        folder = repository({"netlify.toml": FAULTY})
        before = tree(folder)
        assert run("check", *flags, cwd=folder).code == 1
        assert tree(folder) == before

    def test_what_can_be_fixed_is_marked(self, run: Runner, repository: Write) -> None:
        folder = repository({"a/netlify.toml": FAULTY, "b/netlify.toml": MISSPELT})
        outcome = run("check", cwd=folder)
        assert [line for line in outcome.lines if "fixable" in line][:2] == [
            "  = fixable: put the value of 'publish' in quotes with --fix",
            "  = fixable: rename 'publihs' to 'publish' with --fix --unsafe-fixes",
        ]
        assert "2 errors (1 fixable with --fix, 1 more with --unsafe-fixes, " in outcome.lines[-1]

    def test_places_in_lists_are_named_as_in_messages(self, run: Runner, repository: Write) -> None:
        text = (
            '[functions]\nexternal_node_modules = ["a", 1]\n'
            '[[plugins]]\npackage = "p"\n[plugins.inputs.a]\nb = 1\n[plugins.inputs]\nc = 1\n'
        )
        outcome = run("check", cwd=repository({"netlify.toml": text}))
        assert [line for line in outcome.lines if "fixable:" in line] == [
            "  = fixable: put the value of 'external_node_modules[1]' in quotes with --fix",
            "  = fixable: move 'plugins[0].inputs' up with --fix",
        ]

    def test_guesses_alone_are_a_mistake(self, run: Runner, repository: Write) -> None:
        outcome = run("check", "--unsafe-fixes", cwd=repository({"netlify.toml": FAULTY}))
        assert (outcome.code, outcome.stdout) == (2, "")
        assert outcome.stderr == "policylint: error: option '--unsafe-fixes' goes with '--fix' or '--diff'\n"


class TestDiff:
    def test_the_difference_is_all_of_standard_output(self, run: Runner, repository: Write) -> None:
        folder = repository({"a/netlify.toml": FAULTY, "b/netlify.toml": UNFIXABLE})
        outcome = run("check", "--diff", cwd=folder)
        assert outcome.code == 1
        assert outcome.stdout == (
            "--- a/netlify.toml\n+++ a/netlify.toml\n@@ -1,3 +1,3 @@\n [build]\n"
            ' command = "npm test && npm run build"\n-publish = 1  # the site\n+publish = "1"  # the site\n'
        )
        assert outcome.stderr == "policylint: would fix 1 violation in 1 file; 1 violation would remain\n"

    def test_a_difference_alone_is_a_failure(self, run: Runner, repository: Write) -> None:
        outcome = run("check", "--diff", cwd=repository({"netlify.toml": FAULTY}))
        assert (outcome.code, outcome.stderr) == (
            1,
            "policylint: would fix 1 violation in 1 file; 0 violations would remain\n",
        )

    def test_a_long_text_differs_where_it_was_changed(self, run: Runner, repository: Write) -> None:
        rules = "".join(f'[[redirects]]\nfrom = "/{n}"\nto = "/x"\nstatus = 301\n' for n in range(300))
        text = rules.replace("status = 301", 'status = "301"', 1)
        outcome = run("check", "--diff", "--select", "invalid-redirect-status", cwd=repository({"netlify.toml": text}))
        assert outcome.stdout == (
            "--- netlify.toml\n+++ netlify.toml\n@@ -1,7 +1,7 @@\n [[redirects]]\n"
            ' from = "/0"\n to = "/x"\n-status = "301"\n+status = 301\n'
            ' [[redirects]]\n from = "/1"\n to = "/x"\n'
        )

    def test_nothing_to_fix(self, run: Runner, repository: Write) -> None:
        outcome = run("check", "--diff", cwd=repository({"netlify.toml": FIXED}))
        assert (outcome.code, outcome.stdout) == (0, "")
        assert outcome.stderr == "policylint: no fixes for 0 violations\n"

    def test_it_says_which_option_would_mend_more(self, run: Runner, repository: Write) -> None:
        folder = repository({"netlify.toml": '[build]\ncommand = "npm test; npm run build"\n'})
        select = ("--select", "unenforced-test-gate")
        guess = "no fixes for 1 violation (1 fixable with --unsafe-fixes)"
        assert run("check", "--diff", *select, cwd=folder).stderr == f"policylint: {guess}\n"
        asked = run("check", "--diff", "--unsafe-fixes", *select, cwd=folder)
        assert asked.stderr == "policylint: would fix 1 violation in 1 file; 0 violations would remain\n"

    @pytest.mark.parametrize("ending", ["\n", "\r\n", ""])
    def test_patch_accepts_it(self, run: Runner, repository: Write, ending: str) -> None:
        content = FAULTY.rstrip().replace("\n", ending or "\n").encode() + ending.encode()
        folder = repository({"netlify.toml": content})
        command = [sys.executable, "-m", "policylint", "check", "--diff"]
        done = subprocess.run(command, cwd=folder, env=run.environment, capture_output=True, check=False)
        subprocess.run(["git", "apply", "--unsafe-paths", "-p0"], cwd=folder, input=done.stdout, check=True)
        assert (folder / "netlify.toml").read_bytes() == content.replace(b"= 1 ", b'= "1" ')

    def test_no_control_character_reaches_the_terminal(self, run: Runner, repository: Write) -> None:
        text = FAULTY + '# \u202e\nbase = """\n::stop-commands::x\n"""\n'
        folder = repository({"netlify.toml": text})
        stdout = run("check", "--diff", cwd=folder, environment={"GITHUB_ACTIONS": "true"}).stdout
        assert "\\u202e" in stdout
        assert "\u202e" not in stdout
        assert "stop-commands" in stdout
        assert not any(line.lstrip().startswith("::") for line in stdout.splitlines())


class TestHostileRepositories:
    def test_a_link_is_reported_and_stays(self, run: Runner, repository: Write) -> None:
        folder = repository({"real.txt": FAULTY})
        (folder / "netlify.toml").symlink_to("real.txt")
        outcome = run("check", "--fix", "--output-format", "concise", cwd=folder)
        assert outcome.code == 2
        assert outcome.lines[0].startswith("netlify.toml:3:11: error[netlify/invalid-value] ")
        assert outcome.stderr.endswith("/netlify.toml' was not fixed: a link is on the way to it\n")
        assert (folder / "real.txt").read_text() == FAULTY
        assert (folder / "netlify.toml").is_symlink()

    def test_of_several_files_the_others_are_fixed(self, run: Runner, repository: Write) -> None:
        folder = repository({"a/netlify.toml": FAULTY, "b/netlify.toml": FAULTY, "c/netlify.toml": FAULTY})
        for name in "bc":
            (folder / name / "netlify.toml").chmod(0o444)
        outcome = run("check", "--fix", "--output-format", "concise", cwd=folder)
        assert (outcome.code, "Fixed 1 violation in 1 file." in outcome.lines) == (2, True)
        assert outcome.stderr.endswith("/b/netlify.toml' was not fixed: it is read-only (and 1 more)\n")
        assert (folder / "a/netlify.toml").read_text() == FIXED
        assert (folder / "b/netlify.toml").read_text() == FAULTY

    def test_a_file_without_end_of_faults_does_not_take_forever(self, run: Runner, repository: Write) -> None:
        rules = "".join(f'[[redirects]]\nfrom = "/{n}"\nfromm = "/{n}"\nstatus = "301"\n' for n in range(1500))
        folder = repository({"netlify.toml": FAULTY + rules})
        outcome = run("check", "--fix", "--unsafe-fixes", "--output-format", "json", cwd=folder, timeout=300)
        assert json.loads(outcome.stdout)["summary"]["fixed"] == 1501

    def test_whenever_the_run_is_killed_each_file_is_old_or_new(self, run: Runner, repository: Write) -> None:
        names = [f"{number:02}/netlify.toml" for number in range(20)]
        folder = repository(dict.fromkeys(names, FAULTY))
        command = [sys.executable, "-m", "policylint", "check", "--fix"]
        # Compiled definitions are kept, so that the runs below come as far as writing.
        run("check", cwd=folder)
        for number in range(10):
            process = subprocess.Popen(
                command, cwd=folder, env=run.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            time.sleep(0.15 + number * 0.03)
            process.send_signal(signal.SIGTERM if number % 2 else signal.SIGKILL)
            process.wait()
            assert {(folder / name).read_text() for name in names} <= {FAULTY, FIXED}
        left = [name for name in os.listdir(folder) if name not in {each[:2] for each in names}]
        assert left == []
        run("check", "--fix", cwd=folder)
        assert {(folder / name).read_text() for name in names} == {FIXED}

    def test_two_runs_at_once_leave_whole_files(self, run: Runner, repository: Write) -> None:
        folder = repository({f"{number}/netlify.toml": FAULTY for number in range(8)})
        command = [sys.executable, "-m", "policylint", "check", "--fix"]
        runs = [
            subprocess.Popen(
                command, cwd=folder, env=run.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            for _ in range(2)
        ]
        assert {process.wait() for process in runs} <= {0, 2}
        assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == ["netlify.toml"] * 8
        assert {path.read_text() for path in folder.rglob("netlify.toml")} == {FIXED}
