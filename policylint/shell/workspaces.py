"""The packages of a repository of many: where they are, which a command chooses, and in which order it runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.named_tuple import NamedTuple
from policylint.shell.files import inside_folder, package, table, texts
from policylint.shell.package_scripts import script_plan, workspace_root
from policylint.shell.plans import NOTHING, Graph, Hidden, Outcome, Plan, Steps, Task

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from policylint.shell.files import Files
    from policylint.shell.package_commands import Invocation
    from policylint.shell.vocabulary import Vocabulary

MAX_FOLDERS = 500
MAX_PACKAGES = 200
_MAX_DEPTH = 4
_NEVER = ("node_modules", ".git")
_DEPENDENCIES = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")


class TooMany(Exception):  # noqa: N818 - the repository is too large, the program is not at fault
    """There are more folders or packages than are looked at."""


class Package(NamedTuple):
    """One package: its folder, its name, and what its package.json says."""

    folder: str
    name: str
    data: Mapping[str, object]

    def has_script(self, name: str) -> bool:
        """Whether a script of that name is there."""
        return isinstance(table(self.data, "scripts").get(name), str)

    def depends_on(self, other: Package) -> bool:
        """Whether its package.json names the other among its dependencies."""
        return any(other.name in table(self.data, kind) for kind in _DEPENDENCIES)


def packages(files: Files, root: str) -> list[Package]:
    """The packages that a root's package.json or pnpm-workspace.yaml lists, by folder; raises TooMany."""
    pnpm = files.data(inside_folder(root, "pnpm-workspace.yaml"))
    listed = (package(files, root) or {}).get("workspaces")
    if isinstance(listed, dict):
        listed = listed.get("packages")
    patterns = texts(pnpm.get("packages")) if isinstance(pnpm, dict) else texts(listed)
    return packages_in(files, root, patterns)


def packages_in(files: Files, root: str, patterns: Sequence[str]) -> list[Package]:
    """The packages in the folders that fit some of the patterns and none with a `!`, in the order of the patterns.

    Raises TooMany.
    """
    search = _Search(files)
    found: dict[str, None] = {}
    for pattern in patterns:
        plain = pattern.removeprefix("!").removeprefix("./").rstrip("/")
        folders = search.folders(root, plain.split("/"), _MAX_DEPTH)
        if pattern.startswith("!"):
            found = {folder: None for folder in found if folder not in folders}
        else:
            found.update(dict.fromkeys(sorted(folders)))
    if len(found) > MAX_PACKAGES:
        raise TooMany
    each = ((folder, package(files, folder)) for folder in found)
    return [Package(folder, str(data.get("name", folder)), data) for folder, data in each if data is not None]


class _Search:
    """Follows patterns such as `packages/*` through a bounded number of folders."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._left = MAX_FOLDERS

    def folders(self, folder: str, segments: list[str], depth: int) -> set[str]:
        """The folders below that fit the segments and have a package.json; `**` leads `depth` levels down."""
        if not segments:
            return {folder} if "package.json" in self._names(folder) else set()
        first, *rest = segments
        if first in ("", "."):
            return self.folders(folder, rest, depth)
        if first == "..":
            return set()
        found = self.folders(folder, rest, depth) if first == "**" else set()
        for name in self._below(folder, first):
            below = inside_folder(folder, name)
            if first != "**":
                found |= self.folders(below, rest, depth)
            elif depth:
                found |= self.folders(below, segments, depth - 1)
        return found

    def _below(self, folder: str, pattern: str) -> Iterable[str]:
        from fnmatch import fnmatchcase

        if not any(character in pattern for character in "*?["):
            return [pattern]
        wanted = "*" if pattern == "**" else pattern
        names = self._names(folder)
        # A name with an extension is taken for a file: that saves looking for what lies in it.
        return [each for each in names if each not in _NEVER and "." not in each and fnmatchcase(each, wanted)]

    def _names(self, folder: str) -> Sequence[str]:
        self._left -= 1
        if self._left < 0:
            raise TooMany
        return self._files.names(folder)


def matching(found: Sequence[Package], filters: Iterable[str], root: str) -> list[Package] | None:
    """The packages that filters choose, as pnpm and turbo write them: a name, a glob, a path, `name...`, `!name`.

    None for those that ask what has changed.
    """
    from fnmatch import fnmatchcase

    chosen: list[Package] = []
    excluded: list[Package] = []
    for written in filters:
        if "[" in written or "^" in written or "$" in written:
            return None
        plain = written.removeprefix("!")
        name = plain.removeprefix("...").removesuffix("...").removeprefix("{").removesuffix("}")
        path = inside_folder(root, name.removeprefix("./").rstrip("/"))
        fitting = [each for each in found if fnmatchcase(each.name, name) or fnmatchcase(each.folder, path)]
        fitting = fitting or [each for each in found if each.name.endswith(f"/{name}")]
        if plain.endswith("..."):
            fitting = _with_dependencies(fitting, found)
        elif plain.startswith("..."):
            fitting = [each for each in found if any(each in fitting or each.depends_on(one) for one in fitting)]
        (excluded if written.startswith("!") else chosen).extend(fitting)
    if not chosen and excluded:
        chosen = list(found)
    return [each for each in found if each in chosen and each not in excluded]


def _with_dependencies(chosen: list[Package], found: Sequence[Package]) -> list[Package]:
    whole = list(chosen)
    for each in whole:
        whole += [other for other in found if other not in whole and each.depends_on(other)]
    return whole


def by_dependencies(
    plans: Sequence[tuple[Package, Plan]], *, keeps_going: bool = False, in_ranks: bool = False
) -> Graph:
    """A graph in which a package waits for those it depends on; `in_ranks` for all of the rank before, as in pnpm."""
    ranks, needs = _ranks([each for each, _ in plans])
    order = [number for rank in ranks for number in rank]
    place = {number: position for position, number in enumerate(order)}
    tasks: list[Task] = []
    for rank in ranks:
        before = tuple(range(len(tasks)))
        for number in rank:
            own = tuple(sorted(place[one] for one in needs[number] if place[one] < len(before)))
            tasks.append(Task(plans[number][1], before if in_ranks else own))
    return Graph(tuple(tasks), keeps_going=keeps_going)


def _ranks(found: Sequence[Package]) -> tuple[list[list[int]], list[set[int]]]:
    """Packages, by number, behind all those they depend on, and those; of a circle the first goes first."""
    count = range(len(found))
    needs = [{one for one in count if one != each and found[each].depends_on(found[one])} for each in count]
    waiting, ranks = set(count), list[list[int]]()
    while waiting:
        ready = [each for each in sorted(waiting) if needs[each].isdisjoint(waiting)] or [min(waiting)]
        ranks.append(ready)
        waiting.difference_update(ready)
    return ranks, needs


def plan_in_workspaces(
    invocation: Invocation, directory: str, text: str, files: Files, vocabulary: Vocabulary
) -> Plan | None:
    """What a package manager runs in the workspaces that its command line chooses."""
    root = workspace_root(files, directory)
    try:
        found = packages(files, root)
    except TooMany:
        return Hidden(text)
    if not found:
        return Hidden(text)
    chosen = _chosen(invocation, found, root, files)
    if chosen is None:
        return Hidden(text)
    return _PLANS[invocation.manager](invocation, chosen, files, vocabulary) or Hidden(text)


def plan_of_any(invocation: Invocation, home: str, text: str, files: Files, vocabulary: Vocabulary) -> Plan | None:
    """What yarn runs for a script that the package in `home` lacks, but exactly one other has (yarnpkg.com/cli/run)."""
    root = workspace_root(files, home)
    try:
        found = packages(files, root)
    except TooMany:
        return Hidden(text)
    own = Package(root, "", package(files, root) or {})
    having = {each.folder for each in (own, *found) if each.has_script(invocation.name)}
    return script_plan(invocation, having.pop() if len(having) == 1 else home, files, vocabulary)


def _chosen(invocation: Invocation, found: list[Package], root: str, files: Files) -> list[Package] | None:
    if not invocation.is_everywhere or invocation.filters:
        return matching(found, invocation.filters, root)
    data = package(files, root)
    if "foreach" not in invocation.flags or data is None:
        return found
    # `yarn workspaces foreach` counts the root in, but does not run the script that it is called from once more.
    own = Package(root, str(data.get("name", root)), data)
    script = str(table(data, "scripts").get(invocation.name, ""))
    return found if " foreach " in f"{script} " else [own, *found]


def _plans(
    invocation: Invocation, chosen: Iterable[Package], files: Files, vocabulary: Vocabulary
) -> list[tuple[Package, Plan]]:
    inside = invocation._replace(is_run=True)
    each = ((one, script_plan(inside, one.folder, files, vocabulary)) for one in chosen)
    return [(one, plan) for one, plan in each if plan is not None]


def _npm(invocation: Invocation, chosen: list[Package], files: Files, vocabulary: Vocabulary) -> Plan | None:
    """One after the other; npm goes on after a failure and fails in the end. An unknown workspace is an error."""
    if not chosen:
        return Outcome(1, None)
    return Steps(tuple(plan for _, plan in _plans(invocation, chosen, files, vocabulary)), keeps_going=True)


def _pnpm(invocation: Invocation, chosen: list[Package], files: Files, vocabulary: Vocabulary) -> Plan | None:
    """In the order of dependencies, in all that have the script; a filter that fits nothing is no error for pnpm."""
    having = [each for each in chosen if each.has_script(invocation.name)]
    if not having:
        is_silent = not chosen or "--if-present" in invocation.flags or invocation.name == "test"
        return NOTHING if is_silent else Outcome(1, None)
    plans = _plans(invocation, having, files, vocabulary)
    keeps_going = "--no-bail" in invocation.flags
    if "--parallel" in invocation.flags or "--no-sort" in invocation.flags:
        return Graph(tuple(Task(plan, ()) for _, plan in plans), keeps_going=keeps_going)
    return by_dependencies(plans, keeps_going=keeps_going, in_ranks=True)


def _yarn(invocation: Invocation, chosen: list[Package], files: Files, vocabulary: Vocabulary) -> Plan | None:
    """`workspaces run` stops at the first failure; `foreach` leaves out who lacks the script and goes on."""
    if not chosen:
        return Outcome(1, None)
    if "foreach" not in invocation.flags:
        return Steps(tuple(plan for _, plan in _plans(invocation, chosen, files, vocabulary)), keeps_going=False)
    having = [each for each in chosen if each.has_script(invocation.name)]
    plans = _plans(invocation, having, files, vocabulary)
    if not {"-t", "--topological", "--topological-dev"}.isdisjoint(invocation.flags):
        # Whether a package is run after one that it depends on has failed is not documented.
        return by_dependencies(plans, keeps_going=True)
    if {"-p", "--parallel"}.isdisjoint(invocation.flags):
        return Steps(tuple(plan for _, plan in plans), keeps_going=True)
    return Graph(tuple(Task(plan, ()) for _, plan in plans), keeps_going=False)


_PLANS = {"npm": _npm, "pnpm": _pnpm, "yarn": _yarn, "bun": _pnpm}
