"""The formats of the tables in `schemas/`: kinds of documents, kinds of entries, words of commands."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator

from policylint import documents, globs
from policylint.definitions.paths import parse as parse_path
from policylint.definitions.reading import Definition, as_list
from policylint.patterns import compile_pattern
from policylint.suggestions import did_you_mean


class KindDefinition(Definition):
    """One kind of document: its paths, its content test, its schema."""

    title: str = Field(min_length=1)
    format: str
    paths: list[str] = Field(min_length=1)
    contains: Annotated[list[str], BeforeValidator(as_list)] = []
    has: Annotated[list[str], BeforeValidator(as_list)] = []
    schema_file: str = Field(default="", alias="schema")
    base: str = ""
    entries: bool = False
    references: list[str] = []

    @field_validator("format")
    @classmethod
    def _known_format(cls, value: str) -> str:
        if value not in documents.FORMATS:
            hint = did_you_mean(value, documents.FORMATS)
            raise ValueError(
                f"format '{value}' is not one of {', '.join(documents.FORMATS)}" + (f"; {hint}" if hint else "")
            )
        return value

    @field_validator("paths")
    @classmethod
    def _globs(cls, value: list[str]) -> list[str]:
        for glob in value:
            globs.translate(glob)
        return value

    @field_validator("contains")
    @classmethod
    def _patterns(cls, value: list[str]) -> list[str]:
        for pattern in value:
            compile_pattern(pattern)
        return value

    @field_validator("has")
    @classmethod
    def _has(cls, value: list[str]) -> list[str]:
        for path in value:
            parse_path(path)
        return value


class KindsFile(Definition):
    """`schemas/kinds.yaml`: the kinds, and the folders that are never looked into."""

    exclude: list[str]
    kinds: dict[str, KindDefinition]


class EntryKindDefinition(Definition):
    """A kind of entry: its prefixes, and what besides the prefix makes an entry one of this kind."""

    title: str
    prefixes: list[str] = Field(min_length=1)
    recognised_by: list[dict[str, Any]] = Field(min_length=1)
    paths: list[str] = []
    references: list[str] = []


class CommandsFile(Definition):
    """`schemas/commands.yaml`: what counts as running tests and as building."""

    inert_options: list[str]
    tests: list[str] = Field(min_length=1)
    builds: list[str] = Field(min_length=1)


class EntriesFile(Definition):
    """`schemas/entries.yaml`: how IDs, fields and kinds of entries are told."""

    ignored_prefixes: list[str]
    range_limit: int = Field(ge=1)
    link_fields: list[str]
    aliases: dict[str, list[str]]
    kinds: dict[str, EntryKindDefinition]
