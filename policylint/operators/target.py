"""target: every entry that a reference leads to meets conditions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypedDict, cast

from policylint.field_names import normalise
from policylint.operators.operator import Conditions, Failure, Traits, defined_here

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policylint.facts import EntryFact, ReferenceFact
    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(needs_project=True, subject="reference", asks_each_target=True)


class Options(TypedDict):
    """`where`: the conditions, on the fields and properties of an entry."""

    where: Conditions


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Targets that nothing defines are left to the rule for these. Templates may use `{target}` and its fields."""
    reference, project = cast("ReferenceFact", value.value), cast("Project", scope.project)
    judge = cast("Callable[[EntryFact, Conditions], bool]", scope.judge)

    def fails(target: str) -> bool:
        defined = project.index.definitions(target)
        return bool(defined) and not any(judge(each, options["where"]) for each in defined)

    for target in reference.targets:
        if project.remember(("fails", target, id(options)), partial(fails, target)):
            yield _failure(project.index.definitions(target)[0])


def _failure(entry: EntryFact) -> Failure:
    details: dict[str, object] = {"target": entry.identifier, "target.title": entry.title}
    details.update({normalise(f"target.{name}"): field.value for name, field in entry.fields.items()})
    related = defined_here(entry)
    message = f"{entry.identifier} does not meet the conditions"
    return Failure(message, is_sentence=True, related=(related,), details=details)
