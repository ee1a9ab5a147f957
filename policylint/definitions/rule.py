"""The rule format: pydantic models of a rule file. docs/rule-format.md explains it to authors."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, field_validator, model_validator

from policylint.definitions.paths import parse as parse_path
from policylint.definitions.reading import Definition, as_list
from policylint.kind_names import ANY
from policylint.pack import ALL_CONTEXTS
from policylint.patterns import compile_pattern

# Rules that people write have six at most.
MOST_ASSERTIONS = 50

_EXPECTATION = re.compile(r"[^:]+:\d+:\d+: .+")

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*/[a-z][a-z0-9]*(-[a-z0-9]+)*")

Text = Annotated[str, Field(min_length=1)]
SeverityName = Literal["error", "warning", "info"]


def _path(text: str) -> str:
    parse_path(text)
    return text


class Contexts(Definition):
    """The contexts of a document that a rule looks at: `contexts: "*"`, some names, or `{not: names}`."""

    model_config = ConfigDict(populate_by_name=True)

    named: Annotated[list[Text], BeforeValidator(as_list)] = [ALL_CONTEXTS]
    excepted: Annotated[list[Text], BeforeValidator(as_list)] = Field(default=[], alias="not")


def _contexts(value: object) -> object:
    return {"named": value} if isinstance(value, str | list) else value


class Given(Definition):
    """What a rule judges. Exactly one of `document`, `entry`, `reference` and `engine`."""

    document: str = ""
    excepted: Annotated[list[Text], BeforeValidator(as_list), Field(alias="except")] = []
    entry: str = ""
    reference: Literal["", "*"] = ""
    engine: str = ""
    contexts: Annotated[Contexts | None, BeforeValidator(_contexts)] = None
    named: str = ""
    when: dict[str, Any] = {}
    select: Annotated[list[Text], BeforeValidator(as_list)] = []
    exclude: Annotated[list[Text], BeforeValidator(as_list)] = []
    where: dict[str, Any] = {}
    expect: Literal["each", "some"] = "each"
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
        of_documents = self.contexts or self.named or self.when or self.select or self.exclude
        if self.subject != "document" and of_documents:
            raise ValueError(f"contexts, named, when, select and exclude belong to documents, not to '{self.subject}'")
        if self.excepted and self.document != ANY:
            raise ValueError("except belongs to rules about all documents, document: '*'")
        if self.subject != "entry" and self.expect != "each":
            raise ValueError(f"expect belongs to entries, not to '{self.subject}'")
        return self

    @field_validator("named")
    @classmethod
    def _pattern(cls, value: str) -> str:
        if value:
            compile_pattern(value)
        return value

    @field_validator("select", "exclude")
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
    """`expect` lines are `path:line:column: message`; `fixed` are the files that the fixes change."""

    expect: list[str] = Field(min_length=1)
    fixed: dict[str, str] = {}

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

    id: str
    title: Text
    severity: SeverityName | dict[SeverityName, dict[str, Any]] = Field(min_length=1)
    stage: Literal["", "release"] = ""
    opt_in: bool = False
    rationale: Text
    fix: Text
    references: list[Text] = Field(min_length=1)
    given: Given
    then: Annotated[list[Any], BeforeValidator(as_list), Field(max_length=MOST_ASSERTIONS)] = []
    examples: Examples

    @field_validator("id")
    @classmethod
    def _category_and_slug(cls, value: str) -> str:
        if not _NAME.fullmatch(value):
            raise ValueError(f"id '{value}' is not of the form 'release/missing-owner': small letters, digits, hyphens")
        return value

    @model_validator(mode="after")
    def _then_fits_given(self) -> RuleFile:
        if self.given.engine and self.then:
            raise ValueError("a rule for a fault that the engine finds has no 'then'")
        if not self.given.engine and not self.then and not self._asks_for_one():
            raise ValueError("'then' is missing")
        return self

    @model_validator(mode="after")
    def _severities_end(self) -> RuleFile:
        if isinstance(self.severity, dict):
            *_, last = self.severity.values()
            if last or not all(list(self.severity.values())[:-1]):
                raise ValueError("each severity but the last has conditions, the last is '{}'")
        return self

    @property
    def severities(self) -> dict[SeverityName, dict[str, Any]]:
        """Each severity with its conditions, in the order in which they are tried."""
        return self.severity if isinstance(self.severity, dict) else {self.severity: {}}

    def _asks_for_one(self) -> bool:
        """Whether the rule only asks that its selection is not empty."""
        given = self.given
        return given.subject == "entry" and given.missing == "fail" and bool(given.missing_message)
