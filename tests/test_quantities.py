"""Quantities in thresholds: each spelling people use, what only looks like one, and the laws that hold for any text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policylint.quantities import COMPARATORS, UNITS, Quantity, baseline, quantities


def written(text: str) -> list[tuple[str, str, float, str, bool]]:
    """What is read, with the text of each quantity in place of its offsets."""
    return [(q.comparator, text[q.start : q.end], q.number, q.unit, q.is_window) for q in quantities(text)]


def test_a_quantity_has_its_place_in_the_text() -> None:
    assert quantities("rate >2% for 5 minutes") == [
        Quantity(">", 2.0, "%", 6, 8, False),
        Quantity("", 5.0, "min", 13, 22, True),
    ]


THRESHOLDS = [
    (
        ">2% of requests for 5 minutes (currently 0.5% baseline from MON-001)",
        [(">", "2%", 2, "%", False), ("", "5 minutes", 5, "min", True), ("", "0.5%", 0.5, "%", False)],
    ),
    ("p99 above 500ms over 10 min", [(">", "500ms", 500, "ms", False), ("", "10 min", 10, "min", True)]),
    ("error rate exceeds 1 % within 15 minutes", [(">", "1 %", 1, "%", False), ("", "15 minutes", 15, "min", True)]),
    ("at least 3 failures in 1h", [(">=", "3", 3, "", False), ("", "1h", 1, "h", True)]),
    ("latency <200ms, throughput >100rps", [("<", "200ms", 200, "ms", False), (">", "100rps", 100, "rps", False)]),
    (
        "metric: http_5xx_ratio\noperator: >\nvalue: 0.03\nwindow: 5m",
        [(">", "0.03", 0.03, "", False), ("", "5m", 5, "min", True)],
    ),
    ("operator: greater_than\nvalue: 1e-05\nfor: 5m", [(">", "1e-05", 1e-5, "", False), ("", "5m", 5, "min", True)]),
    ("more than 5 errors per minute", [(">", "5", 5, "", False), ("", "minute", 1, "min", True)]),
    ("≥ 99.9%", [(">=", "99.9%", 99.9, "%", False)]),
    ("no more than\n2% of requests", [("<=", "2%", 2, "%", False)]),
    ("not more than **2%**", [("<=", "2%", 2, "%", False)]),
    ("exceeds the threshold of about 2%", [(">", "2%", 2, "%", False)]),
    (
        "95th percentile above 900 ms for 10 minutes",
        [(">", "900 ms", 900, "ms", False), ("", "10 minutes", 10, "min", True)],
    ),
    ("p99.9 over 800ms for 5\nminutes", [(">", "800ms", 800, "ms", False), ("", "5\nminutes", 5, "min", True)]),
    ("over 5% over 5 minutes", [(">", "5%", 5, "%", False), ("", "5 minutes", 5, "min", True)]),
    ("over a rolling 5-minute window", [("", "5-minute", 5, "min", True)]),
    ("a 10m window", [("", "10m", 10, "min", True)]),
    ("for more than 5 consecutive minutes", [(">", "5 consecutive minutes", 5, "min", True)]),
    ("for over 5 minutes", [(">", "5 minutes", 5, "min", True)]),
    ("above 5 minutes", [(">", "5 minutes", 5, "min", False)]),
    ("3 failures in the last hour", [("", "3", 3, "", False), ("", "hour", 1, "h", True)]),
    (
        "5 errors/min, 10/s",
        [("", "5", 5, "", False), ("", "min", 1, "min", True), ("", "10", 10, "", False), ("", "s", 1, "s", True)],
    ),
    ("drops below 1,500 requests per second", [("<", "1,500 requests per second", 1500, "rps", False)]),
    ("> 2x the baseline", [(">", "2x", 2, "x", False)]),
    ("10k rps", [("", "10k rps", 10_000, "rps", False)]),
    ("5M events in 5m", [("", "5M", 5e6, "", False), ("", "5m", 5, "min", True)]),
    ("-5%, −.5%", [("", "-5%", -5, "%", False), ("", "−.5%", -0.5, "%", False)]),
    ("for 5–10 minutes", [("", "5", 5, "min", True), ("", "10 minutes", 10, "min", True)]),
    ("5-10%", [("", "5", 5, "%", False), ("", "10%", 10, "%", False)]),
    ("| > | `2%` | Window | 5 min |", [(">", "2%", 2, "%", False), ("", "5 min", 5, "min", True)]),
    ("- &gt;2%\r\n- \\<3%", [(">", "2%", 2, "%", False), ("<", "3%", 3, "%", False)]),
    ("value: 3\nmin: 1", [("", "3", 3, "", False), ("", "1", 1, "", False)]),
    ("step 10% for 5 min", [("", "10%", 10, "%", False), ("", "5 min", 5, "min", True)]),
    ("エラー率5%を超える", [("", "5%", 5, "%", False)]),
]


@pytest.mark.parametrize(("text", "expected"), THRESHOLDS)
def test_a_threshold_is_read_as_people_write_it(text: str, expected: list[tuple[str, str, float, str, bool]]) -> None:
    assert written(text) == expected


NAMES = """
5xx|5xx error rate|HTTP 200|HTTP 500s|status code: 503|port 8080|MON-001|TEST-050|us-east-1|v1.2.3|1.2.3|2026-11-21
12:30 UTC|24/7|3/5|API-001–020|UJ-000/001/005|DEP-001..003|p99|95th percentile|http_5xx_ratio|#5|https://a:80/b/5
docs/v1/5|1. Roll back|a 404.html|1234567890123456|0,5|in a second region|every second deploy|over time|on-call|٥%|
"""


@pytest.mark.parametrize("text", NAMES.replace("\n", "|").split("|"))
def test_digits_of_names_are_not_quantities(text: str) -> None:
    assert quantities(text) == []
    assert written(f"{text}, >2%") == [(">", "2%", 2, "%", False)]


@pytest.mark.parametrize(
    "text", ["exceeds, 5%", "above normal. 5%", "5% -> 5%", "x <b>5%</b>", "!= 5%", "more than-5%"]
)
def test_a_comparator_counts_only_just_before_its_number(text: str) -> None:
    assert {q.comparator for q in quantities(text)} <= {""}


@pytest.mark.parametrize("text", ["for checkout 5 min", "window, 5 min", "in 3 regions 5 min", "(for) 5 min"])
def test_a_window_is_opened_only_just_before_its_duration(text: str) -> None:
    assert not any(q.is_window for q in quantities(text))


BASELINES = [
    ("0.5% baseline", "0.5%"),
    ("baseline of 0.5%", "0.5%"),
    ("Baseline: **0.5%**", "0.5%"),
    ("value: 2\nbaseline: 0.5", "0.5"),
    (">2% of requests for 5 minutes (currently 0.5% baseline from MON-001)", "0.5%"),
    ("> 2% (baseline is currently about 0.5%)", "0.5%"),
    ("> 2%, 200ms is our usual baseline", "200ms"),
    ("above the 7-day baseline of 0.5%", "0.5%"),
    ("0.5% baseline, 2% limit", "0.5%"),
    ("> 1 % over 5 min (usual: 2 %)", "2 %"),
    ("> 1 %, normal is 2 %", "2 %"),
    ("> 1 % (normally 1 %)", "1 %"),
    ("p95 above 500 ms, usually about 600 ms", "600 ms"),
    ("baseline for 5 minutes, 3% baseline", "3%"),
]


@pytest.mark.parametrize(("text", "expected"), BASELINES)
def test_the_baseline_is_the_quantity_called_so(text: str, expected: str) -> None:
    found = baseline(text)
    assert found is not None
    assert text[found.start : found.end] == expected
    assert found in quantities(text)


NO_BASELINES = """
|2%|baseline|2% above baseline|2x baseline|200% of the baseline|exceeds baseline by 5%|> 2%, baseline unknown
above the 7-day baseline|14d baseline|2% (see the baseline)|value: 2 baseline: MON-001|baseline for 5 minutes
2% and a baseline|baseline < 2%|2% for 5 minutes baseline|2%: baseline|MON-001 baseline|baseline MON-001 2%
> 5% normal traffic|> 2% of the usual|> 3 reports (normally 10 users)
|until it is normal for 5 min|normal load, 2%|normal > 2%
"""


@pytest.mark.parametrize("text", NO_BASELINES.replace("\n", "|").split("|"))
def test_a_quantity_that_is_only_near_the_word_is_no_baseline(text: str) -> None:
    assert baseline(text) is None


@pytest.mark.parametrize("spelling", [each for each in COMPARATORS if each != "over"])
def test_every_comparator_is_normalised_in_any_case(spelling: str) -> None:
    text = f"rate {spelling.upper() if spelling.isascii() and spelling[0].isalpha() else spelling} 5%"
    assert [q.comparator for q in quantities(text)] == [COMPARATORS[spelling]]


@pytest.mark.parametrize("spelling", UNITS)
def test_every_unit_is_normalised_glued_or_apart(spelling: str) -> None:
    for text in (f"5 {spelling}", f"5{spelling}", f"5 {spelling.title() if len(spelling) > 3 else spelling}."):
        assert written(text) == [("", text.rstrip("."), 5, UNITS[spelling], False)]


PIECES = [
    " ",
    "5 ",
    "at ",
    "A_",
    "A-",
    "5-",
    "5.",
    "5,",
    "-",
    "--",
    "<-",
    ">",
    "<a",
    "</a",
    "over ",
    "5 m",
    "(",
    "/",
    "\n",
]
MORE_PIECES = [
    "1,000,",
    "5\n",
    "-5",
    "5 consecutive ",
    "e",
    "_",
    "1-2-",
    "&",
    ":",
    "9",
    "5% baseline ",
    "at\n",
    "a://",
    "#",
]


@pytest.mark.parametrize(
    "piece", [*PIECES, *MORE_PIECES, "baseline of ", "5 \n ", "5 -", "requests per ", "a@", "5–", "."]
)
def test_a_long_run_of_anything_is_read_to_its_end(piece: str) -> None:
    text = (piece * (100_000 // len(piece))) + " ; exceeds 7% ; baseline: 3 rps"
    limit, last = quantities(text)[-2:]
    assert (limit.comparator, limit.number, limit.unit) == (">", 7, "%")
    assert (last.comparator, last.number, last.unit) == ("", 3, "rps")


_pieces = """5 0.5 .5 1,000 -5 5xx % ms minutes m s h rps x > >= ≥ < -> = : ; , ( ) / - – | * _ ` for over within
per every window the more than at least no exceeds up to baseline of HTTP MON-001 requests second minute
consecutive ſ K µs &gt;"""
texts = st.one_of(
    st.text(),
    st.lists(st.sampled_from([*_pieces.split(), " ", " ", " ", "\n", "\r\n", "9" * 400]), max_size=30).map("".join),
)


@given(texts)
def test_quantities_are_ordered_disjoint_slices_with_normalised_parts(text: str) -> None:
    read_up_to = 0
    for one in quantities(text):
        assert read_up_to <= one.start < one.end <= len(text)
        assert one.comparator in {*COMPARATORS.values(), ""}
        assert one.unit in {*UNITS.values(), ""}
        assert abs(one.number) < float("inf")
        read_up_to = one.end


_CALLED = re.compile("baseline|usual|normal", re.IGNORECASE)


@given(texts)
def test_a_baseline_is_one_of_the_quantities_and_is_called_so(text: str) -> None:
    found = baseline(text)
    assert found is None or (found in quantities(text) and not found.is_window and bool(_CALLED.search(text)))


@given(st.sampled_from(sorted(COMPARATORS.keys() - {"over"})), st.integers(0, 10**9), st.sampled_from(sorted(UNITS)))
def test_a_printed_threshold_reads_back(comparator: str, number: int, unit: str) -> None:
    text = f"rate {comparator} {number}{unit} for 5 minutes"
    first, window = quantities(text)
    assert first[:3] == (COMPARATORS[comparator], number, UNITS[unit])
    assert window[:3] == ("", 5, "min")
    assert (first.is_window, window.is_window) == (False, True)
