"""The YAML loader: text-keeping data, exact places, comments, faults and limits."""

from __future__ import annotations

import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from policylint.diagnostics import Position, Span
from policylint.documents.document import Comment, Document, Fault, Limits, Place
from policylint.documents.source import Source
from policylint.documents.yaml import load
from policylint.selectors import Path
from tests.strategies import yaml_documents

Where = tuple[int, int, int, int]


def documents(text: str) -> tuple[Document, ...]:
    loaded = load(Source("a.yaml", text), Limits())
    assert loaded.faults == ()
    return loaded.documents


def document(text: str) -> Document:
    (only,) = documents(text)
    return only


def data(text: str) -> object:
    return document(text).data


def paths(value: object, path: Path = ()) -> list[Path]:
    found = [path]
    if isinstance(value, dict):
        for key, child in value.items():
            found += paths(child, (*path, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            found += paths(child, (*path, index))
    return found


def where(span: Span) -> Where:
    return (*span.start, *span.end)


def keys(text: str) -> dict[str, Where]:
    """Line and column of start and end of every key."""
    found = document(text)
    places = {path: found.find(path) for path in paths(found.data)}
    return {
        found.label(path): where(found.source.span(*place.key)) for path, place in places.items() if place and place.key
    }


def values(text: str) -> dict[str, Where]:
    """Line and column of start and end of every value."""
    found = document(text)
    return {found.label(path) or "$": where(found.span(path)) for path in paths(found.data)}


def slices(text: str) -> dict[str, str]:
    """The text at the place of every value."""
    found = document(text)
    places = {path: found.find(path) for path in paths(found.data)}
    return {found.label(path) or "$": found.source.text[slice(*place.value)] for path, place in places.items() if place}


def faults(text: str, limits: Limits | None = None) -> list[tuple[str, str, str]]:
    """Each fault's name, message, and its place as `line:column`."""
    source = Source("a.yaml", text)
    loaded = load(source, limits or Limits())
    return [(fault.name, fault.message, "{}:{}".format(*source.position(fault.start))) for fault in loaded.faults]


class TestPlaces:
    def test_of_block_collections_end_with_their_last_value(self) -> None:
        text = "a: 1\nb:\n  c: x y\n  d:\n    - 1\n    - e: 2\n      f: 3\n\n# end\n"
        assert keys(text) == {
            "a": (1, 1, 1, 2),
            "b": (2, 1, 2, 2),
            "b.c": (3, 3, 3, 4),
            "b.d": (4, 3, 4, 4),
            "b.d[1].e": (6, 7, 6, 8),
            "b.d[1].f": (7, 7, 7, 8),
        }
        assert values(text) == {
            "$": (1, 1, 7, 11),
            "a": (1, 4, 1, 5),
            "b": (3, 3, 7, 11),
            "b.c": (3, 6, 3, 9),
            "b.d": (5, 5, 7, 11),
            "b.d[0]": (5, 7, 5, 8),
            "b.d[1]": (6, 7, 7, 11),
            "b.d[1].e": (6, 10, 6, 11),
            "b.d[1].f": (7, 10, 7, 11),
        }

    def test_of_flow_collections_include_their_brackets(self) -> None:
        text = 'a: {b: 1, "c": [x, y]}\n'
        assert keys(text) == {"a": (1, 1, 1, 2), "a.b": (1, 5, 1, 6), "a.c": (1, 11, 1, 14)}
        assert values(text) == {
            "$": (1, 1, 1, 23),
            "a": (1, 4, 1, 23),
            "a.b": (1, 8, 1, 9),
            "a.c": (1, 16, 1, 22),
            "a.c[0]": (1, 17, 1, 18),
            "a.c[1]": (1, 20, 1, 21),
        }

    def test_of_flow_collections_over_several_lines(self) -> None:
        assert values("a: [ # c\n  1,\n  {b: 2 }\n]\nc: 3\n") == {
            "$": (1, 1, 5, 5),
            "a": (1, 4, 4, 2),
            "a[0]": (2, 3, 2, 4),
            "a[1]": (3, 3, 3, 10),
            "a[1].b": (3, 7, 3, 8),
            "c": (5, 4, 5, 5),
        }

    def test_of_a_single_pair_in_a_flow_sequence_are_those_of_the_pair(self) -> None:
        assert slices("[a: 1 , b: [2] ]\n") == {
            "$": "[a: 1 , b: [2] ]",
            "[0]": "a: 1",
            "[0].a": "1",
            "[1]": "b: [2]",
            "[1].b": "[2]",
            "[1].b[0]": "2",
        }

    def test_of_sequences_at_the_indentation_of_their_key(self) -> None:
        assert slices("a:\n- 1\n- 2\nb: 3\n") == {
            "$": "a:\n- 1\n- 2\nb: 3",
            "a": "- 1\n- 2",
            "a[0]": "1",
            "a[1]": "2",
            "b": "3",
        }

    def test_of_multi_line_plain_and_quoted_scalars(self) -> None:
        text = "a: one\n  two\n\n  three  # c\nb: 'p\n\n  q'\nc: \"r\n  s\" \nd: 1\n"
        assert data(text) == {"a": "one two\nthree", "b": "p\nq", "c": "r s", "d": 1}
        assert values(text) == {
            "$": (1, 1, 10, 5),
            "a": (1, 4, 4, 8),
            "b": (5, 4, 7, 5),
            "c": (8, 4, 9, 5),
            "d": (10, 4, 10, 5),
        }

    def test_of_block_scalars_run_from_their_mark_to_the_end_of_their_last_line_of_text(self) -> None:
        text = "a: |\n  x\n  y \n\n\nb: >- # h\n  p\n  q\n# c\nc: |+\n  r\n\nd: |2\n    s\ne: |\n\nf: 1\n"
        assert data(text) == {"a": "x\ny \n", "b": "p q", "c": "r\n\n", "d": "  s\n", "e": "", "f": 1}
        assert slices(text) == {
            "$": text.rstrip(),
            "a": "|\n  x\n  y ",
            "b": ">- # h\n  p\n  q",
            "c": "|+\n  r",
            "d": "|2\n    s",
            "e": "|",
            "f": "1",
        }

    def test_of_block_scalars_end_above_comments_that_are_indented_less(self) -> None:
        assert slices("a:\n  b: |\n    x\n\n  # c\n  d: 1\n")["a.b"] == "|\n    x"

    def test_of_anchored_and_tagged_values_leave_out_the_anchor_and_the_tag(self) -> None:
        text = "a: &x 1\nb: !t [y]\nc: &z !t\n  d: 1\ne: !t &w |\n  v\nf: &u # c\n  - 1\n"
        assert slices(text) == {
            "$": text.rstrip(),
            "a": "1",
            "b": "[y]",
            "b[0]": "y",
            "c": "d: 1",
            "c.d": "1",
            "e": "|\n  v",
            "f": "- 1",
            "f[0]": "1",
        }

    def test_of_a_mapping_start_at_the_anchor_of_its_first_key(self) -> None:
        assert values("&k a: 1\nb: 2\n") == {"$": (1, 1, 2, 5), "a": (1, 7, 1, 8), "b": (2, 4, 2, 5)}
        assert keys("&k a: 1\n") == {"a": (1, 4, 1, 5)}

    def test_of_aliases_are_the_alias_and_below_it_the_anchor(self) -> None:
        text = "a: &x 1\nb: *x\nc: &y {d: 1}\ne: *y\nf: [*x, *y, 2]\n"
        assert values(text) == {
            "$": (1, 1, 5, 15),
            "a": (1, 7, 1, 8),
            "b": (2, 4, 2, 6),
            "c": (3, 7, 3, 13),
            "c.d": (3, 11, 3, 12),
            "e": (4, 4, 4, 6),
            "e.d": (3, 11, 3, 12),
            "f": (5, 4, 5, 15),
            "f[0]": (5, 5, 5, 7),
            "f[1]": (5, 9, 5, 11),
            "f[1].d": (3, 11, 3, 12),
            "f[2]": (5, 13, 5, 14),
        }

    def test_of_aliases_are_not_misled_by_comments_and_texts_with_a_star(self) -> None:
        assert slices("- &x 1\n- # *y\n  *x\n- '*x'\n- *x\n") == {
            "$": "- &x 1\n- # *y\n  *x\n- '*x'\n- *x",
            "[0]": "1",
            "[1]": "*x",
            "[2]": "'*x'",
            "[3]": "*x",
        }

    def test_of_a_collection_end_with_an_alias_that_is_its_last_value(self) -> None:
        assert slices("a: &x 1\nb:\n  c: *x\n# c\n\nd: *x\n") == {
            "$": "a: &x 1\nb:\n  c: *x\n# c\n\nd: *x",
            "a": "1",
            "b": "c: *x",
            "b.c": "*x",
            "d": "*x",
        }

    def test_of_aliases_as_keys_are_the_alias(self) -> None:
        text = "a: &k b\n*k : {*k : 1}\n"
        assert data(text) == {"a": "b", "b": {"b": 1}}
        assert keys(text) == {"a": (1, 1, 1, 2), "b": (2, 1, 2, 3), "b.b": (2, 7, 2, 9)}

    def test_of_merged_keys_are_where_they_are_written(self) -> None:
        text = "base: &b\n  k: v\n  l: w\nuse:\n  <<: *b\n  l: z\n"
        assert data(text) == {"base": {"k": "v", "l": "w"}, "use": {"l": "z", "k": "v"}}
        assert values(text) == {
            "$": (1, 1, 6, 7),
            "base": (2, 3, 3, 7),
            "base.k": (2, 6, 2, 7),
            "base.l": (3, 6, 3, 7),
            "use": (5, 3, 6, 7),
            "use.l": (6, 6, 6, 7),
            "use.k": (2, 6, 2, 7),
        }

    def test_of_a_key_in_several_merged_mappings_are_those_of_the_first(self) -> None:
        text = "<<: [{a: 1}, {a: 2, b: 3}]\nc: 4\n"
        assert data(text) == {"c": 4, "a": 1, "b": 3}
        assert values(text) == {"$": (1, 1, 2, 5), "c": (2, 4, 2, 5), "a": (1, 10, 1, 11), "b": (1, 24, 1, 25)}

    def test_of_quoted_and_explicit_keys(self) -> None:
        text = '"a b": 1\n\'c\': 2\n? d\n: 3\n"e\\nf": 4\n'
        assert data(text) == {"a b": 1, "c": 2, "d": 3, "e\nf": 4}
        assert keys(text) == {"a b": (1, 1, 1, 6), "c": (2, 1, 2, 4), "d": (3, 3, 3, 4), "e\nf": (5, 1, 5, 7)}

    def test_of_empty_values_are_empty_and_stand_after_the_mark(self) -> None:
        text = "a:\nb: \n  \nc: ~\nd:\n  -\n  - 1\ne: {f, g: }\n"
        assert data(text) == {"a": None, "b": None, "c": None, "d": [None, 1], "e": {"f": None, "g": None}}
        assert values(text) == {
            "$": (1, 1, 8, 12),
            "a": (1, 3, 1, 3),
            "b": (2, 3, 2, 3),
            "c": (4, 4, 4, 5),
            "d": (6, 3, 7, 6),
            "d[0]": (6, 4, 6, 4),
            "d[1]": (7, 5, 7, 6),
            "e": (8, 4, 8, 12),
            "e.f": (8, 6, 8, 6),
            "e.g": (8, 11, 8, 11),
        }

    @pytest.mark.parametrize("eol", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
    def test_are_the_same_whatever_ends_the_lines(self, eol: str) -> None:
        text = "a: 1\nb: |\n  x\n\n  y\nc: &k p\n  q\nd: [*k] # c\n".replace("\n", eol)
        assert data(text) == {"a": 1, "b": "x\n\ny\n", "c": "p q", "d": ["p q"]}
        assert values(text) == {
            "$": (1, 1, 8, 8),
            "a": (1, 4, 1, 5),
            "b": (2, 4, 5, 4),
            "c": (6, 7, 7, 4),
            "d": (8, 4, 8, 8),
            "d[0]": (8, 5, 8, 7),
        }

    def test_do_not_count_a_byte_order_mark(self) -> None:
        assert keys("\ufeffa: 1\nb: 2\n") == {"a": (1, 1, 1, 2), "b": (2, 1, 2, 2)}

    def test_count_columns_in_code_points(self) -> None:
        text = '😀𝔘: "é😀" # c\nb: [😀, x]\n'
        assert keys(text) == {"😀𝔘": (1, 1, 1, 3), "b": (2, 1, 2, 2)}
        assert values(text) == {
            "$": (1, 1, 2, 10),
            "😀𝔘": (1, 5, 1, 9),
            "b": (2, 4, 2, 10),
            "b[0]": (2, 5, 2, 6),
            "b[1]": (2, 8, 2, 9),
        }

    @pytest.mark.parametrize("separator", ["\x85", "\u2028", "\u2029"])
    def test_do_not_count_other_separators_as_line_ends(self, separator: str) -> None:
        text = f'a: "x{separator}y"\nb: z{separator}\nc: |\n  p{separator}  q\nd: 1\n'
        assert values(text) == {
            "$": (1, 1, 5, 5),
            "a": (1, 4, 1, 9),
            "b": (2, 4, 2, 5),
            "c": (3, 4, 4, 8),
            "d": (5, 4, 5, 5),
        }

    def test_of_several_documents_count_from_the_start_of_the_file(self) -> None:
        found = documents("---\na: 1\n---\nb: 2\n...\n# c\n--- [x]\n--- |\n y\n---\n")
        assert [each.data for each in found] == [{"a": 1}, {"b": 2}, ["x"], "y\n", None]
        assert [where(each.span(())) for each in found] == [
            (2, 1, 2, 5),
            (4, 1, 4, 5),
            (7, 5, 7, 8),
            (8, 5, 9, 3),
            (11, 1, 11, 1),
        ]

    @pytest.mark.parametrize("text", ["", "\n", "# only\n", "\ufeff", "%YAML 1.2\n---\n"])
    def test_of_an_empty_stream_are_its_start_or_its_mark(self, text: str) -> None:
        found = document(text)
        assert (found.data, found.find(("a",))) == (None, None)
        assert found.span(()).start == found.span(()).end

    def test_of_what_is_not_there_are_none(self) -> None:
        found = document("a: [1]\nb: x\n")
        assert [found.find(path) for path in [("c",), ("a", 1), ("a", -1), ("a", "0"), ("b", "c"), ("a", 0, 0)]] == (
            [None] * 6
        )

    def test_of_a_missing_key_are_those_of_its_nearest_ancestor(self) -> None:
        found = document("a:\n  b:\n    c: 1\nd:\n  - e: 1\n    f: 2\n")
        assert where(found.span(("a", "b", "x"))) == (2, 3, 2, 4)
        assert where(found.span(("a", "x", "y"))) == (1, 1, 1, 2)
        assert where(found.span(("d", 0, "x"))) == (5, 5, 5, 9)
        assert where(found.span(("x",))) == (1, 1, 1, 3)
        assert where(found.key_span(("a", "b", "x"))) == (2, 3, 2, 4)

    def test_of_keys_are_those_of_the_value_where_there_is_no_key(self) -> None:
        found = document("a: [x, y]\n")
        assert where(found.key_span(("a",))) == (1, 1, 1, 2)
        assert where(found.key_span(("a", 1))) == (1, 8, 1, 9)


class TestScalars:
    @pytest.mark.parametrize(
        "text",
        [
            *(
                "1.10",
                "12e4567",
                "03",
                "0o14",
                "0x1F",
                "1_000",
                "+1",
                "-0",
                "12:30",
                "2024-01-02",
                "2024-01-02T03:04:05Z",
            ),
            *(
                "yes",
                "no",
                "on",
                "off",
                "y",
                "True",
                "FALSE",
                "Null",
                ".inf",
                ".nan",
                "1e3",
                "0.5",
                "=",
                "1234567890123456789",
            ),
            *("3d", "v1.2.0", "-", "--", "-3-"),
        ],
    )
    def test_that_other_readers_convert_stay_text(self, text: str) -> None:
        if text in ("-",):
            assert data(f"a: '{text}'\n") == {"a": text}
        else:
            assert data(f"a: {text}\n{text}: [{text}]\n") == {"a": text, text: [text]}

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            *(
                ("true", True),
                ("false", False),
                ("null", None),
                ("~", None),
                ("", None),
                ("12", 12),
                ("-3", -3),
                ("0", 0),
            ),
            *(("123456789012345678", 123456789012345678), ("-123456789012345678", -123456789012345678)),
        ],
    )
    def test_that_are_written_back_as_they_stand_become_values(self, text: str, value: object) -> None:
        found = data(f"a: {text}\nb: [x, {text}]\n" if text else "a:\nb: [x, {c: }]\n")
        expected = {"a": value, "b": ["x", value if text else {"c": None}]}
        assert found == expected
        assert repr(found) == repr(expected)

    @pytest.mark.parametrize("text", ["true", "null", "~", "", "12", "<<"])
    def test_in_quotes_or_blocks_or_with_a_tag_are_texts(self, text: str) -> None:
        found = data(f"- '{text}'\n- \"{text}\"\n- |-\n  {text}\n- !t {text}\n- !!str {text}\n")
        assert found == [text] * 5

    def test_as_keys_are_texts(self) -> None:
        assert data("1: a\ntrue: b\n~: c\n1.0: d\non: e\n") == {"1": "a", "true": "b", "~": "c", "1.0": "d", "on": "e"}

    def test_keep_the_text_of_a_directive_s_version(self) -> None:
        assert data("%YAML 1.1\n---\na: yes\n") == {"a": "yes"}

    def test_with_escapes_and_folds_are_read_as_yaml_says(self) -> None:
        text = "a: \"\\u00e9\\n\\x41\\\n  b\"\nb: 'it''s'\nc: >\n  x\n  y\n\n  z\n"
        assert data(text) == {"a": "é\nAb", "b": "it's", "c": "x y\nz\n"}

    def test_of_an_integer_of_any_length_cost_no_more_than_their_text(self) -> None:
        digits = "9" * 200_000
        assert data(f"a: {digits}\n") == {"a": digits}


class TestMerging:
    def test_own_keys_win_wherever_the_merge_stands(self) -> None:
        assert data("a: &a {x: 1, y: 2}\nb: {x: 3, <<: *a}\n") == {"a": {"x": 1, "y": 2}, "b": {"x": 3, "y": 2}}

    def test_reaches_through_merged_mappings(self) -> None:
        found = document("a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: *b}\n")
        assert found.data == {"a": {"x": 1}, "b": {"y": 2, "x": 1}, "c": {"y": 2, "x": 1}}
        assert where(found.span(("c", "x"))) == (1, 11, 1, 12)

    def test_a_quoted_mark_is_a_key(self) -> None:
        assert data('"<<": {a: 1}\n') == {"<<": {"a": 1}}

    def test_of_many_mappings_into_a_large_one(self) -> None:
        own = "".join(f"  k{number}: 1\n" for number in range(20_000))
        text = f"a: &a {{x: 1}}\nb:\n  <<: [{', '.join(['*a'] * 20_000)}]\n{own}"
        found = data(text)
        assert isinstance(found, dict)
        assert len(found["b"]) == 20_001


class TestComments:
    def test_are_told_from_number_signs_in_scalars(self) -> None:
        text = "# a\nb: \"x # y\" # c\nd: z#q # e\nf: | # g\n  # in\n  h\n# i\nj: &k # l\n  m # n\no: '# p'\n"
        found = document(text).comments()
        assert [each.text for each in found] == ["a", "c", "e", "g", "i", "l", "n"]
        assert [text[each.start : each.end] for each in found] == [f"# {each.text}" for each in found]

    def test_are_those_of_the_whole_stream_in_each_of_its_documents(self) -> None:
        text = "# a\n---\nb: '# no'\n--- # c\nd: |\n  # no\n"
        expected = [Comment("a", 0, 3), Comment("c", 22, 25)]
        assert [each.comments() for each in documents(text)] == [expected, expected]

    def test_end_with_their_line_whatever_ends_it(self) -> None:
        assert [each.text for each in document("a: 1 # b\rc: 2 # d\r\ne: 3 #f\n").comments()] == ["b", "d", "f"]

    def test_of_an_empty_stream(self) -> None:
        assert document("# a\n  # b").comments() == [Comment("a", 0, 3), Comment("b", 6, 9)]


class TestFaults:
    def test_a_duplicate_key_is_reported_at_the_second_and_the_last_value_counts(self) -> None:
        loaded = load(Source("a.yaml", "a: 1\nb:\n  - c: 1\n    'c': 2\na: 2\na: 3\n"), Limits())
        assert loaded.faults == (
            Fault("duplicate-key", "key 'c' is defined twice", 21, 24, ((12, 13, "first defined here"),)),
            Fault("duplicate-key", "key 'a' is defined twice", 28, 29, ((0, 1, "first defined here"),)),
            Fault("duplicate-key", "key 'a' is defined twice", 33, 34, ((0, 1, "first defined here"),)),
        )
        assert loaded.documents[0].data == {"a": 3, "b": [{"c": 2}]}
        assert loaded.documents[0].find(("a",)) == Place((33, 34), (36, 37))

    def test_a_duplicate_key_written_with_an_anchor_or_as_an_alias(self) -> None:
        loaded = load(Source("a.yaml", "&k a: 1\n*k : 2\n"), Limits())
        message = "key 'a' is defined twice"
        assert loaded.faults == (Fault("duplicate-key", message, 8, 10, ((3, 4, "first defined here"),)),)

    def test_a_key_that_overrides_a_merged_one_is_no_duplicate(self) -> None:
        assert faults("a: &a {x: 1}\nb: {<<: *a, x: 2}\nc: {<<: *a, <<: *a}\n") == []

    def test_a_key_that_is_no_text_is_reported_and_left_out(self) -> None:
        loaded = load(Source("a.yaml", "? [a, b]\n: 1\nc: 2\n? {d: e}\n"), Limits())
        message = "a key is a list or a mapping, not a text"
        assert loaded.faults == (Fault("syntax-error", message, 2, 3), Fault("syntax-error", message, 20, 21))
        assert loaded.documents[0].data == {"c": 2}

    @pytest.mark.parametrize(
        ("text", "message", "place"),
        [
            ("a: [1,\n", "did not find expected node content while parsing a flow node", "2:1"),
            ("a: b: c\n", "mapping values are not allowed in this context", "1:5"),
            ("\ta: 1\n", "found character that cannot start any token while scanning for the next token", "1:1"),
            ("a: *x\n", "found undefined alias", "1:4"),
            ("é: 1\r\na: \x07\n", "control characters are not allowed", "2:4"),
            ("a: &x 1\nb: &x 2\n", "the anchor is defined twice", "2:4"),
            ("a: >2%\n", "did not find expected comment or line break while scanning a block scalar", "1:6"),
            ("a: 1\n b: 2\n", "mapping values are not allowed in this context", "2:3"),
            ("😀: [\u2028}\n", "did not find expected node content while parsing a flow node", "1:6"),
        ],
    )
    def test_broken_yaml_is_reported_where_it_breaks(self, text: str, message: str, place: str) -> None:
        assert load(Source("a.yaml", text), Limits()).documents == ()
        assert faults(text) == [("syntax-error", message, place)]

    def test_a_fault_in_a_later_document_leaves_none(self) -> None:
        assert load(Source("a.yaml", "a: 1\n---\nb: [\n"), Limits()).documents == ()


class TestLimits:
    TOO_DEEP = "the document is nested more than 100 levels deep"

    @pytest.mark.parametrize(
        "text",
        [
            "[" * 200_000,
            '{"a": ' * 100_000,
            "- " * 200_000,
            "? " * 200_000,
            "-\t" * 200_000,
            "[{" * 50_000,
            "- [" * 50_000,
        ],
        ids=["lists", "maps", "dashes", "keys", "tabs", "mixed flow", "mixed"],
    )
    def test_nesting_is_refused(self, text: str) -> None:
        (fault,) = load(Source("a.yaml", text), Limits()).faults
        assert fault.name in ("limit-exceeded", "syntax-error")

    def test_nesting_may_be_a_hundred_deep_and_no_deeper(self) -> None:
        assert faults(f"{'[' * 100}1{']' * 100}\n") == []
        assert faults(f"{'- ' * 100}1\n") == []
        assert faults(f"{'[' * 101}{']' * 101}\n") == [("limit-exceeded", self.TOO_DEEP, "1:101")]
        assert faults(f"{'[' * 101}1{']' * 101}\n") == [("limit-exceeded", self.TOO_DEEP, "1:101")]
        assert faults(f"{'- ' * 101}1\n") == [("limit-exceeded", self.TOO_DEEP, "1:201")]

    def test_nesting_may_be_as_deep_beside_many_other_brackets(self) -> None:
        assert faults("- []\n" * 200 + f"- {'[' * 99}1{']' * 99}\n") == []

    def test_nesting_by_indentation_alone(self) -> None:
        text = "".join(f"{' ' * depth}a:\n" for depth in range(1500))
        assert [fault[:2] for fault in faults(text)] == [("limit-exceeded", self.TOO_DEEP)]

    def test_a_document_beside_one_that_is_too_deep_is_read(self) -> None:
        deep = "".join(f"{' ' * depth}a:\n" for depth in range(1500))
        loaded = load(Source("a.yaml", f"{deep}---\nb: 1 # c\n"), Limits())
        assert [each.data for each in loaded.documents] == [{"b": 1}]
        assert [each.text for each in loaded.documents[0].comments()] == ["c"]

    def test_many_compact_sequences_that_are_not_deep_are_read(self) -> None:
        assert data("- - 1\n" * 500) == [[1]] * 500

    def test_aliases_may_expand_to_a_hundred_thousand_values(self) -> None:
        levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9))
        (found,) = faults(f"a0: &a0 [x]\n{levels}")
        assert found[:2] == ("limit-exceeded", "aliases expand to more than 100000 values")

    def test_merges_of_merges_are_bounded_as_well(self) -> None:
        levels = "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 40))
        (found,) = faults(f"a0: &a0 {{x: 1}}\n{levels}")
        assert found[:2] == ("limit-exceeded", "aliases expand to more than 100000 values")

    @pytest.mark.parametrize("text", ["&a [*a]\n", "a: &a {b: [*a]}\n", "&a {<<: *a}\n"])
    def test_an_alias_within_its_own_value_is_refused(self, text: str) -> None:
        assert [fault[:2] for fault in faults(text)] == [
            ("limit-exceeded", "an alias refers to the value that contains it")
        ]

    def test_places_in_a_large_document_with_aliases_are_found(self) -> None:
        text = "- &a x\n" + "- *a\n" * 20_000
        found = document(text)
        assert [found.span((index,)).start for index in (1, 20_000)] == [Position(2, 3), Position(20_001, 3)]
        assert all(found.find((index,)) for index in range(20_001))


def dumped(value: object, *, flow: bool) -> str:
    writer = YAML(typ="safe", pure=True)
    # Where it folds lines, this writer folds keys as well, which is no YAML.
    writer.default_flow_style, writer.width, writer.allow_unicode = flow, 100_000, True
    stream = io.StringIO()
    writer.dump(value, stream)
    return stream.getvalue()


def read_independently(text: str) -> object:
    return YAML(typ="base", pure=True).load(text)


def agrees(ours: object, theirs: object) -> bool:
    """Whether our value is the text that an independent reader kept."""
    if isinstance(ours, dict):
        return isinstance(theirs, dict) and [*ours] == [*theirs] and all(agrees(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, list):
        return isinstance(theirs, list) and len(ours) == len(theirs) and all(map(agrees, ours, theirs))
    if ours is None or isinstance(ours, bool):
        return theirs in {None: ("", "null", "~"), True: ("true",), False: ("false",)}[ours]
    return theirs == str(ours)


def typed(value: object) -> object:
    """Data in which True and 1 differ."""
    if isinstance(value, dict):
        return {key: typed(child) for key, child in value.items()}
    if isinstance(value, list):
        return [typed(child) for child in value]
    return type(value).__name__, value


class TestLaws:
    @settings(max_examples=300, deadline=None)
    @given(yaml_documents.data, st.booleans())
    def test_dumped_data_is_read_back_and_as_an_independent_reader_reads_it(self, value: object, flow: bool) -> None:
        text = dumped(value, flow=flow)
        independent = read_independently(text)
        found = document(text)
        assert typed(found.data) == typed(value)
        assert agrees(found.data, independent)
        for path in paths(found.data):
            assert_place_holds(found, path)

    @settings(max_examples=400, deadline=None)
    @given(yaml_documents.streams())
    def test_written_places_and_comments_are_found_again(self, stream: yaml_documents.Stream) -> None:
        found = documents(stream.text)
        assert [typed(each.data) for each in found] == [typed(each.data) for each in stream.documents]
        for each, written in zip(found, stream.documents, strict=True):
            assert {path: each.find(path) for path in written.places} == {
                path: Place(*place) for path, place in written.places.items()
            }
            assert [(comment.text, (comment.start, comment.end)) for comment in each.comments()] == stream.comments

    @settings(max_examples=800, deadline=None)
    @given(st.one_of(st.text(), yaml_documents.fragments))
    @example("\ufeff\ufeffa: *b")
    def test_any_text_gives_documents_or_faults(self, text: str) -> None:
        assert_sound(text)

    @settings(max_examples=400, deadline=None)
    @given(yaml_documents.streams(), st.data())
    def test_any_change_of_valid_yaml_gives_documents_or_faults(
        self, stream: yaml_documents.Stream, draw: st.DataObject
    ) -> None:
        text = stream.text
        start = draw.draw(st.integers(0, len(text)))
        end = draw.draw(st.integers(start, min(len(text), start + 5)))
        assert_sound(text[:start] + draw.draw(yaml_documents.fragments) + text[end:])


def assert_place_holds(found: Document, path: Path) -> None:
    """The text at a value's place is the value, and the text at a key's place is the key."""
    place, value = found.find(path), found.data
    for step in path:
        value = value[step]  # type: ignore[index]
    assert place is not None
    text = found.source.text[slice(*place.value)]
    if text.startswith("?"):
        return  # an explicit key is written otherwise outside a flow collection
    if isinstance(value, (dict, list)):
        # Later lines stand at their indentation in the file, the first one does not.
        text = " " * (found.source.position(place.value[0]).column - 1) + text
    assert agrees(value, read_independently(text + "\n") if text else "")
    if place.key:
        key = found.source.text[slice(*place.key)]
        assert read_independently(key) == path[-1]


def assert_sound(text: str) -> None:
    source = Source("a.yaml", text)
    loaded = load(source, Limits())
    assert loaded.documents or loaded.faults
    for fault in loaded.faults:
        assert fault.name in ("syntax-error", "duplicate-key", "limit-exceeded")
        assert fault.message
        assert 0 <= fault.start <= len(source.text)
    for each in loaded.documents:
        for path in paths(each.data):
            place = each.find(path)
            assert place is not None
            assert 0 <= place.value[0] <= place.value[1] <= len(source.text)
        for comment in each.comments():
            assert source.text[comment.start] == "#"
