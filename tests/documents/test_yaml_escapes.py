"""A backslash that YAML does not know costs one diagnostic, not the document."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from policylint.documents.document import Fault, Limits
from policylint.documents.source import Source
from policylint.documents.yaml import load


def faults(text: str) -> list[tuple[str, str, str]]:
    source = Source("a.yaml", text)
    found = load(source, Limits()).faults
    return [("{}:{}".format(*source.position(each.start)), each.message, each.fix) for each in found]


def test_what_was_written_is_read_and_the_rest_of_the_document_with_it() -> None:
    loaded = load(Source("a.yaml", 'a: "x\\.y\\s\\n"\nb: [1, "\\d"]\n'), Limits())
    assert [each.data for each in loaded.documents] == [{"a": "x\\.y\\s\n", "b": [1, "\\d"]}]


def test_each_text_is_reported_once_at_its_first_bad_escape_with_the_repair() -> None:
    assert faults('a: "x\\.y\\s"\nb: "\\d"\n') == [
        ("1:6", "'\\.' is no escape of a double-quoted text", "write '\\\\.', or put the text in single quotes"),
        ("2:5", "'\\d' is no escape of a double-quoted text", "write '\\\\d', or put the text in single quotes"),
    ]


def test_places_behind_a_repair_are_those_of_the_text() -> None:
    source = Source("a.yaml", 'a: {b: "\\.\\.", c: d}\n')
    [document] = load(source, Limits()).documents
    assert document.span(("a", "c")) == source.span(source.text.index("d}"), source.text.index("d}") + 1)


def test_known_escapes_stay_escapes_and_single_quotes_need_none() -> None:
    loaded = load(Source("a.yaml", "a: \"\\t\\x41\\\\.\"\nb: '\\.'\n"), Limits())
    assert (loaded.documents[0].data, loaded.faults) == ({"a": "\tA\\.", "b": "\\."}, ())


def test_a_document_that_is_broken_elsewhere_too_is_not_read() -> None:
    loaded = load(Source("a.yaml", 'a: "\\."\nb: [\n'), Limits())
    assert loaded.documents == ()
    assert len(loaded.faults) == 1


def test_a_text_without_end_is_not_read() -> None:
    assert load(Source("a.yaml", 'a: "\\.'), Limits()).documents == ()


def test_ten_thousand_bad_texts_are_given_up_in_bounded_work() -> None:
    loaded = load(Source("a.yaml", 'a: ["\\."' + ', "\\."' * 10_000 + "]\n"), Limits())
    assert loaded.documents == ()
    assert [each.name for each in loaded.faults] == ["syntax-error"]


@given(st.lists(st.sampled_from(["\\.", "\\d", "\\\\", "\\n", "a", " ", "é", "😀", "'"]), max_size=8))
def test_only_backslashes_that_yaml_refuses_are_taken_as_written(pieces: list[str]) -> None:
    written = "".join(pieces)
    meant = "".join({"\\\\": "\\", "\\n": "\n"}.get(each, each) for each in pieces)
    [document] = load(Source("a.yaml", f'key: "x{written}x"\n'), Limits()).documents
    assert document.data == {"key": f"x{meant}x"}


def test_a_fault_without_a_repair_leaves_the_fix_to_its_rule() -> None:
    assert Fault("syntax-error", "m").fix == ""
