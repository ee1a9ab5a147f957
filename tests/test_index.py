"""The index: what is defined where, references in both directions, and cycles against an independent oracle."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from policylint.diagnostics import Position, Span
from policylint.facts import (
    ARROW,
    EXPLICIT,
    FIELD,
    ITEM,
    LOOSE,
    MENTION,
    MENTIONING,
    SINGLE,
    EntryFact,
    Origin,
    ReferenceFact,
)
from policylint.index import Index

LINKS = ("needs", "follows", MENTION, ARROW)
NAMES = tuple(f"A-{number}" for number in range(1, 8))


def entry(identifier: str, line: int = 1, path: str = "a.md", rank: int = EXPLICIT) -> EntryFact:
    span = Span(Position(line, 1), Position(line, 1 + len(identifier)))
    prefix = identifier.rpartition("-")[0]
    return EntryFact(
        identifier=identifier,
        prefix=prefix,
        title="",
        path=path,
        origin=Origin("markdown", 0),
        span=span,
        kinds=(),
        dialect="",
        state="",
        rank=rank,
        fields={},
        pending=(),
    )


def reference(source: str, *targets: str, link: str = "needs", line: int = 1) -> ReferenceFact:
    span = Span(Position(line, 1), Position(line, 2))
    return ReferenceFact(",".join(targets), targets, "", "", "a.md", span, source, link, SINGLE, FIELD, "")


names = st.sampled_from(NAMES)
references = st.lists(
    st.builds(
        lambda source, targets, link: reference(source, *targets, link=link),
        st.sampled_from(("", *NAMES)),
        st.lists(names, max_size=3),
        st.sampled_from(LINKS),
    ),
    max_size=14,
)
entries = st.lists(
    st.builds(
        lambda name, line, rank: entry(name, line, rank=rank),
        st.sampled_from(("A-1", "A-01", "A-001", "A-2", "B-1", "B-10", "A-B-1", "A-1a", "A-01a")),
        st.integers(1, 4),
        st.sampled_from((EXPLICIT, LOOSE, ITEM, MENTIONING)),
    ),
    max_size=10,
)


def reachable(edges: set[tuple[str, str]]) -> dict[tuple[str, str], bool]:
    """Which node leads to which, by Warshall's algorithm."""
    reach = {(one, other): (one, other) in edges for one in NAMES for other in NAMES}
    for middle in NAMES:
        for one in NAMES:
            for other in NAMES:
                reach[one, other] |= reach[one, middle] and reach[middle, other]
    return reach


def groups(found: list[ReferenceFact], links: frozenset[str]) -> set[frozenset[str]]:
    """The groups of two or more entries that lead back to each other."""
    edges = {(each.source, target) for each in found if each.source and each.link in links for target in each.targets}
    reach = reachable(edges)
    classes = {frozenset(other for other in NAMES if reach[one, other] and reach[other, one]) for one in NAMES}
    return {each for each in classes if len(each) > 1}


class TestCycles:
    @given(references, st.frozensets(st.sampled_from(LINKS)))
    def test_there_is_one_for_each_group_that_leads_back_to_itself(
        self, found: list[ReferenceFact], links: frozenset[str]
    ) -> None:
        expected = sorted(min(group) for group in groups(found, links))
        assert [cycle[0].source for cycle in Index([], found).cycles(links)] == expected

    @given(references)
    def test_each_is_a_closed_way_over_links_of_the_types(self, found: list[ReferenceFact]) -> None:
        links = frozenset({"needs"})
        for cycle in Index([], found).cycles(links):
            steps = [each.source for each in cycle]
            assert len(steps) == len(set(steps)) > 1, "no entry is passed twice"
            for each, following in zip(cycle, [*steps[1:], steps[0]], strict=True):
                assert each in found
                assert each.link in links
                assert following in each.targets
            assert set(steps) <= next(group for group in groups(found, links) if steps[0] in group)

    @given(references, st.randoms(use_true_random=False))
    def test_their_starts_do_not_depend_on_the_order_of_files(self, found: list[ReferenceFact], random: object) -> None:
        shuffled = list(found)
        random.shuffle(shuffled)  # type: ignore[attr-defined]
        links = frozenset(LINKS)
        one, other = Index([], found).cycles(links), Index([], shuffled).cycles(links)
        assert [(cycle[0].source, len(cycle)) for cycle in one] == [(cycle[0].source, len(cycle)) for cycle in other]

    def test_a_shortest_way_is_shown(self) -> None:
        long_way = [reference(f"A-{number}", f"A-{number + 1}") for number in range(1, 6)]
        index = Index([], [*long_way, reference("A-6", "A-1"), reference("A-2", "A-1")])
        (cycle,) = index.cycles(frozenset({"needs"}))
        assert [each.source for each in cycle] == ["A-1", "A-2"]

    def test_an_entry_that_links_itself_is_none(self) -> None:
        assert Index([], [reference("A-1", "A-1")]).cycles(frozenset({"needs"})) == []
        assert Index([], [reference("A-1", "A-1", "A-2")]).cycles(frozenset({"needs"})) == []

    def test_a_range_that_leads_back_is_one(self) -> None:
        index = Index([], [reference("A-3", "A-1", "A-2", "A-3"), reference("A-2", "A-3")])
        assert [[each.source for each in cycle] for cycle in index.cycles(frozenset({"needs"}))] == [["A-2", "A-3"]]

    def test_a_long_chain_has_none(self) -> None:
        chain = [reference(f"A-{number}", f"A-{number + 1}") for number in range(100_000)]
        assert Index([], chain).cycles(frozenset({"needs"})) == []

    def test_a_long_cycle_is_found(self) -> None:
        size = 50_000
        ring = [reference(f"A-{number:05}", f"A-{(number + 1) % size:05}") for number in range(size)]
        (cycle,) = Index([], ring).cycles(frozenset({"needs"}))
        assert cycle == ring

    def test_a_thousand_ranges_over_each_other_take_no_time(self) -> None:
        every = tuple(f"A-{number:04}" for number in range(1000))
        (cycle,) = Index([], [reference(each, *every) for each in every]).cycles(frozenset({"needs"}))
        assert [each.source for each in cycle] == ["A-0000", "A-0001"]


class TestDefinitions:
    @given(entries)
    def test_every_definition_is_one_of_its_id(self, found: list[EntryFact]) -> None:
        index = Index(found, [])
        for identifier in index.identifiers():
            assert {each.identifier for each in index.definitions(identifier)} == {identifier}
        assert index.identifiers() == sorted({each.identifier for each in found})
        assert index.prefixes == {each.prefix for each in found}
        assert index.definitions("Z-1") == []

    @given(entries)
    def test_an_entry_counts_only_where_nothing_more_explicit_does(self, found: list[EntryFact]) -> None:
        grades = ((EXPLICIT, LOOSE), (ITEM,), (MENTIONING,))

        def grade(each: EntryFact) -> int:
            return next(number for number, ranks in enumerate(grades) if each.rank in ranks)

        index = Index(found, [])
        least: dict[str, int] = {}
        for each in found:
            least[each.identifier] = min(grade(each), least.get(each.identifier, len(grades)))
        expected = [each for each in found if grade(each) == least[each.identifier]]
        assert list(index.entries()) == expected
        for identifier in index.identifiers():
            assert index.definitions(identifier) == [each for each in expected if each.identifier == identifier]

    @given(entries)
    def test_same_numbers_are_those_that_are_equal_but_for_zeros(self, found: list[EntryFact]) -> None:
        def meaning(identifier: str) -> tuple[str, int, str]:
            prefix, _, number = identifier.rpartition("-")
            return prefix, int(number.rstrip("a")), number.lstrip("0123456789")

        index = Index(found, [])
        for one in (*index.identifiers(), "A-0001"):
            same = [each for each in found if meaning(each.identifier) == meaning(one) and each.identifier != one]
            firsts = {each.identifier: each for each in reversed(same)}
            assert index.same_number(one) == [each for each in same if firsts[each.identifier] is each]

    def test_many_definitions_of_one_id_take_no_time(self) -> None:
        found = [entry("A-1", line) for line in range(1, 30_001)]
        assert len(list(Index(found, []).entries())) == 30_000


class TestReferences:
    @given(references)
    def test_are_found_from_both_ends(self, found: list[ReferenceFact]) -> None:
        index = Index([], found)
        assert list(index.references()) == found
        for name in NAMES:
            assert index.outgoing(name) == [each for each in found if each.source == name]
            assert index.incoming(name) == [each for each in found if name in each.targets and each.link != ARROW]

    def test_text_of_a_document_is_no_source(self) -> None:
        assert Index([], [reference("", "A-1")]).outgoing("") == []

    def test_a_target_named_twice_is_one_reference(self) -> None:
        found = reference("A-1", "A-2", "A-2")
        assert Index([], [found]).incoming("A-2") == [found]
