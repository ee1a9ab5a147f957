"""Lines of Markdown that a kind gives a meaning, as rules see them: data, and a place for each value."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from policylint import documents
from policylint.documents.document import Document, ElementGrammar, Fault, Limits, LinePattern, Parts
from policylint.documents.source import Source

PATTERNS = {
    "phase": LinePattern(r"^#{2,4} Phase (?P<number>[0-9.]+)", "", {}),
    "needs": LinePattern(r"^Needs: (?P<ids>.*)$", "phase", {"ids": "[A-Z]-[0-9]+"}),
    "any": LinePattern(r"^- (?P<name>\w+)", "", {}),
}


def read(text: str, limits: Limits) -> tuple[Document, list[Fault]]:
    document = documents.load(Source("a.md", text), "markdown", limits).documents[0]
    return document.with_parts(Parts(ElementGrammar({}, []), PATTERNS), limits)


def loaded(text: str) -> Document:
    return read(text, Limits())[0]


def lines(text: str) -> object:
    return loaded(text).data["lines"]  # type: ignore[index]


def written(document: Document, *path: str | int) -> str:
    place = document.find(("lines", *path))
    return "" if place is None else document.source.text[slice(*place.value)]


def test_a_line_belongs_to_the_heading_above_until_one_of_its_level_or_higher() -> None:
    text = "### Phase 1\n#### Notes\nNeeds: A-1, B-2\n### Other\nNeeds: C-3\n"
    assert lines(text) == {"phase": [{"number": "1", "needs": [{"ids": ["A-1", "B-2"]}]}]}


def test_a_line_has_one_meaning_and_a_heading_may_have_none() -> None:
    assert lines("- x\nNeeds: A-1\n## Title\n") == {"any": [{"name": "x"}]}


def test_code_comments_and_front_matter_say_nothing() -> None:
    assert lines("---\nx: 1\n---\n```\n- a\n```\n<!--\n- b\n-->\n- c\n") == {"any": [{"name": "c"}]}


def test_every_value_and_item_has_its_place() -> None:
    document = loaded("Ü\n## Phase 2.1\n\nNeeds: A-1 and B-2\n")
    assert written(document, "phase", 0, "number") == "2.1"
    assert written(document, "phase", 0, "needs", 0, "ids", 1) == "B-2"
    assert written(document, "phase", 0, "needs", 0, "ids") == "A-1"
    assert written(document, "phase", 0) == "## Phase 2.1"
    assert written(document, "phase", 1) == written(document, "phase", 0, "needs", 0, "ids", 2) == ""


def test_lines_beyond_the_limit_are_a_fault_at_the_first_of_them() -> None:
    text = "- a\n\n \n- b\n- c\n- d\n"
    document, faults = read(text, Limits(lines=2))
    assert document.data["lines"] == {"any": [{"name": "a"}, {"name": "b"}]}  # type: ignore[index]
    message = "the document has more than 2 lines of text, and those beyond are not read"
    assert faults == [Fault("limit-exceeded", message, text.index("- c"), text.index("- c") + 3)]
    assert read(text, Limits(lines=4))[1] == []


def test_the_same_document_is_read_in_two_ways_of_which_neither_knows_the_other() -> None:
    document = documents.load(Source("a.md", "# A\n- x\n"), "markdown", Limits()).documents[0]
    grammar = ElementGrammar({}, [])
    first, _ = document.with_parts(Parts(grammar, {"a": LinePattern("^# (?P<title>.*)", "", {})}), Limits())
    second, _ = document.with_parts(Parts(grammar, {"a": LinePattern("^- (?P<name>.*)", "", {})}), Limits())
    assert first.data["lines"] == {"a": [{"title": "A"}]}  # type: ignore[index]
    assert second.data["lines"] == {"a": [{"name": "x"}]}  # type: ignore[index]
    assert document.data == {"body": "# A\n- x\n"}


@given(st.lists(st.sampled_from(["## Phase 1", "### Phase 2", "Needs: A-1, A-2", "- x", "## End", "", "```", "é"])))
def test_what_stands_at_the_place_of_a_value_is_the_value(pieces: list[str]) -> None:
    document = loaded("\n".join(pieces))
    phases = document.data["lines"].get("phase", [])  # type: ignore[index]
    for number, phase in enumerate(phases):
        assert written(document, "phase", number, "number") == phase["number"]
        for index, needs in enumerate(phase.get("needs", [])):
            ids = [written(document, "phase", number, "needs", index, "ids", at) for at in range(len(needs["ids"]))]
            assert ids == needs["ids"]
