"""Assertions and conditions as rules write them, compiled to plain rows (docs/rule-format.md)."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints, is_typeddict

from pydantic import BaseModel, ConfigDict, Strict, TypeAdapter, ValidationError, create_model

from policylint.definitions.edits import EditFault, compile_edit
from policylint.definitions.paths import parse as parse_path
from policylint.definitions.reading import as_list
from policylint.definitions.wording import ABSENT, UNKNOWN, distinct
from policylint.operators import OPERATORS, load_operator, looks_at_other_files, traits_of
from policylint.subjects.entries import PROJECT_PROPERTIES, PROPERTIES
from policylint.subjects.references import REFERENCE_FIELDS
from policylint.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policylint.definitions.reading import Faults
    from policylint.definitions.wording import Wrong
    from policylint.documents.document import Document
    from policylint.selectors import Alternatives, Path

COMBINATORS = ("all", "any", "not")
_ASSERTION_KEYS = ("edit", "field", "fix", "message", "when")
# An option of this name holds conditions on other entries.
_CONDITIONS_OPTION = "where"
_ALTERNATIVE = " | "
# What asks of several places whether one is there.
_OF_SOME_PLACE = ("exists",)


class AssertionFault(ValueError):  # noqa: N818 - a fault of the text, carried to where it is reported
    """An assertion is wrong; `path` leads from the assertion to the place. `others` are wrong beside it."""

    def __init__(
        self, path: tuple[str | int, ...], message: str, hint: str = "", others: Iterable[AssertionFault] = ()
    ) -> None:
        super().__init__(message)
        self.path = path
        self.hint = hint
        self.others = tuple(others)

    def below(self, *steps: str | int) -> AssertionFault:
        """The same as a fault of what holds the assertion at some steps."""
        return AssertionFault((*steps, *self.path), str(self), self.hint, (each.below(*steps) for each in self.others))

    def all(self) -> Iterator[AssertionFault]:
        """The fault and the others."""
        yield self
        yield from self.others


def _joined(faults: list[AssertionFault]) -> AssertionFault:
    first, *others = (each for fault in faults for each in fault.all())
    return AssertionFault(first.path, str(first), first.hint, others)


def compile_assertion(raw: object, *, subject: str) -> dict[str, Any]:
    """An assertion as written to its compiled row. Raises AssertionFault."""
    if not isinstance(raw, dict):
        raise AssertionFault((), "an assertion is a mapping with one operator")
    verbs = [key for key in raw if key in OPERATORS or key in COMBINATORS]
    _refuse_unknown_keys(raw, verbs, subject)
    if len(verbs) > 1:
        names = " and ".join(f"'{each}'" for each in verbs)
        raise AssertionFault((verbs[1],), f"an assertion has one operator, not {names}", "join them with 'all'")
    if not verbs:
        raise AssertionFault((), f"an assertion has one of {', '.join((*OPERATORS, *COMBINATORS))}")
    verb = verbs[0]
    label = str(raw.get("field", ""))
    row: dict[str, Any] = {
        "label": label,
        "message": str(raw.get("message", "")),
        "fix": " ".join(str(raw.get("fix", "")).split()),
        "combinator": verb if verb in COMBINATORS else "",
        "operator": "" if verb in COMBINATORS else verb,
    }
    faults: list[AssertionFault] = []
    with _noted(faults):
        row["field"] = _compiled_field(label, subject=subject) if label else None
        _refuse_many_places(verb, label, row["field"])
    with _noted(faults):
        row["when"] = compile_conditions(raw.get("when", {}), subject=subject, path=("when",))
    with _noted(faults):
        row["edit"] = _compiled_edit(raw["edit"], subject=subject) if "edit" in raw else None
    with _noted(faults):
        row |= _judging(verb, raw, label, subject)
    if faults:
        raise _joined(faults)
    return {key: value for key, value in row.items() if value or (key == "options" and verb not in COMBINATORS)}


@contextmanager
def _noted(faults: list[AssertionFault]) -> Iterator[None]:
    """What is wrong with one key hides nothing that is wrong with the next."""
    try:
        yield
    except AssertionFault as fault:
        faults.append(fault)


def _judging(verb: str, raw: dict[Any, Any], label: str, subject: str) -> dict[str, Any]:
    """What the row has of the operator, or of the parts of a combination."""
    if verb not in COMBINATORS:
        _check_subject(verb, label, subject)
        return {"options": _compiled_options(verb, raw[verb])}
    parts = _compiled_parts(verb, raw[verb], label, subject=subject)
    if verb == "not" and not raw.get("message"):
        raise AssertionFault((verb,), "'not' needs a 'message': no operator can say what is wrong")
    return {"parts": parts}


def _refuse_unknown_keys(raw: dict[Any, Any], verbs: list[Any], subject: str) -> None:
    """Raises AssertionFault with every key that is unknown, and with what is wrong with the others."""
    known = (*OPERATORS, *COMBINATORS, *_ASSERTION_KEYS)
    faults = [
        AssertionFault((key,), f"unknown operator or key '{key}'", did_you_mean(str(key), known))
        for key in raw
        if key not in known
    ]
    if faults and len(verbs) == 1:
        with _noted(faults):
            compile_assertion({key: value for key, value in raw.items() if key in known}, subject=subject)
    if faults:
        raise _joined(faults)


def _refuse_many_places(verb: str, label: str, field: list[list[str | int | None]] | None) -> None:
    """Raises AssertionFault for a path to several places: of these only the first would be judged, and nobody told."""
    if verb in COMBINATORS or verb in _OF_SOME_PLACE or not any(None in steps for steps in field or ()):
        return
    message = f"'{label}' may lead to several places, of which only the first would be judged"
    raise AssertionFault(("field",), message, "give the places in 'select'")


def _compiled_edit(raw: object, *, subject: str) -> dict[str, Any]:
    try:
        return compile_edit(raw, subject=subject)
    except EditFault as fault:
        raise AssertionFault(("edit", *([fault.key] if fault.key else [])), str(fault), fault.hint) from None


def _check_subject(verb: str, label: str, subject: str) -> None:
    """An operator about references or entries as such judges nothing else. Raises AssertionFault."""
    wanted = traits_of(verb).subject
    if wanted and wanted != subject:
        raise AssertionFault((verb,), f"'{verb}' is for rules about {_PLURALS[wanted]}, not about {_PLURALS[subject]}")
    if wanted == "reference" and label:
        raise AssertionFault((verb,), f"'{verb}' is about a reference as a whole, it takes no field")
    if subject == "reference" and not wanted and not label:
        raise AssertionFault((verb,), f"'{verb}' needs a field of the reference")


_PLURALS = {"document": "documents", "entry": "entries", "reference": "references", "engine": "faults"}


def compile_conditions(raw: object, *, subject: str, path: tuple[str | int, ...]) -> list[dict[str, Any]]:
    """`{path: value or {operator: options} or {not: …}}` to compiled rows that must all hold."""
    if not isinstance(raw, dict):
        raise AssertionFault(path, "conditions are a mapping from paths to values or operators")
    rows: list[dict[str, Any]] = []
    faults: list[AssertionFault] = []
    for field, condition in raw.items():
        try:
            rows.append(_compiled_condition(field, condition, subject=subject))
        except AssertionFault as fault:
            faults.append(fault.below(*path, field))
    if faults:
        raise _joined(faults)
    return rows


def _compiled_condition(field: str, condition: object, *, subject: str) -> dict[str, Any]:
    if not isinstance(condition, dict):
        return compile_assertion({"field": field, "equals": condition}, subject=subject)
    if set(condition) == {"not"}:
        inner = (
            {"field": field, **condition["not"]}
            if isinstance(condition["not"], dict)
            else {
                "field": field,
                "equals": condition["not"],
            }
        )
        return compile_assertion({"field": field, "not": inner, "message": "is met"}, subject=subject)
    return compile_assertion({"field": field, **condition}, subject=subject)


def _compiled_field(label: str, *, subject: str) -> Alternatives:
    if subject == "document":
        try:
            return parse_path(label)
        except ValueError as error:
            raise AssertionFault(("field",), str(error)) from None
    names = label.split(_ALTERNATIVE)
    known = {"entry": PROPERTIES, "reference": REFERENCE_FIELDS}[subject]
    for name in names:
        if name not in known and (subject == "reference" or name.startswith("entry.")):
            of_subject = {"entry": "an entry", "reference": "a reference"}[subject]
            raise AssertionFault(("field",), f"'{name}' is not known of {of_subject}", did_you_mean(name, known))
    return [[name] for name in names]


def _compiled_parts(verb: str, raw: object, label: str, *, subject: str) -> list[dict[str, Any]]:
    """The parts of a combination; they are about its field unless they name their own."""
    parts = [raw] if verb == "not" else raw
    if not isinstance(parts, list) or not parts:
        raise AssertionFault((verb,), f"'{verb}' takes a list of assertions")
    rows: list[dict[str, Any]] = []
    faults: list[AssertionFault] = []
    for index, part in enumerate(parts):
        own = {"field": label, **part} if label and isinstance(part, dict) else part
        try:
            rows.append(compile_assertion(own, subject=subject))
        except AssertionFault as fault:
            faults.append(fault.below(verb) if verb == "not" else fault.below(verb, index))
    if faults:
        raise _joined(faults)
    return rows


def _compiled_options(name: str, raw: object) -> object:
    module: Any = load_operator(name)
    options_type = module.Options
    is_table = hasattr(options_type, "__required_keys__")
    try:
        if is_table:
            options: Any = _options_model(options_type).model_validate(raw).model_dump(exclude_unset=True)
        else:
            options = _adapter(options_type).validate_python(raw, strict=True)
        validate = getattr(module, "validate", None)
        if validate is not None:
            validate(options)
    except ValueError as error:
        raise _options_fault(name, error, raw, options_type) from None
    for option in module.TRAITS.path_options if isinstance(options, dict) else ():
        if option in options:
            options[option] = _compiled_paths(name, option, options[option])
    if isinstance(options, dict) and _CONDITIONS_OPTION in options:
        conditions = options[_CONDITIONS_OPTION]
        options[_CONDITIONS_OPTION] = compile_conditions(conditions, subject="entry", path=(name, _CONDITIONS_OPTION))
    return options


def _compiled_paths(name: str, option: str, paths: str | list[str]) -> list[Any]:
    try:
        return [steps for path in as_list(paths) for steps in parse_path(path)]
    except ValueError as error:
        raise AssertionFault((name, option), str(error)) from None


# YAML keeps 4.5 as the text that it is.
_FORMS: dict[Any, Any] = {float: Annotated[float, Strict(strict=False)]}


@cache
def _adapter(options_type: Any) -> TypeAdapter[Any]:
    return TypeAdapter(options_type)


@cache
def _options_model(options_type: Any) -> type[BaseModel]:
    """A pydantic model of a TypedDict; operators do not import pydantic, which costs more than a check does."""
    fields: dict[str, Any] = {
        name: (_options_model(hint) if is_typeddict(hint) else _FORMS.get(hint, hint), ... if is_required else None)
        for name, hint in get_type_hints(options_type).items()
        for is_required in [name in options_type.__required_keys__]
    }
    return create_model("Options", __config__=ConfigDict(extra="forbid", strict=True), **fields)


def _options_fault(name: str, error: ValueError, raw: object, options_type: Any) -> AssertionFault:
    if not isinstance(error, ValidationError):
        return AssertionFault((name,), f"'{name}' {error}")
    found = distinct(error.errors(), raw)
    # What is misspelt is there under another name.
    is_misspelt = any(each.kind == UNKNOWN for each in found)
    told = [each for each in found if not (is_misspelt and each.kind == ABSENT)]
    return _joined([_option_fault(name, each, options_type) for each in told])


def _option_fault(name: str, wrong: Wrong, options_type: Any) -> AssertionFault:
    path = (name, *wrong.path)
    if wrong.kind == UNKNOWN:
        known = getattr(options_type, "__annotations__", {})
        message = f"unknown option '{wrong.location[-1]}' of '{name}'"
        return AssertionFault((name, *wrong.location), message, did_you_mean(str(wrong.location[-1]), known))
    if wrong.kind == ABSENT:
        return AssertionFault((name,), f"option '{wrong.location[-1]}' of '{name}' is missing")
    label = ".".join(map(str, path))
    return AssertionFault(path, f"'{label}' {wrong.words}", wrong.hint)


def compiled_assertion(document: Document, raw: object, path: Path, *, subject: str, faults: Faults) -> dict[str, Any]:
    """An assertion of a document as its row; empty, with the fault added, when it is wrong."""
    try:
        return compile_assertion(raw, subject=subject)
    except AssertionFault as fault:
        for each in fault.all():
            place = path if document.find((*path, *each.path)) else path[:1]
            faults.add(document, document.key_span((*place, *each.path)), str(each), each.hint)
        return {}


def compiled_conditions(
    document: Document, raw: object, path: Path, *, subject: str, faults: Faults
) -> list[dict[str, Any]]:
    """Conditions of a document as rows; none, with the fault added, when one is wrong or needs other files."""
    try:
        rows = compile_conditions(raw, subject=subject, path=())
    except AssertionFault as fault:
        for each in fault.all():
            faults.add(document, document.key_span((*path, *each.path)), str(each), each.hint)
        return []
    for row in rows:
        if needs_project(row):
            faults.add(document, document.key_span(path), "these conditions cannot look at other files")
    return rows


def needs_project(row: dict[str, Any]) -> bool:
    """Whether judging an assertion takes more than its own file."""
    if row.get("operator") and looks_at_other_files(row["operator"], row["options"]):
        return True
    if any(name in PROJECT_PROPERTIES for name in row.get("label", "").split(_ALTERNATIVE)):
        return True
    return any(needs_project(each) for each in (*row.get("parts", ()), *row.get("when", ())))


def needs_index(row: dict[str, Any]) -> bool:
    """Whether judging an assertion takes the entries of all files."""
    if row.get("operator") and traits_of(row["operator"]).needs_index:
        return True
    return any(needs_index(each) for each in (*row.get("parts", ()), *row.get("when", ())))
