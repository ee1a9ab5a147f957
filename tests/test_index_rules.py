"""Rules about entries and their links, judged over several files: whole diagnostics, with the places they point to."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from policylint import engine
from policylint.diagnostics import Diagnostic, Related
from policylint.discovery import DiskTree
from policylint.documents.document import Limits
from policylint.filetree import MemoryTree
from policylint.settings import Settings
from policylint.workspace import open_workspace
from tests.rules.shipped import pack


class Found(NamedTuple):
    """A diagnostic as it is compared here: its place, its rule, its message, and the places it points to."""

    place: str
    rule: str
    message: str
    related: tuple[str, ...] = ()


def as_found(diagnostic: Diagnostic) -> Found:
    line, column = diagnostic.span.start
    related = tuple(map(as_text, diagnostic.related))
    return Found(f"{diagnostic.path}:{line}:{column}", diagnostic.rule, diagnostic.message, related)


def as_text(related: Related) -> str:
    """A related place; the end tells that it covers the ID."""
    start, end = related.span
    return f"{related.path}:{start.line}:{start.column}-{end.column}: {related.message}"


def judge(files: dict[str, str], *rules: str, paths: list[str] | None = None) -> list[Found]:
    """What shipped rules find in some files, or in all."""
    settings = Settings(select=list(rules))
    return [as_found(each) for each in engine.check(MemoryTree(files), pack(), settings, paths).diagnostics]


class TestDuplicates:
    RULE = "ids/duplicate-id"
    MARKDOWN = "# Deployment\n\n## DEP-001: Production\n**Type**: Environment\n**Owner**: SRE\n**Stage**: Deploy\n"
    YAML = "id: DEP-001\ntitle: Production\ntype: Environment\nowner: Web\nstage: Pre-deploy\n"
    HERE = "docs/deployment.md:3:4-11: DEP-001 is defined here as well"

    def test_name_the_fields_that_differ(self) -> None:
        files = {"docs/deployment.md": self.MARKDOWN, "release/dep/a.yaml": self.YAML}
        message = "DEP-001 is already defined in docs/deployment.md:3, with another owner and stage"
        assert judge(files, self.RULE) == [Found("release/dep/a.yaml:1:5", self.RULE, message, (self.HERE,))]

    def test_name_no_fields_where_both_say_the_same(self) -> None:
        same = self.YAML.replace("Web", "SRE").replace("Pre-deploy", "Deploy")
        files = {"docs/deployment.md": self.MARKDOWN, "release/dep/a.yaml": same}
        message = "DEP-001 is already defined in docs/deployment.md:3"
        assert judge(files, self.RULE) == [Found("release/dep/a.yaml:1:5", self.RULE, message, (self.HERE,))]

    def test_are_each_compared_with_the_first(self) -> None:
        tests = {f"{name}.md": f"# Tests\n\n### TEST-001: {name}\n" for name in "bac"}
        first = ("a.md:3:5-13: TEST-001 is defined here as well",)
        message = "TEST-001 is already defined in a.md:3"
        assert judge(tests, self.RULE) == [
            Found("b.md:3:5", self.RULE, message, first),
            Found("c.md:3:5", self.RULE, message, first),
        ]

    def test_a_row_or_an_item_that_repeats_a_heading_is_none(self) -> None:
        overview = "| ID | Title |\n|---|---|\n| DEP-001 | Production |\n\n- **DEP-001**: Production, again\n"
        assert judge({"a.md": overview, "docs/deployment.md": self.MARKDOWN, "z.md": overview}, self.RULE) == []

    def test_rows_of_one_table_compete_and_rows_of_two_files_do_not(self) -> None:
        rows = "| ID | Title |\n|---|---|\n| TEST-001 | Sign in |\n| TEST-002 | Sign out |\n"
        message = "TEST-001 is already defined in b.md:3, with another Title"
        related = ("b.md:3:3-11: TEST-001 is defined here as well",)
        twice = {"b.md": f"{rows}| TEST-001 | Sign up |\n"}
        assert judge(twice, self.RULE) == [Found("b.md:5:3", self.RULE, message, related)]
        assert judge({"a.md": rows, "b.md": rows}, self.RULE) == []

    def test_one_checked_file_is_compared_with_the_others(self) -> None:
        files = {"docs/deployment.md": self.MARKDOWN, "release/dep/a.yaml": self.YAML}
        assert judge(files, self.RULE, paths=["docs/deployment.md"]) == []
        assert judge(files, self.RULE, paths=["release/dep/a.yaml"]) == judge(files, self.RULE)


class TestCycles:
    RULE = "ids/cycle"
    FILES = {
        "docs/a.md": "EPIC-01: Foundations\nDepends On: EPIC-02\n",
        "docs/b.yaml": "EPIC-02:\n  title: Checkout\n  depends_on: [EPIC-03, TEST-001]\n",
        "docs/c.md": "---\nid: EPIC-03\nblocked_by: EPIC-01\n---\n# Accounts\n",
    }
    FOUND = Found(
        "docs/a.md:1:1",
        RULE,
        "EPIC-01 leads back to itself: EPIC-01 → EPIC-02 → EPIC-03 → EPIC-01",
        (
            "docs/a.md:2:13-20: EPIC-01 leads on by 'EPIC-02'",
            "docs/b.yaml:3:16-23: EPIC-02 leads on by 'EPIC-03'",
            "docs/c.md:3:13-20: EPIC-03 leads on by 'EPIC-01'",
        ),
    )

    def test_have_the_places_of_their_links(self) -> None:
        assert judge(self.FILES, self.RULE) == [self.FOUND]

    def test_are_seen_from_the_file_that_they_are_reported_in(self) -> None:
        assert judge(self.FILES, self.RULE, paths=["docs/a.md"]) == [self.FOUND]
        assert judge(self.FILES, self.RULE, paths=["docs/b.yaml", "docs/c.md"]) == []

    def test_a_range_closes_one_and_is_shown_as_it_is_written(self) -> None:
        files = {
            "a.md": "EPIC-05: First\nDepends On: EPIC-06 to EPIC-08\n",
            "b.md": "EPIC-07: Second\nDepends On: EPIC-05\n",
        }
        related = (
            "a.md:2:13-31: EPIC-05 leads on by 'EPIC-06 to EPIC-08'",
            "b.md:2:13-20: EPIC-07 leads on by 'EPIC-05'",
        )
        message = "EPIC-05 leads back to itself: EPIC-05 → EPIC-07 → EPIC-05"
        assert judge(files, self.RULE) == [Found("a.md:1:1", self.RULE, message, related)]

    def test_plain_links_may_lead_back(self) -> None:
        files = {"a.md": "EPIC-01: a\nLinked IDs: EPIC-02\n", "b.md": "EPIC-02: b\nLinked IDs: EPIC-01\n"}
        assert judge(files, self.RULE) == []


class TestDeprecatedTargets:
    RULE = "ids/deprecated-target"
    FILES = {
        "docs/deployment.md": "DEP-003: Rollback\nType: Rollback\nLinked IDs: RUN-004, RUN-005, RUN-007\n",
        "docs/runbooks.md": "## RUN-004: Restore [DEPRECATED]\n- **Replaced By**: RUN-005\n\n## RUN-005: Roll back\n",
        "ops/run.yaml": "RUN-007: {title: Restart, status: Retired since May}\n",
    }
    FOUND = [
        Found(
            "docs/deployment.md:3:13",
            RULE,
            "DEP-003 links RUN-004, which is deprecated and names its replacement",
            ("docs/runbooks.md:1:4-11: RUN-004 is defined here",),
        ),
        Found(
            "docs/deployment.md:3:31",
            RULE,
            "DEP-003 links RUN-007, which is deprecated and names no replacement",
            ("ops/run.yaml:1:1-8: RUN-007 is defined here",),
        ),
    ]

    def test_are_told_by_title_and_state_with_or_without_a_replacement(self) -> None:
        assert judge(self.FILES, self.RULE) == self.FOUND

    def test_are_known_to_a_check_of_one_file(self) -> None:
        assert judge(self.FILES, self.RULE, paths=["docs/deployment.md"]) == self.FOUND
        assert judge(self.FILES, self.RULE, paths=["docs/runbooks.md", "ops/run.yaml"]) == []


class TestNotes:
    RULE = "ids/note-mismatch"
    FILES = {
        "docs/deployment.md": (
            "DEP-003: Rollback\nType: Rollback\nLinked IDs: MON-001 (error rate), RUN-002 (rollback procedure)\n"
        ),
        "release/dep/a.yaml": (
            "id: DEP-004\ntype: Validation\nlinked_ids:\n  - RUN-002 (deploy)\n  - MON-001 (latency)\n"
        ),
        "ops/run.yaml": "RUN-002: {title: Production deployment procedure}\nMON-001: {title: Error rate}\n",
    }

    def test_that_do_not_fit_the_title_are_found_in_markdown_and_yaml(self) -> None:
        title = "is called 'rollback procedure' here, but its title is 'Production deployment procedure'"
        assert judge(self.FILES, self.RULE) == [
            Found(
                "docs/deployment.md:3:35",
                self.RULE,
                f"RUN-002 {title}",
                ("ops/run.yaml:1:1-8: RUN-002 is defined here",),
            ),
            Found(
                "release/dep/a.yaml:5:5",
                self.RULE,
                "MON-001 is called 'latency' here, but its title is 'Error rate'",
                ("ops/run.yaml:2:1-8: MON-001 is defined here",),
            ),
        ]

    def test_of_what_is_not_defined_fit_anything(self) -> None:
        without = {path: text for path, text in self.FILES.items() if path != "ops/run.yaml"}
        assert judge(without, self.RULE) == []


class TestArrows:
    RULE = "ids/contradicted-relation"
    FILES = {
        "docs/deployment.md": "DEP-003: Rollback\nType: Rollback\nLinked IDs: MON-001, RUN-002\n",
        "docs/overview.md": "# Overview\n\nFirst DEP-003 → RUN-005, then DEP-003 → MON-001.\n",
    }
    FOUND = [
        Found(
            "docs/overview.md:3:7",
            RULE,
            "'DEP-003 → RUN-005' contradicts DEP-003, which links RUN-002",
            ("docs/deployment.md:3:22-29: DEP-003 links RUN-002 here",),
        )
    ]

    def test_that_the_entry_contradicts(self) -> None:
        assert judge(self.FILES, self.RULE) == self.FOUND
        assert judge(self.FILES, self.RULE, paths=["docs/overview.md"]) == self.FOUND
        assert judge(self.FILES, self.RULE, paths=["docs/deployment.md"]) == []

    def test_that_the_entry_states_or_does_not_speak_of(self) -> None:
        stated = {**self.FILES, "docs/deployment.md": "DEP-003: a\nType: Rollback\nLinked IDs: RUN-005, RUN-002\n"}
        silent = {**self.FILES, "docs/deployment.md": "DEP-003: a\nType: Rollback\nLinked IDs: MON-001\n"}
        assert judge(stated, self.RULE) == []
        assert judge(silent, self.RULE) == []


class TestWidths:
    RULE = "ids/mixed-width"

    def test_that_differ_are_reported_at_the_later_one(self) -> None:
        files = {
            "a.md": "EPIC-1: Foundations\n",
            "b.yaml": "- id: EPIC-01\n  title: Foundations\n- id: EPIC-02\n  title: Checkout\n",
            "c.md": "| ID | Title |\n|---|---|\n| EPIC-001 | Foundations |\n| EPIC-10 | Search |\n",
        }
        first = ("a.md:1:1-7: EPIC-1 is defined here",)
        message = "has the number of EPIC-1, written in another width"
        expected = [
            Found("b.yaml:1:7", self.RULE, f"EPIC-01 {message}", first),
            Found("c.md:3:3", self.RULE, f"EPIC-001 {message}", first),
        ]
        assert judge(files, self.RULE) == expected
        assert judge(files, self.RULE, paths=["c.md"]) == expected[1:]

    def test_a_letter_makes_another_number(self) -> None:
        assert judge({"a.md": "EPIC-4a: a\n", "b.md": "EPIC-04: b\n\nEPIC-04b: c\n"}, self.RULE) == []


class TestTemplatesAndForms:
    UNFILLED = "ids/unfilled-entry"

    @pytest.mark.parametrize(
        "path", ["templates/deployment.md", "docs/deployment-template.md", "docs/DEPLOYMENT_TEMPLATE.md"]
    )
    def test_in_a_template_nothing_is_an_entry_or_a_link(self, path: str) -> None:
        text = "DEP-001: Production\nType: Environment\nLinked IDs: TEST-009\n\nDEP-001: {Name}\nSee TEST-008.\n"
        assert judge({path: text, "docs/tests.md": "TEST-001: a\n\nSee TEST-001.\n"}, "ALL") == []

    def test_what_only_a_template_defines_is_not_defined(self) -> None:
        files = {
            "templates/deployment.md": "TEST-001: Sign in\n",
            "release/dep/a.yaml": "id: DEP-002\ntype: Criteria\nlinked_ids:\n  - TEST-001\n",
        }
        assert judge(files, "ids") == [
            Found("release/dep/a.yaml:4:5", "ids/unresolved-id", "TEST-001 is not defined in any file")
        ]

    def test_a_form_is_reported_as_that_only(self) -> None:
        files = {
            "docs/deployment.md": "# Deployment\n\n## DEP-001: {Name}\n**Type**: Environment\n**Owner**: [Who]\n",
            "release/dep/a.yaml": "id: DEP-004\ntitle: TBD\ntype: Criteria\n",
        }
        assert judge(files, "ids", "deployment") == [
            Found("docs/deployment.md:3:4", self.UNFILLED, "DEP-001 was never filled in: its title is '{Name}'"),
            Found("release/dep/a.yaml:1:5", self.UNFILLED, "DEP-004 was never filled in: its title is 'TBD'"),
        ]

    def test_a_form_defines_nothing(self) -> None:
        files = {
            "a.md": "TEST-001: {Name}\n",
            "b.md": "TEST-002: Sign in\nDepends On: TEST-001\n\nSee TEST-002.\n",
        }
        message = "TEST-001 is not defined in any file"
        assert [each[:3] for each in judge(files, "ids")] == [
            ("a.md:1:1", self.UNFILLED, "TEST-001 was never filled in: its title is '{Name}'"),
            ("b.md:2:13", "ids/unresolved-id", message),
        ]


class TestOneFile:
    FILES = {
        "docs/a.md": "DEP-002: Tests\nType: Criteria\nLinked IDs: TEST-001 to TEST-003, RUN-005, EPIC-02\n",
        "docs/b.md": "| ID | Title |\n|---|---|\n| TEST-001 | Sign in |\n| TEST-003 | Pay |\n",
        "ops/run.yaml": "RUN-005: {title: Roll back, linked_ids: [RUN-009]}\n",
    }
    GAP = Found(
        "docs/a.md:3:13",
        "ids/range-gap",
        "'TEST-001 to TEST-003' has 1 of 3 IDs not defined in any file: TEST-002",
    )
    MISSING = Found("docs/a.md:3:44", "ids/unresolved-id", "EPIC-02 is not defined in any file")

    @pytest.mark.parametrize("paths", [["docs/a.md"], ["docs/a.md", "docs/b.md"]])
    def test_resolves_against_the_others_and_reports_nothing_in_them(self, paths: list[str]) -> None:
        found = judge(self.FILES, "ids", paths=paths)
        assert [each._replace(related=()) for each in found] == [self.GAP, self.MISSING]

    def test_of_links_to_what_the_others_do_not_define(self) -> None:
        (found,) = judge(self.FILES, "unresolved-id", paths=["ops/run.yaml"])
        assert found[:3] == ("ops/run.yaml:1:42", "ids/unresolved-id", "RUN-009 is not defined in any file")

    def test_that_only_defines_is_referred_to_by_the_others(self) -> None:
        assert judge(self.FILES, "orphan", paths=["docs/b.md"]) == []
        alone = {"docs/b.md": self.FILES["docs/b.md"]}
        assert judge(alone, "orphan") == [
            Found("docs/b.md:3:3", "ids/orphan", "TEST-001 is referred to by nothing"),
            Found("docs/b.md:4:3", "ids/orphan", "TEST-003 is referred to by nothing"),
        ]


RULE = """\
id: ops/own
title: A rule of the repository
severity: warning
rationale: What is linked has to hold.
fix: Look at what is linked.
references: [our handbook]
given: {given}
then: {then}
examples:
  valid:
    - title: nothing
      files: {{a.md: "# Nothing"}}
  invalid:
    - title: something
      files: {{a.md: "EPIC-01: a"}}
      expect: ["a.md:1:1: it is wrong"]
"""
ENTRIES = {
    "docs/deployment.md": (
        "DEP-002: All tests pass\nType: Criteria\nLinked IDs: EPIC-01, EPIC-02\n\n"
        "DEP-004: Features\nType: Criteria\nLinked IDs: EPIC-02, EPIC-09\n"
    ),
    "epics/a.md": "## EPIC-01: Foundations\n**State**: Complete\n**Linked IDs**: TEST-001, API-001 (see TEST-002)\n",
    "epics/b.yaml": "EPIC-02:\n  title: Checkout\n  state: Testing\n  linked_ids: [API-001, TEST-002]\n",
    "docs/tests.md": "| ID | Title | Owner |\n|---|---|---|\n| TEST-001 | Sign in | QA |\n| TEST-002 | Sign out | |\n",
}
EPIC_2 = ("epics/b.yaml:1:1-8: EPIC-02 is defined here",)


@pytest.fixture
def own(tmp_path: Path) -> Own:
    return Own(tmp_path)


class Own:
    """Repositories with the one rule `ops/own`, and what it finds."""

    def __init__(self, folder: Path) -> None:
        self._root = folder / "repository"
        self._environment = {"XDG_CACHE_HOME": str(folder / "cache")}

    def __call__(
        self, given: str, then: str, files: dict[str, str], paths: list[str] | None = None
    ) -> list[tuple[str, str, tuple[str, ...]]]:
        """The place, the message and the related places of each diagnostic."""
        rule = RULE.format(given=given, then=then)
        written = {**files, "policylint.toml": 'rules = ["policy"]\nselect = ["ops"]\n', "policy/ops/own.yaml": rule}
        for path, text in written.items():
            file = self._root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        workspace = open_workspace(str(self._root), self._environment, str(self._root))
        tree = DiskTree(str(self._root), workspace.exclude, workspace.settings.limits.file_bytes)
        report = engine.check(tree, workspace.pack, workspace.settings, paths)
        assert {each.rule for each in report.diagnostics} <= {"ops/own"}
        return [(each.place, each.message, each.related) for each in map(as_found, report.diagnostics)]


class TestConditionsOnLinkedEntries:
    OWNED = "where: {Linked IDs: {links: {to: TEST, where: {Owner: {exists: true}}}}}"

    def test_two_levels_deep_one_such_link_is_enough(self, own: Own) -> None:
        then = f"{{field: Linked IDs, links: {{to: EPIC, {self.OWNED}}}}}"
        message = "DEP-004.Linked IDs links no EPIC entry that meets the conditions"
        assert own("{entry: deployment}", then, ENTRIES) == [("docs/deployment.md:7:13", message, ())]

    def test_two_levels_deep_with_every_the_unmet_ones_are_named(self, own: Own) -> None:
        then = (
            "{field: Linked IDs, message: '{entry} builds on {target}',"
            " links: {to: EPIC, every: true, where: {Linked IDs: {links: {to: TEST, every: true,"
            " where: {Owner: {exists: true}}}}}}}"
        )
        expected = [
            ("docs/deployment.md:3:13", "DEP-002 builds on EPIC-02", EPIC_2),
            ("docs/deployment.md:7:13", "DEP-004 builds on EPIC-02", EPIC_2),
        ]
        assert own("{entry: deployment}", then, ENTRIES) == expected
        assert own("{entry: deployment}", then, ENTRIES, ["docs/deployment.md"]) == expected
        assert own("{entry: deployment}", then, ENTRIES, ["epics/b.yaml"]) == []

    def test_on_the_state_of_what_is_linked(self, own: Own) -> None:
        then = "{field: Linked IDs, links: {to: [EPIC, TEST], every: true, where: {entry.state: complete}}}"
        message = "Linked IDs links EPIC-02, which does not meet the conditions"
        assert own("{entry: deployment}", then, ENTRIES) == [
            ("docs/deployment.md:3:13", f"DEP-002.{message}", EPIC_2),
            ("docs/deployment.md:7:13", f"DEP-004.{message}", EPIC_2),
        ]


class TestReferences:
    EPICS = "{reference: '*', where: {link: linked, prefix: EPIC}}"

    def test_a_target_that_does_not_meet_the_conditions(self, own: Own) -> None:
        message = "{entry} links {target}, {target.title}, which is {target.State}, by {reference}"
        then = f"{{target: {{where: {{entry.state: complete}}}}, message: '{message}'}}"
        assert own(self.EPICS, then, ENTRIES) == [
            ("docs/deployment.md:3:22", "DEP-002 links EPIC-02, Checkout, which is Testing, by EPIC-02", EPIC_2),
            ("docs/deployment.md:7:13", "DEP-004 links EPIC-02, Checkout, which is Testing, by EPIC-02", EPIC_2),
        ]

    def test_a_target_in_the_words_of_the_operator(self, own: Own) -> None:
        then = "{target: {where: {Owner: {exists: true}}}}"
        tests = {**ENTRIES, "docs/deployment.md": "DEP-005: a\nType: Step\nLinked IDs: TEST-001 to TEST-003\n"}
        row = ("docs/tests.md:4:3-11: TEST-002 is defined here",)
        found = own("{reference: '*', where: {form: range}}", then, tests)
        assert found == [("docs/deployment.md:3:13", "TEST-002 does not meet the conditions", row)]

    def test_links_back_counts_any_reference_of_the_target(self, own: Own) -> None:
        epics = f"{ENTRIES['epics/a.md']}**Notes**: held up by DEP-002\n"
        assert own(self.EPICS, "{links_back: true}", {**ENTRIES, "epics/a.md": epics}) == [
            ("docs/deployment.md:3:22", "EPIC-02 does not link back to DEP-002", EPIC_2),
            ("docs/deployment.md:7:13", "EPIC-02 does not link back to DEP-004", EPIC_2),
        ]


class TestMentions:
    THEN = "{mentioned_in: {document: release-workflow}}"

    def test_in_a_code_block_of_the_document_count(self, own: Own) -> None:
        files = {**ENTRIES, "docs/release-workflow.md": "# Release\n\n```\nEPIC-01 → DEP-002\n```\n"}
        document = ("docs/release-workflow.md:1:1-1: this is the document",)
        expected = [("epics/b.yaml:1:1", "EPIC-02 is not in docs/release-workflow.md", document)]
        assert own("{entry: epic}", self.THEN, files) == expected
        assert own("{entry: epic}", self.THEN, files, ["epics/b.yaml"]) == expected

    def test_as_a_member_of_a_range_count(self, own: Own) -> None:
        files = {**ENTRIES, "docs/release-workflow.md": "# Release\n\nAll of `EPIC-01` to `EPIC-05`.\n"}
        assert own("{entry: epic}", self.THEN, files) == []

    def test_in_one_of_several_documents_are_enough(self, own: Own) -> None:
        files = {
            **ENTRIES,
            "a/release-workflow.md": "# Release\n\nEPIC-02\n",
            "b/release-workflow.md": "# Release\n\nEPIC-01\n",
        }
        assert own("{entry: epic}", self.THEN, files) == []

    def test_are_not_asked_for_where_there_is_no_such_document(self, own: Own) -> None:
        assert own("{entry: epic}", self.THEN, ENTRIES) == []


MANY = 3_000


@pytest.mark.parametrize(
    ("text", "rule", "count"),
    [
        ("## API-001: t\n" * MANY, "ids/duplicate-id", MANY - 1),
        ("| ID | Title |\n|---|---|\n" + "| API-001 | t |\n" * MANY, "ids/duplicate-id", MANY - 1),
        ("## API-001: t\n" * MANY, "ids/orphan", MANY),
        (
            "## API-001: t [DEPRECATED]\n" * MANY + "## RUN-001: t\nLinks: API-001\n\n" * MANY,
            "ids/deprecated-target",
            MANY,
        ),
        (
            "## API-001: t\nLinks: EPIC-99999\n\n" * MANY + "API-001 → EPIC-00001\n\n" * MANY,
            "ids/contradicted-relation",
            MANY,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and "/" in value else "",
)
def test_thousands_of_definitions_of_one_id_are_each_judged_once(text: str, rule: str, count: int) -> None:
    report = engine.check(MemoryTree({"a.md": text}), pack(), Settings(select=[rule], limits=Limits(findings=5_000)))
    assert len(report.diagnostics) == count
