"""The operators of rules, one module each: an `Options` type, `check`, and what the engine has to know of it.

`SUBJECT` is what alone it can judge, if not any value. `NEEDS_PROJECT` says that it looks at other files;
`PROJECT_OPTIONS` are the options with which it does. With `NEEDS_INDEX` a value of a document is looked up among the
entries or documents of all files. With `ASKS_EACH_TARGET` it judges each target of a reference by itself, and those
of references that are written in the same way alike if they have the same prefix, are both defined or not, and say
the same to the conditions of its option `where`; with `ASKS_SCOPE` its answer depends on more than the value, with
`ASKS_EMPTINESS` only on whether the value is empty, with `ASKS_PROJECT_ONLY` on the project alone. `PATH_OPTIONS` are
options that hold paths, which operators get as steps. `RUNS_COMMANDS` says that it judges what a shell command runs.
`NAMES` says which options name a kind of document, a kind of entry, a link type or a prefix; `NAME_OPTIONS` are those
that are themselves a name as in templates.

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
    from policylint.operators.operator import Failure, Scope, Value
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

    NEEDS_PROJECT: bool

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


def looks_at_other_files(name: str, options: object) -> bool:
    """Whether an operator needs the project: always, or because of one of its options."""
    module = load_operator(name)
    if module.NEEDS_PROJECT:
        return True
    needing = getattr(module, "PROJECT_OPTIONS", ())
    return isinstance(options, dict) and any(option in options for option in needing)


def looks_entries_up(name: str) -> bool:
    """Whether an operator on documents needs the entries of all files."""
    return bool(getattr(load_operator(name), "NEEDS_INDEX", False))


def runs_commands(name: str) -> bool:
    """Whether an operator judges what a shell command runs, and asks where."""
    return bool(getattr(load_operator(name), "RUNS_COMMANDS", False))


def named_in_options(name: str) -> dict[str, str]:
    """The options of an operator that name something, with what they name."""
    return dict(getattr(load_operator(name), "NAMES", {}))


def named_directly(name: str) -> tuple[str, ...]:
    """The options of an operator, at any depth, that are a name for a template without its braces."""
    return tuple(getattr(load_operator(name), "NAME_OPTIONS", ())) if name else ()
