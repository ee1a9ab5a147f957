"""The grammar of IDs and ID lists: each spelling seen in real repositories, and the laws that hold for any text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policylint import identifiers
from policylint.identifiers import Grammar, Identifier, Reference
from tests.strategies import identifiers as some

GRAMMAR = Grammar(frozenset({"SHA", "AES", "UTF", "HTTP", "TLS", "RFC", "GHSA"}))


def ids(text: str) -> tuple[Identifier, ...]:
    """The IDs of a blank-separated text, read without the grammar under test: `A-1 B-X-04a`."""
    found = []
    for word in text.split():
        prefix, _, number = word.rpartition("-")
        digits = number.rstrip("abcdefghijklmnopqrstuvwxyz")
        found.append(Identifier(prefix, digits, number[len(digits) :]))
    return tuple(found)


def reference(whole: str, text: str, targets: str = "", fault: str = "", note: str = "") -> Reference:
    """The Reference expected for the first occurrence of `text` in `whole`."""
    start = whole.index(text)
    end = start + len(text)
    note_start = whole.index(note, end) if note else end
    expanded = ids(targets or ("" if fault else text))
    return Reference(text, start, end, expanded, fault, note, note_start, note_start + len(note))


SINGLE = [
    "DEP-001",
    "EPIC-01",
    "EPIC-04a",
    "EPIC-1",
    "A-1",
    "TEST-0001",
    "ADR-0002",
    "ENV-001",
    "SEC-009",
    "BR-FEA-001",
    "BR-API-045",
    "G7-MOB-TEST-001",
    "ENC-RETEST-001",
]


@pytest.mark.parametrize("text", SINGLE)
@pytest.mark.parametrize("frame", ["{}", "### {}: T", "# [{}] T", "`{}`", "**{}**", "| {} |", "- {}\r\n", "参照{}を"])
def test_a_single_id_is_read_wherever_it_stands(text: str, frame: str) -> None:
    whole = frame.format(text)
    assert GRAMMAR.references(whole) == [reference(whole, text)]


RANGES = [
    ("TEST-001 to TEST-003", "TEST-001 TEST-002 TEST-003"),
    ("TEST-001 through TEST-003", "TEST-001 TEST-002 TEST-003"),
    ("EPIC-01 through EPIC-03", "EPIC-01 EPIC-02 EPIC-03"),
    ("TEST-001..TEST-003", "TEST-001 TEST-002 TEST-003"),
    ("TEST-001 .. TEST-002", "TEST-001 TEST-002"),
    ("DEP-001..003", "DEP-001 DEP-002 DEP-003"),
    ("A-8..10", "A-8 A-9 A-10"),
    ("API-001–003", "API-001 API-002 API-003"),
    ("API-001—003", "API-001 API-002 API-003"),
    ("API-001 – 003", "API-001 API-002 API-003"),
    ("API-009–11", "API-009 API-010 API-011"),
    ("API-001–API-003", "API-001 API-002 API-003"),
    ("API-001 – API-003", "API-001 API-002 API-003"),
    ("API-001 — API-003", "API-001 API-002 API-003"),
    ("API-001-003", "API-001 API-002 API-003"),
    ("A-9-11", "A-9 A-10 A-11"),
    ("TEST-001 - TEST-003", "TEST-001 TEST-002 TEST-003"),
    ("BR-FEA-001–002", "BR-FEA-001 BR-FEA-002"),
    ("A-8 to A-010", "A-8 A-9 A-10"),
    ("TEST-005 to TEST-005", "TEST-005"),
    ("EPIC-04a to EPIC-04c", "EPIC-04a EPIC-04b EPIC-04c"),
    ("EPIC-04a–04c", "EPIC-04a EPIC-04b EPIC-04c"),
    ("VAL-048`–`VAL-049", "VAL-048 VAL-049"),
    ("VAL-048`–`049", "VAL-048 VAL-049"),
    ("VAL-048** to **VAL-049", "VAL-048 VAL-049"),
    ("VAL-048] to [VAL-049", "VAL-048 VAL-049"),
    ("TEST-001](x.md#a) to [TEST-003", "TEST-001 TEST-002 TEST-003"),
    ("TEST-001](x.md#TEST-009)–[TEST-002", "TEST-001 TEST-002"),
    ("UJ-000/001/005/010", "UJ-000 UJ-001 UJ-005 UJ-010"),
    ("EPIC-031/32/5", "EPIC-031 EPIC-032 EPIC-005"),
    ("EPIC-1/2", "EPIC-1 EPIC-2"),
    ("EPIC-04a/04b", "EPIC-04a EPIC-04b"),
    # A number alone has the width of the first one
    ("TEST-001 through 003", "TEST-001 TEST-002 TEST-003"),
    ("TEST-001 to 003", "TEST-001 TEST-002 TEST-003"),
    ("TEST-001 - 003", "TEST-001 TEST-002 TEST-003"),
    ("UJ-000, 001, 005, 010", "UJ-000 UJ-001 UJ-005 UJ-010"),
    ("UJ-000`, `001`, and `005", "UJ-000 UJ-001 UJ-005"),
    ("UJ-000; 001 & 005", "UJ-000 UJ-001 UJ-005"),
    ("TEST-001+003", "TEST-001 TEST-003"),
    ("TEST-001 and 003", "TEST-001 TEST-003"),
    ("EPIC-04a, 04b", "EPIC-04a EPIC-04b"),
    ("FR-001, 003, 020–022, 030-031, 040 to 041", "FR-001 FR-003 FR-020 FR-021 FR-022 FR-030 FR-031 FR-040 FR-041"),
    ("TEST-001 through 003/007, 009", "TEST-001 TEST-002 TEST-003 TEST-007 TEST-009"),
    # Over the end of a line
    ("TEST-001 to\nTEST-003", "TEST-001 TEST-002 TEST-003"),
    ("TEST-001\r\n  to TEST-003", "TEST-001 TEST-002 TEST-003"),
    ("UJ-000,\n  001", "UJ-000 UJ-001"),
    # Other words and signs
    ("TEST-001-TEST-003", "TEST-001 TEST-002 TEST-003"),
    ("TEST-001 TO TEST-003", "TEST-001 TEST-002 TEST-003"),
    ("TEST-001 thru TEST-003", "TEST-001 TEST-002 TEST-003"),
    ("TEST-001 up to TEST-003", "TEST-001 TEST-002 TEST-003"),
    ("TEST-001...TEST-003", "TEST-001 TEST-002 TEST-003"),
    ("TEST-001…TEST-003", "TEST-001 TEST-002 TEST-003"),
    ("TEST-001 ... TEST-003", "TEST-001 TEST-002 TEST-003"),
    ("TEST-001…003", "TEST-001 TEST-002 TEST-003"),
    ("TEST-001−TEST-003", "TEST-001 TEST-002 TEST-003"),
    ("TEST-001−003", "TEST-001 TEST-002 TEST-003"),
    ("TEST-001~003", "TEST-001 TEST-002 TEST-003"),
    ("TEST-001～TEST-003", "TEST-001 TEST-002 TEST-003"),
    # A note behind the first end
    ("TEST-001 (a) to TEST-003", "TEST-001 TEST-002 TEST-003"),
    ("TEST-001 (a) .. TEST-003", "TEST-001 TEST-002 TEST-003"),
]


@pytest.mark.parametrize(("text", "members"), RANGES)
@pytest.mark.parametrize("frame", ["{}", "**Unit Tests** ({}).", "`{}`, x", "[{}](t.md#test-001)"])
def test_a_range_or_slash_list_is_one_reference_to_all_its_members(text: str, members: str, frame: str) -> None:
    whole = frame.format(text)
    assert GRAMMAR.references(whole) == [reference(whole, text, members)]


FAULTS = [
    ("TEST-005 to TEST-001", "runs backwards"),
    ("API-020–010", "runs backwards"),
    ("API-020..3", "runs backwards"),
    ("EPIC-04c to EPIC-04a", "runs backwards"),
    ("TEST-001 to TES-005", "mixes prefixes"),
    ("TEST-001..BR-TEST-005", "mixes prefixes"),
    ("TEST-001–DEP-005", "mixes prefixes"),
    ("TEST-001 to 000", "runs backwards"),
    ("TEST-001-TEST-000", "runs backwards"),
    ("TEST-001, 005–003", "runs backwards"),
    ("TEST-009 (a) to TEST-001", "runs backwards"),
    ("A-1 to A-501", "has 501 members, more than the limit of 500"),
    ("TEST-1 to TEST-999999999", "has 999999999 members, more than the limit of 500"),
]


@pytest.mark.parametrize(("text", "fault"), FAULTS)
def test_a_range_that_cannot_be_expanded_says_why_and_has_no_targets(text: str, fault: str) -> None:
    whole = f"see {text} (why) and DEP-009"
    assert GRAMMAR.references(whole) == [
        reference(whole, text, fault=fault, note="why"),
        reference(whole, "DEP-009"),
    ]


SEVERAL = [
    ("[FE-001, BE-001, ADR-0002]", ["FE-001", "BE-001", "ADR-0002"]),
    ("DEP-001; RUN-002 and MON-003\nTEST-004", ["DEP-001", "RUN-002", "MON-003", "TEST-004"]),
    ("EPIC-01 → EPIC-02 → EPIC-05", ["EPIC-01", "EPIC-02", "EPIC-05"]),
    ("DEP-003 -> RUN-005", ["DEP-003", "RUN-005"]),
    ("DEP-003->RUN-005", ["DEP-003", "RUN-005"]),
    ("API-001/API-002", ["API-001", "API-002"]),
    ("A-1... A-9", ["A-1", "A-9"]),
    ("A-1 to\n\nA-9", ["A-1", "A-9"]),
    ("A-1\n- A-9", ["A-1", "A-9"]),
    ("API-001 – DEP-020", ["API-001", "DEP-020"]),
    ("API-001 - DEP-020", ["API-001", "DEP-020"]),
    ("EPIC-04a to EPIC-05", ["EPIC-04a", "EPIC-05"]),
    ("EPIC-04 to EPIC-05b", ["EPIC-04", "EPIC-05b"]),
    ("EPIC-04a to EPIC-05b", ["EPIC-04a", "EPIC-05b"]),
    ("API-001 to SHA-256", ["API-001"]),
    ("API-001 API-002", ["API-001", "API-002"]),
    ("`DEV-001` | `2026-04-07` | x", ["DEV-001"]),
    ("API-001-SLUG", ["API-001"]),
    ("API-001-SLUG-002", ["API-001"]),
    ("API-001-020-slug", ["API-001"]),
    ("RUN-2026-07-01", ["RUN-2026"]),
    ("STORY-99-01", ["STORY-99"]),
    ("DEP-001 to 3 servers", ["DEP-001"]),
    ("EPIC-01 – 3 tests", ["EPIC-01"]),
    ("TEST-001 to 5 users", ["TEST-001"]),
    ("EPIC-01 to 12 people", ["EPIC-01"]),
    ("TEST-001 through 003ms", ["TEST-001"]),
    ("TEST-001 - 100% of them", ["TEST-001"]),
    ("TEST-001, 2024", ["TEST-001"]),
    ("TEST-001, 404 errors", ["TEST-001"]),
    ("TEST-001, 200.5 ms", ["TEST-001"]),
    ("TEST-001 and 200 users", ["TEST-001"]),
    ("TEST-001,\n\n002", ["TEST-001"]),
    ("TEST-001, 02b", ["TEST-001"]),
    ("TEST-001-TEST-003.md", ["TEST-001"]),
    ("TEST-001-TESTS-003", ["TEST-001"]),
    ("TEST-001_TEST-005", []),
    ("DEP-003 (x) to RUN-005 (y)", ["DEP-003", "RUN-005"]),
    ("DEP-003 (x) – DEP-005 (y)", ["DEP-003", "DEP-005"]),
    ("RUN-01 — 12:30 UTC", ["RUN-01"]),
    ("EPIC-04a–05", ["EPIC-04a"]),
    ("DEP-001/24h", ["DEP-001"]),
    ("A-1..", ["A-1"]),
    ("[FEA-001 in PRD](../PRD.md#BR-001)", ["FEA-001"]),
    ("- [API-002](SoT.md#API-003_(x)) — enforces: API-004", ["API-002", "API-004"]),
    ("[see](DEP-001.md) DEP-002", ["DEP-002"]),
]


@pytest.mark.parametrize(("whole", "texts"), SEVERAL)
def test_everything_else_separates_references(whole: str, texts: list[str]) -> None:
    found = GRAMMAR.references(whole)
    assert [one._replace(note="", note_start=one.end, note_end=one.end) for one in found] == [
        reference(whole, text) for text in texts
    ]


LOOKALIKES = """
SHA-256 AES-256/512 UTF-16 HTTP-404 TLS-12–13 RFC-793 GHSA-12 dep-001 inc-test-001... DEP-XXX EPIC-XXX TEST- INT-PROD-*
xDEP-001 _DEP-001 x-DEP-001 1-DEP-001 -DEP-001 DEP-001x1 DEP-001_2 EPIC-04ab DEP-001A DEP-٠٠١ 2026-04-07
DEP-1234567890123456789
"""


@pytest.mark.parametrize("text", ["", *LOOKALIKES.split()])
def test_what_only_looks_like_an_id_is_not_read(text: str) -> None:
    assert GRAMMAR.references(text) == []
    assert GRAMMAR.identifier_at(text, 0) is None


# Each spelling that was seen in real repositories, and what it stands for: references are divided by commas.
SEEN = [
    # Ranges
    ("TEST-001 to TEST-003", "TEST-001 TEST-002 TEST-003"),
    ("API-001–003", "API-001 API-002 API-003"),
    ("TEST-001..TEST-003", "TEST-001 TEST-002 TEST-003"),
    ("EPIC-01 through EPIC-03", "EPIC-01 EPIC-02 EPIC-03"),
    ("TEST-001-003", "TEST-001 TEST-002 TEST-003"),
    ("TEST-001–TEST-003", "TEST-001 TEST-002 TEST-003"),
    ("TEST-001—TEST-003", "TEST-001 TEST-002 TEST-003"),
    ("TEST-001..003", "TEST-001 TEST-002 TEST-003"),
    ("TEST-201..204", "TEST-201 TEST-202 TEST-203 TEST-204"),
    ("`VAL-048`–`VAL-049`", "VAL-048 VAL-049"),
    ("[VAL-048](v.md#val-048) to [VAL-049](v.md#val-049)", "VAL-048 VAL-049"),
    ("**Unit Tests** (TEST-001 to TEST-002)", "TEST-001 TEST-002"),
    ("TEST-001 to TEST-002 (from EPIC-01 through EPIC-02)", "TEST-001 TEST-002"),
    # Slash lists
    ("TEST-601/602", "TEST-601 TEST-602"),
    ("RISK-001/003", "RISK-001 RISK-003"),
    ("UJ-000/001/005", "UJ-000 UJ-001 UJ-005"),
    ("UJ-000/001/005/010", "UJ-000 UJ-001 UJ-005 UJ-010"),
    # Arrows are sequences and relations
    ("EPIC-01 → EPIC-02", "EPIC-01, EPIC-02"),
    ("EPIC-01 → EPIC-02 → EPIC-05", "EPIC-01, EPIC-02, EPIC-05"),
    ("DEP-003 → RUN-005", "DEP-003, RUN-005"),
    ("DEP-003 -> RUN-005", "DEP-003, RUN-005"),
    ("DEP-003 (2% error) → MON-001", "DEP-003, MON-001"),
    # Prefixes and numbers
    ("EPIC-04a", "EPIC-04a"),
    ("EPIC-02b and EPIC-04b", "EPIC-02b, EPIC-04b"),
    ("TEST-0001", "TEST-0001"),
    ("ADR-0002", "ADR-0002"),
    ("EPIC-1", "EPIC-1"),
    ("ENV-001, SEC-009", "ENV-001, SEC-009"),
    ("BR-FEA-001", "BR-FEA-001"),
    ("BR-API-045", "BR-API-045"),
    ("G7-MOB-TEST-001", "G7-MOB-TEST-001"),
    ("ENC-RETEST-001", "ENC-RETEST-001"),
    ("DEP-001-ROLLBACK", "DEP-001"),
    # Fields
    ("Linked IDs: TEST-001", "TEST-001"),
    ("**Linked IDs**: TEST-001", "TEST-001"),
    ("**Linked IDs:** TEST-001", "TEST-001"),
    ("- [FEA-001]: text", "FEA-001"),
    ("- Linked IDs: `[TEST-001, API-002]`", "TEST-001, API-002"),
    ("**Related IDs**: TEST-001", "TEST-001"),
    ("[TEST-001](SoT.TESTING.md#test-001) - the suite", "TEST-001"),
    ("[TEST-001](SoT.TESTING.md#TEST-002) - the suite", "TEST-001"),
    ("related: [FE-001, BE-001, ADR-0002]", "FE-001, BE-001, ADR-0002"),
    ("RUN-002 (rollback procedure)", "RUN-002"),
    ("RUN-002 (as in RUN-001)", "RUN-002"),
    ("[FEA-001 in PRD](../PRD.md)", "FEA-001"),
    ("UJ- (UJ-000, UJ-001, UJ-005, UJ-010)", "UJ-000, UJ-001, UJ-005, UJ-010"),
    ("Implemented (Python half — EPIC-04a). Pending in EPIC-04b.", "EPIC-04a, EPIC-04b"),
    # Headings, lists and rows
    ("DEP-001: T", "DEP-001"),
    ("## DEP-001: T", "DEP-001"),
    ("### DEP-045: T", "DEP-045"),
    ("# DEP-001 — T", "DEP-001"),
    ("# [DEP-001] T", "DEP-001"),
    ("## TEST-001 | T", "TEST-001"),
    ("# EPIC-01 Foundations", "EPIC-01"),
    ("### DEP-001: T [DEPRECATED]", "DEP-001"),
    ("**ID**: DEP-001", "DEP-001"),
    ("id: DEP-001", "DEP-001"),
    ("- `DEV-001` | `2026-04-07` | x", "DEV-001"),
    ("| DEP-001 | x |", "DEP-001"),
    # No IDs
    ("INT-PROD-*", ""),
    ("TEST-* test entries", ""),
    ("All TEST- entries pass", ""),
    ("inc-test-001...", ""),
    ("DEP-XXX: {Name}", ""),
    ("[TEST-XXX](SoT.TESTING.md#test-xxx)", ""),
    ("SHA-256", ""),
    ("AES-256", ""),
    ("UTF-16", ""),
    ("HTTP-404", ""),
    ("TLS-12", ""),
    ("RFC-793", ""),
    ("GHSA-12", ""),
    ("us-east-1", ""),
    ("2026-04-07", ""),
    ("dep_001, DEP_001, dep-001, DEP 001, DEP001", ""),
]


@pytest.mark.parametrize(("written", "expected"), SEEN)
def test_what_was_seen_in_real_repositories_stands_for_these_ids(written: str, expected: str) -> None:
    found = [" ".join(map(str, one.targets)) for one in GRAMMAR.references(written)]
    assert found == [one.strip() for one in expected.split(",") if one]


NOTES = [
    ("RUN-002 (rollback procedure)", [("RUN-002", "rollback procedure")]),
    ("RUN-002(x), `ARC-001` ( monolith structure )", [("RUN-002", "x"), ("ARC-001", "monolith structure")]),
    ("MON-001 (see TEST-001), MON-002", [("MON-001", "see TEST-001"), ("MON-002", "")]),
    ("**[RUN-002](r.md)** (a (nested) note) (TEST-001)", [("RUN-002", "a (nested) note"), ("TEST-001", "")]),
    ("RUN-002 ([x](y.md)) MON-001", [("RUN-002", "[x](y.md)"), ("MON-001", "")]),
    ("RUN-002 () MON-001", [("RUN-002", ""), ("MON-001", "")]),
    ("RUN-002 (never closed, TEST-001", [("RUN-002", ""), ("TEST-001", "")]),
    ("RUN-002 (over\nTEST-001) lines", [("RUN-002", ""), ("TEST-001", "")]),
    ("RUN-002 - rollback (TEST-001)", [("RUN-002", ""), ("TEST-001", "")]),
    ("RUN-002 (a) to RUN-004 (b), RUN-005", [("RUN-002 (a) to RUN-004", "b"), ("RUN-005", "")]),
    ("RUN-002, 003 (b)", [("RUN-002, 003", "b")]),
]


@pytest.mark.parametrize(("whole", "expected"), NOTES)
def test_a_bracketed_note_belongs_to_the_reference_before_it(whole: str, expected: list[tuple[str, str]]) -> None:
    found = GRAMMAR.references(whole)
    assert [(one.text, one.note) for one in found] == expected
    assert all(whole[one.note_start : one.note_end] == one.note for one in found)


def test_an_empty_note_span_stands_inside_its_brackets_or_at_the_end() -> None:
    bare, empty = GRAMMAR.references("A-1, A-2 ( )")
    assert (bare.note_start, bare.note_end) == (3, 3)
    assert empty.note_start == empty.note_end > empty.end


def test_no_prefix_is_ignored_unless_the_caller_says_so() -> None:
    assert Grammar().references("SHA-256") == [reference("SHA-256", "SHA-256")]
    assert GRAMMAR.references("HMAC-SHA-256") == [reference("HMAC-SHA-256", "HMAC-SHA-256")]


def test_the_range_limit_counts_members() -> None:
    grammar = Grammar(frozenset(), 3)
    assert [one.fault for one in grammar.references("A-1..3, A-1..4, A-1/2/3/4")] == [
        "",
        "has 4 members, more than the limit of 3",
        "",
    ]


def test_the_ranges_of_a_text_share_a_limit() -> None:
    found = Grammar(text_limit=5).references("A-1..4, A-1..4, A-9, A-1..2")
    fault = "brings the text above the limit of range members"
    assert [one.fault for one in found] == ["", fault, "", ""]
    assert [one.fault for one in Grammar(text_limit=5).references("A-1, 2–4, 5–8; A-9")] == [fault, ""]


@pytest.mark.parametrize(
    ("text", "pos", "expected"),
    [
        ("## EPIC-04a: T", 3, (Identifier("EPIC", "04", "a"), 11)),
        ("API-001-SLUG", 0, (Identifier("API", "001", ""), 7)),
        ("API-001–020", 0, (Identifier("API", "001", ""), 7)),
        ("G7-MOB-TEST-001", 7, None),
        ("## EPIC-04a", 0, None),
        ("SHA-256", 0, None),
        ("A-1", 99, None),
    ],
)
def test_identifier_at_reads_the_id_that_starts_there(text: str, pos: int, expected: object) -> None:
    assert GRAMMAR.identifier_at(text, pos) == expected


@pytest.mark.parametrize("text", ["", "DEP-001 ", " DEP-001", "DEP-001\n", "DEP-001–002", "API-001-SLUG", "DEP-X"])
def test_parse_refuses_what_is_not_exactly_one_id(text: str) -> None:
    assert Identifier.parse(text) is None


# Quadratic work on so much text takes minutes.
LONG = 200_000
REPEATED_WORDS = "( ) ]( [A-1]( [A-1](x) A A- A-1 A-1- 1 A-1/ /1 * `A-1` A-1.. A-1..500, A-1-1"
REPEATED = [
    ", 1",
    "+1",
    " and 1",
    " (a) to A-1",
    ", 1-2",
    " to\n1",
    " ",
    "A-1 to A-",
    "A-1 to ",
    "A-1 – ",
    "A-1 (",
    "A-1 (A-2) ",
    "A-1 to A-999999999 ",
]


@pytest.mark.parametrize("piece", [*REPEATED, *REPEATED_WORDS.split()])
def test_a_long_text_of_anything_is_read_to_its_end(piece: str) -> None:
    text = ("A-1" + piece * (LONG // len(piece)))[:LONG] + "\nEND-001"
    assert GRAMMAR.references(text)[-1].text == "END-001"


@given(some.texts)
def test_references_are_ordered_disjoint_slices_of_the_text(text: str) -> None:
    read_up_to = 0
    for one in GRAMMAR.references(text):
        assert read_up_to <= one.start < one.end <= one.note_start <= one.note_end
        assert text[one.start : one.end] == one.text
        assert text[one.note_start : one.note_end] == one.note
        assert bool(one.targets) != bool(one.fault)
        read_up_to = one.note_end


@given(some.texts)
def test_what_is_passed_over_or_decided_at_once_makes_no_difference(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(identifiers, "_GOES_ON", re.compile(""))
        patch.setattr(identifiers, "_NUMBER_SIGN", re.compile(""))
        in_full = GRAMMAR.references(text)
    assert GRAMMAR.references(text) == in_full


@given(some.texts)
def test_a_reference_starts_with_its_first_target(text: str) -> None:
    for one in GRAMMAR.references(text):
        first = GRAMMAR.identifier_at(text, one.start)
        assert first is not None
        assert one.targets[:1] in ((), (first[0],))


@given(some.identifiers)
def test_parse_reads_back_what_str_prints(identifier: Identifier) -> None:
    assert Identifier.parse(str(identifier)) == identifier


@given(st.lists(some.identifiers), st.sampled_from([", ", "; ", "\n", " and ", " → ", " -> ", "`, `"]))
def test_a_printed_list_reads_back(identifiers: list[Identifier], separator: str) -> None:
    found = Grammar().references(separator.join(map(str, identifiers)))
    assert [one.targets for one in found] == [(identifier,) for identifier in identifiers]


@given(some.ranges())
def test_a_printed_range_reads_back_in_every_spelling(written: tuple[str, tuple[Identifier, ...]]) -> None:
    text, members = written
    assert [one.targets for one in Grammar().references(text)] == [members]


@given(st.lists(some.items()), st.sampled_from(some.SEPARATORS))
def test_a_printed_list_of_anything_reads_back(
    written: list[tuple[str, tuple[Identifier, ...], str]], separator: str
) -> None:
    text = separator.join(item for item, _, _ in written)
    found = Grammar().references(text)
    assert [(one.targets, one.fault, one.note) for one in found] == [
        (members, "", note) for _, members, note in written
    ]
    assert all(text[one.start : one.end] == one.text for one in found)


@given(some.texts)
def test_every_target_reads_back_from_its_text(text: str) -> None:
    for one in GRAMMAR.references(text):
        assert [Identifier.parse(str(target)) for target in one.targets] == list(one.targets)


@given(some.prefixes, st.lists(some.numbers, min_size=1))
def test_a_printed_slash_list_reads_back(prefix: str, numbers: list[str]) -> None:
    found = Grammar().references(f"{prefix}-{'/'.join(numbers)}")
    width = len(numbers[0])
    assert [one.targets for one in found] == [tuple(Identifier(prefix, number.zfill(width)) for number in numbers)]


def test_neighbours_are_one_digit_or_one_leading_zero_away_the_nearest_first() -> None:
    found = [str(each) for each in Identifier("RUN", "02").neighbours()]
    assert found[:5] == ["RUN-002", "RUN-2", "RUN-01", "RUN-03", "RUN-12"]
    assert len(found) == len(set(found)) == 20
