"""One-step mutants of a rule: a condition dropped, an assertion dropped, a constant changed."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from policylint.definitions.reading import Faults, parse, validate
from policylint.definitions.rule import RuleFile
from policylint.definitions.rule_compilation import compile_rule
from policylint.pack import Pack, Rule
from tests.rules.shipped import pack

_GROUP = re.compile(r"\(\?:[^()]*\)|\((?!\?)[^()]*\)|\(\?i\)")
# YAML keeps 4.5 as the text that it is.
_DECIMAL = re.compile(r"[0-9]+\.[0-9]+")
_COLLECTIONS = ("where", "when")
_OPTIONAL = ("named", "field", "folder", "contexts", "edit", "at", "unless")


class Mutant(NamedTuple):
    """A changed rule, with a description of the change that stays the same while the rule does."""

    change: str
    raw: dict[str, Any]


def mutants(definition: RuleFile) -> Iterator[Mutant]:
    """All one-step mutants of what a rule selects and asserts, as raw definitions."""
    raw = definition.model_dump(exclude_unset=True, by_alias=True)
    raw.pop("examples")
    graded = {"severity": raw["severity"]} if isinstance(raw["severity"], dict) else {}
    for path, value in _nodes({**{key: raw[key] for key in ("given", "then") if key in raw}, **graded}):
        for change, new in _changes(path, value):
            mutated = copy.deepcopy(raw)
            if _apply(mutated, path, new):
                yield Mutant(f"{'.'.join(map(str, path))}: {change}", mutated)


def _nodes(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    yield path, value
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from _nodes(child, (*path, key))


_DROP = object()


def _changes(path: tuple[Any, ...], value: Any) -> Iterator[tuple[str, Any]]:
    if len(path) < 2 or not {"message", "missing_message", "fix"}.isdisjoint(path):
        return
    if path[-2:-1] == ("applicability",):
        # Which actions of its operator a rule offers is part of what it says, how safe they are is not tried.
        yield "dropped", _DROP
        return
    if path[:2] == ("given", "missing"):
        yield "flipped", "skip" if value == "fail" else "fail"
        return
    if isinstance(path[-1], int) or path[-1] in (*_COLLECTIONS, *_OPTIONAL) or path[-2] in _COLLECTIONS:
        yield "dropped", _DROP
    if isinstance(value, bool):
        yield "negated", not value
    elif isinstance(value, int):
        yield from ((f"{step:+}", value + step) for step in (-1, 1))
    elif isinstance(value, str) and _DECIMAL.fullmatch(value):
        yield from ((f"{step:+}", f"{float(value) + step:.10g}") for step in (-0.1, 0.1))
    elif isinstance(value, str):
        yield from _changed_text(path, value)


def _changed_text(path: tuple[Any, ...], value: str) -> Iterator[tuple[str, Any]]:
    if path[-1] in ("document", "entry", "reference", "engine", "conforms", "is_not"):
        return
    if path[-1] in ("matches", "unless", "named", "not_matching", "leave_out") or "passes_on" in path:
        yield from _changed_pattern(value)
    elif " | " in value:
        yield from _without_alternatives(value)
    else:
        yield "changed", value + "x"


def _without_alternatives(path: str) -> Iterator[tuple[str, Any]]:
    """The path without each of its alternatives, at the top and in each group."""
    starts, bars = [0], [list[int]()]
    for index, sign in enumerate([*path, ")"]):
        if sign == "(":
            starts.append(index + 1)
            bars.append([])
        elif path[index : index + 3] == " | ":
            bars[-1].append(index)
        elif sign == ")":
            start, between = starts.pop(), bars.pop()
            parts = _parts(path, start, between, index)
            for number, part in enumerate(parts if len(parts) > 1 else []):
                rest = " | ".join([*parts[:number], *parts[number + 1 :]])
                at = f"{part.strip()} at {start}" if start else part.strip()
                yield f"without alternative {at}", path[:start] + rest + path[index:]


def _parts(path: str, start: int, bars: list[int], end: int) -> list[str]:
    edges = zip([start, *(bar + 3 for bar in bars)], [*bars, end], strict=True)
    return [path[first:last] for first, last in edges]


def _changed_pattern(pattern: str) -> Iterator[tuple[str, Any]]:
    for anchor in ("^", "$"):
        if anchor in pattern:
            yield f"without {anchor}", pattern.replace(anchor, "", 1)
    for group in _GROUP.finditer(pattern):
        text = group.group()
        if text == "(?i)":
            yield "without (?i)", pattern.replace("(?i)", "", 1)
            continue
        alternatives = text[text.index("(") + 1 : -1].removeprefix("?:").split("|")
        for alternative in alternatives if len(alternatives) > 1 else []:
            rest = "|".join(each for each in alternatives if each != alternative)
            changed = pattern[: group.start()] + f"({rest})" + pattern[group.end() :]
            yield f"without alternative {alternative}", changed


def _apply(raw: dict[str, Any], path: tuple[Any, ...], new: Any) -> bool:
    holder: Any = raw
    for step in path[:-1]:
        holder = holder[step]
    if new is not _DROP:
        holder[path[-1]] = new
        return True
    if isinstance(holder, list) and len(holder) == 1:
        return False
    del holder[path[-1]]
    return True


def compiled(mutant: Mutant, definition: RuleFile) -> Rule | None:
    """The mutant as a rule, None when it is not a rule at all."""
    faults = Faults()
    raw = {**mutant.raw, "examples": json.loads(definition.examples.model_dump_json())}
    document = parse("mutant.yaml", json.dumps(raw), "yaml", faults)
    rule_file = validate(document, RuleFile, document.data, (), faults) if document else None
    commands = next((kind.commands for kind in pack().kinds if kind.name == definition.given.document), {})
    row = compile_rule(document, rule_file, faults, commands) if document and rule_file else None
    return Rule(row) if row and not faults.found else None


def with_rule(whole: Pack, rule: Rule) -> Pack:
    """A pack in which a rule takes the place of the one of its name."""
    return whole.replace(rules=[rule if each.name == rule.name else each for each in whole.rules])
