"""Every example of every shipped rule is reported exactly as it says."""

from __future__ import annotations

import pytest

from policylint import selftest
from tests.rules.shipped import definitions, pack


@pytest.mark.parametrize("name", sorted(definitions()))
def test_the_rule_reports_exactly_what_its_examples_expect(name: str) -> None:
    results = selftest.run(definitions()[name], pack())
    assert [result for result in results if not result.passed] == []


@pytest.mark.parametrize("name", sorted(definitions()))
def test_each_place_that_an_example_expects_is_told_apart_from_its_line(name: str) -> None:
    """At least one expectation is not at 1:1: a rule that always reports the file's start would pass otherwise.

    What is said of a document as a whole, or of all entries together, stands at the start of the first.
    """
    definition = definitions()[name]
    expectations = [line for example in definition.examples.invalid for line in example.expect]
    is_about_all = definition.given.expect == "some" or (
        definition.given.document and definition.given.select in ([], ["body"])
    )
    at_start = name in ("documents/empty-evidence", "documents/unreadable-file") or is_about_all
    assert at_start or any(":1:1: " not in line for line in expectations)


def test_a_missing_and_a_noisy_line_both_fail_an_example() -> None:
    definition = definitions()["deployment/missing-owner"]
    example = definition.examples.invalid[0]
    wrong = example.model_copy(update={"expect": ["docs/deployment.md:9:9: something else"]})
    examples = definition.examples.model_copy(update={"valid": [], "invalid": [wrong]})
    [result] = selftest.run(definition.model_copy(update={"examples": examples}), pack())
    assert result.missing == ("docs/deployment.md:9:9: something else",)
    assert result.noisy == ("docs/deployment.md:1:1: DEP-001 has no Owner",)
    assert not result.passed
