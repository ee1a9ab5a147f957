"""links: a field, or the whole entry, links entries of the given prefixes, and these meet conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, cast

from policylint.operators.operator import Conditions, Failure, Traits, defined_here

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policylint.facts import EntryFact
    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(
    needs_project=False,
    answers_by_value=True,
    project_options=("where", "over"),
    names={"to": "prefix", "over": "link type"},
)

_SHOWN = 5


class _Prefixes(TypedDict):
    to: list[str] | str


class Options(_Prefixes, total=False):
    """`to`: the prefixes of which one is enough. `where`: what the linked entry meets; `every`: what each of them does.

    `over`: the links of the entry of these types count, whatever the field says; with `either_way` those to it as well.
    With `every` an entry without any such link passes, and so does a link to an ID that nothing defines: other rules
    speak of these.
    """

    where: Conditions
    every: bool
    over: list[str]
    either_way: bool


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """An ID inside a bracketed note is a remark, not a link."""
    prefixes = [options["to"]] if isinstance(options["to"], str) else options["to"]
    if "where" not in options:
        if not _is_linked(value, prefixes, options, scope):
            yield Failure(f"links no {' or '.join(prefixes)} entry")
        return
    linked = _linked(value, prefixes, options, scope)
    unmet = [each for each in linked if not _meets(each, options, scope)]
    if options.get("every"):
        defined = [each for each in unmet if _defined(each, scope)]
        if defined:
            yield _unmet(defined, scope)
    elif len(unmet) == len(linked):
        yield Failure(f"links no {' or '.join(prefixes)} entry that meets the conditions")


def _is_linked(value: Value, prefixes: list[str], options: Options, scope: Scope) -> bool:
    if "over" in options:
        return bool(_linked(value, prefixes, options, scope))
    return not scope.grammar().prefixes(value.text).isdisjoint(prefixes)


def _linked(value: Value, prefixes: list[str], options: Options, scope: Scope) -> list[str]:
    """The linked IDs of the prefixes, each once."""
    if "over" in options:
        found = dict.fromkeys(_over(options, scope))
        return [each for each in found if each.rpartition("-")[0] in prefixes]
    targets = [each for reference in scope.grammar().references(value.text) for each in reference.targets]
    return [str(each) for each in dict.fromkeys(targets) if each.prefix in prefixes]


def _over(options: Options, scope: Scope) -> Iterator[str]:
    """What links of some types lead to from the entry, and where those come from that lead to it."""
    index, types = cast("Project", scope.project).index, options["over"]
    identifier = cast("EntryFact", scope.entry).identifier
    for reference in index.outgoing(identifier):
        if reference.link in types:
            yield from reference.targets
    for reference in index.incoming(identifier) if options.get("either_way") else ():
        if reference.link in types and reference.source:
            yield reference.source


def _defined(identifier: str, scope: Scope) -> list[EntryFact]:
    return cast("Project", scope.project).index.definitions(identifier)


def _meets(identifier: str, options: Options, scope: Scope) -> bool:
    judge = cast("Callable[[EntryFact, Conditions], bool]", scope.judge)
    conditions = options["where"]
    key = ("meets", identifier, id(conditions))
    return cast("Project", scope.project).remember(
        key, lambda: any(judge(each, conditions) for each in _defined(identifier, scope))
    )


def _unmet(identifiers: list[str], scope: Scope) -> Failure:
    """One report for all of them; related is the first few."""
    entries = [_defined(each, scope)[0] for each in identifiers[:_SHOWN]]
    more = len(identifiers) - len(entries)
    shown = ", ".join(each.identifier for each in entries) + (f" and {more} more" if more else "")
    details = {"target": shown, "target.title": entries[0].title, "target.state": entries[0].state}
    related = tuple(defined_here(each) for each in entries)
    return Failure(f"links {shown}, which does not meet the conditions", details=details, related=related)
