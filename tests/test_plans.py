"""Plans as a whole: a good and a bad repository, and every way in which other checkers are known to be misled."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from policylint import engine
from policylint.diagnostics import Diagnostic
from policylint.filetree import MemoryTree
from policylint.settings import Settings
from tests.plan_repositories import BAD, GOOD, PLAN_PATH
from tests.rules.shipped import pack

PLAN = ".planning/phases/01-a/01-01-PLAN.md"
OTHER = ".planning/phases/01-a/01-02-PLAN.md"
SUMMARY = ".planning/phases/01-a/01-01-SUMMARY.md"
FIELDS = "phase: 01-a\nplan: 01\ntype: execute\nwave: 1\ndepends_on: []\nfiles_modified: [a.ts]\nautonomous: true\n"
TASK = """\
<task type="auto">
<name>One</name>
<files>a.ts</files>
<action>Write it</action>
<verify>npm test</verify>
<done>It is there</done>
</task>
"""
TRUTHS = "must_haves:\n  truths: [it works]\n"

# The plans below promise files that they do not list, to say one thing at a time.
_OTHER_MATTERS = ("plan/undeclared-artifact",)


def check(files: Mapping[str, str], *select: str, ignore: tuple[str, ...] = ()) -> list[Diagnostic]:
    settings = Settings(select=list(select) or ["plan", "documents", "operations"], ignore=list(ignore))
    return list(engine.check(MemoryTree(files), pack(), settings).diagnostics)


def found(must_haves: str = TRUTHS, body: str = TASK, fields: str = FIELDS, **files: str) -> list[str]:
    """What is said of a plan that was carried out: `line:column rule: message`; `a_ts` is the file a.ts."""
    others = {name.replace("_", "."): text for name, text in files.items()}
    plan = f"---\n{fields}{must_haves}---\n{body}"
    return lines(check({PLAN: plan, SUMMARY: "# Done\n", "a.ts": "x\n", **others}, ignore=_OTHER_MATTERS))


def lines(diagnostics: list[Diagnostic]) -> list[str]:
    return [
        f"{each.span.start.line}:{each.span.start.column} {each.severity.label} {each.rule}: {each.message}"
        for each in diagnostics
    ]


def artifacts(items: str) -> str:
    return f"must_haves:\n  artifacts:\n{items}"


def links(items: str) -> str:
    return f"must_haves:\n  key_links:\n{items}"


def test_a_plan_checked_alone_is_judged_among_all_plans() -> None:
    """As before a commit, where only what has changed is named."""
    first = f"---\n{FIELDS}{TRUTHS}---\n{TASK}"
    fields = FIELDS.replace("plan: 01", "plan: 02").replace("[]", "[01-01]").replace("wave: 1", "wave: 2")
    second = f"---\n{fields}{artifacts('    - {path: b.ts, contains: x}')}\n---\n{TASK}"
    files = {PLAN: first.replace("[a.ts]", "[a.ts, b.ts]"), OTHER: second, "b.ts": "x\n"}
    settings = Settings(select=["plan/undeclared-artifact"])
    assert engine.check(MemoryTree(files), pack(), settings, [OTHER]).diagnostics == ()


class TestRepositories:
    def test_the_good_repository_has_two_notices_about_checks_that_are_content_with_less(self) -> None:
        assert [(each.path, *lines([each])) for each in check(GOOD)] == [
            (PLAN_PATH, "68:11 info plan/any-of-verify: any one of 3 alternatives satisfies the check"),
            (PLAN_PATH, "78:11 info plan/any-of-verify: any one of 2 alternatives satisfies the check"),
        ]

    def test_the_bad_repository_has_every_broken_promise_at_its_line(self) -> None:
        workflow, log = "docs/ops/release-workflow.md", "docs/ops/incident-log.md"
        lost = "'blue/green' or 'api/health' or 'rollback'"
        assert lines([each for each in check(BAD) if each.path == PLAN_PATH]) == [
            "27:17 error plan/artifact-lacks-text: netlify.toml does not mention 'test:unit' outside a comment",
            f"30:17 error plan/artifact-lacks-text: {workflow} does not mention 'blue/green'",
            f"33:17 error plan/artifact-lacks-text: {log} does not mention 'Incident Log'",
            "34:13 error plan/missing-artifact: docs/ops/postmortem.md does not exist",
            f"41:16 error plan/broken-key-link: {workflow} does not mention 'api/health'",
            f"45:16 error plan/broken-key-link: {workflow} does not mention 'rollback'",
            "47:11 error plan/unbuilt-command: netlify.toml does not run 'npm run test:unit'",
            "68:11 info plan/any-of-verify: any one of 3 alternatives satisfies the check",
            f"68:11 error plan/failing-verify: {lost} matches nothing in {workflow}",
            "78:11 info plan/any-of-verify: any one of 2 alternatives satisfies the check",
            "78:11 error plan/failing-verify: docs/ops/postmortem.md does not exist",
        ]

    def test_the_bad_repository_has_every_gap_of_its_documents(self) -> None:
        said = [(each.path, each.message) for each in check(BAD) if each.path != PLAN_PATH]
        log, workflow = "docs/ops/incident-log.md", "docs/ops/release-workflow.md"
        assert said == [
            (log, "the incident log does not say how severe"),
            (log, "the incident log does not say what follows"),
            (log, "the incident log does not say what was affected"),
            (log, "the incident log does not say what was done against it"),
            (log, "the incident log does not say when"),
            (workflow, "the release workflow does not say how a release is promoted"),
            (workflow, "the release workflow names no approval"),
            (workflow, "the release workflow names no staging"),
            (workflow, "the release workflow does not say where secrets live"),
            (workflow, "the release workflow lists no environment variables"),
            (workflow, "the release workflow names no automatic rollback"),
        ]

    def test_a_repository_that_holds_only_the_plan_does_not_pass(self) -> None:
        """gsd-core finds all key links of such a repository verified."""
        alone = {path: text for path, text in GOOD.items() if path.startswith(".planning/")}
        broken = [each for each in check(alone, "plan") if each.rule in _PROMISES and each.severity.label == "error"]
        assert [each.span.start.line for each in broken] == [25, 28, 31, 34, 38, 42, 46]

    def test_before_the_summary_what_is_not_there_yet_is_a_notice(self) -> None:
        planned = {PLAN_PATH: GOOD[PLAN_PATH]}
        assert {each.severity.label for each in check(planned, "plan") if each.rule in _PROMISES} == {"info"}


_PROMISES = ("plan/artifact-lacks-text", "plan/broken-key-link", "plan/missing-artifact", "plan/unbuilt-command")


class TestWhatMisleadsOtherCheckers:
    """One test for each known way in which a checker of plans passes what is broken, or breaks what is right."""

    def test_01_names_in_a_quoted_list_of_exports_are_all_looked_for(self) -> None:
        assert found(artifacts('    - {path: a.ts, exports: ["GET","x"]}\n')) == [
            "11:30 error plan/missing-export: a.ts does not mention 'GET'"
        ]

    def test_02_names_without_quotes_are_names_and_not_one_text(self) -> None:
        assert found(artifacts("    - {path: a.ts, exports: [GET, POST]}\n"), a_ts="GET POST\n") == []

    def test_03_an_escaped_backslash_is_one_backslash(self) -> None:
        assert found(links('    - {from: a.ts, to: b.ts, pattern: "db\\\\.users"}\n'), a_ts="db.users\n") == []

    def test_04_a_bad_escape_is_one_diagnostic_and_all_else_is_checked(self) -> None:
        assert found(
            links('    - {from: a.ts, to: b.ts, pattern: "a\\.b\\.c"}\n    - {from: gone.ts, to: x}\n'), a_ts="a.b.c\n"
        ) == [
            "11:41 error documents/syntax-error: '\\.' is no escape of a double-quoted text",
            "12:14 error plan/broken-key-link: gone.ts does not exist",
        ]

    def test_05_single_quotes_are_quotes(self) -> None:
        assert found(artifacts("    - {path: 'a.ts', contains: 'x'}\n")) == []

    def test_06_a_text_with_a_quote_in_it_is_looked_for(self) -> None:
        assert found(artifacts("    - path: a.ts\n      contains: 'say \"hi\"'\n")) == [
            "12:17 error plan/artifact-lacks-text: a.ts does not mention 'say \"hi\"'"
        ]

    def test_07_blank_lines_comments_flow_style_indentation_and_line_ends_hide_no_artifact(self) -> None:
        forms = [
            "must_haves:\n\n\n  artifacts:\n\n    - path: gone.ts\n      contains: x\n",
            "must_haves: # these\n  artifacts:\n  - path: gone.ts\n    contains: x\n",
            "must_haves: {artifacts: [{path: gone.ts, contains: x}]}\n",
            "must_haves:\r\n  artifacts:\r\n    - path: gone.ts\r\n      contains: x\r\n",
        ]
        said = ["error plan/missing-artifact: gone.ts does not exist"]
        assert [[each.partition(" ")[2] for each in found(form)] for form in forms] == [said] * len(forms)

    def test_08_another_list_of_that_name_is_not_the_list_of_artifacts(self) -> None:
        setup = FIELDS + "user_setup:\n  - service: x\n    why: y\n    artifacts: [{path: gone.ts}]\n"
        assert found(artifacts("    - {path: a.ts, contains: x}\n"), fields=setup) == []

    def test_09_a_comment_behind_a_number_leaves_it_a_number(self) -> None:
        assert found(artifacts("    - path: a.ts\n      min_lines: 30 # at least\n")) == [
            "12:18 error plan/short-artifact: a.ts has 1 line, expected at least 30"
        ]

    def test_10_a_byte_order_mark_hides_no_front_matter(self) -> None:
        plan = f"\ufeff---\n{FIELDS}{artifacts('    - {path: gone.ts, contains: x}')}\n---\n{TASK}"
        assert lines(check({PLAN: plan, SUMMARY: "# Done\n"}, ignore=_OTHER_MATTERS)) == [
            "11:14 error plan/missing-artifact: gone.ts does not exist"
        ]

    def test_11_artifacts_in_words_do_not_pass_for_checked(self) -> None:
        assert found(artifacts("    - the page\n")) == [
            "11:7 warning plan/uncheckable-artifact: 'the page' is words, so nothing can be checked"
        ]

    def test_11_an_artifact_that_is_a_path_alone_is_told_to_get_its_key(self) -> None:
        (told,) = [
            each
            for each in check({PLAN: f"---\n{FIELDS}{artifacts('    - src/plain.ts')}\n---\n{TASK}"})
            if each.rule == "plan/uncheckable-artifact"
        ]
        assert told.message == "'src/plain.ts' is a path without a key, so nothing can be checked"
        assert told.fix.startswith("Write 'path: src/plain.ts' for an artifact, ")

    def test_12_a_line_end_at_the_end_is_no_line(self) -> None:
        assert found(artifacts("    - {path: a.ts, min_lines: 3}\n"), a_ts="1\n2\n") == [
            "11:31 error plan/short-artifact: a.ts has 2 lines, expected at least 3"
        ]

    def test_13_a_name_inside_another_is_no_export(self) -> None:
        assert found(artifacts("    - {path: a.ts, exports: [GET]}\n"), a_ts="// WIDGETS\n") == [
            "11:30 error plan/missing-export: a.ts does not mention 'GET'"
        ]

    def test_14_a_path_out_of_the_repository_is_no_artifact(self) -> None:
        assert found(artifacts("    - {path: ../../../../etc/passwd, contains: root}\n")) == [
            "11:14 error plan/path-outside-repository: '../../../../etc/passwd' is outside the repository"
        ]

    @pytest.mark.parametrize("path", ["../out.ts", "/etc/passwd"])
    def test_14_and_nothing_else_is_said_of_it(self, path: str) -> None:
        plan = f"---\n{FIELDS}{artifacts(f'    - {{path: {path}}}')}\n---\n{TASK}"
        assert lines([each for each in check({PLAN: plan, "a.ts": "x\n"}) if each.path == PLAN]) == [
            f"11:14 error plan/path-outside-repository: '{path}' is outside the repository"
        ]

    def test_15_a_folder_is_no_artifact_and_no_crash(self) -> None:
        assert found(artifacts("    - {path: src/, contains: x}\n"), **{"src/b.ts": "x"}) == [
            "11:14 warning plan/unusable-artifact: src/ is a folder, not a file"
        ]

    def test_16_a_pattern_of_names_is_said_to_be_one(self) -> None:
        assert found(artifacts("    - {path: src/*.ts, contains: x}\n")) == [
            "11:14 warning plan/unusable-artifact: 'src/*.ts' is a pattern, not a file"
        ]

    def test_17_a_list_of_texts_asks_for_each_of_them(self) -> None:
        assert found(artifacts("    - {path: a.ts, contains: [x, y]}\n")) == [
            "11:34 error plan/artifact-lacks-text: a.ts does not mention 'y'"
        ]

    def test_18_a_key_that_nothing_reads_is_reported(self) -> None:
        said = found(artifacts("    - {path: a.ts, contains: x, min-lines: 9, max_lines: 1, min_tests: 3}\n"))
        known = "path, provides, contains, exports, min_lines"
        assert said == [
            f"11:33 warning plan/unknown-artifact-key: 'min-lines' is not one of {known}",
            f"11:47 warning plan/unknown-artifact-key: 'max_lines' is not one of {known}",
            f"11:61 warning plan/unknown-artifact-key: 'min_tests' is not one of {known}",
        ]

    def test_19_a_link_to_nowhere_does_not_hold(self) -> None:
        assert found(links("    - {from: a.ts}\n")) == [
            "11:7 error documents/schema-violation: must_haves.key_links[0] has no 'to'"
        ]

    def test_20_an_empty_or_missing_source_is_not_pending_once_the_plan_is_carried_out(self) -> None:
        items = links("    - {from: a.ts, to: x, pattern: x}\n    - {from: gone.ts, to: x, pattern: x}\n")
        fields = FIELDS.replace("[a.ts]", "[a.ts, gone.ts]")
        assert found(items, TASK.replace("a.ts", "a.ts, gone.ts"), fields, a_ts="") == [
            "11:14 error plan/broken-key-link: a.ts is empty",
            "12:14 error plan/broken-key-link: gone.ts does not exist",
        ]

    def test_21_a_pattern_that_backtracks_without_end_takes_linear_time(self) -> None:
        assert found(links("    - {from: a.ts, to: x, pattern: '^(a+)+$'}\n"), a_ts="a" * 50_000 + "!\n") == [
            "11:36 error plan/broken-key-link: a.ts does not mention '^(a+)+$'"
        ]

    def test_22_fields_that_say_nothing_and_wrong_words_are_reported(self) -> None:
        fields = FIELDS.replace("execute", "banana").replace("wave: 1", "wave: banana")
        assert found("must_haves:\n", fields=fields) == [
            "4:7 error documents/schema-violation: type is 'banana', expected 'execute' or 'tdd'",
            "5:7 error documents/schema-violation: wave is the text 'banana', expected a whole number",
            "9:12 error plan/missing-must-haves: the plan's must_haves are empty",
        ]

    def test_23_an_empty_action_is_none(self) -> None:
        assert found(body=TASK.replace("Write it", " ")) == [
            "15:1 error plan/task-without-action: the task 'One' has no action"
        ]

    def test_24_a_task_that_is_never_closed_is_reported_at_its_tag(self) -> None:
        assert found(body=TASK.replace("</task>\n", "")) == [
            "12:1 error documents/unbalanced-element: <task> is never closed"
        ]

    def test_25_a_task_in_fenced_code_is_no_task(self) -> None:
        fenced = "<objective>\nFor example:\n```xml\n<task>\n<name></name>\n```\n</objective>\n"
        assert found(body=fenced + TASK) == []

    def test_26_the_order_of_attributes_hides_no_checkpoint(self) -> None:
        checkpoint = (
            '<task gate="blocking" type="checkpoint:human-verify">\n<what-built>x</what-built>\n'
            "<how-to-verify>x</how-to-verify>\n<resume-signal>x</resume-signal>\n</task>\n"
        )
        needs_person = "checkpoint:human-verify waits for a person, but the plan is not 'autonomous: false'"
        assert found(body=TASK + checkpoint) == [f"19:29 error plan/unguarded-checkpoint: {needs_person}"]

    def test_27_the_documented_form_of_a_checkpoint_passes(self) -> None:
        checkpoint = (
            '<task type="checkpoint:decision" gate="blocking">\n<decision>x</decision>\n<context>y</context>\n'
            '<options><option id="a"><name>A</name></option></options>\n<resume-signal>x</resume-signal>\n</task>\n'
        )
        assert found(body=TASK + checkpoint, fields=FIELDS.replace("true", "false")) == []

    def test_28_a_tag_spoken_of_in_an_action_is_no_part_of_the_task(self) -> None:
        body = TASK.replace("<verify>npm test</verify>\n", "").replace("Write it", "Put it into <verify>x</verify>")
        assert found(body=body) == ["12:1 warning plan/unverified-task: the task 'One' has no <verify>"]

    def test_29_a_plan_that_says_it_is_another_is_reported(self) -> None:
        fields = FIELDS.replace("01-a", "02-b").replace("plan: 01", "plan: 07")
        assert found(fields=fields) == [
            "2:8 error plan/misplaced-plan: phase is '02-b', expected '01-a' or '01'",
            "3:7 error plan/misplaced-plan: plan is '07', expected '01' or 'P01' or '01-01'",
        ]

    def test_30_a_key_that_stands_twice_is_reported(self) -> None:
        assert found(fields=FIELDS + "wave: 2\n") == [
            "9:1 error documents/duplicate-key: key 'wave' is defined twice",
            "9:7 warning plan/late-wave: wave 2 waits for nothing",
        ]

    def test_31_a_short_name_of_a_dependency_leads_to_the_plan(self) -> None:
        plan = f"---\n{FIELDS}{TRUTHS}---\n{TASK}".replace("a.ts", "b.ts").replace("plan: 01", "plan: 02")
        dependent = plan.replace("depends_on: []", 'depends_on: ["01"]')
        first = f"---\n{FIELDS}{TRUTHS}---\n{TASK}"
        assert lines(check({PLAN: first, OTHER: dependent})) == [
            "6:14 error plan/early-wave: wave 1 is not after wave 1 of 01"
        ]

    def test_32_a_quoted_truth_with_a_colon_is_a_text(self) -> None:
        assert found('must_haves:\n  truths:\n    - "Done: the page is there"\n') == []

    def test_33_a_truth_with_a_colon_and_no_quotes_is_reported(self) -> None:
        assert found("must_haves:\n  truths:\n    - Done: the page is there\n") == [
            "11:7 error documents/schema-violation: must_haves.truths[0] has no 'statement'"
        ]


def test_a_plan_is_not_suggested_in_the_place_of_one_that_it_waits_for() -> None:
    """It was: the only plan that is like '01-02' is the one that names it."""
    fields = FIELDS.replace("depends_on: []", "depends_on: ['01-02']")
    assert fields != FIELDS
    [finding] = check(
        {".planning/phases/01-a/01-01-PLAN.md": f"---\n{fields}{TRUTHS}---\n{TASK}"}, "unknown-dependency"
    )
    assert (finding.message, finding.fix) == (
        "'01-02' names no plan",
        "Name a plan as phase and number, such as 01-02.",
    )
