"""The format of `policylint.toml` and `[tool.policylint]`, and its compiled form."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from pydantic import AfterValidator, Field, field_validator

from policylint import globs, schema_mistakes
from policylint.definitions.additions import Additions, TopicsPart
from policylint.definitions.entries import EntriesPart
from policylint.definitions.kind import MOST_LINES, EntriesFile, Globs, KindDefinition, Prefix
from policylint.definitions.kind_mistakes import check_kind
from policylint.definitions.kinds import compiled_kinds
from policylint.definitions.reading import Definition, Faults, parse, validate
from policylint.definitions.schema_files import add_faults
from policylint.diagnostics import Severity
from policylint.documents.document import Limits
from policylint.filetree import inside
from policylint.regular_files import folder_below, is_of_repository, is_version_control
from policylint.suggestions import did_you_mean

if TYPE_CHECKING:
    from policylint.pack import Compiled
    from policylint.selectors import Path

# The configuration comes from the linted repository too, and what docs/security.md promises holds for no larger file:
# it may only ask for less.
LARGEST_FILE = Limits().file_bytes
# Each is compared with each file that has a finding, or with each file.
MOST_SEVERITIES = 200
MOST_KINDS = 200
MOST_READING = 10
# Of a file of other tools, too: why a fault in it stops a run of ours.
_MAY_BE_OURS = "mend it, or 'exclude' its folder: it names policylint, whose configuration may be in it"

Name = Annotated[str, Field(min_length=1)]


def _inside_root(path: str) -> str:
    relative = inside("", path)
    if relative is None or is_version_control(relative):
        raise ValueError(f"'{path}' is outside the repository")
    return path


def _of_data(path: str) -> str:
    """What `--write-baseline` writes holds texts of linted files: it must never lie where something would run it."""
    if not path.endswith(".json"):
        raise ValueError(f"'{path}' does not end with '.json'")
    return path


RootPath = Annotated[Name, AfterValidator(_inside_root)]
BaselinePath = Annotated[RootPath, AfterValidator(_of_data)]


class SeverityDefinition(Definition):
    """Another severity for some rules in some files."""

    paths: Globs = Field(min_length=1)
    rules: list[Name] = Field(min_length=1)
    level: Literal["error", "warning", "info", "off"]


class ConfigurationFile(Definition):
    """Everything a repository may decide about its own checks."""

    select: list[Name] = ["ALL"]
    ignore: list[Name] = []
    exclude: Globs = []
    rules: list[Name] = []
    fail_level: Literal["error", "warning", "info"] = Field(default="error", alias="fail-level")
    external_ids: list[Prefix] = Field(default=[], alias="external-ids")
    stage: Literal["", "release"] = ""
    evidence: list[RootPath] = []
    baseline: BaselinePath = ""
    max_file_size: int = Field(default=LARGEST_FILE, alias="max-file-size", ge=1, le=LARGEST_FILE)
    severity: list[SeverityDefinition] = Field(default=[], max_length=MOST_SEVERITIES)
    kinds: dict[str, KindDefinition] = Field(default={}, max_length=MOST_KINDS)
    entries: EntriesFile = EntriesFile()
    topics: dict[Name, list[Name]] = {}

    @field_validator("kinds")
    @classmethod
    def _read_little(cls, value: dict[str, KindDefinition]) -> dict[str, KindDefinition]:
        """Each of these reads the whole text of a document once more, and may be of the same documents as others."""
        if sum(bool(kind.elements or kind.lines) for kind in value.values()) > MOST_READING:
            raise ValueError(f"more than {MOST_READING} kinds read elements or lines")
        if sum(len(kind.lines) for kind in value.values()) > MOST_LINES:
            raise ValueError(f"the kinds have more than {MOST_LINES} patterns of lines together")
        return value


class Configuration(NamedTuple):
    """A compiled configuration: the settings of runs, as plain values, and what is added to the tables."""

    settings: Compiled
    additions: Additions


def compile_configuration(shown: str, text: str, table: tuple[str, ...], folder: str) -> Configuration:
    """The compiled configuration in a table of a TOML text. Raises DefinitionError with every fault."""
    faults = Faults()
    document = parse(shown, text, "toml", faults)
    data = document.data if document else {}
    for key in table:
        data = data.get(key, {}) if isinstance(data, dict) else {}
    definition = validate(document, ConfigurationFile, data, table, faults) if document else None
    if document is None and table:
        faults.found = [fault._replace(hint=_MAY_BE_OURS) for fault in faults.found]
    if document is None or definition is None:
        raise faults.error()
    usable = set()
    for path, schema in _own_schemas(definition):
        fault = _schema_fault(schema, folder)
        is_told = _is_readable(fault) and add_faults(os.path.join(folder, schema), schema, faults, is_usable=not fault)
        if fault and not is_told:
            faults.add(document, document.span((*table, *path, "schema")), f"schema '{schema}' {fault}")
        elif not is_told:
            usable.add(schema)
    for name, kind in definition.kinds.items():
        schema = os.path.join(folder, kind.schema_file) if kind.schema_file in usable else ""
        check_kind(document, kind, (*table, "kinds", name), schema, faults)
    for index, rules in enumerate(definition.rules if folder else ()):
        if not folder_below(folder, rules):
            message = f"rule folder '{rules}' is not a folder of this repository"
            faults.add(document, document.span((*table, "rules", index)), message, _nearest_folder(rules, folder))
    if faults.found:
        raise faults.error()
    entries = EntriesPart(definition.entries, document, (*table, "entries"), folder)
    topics = TopicsPart(definition.topics, document, (*table, "topics"))
    additions = Additions(_kinds(definition, folder), entries, topics)
    return Configuration(_settings(definition, folder), additions)


def _nearest_folder(path: str, root: str) -> str:
    """A suggestion for a folder that is not there: one beside it."""
    parent, name = os.path.split(path)
    absolute = folder_below(root, parent)
    with contextlib.suppress(OSError), os.scandir(absolute or root) as entries:
        return did_you_mean(name, [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)])
    return ""


def _own_schemas(definition: ConfigurationFile) -> Iterator[tuple[Path, str]]:
    """The schemas that a configuration names, with the path of the table that does."""
    for name, kind in definition.kinds.items():
        if kind.schema_file:
            yield ("kinds", name), kind.schema_file
    for name, entry_kind in definition.entries.kinds.items():
        for dialect_name, dialect in entry_kind.dialects.items():
            if dialect.schema_file:
                yield ("entries", "kinds", name, "dialects", dialect_name), dialect.schema_file


def _schema_fault(path: str, folder: str) -> str:
    """What keeps a schema of the repository from being used; empty when nothing does."""
    relative = inside("", path)
    absolute = os.path.realpath(os.path.join(folder, relative or ""))
    if relative is None or not is_of_repository(absolute, os.path.realpath(folder)):
        return "is outside the repository"
    return schema_mistakes.fault_of(os.path.join(folder, relative))


def _is_readable(fault: str) -> bool:
    """Whether a schema may have mistakes at places of its own: what else is wrong is about the file as a whole."""
    return not fault or fault.startswith(schema_mistakes.OF_CONTENT)


def default_configuration() -> Configuration:
    """The compiled configuration of a repository that has none."""
    return Configuration(_settings(ConfigurationFile(), ""), Additions())


def _kinds(definition: ConfigurationFile, folder: str) -> dict[str, list[Compiled]]:
    return {name: compiled_kinds(name, kind, folder) for name, kind in definition.kinds.items()}


def _settings(definition: ConfigurationFile, folder: str) -> Compiled:
    return {
        "select": definition.select,
        "ignore": definition.ignore,
        "exclude": [globs.translate(glob) for glob in definition.exclude],
        "rule_folders": definition.rules,
        "fail_level": int(Severity.from_label(definition.fail_level)),
        "external_ids": definition.external_ids,
        "stage": definition.stage,
        "evidence": definition.evidence,
        "baseline": definition.baseline and inside("", definition.baseline),
        "max_file_size": definition.max_file_size,
        "severities": [
            {
                "globs": [globs.translate(glob) for glob in each.paths],
                "rules": each.rules,
                "severity": None if each.level == "off" else int(Severity.from_label(each.level)),
            }
            for each in definition.severity
        ],
        "schemas": [os.path.join(folder, schema) for _, schema in _own_schemas(definition)],
    }
