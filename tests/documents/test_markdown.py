"""The Markdown loader: front matter with places, the body, code and comments."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policylint.documents.document import Fault, Limits, Place
from policylint.documents.markdown import MarkdownDocument, load
from policylint.documents.source import Source


def document(text: str) -> MarkdownDocument:
    loaded = load(Source("a.md", text), Limits())
    assert loaded.faults == ()
    (only,) = loaded.documents
    assert isinstance(only, MarkdownDocument)
    return only


def code(text: str) -> list[str]:
    found = document(text)
    return [found.source.text[slice(*extent)] for extent in found.code]


def comments(text: str) -> list[tuple[str, str]]:
    """Each comment's text, and the place it has in the file as `line:column`."""
    found = document(text)
    return [(each.text, "{}:{}".format(*found.source.position(each.start))) for each in found.comments()]


class TestFrontMatter:
    @pytest.mark.parametrize("eol", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
    @pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["no BOM", "BOM"])
    def test_is_data_with_the_places_it_has_in_the_file(self, eol: str, mark: str) -> None:
        found = document(mark + "---\ntitle: é😀 x\ngates:\n  - a\n---  \n\n# Body\n".replace("\n", eol))
        assert found.data == {"frontmatter": {"title": "é😀 x", "gates": ["a"]}, "body": f"{eol}# Body{eol}"}
        spans = {
            found.label(path): (*found.span(path).start, *found.span(path).end)
            for path in [("frontmatter",), ("frontmatter", "title"), ("frontmatter", "gates", 0), ("body",), ()]
        }
        assert spans == {
            "frontmatter": (1, 1, 1, 4),
            "title": (2, 8, 2, 12),
            "gates[0]": (4, 5, 4, 6),
            "body": (7, 1, 7, 7),
            "": (7, 1, 7, 7),
        }
        assert (*found.key_span(("frontmatter", "gates")).start,) == (3, 1)

    def test_may_end_with_dots_or_with_the_file(self) -> None:
        assert document("---\na: 1\n...\nb\n").data == {"frontmatter": {"a": 1}, "body": "b\n"}
        assert document("---\na: 1\n---").data == {"frontmatter": {"a": 1}, "body": ""}

    def test_may_be_empty_or_hold_only_comments(self) -> None:
        assert document("---\n---\nb\n").data == {"frontmatter": None, "body": "b\n"}
        assert document("---\n# a\n---\nb\n").data == {"frontmatter": None, "body": "b\n"}

    def test_keeps_text_as_yaml_files_do(self) -> None:
        assert document("---\nphase: 03\nversion: 1.10\ndone: yes\n---\n").data == {
            "frontmatter": {"phase": "03", "version": "1.10", "done": "yes"},
            "body": "",
        }

    @pytest.mark.parametrize(
        "text", ["# A\n\n---\na: 1\n---\n", "\n---\na: 1\n---\n", " ---\na: 1\n---\n", "----\na: 1\n---\n"]
    )
    def test_stands_at_the_start_of_the_file_only(self, text: str) -> None:
        assert document(text).data == {"body": text}

    @pytest.mark.parametrize(
        "text",
        [
            "---\n",
            "---",
            "---\n# Title\n",
            "---\n\nSome text: with: colons\n\n---\nmore\n",
            "---\nSome text\n---\nmore\n",
            "---\n- an item\n---\n",
            "---\n\nSee https://a.b/c\n",
            "---\n**Workflow** of [us]: all rights reserved\n© 2025 `us`\n---\n# Title\n",
            "---\n# Title\n**all**: [a] (b)\n---\n",
        ],
    )
    def test_is_told_from_a_thematic_break(self, text: str) -> None:
        found = document(text)
        assert found.data == {"body": text}
        assert found.find(("frontmatter",)) is None

    def test_that_is_never_closed_is_a_fault_and_the_file_is_all_body(self) -> None:
        loaded = load(Source("a.md", "---\ntitle: a\n\n# Body\n"), Limits())
        fix = "write '---' on a line of its own below the last key of the front matter"
        assert loaded.faults == (Fault("syntax-error", "the front matter has no closing '---'", 0, 3, fix=fix),)
        assert [each.data for each in loaded.documents] == [{"body": "---\ntitle: a\n\n# Body\n"}]

    def test_that_is_not_yaml_is_a_fault_and_the_body_is_still_there(self) -> None:
        loaded = load(Source("a.md", "---\na: b: c\n---\nBody\n"), Limits())
        assert loaded.faults == (Fault("syntax-error", "mapping values are not allowed in this context", 8, 9),)
        assert [each.data for each in loaded.documents] == [{"body": "Body\n"}]

    @pytest.mark.parametrize(
        "first",
        [
            "title: [a] (b)",
            "# by hand\ntitle: [a] (b)",
            '"a b" : [a] (b)',
            "  $id: [a] (b)",
            "{a: b",
            "- [a",
            "- a: b: c",
        ],
    )
    def test_is_meant_where_it_begins_as_data(self, first: str) -> None:
        assert load(Source("a.md", f"---\n{first}\n---\nBody\n"), Limits()).faults

    def test_with_a_duplicate_key_is_read_and_reported(self) -> None:
        loaded = load(Source("a.md", "---\na: 1\na: 2\n---\n"), Limits())
        assert loaded.faults == (
            Fault("duplicate-key", "key 'a' is defined twice", 9, 10, ((4, 5, "first defined here"),)),
        )
        assert [each.data for each in loaded.documents] == [{"frontmatter": {"a": 2}, "body": ""}]

    def test_ends_before_whatever_yaml_the_body_holds(self) -> None:
        found = document("---\na: 1 # b\n---\nc: [ # d\n")
        assert comments("---\na: 1 # b\n---\nc: [ # d\n") == [("b", "2:6")]
        assert found.find(("frontmatter", "a")) == Place((4, 5), (7, 8))


class TestCode:
    def test_is_fenced_blocks_and_spans_in_order(self) -> None:
        text = "a `b` c\n\n```yaml\nd\n```\n\n~~~\ne\n~~~\n``f ` g``\n- ```\n  h\n  ```\n"
        assert code(text) == ["`b`", "```yaml\nd\n```", "~~~\ne\n~~~", "``f ` g``", "```\n  h\n  ```"]

    def test_is_placed_in_characters_behind_text_of_several_bytes(self) -> None:
        text = "---\nt: é\n---\né😀 `a` 𝔘 `b😀`\n\n```\né\n```\n`c`\n"
        assert code(text) == ["`a`", "`b😀`", "```\né\n```", "`c`"]

    def test_that_is_never_closed_runs_to_the_end(self) -> None:
        assert code("é\n\n```\na\n\nb\n") == ["```\na\n\nb\n"]

    def test_is_not_made_by_marks_that_do_not_pair(self) -> None:
        assert code("a ` b\n\n\\`c\\`\n\n``d`\n") == []

    def test_blocks_are_told_from_spans_over_several_lines(self) -> None:
        found = document("`a\nb`\n\n```\nc\n```\n")
        assert (found.code, found.code_blocks) == ([(0, 5), (7, 16)], [(7, 16)])

    def test_of_the_front_matter_is_none(self) -> None:
        assert code("---\na: '`b`'\n---\n`c`\n") == ["`c`"]

    @settings(max_examples=100, deadline=None)
    @given(
        st.lists(st.sampled_from(["é", "😀", "`", "```\n", "~~~\n", "\n", "\r\n", "\r", "a", "<!--", "-->", "> "])).map(
            "".join
        )
    )
    def test_extents_are_ordered_and_start_with_a_mark(self, text: str) -> None:
        assert all(piece[0] in "`~" for piece in code(text))
        found = document(text).code
        assert found == sorted(found)
        assert all(0 <= start < end <= len(text) for start, end in found)


class TestComments:
    def test_are_html_comments_after_those_of_the_front_matter(self) -> None:
        text = "---\na: 1 # b\n---\né <!-- c --> <!--\n d\n-->\n<!---->\n<!-- e"
        assert comments(text) == [("b", "2:6"), ("c", "4:3"), ("d", "4:14"), ("", "7:1")]

    def test_in_code_are_none(self) -> None:
        assert comments("`<!-- a -->`\n\n```\n<!-- b -->\n```\n<!-- c -->\n") == [("c", "6:1")]

    def test_that_follow_an_opening_in_code_are_found(self) -> None:
        assert comments("The mark `<!--` opens one: <!-- a -->\n") == [("a", "1:28")]

    def test_hide_the_code_in_them(self) -> None:
        assert comments("<!-- `a` -->\n\n<!--\n```\nb\n```\n-->\n") == [("`a`", "1:1"), ("```\nb\n```", "3:1")]

    def test_may_be_as_short_as_their_marks(self) -> None:
        assert comments("<!--> a <!-- b -->\n") == [("", "1:1"), ("b", "1:9")]

    def test_are_blanked_with_every_offset_kept(self) -> None:
        found = document("a <!-- é\r\nb --> c\n`<!-- d -->`\n")
        assert found.statements == "a       \r\n      c\n`<!-- d -->`\n"

    @pytest.mark.parametrize(("piece", "count"), [("<!-- ", 0), ("`<!--` ", 0), ("<!-- a --> `b` ", 20_000)])
    def test_are_found_in_a_long_text(self, piece: str, count: int) -> None:
        assert len(document(piece * 20_000).comments()) == count
