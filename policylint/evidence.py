"""Test results that prove entries: JUnit XML, or a JSON map from ID to result, as values with their lines.

    <testcase name="test_TEST_001_login"><failure/></testcase>
    <testcase name="TEST-001" status="failed"/>
    {"TEST-001": "passed", "TEST-002": {"result": "failed"}}

Evidence is written by machines that anyone may have fed: a text that declares a document type, nests too deeply or
stands for too many results is refused, so that reading costs no more than the length of the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policylint import documents
from policylint.documents.document import Limits
from policylint.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from xml.parsers.expat import XMLParserType

    from policylint.diagnostics import Position
    from policylint.documents.document import Document
    from policylint.documents.source import Source

    Identifiers = Callable[[str], Iterable[str]]

DEPTH_LIMIT = 100
RESULT_LIMIT = 100_000
# IDs that all names together may stand for, however often each is named.
NAMED_LIMIT = 10 * RESULT_LIMIT

_WEIGHTS = {"passed": 0, "skipped": 1, "failed": 2}
# A word that tells no result: a case was run, whatever came of it.
_RAN = "ran"
# Children of a case that mean a result in all dialects of JUnit XML, whatever words a configuration has for results.
_OUTCOMES = {"failure": "failed", "error": "failed", "skipped": "skipped"}
_FAILURES = ("failure", "error")
# Attributes of a case that hold a word for its result: GoogleTest and CTest write a disabled test with these alone.
_RESULT_ATTRIBUTES = ("status", "result")
# Children of a case that say nothing of its result. Those of Surefire's reruns stand beside a <failure> if the last run
# failed as well (https://maven.apache.org/surefire/maven-surefire-plugin/examples/rerun-failing-tests.html).
_NEUTRAL = frozenset(
    "properties property system-out system-err flakyFailure flakyError rerunFailure rerunError".split()
)
_SUITES = ("testsuites", "testsuite")
# Counters of a suite with more digits count nothing.
_LONGEST_COUNT = 9

# An ID in a name that cannot hold hyphens: `test_TEST_001_login`, `BR_FEA_001`. A chain of capitals without a number
# is consumed all the same, since each of its parts would otherwise be tried again.
_SNAKE = re.compile(
    r"(?<![A-Za-z0-9-])[A-Z][A-Z0-9]*+(?:[_-][A-Z][A-Z0-9]*+)*+(?P<number>[_-][0-9]{1,18}+[a-z]?+(?![A-Za-z0-9]))?+",
)
# The key of an entry's result, where the entry has others.
_RESULT = "result"
_SURROGATE = re.compile("[\ud800-\udfff]")


class Result(NamedTuple):
    """What one test case says of one ID; `outcome` is passed, failed or skipped, `line` counts from 1."""

    identifier: str
    outcome: str
    name: str
    line: int


class EvidenceFault(Exception):  # noqa: N818 - a fault of the text, as everywhere in policylint
    """Why a text cannot be read as evidence, and where (both from 1)."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


def read(source: Source, identifiers_in: Identifiers, words: Mapping[str, str]) -> list[Result]:
    """The results in the order of the text, one for each case and each ID it names; raises EvidenceFault.

    `identifiers_in` gives the IDs that a text names. `words` maps each spelling of a result, in any case, to its
    outcome, or to `ran` if it tells none; `true` and `false` are spelled so in JSON. Cases and keys that name no ID are
    passed over. A case of which something cannot be told counts as skipped: it proves nothing.
    """
    text = source.text
    if surrogate := _SURROGATE.search(text):
        raise _fault_at(source.position(surrogate.start()), "the text holds half of a surrogate pair")
    start = text.lstrip()[:1]
    outcomes = {spelling.lower(): outcome for spelling, outcome in words.items()}
    if start == "{":
        told = {spelling: outcome for spelling, outcome in outcomes.items() if outcome != _RAN}
        return _read_json(source, identifiers_in, told)
    if start == "<":
        return _read_xml(text, identifiers_in, outcomes)
    message = "the file is neither JUnit XML nor a JSON map from ID to result"
    raise _fault_at(source.position(text.index(start)), message if start else "the file is empty")


def combined(results: Iterable[Result]) -> dict[str, Result]:
    """One result for each ID: the first that failed, or else the first that was skipped, or else the first."""
    found: dict[str, Result] = {}
    for result in results:
        known = found.setdefault(result.identifier, result)
        if _WEIGHTS[result.outcome] > _WEIGHTS[known.outcome]:
            found[result.identifier] = result
    return found


def _named(text: str, identifiers_in: Identifiers) -> Iterator[str]:
    """The IDs of a text as it stands, and those it spells with `_`."""
    yield from identifiers_in(text)
    spelled = [match[0].replace("_", "-") for match in _SNAKE.finditer(text) if match["number"]]
    if spelled:
        yield from identifiers_in(", ".join(spelled))


def _fault_at(place: Position, message: str) -> EvidenceFault:
    return EvidenceFault(message, place.line, place.column)


def _too_many() -> str:
    return f"the file has more than {RESULT_LIMIT} results"


def _too_deep() -> str:
    return f"the file is nested more than {DEPTH_LIMIT} levels deep"


class _Case:
    """A test case that is being read; `before` is how many failures stood before it in the text."""

    def __init__(self, name: str, line: int, depth: int, outcome: str, before: int) -> None:
        self.name = name
        self.line = line
        self.depth = depth
        self.outcome = outcome
        self.before = before
        self.identifiers: dict[str, None] = {}


class _Suite(NamedTuple):
    """A suite that is being read: what it counts as failed, and how many failures stood before it in the text."""

    declared: int
    before: int
    line: int
    column: int


class _JUnit:
    """The handlers of an expat parser that reads JUnit XML."""

    def __init__(self, parser: XMLParserType, identifiers_in: Identifiers, outcomes: dict[str, str]) -> None:
        self.results: list[Result] = []
        self._parser = parser
        self._identifiers_in = identifiers_in
        self._outcomes = outcomes
        self._named = 0
        self._depth = 0
        self._failures = 0
        self._case: _Case | None = None
        self._suites: list[_Suite] = []
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        # Without a document type there are no entities but the five of XML.
        parser.StartDoctypeDeclHandler = self._refuse_doctype

    def _refuse_doctype(self, *_: object) -> None:
        raise self._fault("the file declares a document type, which test results do not need")

    def _fault(self, message: str) -> EvidenceFault:
        return EvidenceFault(message, self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEPTH_LIMIT:
            raise self._fault(_too_deep())
        if self._depth == 1 and tag not in _SUITES:
            raise self._fault(f"the file starts with <{tag[:50]}>, not with <testsuites> or <testsuite>")
        self._failures += tag in _FAILURES
        if tag in _SUITES:
            self._start_suite(attributes)
        elif tag == "testcase":
            self._start_case(attributes)
        elif self._case:
            self._inside(self._case, tag, attributes)

    def _start_case(self, attributes: dict[str, str]) -> None:
        if self._case:
            raise self._fault("a <testcase> stands inside another")
        words = [word for name in _RESULT_ATTRIBUTES if (word := attributes.get(name))]
        outcome = max(map(self._told, words), key=_WEIGHTS.__getitem__, default="passed")
        name = attributes.get("name", "")
        self._case = _Case(name, self._parser.CurrentLineNumber, self._depth, outcome, self._failures)
        self._note(self._case, attributes, ("name", "classname", "file"))

    def _told(self, word: str) -> str:
        """What a word says of a case; one that nobody knows proves nothing."""
        outcome = self._outcomes.get(word.strip().lower(), "skipped")
        return "passed" if outcome == _RAN else outcome

    def _inside(self, case: _Case, tag: str, attributes: dict[str, str]) -> None:
        """Notes an outcome, which is a child of the case, or a property, which may lie in a <properties>."""
        if tag == "property":
            self._note(case, attributes, ("name", "value"))
        elif self._depth == case.depth + 1 and tag not in _NEUTRAL:
            outcome = _OUTCOMES.get(tag) or self._told(tag)
            case.outcome = max(case.outcome, outcome, key=_WEIGHTS.__getitem__)

    def _start_suite(self, attributes: dict[str, str]) -> None:
        counts = [count for name in ("failures", "errors") if (count := attributes.get(name, "")).isdecimal()]
        declared = sum(int(count) for count in counts if len(count) <= _LONGEST_COUNT)
        place = self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1
        self._suites.append(_Suite(declared, self._failures, *place))

    def _end_suite(self) -> None:
        """A suite that knows of more failures than it shows leaves open which of its tests they are."""
        suite = self._suites.pop()
        shown = self._failures - suite.before
        if shown < suite.declared:
            counted = f"{suite.declared} failure{'s or errors' if suite.declared > 1 else ' or error'}"
            message = f"the suite counts {counted}, of which its cases show {shown}"
            raise EvidenceFault(message, suite.line, suite.column)

    def _note(self, case: _Case, attributes: dict[str, str], names: tuple[str, ...]) -> None:
        for name in names:
            found = list(_named(attributes.get(name, ""), self._identifiers_in))
            # A range costs its members each time that it is written, not only the first time.
            self._named += len(found)
            case.identifiers.update(dict.fromkeys(found))
        if self._named > NAMED_LIMIT or len(self.results) + len(case.identifiers) > RESULT_LIMIT:
            raise self._fault(_too_many())

    def _end(self, tag: str) -> None:
        case = self._case
        if tag in _SUITES:
            self._end_suite()
        if case and self._depth == case.depth:
            # A case may fail in more than one way, or by a word alone.
            self._failures = max(self._failures, case.before + (case.outcome == "failed"))
            self.results += [Result(each, case.outcome, case.name, case.line) for each in case.identifiers]
            self._case = None
        self._depth -= 1


def _read_xml(text: str, identifiers_in: Identifiers, outcomes: dict[str, str]) -> list[Result]:
    from xml.parsers import expat

    parser = expat.ParserCreate()
    junit = _JUnit(parser, identifiers_in, outcomes)
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise EvidenceFault(expat.ErrorString(error.code) or str(error), error.lineno, error.offset + 1) from None
    return junit.results


def _read_json(source: Source, identifiers_in: Identifiers, outcomes: dict[str, str]) -> list[Result]:
    document = _document(source)
    results: list[Result] = []
    for key, value in _entries(document.data):
        identifiers = dict.fromkeys(_named(key, identifiers_in))
        if identifiers:
            outcome = _outcome(document, key, value, outcomes)
            line = document.key_span((key,)).start.line
            results += [Result(each, outcome, key, line) for each in identifiers]
        if len(results) > RESULT_LIMIT:
            raise _fault_at(document.key_span((key,)).start, _too_many())
    return results


def _document(source: Source) -> Document:
    """The map as a document; whatever is wrong with its text is a fault, a key that is defined twice too."""
    loaded = documents.load(source, "json", Limits(depth=DEPTH_LIMIT))
    fault = min(loaded.faults, key=lambda each: each.start, default=None)
    if fault is not None:
        raise _fault_at(source.position(fault.start), fault.message)
    return loaded.documents[0]


def _entries(data: object) -> Iterable[tuple[str, object]]:
    return data.items() if isinstance(data, dict) else ()


def _outcome(document: Document, key: str, value: object, outcomes: dict[str, str]) -> str:
    path: tuple[str, ...] = (key,)
    word = value
    if isinstance(value, dict) and _RESULT in value:
        path, word = (key, _RESULT), value[_RESULT]
    if isinstance(word, bool):
        word = str(word)
    place = document.span(path).start
    if not isinstance(word, str):
        raise _fault_at(place, f"{key[:50]!r} has no result")
    outcome = outcomes.get(word.strip().lower())
    if outcome is None:
        raise _fault_at(place, f"{word[:50]!r} is not a result; use one of {', '.join(outcomes)}")
    return outcome
