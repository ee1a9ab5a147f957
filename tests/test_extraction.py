"""Entries as people write them: headers, fields and their places, in Markdown and in data."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policylint import documents, engine
from policylint.documents.document import Limits
from policylint.documents.source import Source
from policylint.examination import Examiner
from policylint.extraction import extract_entries
from policylint.field_names import normalise
from policylint.filetree import MemoryTree
from policylint.identifiers import Grammar
from policylint.kinds import KindTable
from policylint.pack import Pack
from policylint.workspace import open_workspace

GRAMMAR = Grammar(frozenset({"SHA"}))
ALIASES = {"owners": "owner", "related": "linkedids", "links": "linkedids"}


class Found(NamedTuple):
    """An entry with places as (line, column): of its ID, and of each field's name and value."""

    identifier: str
    title: str
    place: tuple[int, int]
    fields: dict[str, tuple[object, tuple[int, int], tuple[int, int]]]


def entries(text: str, format_name: str = "markdown") -> list[Found]:
    source = Source("a", text)
    loaded = documents.load(source, format_name, Limits())
    assert loaded.faults == ()
    found = []
    for document in loaded.documents:
        for entry in extract_entries(document, GRAMMAR, ALIASES):
            fields = {
                name: (field.value, tuple(source.position(field.key[0])), tuple(source.position(field.extent[0])))
                for name, field in entry.fields.items()
            }
            for name, field in entry.fields.items():
                assert normalise(source.text[slice(*field.key)].strip("\"'")) in (name, *ALIASES)
            found.append(Found(str(entry.identifier), entry.title, tuple(source.position(entry.header[0])), fields))  # type: ignore[arg-type]
    return found


def values(text: str, format_name: str = "markdown") -> dict[str, dict[str, object]]:
    """The fields of each entry, by its ID."""
    return {
        entry.identifier: {name: field[0] for name, field in entry.fields.items()}
        for entry in entries(text, format_name)
    }


def headers(text: str) -> list[tuple[str, str, tuple[int, int]]]:
    return [(entry.identifier, entry.title, entry.place) for entry in entries(text)]


PLAIN = """\
Example DEP- entries:
DEP-011: Shop backend, production
Type: Environment
Stage: Pre-deploy
Configuration:
- PYTHON_ENV=production
- LOG: json
Secrets: Vault, rotated weekly
Linked IDs: ARC-007 (queue), TECH-002
---
DEP-012: Latency rollback
Type: Rollback
Threshold: >300 ms for 10 minutes (now 120 ms, MON-004)
Procedure:
1. Page the engineer on call
2. Pause: stop the rollout
Notification: #ops 😀, e-mail
Linked IDs: MON-004, API-001–020
"""


class TestPlainLines:
    def test_give_entries_with_values_and_places(self) -> None:
        assert entries(PLAIN) == [
            Found(
                "DEP-011",
                "Shop backend, production",
                (2, 1),
                {
                    "type": ("Environment", (3, 1), (3, 7)),
                    "stage": ("Pre-deploy", (4, 1), (4, 8)),
                    "configuration": ("- PYTHON_ENV=production\n- LOG: json", (5, 1), (6, 1)),
                    "secrets": ("Vault, rotated weekly", (8, 1), (8, 10)),
                    "linkedids": ("ARC-007 (queue), TECH-002", (9, 1), (9, 13)),
                },
            ),
            Found(
                "DEP-012",
                "Latency rollback",
                (11, 1),
                {
                    "type": ("Rollback", (12, 1), (12, 7)),
                    "threshold": (">300 ms for 10 minutes (now 120 ms, MON-004)", (13, 1), (13, 12)),
                    "procedure": ("1. Page the engineer on call\n2. Pause: stop the rollout", (14, 1), (15, 1)),
                    "notification": ("#ops 😀, e-mail", (17, 1), (17, 15)),
                    "linkedids": ("MON-004, API-001–020", (18, 1), (18, 13)),
                },
            ),
        ]

    @pytest.mark.parametrize("eol", ["\r\n", "\r"], ids=["CRLF", "CR"])
    def test_give_the_same_whatever_ends_them(self, eol: str) -> None:
        expected = [
            (
                *entry[:3],
                {name: (str(value).replace("\n", eol), *places) for name, (value, *places) in entry.fields.items()},
            )
            for entry in entries(PLAIN)
        ]
        assert entries(PLAIN.replace("\n", eol)) == expected

    def test_need_no_break_between_entries(self) -> None:
        assert values("DEP-001: a\nOwner: x\nDEP-002: b\nOwner: y\n") == {
            "DEP-001": {"owner": "x"},
            "DEP-002": {"owner": "y"},
        }

    @pytest.mark.parametrize("line", ["---", "***", "_ _ _", "   ---", "-----"])
    def test_after_a_thematic_break_belong_to_no_entry(self, line: str) -> None:
        assert values(f"DEP-001: a\nType: Step\n{line}\nOwner: x\n") == {"DEP-001": {"type": "Step"}}

    def test_in_prose_open_no_entry(self) -> None:
        text = (
            "See DEP-001: it is done.\nDEP-002 is done: yes\nDEP-003 to DEP-005: all done\nTEST-001–020: pass\n"
            "| DEP-006 | x |\n1. DEP-007: x\n- DEP-008: x\nSHA-256: x\n    DEP-009: code\nxDEP-010: y\n"
        )
        assert entries(text) == []

    def test_may_leave_out_the_blank_after_the_colon_and_the_title(self) -> None:
        assert headers("DEP-001:Title\nDEP-002:\n") == [("DEP-001", "Title", (1, 1)), ("DEP-002", "", (2, 1))]


class TestHeaders:
    @pytest.mark.parametrize(
        ("line", "title", "column"),
        [
            ("# DEP-001: Title", "Title", 3),
            ("## DEP-001: Title ##", "Title", 4),
            ("### DEP-001 — Title", "Title", 5),
            ("#### DEP-001 | Title", "Title", 6),
            ("## DEP-001 – Title", "Title", 4),
            ("## DEP-001 - Title", "Title", 4),
            ("# DEP-001 Title", "Title", 3),
            ("## DEP-001", "", 4),
            ("  ## DEP-001: Title", "Title", 6),
            ("## [DEP-001] Title", "Title", 5),
            ("# [DEP-001]: Title", "Title", 4),
            ("## `DEP-001`: Title", "Title", 5),
            ("## **DEP-001:** Title", "Title", 6),
            ("## DEP-001-SLUG: Title", "Title", 4),
            ("### DEP-001: Title [DEPRECATED]", "Title [DEPRECATED]", 5),
            ("DEP-001: Title", "Title", 1),
            ("**DEP-001**: Title", "Title", 3),
            ("**DEP-001: Title**", "Title", 3),
            ("**DEP-001** — Title", "Title", 3),
            ("**DEP-001**", "", 3),
            ("`DEP-001`: Title", "Title", 2),
            ("[DEP-001]: Title", "Title", 2),
            ("- **DEP-001**: Title", "Title", 5),
            ("DEP-001: Titlé 😀: more", "Titlé 😀: more", 1),
        ],
    )
    def test_in_any_form_give_the_id_the_title_and_the_place_of_the_id(
        self, line: str, title: str, column: int
    ) -> None:
        assert headers(f"é\n\n{line}\nOwner: x\n") == [("DEP-001", title, (3, column))]

    def test_keep_zeros_suffixes_and_long_prefixes(self) -> None:
        assert [found[0] for found in headers("# EPIC-04a Sync\n# BR-FEA-001: x\n# TEST-0001\n")] == [
            "EPIC-04a",
            "BR-FEA-001",
            "TEST-0001",
        ]

    @pytest.mark.parametrize(
        "line",
        ["DEP-XXX: [Title]", "## DEP-XXX: [Title]", "**DEP-NNN**: x", "# DEP-{Number}: {Name}", "### DEP-###: x"],
    )
    def test_of_a_template_end_the_entry_before_them_and_open_none(self, line: str) -> None:
        text = f"DEP-001: a\nType: Step\n\n{line}\nType: [Step | Rollback]\nOwner: [Who verifies]\n"
        assert values(text) == {"DEP-001": {"type": "Step"}}

    @pytest.mark.parametrize(
        "line", ["TEST-XXX must pass first", "[EPIC-XXX, API-XXX related]", "- TEST-XXX: the suite"]
    )
    def test_are_not_made_by_placeholders_in_a_value(self, line: str) -> None:
        assert values(f"DEP-001: a\nLinked IDs:\n{line}\nOwner: x\n")["DEP-001"] == {"linkedids": line, "owner": "x"}

    def test_of_an_entry_inside_an_entry_end_the_outer_one(self) -> None:
        text = "## DEP-001: a\nOwner: x\n### DEP-002: b\nOwner: y\n## Notes\nOwner: z\n"
        assert values(text) == {"DEP-001": {"owner": "x"}, "DEP-002": {"owner": "y"}}


class TestFields:
    def test_in_bold_have_the_name_and_the_value_without_marks(self) -> None:
        text = "# DEP-001: a\n**ID**: DEP-001\n**Owner:** Jane\n__Stage__: Deploy\n**Linked IDs**: [TEST-001](t.md#t)\n"
        assert entries(text)[0].fields == {
            "id": ("DEP-001", (2, 3), (2, 9)),
            "owner": ("Jane", (3, 3), (3, 12)),
            "stage": ("Deploy", (4, 3), (4, 12)),
            "linkedids": ("[TEST-001](t.md#t)", (5, 3), (5, 17)),
        }

    def test_may_all_be_bullets_or_quoted(self) -> None:
        assert values(
            "## DEP-001\n- **Owner**: x\n- Type: Step\n  more\n## DEP-002\n> **State**: `Done`\n> Owner: y\n"
        ) == {
            "DEP-001": {"owner": "x", "type": "Step\n  more"},
            "DEP-002": {"state": "`Done`", "owner": "y"},
        }

    def test_may_be_headings_below_the_entry(self) -> None:
        text = (
            "## DEP-001: a\n\n### Rollback\n\nRun it.\n\nThen: wait.\n\n"
            "### Related\n- [TEST-001](t.md)\n- TEST-002\n\n## Other\n"
        )
        assert entries(text)[0].fields == {
            "rollback": ("Run it.", (3, 5), (5, 1)),
            "then": ("wait.", (7, 1), (7, 7)),
            "linkedids": ("- [TEST-001](t.md)\n- TEST-002", (9, 5), (10, 1)),
        }

    def test_have_one_name_whatever_their_case_and_punctuation(self) -> None:
        assert normalise("Linked IDs") == normalise("linked_ids") == normalise("linkedIds") == normalise("LINKED-IDS")
        assert values("DEP-001: a\nGo/No-Go Criteria: x\nOwner's name: y\nA (b): z\n") == {
            "DEP-001": {"gonogocriteria": "x", "ownersname": "y", "ab": "z"}
        }

    def test_that_are_written_twice_count_once(self) -> None:
        assert values("DEP-001: a\nOwner: x\nOwners: y\n") == {"DEP-001": {"owner": "x"}}

    def test_without_a_value_are_empty_and_stand_at_their_name(self) -> None:
        assert entries("DEP-001: a\nOwner:\nType: \nStage: Deploy\n")[0].fields == {
            "owner": ("", (2, 1), (2, 1)),
            "type": ("", (3, 1), (3, 1)),
            "stage": ("Deploy", (4, 1), (4, 8)),
        }

    def test_may_have_a_placeholder_for_a_value(self) -> None:
        assert entries("DEP-001: a\nOwner: [Who verifies]\n")[0].fields == {"owner": ("[Who verifies]", (2, 1), (2, 8))}

    def test_go_on_over_lines_and_lists_and_end_with_the_paragraph(self) -> None:
        text = (
            "DEP-001: a\nLinked IDs: MON-001,\n  TEST-001\n- RUN-002: x\n\n- RUN-003\n\n"
            "Later, see RUN-999.\n- RUN-998\n\nOwner: x\n"
        )
        assert values(text) == {
            "DEP-001": {"linkedids": "MON-001,\n  TEST-001\n- RUN-002: x\n\n- RUN-003", "owner": "x"}
        }

    def test_may_have_their_value_below_a_blank_line(self) -> None:
        assert values("DEP-001: a\n**Description**:\n\nOne\ntwo\n\nthree\n") == {"DEP-001": {"description": "One\ntwo"}}

    def test_with_code_over_several_lines_are_read_whole(self) -> None:
        text = "DEP-001: a\nCommand: `npm run\n  build`\nNote: a ` alone\nOwner: x\nCheck: a ` again\n"
        assert values(text) == {
            "DEP-001": {"command": "`npm run\n  build`", "note": "a ` alone", "owner": "x", "check": "a ` again"}
        }


class TestCodeAndComments:
    @pytest.mark.parametrize("fence", ["```", "~~~", "````", "```yaml"])
    def test_entries_and_fields_in_code_are_ignored(self, fence: str) -> None:
        closing = fence.removesuffix("yaml")
        lines = [fence, "DEP-001: a", "Owner: x", closing, "DEP-002: é", "Type: Step", fence, "Owner: y", closing]
        text = "\n".join([*lines, "Stage: Deploy", ""])
        assert values(text) == {"DEP-002": {"type": "Step", "stage": "Deploy"}}

    def test_entries_in_a_comment_are_ignored(self) -> None:
        assert values("<!--\nDEP-001: a\nOwner: x\n-->\nDEP-002: b\nType: Step\n<!-- Owner: y -->\n") == {
            "DEP-002": {"type": "Step"}
        }

    def test_a_comment_is_no_part_of_a_title_or_a_value(self) -> None:
        text = "DEP-001: a <!-- b -->\nType: Step <!-- c -->\n<!-- d -->\nOwner: <!-- e -->\nStage: Deploy\n"
        assert entries(text) == [
            Found(
                "DEP-001",
                "a",
                (1, 1),
                {
                    "type": ("Step", (2, 1), (2, 7)),
                    "owner": ("", (4, 1), (4, 1)),
                    "stage": ("Deploy", (5, 1), (5, 8)),
                },
            )
        ]


class TestData:
    def test_one_entry(self) -> None:
        text = 'id: DEP-003\ntitle: Roll back\nowners: [web, "sre"]\nlinked_ids:\n  - MON-001\n'
        assert entries(text, "yaml") == [
            Found(
                "DEP-003",
                "Roll back",
                (1, 5),
                {
                    "id": ("DEP-003", (1, 1), (1, 5)),
                    "title": ("Roll back", (2, 1), (2, 8)),
                    "owner": (["web", "sre"], (3, 1), (3, 9)),
                    "linkedids": (["MON-001"], (4, 1), (5, 3)),
                },
            )
        ]

    def test_a_list_of_entries_anywhere_near_the_top(self) -> None:
        text = "release:\n  entries:\n    - ID: DEP-001\n      name: a\n    - {id: DEP-002, Owner: x}\n"
        assert entries(text, "yaml") == [
            Found("DEP-001", "a", (3, 11), {"id": ("DEP-001", (3, 7), (3, 11)), "name": ("a", (4, 7), (4, 13))}),
            Found("DEP-002", "", (5, 12), {"id": ("DEP-002", (5, 8), (5, 12)), "owner": ("x", (5, 21), (5, 28))}),
        ]

    def test_a_mapping_by_id(self) -> None:
        text = "DEP-001: {title: a, owner: x}\n'DEP-002':\n  Owner: y\nother: {DEP-003: {}}\nDEP-004: text\n"
        assert entries(text, "yaml") == [
            Found("DEP-001", "a", (1, 1), {"title": ("a", (1, 11), (1, 18)), "owner": ("x", (1, 21), (1, 28))}),
            Found("DEP-002", "", (2, 1), {"owner": ("y", (3, 3), (3, 10))}),
            Found("DEP-003", "", (4, 9), {}),
        ]

    def test_several_documents(self) -> None:
        assert entries("id: DEP-001\n---\nid: DEP-002\n", "yaml") == [
            Found("DEP-001", "", (1, 5), {"id": ("DEP-001", (1, 1), (1, 5))}),
            Found("DEP-002", "", (3, 5), {"id": ("DEP-002", (3, 1), (3, 5))}),
        ]

    def test_front_matter_comes_before_the_body(self) -> None:
        text = "---\nid: DEP-004\ntype: deployment\nowners: [a]\n---\n# DEP-005: b\nOwner: x\n"
        assert entries(text) == [
            Found(
                "DEP-004",
                "",
                (2, 5),
                {
                    "id": ("DEP-004", (2, 1), (2, 5)),
                    "type": ("deployment", (3, 1), (3, 7)),
                    "owner": (["a"], (4, 1), (4, 9)),
                },
            ),
            Found("DEP-005", "b", (6, 3), {"owner": ("x", (7, 1), (7, 8))}),
        ]

    def test_an_entry_s_own_fields_hold_no_entries(self) -> None:
        assert list(values("id: DEP-001\nsteps:\n  - id: DEP-002\n", "yaml")) == ["DEP-001"]

    def test_what_is_no_id_makes_no_entry(self) -> None:
        assert entries("id: 1\nname: x\n---\nid: dep-001\n---\n- DEP-001\n- id: [DEP-002]\n", "yaml") == []

    def test_below_the_search_depth_there_are_none(self) -> None:
        assert entries("a: {b: {c: {d: {id: DEP-001}}}}\n", "yaml") == []


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    root = str(tmp_path_factory.mktemp("root"))
    return open_workspace(root, {"XDG_CACHE_HOME": f"{root}/cache"}, root).pack


class TestKinds:
    @pytest.mark.parametrize(
        ("path", "text", "expected"),
        [
            ("audit.md", "### DEP-001: lodash is old\n**Type**: Vulnerability\n**Severity**: High\n", ["DEP-001 "]),
            ("audit.md", "### DEP-001: Prod\n**Type**: Environment\n", ["DEP-001 deployment"]),
            ("audit.md", "### DEP-001: Prod\n**Type**: Release\n**Strategy**: Canary\n", ["DEP-001 deployment"]),
            ("audit.md", "### DEP-001: Prod\n**Type**: Release\n", ["DEP-001 "]),
            ("audit.md", "### DEP-001: Prod\n**Stage**: Post-deploy\n", ["DEP-001 deployment"]),
            ("docs/deployment/a.md", "### DEP-001: Prod\n", ["DEP-001 deployment"]),
            ("a.md", "TEST-001: Login\nType: Validation\n", ["TEST-001 "]),
            ("a.yaml", "- id: DEP-001\n  type: Step\n", ["DEP-001 deployment"]),
        ],
    )
    def test_a_deployment_entry_is_told_by_its_fields_or_its_home(
        self, pack: Pack, path: str, text: str, expected: list[str]
    ) -> None:
        source = Source(path, text)
        facts = Examiner(pack, pack.rules, Limits()).examine(source, KindTable(pack.kinds).candidates(path))
        assert facts is not None
        assert [f"{entry.identifier} {' '.join(entry.kinds)}" for entry in facts.entries] == expected

    def test_a_vulnerability_report_needs_no_owner(self, pack: Pack) -> None:
        text = "### DEP-001: lodash is old\n**Type**: Vulnerability\n"
        assert engine.check(MemoryTree({"audit.md": text}), pack, engine.Settings()).diagnostics == ()


_words = (
    st.text("abc é😀.,-", min_size=1, max_size=12).map(str.strip).filter(lambda text: text.strip("-*_ ") == text != "")
)
_names = st.sampled_from(["Owner", "Type", "Stage", "Success Criteria", "Go/No-Go"])
_numbers = st.integers(0, 999).map(lambda number: f"DEP-{number:03}")
_forms = st.sampled_from(["{}: {}", "## {}: {}", "#### {} | {}", "**{}**: {}", "# [{}] {}", "### {} — {}"])


class TestLaws:
    @settings(max_examples=150, deadline=None)
    @given(
        st.lists(st.tuples(_forms, _numbers, _words, st.dictionaries(_names, _words)), max_size=4),
        st.sampled_from(["\n", "\r\n"]),
    )
    def test_what_is_written_is_extracted(self, written: list[tuple[str, str, str, dict[str, str]]], eol: str) -> None:
        lines: list[str] = []
        expected = []
        for form, identifier, title, fields in written:
            lines += [form.format(identifier, title), *(f"{name}: {value}" for name, value in fields.items()), ""]
            expected.append((identifier, title, {normalise(name): value for name, value in fields.items()}))
        found = entries(eol.join(lines))
        assert [
            (entry.identifier, entry.title, {name: field[0] for name, field in entry.fields.items()}) for entry in found
        ] == expected
        for entry in found:
            for value, _, (line, column) in entry.fields.values():
                assert lines[line - 1][column - 1 :] == value

    @settings(max_examples=200, deadline=None)
    @given(
        st.lists(
            st.sampled_from(
                [
                    *"\n\n\r*_`[]:|#>- ",
                    "DEP-001",
                    "DEP-XXX",
                    "TEST-1",
                    "Owner: ",
                    "**Type**: ",
                    "x",
                    "```\n",
                    "<!--",
                    "-->",
                    "---\n",
                    "\r\n",
                ]
            ),
            max_size=30,
        ).map("".join)
    )
    def test_any_text_gives_entries_whose_places_hold_what_they_say(self, text: str) -> None:
        source = Source("a", text)
        for document in documents.load(source, "markdown", Limits()).documents:
            for entry in extract_entries(document, GRAMMAR, ALIASES):
                assert source.text[slice(*entry.header)] == str(entry.identifier)
                for field in entry.fields.values():
                    assert source.text[slice(*field.key)].startswith(field.name.strip())
                    assert 0 <= field.extent[0] <= field.extent[1] <= len(source.text)


@pytest.mark.parametrize(
    "piece",
    [
        "DEP-001: a\nOwner: x\n\n- y\n\n",
        "DEP-001: a\n",
        "- x\n\n",
        "Owner:\n",
        "[`**_" * 3 + "\n",
        "# \n",
        "-" * 40 + "\n",
    ],
)
def test_a_long_text_below_an_entry_is_read_to_its_end(piece: str) -> None:
    text = "DEP-001: a\nOwner: x\n" + piece * (200_000 // len(piece))
    assert str(entries(text)[0].identifier) == "DEP-001"
