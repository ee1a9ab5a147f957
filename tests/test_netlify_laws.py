"""What the rules about order say of any tables and redirects is what their definitions say, read naively."""

from __future__ import annotations

import json
import tomllib
from typing import Any

from hypothesis import assume, example, given
from hypothesis import strategies as st

from policylint import engine
from policylint.filetree import MemoryTree
from policylint.settings import Settings
from tests.rules.shipped import pack

_NAMES = st.sampled_from(["a", "b", "c"])
_HEADERS = st.lists(st.lists(_NAMES, min_size=1, max_size=4).map(tuple), max_size=8, unique=True)


def _findings(toml: str, rule: str) -> list[tuple[int, str]]:
    report = engine.check(MemoryTree({"netlify.toml": toml}), pack(), Settings(select=[rule]))
    return [(each.span.start.line, each.message) for each in report.diagnostics]


@given(headers=_HEADERS)
@example(headers=[("a", "b", "c"), ("a", "b"), ("a",)])
def test_a_nested_table_is_reported_if_one_inside_it_was_opened_before(headers: list[tuple[str, ...]]) -> None:
    toml = "".join(f"[{'.'.join(header)}]\n" for header in headers)
    late = [
        number
        for number, header in enumerate(headers, 1)
        if len(header) > 1 and any(earlier[: len(header)] == header for earlier in headers[: number - 1])
    ]
    assert tomllib.loads(toml) is not None
    assert [line for line, _ in _findings(toml, "netlify/supertable-after-subtable")] == late


@given(counts=st.lists(st.integers(0, 2), max_size=4), late=st.booleans())
def test_each_element_of_an_array_has_tables_of_its_own(counts: list[int], late: bool) -> None:
    assume(sum(counts) > 0)
    lines, expected = [], []
    for count in counts:
        lines.append("[[plugins]]")
        lines += [f"[plugins.inputs.t{number}]" for number in range(count)]
        if late and count:
            lines.append("[plugins.inputs]")
            expected.append(len(lines))
    assert [line for line, _ in _findings("\n".join(lines), "netlify/supertable-after-subtable")] == expected


_FROM = st.tuples(st.lists(st.sampled_from(["/a", "/b", "/"]), max_size=3), st.sampled_from(["", "*", "/*"]))
_REDIRECT = st.fixed_dictionaries(
    {"from": _FROM.map(lambda parts: "".join(parts[0]) + parts[1]), "to": st.sampled_from(["/x", "/y/:splat"])},
    optional={
        "status": st.sampled_from([200, 301]),
        "force": st.booleans(),
        "conditions": st.sampled_from([{}, {"Country": "US"}]),
        "query": st.just({"q": ":q"}),
    },
)


def _toml(redirects: list[dict[str, Any]]) -> str:
    """One redirect a line, so that lines count them."""
    return "redirects = [\n" + "".join(f"{{{_inline(each)}}},\n" for each in redirects) + "]\n"


def _inline(table: dict[str, Any]) -> str:
    return ", ".join(
        f"{key} = {{{_inline(value)}}}" if isinstance(value, dict) else f"{key} = {json.dumps(value)}"
        for key, value in table.items()
    )


def _takes(earlier: dict[str, Any], later: dict[str, Any]) -> bool:
    if not earlier["from"].endswith("*") or earlier.get("conditions") or earlier.get("query"):
        return False
    if earlier.get("status") == 200 and ":splat" in earlier["to"]:
        return False
    overrides = earlier.get("force", False) or not later.get("force", False)
    return overrides and later["from"].startswith(earlier["from"][:-1])


@given(redirects=st.lists(_REDIRECT, max_size=6))
def test_a_redirect_is_unreachable_if_an_earlier_wildcard_takes_its_requests(redirects: list[dict[str, Any]]) -> None:
    expected = [
        number + 2
        for number, later in enumerate(redirects)
        if any(_takes(earlier, later) for earlier in redirects[:number])
    ]
    assert [line for line, _ in _findings(_toml(redirects), "netlify/unreachable-redirect")] == expected


@given(token=st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=30, max_size=60))
def test_a_secret_is_never_repeated_in_what_is_said_of_it(token: str) -> None:
    toml = f'[build.environment]\nKEY = "ghp_{token}"\n'
    report = engine.check(MemoryTree({"netlify.toml": toml}), pack(), Settings(select=["secret-in-config"]))
    assume(report.diagnostics)
    assert all(token not in f"{each.message} {each.fix} {each.subject}" for each in report.diagnostics)
