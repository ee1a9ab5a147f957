"""conforms: the document has the form that its kind's JSON Schema describes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

from policylint import schemas
from policylint.operators.operator import Failure, Traits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Predicate, Scope, Value
    from policylint.schema_explanation import SchemaError

TRAITS = Traits(needs_project=False, of_whole_documents=True)


class _To(TypedDict):
    to: Literal["schema"]


class Options(_To, total=False):
    """`to`: what describes the form. `only`: the groups of keywords to report, all by default.

    They are `absence` (required, empty), `unknown` (keys) and `form` (the rest). With `near` a key is unknown only if
    it is a known one but for a letter.
    """

    only: list[Literal["absence", "unknown", "form"]]
    near: bool


def validate(options: Options) -> None:
    """Raise ValueError when no group of keywords is to be reported."""
    if options.get("only") == []:
        raise ValueError("needs at least one group in 'only'")


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Every error at its key or value; what has no schema, and what is not there, conforms."""
    if not scope.schema or value.is_missing:
        return
    from policylint.operators.schema_failures import failures
    from policylint.schema_explanation import TOO_MANY, errors

    groups = options.get("only")
    is_whole = scope.whole is not None and scope.whole.data == value.value
    number_at = scope.whole.number_at if scope.whole is not None and is_whole else None
    tells_unknown = groups is None or "unknown" in groups
    for error in sorted(errors(scope.schema, value.value, number_at), key=_place):
        if groups is None or error.keyword == TOO_MANY or _group(error) in groups:
            yield from failures(error, slips_only=bool(options.get("near")), tells_unknown=tells_unknown)


def predicate(options: Options) -> Predicate:
    """What tells whether `check` finds nothing; most documents conform."""

    def conforms(value: Value, scope: Scope) -> bool:
        is_valid = not scope.schema or value.is_missing or schemas.is_valid(scope.schema, value.value)
        return is_valid or next(check(value, options, scope), None) is None

    return conforms


def _group(error: SchemaError) -> str:
    """What is not said, said by no one's leave, or said wrongly."""
    if error.keyword in ("additionalProperties", "unevaluatedProperties"):
        return "unknown"
    is_empty = error.keyword in ("minLength", "minItems", "minProperties") and len(error.value) == 0
    is_absent = error.keyword in ("required", "dependentRequired", "dependencies")
    return "absence" if is_absent or is_empty else "form"


def _place(error: SchemaError) -> list[tuple[bool, str]]:
    return [(isinstance(step, int), f"{step:09}" if isinstance(step, int) else step) for step in error.path]
