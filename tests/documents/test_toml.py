"""The TOML loader: data, places, comments and faults."""

from __future__ import annotations

import glob
import json
import os
import tomllib
from datetime import date, datetime
from datetime import time as clock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policylint.documents.document import Document, Fault, Limits
from policylint.documents.source import Source
from policylint.documents.toml import TomlDocument, load

NETLIFY = os.path.join(os.path.dirname(__file__), "..", "..", "..", "shared", "data", "netlify")


def document(text: str) -> Document:
    loaded = load(Source("a.toml", text), Limits())
    assert loaded.faults == ()
    return loaded.documents[0]


def fault(text: str, limits: Limits | None = None) -> Fault:
    loaded = load(Source("a.toml", text), limits or Limits())
    assert loaded.documents == ()
    assert len(loaded.faults) == 1
    return loaded.faults[0]


def slices(text: str, *path: str | int) -> tuple[str | None, str]:
    found = document(text)
    place = found.find(path)
    assert place is not None
    source = found.source.text
    return (source[slice(*place.key)] if place.key else None), source[slice(*place.value)]


class TestData:
    def test_is_what_the_standard_library_reads(self) -> None:
        text = 'a.b = [1, 2.5, true]\n[c]\nd = "x"\n[[e]]\nf = {g = 1}\n'
        assert document(text).data == tomllib.loads(text)

    def test_dates_times_and_non_finite_floats_are_texts(self) -> None:
        text = "a = 1979-05-27T07:32:00Z\nb = [1979-05-27]\nc = {d = 07:32:00}\ne = inf\nf = -inf\ng = [nan]\n"
        data = document(text).data
        assert data == {
            "a": "1979-05-27T07:32:00+00:00",
            "b": ["1979-05-27"],
            "c": {"d": "07:32:00"},
            "e": "inf",
            "f": "-inf",
            "g": ["nan"],
        }
        json.dumps(data, allow_nan=False)

    def test_integers_beyond_64_bits_stay_integers(self) -> None:
        assert document("a = 99999999999999999999").data == {"a": 99999999999999999999}

    def test_empty_text_is_an_empty_table(self) -> None:
        assert document("").data == {}

    def test_a_byte_order_mark_is_not_part_of_the_first_key(self) -> None:
        found = document("\ufeffa = 1")
        assert found.data == {"a": 1}
        assert found.key_span(("a",)) == ((1, 1), (1, 2))


class TestPlaces:
    def test_key_and_value_spans(self) -> None:
        found = document('[build]\n  command = "npm run build" # c\n')
        assert found.key_span(("build", "command")) == ((2, 3), (2, 10))
        assert found.span(("build", "command")) == ((2, 13), (2, 28))

    def test_table_is_at_its_header(self) -> None:
        found = document("a = 1\n[ context . production ] # c\n")
        assert found.key_span(("context", "production")) == ((2, 13), (2, 23))
        assert found.span(("context", "production")) == ((2, 1), (2, 25))

    def test_implicit_table_is_at_the_first_header_that_implies_it(self) -> None:
        found = document("[context.a]\n[context.b]\n")
        assert found.key_span(("context",)) == ((1, 2), (1, 9))
        assert found.span(("context",)) == ((1, 1), (1, 12))

    def test_an_own_header_outweighs_an_implying_one(self) -> None:
        found = document("[a.b]\n[a]\nc = 1\n")
        assert found.span(("a",)) == ((2, 1), (2, 4))
        assert found.key_span(("a",)) == ((2, 2), (2, 3))
        assert found.span(("a", "c")) == ((3, 5), (3, 6))

    def test_dotted_key_has_a_place_for_each_part(self) -> None:
        text = "a.b . 'c d' = 1\na.e = 2\n"
        assert slices(text, "a") == ("a", "a.b . 'c d' = 1")
        assert slices(text, "a", "b") == ("b", "a.b . 'c d' = 1")
        assert slices(text, "a", "b", "c d") == ("'c d'", "1")
        assert slices(text, "a", "e") == ("e", "2")

    def test_dotted_key_extends_a_table_that_a_header_implied(self) -> None:
        text = "[a.b.c]\n[a]\nb.d = 1\n"
        assert slices(text, "a", "b") == ("b", "[a.b.c]")
        assert slices(text, "a", "b", "d") == ("d", "1")

    def test_header_below_a_dotted_key(self) -> None:
        assert slices("a.b = 1\n[a.c]\nd = 2\n", "a", "c", "d") == ("d", "2")

    def test_array_of_tables(self) -> None:
        text = (
            "[[redirects]]\nfrom = 1\n[[ redirects ]]\nfrom = 2\n[redirects.headers]\nx = 3\n[[redirects.y]]\nz = 4\n"
        )
        assert slices(text, "redirects") == ("redirects", "[[redirects]]")
        assert slices(text, "redirects", 0) == (None, "[[redirects]]")
        assert slices(text, "redirects", 1) == (None, "[[ redirects ]]")
        assert slices(text, "redirects", 1, "from") == ("from", "2")
        assert slices(text, "redirects", 1, "headers") == ("headers", "[redirects.headers]")
        assert slices(text, "redirects", 1, "headers", "x") == ("x", "3")
        assert slices(text, "redirects", 1, "y", 0, "z") == ("z", "4")
        assert document(text).find(("redirects", 0, "headers")) is None

    def test_array_elements(self) -> None:
        text = "a = [ # one ]\n  1,\n  [2, '#]'], # two\n  {b = 3},\n]\nc = []\n"
        assert slices(text, "a") == ("a", text[4 : text.index("\nc")])
        assert slices(text, "a", 0) == (None, "1")
        assert slices(text, "a", 1) == (None, "[2, '#]']")
        assert slices(text, "a", 1, 1) == (None, "'#]'")
        assert slices(text, "a", 2) == (None, "{b = 3}")
        assert slices(text, "a", 2, "b") == ("b", "3")
        assert slices(text, "c") == ("c", "[]")

    def test_inline_table(self) -> None:
        text = 'a = { b = 1, c.d = "}", "e=" = {} }\n'
        assert slices(text, "a") == ("a", '{ b = 1, c.d = "}", "e=" = {} }')
        assert slices(text, "a", "b") == ("b", "1")
        assert slices(text, "a", "c") == ("c", 'c.d = "}"')
        assert slices(text, "a", "c", "d") == ("d", '"}"')
        assert slices(text, "a", "e=") == ('"e="', "{}")

    @pytest.mark.parametrize(
        "value",
        [
            '""',
            "''",
            '"a\\"b # \\\\"',
            "'a\\'",
            '""""""',
            "''''''",
            '"""\na "b" ""c\\"" d"""',
            '"""a"""""',
            "'''a'''''",
            "'''\n\n'a' \\'''",
            '"""a \\\n   b"""',
            "1979-05-27 07:32:00.5-07:00",
            "1979-05-27T07:32:00Z",
            "1979-05-27",
            "07:32:00",
            "+1_000",
            "0xDEAD_beef",
            "-6.6e-3_4",
            "+inf",
            "nan",
            "true",
        ],
    )
    @pytest.mark.parametrize(
        "frame", ["a = %s", "a=%s# c", "a = [%s]", "a = [ %s , ]", "a = {b=%s}", "a = %s\r\nz = 1"]
    )
    def test_scalars_end_where_they_end(self, value: str, frame: str) -> None:
        path = {"[": ("a", 0), "{": ("a", "b")}.get(frame.removeprefix("a = ")[0], ("a",))
        assert slices(frame % value, *path)[1] == value

    @pytest.mark.parametrize("key", ['"a.b"', "'a\"b'", '""', '"\\u00e9\\t\\""', '"# ="', "3-_a", "true"])
    def test_keys(self, key: str) -> None:
        (name,) = tomllib.loads(f"{key} = 1")
        assert slices(f"{key} = 1", name) == (key, "1")
        assert slices(f"[{key}]", name) == (key, f"[{key}]")
        assert slices(f"[[x.{key}]]", "x", name) == (key, f"[[x.{key}]]")

    def test_columns_count_code_points(self) -> None:
        found = document('"é😀" = ["😀", 1]\r\nb = 2')
        assert found.span(("é😀", 1)) == ((1, 14), (1, 15))
        assert found.span(("b",)) == ((2, 5), (2, 6))

    def test_a_path_that_is_not_there(self) -> None:
        found = document("a = 1\n[b]\nc = [1]\n")
        assert found.find(("x",)) is None
        assert found.find(("a", "x")) is None
        assert found.find(("b", "c", 1)) is None
        assert found.span(("b", "x")) == ((2, 2), (2, 3))
        assert found.span(("x",)) == ((1, 1), (1, 6))

    def test_the_root_is_the_whole_text(self) -> None:
        assert slices("a = 1\n") == (None, "a = 1\n")


class TestComments:
    def test_comments_are_told_from_strings(self) -> None:
        text = '#one\na = "#no" # two \r\nb = """\n# no\n""" #\nc = [ # three # 3\n \'#\', # four\n]\n[d] # five'
        found = document(text)
        comments = found.comments()
        assert [comment.text for comment in comments] == ["one", "two", "", "three # 3", "four", "five"]
        assert [text[comment.start] for comment in comments] == ["#"] * 6
        assert text[comments[1].start : comments[1].end] == "# two "
        assert found.source.span(comments[4].start, comments[4].end) == ((7, 7), (7, 13))

    def test_no_comments(self) -> None:
        assert document("a = 1").comments() == []
        assert document("a = '#'").comments() == []


class TestSyntaxErrors:
    @pytest.mark.parametrize(
        ("text", "position", "message"),
        [
            ("a = 1\nb 2\n", (2, 3), "expected '=' after a key in a key/value pair"),
            ("a = 1\r\nb = x\r\n", (2, 5), "invalid value"),
            ("é = 1", (1, 1), "invalid statement"),
            ("a = 1\n[b", (2, 3), "expected ']' at the end of a table declaration"),
            ("a = [1", (1, 7), "unclosed array"),
            ('a = "x', (1, 7), "unterminated string"),
            ("a = '''x\n", (2, 1), "expected \"'''\""),
            ("a = 2024-02-30", (1, 5), "invalid date or datetime"),
            ("a = '\0'", (1, 6), "found invalid character '\\x00'"),
        ],
    )
    def test_position_and_message(self, text: str, position: tuple[int, int], message: str) -> None:
        found = fault(text)
        assert (found.name, found.message, found.related) == ("syntax-error", message, ())
        assert Source("a.toml", text).position(found.start) == position
        assert found.start <= found.end <= len(text)

    def test_too_many_digits(self) -> None:
        digits = "9" * 5000
        for number in (digits, f"0x{digits}", f"-{digits}"):
            text = f"# {digits}\na = '{digits}'\nb = {{c = [{number}]}}"
            found = fault(text)
            assert (found.name, found.message) == ("syntax-error", "the number has too many digits")
            assert text[found.start : found.end] in (number, number.removeprefix("-"))


class TestDuplicateKeys:
    @pytest.mark.parametrize(
        ("text", "key", "second", "first"),
        [
            ("[build]\ncommand = 1\ncommand = 2\n", "command", (3, 1), (2, 1)),
            ("[build]\n[other]\n[build]\n", "build", (3, 2), (1, 2)),
            ("a = 1\n[a]\n", "a", (2, 2), (1, 1)),
            ("a = 1\n[a.b]\n", "a", (2, 2), (1, 1)),
            ("a = 1\n[[a]]\n", "a", (2, 3), (1, 1)),
            ("[[a]]\n[a]\n", "a", (2, 2), (1, 3)),
            ("[a]\n[[a]]\n", "a", (2, 3), (1, 2)),
            ("a.b = 1\n[a]\n", "a", (2, 2), (1, 1)),
            ("a = {b = 1}\na.c = 2\n", "a", (2, 1), (1, 1)),
            ("a = {b = 1}\n[a.c]\n", "a", (2, 2), (1, 1)),
            ("a = [1]\n[[a]]\n", "a", (2, 3), (1, 1)),
            ("a = {b = 1, 'b' = 2}\n", "b", (1, 13), (1, 6)),
            ("a = [{b = 1, b.c = 2}]\n", "b", (1, 14), (1, 7)),
            ("[a.b]\n[a]\nb.c = 1\n", "b", (3, 1), (1, 4)),
            ("[a]\nb.c = 1\n[a.b]\n", "b", (3, 4), (2, 1)),
            ("[[a]]\nb = 1\n[[a]]\nb = 1\nb = 2\n", "b", (5, 1), (4, 1)),
            ('a = 1\n"\\u0061" = 2\n= not TOML', "a", (2, 1), (1, 1)),
        ],
    )
    def test_reported_at_the_second_key(
        self, text: str, key: str, second: tuple[int, int], first: tuple[int, int]
    ) -> None:
        found = fault(text)
        source = Source("a.toml", text)
        assert (found.name, found.message) == ("duplicate-key", f"key '{key}' is defined twice")
        assert source.position(found.start) == second
        ((start, end, message),) = found.related
        assert source.position(start) == first
        assert (tomllib.loads(f"{text[start:end]} = 1"), message) == ({key: 1}, "first defined here")

    def test_a_syntax_error_comes_first(self) -> None:
        assert fault("a 1\na = 1\na = 2\n").name == "syntax-error"


class TestLimits:
    @pytest.mark.parametrize(
        "text",
        [
            "[" * 20_000,
            "a = " + "[" * 20_000,
            "a = " + "{a = [" * 20_000,
            "a" + ".a" * 200_000 + " = 1",
            "[" + "'a'." * 200_000 + "a]",
        ],
    )
    def test_deep_nesting_is_refused(self, text: str) -> None:
        found = fault(text)
        assert (found.name, found.message) == ("limit-exceeded", "the document is nested more than 100 levels deep")

    @pytest.mark.parametrize(
        ("text", "depth"),
        [
            ("a = [[]]", 3),
            ("[[a]]\nb = 1.5", 3),
            ("[a.b]\nc = {d.e = 1}", 5),
            ("a = 1.5\nb = 07:32:00.5", 1),
            ("a = {b.c = [1.5]}\n[x.y]", 4),
        ],
    )
    def test_the_limit_counts_nested_tables_and_arrays(self, text: str, depth: int) -> None:
        assert load(Source("a.toml", text), Limits(depth=depth)).faults == ()
        if depth > 1:
            found = fault(text, Limits(depth=depth - 1))
            assert found.name == "limit-exceeded"

    def test_the_place_of_what_is_too_deep(self) -> None:
        assert fault("a = 1\nb = [[[1]]]", Limits(depth=3)).start == 12
        assert fault("a = 1\nb.c = {d.e = {}}", Limits(depth=4)).start == 19

    def test_brackets_in_strings_and_comments_do_not_nest(self) -> None:
        deep = "[{." * 200
        assert document(f'a = \'{deep}\' # {deep}\nb = """\n{deep}"""\n').find(("b",)) is not None

    def test_many_tables_are_not_deep(self) -> None:
        assert document("[[a]]\nb = '1.2.3'\n" * 500).find(("a", 499, "b")) is not None

    @pytest.mark.parametrize(
        "text",
        ['a = "' + '\\"' * 300_000, "a = '''" + "''x" * 300_000, '"""\\' * 300_000, "'" * 999_999, "a=''" * 99_999],
    )
    def test_unterminated_strings_are_faults(self, text: str) -> None:
        assert fault(text).name == "syntax-error"
        assert fault(text + "\n" + "[" * 101).name in ("syntax-error", "limit-exceeded")


def plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, date | datetime | clock):
        return value.isoformat()
    return str(value) if str(value) in ("nan", "inf", "-inf") else value


def assert_places_hold(found: Document, value: object, path: tuple[str | int, ...]) -> None:
    place = found.find(path)
    assert place is not None, path
    text = found.source.text
    if path and isinstance(path[-1], str):
        assert place.key is not None
        assert tomllib.loads(text[slice(*place.key)] + " = 1") == {path[-1]: 1}
    else:
        assert place.key is None
    if isinstance(value, dict):
        for key, item in value.items():
            assert_places_hold(found, item, (*path, key))
        return
    if isinstance(value, list):
        for index, item in enumerate(value):
            assert_places_hold(found, item, (*path, index))
    if not isinstance(value, list) or any(not isinstance(item, dict) for item in value):
        assert repr(plain(tomllib.loads("x = " + text[slice(*place.value)])["x"])) == repr(value)


# ---- generated documents

letters = st.characters(exclude_categories=["Cs"])
texts = st.text(letters, max_size=8) | st.sampled_from(
    ["#", '"', "'''x", '"""', "a\\b", "😀\n", "\r\n]", "} # x", "\x7f\0"]
)
names = st.from_regex(r"[A-Za-z0-9_-]{1,4}", fullmatch=True) | texts
scalars = texts | st.integers() | st.floats() | st.booleans() | st.dates() | st.times() | st.datetimes()
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=8
)


class Renderer:
    """Writes data as TOML in drawn styles and keeps the comments it wrote."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.comments: list[str] = []

    def choose(self, *options: str) -> str:
        return self.draw(st.sampled_from(options))

    def space(self) -> str:
        return self.choose("", " ", "\t", "  ")

    def comment(self) -> str:
        if self.choose("no", "yes") == "no":
            return ""
        self.comments.append(self.choose("plain", 'a "quote', "[x] = '''", "# again", "é 😀", ""))
        return f"{self.space()}# {self.comments[-1]}"

    def key(self, name: str) -> str:
        styles = ["basic"]
        if name and all(character.isascii() and (character.isalnum() or character in "-_") for character in name):
            styles.append("bare")
        if name.isprintable() and "'" not in name:
            styles.append("literal")
        style = self.choose(*styles)
        return name if style == "bare" else f"'{name}'" if style == "literal" else self.basic(name)

    def basic(self, text: str) -> str:
        return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

    def string(self, text: str) -> str:
        styles = ["basic", "long basic"]
        if text.isprintable() and "'" not in text:
            styles += ["literal", "long literal"]
        style = self.choose(*styles)
        body = self.basic(text)[1:-1].replace("\\n", self.choose("\n", "\\n"))
        if style == "long basic":
            body = body.replace('\\"', '"') if '""' not in text and not text.endswith('"') else body
            return '"""' + self.choose("", "\n", "\\\n  \n") + body + '"""'
        quote = {"basic": '"', "literal": "'", "long literal": "'''"}[style]
        return self.basic(text) if style == "basic" else f"{quote}{text}{quote}"

    def value(self, value: object) -> str:
        if isinstance(value, str):
            return self.string(value)
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, date | clock):
            return self.moment(value)
        if isinstance(value, list):
            return self.array(value)
        if isinstance(value, dict):
            return self.inline(value)
        return repr(value)

    def moment(self, value: date | clock) -> str:
        if isinstance(value, datetime):
            return value.isoformat(self.choose("T", " ")) + self.choose("", "Z", "-07:30")
        return value.isoformat()

    def array(self, items: list[object]) -> str:
        parts = ["["]
        for index, item in enumerate(items):
            parts += [self.gap(), self.value(item), self.gap()]
            if index + 1 < len(items) or self.choose("", ",") == ",":
                parts.append(",")
        return "".join([*parts, self.gap(), "]"])

    def gap(self) -> str:
        return f"{self.comment()}\n" if self.choose("inline", "broken") == "broken" else self.space()

    def inline(self, table: dict[str, object]) -> str:
        pairs = [f"{self.space()}{pair}{self.space()}" for pair in self.pairs(table, ())]
        return "{" + ",".join(pairs) + "}"

    def pairs(self, table: dict[str, object], parents: tuple[str, ...]) -> list[str]:
        lines = []
        for name, value in table.items():
            path = (*parents, name)
            if isinstance(value, dict) and value and self.choose("inline", "dotted") == "dotted":
                lines += self.pairs(value, path)
            else:
                lines.append(self.dotted(path) + self.space() + "=" + self.space() + self.value(value))
        return lines

    def dotted(self, path: tuple[str, ...]) -> str:
        return f"{self.space()}.{self.space()}".join(self.key(name) for name in path)

    def table(self, table: dict[str, object], path: tuple[str, ...]) -> list[str]:
        below = [name for name, value in table.items() if is_tabular(value) and self.choose("here", "below") == "below"]
        direct = {name: value for name, value in table.items() if name not in below}
        lines = [self.space() + line + self.comment() for line in self.pairs(direct, ())]
        for name in below:
            lines += self.sub_tables(table[name], (*path, name))
        return lines

    def sub_tables(self, value: object, path: tuple[str, ...]) -> list[str]:
        if isinstance(value, list):
            lines = []
            for item in value:
                lines.append(f"[[{self.space()}{self.dotted(path)}{self.space()}]]" + self.comment())
                lines += self.table(item, path)
            return lines
        assert isinstance(value, dict)
        header = f"[{self.space()}{self.dotted(path)}{self.space()}]" + self.comment()
        return [header, *self.table(value, path)]


def is_tabular(value: object) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(item, dict) for item in value)
    return isinstance(value, dict)


@st.composite
def toml_texts(draw: st.DrawFn) -> tuple[str, list[str]]:
    renderer = Renderer(draw)
    lines = renderer.table(draw(st.dictionaries(names, values, max_size=4)), ())
    text = "\n".join([*lines, ""])
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    return draw(st.sampled_from(["", "\ufeff"])) + text, renderer.comments


FRAGMENTS = [
    "a",
    "b",
    ".",
    "=",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    ",",
    "\n",
    '"',
    "'",
    '"""',
    "'''",
    "#",
    " ",
    "1",
    "\\",
    "\r",
]
soups = st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join)
statements = st.lists(
    st.sampled_from(
        ["a = 1", "a.b = 1", "b.a.c = {}", "[a]", "[a.b]", "[[a]]", "[[a.b]]", "[b]", "a = {b.c = 1}", "a = []"]
    ),
    max_size=6,
).map("\n".join)


class TestLaws:
    @given(toml_texts())
    def test_every_place_holds_its_key_and_value(self, generated: tuple[str, list[str]]) -> None:
        text, comments = generated
        found = document(text)
        assert repr(found.data) == repr(plain(tomllib.loads(text.removeprefix("\ufeff"))))
        assert_places_hold(found, found.data, ())
        assert sorted(comment.text for comment in found.comments()) == sorted(comment.strip() for comment in comments)

    @given(st.text() | soups | statements)
    def test_any_text_loads_or_has_one_fault(self, text: str) -> None:
        loaded = load(Source("a.toml", text), Limits())
        assert len(loaded.documents) + len(loaded.faults) == 1
        for found in loaded.documents:
            assert isinstance(found, TomlDocument)
            assert_places_hold(found, found.data, ())
            found.comments()
        for reported in loaded.faults:
            assert 0 <= reported.start <= reported.end <= len(text)
            with pytest.raises(tomllib.TOMLDecodeError):
                tomllib.loads(text.removeprefix("\ufeff"))

    @given(statements)
    def test_a_redefinition_is_always_found(self, text: str) -> None:
        try:
            tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            assert fault(text).name == "duplicate-key"

    @pytest.mark.skipif(not os.path.isdir(NETLIFY), reason="no real TOML files at ../shared/data/netlify")
    def test_real_files(self) -> None:
        paths = glob.glob(os.path.join(NETLIFY, "*.toml"))
        assert paths
        for path in paths:
            with open(path, encoding="utf-8-sig", newline="") as file:
                loaded = load(Source(path, file.read()), Limits())
            for found in loaded.documents:
                assert_places_hold(found, found.data, ())
            for reported in loaded.faults:
                assert reported.name in ("syntax-error", "duplicate-key")


class TestOutline:
    def test_gives_the_nested_tables_in_the_order_of_their_headers(self) -> None:
        text = '[a.b]\n[a]\n[[c]]\n[c.d]\n[[c.e]]\n[[c]]\n[c.d]\n[ "x.y" . z ]\n'
        expected = [("a", "b"), ("c", 0, "d"), ("c", 0, "e", 0), ("c", 1, "d"), ("x.y", "z")]
        assert document(text).outline() == expected

    @pytest.mark.parametrize("text", ["", "[a]\n", "[a.b]\n[a]\n", 'a = """\n[a.b]\n[a.c]\n"""\n', "a.b.c = 1\n"])
    def test_gives_nothing_where_there_is_no_order(self, text: str) -> None:
        assert document(text).outline() == []
