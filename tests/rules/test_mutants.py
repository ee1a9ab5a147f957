"""Every one-step mutant of every shipped rule is caught by one of the rule's own examples."""

from __future__ import annotations

import os

import pytest
from ruamel.yaml import YAML

from policylint import selftest
from tests.rules.mutation import compiled, mutants, with_rule
from tests.rules.shipped import definitions, pack

_JUDGING = sorted(name for name, definition in definitions().items() if not definition.given.engine)

# Their one assertion has one option with one value: there is nothing to change.
_WITHOUT_CHOICES = (
    "documents/schema-violation",
    "ids/duplicate-id",
    "ids/invalid-range",
    "ids/mixed-width",
    "ids/unwanted-link",
    "ids/wrong-home",
    "netlify/byte-order-mark",
    "netlify/supertable-after-subtable",
    "netlify/unknown-key",
)


def _equivalents(name: str) -> dict[str, str]:
    path = os.path.join(os.path.dirname(__file__), "equivalent_mutants.yaml")
    with open(path, encoding="utf-8") as file:
        return dict((YAML(typ="safe").load(file) or {}).get(name, {}))


@pytest.mark.parametrize("name", _JUDGING)
def test_every_mutant_of_the_rule_fails_an_example_or_is_listed_as_equivalent(name: str) -> None:
    definition = definitions()[name]
    tried, survivors = 0, set()
    for mutant in mutants(definition):
        rule = compiled(mutant, definition)
        if rule is None:
            continue
        tried += 1
        if all(result.passed for result in selftest.run(definition, with_rule(pack(), rule))):
            survivors.add(mutant.change)
    assert tried or name in _WITHOUT_CHOICES
    assert survivors == set(_equivalents(name))


def test_every_equivalent_mutant_is_listed_with_a_reason() -> None:
    reasons = [reason for name in _JUDGING for reason in _equivalents(name).values()]
    assert all(len(reason) > 20 for reason in reasons)
