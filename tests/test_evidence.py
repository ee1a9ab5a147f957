"""Evidence as test runners write it, what makes it unreadable, and that no text at all raises anything else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policylint.documents.source import Source
from policylint.evidence import RESULT_LIMIT, EvidenceFault, Result, combined, read
from policylint.identifiers import Grammar
from tests.strategies import identifiers as some

WORDS = {
    "run": "ran",
    "pass": "passed",
    "passed": "passed",
    "true": "passed",
    "FAIL": "failed",
    "false": "failed",
    "skip": "skipped",
}


def ids(text: str) -> list[str]:
    return [str(target) for reference in Grammar().references(text) for target in reference.targets]


def results(text: str) -> list[Result]:
    return read(Source("evidence", text), ids, WORDS)


def fault(text: str) -> tuple[str, int, int]:
    with pytest.raises(EvidenceFault) as caught:
        results(text)
    assert str(caught.value) == caught.value.message
    return caught.value.message, caught.value.line, caught.value.column


def suite(*cases: str) -> str:
    return "<testsuite>" + "".join(cases) + "</testsuite>"


REPORT = """<?xml version="1.0" encoding="UTF-16"?>
<testsuites>
  <properties><property name="run" value="TEST-900"/></properties>
  <testsuite name="TEST-901">
    <testcase classname="tests.test_login" name="test_TEST_001_login" time="0.1"/>
    <testsuite>
      <testcase name="TEST-002: logs out"><failure message="TEST-902">TEST-903</failure></testcase>
      <testcase name="TEST-003"><error/></testcase>
      <testcase name="TEST-004 &amp; TEST-005"><skipped/></testcase>
    </testsuite>
    <testcase name="names nothing"/>
    <testcase name="also"><system-out>TEST-904</system-out>
      <properties><property name="requirement" value="TEST-001"/></properties><failure/></testcase>
  </testsuite>
</testsuites>
"""


def test_a_junit_report_gives_a_result_for_each_case_and_id() -> None:
    assert results(REPORT) == [
        Result("TEST-001", "passed", "test_TEST_001_login", 5),
        Result("TEST-002", "failed", "TEST-002: logs out", 7),
        Result("TEST-003", "failed", "TEST-003", 8),
        Result("TEST-004", "skipped", "TEST-004 & TEST-005", 9),
        Result("TEST-005", "skipped", "TEST-004 & TEST-005", 9),
        Result("TEST-001", "failed", "also", 12),
    ]


CASES = [
    ('name="TEST-001"', ["TEST-001"]),
    ('classname="TestTEST.TEST_001"', ["TEST-001"]),
    ('file="tests/TEST-001_login.py"', ["TEST-001"]),
    ('name="TEST_001" classname="TEST-001" file="TEST_001.py"', ["TEST-001"]),
    ('name="TEST-001 to TEST-003"', ["TEST-001", "TEST-002", "TEST-003"]),
    ('name="test_TEST_001_TEST_002_EPIC_04a"', ["TEST-001", "TEST-002", "EPIC-04a"]),
    ('name="test_BR_FEA_001_x"', ["BR-FEA-001"]),
    ('name="G7_MOB_TEST_001"', ["G7-MOB-TEST-001"]),
    ('name="test_001"', []),
    ('name="LATEST001_1xy TEST_001xy xTEST_001 x-TEST_001"', []),
    ('id="TEST-001"', []),
    ("", []),
]


@pytest.mark.parametrize(("attributes", "expected"), CASES)
def test_a_case_names_ids_in_its_attributes(attributes: str, expected: list[str]) -> None:
    assert [one.identifier for one in results(suite(f"<testcase {attributes}/>"))] == expected


@pytest.mark.parametrize("prop", ['name="id" value="TEST-001"', 'name="TEST-001" value="yes"', 'name="TEST_001"'])
@pytest.mark.parametrize("frame", ["{}", "<properties>{}</properties>"])
def test_a_case_names_ids_in_its_properties(prop: str, frame: str) -> None:
    text = suite('<testcase name="t">', frame.format(f"<property {prop}/>"), "</testcase>")
    assert results(text) == [Result("TEST-001", "passed", "t", 1)]


OUTCOMES = [
    ("", "", "passed"),
    ("", "<failure/>", "failed"),
    ("", "<error/>", "failed"),
    ("", "<skipped/>", "skipped"),
    ("", "<skipped/><failure/><skipped/>", "failed"),
    ("", "<properties><failure/></properties>", "passed"),
    ("", "<flakyFailure/><system-err>error</system-err>", "passed"),
    ('status="run"', "", "passed"),
    ('status="notrun"', "", "skipped"),
    ('status="disabled"', "<failure/>", "failed"),
    ('status="FAIL"', "", "failed"),
    ('result=" pass "', "", "passed"),
    ('status="run" result="skip"', "", "skipped"),
    ('status="run" result="FAIL"', "<skipped/>", "failed"),
    ('status="passed"', "<error/>", "failed"),
    ('status="perhaps"', "", "skipped"),
    ('status="" result=""', "", "passed"),
    ("", "<aborted/>", "skipped"),
    ("", "<fail/>", "failed"),
    ("", "<passed/>", "passed"),
    ("", "<system-out><aborted/></system-out>", "passed"),
    ("", "<rerunFailure/><rerunError/><flakyError/><properties/><property/><system-out/>", "passed"),
]


@pytest.mark.parametrize(("attributes", "children", "expected"), OUTCOMES)
def test_the_outcome_is_what_a_case_and_its_children_say_and_what_nobody_knows_proves_nothing(
    attributes: str, children: str, expected: str
) -> None:
    text = suite(f'<testcase name="TEST-001" {attributes}>{children}</testcase>')
    assert results(text) == [Result("TEST-001", expected, "TEST-001", 1)]


COUNTED = [
    '<testsuite failures="1"><testcase name="TEST-001"><failure/><failure/></testcase></testsuite>',
    '<testsuite failures="1" errors="1"><testcase name="TEST-001"><failure/><error/></testcase></testsuite>',
    '<testsuites failures="1"><testsuite><testcase name="TEST-001" status="FAIL"/></testsuite></testsuites>',
    '<testsuite failures="none" errors="-1"><testcase name="TEST-001"><error/></testcase></testsuite>',
    f'<testsuite failures="{"9" * 5_000}"><testcase name="TEST-001"><error/></testcase></testsuite>',
]


@pytest.mark.parametrize("text", COUNTED)
def test_a_suite_counts_no_more_failures_than_it_shows(text: str) -> None:
    assert results(text) == [Result("TEST-001", "failed", "TEST-001", 1)]


def test_a_json_map_gives_a_result_for_each_key_that_names_an_id() -> None:
    text = """
{"TEST-001": "Passed",
 "TEST-002": {"result": "FAIL", "by": [{"result": 1e999}]}, "generated": "today",

 "TEST_003": true, "A-1 to A-2":
    {"by": {"result": 0}, "result": "skip"}}"""
    assert results(text) == [
        Result("TEST-001", "passed", "TEST-001", 2),
        Result("TEST-002", "failed", "TEST-002", 3),
        Result("TEST-003", "passed", "TEST_003", 5),
        Result("A-1", "skipped", "A-1 to A-2", 5),
        Result("A-2", "skipped", "A-1 to A-2", 5),
    ]


@pytest.mark.parametrize("text", ["{}", "\ufeff {}", "<testsuites/>", "\ufeff<testsuite/>", suite("<testcase/>")])
def test_evidence_without_results_is_readable(text: str) -> None:
    assert results(text) == []


HINT = "use one of pass, passed, true, fail, false, skip"
WRONG_JSON = [
    ('{\n"TEST-001":\n  "maybe"}', (f"'maybe' is not a result; {HINT}", 3, 3)),
    ('{"TEST-001": {\n"result": "x\\ny"}}', (f"'x\\ny' is not a result; {HINT}", 2, 11)),
    ('{"TEST-001": "run"}', (f"'run' is not a result; {HINT}", 1, 14)),
    ('{"TEST-001": 1}', ("'TEST-001' has no result", 1, 14)),
    ('{"TEST-001": null}', ("'TEST-001' has no result", 1, 14)),
    ('{"TEST-001": ["passed"]}', ("'TEST-001' has no result", 1, 14)),
    ('{"TEST-001": {"status": "passed"}}', ("'TEST-001' has no result", 1, 14)),
    ('{"a": "pass",\n "\\u0061": "pass"}', ("key 'a' is defined twice", 2, 2)),
    ('{"a": [{"b": 1}, {"b": 1,\n"b": 2}]}', ("key 'b' is defined twice", 2, 1)),
    ('{"TEST-001": "passed"', ("expecting ',' delimiter", 1, 22)),
    ('{"TEST-001": "passed', ("unterminated string", 1, 14)),
    ("{} {}", ("extra data", 1, 4)),
    ('{\n"TEST-001 \\ud800": "passed"}', ("the string holds half of a surrogate pair", 2, 1)),
    ('{"a":\n"\ud800"}', ("the text holds half of a surrogate pair", 2, 2)),
    ('{"a": "\0"}', ("invalid control character", 1, 8)),
    ('{"a": NaN}', ("NaN is not a JSON value", 1, 7)),
    ('{"TEST-001": "\\ud800"}', ("the string holds half of a surrogate pair", 1, 14)),
    ('{"a":\r"b",\r"TEST-001": 1}', ("'TEST-001' has no result", 3, 13)),
    ('{"a": 1,\n"a": {"b": 1, "b": 2}}', ("key 'a' is defined twice", 2, 1)),
    ('{"a":\n' * 20_000, ("the document is nested more than 100 levels deep", 101, 1)),
    ('{"a": ' + "[" * 20_000, ("the document is nested more than 100 levels deep", 1, 106)),
]


@pytest.mark.parametrize(("text", "expected"), WRONG_JSON)
def test_json_that_cannot_be_read_says_where_and_why(text: str, expected: tuple[str, int, int]) -> None:
    assert fault(text) == expected


BOMB = '<?xml version="1.0"?>\n<!DOCTYPE b [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>\n<testsuite name="&b;"/>'
EXTERNAL = '<!DOCTYPE testsuite SYSTEM "file:///etc/passwd"><testsuite/>'
DOCTYPE = "the file declares a document type, which test results do not need"
NEITHER = "the file is neither JUnit XML nor a JSON map from ID to result"
WRONG_XML = [
    ("", ("the file is empty", 1, 1)),
    (" \n ", ("the file is empty", 1, 1)),
    ("passed", (NEITHER, 1, 1)),
    ("\n []", (NEITHER, 2, 2)),
    ("<testsuite>\n<testcase>", ("no element found", 2, 11)),
    ("<testsuite>\n</testcase>", ("mismatched tag", 2, 3)),
    ("<testsuite>\0</testsuite>", ("not well-formed (invalid token)", 1, 12)),
    ("<testsuite>&#0;</testsuite>", ("reference to invalid character number", 1, 12)),
    ("<testsuite>&b;</testsuite>", ("undefined entity", 1, 12)),
    ("<testsuite>\n\ud800</testsuite>", ("the text holds half of a surrogate pair", 2, 1)),
    ('<!ENTITY a "x"><testsuite/>', ("syntax error", 1, 1)),
    ("<html>\n</html>", ("the file starts with <html>, not with <testsuites> or <testsuite>", 1, 1)),
    ("<testcase/>", ("the file starts with <testcase>, not with <testsuites> or <testsuite>", 1, 1)),
    (suite("\n<testcase>", "<a><testcase/></a></testcase>"), ("a <testcase> stands inside another", 2, 14)),
    (
        '<testsuites>\n<testsuite failures="1" errors="1"><testcase><failure/></testcase></testsuite></testsuites>',
        ("the suite counts 2 failures or errors, of which its cases show 1", 2, 1),
    ),
    (
        '<testsuites errors="1"><testsuite failures="0"/></testsuites>',
        ("the suite counts 1 failure or error, of which its cases show 0", 1, 1),
    ),
    ("<testsuite>\n" * 20_000, ("the file is nested more than 100 levels deep", 101, 1)),
]


@pytest.mark.parametrize(("text", "expected"), WRONG_XML)
def test_xml_that_cannot_be_read_says_where_and_why(text: str, expected: tuple[str, int, int]) -> None:
    assert fault(text) == expected


@pytest.mark.parametrize(
    "text", [BOMB, EXTERNAL, "<!DOCTYPE testsuite><testsuite/>", "<!DOCTYPE a [<!ENTITY % b 'c'> %b;]>"]
)
def test_a_document_type_is_refused_before_any_of_its_entities_is_used(text: str) -> None:
    assert fault(text)[0] == DOCTYPE


def test_the_depth_limit_counts_levels() -> None:
    deep = "<testsuite>" * 99 + '<testcase name="A-1"/>' + "</testsuite>" * 99
    assert results(deep) == [Result("A-1", "passed", "A-1", 1)]
    assert fault(f"<testsuites>{deep}</testsuites>")[0] == "the file is nested more than 100 levels deep"
    assert results('{"a":' + "[" * 99 + "]" * 99 + "}") == []
    assert fault('{"a":' + "[" * 100 + "]" * 100 + "}")[0] == "the document is nested more than 100 levels deep"


@pytest.mark.parametrize("attributes", ['name="{}"', 'name="a" classname="{}"', 'name="a" file="{}"'])
def test_a_failure_counts_wherever_in_a_long_text_its_id_stands(attributes: str) -> None:
    long = attributes.format(f"{'x ' * 500_000}TEST-010")
    found = results(suite('<testcase name="TEST-010"/>', f"<testcase {long}><failure/></testcase>"))
    assert [one.outcome for one in found] == ["passed", "failed"]
    assert combined(found)["TEST-010"].outcome == "failed"


def test_a_failure_counts_wherever_in_a_long_property_or_key_its_id_stands() -> None:
    text = f"{'x ' * 500_000}TEST-010"
    case = f'<testcase name="a"><property name="id" value="{text}"/><failure/></testcase>'
    assert [one.outcome for one in results(suite(case))] == ["failed"]
    assert [one.outcome for one in results(json.dumps({text: "fail"}))] == ["failed"]


def test_a_great_many_cases_are_read_and_too_many_results_refused() -> None:
    cases = [f'<testcase name="TEST-{number}"/>\n' for number in range(RESULT_LIMIT)]
    found = results(suite(*cases))
    assert found[-1] == Result(f"TEST-{RESULT_LIMIT - 1}", "passed", f"TEST-{RESULT_LIMIT - 1}", RESULT_LIMIT)
    message = f"the file has more than {RESULT_LIMIT} results"
    assert fault(suite(*cases, '<testcase name="A-1"/>')) == (message, RESULT_LIMIT + 1, 1)
    ranges = {f"P{letter}-1 to P{letter}-500": "pass" for letter in ("A" * length for length in range(1, 202))}
    assert fault(json.dumps(ranges))[0] == message


@pytest.mark.parametrize("piece", ["A_", "A-", "A_1", "A_1_", "_", "1", "A", "-", "A_1 ", "a_A_"])
def test_many_long_names_are_read_to_the_last(piece: str) -> None:
    case = f'<testcase name="{piece * (30_000 // len(piece))}"/>'
    assert results(suite(*[case] * 20, '<testcase name="END_001"/>'))[-1] == Result("END-001", "passed", "END_001", 1)


COMBINED = [
    ("passed passed", 0),
    ("passed skipped skipped", 1),
    ("skipped passed", 0),
    ("passed skipped failed failed", 2),
    ("failed skipped passed", 0),
]


@pytest.mark.parametrize(("outcomes", "kept"), COMBINED)
def test_failed_wins_over_skipped_over_passed_and_the_first_is_kept(outcomes: str, kept: int) -> None:
    found = [Result("A-1", outcome, f"case {line}", line) for line, outcome in enumerate(outcomes.split())]
    other = Result("A-2", "passed", "other", 9)
    assert combined([*found, other]) == {"A-1": found[kept], "A-2": other}


_pieces = """< > </ /> <testsuite> </testsuite> <testcase name="TEST-001" <failure/> &amp; &a; <!DOCTYPE <!ENTITY
<![CDATA[ ]]> <?xml ?> { } [ ] : , "TEST-001" "result" "passed" "maybe" " \\ \\u \\ud800 1 1e999 NaN null true A_1"""
texts = st.one_of(
    st.text(),
    st.lists(st.sampled_from([*_pieces.split(), "9" * 5000, "\0", "\ud800", "\ufeff", "\n", " "]), max_size=20).map(
        "".join
    ),
    st.text().map(lambda inside: "{" + inside),
    st.recursive(st.text() | st.none() | st.integers(), lambda some: st.dictionaries(st.text(), some)).map(json.dumps),
)


@given(texts)
def test_any_text_gives_results_or_a_fault_on_one_of_its_lines(text: str) -> None:
    try:
        found = results(text)
    except EvidenceFault as caught:
        found = [Result("", "failed", caught.message, caught.line)]
    assert {one.outcome for one in found} <= {"passed", "failed", "skipped"}
    assert all(one.name and 1 <= one.line <= len(text.splitlines()) + 1 for one in found)


@given(
    st.dictionaries(some.identifiers.map(str), st.sampled_from(sorted(WORDS.keys() - {"run"}))),
    st.sampled_from([None, 1]),
)
def test_a_printed_map_reads_back(expected: dict[str, str], indent: int | None) -> None:
    found = results(json.dumps(expected, indent=indent))
    assert {one.identifier: one.outcome for one in found} == {key: WORDS[word] for key, word in expected.items()}
    assert [one.line for one in found] == [2 + index if indent else 1 for index in range(len(expected))]


@given(st.lists(some.identifiers.map(str)))
def test_printed_cases_read_back_with_hyphens_and_with_underscores(expected: list[str]) -> None:
    names = [f'<testcase name="{each}"/>\n<testcase name="test_{each.replace("-", "_")}_x"/>\n' for each in expected]
    found = results("<testsuite>\n" + "".join(names) + "</testsuite>")
    assert [one.identifier for one in found] == [each for each in expected for _ in range(2)]
    assert [one.line for one in found] == [2 + index for index in range(2 * len(expected))]
