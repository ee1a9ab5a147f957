"""Entries as people write them: headers, fields and their places, in Markdown and in data."""

from __future__ import annotations

import re
import tempfile
from functools import cache
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policylint import documents, engine
from policylint.documents.document import Document, Extent, Fault, Limits
from policylint.documents.source import Source
from policylint.examination import examine
from policylint.examiner import Examiner
from policylint.extraction import Extractor, misspelling
from policylint.extraction.entries import Extracted
from policylint.facts import (
    ARROW,
    CHECKED,
    EXPLICIT,
    ITEM,
    LIST,
    LOOSE,
    MENTION,
    MENTIONING,
    RANGE,
    SEQUENCE,
    SINGLE,
    UNCHECKED,
    EntryField,
)
from policylint.field_names import normalise
from policylint.filetree import MemoryTree
from policylint.identifiers import Grammar
from policylint.kinds import KindTable
from policylint.pack import EntrySettings, LinkType, Pack
from policylint.settings import Settings
from policylint.workspace import open_workspace

GRAMMAR = Grammar(frozenset({"SHA"}))
ALIASES = {"owners": "owner", "related": "linkedids", "links": "linkedids", "identifier": "id"}
LINK_TYPES = [
    LinkType(name="linked", title="links", inverse="is linked by", fields=["linkedids"], lists=[], targets=[]),
    LinkType(name="dependency", title="depends on", inverse="is needed by", fields=["dependson"], lists=[], targets=[]),
    LinkType(name="runbook", title="is handled by", inverse="handles", fields=["runbook"], lists=[], targets=["RUN"]),
]


@cache
def entry_settings() -> EntrySettings:
    """The settings that come with policylint, with the names that these tests use."""
    with tempfile.TemporaryDirectory() as root:
        settings = open_workspace(root, {"XDG_CACHE_HOME": f"{root}/cache"}, root).pack.entries
    return settings.replace(id_fields=["id"], title_fields=["title", "name"], aliases=ALIASES, link_types=LINK_TYPES)


class Found(NamedTuple):
    """An entry with places as (line, column): of its ID, and of each field's name and value."""

    identifier: str
    title: str
    place: tuple[int, int]
    fields: dict[str, tuple[object, tuple[int, int], tuple[int, int]]]


def extracted(text: str, format_name: str = "markdown") -> Extracted:
    """What all documents of a text yield."""
    loaded = documents.load(Source("a", text), format_name, Limits())
    assert loaded.faults == ()
    every = [
        Extractor(GRAMMAR, entry_settings()).extract(document, Limits().references) for document in loaded.documents
    ]
    return Extracted(
        [entry for one in every for entry in one.entries],
        [reference for one in every for reference in one.references],
        [fault for one in every for fault in one.faults],
    )


def entries(text: str, format_name: str = "markdown") -> list[Found]:
    found = []
    for document in documents.load(Source("a", text), format_name, Limits()).documents:
        for entry in Extractor(GRAMMAR, entry_settings()).extract(document, Limits().references).entries:
            places = {name: field_extents(document, field) for name, field in entry.fields.items()}
            for name, (key, _) in places.items():
                assert normalise(document.source.text[slice(*key)].strip("\"'")) in (name, *ALIASES)
            position = document.source.position
            fields = {
                name: (field.value, tuple(position(places[name][0][0])), tuple(position(places[name][1][0])))
                for name, field in entry.fields.items()
            }
            found.append(Found(str(entry.identifier), entry.title, tuple(position(entry.header[0])), fields))  # type: ignore[arg-type]
    return found


def field_extents(document: Document, field: EntryField) -> tuple[Extent, Extent]:
    """Where a field's name and value stand; those of data are found by their path."""
    if not field.path:
        return field.key, field.extent
    place = document.find(field.path)
    assert place is not None
    return place.key or place.value, place.value


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
            "| DEP-006 | x |\n1. DEP-007 is done\n- see DEP-008: x\nSHA-256: x\n    DEP-009: code\nxDEP-010: y\n"
        )
        assert entries(text) == []

    def test_of_a_list_are_items(self) -> None:
        text = (
            "- UJ-001: A\n* UJ-002 — B\n1. UJ-003: C\n- [x] **UJ-004**: D\n- [ ] UJ-099: open\n"
            "- **UJ-005** E\n- `UJ-006`: F\n"
            "- **DEP-022**: Warm up\n  - **Type**: Step\n  - **Owner**: Ann\n- DEP-023: Cool down\n  Type: Step\n"
        )
        assert [(each.identifier, each.title) for each in entries(text)] == [
            ("UJ-001", "A"),
            ("UJ-002", "B"),
            ("UJ-003", "C"),
            ("UJ-004", "D"),
            ("UJ-005", "E"),
            ("UJ-006", "F"),
            ("DEP-022", "Warm up"),
            ("DEP-023", "Cool down"),
        ]
        assert all(entry.rank == ITEM for entry in extracted(text).entries)
        assert values(text)["DEP-022"] == {"type": "Step", "owner": "Ann"}
        assert values(text)["DEP-023"] == {"type": "Step"}

    def test_with_a_number_below_their_own_are_none(self) -> None:
        assert entries("### DEP-001.1: Sub\n") == []

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

    def test_front_matter_goes_on_in_a_heading_of_its_id(self) -> None:
        text = "---\nid: DEP-004\nowners: [a]\n---\n# DEP-004: Publish\nOwner: x\nType: Step\n\n# DEP-005: b\n"
        assert entries(text) == [
            Found(
                "DEP-004",
                "Publish",
                (2, 5),
                {
                    "owner": (["a"], (3, 1), (3, 9)),
                    "type": ("Step", (7, 1), (7, 7)),
                    "id": ("DEP-004", (2, 1), (2, 5)),
                },
            ),
            Found("DEP-005", "b", (9, 3), {}),
        ]

    @pytest.mark.parametrize(
        ("text", "rank"),
        [
            ("## EPIC-005: Checkout", EXPLICIT),
            ("## EPIC-005", EXPLICIT),
            ("## **EPIC-005** — Checkout", EXPLICIT),
            ("## EPIC-005 | Checkout", EXPLICIT),
            ("## EPIC-005 - Checkout", EXPLICIT),
            ("## [EPIC-005](e.md) Checkout", EXPLICIT),
            ("## EPIC-005 Team workflow", MENTIONING),
            ("## EPIC-005 (see below)", MENTIONING),
            ("## EPIC-005, and others", MENTIONING),
            ("## EPIC-005's risks", MENTIONING),
            ("## EPIC-005 チーム", MENTIONING),
            ("## EPIC-005 Team workflow\nMood: good", MENTIONING),
            ("## EPIC-005 Team workflow\nOwner: QA", LOOSE),
            ("- **EPIC-005** Checkout", ITEM),
        ],
    )
    def test_a_heading_that_goes_on_without_a_sign_may_only_speak_of_an_id(self, text: str, rank: int) -> None:
        assert [entry.rank for entry in extracted(text).entries] == [rank]

    @pytest.mark.parametrize(
        ("text", "rank"),
        [
            ("{id: EPIC-005, status: Done}", EXPLICIT),
            ("- {id: EPIC-005}", EXPLICIT),
            ("EPIC-005: {status: Done}", EXPLICIT),
            ("epics: [{id: EPIC-005, title: Checkout}]", EXPLICIT),
            ("epics: [{id: EPIC-005, state: Done}]", LOOSE),
            ("epics: [{id: EPIC-005, progress: 15}]", MENTIONING),
        ],
    )
    def test_a_part_of_data_without_a_title_may_only_speak_of_an_id(self, text: str, rank: int) -> None:
        assert [entry.rank for entry in extracted(text, "yaml").entries] == [rank]

    def test_a_line_in_bold_that_lists_ids_opens_no_entry(self) -> None:
        assert entries("**EPIC-007 | EPIC-008 | TEST-003**") == []

    def test_an_entry_s_own_fields_hold_no_entries(self) -> None:
        assert list(values("id: DEP-001\nsteps:\n  - id: DEP-002\n", "yaml")) == ["DEP-001"]

    def test_what_is_no_id_makes_no_entry(self) -> None:
        assert entries("id: 1\nname: x\n---\nid: dep-001\n---\n- DEP-001\n- id: [DEP-002]\n", "yaml") == []

    def test_below_the_search_depth_there_are_none(self) -> None:
        assert entries("a: {b: {c: {d: {id: DEP-001}}}}\n", "yaml") == []


def items(text: str) -> list[tuple[str, str, dict[str, object], str]]:
    """The entries that rows and bullets define: ID, title, fields by name, and the text of the whole entry."""
    return [
        (
            str(entry.identifier),
            entry.title,
            {name: field.value for name, field in entry.fields.items()},
            text[slice(*entry.extent)],
        )
        for entry in extracted(text).entries
        if entry.rank == ITEM
    ]


def references(text: str, format_name: str = "markdown") -> list[tuple[str, str, str]]:
    """The references as written, with their link and their source, joined by blanks."""
    return [(found.reference.text, found.link, found.source) for found in extracted(text, format_name).references]


def faults(text: str, format_name: str = "markdown") -> list[tuple[str, str]]:
    """What is reported, with the text that it is reported at."""
    return [(fault.message, text[fault.start : fault.end]) for fault in extracted(text, format_name).faults]


TABLE = """\
| `ID` | Title | **Owners** | Depends On |
|:-----|-------|------------|-----------:|
| DEP-001 | Roll back | web | [DEP-002](a.md), API-001 |
| **`DEP-002`** | a \\| b | `x | y` | |
| [DEP-003](c.md#dep-003) | c
| DEP-004 and DEP-005 | d | e | f | g | h |
"""


class TestTables:
    def test_with_a_column_for_ids_define_an_entry_a_row(self) -> None:
        rows = [line.rstrip() for line in TABLE.splitlines()[2:]]
        assert items(TABLE) == [
            (
                "DEP-001",
                "Roll back",
                {"id": "DEP-001", "title": "Roll back", "owner": "web", "dependson": "[DEP-002](a.md), API-001"},
                rows[0],
            ),
            (
                "DEP-002",
                "a | b",
                {"id": "**`DEP-002`**", "title": "a | b", "owner": "`x | y`"},
                rows[1],
            ),
            ("DEP-003", "c", {"id": "[DEP-003](c.md#dep-003)", "title": "c"}, rows[2]),
        ]

    def test_have_cells_in_their_place(self) -> None:
        assert entries(TABLE)[0] == Found(
            "DEP-001",
            "Roll back",
            (3, 3),
            {
                "id": ("DEP-001", (1, 4), (3, 3)),
                "title": ("Roll back", (1, 10), (3, 13)),
                "owner": ("web", (1, 20), (3, 25)),
                "dependson": ("[DEP-002](a.md), API-001", (1, 31), (3, 31)),
            },
        )

    def test_give_links_from_their_rows(self) -> None:
        assert references(TABLE) == [
            ("DEP-002", "dependency", "DEP-001"),
            ("API-001", "dependency", "DEP-001"),
            ("DEP-004", MENTION, ""),
            ("DEP-005", MENTION, ""),
        ]

    def test_without_such_a_column_define_nothing(self) -> None:
        text = "| DEP | Test |\n| --- | --- |\n| DEP-001 | TEST-001 |\n"
        assert items(text) == []
        assert references(text) == [("DEP-001", MENTION, ""), ("TEST-001", MENTION, "")]

    def test_need_no_outer_pipes_and_end_with_a_blank_line(self) -> None:
        text = "ID | Name\n--- | ---\nDEP-001 | a\nsee DEP-002 | b\n\nDEP-003 | c\n"
        assert items(text) == [("DEP-001", "a", {"id": "DEP-001", "name": "a"}, "DEP-001 | a")]

    @pytest.mark.parametrize(
        "text",
        [
            "| ID |\n| DEP-001 |\n",
            "| ID |\n\n| --- |\n| DEP-001 |\n",
            "```\n| ID |\n| --- |\n| DEP-001 |\n```\n",
            "    | ID |\n    | --- |\n    | DEP-001 |\n",
            "| ID |\n| --- |\n| DEP-001–003 |\n| DEP-XXX |\n| TEST-001, TEST-002 |\n| |\n|\n",
            "| A | ID |\n| - | - |\n| DEP-001 |\n",
        ],
    )
    def test_that_are_none_or_whose_cell_is_not_one_id_define_nothing(self, text: str) -> None:
        assert items(text) == []

    def test_in_an_entry_are_part_of_it_and_among_its_links_name_targets(self) -> None:
        text = (
            "## DEP-001: a\n### Steps\n| ID | Title |\n| --- | --- |\n| RUN-001 | see TEST-001 |\n"
            "### Related\n| ID | Title |\n| --- | --- |\n| RUN-002 | see TEST-002 |\n"
        )
        assert [(str(entry.identifier), entry.rank == ITEM) for entry in extracted(text).entries] == [
            ("DEP-001", False),
            ("RUN-001", True),
        ]
        assert references(text) == [
            ("TEST-001", MENTION, "RUN-001"),
            ("RUN-002", "linked", "DEP-001"),
            ("TEST-002", "linked", "DEP-001"),
        ]


class TestBullets:
    def test_that_are_compact_define_items(self) -> None:
        text = "- `DEV-001` | `2026-04-07` | fixed | TEST-001\n- **DEV-002** | **b**\n* [DEV-003] | c\n- DEV-004 | d\n"
        assert items(text) == [
            ("DEV-001", "2026-04-07", {}, "- `DEV-001` | `2026-04-07` | fixed | TEST-001"),
            ("DEV-002", "b", {}, "- **DEV-002** | **b**"),
            ("DEV-003", "c", {}, "* [DEV-003] | c"),
        ]
        # An item may only repeat what is defined elsewhere: its ID is a mention as well.
        assert [each for each in references(text) if each[0] != each[2]] == [
            ("TEST-001", MENTION, "DEV-001"),
            ("DEV-004", MENTION, ""),
        ]

    def test_in_bold_define_items(self) -> None:
        text = "- **API-001**: f\n  more\n- **API-002** — g\n\nSee TEST-001.\n"
        assert items(text) == [
            ("API-001", "f", {}, "- **API-001**: f\n  more"),
            ("API-002", "g", {}, "- **API-002** — g"),
        ]
        assert [each for each in references(text) if each[0] != each[2]] == [("TEST-001", MENTION, "")]

    def test_of_a_field_name_targets(self) -> None:
        text = "DEP-001: a\nRelated:\n- `DEV-001` | x\n- **DEV-002**: y\n"
        assert items(text) == []
        assert references(text) == [("DEV-001", "linked", "DEP-001"), ("DEV-002", "linked", "DEP-001")]


class TestIdFields:
    @pytest.mark.parametrize(
        "line",
        ["**ID**: DEP-001", "ID: DEP-001", "- **ID**: `DEP-001`", "**ID:** [DEP-001](x.md)", "Identifier: DEP-001"],
    )
    def test_open_an_entry_with_the_title_of_the_heading_above(self, line: str) -> None:
        text = f"## DEP-009: z\n\n## Roll back\n\nIn short.\n\n{line}\nOwner: x\n\n## Notes\nOwner: y\n"
        found = extracted(text).entries[1]
        assert (str(found.identifier), found.title, text[slice(*found.header)], found.rank == ITEM) == (
            "DEP-001",
            "Roll back",
            "DEP-001",
            False,
        )
        assert text[slice(*found.extent)].startswith(line)
        assert references(text) == []

    def test_of_the_open_entry_are_fields(self) -> None:
        text = "# DEP-001: a\n**ID**: DEP-001\nOwner: x\n"
        assert values(text) == {"DEP-001": {"id": "DEP-001", "owner": "x"}}

    def test_with_another_id_open_another_entry_without_its_title(self) -> None:
        text = "# DEP-001: a\nOwner: x\n**ID**: DEP-002\nOwner: y\nID: DEP-003\n"
        assert [(found.identifier, found.title, set(found.fields)) for found in entries(text)] == [
            ("DEP-001", "a", {"owner"}),
            ("DEP-002", "", {"id", "owner"}),
            ("DEP-003", "", {"id"}),
        ]

    @pytest.mark.parametrize("line", ["## As in DEP-009", "## DEP-XXX: T"])
    def test_do_not_take_a_heading_with_an_id_of_its_own(self, line: str) -> None:
        assert [(found.identifier, found.title) for found in entries(f"{line}\nID: DEP-001\n")] == [("DEP-001", "")]

    @pytest.mark.parametrize("value", ["DEP-001 to DEP-003", "DEP-001, DEP-002", "DEP-XXX", "the DEP-001", "", "7"])
    def test_with_anything_but_one_id_open_none(self, value: str) -> None:
        assert entries(f"# Roll back\nID: {value}\nOwner: x\n") == []


class TestExtents:
    def test_reach_from_the_header_s_line_to_the_last_line_of_the_entry(self) -> None:
        parts = [
            "## [DEP-001] a\n\nProse.\n\n### Steps\n\n1. x\n2. y",
            "DEP-002: b\nOwner: x\nLinks:\n- TEST-001",
            "DEP-003: c\nProse.\n\nMore.\n\nOwner: x",
        ]
        text = f"Before.\n\n{parts[0]}\n\n{parts[1]}\n\nProse.\n---\nProse.\n{parts[2]}\n\nProse.\n"
        assert [text[slice(*entry.extent)] for entry in extracted(text).entries] == parts

    def test_of_data_are_those_of_the_mappings(self) -> None:
        text = "all:\n  - id: DEP-001\n    title: a\n  - {id: DEP-002, title: b}\nTEST-001:\n  owner: x\n"
        assert [text[slice(*entry.extent)] for entry in extracted(text, "yaml").entries] == [
            "id: DEP-001\n    title: a",
            "{id: DEP-002, title: b}",
            "owner: x",
        ]

    def test_of_front_matter_are_its_lines(self) -> None:
        text = "---\nid: DEP-004\ntype: Step\n---\n# x\n"
        assert [text[slice(*entry.extent)] for entry in extracted(text).entries] == ["id: DEP-004\ntype: Step"]


class TestMalformedIds:
    @pytest.mark.parametrize(
        ("line", "written", "expected"),
        [
            ("## dep-001: Title", "dep-001", "DEP-001"),
            ("# Dep-001", "Dep-001", "DEP-001"),
            ("## [DEP_001] Title", "DEP_001", "DEP-001"),
            ("### DEP 001 Title", "DEP 001", "DEP-001"),
            ("### DEP 012 — Title", "DEP 012", "DEP-012"),
            ("### DEP001 | Title", "DEP001", "DEP-001"),
            ("## EPIC_04a Title", "EPIC_04a", "EPIC-04a"),
            ("**DEP_001**: Title", "DEP_001", "DEP-001"),
            ("**dep-001** — Title", "dep-001", "DEP-001"),
            ("- **DEP_001**: Title", "DEP_001", "DEP-001"),
            ("DEP_001: Title", "DEP_001", "DEP-001"),
            ("DEP 001: Title", "DEP 001", "DEP-001"),
            ("dep-001: Title", "dep-001", "DEP-001"),
            ("dep_01: Title", "dep_01", "DEP-01"),
            ("**ID**: dep-1", "dep-1", "DEP-1"),
            ("- **ID**: `DEP_001`", "DEP_001", "DEP-001"),
            ("ID: Dep 1", "Dep 1", "DEP-1"),
        ],
    )
    def test_are_reported_where_they_would_define_an_entry(self, line: str, written: str, expected: str) -> None:
        text = f"é\n\n{line}\nStage: Deploy\n"
        assert extracted(text) == Extracted(
            [],
            [],
            [
                Fault(
                    "malformed-id",
                    f"'{written}' is not an ID, expected '{expected}'",
                    text.index(written),
                    text.index(written) + len(written),
                )
            ],
        )

    @pytest.mark.parametrize(
        "line",
        [
            "See dep-001: x",
            "Test 1: it works",
            "## Test 1: it works",
            "## API 404 errors",
            "## DEP- and TEST-",
            "## DEP-XXX: T",
            "DEP_001 is done: yes",
            "Dep-001: x",
            "dep 001: x",
            "dep001: x",
            "DEP_1: x",
            "## FOO_001: x",
            "## dep-001-rollback.md",
            "## DEP_001xy",
            "- DEP_001: x",
            "    DEP_001: code",
            "`dep-001` and more",
            "| dep-001 | x |",
            "ID: dep-xxx",
            "ID: foo-001",
            "dep-001 to dep-003: x",
        ],
    )
    def test_are_not_looked_for_in_prose(self, line: str) -> None:
        assert faults(f"{line}\n") == []

    def test_end_the_entry_above(self) -> None:
        text = "## DEP-001: a\nOwner: x\n## DEP_002: b\nType: Step\n"
        assert values(text) == {"DEP-001": {"owner": "x"}}

    def test_are_reported_in_tables(self) -> None:
        text = "| ID | Title |\n| --- | --- |\n| `dep-001` | a |\n| DEP_2 | b |\n| none | test-001 |\n"
        assert faults(text) == [
            ("'dep-001' is not an ID, expected 'DEP-001'", "dep-001"),
            ("'DEP_2' is not an ID, expected 'DEP-2'", "DEP_2"),
        ]
        assert items(text) == []

    def test_are_reported_in_data(self) -> None:
        text = (
            "DEP_001: {title: a}\ndep-002: {title: b}\nlist:\n"
            "- {id: Dep 3, title: c}\n- {id: 'dep-04', title: d}\n- id: DEP5\n  title: e\n"
        )
        assert faults(text, "yaml") == [
            ("'DEP_001' is not an ID, expected 'DEP-001'", "DEP_001"),
            ("'dep-002' is not an ID, expected 'DEP-002'", "dep-002"),
            ("'Dep 3' is not an ID, expected 'DEP-3'", "Dep 3"),
            ("'dep-04' is not an ID, expected 'DEP-04'", "dep-04"),
            ("'DEP5' is not an ID, expected 'DEP-5'", "DEP5"),
        ]
        assert entries(text, "yaml") == []

    @pytest.mark.parametrize(
        "text",
        [
            "id: dep-001\n",
            "Dep-001: {a: b}\n",
            "api1: {a: b}\n",
            "DEP_001: x\n",
            "{id: foo_1, a: b}\n",
            "{id: DEP-, a: b}\n",
        ],
    )
    def test_are_not_looked_for_in_other_data(self, text: str) -> None:
        assert faults(text, "yaml") == []

    def test_are_reported_in_front_matter(self) -> None:
        text = "---\nid: dep_001\ntitle: a\n---\n# DEP-002: b\n"
        assert faults(text) == [("'dep_001' is not an ID, expected 'DEP-001'", "dep_001")]


REGISTER = """\
Overview: DEP-001, see API-009 and STEP-1.
## DEP-001: after DEP-000
ID: DEP-001
Linked IDs: TEST-001 to TEST-003 (suite), UJ-000/001, E-1
Depends On: DEP-002 (see DEP-009)
Runbook: [RUN-001](run.md#run-001) → [RUN-002](run.md)
Notes: TEST-004 to TEST-006 and API-001/002, from DEP-003 to RUN-005.
```
DEP-004
```
<!-- DEP-005 -->
Prose names API-007.
## Allocation
**Unit tests** (TEST-001 to TEST-099): TEST-042
"""


class TestReferences:
    def test_say_what_they_mean_where_they_stand(self) -> None:
        found = [(one.reference.text, one.link, one.form, one.source) for one in extracted(REGISTER).references]
        assert found == [
            ("DEP-001", MENTION, SINGLE, ""),
            ("API-009", MENTION, SINGLE, ""),
            ("DEP-000", MENTION, SINGLE, "DEP-001"),
            ("TEST-001 to TEST-003", "linked", RANGE, "DEP-001"),
            ("UJ-000/001", "linked", LIST, "DEP-001"),
            ("E-1", "linked", SINGLE, "DEP-001"),
            ("DEP-002", "dependency", SINGLE, "DEP-001"),
            ("RUN-001", "runbook", SINGLE, "DEP-001"),
            ("RUN-001](run.md#run-001) → [RUN-002", ARROW, SEQUENCE, "RUN-001"),
            ("RUN-002", "runbook", SINGLE, "DEP-001"),
            ("API-001/002", MENTION, LIST, "DEP-001"),
            ("DEP-003", MENTION, SINGLE, "DEP-001"),
            ("RUN-005", MENTION, SINGLE, "DEP-001"),
            ("API-007", MENTION, SINGLE, "DEP-001"),
            ("TEST-042", MENTION, SINGLE, ""),
        ]

    def test_stand_where_they_say_and_keep_their_notes(self) -> None:
        for one in extracted(REGISTER).references:
            assert REGISTER[one.reference.start : one.reference.end] == one.reference.text
            assert REGISTER[one.reference.note_start : one.reference.note_end] == one.reference.note
        notes = [one.reference.note for one in extracted(REGISTER).references if one.reference.note]
        assert notes == ["suite", "see DEP-009"]

    def test_that_cannot_be_expanded_are_faults_of_link_fields_only(self) -> None:
        text = "DEP-001: a\nLinks: TEST-005 to TEST-001, TEST-001 to RUN-002\nNotes: TEST-005 to TEST-001\n"
        assert [(one.reference.fault, one.form, one.link) for one in extracted(text).references] == [
            ("runs backwards", RANGE, "linked"),
            ("mixes prefixes", RANGE, "linked"),
        ]

    @pytest.mark.parametrize(
        ("line", "link"),
        [
            ("- [API-001](x.md#api-001) — depends-on: because", "dependency"),
            ("- API-001 – Depends on: because", "dependency"),
            ("1. `API-001` - dependency: because", "dependency"),
            ("* API-001 (note) -- text — is handled by:", "runbook"),
            ("- API-001 — enforces: because", "linked"),
            ("- API-001: depends on: because", "linked"),
            ("- API-001 — it depends on: because", "linked"),
            ("API-001 — depends-on: because", "linked"),
        ],
    )
    def test_in_a_list_may_state_their_own_relation(self, line: str, link: str) -> None:
        text = f"## DEP-001: a\n### Related\n{line}\n- TEST-001\n"
        assert references(text) == [("API-001", link, "DEP-001"), ("TEST-001", "linked", "DEP-001")]

    def test_state_a_relation_for_what_stands_before_it(self) -> None:
        text = "## DEP-001: a\n### Related\n- API-001, API-002 — depends-on: see API-003\n"
        assert [link for _, link, _ in references(text)] == ["dependency", "dependency", "linked"]

    @pytest.mark.parametrize(
        "arrow", ["→", " → ", " -> ", "->", " ⇒ ", "=>", " --> ", "` → `", "** → **", " (2% error) → "]
    )
    def test_with_an_arrow_between_them_make_a_third(self, arrow: str) -> None:
        text = f"See `**DEP-003{arrow}MON-001**` (note).\n"
        assert references(text) == [
            ("DEP-003", MENTION, ""),
            (f"DEP-003{arrow}MON-001", ARROW, "DEP-003"),
            ("MON-001", MENTION, ""),
        ]

    @pytest.mark.parametrize("gap", [", → ", " then → ", " →\n", " ↔ ", " > ", " — ", " → ("])
    def test_with_anything_else_between_them_make_none(self, gap: str) -> None:
        assert all(link != ARROW for _, link, _ in references(f"DEP-003{gap}MON-001\n"))

    def test_in_a_chain_make_an_arrow_each(self) -> None:
        text = "### EPIC-01 → EPIC-02/03 → EPIC-05 → STEP-1\n"
        assert extracted(text).entries == []
        found = [one for one in extracted(text).references if one.link == ARROW]
        assert [(one.source, [str(target) for target in one.reference.targets], one.form) for one in found] == [
            ("EPIC-01", ["EPIC-02", "EPIC-03"], SEQUENCE),
            ("EPIC-03", ["EPIC-05"], SEQUENCE),
        ]

    @pytest.mark.parametrize(
        ("line", "box"),
        [
            ("- [ ] TEST-001", UNCHECKED),
            ("* [x] **TEST-001**", CHECKED),
            ("  1. [X] see TEST-001", CHECKED),
            ("> + [ ] TEST-001", UNCHECKED),
            ("- TEST-001 [x]", ""),
            ("[x] TEST-001", ""),
            ("- [x](a) TEST-001", ""),
            ("- [~] TEST-001", UNCHECKED),
            ("- [-] TEST-001", UNCHECKED),
            ("- [] TEST-001", UNCHECKED),
            ("- ☑️ TEST-001", CHECKED),
            ("+ ❌ TEST-001", UNCHECKED),
            ("- [1] TEST-001", ""),
            ("- ❌TEST-001", ""),
            ("- … TEST-001", ""),
        ],
    )
    @pytest.mark.parametrize("eol", ["\n", "\r\n", "\r"])
    def test_carry_the_check_box_of_their_list_item(self, line: str, box: str, eol: str) -> None:
        text = eol.join(["- [x] done, API-001", line, "API-002", ""])
        assert [one.box for one in extracted(text).references] == [CHECKED, box, ""]

    def test_carry_the_boxes_of_their_row(self) -> None:
        text = """| Test | Met? | Manual |
| --- | --- | --- |
| TEST-001, TEST-002 | No (1 fails) | API-001 |
| TEST-003 | ✅ | ❌ |
| TEST-004 | no failures | No |
| nothing | Yes | TEST-005 |
| TEST-006..008 | `[ ]` | yes |
| \\| | [x] | [ ] | TEST-009 |
| TEST-010 | [ ] and more | [ ] and more |

TEST-011 | No
"""
        assert [(one.reference.text, one.form, one.box) for one in extracted(text).references] == [
            ("TEST-001", SINGLE, UNCHECKED),
            ("TEST-002", SINGLE, UNCHECKED),
            ("API-001", SINGLE, ""),
            ("TEST-003", SINGLE, CHECKED),
            ("TEST-004", SINGLE, ""),
            ("TEST-005", SINGLE, CHECKED),
            ("TEST-006..008", RANGE, UNCHECKED),
            ("TEST-009", SINGLE, UNCHECKED),
            ("TEST-010", SINGLE, UNCHECKED),
            ("TEST-011", SINGLE, ""),
        ]

    def test_of_a_row_with_a_box_are_its_own_id_as_well(self) -> None:
        text = "| ID | Done |\n|-|-|\n| TEST-001 | No |\n| TEST-002 | |\n"
        found = extracted(text)
        assert [str(one.identifier) for one in found.entries] == ["TEST-001", "TEST-002"]
        assert [(one.source, one.link, one.box) for one in found.references] == [("TEST-001", MENTION, UNCHECKED)]

    def test_of_data_are_those_in_entries(self) -> None:
        text = (
            "see: API-099\nall:\n- id: DEP-001\n  linked_ids: [TEST-001, 'TEST-002..003'] # API-098\n"
            "  steps:\n  - {run: RUN-001 -> RUN-002}\n  - STEP-1 and TEST-001 to TEST-009\n"
            "- id: DEP-002\n  depends_on: DEP-001\nlast: API-097\n"
        )
        found = extracted(text, "yaml").references
        assert [(one.reference.text, one.link, one.form, one.source) for one in found] == [
            ("TEST-001", "linked", SINGLE, "DEP-001"),
            ("TEST-002..003", "linked", RANGE, "DEP-001"),
            ("RUN-001", MENTION, SINGLE, "DEP-001"),
            ("RUN-001 -> RUN-002", ARROW, SEQUENCE, "RUN-001"),
            ("RUN-002", MENTION, SINGLE, "DEP-001"),
            ("DEP-001", "dependency", SINGLE, "DEP-002"),
        ]
        assert [text[one.reference.start : one.reference.end] for one in found] == [one.reference.text for one in found]

    def test_of_front_matter_come_before_those_of_the_body(self) -> None:
        text = "---\nid: DEP-001\nrelated: [FE-001, ADR-0002] # API-001\nother: TEST-001\n---\nSee API-002.\n"
        assert references(text) == [
            ("FE-001", "linked", "DEP-001"),
            ("ADR-0002", "linked", "DEP-001"),
            ("TEST-001", MENTION, "DEP-001"),
            ("API-002", MENTION, ""),
        ]

    def test_of_every_document_of_a_stream_are_found_once(self) -> None:
        text = "# API-009\nid: DEP-001\nlinks: TEST-001\n---\nid: DEP-002 # API-009\nlinks: TEST-002\n"
        assert references(text, "yaml") == [("TEST-001", "linked", "DEP-001"), ("TEST-002", "linked", "DEP-002")]


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
            ("a.md", "TEST-001: Login\nType: Validation\n", ["TEST-001 test"]),
            ("a.yaml", "- id: DEP-001\n  type: Step\n", ["DEP-001 deployment"]),
        ],
    )
    def test_a_deployment_entry_is_told_by_its_fields_or_its_home(
        self, pack: Pack, path: str, text: str, expected: list[str]
    ) -> None:
        source = Source(path, text)
        examiner = Examiner(pack, pack.rules, Limits())
        facts = examine(examiner, source, KindTable(pack.kinds).candidates(path))
        assert facts is not None
        assert [f"{entry.identifier} {' '.join(entry.kinds)}" for entry in facts.entries] == expected

    def test_a_vulnerability_report_needs_no_owner(self, pack: Pack) -> None:
        text = "### DEP-001: lodash is old\n**Type**: Vulnerability\n"
        assert engine.check(MemoryTree({"audit.md": text}), pack, Settings()).diagnostics == ()


_words = (
    st.text("abc é😀.,-", min_size=1, max_size=12).map(str.strip).filter(lambda text: text.strip("-*_ ") == text != "")
)
_names = st.sampled_from(["Owner", "Type", "Stage", "Success Criteria", "Go/No-Go"])
_numbers = st.integers(0, 999).map(lambda number: f"DEP-{number:03}")
_forms = st.sampled_from(["{}: {}", "## {}: {}", "#### {} | {}", "**{}**: {}", "# [{}] {}", "### {} — {}"])

# Texts made of what the readers look for meet their branches far more often than arbitrary ones.
_PIECES = [
    *"\n\n\r*_`[]:|#>- ",
    *"DEP-001 DEP-002 DEP-XXX dep-003 DEP_004 TEST-1 x ID Title <!-- --> → to / (".split(),
    *("Owner: ", "**ID**: ", "Links: ", "Depends On: ", "**Type**: ", "- [ ] ", " — depends-on: "),
    *("```\n", "---\n", "\r\n", "\n| ID | Title |\n| --- | --- |\n| ", "\n## ", "\n- **", "- `DEP-005` | "),
]


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

    @settings(max_examples=400, deadline=None)
    @given(st.lists(st.sampled_from(_PIECES), max_size=30).map("".join))
    def test_any_text_gives_entries_and_references_whose_places_hold_what_they_say(self, text: str) -> None:
        source = Source("a", text)
        for document in documents.load(source, "markdown", Limits()).documents:
            found = Extractor(GRAMMAR, entry_settings()).extract(document, Limits().references)
            for entry in found.entries:
                assert source.text[slice(*entry.header)] == str(entry.identifier)
                assert entry.extent[0] <= entry.header[0] <= entry.header[1] <= entry.extent[1]
                for field in entry.fields.values():
                    key, value = field_extents(document, field)
                    assert document.statements[slice(*key)].strip("\"'").startswith(field.name.strip()[:1])
                    assert 0 <= value[0] <= value[1] <= len(source.text)
            identifiers = {"", *(str(entry.identifier) for entry in found.entries)}
            for one in found.references:
                assert document.statements[one.reference.start : one.reference.end] == one.reference.text
                assert one.link == ARROW or one.source in identifiers
            places = [one.reference.start for one in found.references]
            assert places == sorted(places)
            for fault in found.faults:
                assert source.text[fault.start : fault.end] in fault.message

    @settings(max_examples=400, deadline=None)
    @given(
        st.lists(st.sampled_from([*_PIECES, "dep 1", "DEP007", " to ", ", ", "9", "-", "."]), max_size=12).map("".join)
    )
    def test_text_that_is_well_written_at_first_sight_has_no_misspelling(self, text: str) -> None:
        prefixes = {"DEP", "TEST", "TO"}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(misspelling, "_WELL_WRITTEN", re.compile("(?!)"))
            one_by_one = list(misspelling.misspellings_in(text, 0, len(text), prefixes))
        assert list(misspelling.misspellings_in(text, 0, len(text), prefixes)) == one_by_one


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
        "`|",
        "`" * 50 + "|\\",
        "| ID |\n| --- |\n| DEP-001 |\n",
        "| ID ",
        "|-",
        "ID: DEP-001\n",
        "ID: DEP-001\n# x\n",
        "\n- [ ] DEP-001 → ",
        "DEP-001 → ",
        "Links: DEP-001 ",
        "\nLinks:\n- DEP-001 ",
        "\nLinks:\n- DEP-001 — depends-on: ",
        " — depends-on",
        "DEP-001 to TEST-002 ",
        "dep-",
        "a-" * 20,
        "D" * 60,
        "(" * 30,
        "](",
    ],
)
def test_a_long_text_below_an_entry_is_read_to_its_end(piece: str) -> None:
    text = "DEP-001: a\nOwner: x\n" + piece * (200_000 // len(piece)) + "\n\nEND-001"
    found = extracted(text)
    assert str(found.entries[0].identifier) == "DEP-001"
    assert found.references[-1].reference.text == "END-001"
    extracted(text.replace("\n", " "))


@pytest.mark.parametrize("piece", ["- id: DEP-001\n", "- {id: dep-001, a: b} # c\n", "---\nid: DEP-001\n"])
def test_long_data_is_read_to_its_end(piece: str) -> None:
    text = piece * (100_000 // len(piece)) + piece
    assert len(extracted(text, "yaml").entries) == text.count("DEP-001")


class TestOtherHeaders:
    @pytest.mark.parametrize(
        ("line", "title", "column"),
        [
            ('## <a id="dep-001"></a>DEP-001: Title', "Title", 24),
            ('## <a name="x"></a> DEP-001: Title', "Title", 21),
            ("## 🚀 DEP-001: Title", "Title", 6),
            ("## ✔️ **DEP-001**: Title", "Title", 9),
            ("## 3.1 DEP-001: Title", "Title", 8),
            ("## 3.1. DEP-001 Title", "Title", 9),
            ("__DEP-001__: Title", "Title", 3),
            ("## __DEP-001__: Title", "Title", 6),
            ("## [DEP-001](dep/001.md): Title", "Title", 5),
            ("## [DEP-001](dep/001.md) — Title", "Title", 5),
            ("## **[`DEP-001`](dep/001.md)** Title", "Title", 8),
            ("## DEP-001. Title", "Title", 4),
            ("## DEP-001: Title {#dep-001}", "Title", 4),
            ("## DEP-001 Title {: .wide #dep-001 } ##", "Title", 4),
            ("## DEP-001：Title", "Title", 4),
            ("DEP-001：Title", "Title", 1),
            ("## DEP-001 (first) Title", "(first) Title", 4),
            ("DEP-001 — Title", "Title", 1),
            ("DEP-001 - Title", "Title", 1),
        ],
    )
    def test_are_read(self, line: str, title: str, column: int) -> None:
        assert headers(f"é\n\n{line}\nOwner: x\n") == [("DEP-001", title, (3, column))]
        assert values(f"é\n\n{line}\nOwner: x\n")["DEP-001"] == {"owner": "x"}

    @pytest.mark.parametrize("line", ["DEP-001: Title\n-----", "DEP-001: Title\n---", "DEP-001: Title\n====="])
    def test_may_be_underlined(self, line: str) -> None:
        text = f"{line}\n\nOwner: x\n\n---\n\nType: Step\n\nNotes\n-----\n\nStage: Deploy\n"
        assert values(text) == {"DEP-001": {"owner": "x", "type": "Step"}}

    @pytest.mark.parametrize(
        "text",
        [
            "DEP-001 — Title\n\nOwner: x\n",
            "DEP-001 — is done\nand: here\n",
            "DEP-001 - DEP-003\nOwner: x\n",
            "DEP-001 – 3 of them\nOwner: x\n",
            "so that\nDEP-001 — Title\nOwner: x\n",
            "## Rollback (DEP-001)\nOwner: x\n",
            "## → DEP-001\nOwner: x\n",
            "## See DEP-001\nOwner: x\n",
        ],
    )
    def test_are_not_seen_in_prose(self, text: str) -> None:
        assert entries(f"é\n\n{text}") == []

    @pytest.mark.parametrize(("line", "title"), [("## DEP-001 {#dep-001}", ""), ("## DEP-001 {Name}", "{Name}")])
    def test_have_no_title_where_only_attributes_follow(self, line: str, title: str) -> None:
        assert headers(f"{line}\n\n### Owner {{#who}}\n\nx\n") == [("DEP-001", title, (1, 4))]
        assert values(f"{line}\n\n### Owner {{#who}}\n\nx\n") == {"DEP-001": {"owner": "x"}}

    def test_without_marks_end_the_entry_before_them(self) -> None:
        text = "DEP-001: a\nOwner: x\n\nDEP-002 — b\nOwner: y\n\nDEP-003 — c\nOwner: z\n"
        assert values(text) == {"DEP-001": {"owner": "x"}, "DEP-002": {"owner": "y"}, "DEP-003": {"owner": "z"}}


class TestOtherFields:
    def test_may_be_rows_of_a_table_below_the_header(self) -> None:
        text = "## DEP-001: a\n\n| Field | Value |\n|---|---|\n| **Type** | Step |\n| Owner: | x \\| y |\n"
        text += "\nStage: Deploy\n"
        assert entries(text)[0].fields == {
            "type": ("Step", (5, 5), (5, 14)),
            "owner": ("x \\| y", (6, 3), (6, 12)),
            "stage": ("Deploy", (8, 1), (8, 8)),
        }

    def test_in_a_table_link_what_they_name(self) -> None:
        found = extracted("## DEP-001: a\n| | |\n|-|-|\n| Owner | x |\n| Linked IDs | TEST-001 |\n")
        assert [(each.reference.text, each.link, each.source) for each in found.references] == [
            ("TEST-001", "linked", "DEP-001")
        ]

    @pytest.mark.parametrize(
        "table",
        [
            "| Metric | Value |\n|-|-|\n| Error rate | 1% |\n| Owner | x |\n",
            "| Field | Value | Note |\n|-|-|-|\n| Owner | x | y |\n",
            "### Details\n\n| Field | Value |\n|-|-|\n| Owner | x |\n",
        ],
    )
    def test_are_not_seen_in_other_tables(self, table: str) -> None:
        assert "owner" not in values(f"## DEP-001: a\n\n{table}")["DEP-001"]

    def test_may_be_indented_below_a_plain_header(self) -> None:
        text = "DEP-001: a\n  Owner: x\n  Configuration:\n    - A: 1\n  Stage: Deploy\nType: Step\n"
        assert values(text) == {"DEP-001": {"owner": "x", "configuration": "- A: 1", "stage": "Deploy", "type": "Step"}}

    def test_of_unknown_name_are_not_seen_where_text_is_indented(self) -> None:
        assert values("DEP-001: a\n  Beware: of this\n  Owner: x\n") == {"DEP-001": {}}

    def test_may_have_names_in_small_letters_if_they_are_known(self) -> None:
        text = "DEP-001: a\ntype: Step\n**owner**: x\nlinked_ids: TEST-001\nTYPE: b\nstage: Deploy\nbeware: this\n"
        found = values(text)["DEP-001"]
        assert found == {
            "type": "Step", "owner": "x", "linkedids": "TEST-001", "stage": "Deploy\nbeware: this"
        }  # fmt: skip
        assert values("## DEP-002: b\n\n- owner: DBA\n- type: Step\n") == {"DEP-002": {"owner": "DBA", "type": "Step"}}
        assert entries("id: DEP-001\nowner: x\n") == []

    def test_may_share_a_line_in_bold(self) -> None:
        text = "## DEP-001: a\n**Type:** Step | **Stage:** Deploy | **Owner:** x | y\n- z\n"
        assert entries(text)[0].fields == {
            "type": ("Step", (2, 3), (2, 11)),
            "stage": ("Deploy", (2, 20), (2, 29)),
            "owner": ("x | y\n- z", (2, 40), (2, 49)),
        }

    @pytest.mark.parametrize(
        "divider", [" | ", " · ", " • ", " / ", ", ", "; ", "<br>", " <br/> "], ids=lambda divider: divider.strip()
    )
    def test_may_share_a_line_with_other_dividers(self, divider: str) -> None:
        found = values(f"## DEP-001: a\n**Type**: Step{divider}**Stage:** Deploy{divider}**Owner** : x, **y**\n")
        assert found == {"DEP-001": {"type": "Step", "stage": "Deploy", "owner": "x, **y**"}}

    @pytest.mark.parametrize("colon", ["：", "\u00a0: "])
    def test_may_share_a_line_with_the_colons_of_other_languages(self, colon: str) -> None:
        assert values(f"## DEP-001: a\n**Type**{colon}Step · **Owner**{colon}x\n") == {
            "DEP-001": {"type": "Step", "owner": "x"}
        }

    @pytest.mark.parametrize(
        "line", ["**Owner** : x", "**Owner**\u00a0: x", "- **Owner** : x", "**Owner**：x", "**Owner：**x", "Owner：x"]
    )
    def test_may_have_a_colon_as_other_languages_write_it(self, line: str) -> None:
        assert values(f"## DEP-001: a\n{line}\n") == {"DEP-001": {"owner": "x"}}


class TestOtherCells:
    @pytest.mark.parametrize("cell", ["", "-", "--", "–", "—", "n/a", "N/A", "_n/a_", "Not applicable"])
    def test_that_are_empty_a_dash_or_such_words_say_that_there_is_no_such_field(self, cell: str) -> None:
        text = f"| ID | Owner | Trigger |\n|-|-|-|\n| DEP-001 | x | {cell} |\n"
        assert values(text) == {"DEP-001": {"id": "DEP-001", "owner": "x"}}

    def test_for_an_id_may_have_a_note_a_title_or_be_struck_through(self) -> None:
        rows = ("TEST-001 (new)", "~~TEST-002~~", "`TEST-004`: d", "TEST-005 d")
        text = "| ID | Owner |\n|-|-|\n" + "".join(f"| {row} | x |\n" for row in rows)
        assert headers(text) == [("TEST-001", "", (3, 3)), ("TEST-002", "", (4, 5)), ("TEST-004", "d", (5, 4))]


class TestIndentedCode:
    @pytest.mark.parametrize("eol", ["\n", "\r\n"])
    def test_refers_to_nothing(self, eol: str) -> None:
        text = "See TEST-010.\n\n    TEST-020 `x` é\n\tTEST-021\n\nSee TEST-030.\n\n- a\n\n    TEST-040\n".replace(
            "\n", eol
        )
        assert [each.reference.text for each in extracted(text).references] == ["TEST-010", "TEST-030", "TEST-040"]

    def test_in_a_field_of_links_is_how_they_are_set(self) -> None:
        text = "DEP-001: a\nLinked IDs:\n\n    TEST-020\n\nOwner: x\n"
        assert [(each.reference.text, each.link) for each in extracted(text).references] == [("TEST-020", "linked")]


class TestStruckOutText:
    def test_refers_to_nothing(self) -> None:
        text = "DEP-001: a\nLinked IDs: TEST-001, ~~TEST-002~~, TEST-003\n\n~~TEST-004 and\nTEST-005~~ ~~ TEST-006 ~~\n"
        found = [each.reference.text for each in extracted(text).references]
        assert found == ["TEST-001", "TEST-003", "TEST-004", "TEST-005", "TEST-006"]

    def test_may_be_the_id_of_an_entry(self) -> None:
        assert headers("| ID | Owner |\n|-|-|\n| ~~TEST-002~~ | x |\n") == [("TEST-002", "", (3, 5))]


class TestListsOfNumbers:
    def test_are_links_in_a_field_and_only_their_first_in_a_sentence(self) -> None:
        text = (
            "DEP-001: a\nLinked IDs: TEST-001, 002 (b), TEST-007 to\n  TEST-008\n\n"
            "See TEST-010, 011 (and TEST-012), TEST-013.\n"
        )
        found = [each.reference for each in extracted(text).references]
        assert [(each.text, " ".join(map(str, each.targets))) for each in found] == [
            ("TEST-001, 002", "TEST-001 TEST-002"),
            ("TEST-007 to\n  TEST-008", "TEST-007 TEST-008"),
            ("TEST-010", "TEST-010"),
            ("TEST-012", "TEST-012"),
            ("TEST-013", "TEST-013"),
        ]
