"""What links lead to, compared with following them from each node."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from policylint.reachability import Reachability

graphs = st.integers(1, 8).flatmap(
    lambda count: st.lists(st.lists(st.integers(0, count - 1), max_size=4), min_size=count, max_size=count)
)


def followed(targets: list[list[int]], source: int) -> set[int]:
    found: set[int] = set()
    pending = [source]
    while pending:
        new = set(targets[pending.pop()]) - found
        found |= new
        pending.extend(new)
    return found


@given(graphs)
def test_it_is_what_following_the_links_finds(targets: list[list[int]]) -> None:
    graph = Reachability(targets)
    nodes = range(len(targets))
    for source in nodes:
        expected = followed(targets, source)
        assert {node for node in nodes if graph.leads(source, node)} == expected
        assert graph.reached(source) == sum(1 << node for node in expected)


def test_a_long_chain_takes_no_recursion() -> None:
    graph = Reachability([[node + 1] for node in range(4_999)] + [[]])
    assert graph.leads(0, 4_999)
    assert not graph.leads(4_999, 0)
