"""The operators of rules, one module each: an `Options` type, `check`, and `TRAITS`, what the engine has to know of it.

A new operator is a module of this package and a name in OPERATORS. An operator knows no kind, no ID prefix and
no field name: those come from rules and kinds.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policylint.facts import ReferenceFact
    from policylint.operators.operator import Failure, Scope, Traits, Value
    from policylint.project import Project

OPERATORS = (
    "accompanied_by",
    "acyclic",
    "agrees_with",
    "apart",
    "at_home",
    "byte_order_mark",
    "comes_after",
    "comes_directly_after",
    "conforms",
    "covers",
    "declared_in",
    "defined",
    "differs_from",
    "distinct",
    "equals",
    "exists",
    "expands",
    "file",
    "filled_in",
    "fits_link_type",
    "free_of",
    "in_order",
    "inside",
    "is_pattern",
    "keys",
    "known_prefix",
    "leads_elsewhere",
    "links",
    "links_back",
    "listed_in",
    "matches",
    "mentioned_in",
    "names_document",
    "names_files",
    "names_known_paths",
    "nearly_one_of",
    "neighbours_files",
    "no_secret",
    "note_fits",
    "of_type",
    "one_of",
    "one_spelling",
    "other_than",
    "outside_comments",
    "quantity",
    "reachable",
    "recent",
    "recorded_in",
    "referenced",
    "resolves",
    "run_by",
    "runs",
    "runs_none_of",
    "same_keys",
    "same_numbers",
    "same_width",
    "scripts_exist",
    "stated_by_source",
    "table_rows",
    "tables_in_order",
    "target",
    "test_gate",
    "tests_can_fail",
    "turns_back",
    "unique",
    "verifies",
)


class Operator(Protocol):
    """What each operator module offers."""

    TRAITS: Traits

    # Optional: what tells whether `check` finds nothing, for options that it has worked out, without wording anything.
    predicate: Callable[[object], Callable[[Value, Scope], bool]] | None
    # Optional, of references: whether `check` finds nothing, told from the reference and the project alone.
    clears: Callable[[ReferenceFact, object, Project], bool] | None
    # Optional, of entries: the IDs of all entries of which `check` may find something, told of all at once.
    suspects: Callable[[object, Scope], frozenset[str]] | None

    def check(self, value: Value, options: object, scope: Scope) -> Iterator[Failure]:
        """Yield one failure for each way in which the value breaks the options."""
        ...


@cache
def load_operator(name: str) -> Operator:
    """The module of an operator; imported when a rule first uses it."""
    return cast("Operator", import_module(f"policylint.operators.{name}"))


def traits_of(name: str) -> Traits:
    """What the engine has to know of an operator."""
    return load_operator(name).TRAITS


def looks_at_other_files(name: str, options: object) -> bool:
    """Whether an operator needs the project: always, or because of one of its options."""
    traits = traits_of(name)
    return traits.needs_project or (
        isinstance(options, dict) and any(option in options for option in traits.project_options)
    )
