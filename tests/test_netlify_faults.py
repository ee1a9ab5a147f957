"""What is wrong in a netlify.toml is reported at its place; what is right is not reported."""

from __future__ import annotations

import re

import pytest

from policylint.diagnostics import Severity
from tests.netlify.cases import Case, benign, diagnostics, faults, line

_UNFILLED = re.compile(r"\{(?:place|document|file|key|instead)")


@pytest.mark.parametrize("case", faults(), ids=lambda case: case.title)
def test_a_fault_is_reported_at_its_line_and_column(case: Case) -> None:
    assert [line(each) for each in diagnostics(case.toml)] == list(case.expect)


@pytest.mark.parametrize("case", faults(), ids=lambda case: case.title)
def test_a_fault_without_an_error_or_a_warning_says_why(case: Case) -> None:
    is_reported = any(each.severity >= Severity.WARNING for each in diagnostics(case.toml))
    assert is_reported != bool(case.silent)


def test_nine_of_ten_faults_at_least_are_reported() -> None:
    silent = [case.title for case in faults() if case.silent]
    assert len(faults()) >= 150
    assert len(silent) <= len(faults()) / 10


@pytest.mark.parametrize("case", faults(), ids=lambda case: case.title)
def test_every_finding_says_how_to_mend_it(case: Case) -> None:
    assert all(each.fix and not _UNFILLED.search(each.fix) for each in diagnostics(case.toml))


@pytest.mark.parametrize("case", benign(), ids=lambda case: case.title)
def test_nothing_is_said_of_a_text_that_is_right(case: Case) -> None:
    assert [line(each) for each in diagnostics(case.toml)] == []


def test_there_are_many_texts_that_are_right() -> None:
    assert len(benign()) >= 50
