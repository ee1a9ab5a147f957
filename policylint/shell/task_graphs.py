"""turbo, nx and lerna: the tasks of many packages, in the order that their configuration gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.named_tuple import NamedTuple
from policylint.shell.files import inside_folder, is_open, joined, package, table, texts, upwards
from policylint.shell.plans import NOTHING, Graph, Hidden, Leaf, Plan, Task, package_script
from policylint.shell.workspaces import Package, TooMany, by_dependencies, matching, packages, packages_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from policylint.shell.files import Files
    from policylint.shell.vocabulary import Vocabulary

Words = tuple[str, ...]

MAX_TASKS = 1_000
_TURBO_FLAGS = frozenset(
    "--no-cache --force --no-daemon --daemon --remote-only --summarize --continue --parallel --verbosity -v".split()
)
_TURBO_VALUED = frozenset(
    """
    --filter -F --concurrency --cache-dir --output-logs --log-order --env-mode --cache --cwd --ui --api --team --token
    --cache-workers --log-prefix
    """.split()
)
_NX_FLAGS = frozenset(
    "--all --verbose --skip-nx-cache --skipNxCache --parallel --no-cloud --no-progress --nxBail --nx-bail".split()
)
_NX_VALUED = frozenset(
    "-t --target --targets -p --projects --parallel --exclude -c --configuration --output-style".split()
)
_NX_PLAIN = frozenset("build test lint e2e typecheck".split())
_LERNA_FLAGS = frozenset("--stream --parallel --no-bail --no-prefix --no-sort --sort --no-progress".split())
_LERNA_VALUED = frozenset("--scope --concurrency --loglevel".split())


class _Line(NamedTuple):
    """A command line taken apart: words that are no options, options with their values, and what follows `--`."""

    words: Words
    values: dict[str, list[str]]
    flags: frozenset[str]
    passed: Words


def _read(words: Words, flags: frozenset[str], valued: frozenset[str], *, many: str = "") -> _Line | None:
    """The parts of a command line; None at an option that is not known. The option `many` takes several values."""
    plain: list[str] = []
    values: dict[str, list[str]] = {}
    seen: set[str] = set()
    rest = list(words)
    while rest:
        word = rest.pop(0)
        name, has_value, value = word.partition("=")
        if word == "--":
            return _Line(tuple(plain), values, frozenset(seen), tuple(rest))
        if not word.startswith("-"):
            plain.append(word)
        elif name in flags and (name not in valued or not has_value):
            seen.add(name)
        elif name not in valued:
            return None
        else:
            values.setdefault(name, []).extend([value] if has_value else rest[:1])
            del rest[: 0 if has_value else 1]
            while name in many.split() and rest and not rest[0].startswith("-"):
                values[name].append(rest.pop(0))
    return _Line(tuple(plain), values, frozenset(seen), ())


def plan(words: Words, directory: str, files: Files, vocabulary: Vocabulary) -> Plan:
    """What a task runner for many packages runs.

    Where the configuration cannot be followed, one task with the name of a test is that test; in which order several
    run, and what a build brings along, cannot be told.
    """
    if any(is_open(word) for word in words):
        return Hidden(" ".join(words))
    try:
        found = _READERS[words[0]](words[1:], directory, files)
    except TooMany:
        found = None
    if isinstance(found, tuple):
        is_test = len(found) == 1 and vocabulary.role(("npm", "run", found[0])) == "test"
        return Leaf(("npm", "run", found[0])) if is_test else Hidden(" ".join(words))
    return found or Hidden(" ".join(words))


def _manager(files: Files, root: str) -> str:
    """The package manager of a repository, by its lock file."""
    names = files.names(root)
    pinned = str((package(files, root) or {}).get("packageManager", "")).partition("@")[0]
    if pinned in ("npm", "yarn", "pnpm", "bun"):
        return pinned
    if "pnpm-lock.yaml" in names:
        return "pnpm"
    return "yarn" if "yarn.lock" in names else "npm"


class _Turbo:
    """The tasks of turbo.json in the packages of a repository (turborepo.com/docs/reference/configuration)."""

    def __init__(self, root: str, config: Mapping[str, object], found: list[Package], files: Files) -> None:
        self.tasks: list[Task] = []
        self._root = root
        self._definitions = table(config, "tasks") or table(config, "pipeline")
        self._packages = {each.name: each for each in found}
        self._manager = _manager(files, root)
        self._places: dict[tuple[str, str], int] = {}
        self._passed: Words = ()
        self._asked: Words = ()

    def add(self, line: _Line, chosen: list[Package]) -> None:
        self._passed, self._asked = line.passed, line.words
        for name in line.words:
            for each in chosen:
                self._visit(each, name)

    def _definition(self, each: Package, name: str) -> Mapping[str, object] | None:
        for key in (f"{each.name}#{name}", f"//#{name}" if each.folder == self._root else "", name):
            value = self._definitions.get(key) if key else None
            if isinstance(value, dict):
                return value
        return None

    def _visit(self, each: Package, name: str) -> int | None:
        key = (each.name, name)
        if key in self._places:
            return self._places[key] if self._places[key] >= 0 else None
        if len(self._places) >= MAX_TASKS:
            raise TooMany
        self._places[key] = -1
        definition = self._definition(each, name)
        needed = [need for written in texts((definition or {}).get("dependsOn")) for need in self._needs(each, written)]
        places = [self._visit(other, task) for other, task in needed]
        runs = each.has_script(name)
        passed = self._passed if name in self._asked else ()
        own = package_script(self._manager, name, passed, each.folder) if runs else NOTHING
        self.tasks.append(Task(own, tuple(sorted({place for place in places if place is not None}))))
        self._places[key] = len(self.tasks) - 1
        return self._places[key]

    def _needs(self, each: Package, written: str) -> list[tuple[Package, str]]:
        if written.startswith("^"):
            return [(other, written[1:]) for other in self._packages.values() if each.depends_on(other)]
        name, has_task, task = written.partition("#")
        if not has_task:
            return [(each, written)] if not written.startswith("$") else []
        other = self._packages.get(name)
        return [(other, task)] if other is not None else []


def _turbo(words: Words, directory: str, files: Files) -> Plan | Words | None:
    line = _read(words[1:] if words[:1] == ("run",) else words, _TURBO_FLAGS, _TURBO_VALUED)
    start = joined(directory, line.values["--cwd"][-1]) if line and "--cwd" in line.values else directory
    if line is None or start is None or not line.words:
        return None
    root = next((folder for folder in upwards(start) if "turbo.json" in files.names(folder)), None)
    config = files.data(inside_folder(root, "turbo.json")) if root is not None else None
    own = package(files, root) if root is not None else None
    if root is None or not isinstance(config, dict) or own is None:
        return line.words
    return _turbo_plan(line, start, Package(root, "//", own), config, files)


def _turbo_plan(
    line: _Line, start: str, own: Package, config: Mapping[str, object], files: Files
) -> Plan | Words | None:
    found = packages(files, own.folder)
    if any("turbo.json" in files.names(each.folder) for each in found):
        return line.words
    tasks = table(config, "tasks") or table(config, "pipeline")
    filters = [*line.values.get("--filter", ()), *line.values.get("-F", ())]
    around = [each for each in found if start != own.folder and each.folder in upwards(start)]
    chosen = matching(found, filters, own.folder) if filters else around or found
    if chosen is None or not all(_is_defined(tasks, name) for name in line.words):
        return None
    graph = _Turbo(own.folder, config, [own, *found], files)
    # Without workspaces the root is the only package; with them it takes part in tasks that are named for it.
    graph.add(line, chosen if found else [own])
    if found and not filters and not around:
        graph.add(line._replace(words=tuple(name for name in line.words if f"//#{name}" in tasks)), [own])
    ordered = tuple(task if "--parallel" not in line.flags else Task(task.plan, ()) for task in graph.tasks)
    return Graph(ordered, keeps_going="--continue" in line.flags)


def _is_defined(tasks: Mapping[str, object], name: str) -> bool:
    return any(key == name or key.endswith(f"#{name}") for key in tasks)


def _nx(words: Words, directory: str, files: Files) -> Plan | Words | None:
    """By the names of targets: which programs stand behind them is up to nx's plugins (nx.dev/reference/nx-json)."""
    line = _read(words, _NX_FLAGS, _NX_VALUED, many="-t --target --targets")
    if line is None or not line.words:
        return None
    command, *others = line.words
    if command == "run-many":
        written = [value for option in ("-t", "--target", "--targets") for value in line.values.get(option, ())]
        targets = [target for value in written for target in value.split(",")]
    elif command == "run" and others:
        targets = others[0].split(":")[1:2]
    else:
        targets = [command] if command in _NX_PLAIN and others else []
    root = next((folder for folder in upwards(directory) if "nx.json" in files.names(folder)), None)
    config = files.data(inside_folder(root, "nx.json")) if root is not None else None
    if not isinstance(config, dict) or not targets or not set(targets) <= set(table(config, "targetDefaults")):
        return tuple(targets)
    return _nx_plan(targets, table(config, "targetDefaults"))


def _nx_plan(targets: list[str], defaults: Mapping[str, object]) -> Plan:
    places: dict[str, int] = {}
    tasks: list[Task] = []

    def visit(name: str) -> int | None:
        if name in places:
            return places[name] if places[name] >= 0 else None
        if len(places) >= MAX_TASKS:
            raise TooMany
        places[name] = -1
        # `^build` is the same target of other projects, which comes before all that follows here.
        needed = [each.removeprefix("^") for each in texts(table(defaults, name).get("dependsOn"))]
        needs = [place for each in needed if each != name and (place := visit(each)) is not None]
        tasks.append(Task(Leaf(("npm", "run", name)), tuple(sorted(set(needs)))))
        places[name] = len(tasks) - 1
        return places[name]

    for target in targets:
        visit(target)
    return Graph(tuple(tasks), keeps_going=False)


def _lerna(words: Words, directory: str, files: Files) -> Plan | Words | None:
    """`lerna run NAME` in all packages that have the script (lerna.js.org/docs/api-reference/commands)."""
    line = _read(words, _LERNA_FLAGS, _LERNA_VALUED)
    expected = 2
    if line is None or line.words[:1] != ("run",) or len(line.words) != expected:
        return None
    root = next((folder for folder in upwards(directory) if "lerna.json" in files.names(folder)), None)
    config = files.data(inside_folder(root, "lerna.json")) if root is not None else None
    if root is None or not isinstance(config, dict):
        return line.words[1:]
    found = packages_in(files, root, texts(config.get("packages"))) or packages(files, root)
    scopes = line.values.get("--scope")
    chosen = matching(found, scopes, root) if scopes else found
    having = [each for each in chosen or () if each.has_script(line.words[1])]
    if not having:
        return None
    manager = _manager(files, root)
    plans: list[tuple[Package, Plan]] = [
        (each, package_script(manager, line.words[1], line.passed, each.folder)) for each in having
    ]
    keeps_going = "--no-bail" in line.flags
    if "--parallel" in line.flags or "--no-sort" in line.flags:
        return Graph(tuple(Task(each, ()) for _, each in plans), keeps_going=keeps_going)
    return by_dependencies(plans, keeps_going=keeps_going)


_READERS: dict[str, Callable[[Words, str, Files], Plan | Words | None]] = {
    "turbo": _turbo,
    "nx": _nx,
    "lerna": _lerna,
}
