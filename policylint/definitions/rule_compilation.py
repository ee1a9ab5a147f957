"""From a rule file to its compiled form: everything it names is checked, and all faults come together."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, cast

from policylint.compiled_parts import packed
from policylint.definitions.assertions import (
    AssertionFault,
    compile_conditions,
    compiled_assertion,
    compiled_conditions,
    needs_index,
    needs_project,
)
from policylint.definitions.command_places import placed
from policylint.definitions.definition_file import DefinitionFile, read_definitions
from policylint.definitions.document_paths import check_paths
from policylint.definitions.paths import parse as parse_path
from policylint.definitions.reading import Faults, as_list, readable, validate
from policylint.definitions.rule import Given as GivenDefinition
from policylint.definitions.rule import RuleFile
from policylint.diagnostics import Severity
from policylint.identifiers import Identifier
from policylint.operators import OPERATORS, traits_of
from policylint.operators.operator import names_in
from policylint.suggestions import did_you_mean

if TYPE_CHECKING:
    from policylint.documents.document import Document
    from policylint.pack import Compiled
    from policylint.selectors import Path

_DEFAULTS = (("expect", "each"), ("missing", "fail"))


def read_rule(file: DefinitionFile) -> RuleFile:
    """The whole definition of a rule, examples and prose included. Raises DefinitionError."""
    faults = Faults()
    document = read_definitions(file, "yaml", faults)
    definition = validate(document, RuleFile, document.data, (), faults) if document else None
    if definition is None:
        raise faults.error()
    return definition


def compile_rule_file(
    file: DefinitionFile, known: dict[str, list[str]], kinds: dict[str, Compiled], faults: Faults
) -> Compiled:
    """The compiled form of a rule file, empty where it has faults, which are added.

    `known` are the names that a rule may use, by what they name, `kinds` the compiled kinds of documents by name.
    """
    document = read_definitions(file, "yaml", faults)
    definition = validate(document, RuleFile, document.data, (), faults) if document else None
    if document is None:
        return {}
    if definition is None:
        _check_readable_parts(document, known, kinds, faults)
        return {}
    if definition.id != file.name:
        message = f"id '{definition.id}' does not fit the file's place, which makes it '{file.name}'"
        faults.add(document, document.span(("id",)), message)
    _check_names(document, definition.given, definition.then, known, kinds, faults)
    commands = kinds.get(definition.given.document, {}).get("commands", {})
    return compile_rule(document, definition, faults, cast("Compiled", commands))


def _check_readable_parts(
    document: Document, known: dict[str, list[str]], kinds: dict[str, Compiled], faults: Faults
) -> None:
    """What is wrong elsewhere in a rule hides nothing that is wrong with what it judges and asks."""
    data = document.data if isinstance(document.data, dict) else {}
    given = readable(GivenDefinition, data.get("given"))
    if given is not None:
        then = as_list(data.get("then", []))
        _check_names(document, given, then, known, kinds, faults)
        _compiled_given(document, given, faults)
        for index, raw in enumerate(then):
            compiled_assertion(document, raw, ("then", index), subject=given.subject, faults=faults)


def _check_names(
    document: Document,
    given: GivenDefinition,
    then: list[Any],
    known: dict[str, list[str]],
    kinds: dict[str, Compiled],
    faults: Faults,
) -> None:
    subject = given.subject
    _check_name(document, ("given", subject), getattr(given, subject), subject, known, faults)
    _check_contexts(document, given, known, faults)
    for name in given.excepted:
        _check_name(document, ("given", "except"), name, subject, known, faults)
    _check_options(document, then, ("then",), known, faults)
    _check_whole(document, given, then, faults)
    kind = kinds.get(given.document)
    if kind:
        check_paths(document, given, then, kind, faults)


def _check_whole(document: Document, given: GivenDefinition, then: list[Any], faults: Faults) -> None:
    """What judges a whole document would judge each place in it as if it were all."""
    if not any(path != "$" for path in given.select):
        return
    for index, raw in enumerate(then):
        for verb in raw if isinstance(raw, dict) else ():
            if verb in OPERATORS and traits_of(str(verb)).of_whole_documents:
                place: Path = ("then", index, verb) if document.find(("then", index)) else ("then", verb)
                message = f"'{verb}' judges whole documents, not places in them"
                faults.add(document, document.key_span(place), message, "leave out 'select'")


def _check_contexts(document: Document, given: GivenDefinition, known: dict[str, list[str]], faults: Faults) -> None:
    """A rule that looks at contexts is about documents that have some."""
    if given.contexts and given.document not in known["kind with contexts"]:
        message = f"documents of kind '{given.document}' have no contexts"
        faults.add(document, document.key_span(("given", "contexts")), message)


def _check_name(
    document: Document, path: Path, name: str, table: str, known: dict[str, list[str]], faults: Faults
) -> None:
    is_prefix = table == "prefix" and Identifier.parse(f"{name}-01") is not None
    if not is_prefix and name not in known.get(table, []):
        hint = did_you_mean(name, known.get(table, []))
        what = "entry kind" if table == "entry" else table
        faults.add(document, document.span(path), f"no {what} is named '{name}'", hint)


def _check_options(document: Document, raw: object, path: Path, known: dict[str, list[str]], faults: Faults) -> None:
    """Whatever the options of operators name is there: what is misspelt would select nothing, and nobody would know."""
    children = raw.items() if isinstance(raw, dict) else enumerate(raw) if isinstance(raw, list) else ()
    for key, value in children:
        if key in OPERATORS and isinstance(value, dict):
            for option, table in traits_of(str(key)).names.items():
                for name in as_list(value.get(option, [])):
                    _check_name(document, (*path, key, option), str(name), table, known, faults)
        _check_options(document, value, (*path, key), known, faults)


def compile_rule(document: Document, definition: RuleFile, faults: Faults, commands: Compiled) -> Compiled:
    """The compiled row of a rule; what is wrong with its paths, operators and options is added to the faults.

    `commands` says where the shell commands of the kind of document run that the rule is about.
    """
    subject = definition.given.subject
    selected = next(iter(definition.given.select), "")
    then = [
        placed(compiled_assertion(document, raw, ("then", index), subject=subject, faults=faults), commands, selected)
        for index, raw in enumerate(definition.then)
    ]
    given = definition.given
    if given.missing == "skip" and given.missing_message:
        span = document.key_span(("given", "missing_message"))
        faults.add(document, span, "'missing_message' is never used: missing is 'skip'")
    graded = _compiled_severities(document, definition, faults)
    body = {
        "title": definition.title,
        "fix": " ".join(definition.fix.split()),
        "url": _url(definition.references),
        "given": _compiled_given(document, given, faults),
        "then": then,
        "names": sorted(
            {name for row in (*then, *(each for level in graded for each in level[1])) for name in _template_names(row)}
            | set(names_in(definition.fix))
        ),
        "severities": graded,
        "needs_index": any(needs_index(row) for row in then),
    }
    row = {
        "name": definition.id,
        "subject": subject,
        "kind": getattr(given, subject),
        "severity": max(int(Severity.from_label(name)) for name in definition.severities),
        "stage": definition.stage,
        "opt_in": definition.opt_in,
        "needs_project": given.expect == "some"
        or any(needs_project(row) for row in (*then, *(each for level in graded for each in level[1]))),
        "reaches": _reach(given),
        "body": packed({key: value for key, value in body.items() if value or key in ("given", "then")}),
    }
    return {key: value for key, value in row.items() if value}


def _reach(given: GivenDefinition) -> list[list[str]]:
    """The keys of which one must be there for the rule to select anything; none where that cannot be told by keys."""
    if given.missing != "skip" or given.contexts:
        return []
    paths = [steps for path in given.select for steps in parse_path(path)]
    keys = [[str(step) for step in itertools.takewhile(lambda step: isinstance(step, str), steps)] for steps in paths]
    return keys if all(keys) else []


def _compiled_severities(
    document: Document, definition: RuleFile, faults: Faults
) -> list[tuple[int, list[dict[str, Any]]]]:
    """The severities of a rule that has several, with the conditions of each; none for a rule with one."""
    if len(definition.severities) == 1:
        return []
    rows = []
    for name, conditions in definition.severities.items():
        subject, path = definition.given.subject, ("severity", name)
        compiled = _severity_conditions(document, conditions, path, subject, faults)
        rows.append((int(Severity.from_label(name)), compiled))
    return rows


def _severity_conditions(
    document: Document, raw: object, path: Path, subject: str, faults: Faults
) -> list[dict[str, Any]]:
    try:
        return compile_conditions(raw, subject=subject, path=())
    except AssertionFault as fault:
        for each in fault.all():
            faults.add(document, document.key_span((*path, *each.path)), str(each), each.hint)
        return []


def _url(references: list[str]) -> str:
    """The page to read about a diagnostic: the one address among the references, none where there are several."""
    addresses = [each for each in references if each.startswith("https://")]
    return addresses[0] if len(addresses) == 1 else ""


def _compiled_given(document: Document, given: GivenDefinition, faults: Faults) -> Compiled:
    subject = given.subject
    row = {
        "contexts": given.contexts.named if given.contexts else [],
        "other_contexts": given.contexts.excepted if given.contexts else [],
        "excepted": given.excepted,
        "named": given.named,
        "when": compiled_conditions(document, given.when, ("given", "when"), subject=subject, faults=faults),
        "select": [parse_path(path) for path in given.select],
        "exclude": [parse_path(path) for path in given.exclude],
        "where": compiled_conditions(document, given.where, ("given", "where"), subject=subject, faults=faults),
        "expect": given.expect,
        "missing": given.missing,
        "missing_message": given.missing_message,
    }
    return {key: value for key, value in row.items() if value and (key, value) not in _DEFAULTS}


def _template_names(row: dict[str, Any]) -> list[str]:
    names = names_in(row.get("message", "")) + names_in(row.get("fix", ""))
    operator, edit = row.get("operator"), row.get("edit") or {}
    if operator:
        names += _option_names(row["options"], traits_of(operator).name_options)
    names += [name for text in edit.values() if isinstance(text, str) for name in names_in(text)]
    for each in (*row.get("parts", ()), *row.get("when", ())):
        names += _template_names(each)
    return names


def _option_names(value: object, direct: tuple[str, ...]) -> list[str]:
    """The names in the templates of options, however deep, and those that stand without braces."""
    if isinstance(value, str):
        return names_in(value)
    names: list[str] = []
    for each in value if isinstance(value, list) else ():
        names += _option_names(each, direct)
    for key, each in value.items() if isinstance(value, dict) else ():
        names += [each] if key in direct else _option_names(each, direct)
    return names
