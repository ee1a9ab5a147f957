"""The format of `policylint.toml` and `[tool.policylint]`, and its compiled form."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, field_validator

from policylint import globs, schemas
from policylint.definitions.compilation import compiled_kind
from policylint.definitions.kind import KindDefinition
from policylint.definitions.reading import Definition, Faults, parse, validate
from policylint.diagnostics import Severity
from policylint.errors import DefinitionError
from policylint.filetree import inside
from policylint.identifiers import Identifier
from policylint.regular_files import is_below

if TYPE_CHECKING:
    from policylint.pack import Compiled

Name = Annotated[str, Field(min_length=1)]


def _check_globs(value: list[str]) -> list[str]:
    for glob in value:
        globs.translate(glob)
    return value


class SeverityDefinition(Definition):
    """Another severity for some rules in some files."""

    paths: list[Name] = Field(min_length=1)
    rules: list[Name] = Field(min_length=1)
    level: Literal["error", "warning", "info", "off"]

    @field_validator("paths")
    @classmethod
    def _paths(cls, value: list[str]) -> list[str]:
        return _check_globs(value)


class ConfigurationFile(Definition):
    """Everything a repository may decide about its own checks."""

    select: list[Name] = ["ALL"]
    ignore: list[Name] = []
    exclude: list[Name] = []
    rules: list[Name] = []
    fail_level: Literal["error", "warning", "info"] = Field(default="error", alias="fail-level")
    external_ids: list[Name] = Field(default=[], alias="external-ids")
    max_file_size: int = Field(default=2 * 1024 * 1024, alias="max-file-size", ge=1)
    severity: list[SeverityDefinition] = []
    kinds: dict[str, KindDefinition] = {}

    @field_validator("exclude")
    @classmethod
    def _exclude(cls, value: list[str]) -> list[str]:
        return _check_globs(value)

    @field_validator("external_ids")
    @classmethod
    def _prefixes(cls, value: list[str]) -> list[str]:
        for prefix in value:
            if Identifier.parse(f"{prefix}-01") is None:
                raise ValueError(f"'{prefix}' is not an ID prefix such as 'TEST'")
        return value


def compile_configuration(shown: str, text: str, table: tuple[str, ...], folder: str) -> Compiled:
    """The compiled configuration in a table of a TOML text. Raises DefinitionError with every fault."""
    faults = Faults()
    document = parse(shown, text, "toml", faults)
    data = document.data if document else {}
    for key in table:
        data = data.get(key, {}) if isinstance(data, dict) else {}
    definition = validate(document, ConfigurationFile, data, table, faults) if document else None
    if document is not None and definition is not None:
        for name, kind in definition.kinds.items():
            fault = _schema_fault(kind.schema_file, folder) if kind.schema_file else ""
            if fault:
                faults.add(
                    document, document.span((*table, "kinds", name, "schema")), f"schema '{kind.schema_file}' {fault}"
                )
    if definition is None or faults.found:
        raise DefinitionError(faults.found)
    return _compiled(definition, folder)


def _schema_fault(path: str, folder: str) -> str:
    """What keeps a schema of the repository from being used; empty when nothing does."""
    relative = inside("", path)
    absolute = os.path.realpath(os.path.join(folder, relative or ""))
    if relative is None or not is_below(absolute, os.path.realpath(folder)):
        return "is outside the repository"
    return schemas.fault_of(os.path.join(folder, relative))


def default_configuration() -> Compiled:
    """The compiled configuration of a repository that has none."""
    return _compiled(ConfigurationFile(), "")


def _compiled(definition: ConfigurationFile, folder: str) -> Compiled:
    return {
        "select": definition.select,
        "ignore": definition.ignore,
        "exclude": [globs.translate(glob) for glob in definition.exclude],
        "rule_folders": definition.rules,
        "fail_level": int(Severity.from_label(definition.fail_level)),
        "external_ids": definition.external_ids,
        "max_file_size": definition.max_file_size,
        "severities": [
            {
                "globs": [globs.translate(glob) for glob in each.paths],
                "rules": each.rules,
                "severity": None if each.level == "off" else int(Severity.from_label(each.level)),
            }
            for each in definition.severity
        ],
        "kinds": {name: compiled_kind(name, kind, folder) for name, kind in definition.kinds.items()},
    }
