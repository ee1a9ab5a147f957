"""The rule format: pydantic models of a rule file. docs/rule-format.md explains it to authors."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, get_type_hints

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    create_model,
    field_validator,
    model_validator,
)

from policylint.definitions.paths import parse as parse_path
from policylint.definitions.reading import Definition, as_list
from policylint.operators import OPERATORS, load_operator
from policylint.patterns import compile_pattern
from policylint.suggestions import did_you_mean

COMBINATORS = ("all", "any", "not")
_ASSERTION_KEYS = ("field", "fix", "message", "when")

_EXPECTATION = re.compile(r"[^:]+:\d+:\d+: .+")

Text = Annotated[str, Field(min_length=1)]


def _path(text: str) -> str:
    parse_path(text)
    return text


class Given(Definition):
    """What a rule judges. Exactly one of `document`, `entry`, `reference` and `engine`."""

    document: str = ""
    entry: str = ""
    reference: Literal["", "*"] = ""
    engine: str = ""
    named: str = ""
    when: dict[str, Any] = {}
    select: Annotated[list[Text], BeforeValidator(as_list)] = []
    where: dict[str, Any] = {}
    missing: Literal["fail", "skip"] = "fail"
    missing_message: str = ""

    @property
    def subject(self) -> str:
        """Which of the four it is."""
        return next(name for name in ("document", "entry", "reference", "engine") if getattr(self, name))

    @model_validator(mode="after")
    def _one_subject(self) -> Given:
        given = [name for name in ("document", "entry", "reference", "engine") if getattr(self, name)]
        if len(given) != 1:
            raise ValueError("give exactly one of document, entry, reference, engine")
        if self.subject != "document" and (self.named or self.when or self.select):
            raise ValueError(f"named, when and select belong to documents, not to '{self.subject}'")
        return self

    @field_validator("named")
    @classmethod
    def _pattern(cls, value: str) -> str:
        if value:
            compile_pattern(value)
        return value

    @field_validator("select")
    @classmethod
    def _paths(cls, value: list[str]) -> list[str]:
        return [_path(each) for each in value]


class EncodedFile(Definition):
    """A file whose bytes are not text, such as one in another encoding."""

    base64: str


class Example(Definition):
    """A small repository and, for an invalid one, every line that the rule must report."""

    title: Text
    files: dict[str, str | EncodedFile] = Field(min_length=1)


class InvalidExample(Example):
    """`expect` lines are `path:line:column: message`."""

    expect: list[str] = Field(min_length=1)

    @field_validator("expect")
    @classmethod
    def _expectations(cls, value: list[str]) -> list[str]:
        for line in value:
            if not _EXPECTATION.fullmatch(line):
                raise ValueError(f"expectation '{line}' is not of the form 'path:line:column: message'")
        return value


class Examples(Definition):
    """At least one of each, so that a rule can be neither silent nor noisy unnoticed."""

    valid: list[Example] = Field(min_length=1)
    invalid: list[InvalidExample] = Field(min_length=1)


class RuleFile(Definition):
    """One rule. Its id is `<category>/<slug>`, the path of its file."""

    id: str = Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*/[a-z][a-z0-9]*(-[a-z0-9]+)*$")
    title: Text
    severity: Literal["error", "warning", "info"]
    rationale: Text
    fix: Text
    references: list[Text] = Field(min_length=1)
    given: Given
    then: Annotated[list[Any], BeforeValidator(as_list)] = []
    examples: Examples

    @model_validator(mode="after")
    def _then_fits_given(self) -> RuleFile:
        if self.given.engine and self.then:
            raise ValueError("a rule for a fault that the engine finds has no 'then'")
        if not self.given.engine and not self.then:
            raise ValueError("'then' is missing")
        return self


class AssertionFault(ValueError):  # noqa: N818 - a fault of the text, carried to where it is reported
    """An assertion is wrong; `path` leads from the assertion to the place."""

    def __init__(self, path: tuple[str | int, ...], message: str, hint: str = "") -> None:
        super().__init__(message)
        self.path = path
        self.hint = hint


def compile_assertion(raw: object, *, is_entry: bool) -> dict[str, Any]:
    """An assertion as written to its compiled row. Raises AssertionFault."""
    if not isinstance(raw, dict):
        raise AssertionFault((), "an assertion is a mapping with one operator")
    verbs = [key for key in raw if key in OPERATORS or key in COMBINATORS]
    for key in raw:
        if key not in (*verbs, *_ASSERTION_KEYS):
            hint = did_you_mean(key, (*OPERATORS, *COMBINATORS, *_ASSERTION_KEYS))
            raise AssertionFault((key,), f"unknown operator or key '{key}'", hint)
    if len(verbs) != 1:
        raise AssertionFault((), f"give exactly one of {', '.join((*OPERATORS, *COMBINATORS))}")
    verb = verbs[0]
    label = str(raw.get("field", ""))
    row: dict[str, Any] = {
        "field": _compiled_field(label, is_entry=is_entry) if label else None,
        "label": label,
        "message": str(raw.get("message", "")),
        "fix": " ".join(str(raw.get("fix", "")).split()),
        "when": compile_conditions(raw.get("when", {}), is_entry=is_entry, path=("when",)),
        "combinator": verb if verb in COMBINATORS else "",
        "parts": [],
        "operator": "" if verb in COMBINATORS else verb,
        "options": None,
    }
    if verb in COMBINATORS:
        row["parts"] = _compiled_parts(verb, raw[verb], label, is_entry=is_entry)
        if verb == "not" and not row["message"]:
            raise AssertionFault((verb,), "'not' needs a 'message': no operator can say what is wrong")
    else:
        row["options"] = _compiled_options(verb, raw[verb])
    return row


def compile_conditions(raw: object, *, is_entry: bool, path: tuple[str | int, ...]) -> list[dict[str, Any]]:
    """`{path: value or {operator: options} or {not: …}}` to compiled rows that must all hold."""
    if not isinstance(raw, dict):
        raise AssertionFault(path, "conditions are a mapping from paths to values or operators")
    rows = []
    for field, condition in raw.items():
        try:
            rows.append(_compiled_condition(field, condition, is_entry=is_entry))
        except AssertionFault as fault:
            raise AssertionFault((*path, field, *fault.path), str(fault), fault.hint) from None
    return rows


def _compiled_condition(field: str, condition: object, *, is_entry: bool) -> dict[str, Any]:
    if not isinstance(condition, dict):
        return compile_assertion({"field": field, "equals": condition}, is_entry=is_entry)
    if set(condition) == {"not"}:
        inner = (
            {"field": field, **condition["not"]}
            if isinstance(condition["not"], dict)
            else {
                "field": field,
                "equals": condition["not"],
            }
        )
        return compile_assertion({"field": field, "not": inner, "message": "is met"}, is_entry=is_entry)
    return compile_assertion({"field": field, **condition}, is_entry=is_entry)


def _compiled_field(label: str, *, is_entry: bool) -> list[list[str | int | None]]:
    if is_entry:
        return [[label]]
    try:
        return parse_path(label)
    except ValueError as error:
        raise AssertionFault(("field",), str(error)) from None


def _compiled_parts(verb: str, raw: object, label: str, *, is_entry: bool) -> list[dict[str, Any]]:
    """The parts of a combination; they are about its field unless they name their own."""
    parts = [raw] if verb == "not" else raw
    if not isinstance(parts, list) or not parts:
        raise AssertionFault((verb,), f"'{verb}' takes a list of assertions")
    rows = []
    for index, part in enumerate(parts):
        own = {"field": label, **part} if label and isinstance(part, dict) else part
        try:
            rows.append(compile_assertion(own, is_entry=is_entry))
        except AssertionFault as fault:
            at = (verb,) if verb == "not" else (verb, index)
            raise AssertionFault((*at, *fault.path), str(fault), fault.hint) from None
    return rows


def _compiled_options(name: str, raw: object) -> object:
    module: Any = load_operator(name)
    options_type = module.Options
    is_table = hasattr(options_type, "__required_keys__")
    try:
        if is_table:
            options: Any = _options_model(options_type).model_validate(raw).model_dump(exclude_unset=True)
        else:
            options = TypeAdapter(options_type).validate_python(raw)
        validate = getattr(module, "validate", None)
        if validate is not None:
            validate(options)
    except ValueError as error:
        raise _options_fault(name, error, options_type) from None
    return options


def _options_model(options_type: Any) -> type[BaseModel]:
    """A pydantic model of a TypedDict; operators do not import pydantic, which costs more than a check does."""
    fields: dict[str, Any] = {
        name: (hint, ... if name in options_type.__required_keys__ else None)
        for name, hint in get_type_hints(options_type).items()
    }
    return create_model("Options", __config__=ConfigDict(extra="forbid"), **fields)


def _options_fault(name: str, error: ValueError, options_type: Any) -> AssertionFault:
    details = getattr(error, "errors", None)
    if details is None:
        return AssertionFault((name,), f"'{name}' {error}")
    first = details()[0]
    path = (name, *first["loc"])
    if first["type"] == "extra_forbidden":
        known = getattr(options_type, "__annotations__", {})
        message = f"unknown option '{first['loc'][-1]}' of '{name}'"
        return AssertionFault(path, message, did_you_mean(str(path[-1]), known))
    if first["type"] == "missing":
        return AssertionFault((name,), f"option '{first['loc'][-1]}' of '{name}' is missing")
    return AssertionFault(path, f"'{name}': {first['msg'][:1].lower()}{first['msg'][1:]}")
