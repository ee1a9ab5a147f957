"""known_prefix: the prefix of a reference is one that entries have."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal, cast

from policylint.operators.operator import Failure, Traits
from policylint.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.facts import ReferenceFact
    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(needs_project=True, subject="reference", asks_each_target=True)
Options = Literal[True]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Known are the prefixes of entry kinds, those of which some ID is defined, and those kept elsewhere."""
    del options
    reference, project = cast("ReferenceFact", value.value), cast("Project", scope.project)
    for prefix in dict.fromkeys(target.rpartition("-")[0] for target in reference.targets):
        if not project.knows_prefix(prefix):
            fix = project.remember(("prefix like", prefix), partial(_suggestion, prefix, project))
            yield Failure(f"'{reference.text}' has the unknown prefix '{prefix}'", is_sentence=True, fix=fix)


def _suggestion(prefix: str, project: Project) -> str:
    """Among the prefixes of kinds: those that a repository defines besides may be any number."""
    return did_you_mean(prefix, project.kind_prefixes)
