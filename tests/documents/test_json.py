"""The JSON loader: data, places and faults."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policylint.documents.document import Document, Fault, Limits, Loaded
from policylint.documents.json import JsonDocument, load
from policylint.documents.source import Source


def loaded(text: str, limits: Limits | None = None) -> Loaded:
    return load(Source("a.json", text), limits or Limits())


def document(text: str) -> Document:
    result = loaded(text)
    assert result.faults == ()
    return result.documents[0]


def fault(text: str, limits: Limits | None = None) -> Fault:
    result = loaded(text, limits)
    assert result.documents == ()
    assert len(result.faults) == 1
    return result.faults[0]


class TestPlaces:
    TEXT = '{\n  "a": [1, {"b" : null}, []],\r\n  "é\\u00e9😀": "x\\"y", "": -1.5e3\n}\n'

    def test_data(self) -> None:
        assert document(self.TEXT).data == json.loads(self.TEXT)

    @pytest.mark.parametrize(
        ("path", "key", "value"),
        [
            (("a",), ((2, 3), (2, 6)), ((2, 8), (2, 30))),
            (("a", 0), None, ((2, 9), (2, 10))),
            (("a", 1), None, ((2, 12), (2, 24))),
            (("a", 1, "b"), ((2, 13), (2, 16)), ((2, 19), (2, 23))),
            (("a", 2), None, ((2, 26), (2, 28))),
            (("éé😀",), ((3, 3), (3, 13)), ((3, 15), (3, 21))),
            (("",), ((3, 23), (3, 25)), ((3, 27), (3, 33))),
            ((), None, ((1, 1), (4, 2))),
        ],
    )
    def test_spans(self, path: tuple[str | int, ...], key: object, value: object) -> None:
        text = self.TEXT.replace("[]]", "[] ]")
        found = document(text)
        place = found.find(path)
        assert place is not None
        assert (place.key is None) == (key is None)
        assert found.key_span(path) == (key or value)
        assert found.span(path) == value

    @pytest.mark.parametrize("text", ["1", ' "a" ', "\r\n\tnull\n", "[]", "{}", "\ufefftrue"])
    def test_a_root_of_any_kind(self, text: str) -> None:
        found = document(text)
        place = found.find(())
        assert place is not None
        assert found.source.text[slice(*place.value)] == text.strip("\ufeff \r\n\t")

    def test_a_path_that_is_not_there(self) -> None:
        found = document('{"a": {"b": 1}}')
        assert found.find(("x",)) is None
        assert found.find(("a", "b", 0)) is None
        assert found.span(("a", "x")) == ((1, 2), (1, 5))
        assert found.span(("x",)) == ((1, 1), (1, 16))

    def test_there_are_no_comments(self) -> None:
        assert document('{"a": "# b"}').comments() == []

    def test_a_float_beyond_the_range_keeps_its_text(self) -> None:
        assert document("[1e999, -1e999, 1.5]").data == ["1e999", "-1e999", 1.5]


class TestSyntaxErrors:
    @pytest.mark.parametrize(
        ("text", "position", "message"),
        [
            ("", (1, 1), "the file is empty"),
            (" \n\t", (1, 1), "the file is empty"),
            ('{"a" 1}', (1, 6), "expecting ':' delimiter"),
            ("[1] // x", (1, 5), "extra data"),
            ('["a', (1, 2), "unterminated string"),
            ('["a\tb"]', (1, 4), "invalid control character"),
            ("[1, NaN]", (1, 5), "NaN is not a JSON value"),
            ('{"NaN": "Infinity", "a": -Infinity}', (1, 26), "-Infinity is not a JSON value"),
            ("\0", (1, 1), "expecting value"),
            ('["a", "b\\ud800c"]', (1, 7), "the string holds half of a surrogate pair"),
            ("{'a': 1}", (1, 2), "expecting property name enclosed in double quotes"),
        ],
    )
    def test_position_and_message(self, text: str, position: tuple[int, int], message: str) -> None:
        found = fault(text)
        assert (found.name, found.message) == ("syntax-error", message)
        assert Source("a.json", text).position(found.start) == position
        assert found.start <= found.end <= len(text)

    def test_a_surrogate_pair_is_one_character(self) -> None:
        assert document('["\\ud83d\\ude00"]').data == ["😀"]

    def test_an_escaped_backslash_before_a_u_is_no_surrogate(self) -> None:
        assert document('["\\\\ud800"]').data == ["\\ud800"]

    def test_too_many_digits(self) -> None:
        digits = "9" * 5000
        text = f'{{"{digits}": [1.{digits}, 1e-{digits}, -{digits}]}}'
        found = fault(text)
        assert (found.name, found.message) == ("syntax-error", "the number has too many digits")
        assert text[found.start : found.end] == f"-{digits}"


class TestDuplicateKeys:
    def test_reported_at_the_second_key_and_the_last_value_counts(self) -> None:
        text = '{"a": 1,\n "\\u0061": 2,\n "b": {"a": 3},\n "a": 4}'
        result = loaded(text)
        (found,) = result.documents
        source = found.source
        assert found.data == {"a": 4, "b": {"a": 3}}
        assert found.span(("a",)) == ((4, 7), (4, 8))
        assert [source.position(reported.start) for reported in result.faults] == [(2, 2), (4, 2)]
        for reported in result.faults:
            assert (reported.name, reported.message) == ("duplicate-key", "key 'a' is defined twice")
            assert reported.related == ((1, 4, "first defined here"),)

    def test_in_objects_inside_arrays(self) -> None:
        assert [reported.start for reported in loaded('[{"x": 1}, {"x": 1, "x": 1}]').faults] == [20]


class TestLimits:
    @pytest.mark.parametrize("text", ["[" * 20_000, '{"a":' * 20_000, '[{"a":' * 20_000, "[" * 20_000 + "]" * 20_000])
    def test_deep_nesting_is_refused(self, text: str) -> None:
        found = fault(text)
        assert (found.name, found.message) == ("limit-exceeded", "the document is nested more than 100 levels deep")

    def test_the_place_of_what_is_too_deep(self) -> None:
        assert document("[" * 100 + "]" * 100).find((0,) * 99) is not None
        assert fault("[" * 101 + "]" * 101).start == 100
        assert fault('[[], {"[[": [1]}]', Limits(depth=2)).start == 12

    def test_a_high_limit_still_does_not_raise(self) -> None:
        assert fault("[" * 200_000, Limits(depth=1_000_000)).name in ("limit-exceeded", "syntax-error")

    def test_brackets_in_strings_do_not_nest(self) -> None:
        assert document(json.dumps(["[{" * 200, '\\"' + "[" * 200])).find((1,)) is not None

    def test_many_lists_are_not_deep(self) -> None:
        assert document("[" + "[], " * 500 + "{}]").find((500,)) is not None

    @pytest.mark.parametrize(
        "text", ['"' + '\\"' * 500_000, '"' * 999_999, '["' * 300_000, "[" * 200 + '"\\' * 300_000]
    )
    def test_unterminated_strings_are_faults(self, text: str) -> None:
        assert fault(text).name in ("syntax-error", "limit-exceeded")


letters = st.characters(exclude_categories=["Cs"])
texts = st.text(letters, max_size=8) | st.sampled_from(['"', "\\", "]", "},", "😀", "\x7f\0\n"])
scalars = texts | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans() | st.none()
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4))
spaces = st.sampled_from(["", " ", "\n", "\r\n  ", "\t"])


@st.composite
def json_texts(draw: st.DrawFn) -> str:
    text = json.dumps(
        draw(values),
        ensure_ascii=draw(st.booleans()),
        indent=draw(st.sampled_from([None, 0, 2, "\t"])),
        separators=("," + draw(spaces), draw(spaces) + ":" + draw(spaces)),
    )
    return draw(st.sampled_from(["", "\ufeff"])) + draw(spaces) + text + draw(spaces)


def assert_places_hold(found: Document, value: object, path: tuple[str | int, ...]) -> None:
    place = found.find(path)
    assert place is not None, path
    text = found.source.text
    assert repr(json.loads(text[slice(*place.value)])) == repr(value)
    if path and isinstance(path[-1], str):
        assert place.key is not None
        assert json.loads(text[slice(*place.key)]) == path[-1]
    else:
        assert place.key is None
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in items:
        assert_places_hold(found, item, (*path, step))


FRAGMENTS = [
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    '"',
    '"a"',
    '{"a":',
    "1",
    "-",
    "e9",
    "true",
    "NaN",
    "\\",
    "\\ud800",
    " ",
    "\n",
]
soups = st.lists(st.sampled_from(FRAGMENTS), max_size=20).map("".join)


class TestLaws:
    @given(json_texts())
    def test_every_place_holds_its_key_and_value(self, text: str) -> None:
        found = document(text)
        assert repr(found.data) == repr(json.loads(text.removeprefix("\ufeff")))
        assert_places_hold(found, found.data, ())

    @given(st.text() | soups)
    def test_any_text_loads_or_has_a_fault(self, text: str) -> None:
        result = loaded(text)
        assert len(result.documents) + len(result.faults) >= 1
        for found in result.documents:
            assert isinstance(found, JsonDocument)
            assert_places_hold(found, found.data, ())
        for reported in result.faults:
            assert 0 <= reported.start <= reported.end <= len(text)
            assert result.documents == () or reported.name == "duplicate-key"
