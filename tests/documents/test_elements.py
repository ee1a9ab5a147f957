"""Elements in Markdown: data with exact places, and a fault at each tag without its partner."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from policylint.documents import markdown
from policylint.documents.document import Document, ElementGrammar, Fault, Limits, Parts
from policylint.documents.source import Source
from policylint.selectors import Path

GRAMMAR = ElementGrammar(
    {"document": ["tasks", "task", "note"], "tasks": ["task"], "task": ["name", "files", "verify"], "verify": ["run"]},
    ["files"],
)


def load(text: str) -> tuple[Document, list[Fault]]:
    [document] = markdown.load(Source("a.md", text), Limits()).documents
    return document.with_parts(Parts(GRAMMAR, {}), Limits())


def elements(text: str) -> dict[str, list[dict[str, object]]]:
    data = load(text)[0].data
    assert isinstance(data, dict)
    found: dict[str, list[dict[str, object]]] = data["elements"]
    return found


def place(text: str, path: Path) -> tuple[str, str]:
    """Line and column of a place, and what stands there."""
    document, _ = load(text)
    found = document.find(path)
    assert found is not None
    return "{}:{}".format(*document.span(path).start), text[slice(*found.value)]


def faults(text: str) -> list[tuple[str, str]]:
    document, found = load(text)
    return [("{}:{}".format(*document.source.position(each.start)), each.message) for each in found]


def test_parts_attributes_in_any_order_and_entities_are_data() -> None:
    text = "<task gate=\"a&amp;b\" type='auto' tdd=true>\n<name>A &lt;b&gt; &ldquo;</name>\n"
    text += "<verify>x <run>a &amp;&amp; b</run> y</verify>\n</task>\n"
    assert elements(text)["task"] == [
        {
            "attributes": {"gate": "a&b", "type": "auto", "tdd": "true"},
            "text": "",
            # What a page is to show is not decoded.
            "name": [{"attributes": {}, "text": "A <b> &ldquo;"}],
            "verify": [{"attributes": {}, "text": "x  y", "run": [{"attributes": {}, "text": "a && b"}]}],
        }
    ]


def test_every_place_is_exact() -> None:
    text = '---\na: 1\n---\né\n<task type="auto">\n  <name> One\n</name>\n'
    text += "  <files>a.ts, `b.ts` (new)</files><verify></verify>\n</task>\n"
    assert place(text, ("elements", "task", 0)) == ("5:1", '<task type="auto">')
    assert place(text, ("elements", "task", 0, "attributes", "type")) == ("5:13", "auto")
    assert place(text, ("elements", "task", 0, "name", 0, "text")) == ("6:10", "One")
    assert place(text, ("elements", "files", 0, "items", 1)) == ("8:17", "b.ts")
    assert place(text, ("elements", "task", 0, "verify", 0, "text")) == ("8:36", "<verify>")


def test_lists_are_separated_by_commas_and_lines_without_bullets_quotes_and_notes() -> None:
    text = "<task><files>\n- `a.ts`\n1. b.ts (new, empty)\n"
    text += "c.{ts,js}, app/(x)/[[...y]]/p.tsx , d e.ts — why\n</files></task>"
    items = elements(text)["files"][0]["items"]
    assert items == ["a.ts", "b.ts", "c.{ts,js}", "app/(x)/[[...y]]/p.tsx", "d e.ts"]


def test_tags_in_code_and_comments_and_where_none_may_stand_are_text() -> None:
    text = "<task>\n<name>the <name> of `</name>`</name>\n```xml\n<task>\n```\n<!-- </task> -->\n<other></task>\n"
    assert faults(text) == []
    assert [each["text"] for each in elements(text)["name"]] == ["the <name> of `</name>`"]
    assert len(elements(text)["task"]) == 1


def test_a_fence_below_a_tag_is_code_though_commonmark_takes_it_for_text() -> None:
    assert faults("<task>\n<verify>\n```\n</task>\n```\n</verify>\n</task>\n") == []


def test_a_fence_that_nothing_closes_hides_no_tags() -> None:
    assert faults("<task>\n```sh\n<name>x</name></task>\n") == []


def test_a_tag_without_its_partner_is_a_fault_at_the_tag() -> None:
    assert faults("<tasks>\n<task>\n<name>x\n</task></tasks></task>") == [
        ("3:1", "<name> is never closed"),
        ("4:16", "</task> closes nothing"),
    ]
    assert faults("<task>\n<task>\n</task>") == [("1:1", "<task> is never closed")]
    assert faults("<task></verify></task>") == [("1:7", "</verify> closes nothing")]


def test_what_closes_a_tag_that_is_text_is_text() -> None:
    assert faults("Use <name>x</name> or <name/> in <task></task>.\n") == []
    assert faults("Use <name>x</name></name>, <name/></name>.\n") == [
        ("1:19", "</name> closes nothing"),
        ("1:35", "</name> closes nothing"),
    ]


def test_a_tag_is_as_long_as_it_is() -> None:
    assert elements(f"<task a='{'x' * 2_000}'/>")["task"][0]["attributes"] == {"a": "x" * 2_000}


def test_a_document_of_a_kind_without_elements_has_none() -> None:
    [document] = markdown.load(Source("a.md", "<task>x</task>"), Limits()).documents
    assert document.data == {"body": "<task>x</task>"}


def test_hostile_tags_take_linear_work_and_no_recursion() -> None:
    for piece in ("<task>", "<task a='", "</task>", "`", "```\n", "<files>(", "<task a=1 ", "a=\" b=' ", "a =  "):
        document, _ = load(f"<task {piece * 50_000}>")
        assert isinstance(document.data, dict)
        document, _ = load(piece * 50_000)
        assert isinstance(document.data, dict)


_PIECES = [
    "<task>",
    "</task>",
    "<name>",
    "</name>",
    "<verify>",
    "<run>",
    "</run>",
    "</verify>",
    "x",
    "`",
    "\n",
    "é",
    "<",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=20))
def test_every_element_is_closed_once_or_reported_once(pieces: list[str]) -> None:
    text = "".join(pieces)
    document, found = load(text)
    assert isinstance(document.data, dict)
    assert len({each.start for each in found}) == len(found)
    for name, all_of_name in document.data["elements"].items():
        for index in range(len(all_of_name)):
            place_of = document.find(("elements", name, index))
            assert place_of is not None
            assert text[slice(*place_of.value)] == f"<{name}>"
    for fault in found:
        assert text[fault.start : fault.end] == fault.message.split(" ")[0]


def test_every_item_of_a_long_list_is_found_in_one_reading() -> None:
    text = f"<task><files>{', '.join(f'a{number}.ts' for number in range(20_000))}</files></task>"
    document, _ = load(text)
    places = [document.find(("elements", "files", 0, "items", number)) for number in range(20_000)]
    assert places[-1] is not None
    assert text[slice(*places[-1].value)] == "a19999.ts"


def test_reading_ends_where_elements_are_nested_too_deeply() -> None:
    [document] = markdown.load(Source("a.md", "<a>" * 20 + "</a>" * 20), Limits()).documents
    own = Parts(ElementGrammar({"document": ["a"], "a": ["a"]}, []), {})
    assert document.with_parts(own, Limits())[1] == []
    read, found = document.with_parts(own, Limits(element_depth=19))
    message = "elements are nested more than 19 levels deep, and those beyond are not read"
    assert found == [Fault("limit-exceeded", message, 57, 60)]
    assert len(read.data["elements"]["a"]) == 20  # type: ignore[index, call-overload]
