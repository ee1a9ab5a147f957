"""Suppression comments, judged by whole runs over small repositories with the shipped rules."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policylint import engine
from policylint.diagnostics import Report
from policylint.documents.document import Limits
from policylint.filetree import MemoryTree
from policylint.pack import Pack
from policylint.settings import Settings
from policylint.workspace import open_workspace

UNUSED = "suppressions/unused-suppression"
INVALID = "suppressions/invalid-suppression"


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    root = str(tmp_path_factory.mktemp("root"))
    return open_workspace(root, {"XDG_CACHE_HOME": f"{root}/cache"}, root).pack


# The rules that are suppressed here: the entries of these tests are short, and all others would be in the way.
SELECTED = ["missing-owner", "unresolved-id", "missing-test-gate", "documents", "suppressions"]


def check(pack: Pack, files: dict[str, str], select: list[str] = SELECTED) -> Report:
    return engine.check(MemoryTree(files), pack, Settings(select=select))


def outcome(pack: Pack, files: dict[str, str], select: list[str] = SELECTED) -> tuple[list[str], list[str]]:
    """What is reported and what is suppressed, as `line:column rule`."""
    report = check(pack, files, select)
    kept = ["{}:{} {}".format(*each.span.start, each.rule) for each in report.diagnostics]
    return kept, ["{}:{} {}".format(*each.span.start, each.rule) for each in report.suppressed]


def of_file(pack: Pack, text: str, path: str = "docs/deployment.md") -> tuple[list[str], list[str]]:
    return outcome(pack, {path: text})


OWNER = "deployment/missing-owner"
DUPLICATE = "documents/duplicate-key"
GATE = "netlify/missing-test-gate"


class TestPlace:
    def test_is_the_row_of_a_table_that_is_at_fault(self, pack: Pack) -> None:
        text = """# Environments

| Stage | Environment | Purpose | Gate |
| ----- | ----------- | ------- | ---- |
| 1 | Production | Work | | <!-- policylint: ignore[deployment/ungated-environment] nobody works there -->
| 2 | Staging | Work | |
<!-- policylint: ignore[deployment/misordered-environments] it is the old order -->
| 3 | Preview | Work | Sign-off |
"""
        select = ["deployment/ungated-environment", "deployment/misordered-environments", "suppressions"]
        kept, suppressed = outcome(pack, {"docs/environments.md": text}, select)
        assert suppressed == ["5:1 deployment/ungated-environment"]
        assert kept == [
            "6:1 deployment/misordered-environments",
            "6:1 deployment/ungated-environment",
            f"7:25 {UNUSED}",
        ]

    def test_a_comment_covers_its_own_line(self, pack: Pack) -> None:
        text = "DEP-001: a <!-- policylint: ignore[deployment/missing-owner] shared -->\nType: Environment\n"
        assert of_file(pack, text) == ([], [f"1:1 {OWNER}"])

    def test_a_comment_that_stands_alone_covers_the_next_line(self, pack: Pack) -> None:
        text = "<!-- policylint: ignore[missing-owner] -->\nDEP-001: a\nType: Environment\n"
        assert of_file(pack, text) == ([], [f"2:1 {OWNER}"])

    def test_blank_lines_and_other_comments_may_stand_between(self, pack: Pack) -> None:
        text = (
            "<!-- policylint: ignore[missing-owner]\n  for now -->\n\n<!-- note -->\n \t\n"
            "DEP-001: a\nType: Environment\n"
        )
        assert of_file(pack, text) == ([], [f"6:1 {OWNER}"])

    def test_comments_in_a_row_cover_the_same_line(self, pack: Pack) -> None:
        text = "# policylint: ignore[duplicate-key] a\n# policylint: ignore[schema-violation]\na: 1\n"
        assert of_file(pack, f"current_phase: x\na: 0\n{text}", "state.yaml") == (
            [f"4:22 {UNUSED}"],
            [f"5:1 {DUPLICATE}"],
        )

    def test_a_comment_covers_no_other_line(self, pack: Pack) -> None:
        text = "DEP-001: a\nType: Environment <!-- policylint: ignore[missing-owner] -->\nStage: Deploy\n"
        assert of_file(pack, text) == ([f"1:1 {OWNER}", f"2:43 {UNUSED}"], [])

    def test_a_comment_below_everything_covers_nothing(self, pack: Pack) -> None:
        text = "DEP-001: a\nType: Environment\n<!-- policylint: ignore[missing-owner] -->\n\n"
        assert of_file(pack, text) == ([f"1:1 {OWNER}", f"3:25 {UNUSED}"], [])

    def test_a_comment_for_the_file_covers_every_line_from_anywhere(self, pack: Pack) -> None:
        text = (
            "DEP-001: a\nType: Environment\n\nDEP-002: b\nType: Environment\n"
            "<!-- policylint: ignore-file[missing-owner] the registry has them -->\n"
        )
        assert of_file(pack, text) == ([], [f"1:1 {OWNER}", f"4:1 {OWNER}"])

    def test_a_comment_covers_no_other_file(self, pack: Pack) -> None:
        entry = "DEP-00{}: a\nType: Environment\n"
        files = {
            "docs/deployment.md": entry.format(1),
            "docs/other.md": "<!-- policylint: ignore-file[missing-owner] -->\n" + entry.format(2),
        }
        assert outcome(pack, files) == ([f"1:1 {OWNER}"], [f"2:1 {OWNER}"])


class TestRules:
    def test_several_in_one_comment(self, pack: Pack) -> None:
        rules = "deployment/missing-owner, duplicate-key"
        text = f"DEP-001:\n  type: Environment\n# policylint: ignore[{rules}] both\nDEP-001: {{type: Environment}}\n"
        assert of_file(pack, text, "docs/deployment/a.yaml") == ([], [f"4:1 {OWNER}", f"4:1 {DUPLICATE}"])

    def test_of_another_name_do_not_cover(self, pack: Pack) -> None:
        text = "DEP-001: a <!-- policylint: ignore[unresolved-id] -->\nType: Environment\n"
        assert of_file(pack, text) == ([f"1:1 {OWNER}", f"1:36 {UNUSED}"], [])

    def test_that_do_not_exist_are_reported_with_a_proposal(self, pack: Pack) -> None:
        text = "DEP-001: a <!-- policylint: ignore[missing-ownr] -->\nType: Environment\nOwner: x\n"
        (found,) = check(pack, {"docs/deployment.md": text}).diagnostics
        assert (found.rule, found.message) == (INVALID, "no rule is named 'missing-ownr'")
        assert "missing-owner" in found.fix
        assert found.span == ((1, 36), (1, 48))

    def test_that_find_nothing_are_reported_each_by_itself(self, pack: Pack) -> None:
        text = (
            "DEP-001: a <!-- policylint: ignore[missing-owner, unresolved-id, missing-owner] -->\nType: Environment\n"
        )
        assert of_file(pack, text) == ([f"1:51 {UNUSED}"], [f"1:1 {OWNER}"])

    def test_that_did_not_run_are_not_called_unused(self, pack: Pack) -> None:
        text = "DEP-001: a <!-- policylint: ignore[missing-owner] -->\nType: Environment\n"
        others = [rule for rule in SELECTED if rule != "missing-owner"]
        assert outcome(pack, {"docs/deployment.md": text}, others) == ([], [])

    @pytest.mark.parametrize(
        ("directive", "message"),
        [
            ("ignore", "the suppression names no rule: write 'policylint: ignore[rule] reason'"),
            ("ignore[]", "the suppression names no rule: write 'policylint: ignore[rule] reason'"),
            ("ignore missing-owner", "the suppression names no rule: write 'policylint: ignore[rule] reason'"),
            ("disable[missing-owner]", "the suppression is not understood: write 'policylint: ignore[rule] reason'"),
            ("ignored[missing-owner]", "the suppression is not understood: write 'policylint: ignore[rule] reason'"),
            (
                "ignore-line[missing-owner]",
                "the suppression is not understood: write 'policylint: ignore[rule] reason'",
            ),
            ("", "the suppression is not understood: write 'policylint: ignore[rule] reason'"),
        ],
    )
    def test_that_cannot_be_told_are_reported_and_cover_nothing(self, pack: Pack, directive: str, message: str) -> None:
        text = f"DEP-001: a <!-- policylint: {directive} -->\nType: Environment\n"
        found = check(pack, {"docs/deployment.md": text})
        assert [(each.span.start, each.rule, each.message) for each in found.diagnostics] == [
            ((1, 1), OWNER, "DEP-001 has no Owner"),
            ((1, 12), INVALID, message),
        ]


class TestSyntax:
    def test_of_yaml(self, pack: Pack) -> None:
        text = "id: DEP-001 # policylint: ignore[missing-owner] x\ntype: Environment\n"
        assert of_file(pack, text, "release/dep/a.yaml") == ([], [f"1:5 {OWNER}"])

    def test_behind_the_comment_of_another_tool(self, pack: Pack) -> None:
        text = "id: DEP-001 # noqa # policylint: ignore[missing-owner] x\ntype: Environment\n"
        assert of_file(pack, text, "release/dep/a.yaml") == ([], [f"1:5 {OWNER}"])

    def test_of_yaml_with_several_documents(self, pack: Pack) -> None:
        text = (
            "# policylint: ignore-file[duplicate-key]\n---\nid: DEP-001\ntype: Environment\nowner: x\nowner: x\n---\n"
            "# policylint: ignore[missing-owner]\nid: DEP-002\ntype: Environment\nnote: 'a # policylint: ignore[x]'\n"
        )
        assert of_file(pack, text, "release/dep/a.yaml") == ([], [f"6:1 {DUPLICATE}", f"9:5 {OWNER}"])

    def test_of_the_header_of_a_yaml_block_scalar(self, pack: Pack) -> None:
        text = "id: DEP-001\ntype: Environment\nowner: | # policylint: ignore[missing-owner] until hired\n  TBD\n"
        assert of_file(pack, text, "release/dep/a.yaml") == ([], [f"3:8 {OWNER}"])

    def test_of_toml(self, pack: Pack) -> None:
        text = '[build]\n  command = "npm run build" # policylint: ignore[netlify/missing-test-gate] in CI\n'
        assert of_file(pack, text, "netlify.toml") == ([], [f"2:13 {GATE}"])

    def test_of_toml_on_the_line_above(self, pack: Pack) -> None:
        text = '[build]\r\n# policylint: ignore[missing-test-gate]\r\n\r\ncommand = "npm run build"\r\n'
        assert of_file(pack, text, "netlify.toml") == ([], [f"4:11 {GATE}"])

    def test_of_front_matter(self, pack: Pack) -> None:
        text = "---\nid: DEP-001 # policylint: ignore[missing-owner] x\ntype: Environment\n---\n# Body\n"
        assert of_file(pack, text, "docs/deployment/a.md") == ([], [f"2:5 {OWNER}"])

    def test_of_markdown_reaches_into_front_matter_for_the_whole_file(self, pack: Pack) -> None:
        text = "---\nid: DEP-001\ntype: Environment\n---\n<!-- policylint: ignore-file[missing-owner] -->\n"
        assert of_file(pack, text, "docs/deployment/a.md") == ([], [f"2:5 {OWNER}"])

    def test_with_a_comment_for_a_value(self, pack: Pack) -> None:
        text = "DEP-001: a\nType: Environment\nOwner: <!-- policylint: ignore[missing-owner] not yet -->\n"
        assert of_file(pack, text) == ([], [f"3:1 {OWNER}"])

    @pytest.mark.parametrize(
        ("path", "text", "found"),
        [
            (
                "release/dep/a.yaml",
                "id: DEP-001\ntype: Environment\nnote: '# policylint: ignore-file[missing-owner]'\n",
                "1:5",
            ),
            (
                "release/dep/a.yaml",
                "id: DEP-001\ntype: Environment\nnote: |\n  # policylint: ignore-file[missing-owner]\n",
                "1:5",
            ),
            (
                "release/dep/a.yaml",
                "id: DEP-001#policylint: ignore-file[missing-owner]\n---\nid: DEP-002\ntype: Step\n",
                "",
            ),
            (
                "docs/deployment.md",
                "DEP-001: a\nType: Environment\n`<!-- policylint: ignore-file[missing-owner] -->`\n",
                "1:1",
            ),
            (
                "docs/deployment.md",
                "DEP-001: a\nType: Environment\n\n```\n<!-- policylint: ignore-file[missing-owner] -->\n```\n",
                "1:1",
            ),
            ("docs/deployment.md", "DEP-001: a\nType: Environment\n# policylint: ignore-file[missing-owner]\n", "1:1"),
            (
                "docs/deployment.md",
                "DEP-001: a\nType: Environment\n<!-- see policylint: ignore-file[missing-owner] -->\n",
                "1:1",
            ),
        ],
    )
    def test_that_is_no_comment_has_no_effect(self, pack: Pack, path: str, text: str, found: str) -> None:
        if found:
            assert of_file(pack, text, path) == ([f"{found} {OWNER}"], [])
        else:
            assert UNUSED not in str(of_file(pack, text, path))

    def test_in_a_toml_string_has_no_effect(self, pack: Pack) -> None:
        text = '[build]\ncommand = "npm run build # policylint: ignore-file[missing-test-gate]"\n'
        assert of_file(pack, text, "netlify.toml") == ([f"2:11 {GATE}"], [])


def test_many_comments_cover_one_line_each(pack: Pack) -> None:
    text = "id: DEP-001\n" + "# policylint: ignore[missing-owner]\n" * 8000
    settings = Settings(select=SELECTED, limits=Limits(findings=8000))
    report = engine.check(MemoryTree({"release/dep/a.yaml": text}), pack, settings)
    assert len(report.diagnostics) == 8001


_types = st.sampled_from(["Environment", "Criteria", "Rollback", "Step"])
_values = {
    "stage": st.sampled_from(["Pre-deploy", "Post-deploy"]),
    "owner": st.sampled_from(["", "TBD", "QA lead", "[Who verifies]"]),
    "linked_ids": st.sampled_from(["RUN-001", "RUN-009", "TEST-001 to TEST-003", "TEST-004"]),
}
_entries = st.lists(st.fixed_dictionaries({"type": _types}, optional=_values), min_size=1, max_size=4)
_MARKS = {"md": ("<!-- ", " -->"), "yaml": ("# ", "")}


@st.composite
def _files(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A file that defines entries with some faults: its path and its lines."""
    extension = draw(st.sampled_from(["md", "yaml", "matter.md"]))
    lines = ["RUN-001: Roll back", ""] if extension == "md" else []
    for index, entry in enumerate(draw(_entries)):
        identifier = f"DEP-{index:03}"
        if extension == "md":
            lines += [draw(st.sampled_from(["{}: é", "## {}: é", "**{}**: é"])).format(identifier)]
            lines += [f"{name.replace('_ids', ' IDs').capitalize()}: {value}" for name, value in entry.items()]
            lines += draw(st.sampled_from([[], [""], ["---"], ["", "Prose.", ""], ["<!-- note -->"]]))
        elif extension == "yaml":
            lines += [f"{identifier}:", *(f"  {name}: '{value}'" for name, value in entry.items())]
        elif not index:
            lines += [
                "---",
                f"id: {identifier}",
                *(f"{name}: '{value}'" for name, value in entry.items()),
                "---",
                "Text.",
            ]
    return f"docs/deployment/a.{extension}", lines


class TestLaws:
    @settings(max_examples=250, deadline=None)
    @given(_files(), st.sampled_from(["\n", "\r\n"]), st.data())
    def test_a_comment_above_each_place_of_a_rule_silences_it_and_is_used(
        self, pack: Pack, file: tuple[str, list[str]], eol: str, data: st.DataObject
    ) -> None:
        path, lines = file
        before = check(pack, {path: eol.join(lines)}, ["ALL"])
        rules = sorted({each.rule for each in before.diagnostics})
        if not rules:
            return
        rule = data.draw(st.sampled_from(rules))
        at = {each.span.start.line for each in before.diagnostics if each.rule == rule}
        written: list[str] = []
        for number, line in enumerate(lines, 1):
            if number in at:
                yaml = path.endswith((".yaml", ".matter.md"))
                opening, closing = _MARKS["yaml" if yaml else "md"]
                written.append(f"{opening}policylint: ignore[{rule}] for now{closing}")
            written.append(line)
        after = check(pack, {path: eol.join(written)}, ["ALL"])
        assert {each.rule for each in after.diagnostics} == {*rules} - {rule}
        assert [each.message for each in after.diagnostics] == [
            each.message for each in before.diagnostics if each.rule != rule
        ]
        assert [each.message for each in after.suppressed] == [
            each.message for each in before.diagnostics if each.rule == rule
        ]
