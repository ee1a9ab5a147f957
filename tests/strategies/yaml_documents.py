"""Hypothesis strategies for YAML: data, and streams written so that every place in them is known."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import strategies as st

Path = tuple[str | int, ...]
Extent = tuple[int, int]

# Texts that some YAML reader takes for something else, and texts that a writer has to quote.
TRICKY = (
    *("1.10", "12e4567", "03", "0o14", "1_000", "12:30", "2024-01-02", "yes", "No", "on", "OFF", "True", "NULL"),
    *("true", "false", "null", "~", "", "12", "-3", "0", "-0", "+1", "0x1F", ".5", ".inf", ".nan", "=", "<<", "1e3"),
    *("a: b", "a #b", "#a", "- a", "&a", "*a", "!a", "|", ">", "%a", "@a", "`a`", "{a", "[a]", "'", '"', "\\"),
    *(" a ", "a\nb", "\na\n", "a\n\n  b\n", "é😀", "a,b", "---", "...", "\t", "a\tb", "9" * 30),
)
# What the independent writer puts in plain style is not always YAML again: it is spared marks in odd places.
_letters = st.text(st.characters(codec="utf-8", categories=["L", "N", "So"], include_characters=" '\"#*&!"), max_size=8)
texts = st.one_of(st.sampled_from(TRICKY), _letters)
scalars = st.one_of(st.none(), st.booleans(), st.integers(-(10**17), 10**17), texts)


def _collections(children: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.one_of(st.lists(children, max_size=4), st.dictionaries(texts, children, max_size=4))


data = st.recursive(scalars, _collections, max_leaves=12)

# Pieces of YAML in any order: most of it is broken, some of it in ways that only the loader's own code can meet.
_PIECES = (
    *(
        "a",
        "b",
        "1",
        "- ",
        "? ",
        ": ",
        "a: ",
        "\n",
        "\n  ",
        "\n    ",
        "\r\n",
        "\r",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "&x ",
        "*x",
    ),
    *(
        "!t ",
        "!!str ",
        "| ",
        ">-\n",
        '"',
        "'",
        "# c",
        " # c\n",
        "<<: ",
        "---\n",
        "...\n",
        "%YAML 1.1\n",
        "\t",
        "\x00",
        "\x85",
    ),
    *("\u2028", "\ufeff", "😀", "~", "- - - ", "\\", "*x : ", "{}", "[]", "a: &x {b: 1}\n", "<<: *x\n", "- &x\n"),
)
fragments = st.lists(st.sampled_from(_PIECES), max_size=25).map("".join)


class Written(NamedTuple):
    """One document of a written stream: its data, and the extents of key and value for every path."""

    data: object
    places: dict[Path, tuple[Extent | None, Extent]]


class Stream(NamedTuple):
    """A written stream with its comments (text without marks, extent)."""

    text: str
    documents: list[Written]
    comments: list[tuple[str, Extent]]


_PLAIN: tuple[tuple[str, object], ...] = (
    *(("x", "x"), ("a b", "a b"), ("12", 12), ("true", True), ("~", None), ("1.10", "1.10"), ("é😀", "é😀")),
    *(("a#b", "a#b"), ("yes", "yes"), ("http://a.b/c:d", "http://a.b/c:d"), ("-3", -3), ("x\u00a0", "x\u00a0")),
)
_QUOTED: tuple[tuple[str, object], ...] = (
    *(('"12"', "12"), ("'it''s # no'", "it's # no"), ('"\\n\\u00e9"', "\né"), ('""', ""), ("'[*x]'", "[*x]")),
    *(('"😀\u2028b"', "😀\u2028b"), ("'true'", "true")),
)


class _Writer:
    """Writes one stream; keeps the extent of whatever it writes."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._eol: str = draw(st.sampled_from(["\n", "\n", "\r\n", "\r"]))
        self.text = ""
        self.comments: list[tuple[str, Extent]] = []
        self._places: dict[Path, tuple[Extent | None, Extent]] = {}
        self._anchors: list[tuple[str, Path, object]] = []

    def document(self) -> Written:
        self._places, self._anchors = {}, []
        extent, data = self._block((), 0) if self._chance(0.9) else self._flow((), 1)
        self._places[()] = None, extent
        self.end_line(may_comment=self._may_comment)
        self._may_comment = True
        return Written(data, self._places)

    def end_line(self, *, may_comment: bool = True) -> None:
        if may_comment and self._chance(0.2):
            self._comment(" ")
        self.text += self._eol

    def _chance(self, probability: float) -> bool:
        return self._draw(st.integers(0, 99)) < probability * 100

    def _write(self, text: str) -> Extent:
        start = len(self.text)
        self.text += text
        return start, len(self.text)

    def _comment(self, before: str) -> None:
        self.text += before
        text = self._draw(st.sampled_from(["note", "*x 😀", '"', "- a: b"]))
        self.comments.append((text, self._write(f"# {text}")))

    def _next_line(self, indent: int, *, may_comment: bool) -> None:
        self.end_line(may_comment=may_comment)
        if self._chance(0.15):
            self._comment(" " * indent)
            self.text += self._eol
        if self._chance(0.1):
            self.text += self._eol
        self.text += " " * indent

    # Collections in block style

    def _block(self, path: Path, indent: int) -> tuple[Extent, object]:
        is_mapping = self._chance(0.6)
        start = end = len(self.text)
        pairs: dict[str, object] = {}
        items: list[object] = []
        for index in range(self._draw(st.integers(1, 3))):
            if index:
                self._next_line(indent, may_comment=self._may_comment)
            if is_mapping:
                key, key_extent = self._key(index)
                self.text += ":"
                extent, pairs[key] = self._value((*path, key), indent)
                self._places[(*path, key)] = key_extent, extent
            else:
                self.text += "-"
                extent, value = self._value((*path, index), indent)
                items.append(value)
                self._places[(*path, index)] = None, extent
            end = extent[1]
        return (start, end), pairs if is_mapping else items

    _may_comment = True

    def _key(self, index: int) -> tuple[str, Extent]:
        written, key = self._draw(st.sampled_from([("k", "k"), ('"k 😀"', "k 😀"), ("'k#'", "k#"), ("é", "é")]))
        extent = self._write(f"{written[:-1]}{index}{written[-1]}" if written[-1] in "'\"" else f"{written}{index}")
        return f"{key}{index}", extent

    def _value(self, path: Path, indent: int) -> tuple[Extent, object]:
        """A value after `:` or `-`, with its blank."""
        self._may_comment = True
        choice = self._draw(
            st.sampled_from(["empty", "plain", "lines", "literal", "quoted", "flow", "alias", "block", "block"])
        )
        if choice == "empty":
            return self._write(""), None
        if choice == "alias" and self._anchors:
            return self._alias(path)
        if choice == "block" and len(path) < 4:
            return self._nested(path, indent)
        name = self._properties(may_tag=choice != "plain")
        self.text += " "
        if choice == "literal":
            extent, value = self._literal(indent + 2)
        elif choice == "lines":
            extent, value = self._write(f"one{self._eol}{' ' * (indent + 2)}two"), "one two"
        elif choice == "flow":
            extent, value = self._flow(path, 0)
        else:
            extent, value = self._scalar(_PLAIN if choice == "plain" else _QUOTED)
        self._register(name, path, value)
        return extent, value

    def _nested(self, path: Path, indent: int) -> tuple[Extent, object]:
        if isinstance(path[-1], int) and self._chance(0.5):
            self.text += " "
            return self._block(path, indent + 2)
        name = self._properties()
        self._next_line(indent + 2, may_comment=True)
        extent, value = self._block(path, indent + 2)
        self._register(name, path, value)
        return extent, value

    def _literal(self, indent: int) -> tuple[Extent, object]:
        mark, value = self._draw(st.sampled_from([("|", "a # no\n b\n"), ("|-", "a # no\n b"), (">", "a # no\n b\n")]))
        start = len(self.text)
        self.text += mark
        self.end_line()
        end = self._write(f"{' ' * indent}a # no{self._eol}{' ' * indent} b")[1]
        self._may_comment = False
        return (start, end), value

    # Anchors, tags, aliases

    def _properties(self, *, may_tag: bool = True) -> str:
        if may_tag and self._chance(0.1):
            self.text += " !t"
            return ""
        if not self._chance(0.3):
            return ""
        name = f"n{len(self.text)}"
        self.text += f" &{name}"
        return name

    def _register(self, name: str, path: Path, value: object) -> None:
        if name:
            self._anchors.append((name, path, value))

    def _alias(self, path: Path) -> tuple[Extent, object]:
        name, origin, value = self._draw(st.sampled_from(self._anchors))
        self.text += " "
        for known, place in list(self._places.items()):
            if known[: len(origin)] == origin and len(known) > len(origin):
                self._places[(*path, *known[len(origin) :])] = place
        return self._write(f"*{name}"), value

    # Flow style

    def _scalar(self, choices: tuple[tuple[str, object], ...]) -> tuple[Extent, object]:
        written, value = self._draw(st.sampled_from(choices))
        extent = self._write(written)
        return extent, value

    def _flow(self, path: Path, depth: int) -> tuple[Extent, object]:
        kind = self._draw(st.sampled_from(["scalar", "list", "map"] if 0 < depth < 3 else ["list", "map"]))
        if depth >= 3 or kind == "scalar":
            return self._scalar(_QUOTED)
        start = self._write("{" if kind == "map" else "[")[0]
        pairs: dict[str, object] = {}
        items: list[object] = []
        for index in range(self._draw(st.integers(0, 3))):
            self.text += ", " if index else self._draw(st.sampled_from(["", " "]))
            if kind == "map":
                key, key_extent = self._key(index)
                self.text += ":"
                extent, pairs[key] = self._flow_value((*path, key), depth)
                self._places[(*path, key)] = key_extent, extent
            else:
                extent, value = self._flow_value((*path, index), depth)
                items.append(value)
                self._places[(*path, index)] = None, extent
        end = self._write(" }" if kind == "map" else "]")[1]
        return (start, end), pairs if kind == "map" else items

    def _flow_value(self, path: Path, depth: int) -> tuple[Extent, object]:
        if self._anchors and self._chance(0.3):
            return self._alias(path)
        name = self._properties()
        self.text += " "
        extent, value = self._flow(path, depth + 1)
        self._register(name, path, value)
        return extent, value


@st.composite
def streams(draw: st.DrawFn) -> Stream:
    """One to three documents with anchors, comments, every scalar style and any line end."""
    writer = _Writer(draw)
    documents = []
    for index in range(draw(st.integers(1, 3))):
        if index or draw(st.booleans()):
            writer.text += "---"
            writer.end_line()
        documents.append(writer.document())
    return Stream(writer.text, documents, writer.comments)
