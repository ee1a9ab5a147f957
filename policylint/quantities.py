"""The measurable parts of a prose threshold: `>2% of requests for 5 minutes`, with the baseline it compares with.

    quantity = [comparator] number [unit]     `at least 3`, `p99 above 500 ms`, `5-minute`, `10k rps`
    window   = introducer [comparator] number unit | introducer unit     `over 10 min`, `window: 5m`, `per minute`

The text is read once from left to right, token by token; what the words just before a number say about it is kept
until another word makes it stale. No token can be cut in two ways, so reading takes linear time. Digits that are
glued to other things are names (`5xx`, `MON-001`, `v1.2.3`, `2026-11-21`), and so are those after words like `HTTP`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from policylint.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# How people write a comparison, in letters and in signs; `over` is one only where it opens no window.
COMPARATORS = {
    **dict.fromkeys(["more than", "greater than", "higher than", "larger than", "longer than", "in excess of"], ">"),
    **dict.fromkeys(["above", "exceed", "exceeds", "exceeding", "exceeded", "beyond", "over", "gt", ">", "&gt;"], ">"),
    **dict.fromkeys(["at least", "no less than", "not less than", "no fewer than", "not below", "not under"], ">="),
    **dict.fromkeys(["greater than or equal to", "more than or equal to", "minimum", "reaches", "gte"], ">="),
    **dict.fromkeys([">=", "=>", "≥", "⩾", "&ge;", "&gt;="], ">="),
    **dict.fromkeys(["less than", "fewer than", "lower than", "smaller than", "shorter than", "faster than"], "<"),
    **dict.fromkeys(["below", "under", "lt", "<", "&lt;"], "<"),
    **dict.fromkeys(["at most", "no more than", "not more than", "no greater than", "no higher than", "up to"], "<="),
    **dict.fromkeys(["not exceed", "not exceeding", "never exceed", "cannot exceed", "not above", "not over"], "<="),
    **dict.fromkeys(["less than or equal to", "fewer than or equal to", "maximum", "max", "lte"], "<="),
    **dict.fromkeys(["<=", "=<", "≤", "⩽", "&le;", "&lt;="], "<="),
    **dict.fromkeys(["equals", "equal to", "exactly", "=", "=="], "="),
}

# How people write units of time. Case counts for single letters only: `5M` is five million.
DURATIONS = {
    **dict.fromkeys(["ns", "nanosecond", "nanoseconds"], "ns"),
    **dict.fromkeys(["us", "µs", "μs", "microsecond", "microseconds"], "us"),
    **dict.fromkeys(["ms", "msec", "msecs", "millisecond", "milliseconds"], "ms"),
    **dict.fromkeys(["s", "sec", "secs", "second", "seconds"], "s"),
    **dict.fromkeys(["m", "min", "mins", "minute", "minutes"], "min"),
    **dict.fromkeys(["h", "hr", "hrs", "hour", "hours"], "h"),
    **dict.fromkeys(["d", "day", "days"], "d"),
    **dict.fromkeys(["w", "week", "weeks"], "w"),
    **dict.fromkeys(["month", "months"], "mo"),
}

# How people write the other units.
UNITS = {
    **DURATIONS,
    **dict.fromkeys(["%", "percent", "per cent", "pct"], "%"),
    **dict.fromkeys(["pp", "percentage point", "percentage points"], "pp"),
    "‰": "‰",
    **dict.fromkeys(["x", "×"], "x"),
    **dict.fromkeys(["rps", "req/s", "reqs/s", "req/sec", "request/s", "requests/s", "requests/sec"], "rps"),
    **dict.fromkeys(["request per second", "requests per second", "requests/second"], "rps"),
    **dict.fromkeys(["rpm", "req/min", "reqs/min", "requests/min", "requests per minute", "requests/minute"], "rpm"),
    **dict.fromkeys(["qps", "queries per second"], "qps"),
    **dict.fromkeys(["tps", "transactions per second"], "tps"),
    **dict.fromkeys(["byte", "bytes"], "B"),
    **{unit.lower(): unit for unit in "KB MB GB TB KiB MiB GiB TiB KB/s MB/s GB/s MiB/s GiB/s".split()},
}

_BELOW_A_SECOND = {"ms", "us", "ns"}
_PER = "per"
# What opens a window. After the `per` of a rate every unit stands for one of it, after the others only these words:
# "in a second region" and "every second deploy" count.
_WINDOW_WORDS = set("for over within in during per every each last past window windows period interval".split())
_ONE_OF = set("minute hour day week month".split())
# What may stand between a comparator or an opener and its number without changing either.
_FILLERS = set(
    """a an the any one single given of about around approximately roughly nearly by to is was be at least value limit
    threshold baseline rolling sliding trailing moving previous preceding next first consecutive continuous full whole
    entire another just only time span evaluation""".split()
)
_NEUTRAL = set("*_`~≈\"'“”‘’([{:|+±\\$€£")
# What a number after these words names rather than measures.
_NAMING = set(
    "http https status code port step phase stage wave version section line page issue ticket tls rfc".split()
)
_NAME_UNITS = ("", "s")  # HTTP 200, HTTP 500s; "step 10%" and "phase 5 min" measure
_SCALES = {"k": 1e3, "K": 1e3, "M": 1e6}


def _any_of(spellings: Iterable[str]) -> str:
    """A pattern for the longest of some spellings, with any blanks between their words, or `_` as in keys."""
    return "|".join(re.escape(each).replace(r"\ ", r"[\s_]++") for each in sorted(spellings, key=len, reverse=True))


_LETTERS = [each for each in COMPARATORS if each.isalpha() or " " in each]
_SIGNS = [each for each in COMPARATORS if each not in _LETTERS]
_UNIT_WORDS = [each for each in UNITS if len(each) > 1]
_UNIT_LETTERS = [each for each in UNITS if len(each) == 1 and each.isascii() and each.isalpha()]
# At most 15 digits on either side of the point: a longer run is a name. The exponent is what YAML prints for 0.00001.
_NUMBER = (
    r"(?:(?:[0-9]{1,3}(?:,[0-9]{3}(?![0-9])){1,4}+|[0-9]{1,15}+)(?:\.[0-9]{1,15}+)?+|\.[0-9]{1,15}+)"
    r"(?:[eE][+-]?[0-9]{1,2}(?![0-9])|[kKM](?![A-Za-z0-9_]))?+"
)
_TOKEN = re.compile(
    r"(?P<blank>\s++)"
    r"|(?P<ignored>(?m:^)[0-9]{1,9}[.)](?=\s)|</?[A-Za-z][A-Za-z0-9]{0,20}+ ?/?>|#[A-Za-z0-9_]++"
    r"|-{1,3}+>|<-{1,3}+(?![.0-9])|!=)"
    rf"|(?P<comparator>(?ai:{_any_of(_LETTERS)})(?![A-Za-z0-9_-])|{_any_of(_SIGNS)})"
    rf"|(?P<number>(?:(?<![A-Za-z0-9_%-])[-−])?+{_NUMBER})"
    r"|(?P<word>[A-Za-z][A-Za-z0-9_]*+(?:[-.@]++[A-Za-z0-9_]++|(?<=[0-9])[–—][0-9]++|://\S++)*+)"
    r"|(?P<mark>[\s\S])",
)
_UNIT = re.compile(
    r"(?:[ \t]*+(?:(?:consecutive|straight|full|continuous|successive)[ \t]++)?+|-(?=[A-Za-z])"
    r"|(?P<wrap>[ \t]*+\r?\n[ \t]*+))"
    rf"(?P<unit>[%‰×]|(?:(?ai:{_any_of(_UNIT_WORDS)})|[{''.join(_UNIT_LETTERS)}])(?![A-Za-z0-9_]))"
    r"(?(wrap)(?![ \t]*+:))",  # the next line may start with a key: "value: 3\nmin: 1"
)
_GLUE = re.compile(r"[A-Za-z0-9_]|[-.,:/–—][0-9]|[-.][A-Za-z]")
_GLUED = re.compile(r"[-−]?[A-Za-z0-9_.]++(?:[-./–—@]++[A-Za-z0-9_]++|(?<=[0-9])[,:](?=[0-9])[A-Za-z0-9_]++)*+")
_RANGE_END = re.compile(rf"[-–—]({_NUMBER})")
_WINDOW_AFTER = re.compile(
    r"[ \t-]{1,9}+(?:(?:rolling|sliding)[ \t]++)?+(?:window|period|interval)(?![\w-]|[ \t]*+:)", re.I
)

# Between a number and "baseline" these make it a distance from the baseline, or another subject.
_RELATIONS = set(
    """of by to from than against versus vs times relative compared and or but while when if with without since
    until""".split()
)
# These call the value behind them the baseline as well, if it has a unit: "normally 10 users" is no error rate.
_USUAL = set("usual usually normal normally".split())
_NAMES_VALUE = _FILLERS - {"by", "to", "baseline"} | _NEUTRAL - {"|", "+", "±"} | {"=", "currently", "normally", "now"}


class Quantity(NamedTuple):
    """A number as written: `text[start:end]` is the number with its unit, or the unit alone in `per minute`.

    `comparator` is one of > >= < <= = or empty when none precedes, `unit` a value of UNITS or empty. The number is a
    float: thresholds are only ever compared, equal spellings of a number (`2`, `2.0`) round to the same float and
    rounding keeps the order of the others; a Decimal would cost an import and could not be written to the cache.
    """

    comparator: str
    number: float
    unit: str
    start: int
    end: int
    is_window: bool


def quantities(text: str) -> list[Quantity]:
    """Every quantity of the text, in order; a range (`5–10%`) is two, with the unit of its end."""
    return [piece for piece in _pieces(text) if isinstance(piece, Quantity)]


@lru_cache(maxsize=64)
def _pieces(text: str) -> tuple[str | Quantity, ...]:
    """Remembered, since several rules ask about one text."""
    return tuple(_Reader(text).pieces())


def baseline(text: str) -> Quantity | None:
    """The first quantity that the text calls a baseline: `0.5% baseline`, `baseline of 0.5%`, `usual: 0.5%`."""
    before: Quantity | None = None
    called: Quantity | None = None
    name = ""
    for piece in _pieces(text):
        if name and isinstance(piece, Quantity) and _is_named(piece, name):
            return piece
        if name and piece in _NAMES_VALUE:
            called = None if piece == ":" else called
            continue
        if called:
            return called
        name = piece if isinstance(piece, str) and (piece == "baseline" or piece in _USUAL) else ""
        called = before if name == "baseline" else None
        before = _still_before(text, before, piece)
    return called


def _is_named(piece: Quantity, name: str) -> bool:
    """Whether a quantity behind the name of a baseline is the value that it names."""
    return not piece.is_window and (name == "baseline" or piece.unit != "")


def _still_before(text: str, before: Quantity | None, piece: str | Quantity) -> Quantity | None:
    """The quantity that a "baseline" just after this piece would call so; not `7-day`, which says how it is taken."""
    if isinstance(piece, Quantity):
        is_value = not piece.is_window and piece.unit not in ("x", "d", "w", "mo")
        return piece if is_value and "-" not in text[piece.start + 1 : piece.end] else None
    if piece in COMPARATORS or piece in _RELATIONS or (not piece[-1].isalnum() and piece not in "*_`\"'"):
        return None
    return before


class _Reader:
    """One pass over a text, with what the words read so far say about the next number."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._forget()

    def _forget(self) -> None:
        self._comparator = ""
        self._window = ""
        self._is_name = False
        self._words_since = 2  # since the last quantity of the clause; only 0 and 1 matter: `10/min`, `5 errors/min`

    def pieces(self) -> Iterator[str | Quantity]:
        """Every quantity, and between them the words in lower case, the comparators and the marks."""
        pos = 0
        while match := _TOKEN.match(self._text, pos):
            pos = match.end()
            if match.lastgroup == "number":
                found, pos = self._number(match)
                yield from found
            elif match.lastgroup != "blank":
                yield self._other(match)

    def _other(self, match: re.Match[str]) -> str | Quantity:
        """Notes what a token other than a number says, and returns it; a unit may be a window of its own."""
        piece = _plain(match[0]) if match.lastgroup == "comparator" else match[0].lower()
        if match.lastgroup == "comparator":
            self._compare(piece)
        elif match.lastgroup == "word":
            return self._word(piece, match)
        elif piece == "/":
            self._slash()
        elif piece not in _NEUTRAL:
            self._forget()
        return piece

    def _compare(self, piece: str) -> None:
        self._is_name = False
        if piece == "over" and not self._window:
            self._window = piece
        else:
            self._comparator = COMPARATORS[piece]

    def _slash(self) -> None:
        """After a counted thing the slash is a `per`; a number after any other is part of a path or an ID list."""
        is_rate = self._words_since <= 1
        self._forget()
        self._window = _PER if is_rate else ""
        self._is_name = not is_rate

    def _word(self, word: str, match: re.Match[str]) -> str | Quantity:
        if self._window and (word in _ONE_OF or (self._window == _PER and word in DURATIONS)):
            return self._quantity(1.0, DURATIONS[word], *match.span())
        words_since = self._words_since + 1
        if word.rpartition("_")[2] in _WINDOW_WORDS:
            self._comparator, self._window = "", self._window or word
        elif word not in _FILLERS:
            self._forget()
        self._is_name = word in _NAMING
        self._words_since = words_since
        return word

    def _number(self, match: re.Match[str]) -> tuple[list[Quantity], int]:
        """The quantities that start with a number, and where to read on; none if the digits are part of a name."""
        start, end = match.span()
        unit, unit_end = self._unit(end)
        if not unit and _GLUE.match(self._text, end):
            return self._range(match) or self._skip(start)
        if self._is_name and unit in _NAME_UNITS:
            self._forget()
            return [], unit_end
        return [self._quantity(_value(match[0]), unit, start, unit_end)], unit_end

    def _range(self, low: re.Match[str]) -> tuple[list[Quantity], int] | None:
        """Both ends of `5-10 min`: only the unit tells such a range from a date or a name."""
        high = _RANGE_END.match(self._text, low.end())
        unit, end = self._unit(high.end()) if high else ("", 0)
        if high is None or not unit or self._is_name:
            return None
        window = self._window
        first = self._quantity(_value(low[0]), unit, *low.span())
        self._window = window
        return [first, self._quantity(_value(high[1]), unit, high.start(1), end)], end

    def _skip(self, start: int) -> tuple[list[Quantity], int]:
        self._forget()
        match = _GLUED.match(self._text, start)
        return [], match.end() if match else start + 1

    def _unit(self, pos: int) -> tuple[str, int]:
        """The unit of a number that ends at `pos`, and where both end."""
        match = _UNIT.match(self._text, pos)
        if match is None:
            return "", pos
        return UNITS[_plain(match["unit"])], match.end()

    def _quantity(self, number: float, unit: str, start: int, end: int) -> Quantity:
        """The quantity as the words before it, or a "window" after it, make it; they are spent on it."""
        over = self._window == "over"
        # No one watches for less than a second: "p99 over 500ms" compares.
        opened = bool(self._window) and not (over and unit in _BELOW_A_SECOND)
        is_window = unit in DURATIONS.values() and (opened or bool(_WINDOW_AFTER.match(self._text, end)))
        comparator = self._comparator or (">" if over and not is_window else "")
        self._forget()
        self._words_since = 0
        return Quantity(comparator, number, unit, start, end, is_window)


def _plain(spelling: str) -> str:
    """A spelling as it stands in the tables."""
    return " ".join(spelling.lower().replace("_", " ").split())


def _value(digits: str) -> float:
    scale = _SCALES.get(digits[-1], 1.0)
    return float(digits.rstrip("kKM").replace(",", "").replace("−", "-")) * scale
