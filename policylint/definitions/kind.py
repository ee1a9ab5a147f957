"""The formats of the tables in `schemas/`: kinds of documents, kinds of entries, words of commands."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from policylint import documents, globs
from policylint.definitions.paths import parse as parse_path
from policylint.definitions.reading import Definition, as_list
from policylint.facts import ARROW, MENTION
from policylint.identifiers import Identifier
from policylint.kind_names import ANY, FORM
from policylint.patterns import PATTERN_LENGTH_LIMIT, PatternError, compile_pattern
from policylint.suggestions import did_you_mean

# All globs of a list are matched as one pattern, for each file.
_LONGEST_GLOBS = 16_384


def _globs(value: list[str]) -> list[str]:
    length = sum(map(len, value))
    if length > _LONGEST_GLOBS:
        raise ValueError(f"the globs are {length} characters long together, more than {_LONGEST_GLOBS}")
    for glob in value:
        globs.translate(glob)
    return value


def _patterns(value: list[str]) -> list[str]:
    for pattern in value:
        try:
            compile_pattern(pattern)
        except PatternError as error:
            raise ValueError(f"pattern '{pattern}' {error}") from None
    return value


def _prefix(value: str) -> str:
    if Identifier.parse(f"{value}-01") is None:
        raise ValueError(f"'{value}' is not an ID prefix such as 'TEST'")
    return value


def _path(value: str) -> str:
    parse_path(value)
    return value


# Kinds and links that no table defines.
_RESERVED = (ANY, FORM, ARROW, MENTION)

Globs = Annotated[list[str], AfterValidator(_globs)]
Patterns = Annotated[list[str], AfterValidator(_patterns)]
Paths = Annotated[list[Annotated[str, AfterValidator(_path)]], BeforeValidator(as_list)]
Prefix = Annotated[str, AfterValidator(_prefix)]


class Recognition(Definition):
    """Another way to tell a kind of document: by these paths and this content."""

    paths: Globs = Field(min_length=1)
    contains: Annotated[Patterns, BeforeValidator(as_list)] = []
    has: Paths = []


# Each way to tell a kind is tried on each file, each kind of line on each line.
MOST_WAYS = 20
MOST_LINES = 100


class ContextsDefinition(Definition):
    """How documents of a kind state what is different in some contexts; see `policylint.contexts`."""

    table: str = Field(min_length=1)
    always: list[str] = Field(min_length=1)
    also: list[str] = []
    branch: str = Field(min_length=1)
    into: str = ""
    moved: list[str] = []
    moved_text: list[str] = []
    joined: dict[str, str] = {}
    spellings: dict[str, str] = {}
    references: list[str] = []


class CommandsDefinition(Definition):
    """Where the shell commands of a document run, unless a rule says otherwise; see docs/rule-format.md."""

    folder: str = ""
    variables: dict[str, str] = {}
    environment: str = ""


# Where a pattern of lines has a part of the kind: as PCRE writes a call of a named group.
_PART = re.compile(r"\(\?&(\w+)\)")
# From here on a pattern is refused, whatever its parts are.
_TOO_LONG = PATTERN_LENGTH_LIMIT + 1


class LineDefinition(Definition):
    """A line of Markdown with a meaning; see `policylint.documents.lines`."""

    pattern: str = Field(min_length=1)
    within: str = ""
    lists: dict[str, str] = {}

    @field_validator("pattern", "lists")
    @classmethod
    def _can_be_compiled(cls, value: str | dict[str, str]) -> str | dict[str, str]:
        patterns = [value] if isinstance(value, str) else list(value.values())
        for unknown in _PART.findall(" ".join(patterns)):
            raise ValueError(f"no part of lines is named '{unknown}'")
        _patterns(patterns)
        return value


def _filled_in(line: object, parts: dict[str, object]) -> object:
    """A line with parts in its pattern, as they are written; what is no line or no part is told elsewhere."""
    if not isinstance(line, dict):
        return line

    def part(match: re.Match[str]) -> str:
        text = parts.get(match[1])
        return text[:_TOO_LONG] if isinstance(text, str) else match[0]

    def whole(pattern: object) -> object:
        return _PART.sub(part, pattern[:_TOO_LONG]) if isinstance(pattern, str) else pattern

    lists = line.get("lists")
    filled = {"lists": {name: whole(each) for name, each in lists.items()}} if isinstance(lists, dict) else {}
    return {**line, **filled, **({"pattern": whole(line["pattern"])} if "pattern" in line else {})}


class KindDefinition(Definition):
    """One kind of document: its paths, its content test, its schema."""

    title: str = Field(min_length=1)
    format: str
    paths: Globs = Field(min_length=1)
    contains: Annotated[Patterns, BeforeValidator(as_list)] = []
    has: Paths = []
    also: list[Recognition] = Field(default=[], max_length=MOST_WAYS)
    schema_file: str = Field(default="", alias="schema")
    base: str = ""
    entries: bool = False
    fenced_entries: bool = False
    except_paths: Globs = []
    contexts: ContextsDefinition | None = None
    commands: CommandsDefinition = CommandsDefinition()
    elements: dict[str, list[str]] = {}
    element_lists: list[str] = []
    line_parts: dict[str, str] = {}
    lines: dict[str, LineDefinition] = Field(default={}, max_length=MOST_LINES)
    called: str = ""
    references: list[str] = []

    @model_validator(mode="before")
    @classmethod
    def _with_parts(cls, value: object) -> object:
        """The kind with the parts of its lines in their places, so that each pattern is judged as a whole."""
        parts, lines = (value.get(key) if isinstance(value, dict) else None for key in ("line_parts", "lines"))
        if not (isinstance(value, dict) and isinstance(parts, dict) and isinstance(lines, dict)):
            return value
        used = {name for line in lines.values() for name in _PART.findall(str(line))}
        for unused in parts.keys() - used:
            raise ValueError(f"no line has the part '{unused}'")
        return {**value, "lines": {name: _filled_in(line, parts) for name, line in lines.items()}}

    @field_validator("format")
    @classmethod
    def _known_format(cls, value: str) -> str:
        if value not in documents.FORMATS:
            hint = did_you_mean(value, documents.FORMATS)
            raise ValueError(
                f"format '{value}' is not one of {', '.join(documents.FORMATS)}" + (f"; {hint}" if hint else "")
            )
        return value

    @field_validator("called")
    @classmethod
    def _called(cls, value: str) -> str:
        return _patterns([value])[0] if value else value


class KindsFile(Definition):
    """`schemas/kinds.yaml`: the kinds, and the folders that are never looked into."""

    exclude: list[str]
    kinds: dict[str, KindDefinition]


class EntriesDefinition(Definition):
    """The base of what a configuration may also say: keys with underscores in YAML, with hyphens in TOML."""

    model_config = ConfigDict(alias_generator=lambda name: name.replace("_", "-"), populate_by_name=True)


class DialectDefinition(EntriesDefinition):
    """One form of a kind of entry, with the schema of its fields."""

    title: str
    recognised_by: list[dict[str, Any]] = []
    schema_file: str = Field(default="", alias="schema")


class EntryKindDefinition(EntriesDefinition):
    """A kind of entry: its prefixes, and what besides the prefix makes an entry one of this kind."""

    title: str = Field(min_length=1)
    prefixes: list[Prefix] = Field(min_length=1)
    recognised_by: list[dict[str, Any]] = []
    home: Globs = []
    dialects: dict[str, DialectDefinition] = {}
    states: dict[str, list[str]] = {}
    references: list[str] = []


Boxes = dict[Literal["checked", "unchecked"], list[str]]


class BoxesDefinition(EntriesDefinition):
    """Boxes of check lists: marks, words, and the columns of tables in which words count."""

    marks: Boxes = {}
    words: Boxes = {}
    columns: list[str] = []


class LinkTypeDefinition(EntriesDefinition):
    """What the links of some fields mean, which prefixes they may lead to, and which fields define their targets."""

    title: str = Field(min_length=1)
    inverse: str = Field(min_length=1)
    fields: list[str] = Field(min_length=1)
    lists: list[str] = []
    targets: list[Prefix] = []


def _split(value: object) -> object:
    return value.split() if isinstance(value, str) else value


Names = Annotated[list[str], BeforeValidator(_split)]


class CommandsFile(Definition):
    """`schemas/commands.yaml`: what commands do, told by the words they start with."""

    inert_options: list[str]
    empty_options: list[str]
    watch_options: list[str]
    idle_options: dict[str, Names]
    watch_commands: list[str]
    test_scripts: list[str]
    placeholders: list[str]
    e2e: list[str]
    tests: list[str] = Field(min_length=1)
    builds: list[str] = Field(min_length=1)
    shells: Names
    harmless: Names
    wrappers: dict[str, Names]
    bystanders: list[str]
    unknown_tests: list[str]
    task_runners: Names
    interpreters: Names
    inline_code_options: Names
    questions: Names
    git_questions: Names
    package_commands: dict[str, Names]
    npm_scripts: dict[str, str]


class TopicsFile(Definition):
    """`schemas/topics.yaml`: the words for each topic that a document may be asked to cover."""

    topics: dict[str, list[str]]


class EntriesFile(EntriesDefinition):
    """`schemas/entries.yaml`: how IDs, fields, links and kinds of entries are told; `[entries]` of a configuration
    adds to it.
    """

    ignored_prefixes: list[Prefix] = []
    range_limit: int | None = Field(default=None, ge=1)
    id_fields: list[str] = []
    title_fields: list[str] = []
    empty_cells: list[str] = []
    templates: Globs = []
    placeholders: Patterns = []
    state_fields: list[str] = []
    states: dict[str, list[str]] = {}
    out_of_force: list[str] = []
    boxes: BoxesDefinition = BoxesDefinition()
    outcomes: dict[Literal["passed", "failed", "skipped", "ran"], list[str]] = {}
    link_types: dict[str, LinkTypeDefinition] = {}
    aliases: dict[str, list[str]] = {}
    kinds: dict[str, EntryKindDefinition] = {}

    @field_validator("kinds", "link_types")
    @classmethod
    def _reserved(cls, value: dict[str, Any]) -> dict[str, Any]:
        for name in value:
            if name in _RESERVED:
                raise ValueError(f"'{name}' has a meaning of its own, choose another name")
        return value
