"""The workspace of a run: its root, its settings, and the pack of shipped and own rules, compiled or kept."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, cast

from policylint import __version__, cache_folder, compiled_parts, definition_cache, pack, resources, schemas
from policylint.configuration_file import CONFIGURATION_FILE, ConfigurationText, definition_text, locate
from policylint.diagnostics import Severity
from policylint.documents.document import Limits
from policylint.errors import DefinitionError, DefinitionFault
from policylint.named_tuple import NamedTuple
from policylint.regular_files import folder_below, relative
from policylint.settings import Settings, SeverityOverride

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policylint.definitions.definition_file import DefinitionFile
    from policylint.pack import Compiled, Pack
    from policylint.selectors import Path


class Workspace(NamedTuple):
    """Everything a run needs besides the files it checks. Paths are absolute, `pack_digest` is hexadecimal.

    `baseline` is relative to the root; empty if the configuration names none.
    """

    root: str
    pack: Pack
    settings: Settings
    exclude: list[str]
    rule_folders: list[str]
    fail_level: Severity
    pack_digest: str
    baseline: str


def open_workspace(start: str, environment: Mapping[str, str] | None, working_folder: str) -> Workspace:
    """The workspace of a file or folder. Raises DefinitionError when configuration or rules are wrong.

    Without an environment no cache is read or written.
    """
    configuration, root = locate(start, working_folder)
    folder = cache_folder.folder(environment, root) if environment is not None else None
    if not folder:
        return _workspace(root, _compile(configuration, root, {}))
    cache_file = _cache_file(folder, configuration)
    stored = _stored(cache_file, configuration, root)
    if stored is not None:
        return stored
    compiled = _compile(configuration, root, _shipped_rules(folder, root) if configuration.path else {})
    definition_cache.write(cache_file, compiled)
    return _workspace(root, compiled)


def _cache_file(folder: str, configuration: ConfigurationText) -> str:
    """Without a configuration what is compiled is the same for every repository."""
    return cache_folder.file_for(folder, "definitions", f"{configuration.path}\0{resources.folder('rules')}")


def _shipped_rules(folder: str, root: str) -> dict[str, Compiled]:
    """The compiled rules that come with policylint by their paths, as they are kept for all that configure nothing.

    Whoever writes rules changes their own: the others would be read and checked again each time.
    """
    nothing = ConfigurationText("", "", ())
    cache_file = _cache_file(folder, nothing)
    compiled = _current(cache_file, nothing, root)
    if not compiled:
        compiled = _compile(nothing, root, {})
        definition_cache.write(cache_file, compiled)
    rows = compiled["pack"]["rules"]
    return dict(zip(_yaml_files(resources.folder("rules")), rows, strict=True))


def rule_files(root: str, folders: list[str]) -> list[DefinitionFile]:
    """The shipped rule files and those of the given folders of a root."""
    from policylint.definitions.definition_file import DefinitionFile

    shipped = resources.folder("rules")
    files = [(shipped, path) for path in _yaml_files(shipped)]
    for folder in folders:
        own = _inside(root, folder)
        files += [(own, path) for path in _yaml_files(own)]
    return [DefinitionFile(path, _shown(path, root), os.path.splitext(relative(path, base))[0]) for base, path in files]


def _shown(path: str, root: str) -> str:
    seen = relative(path, root)
    return path if seen.startswith("..") else seen


def _stored(cache_file: str, configuration: ConfigurationText, root: str) -> Workspace | None:
    """The workspace from the cache; None when it is stale or anything about it is not as it was written."""
    compiled = _current(cache_file, configuration, root)
    try:
        return _workspace(root, compiled) if compiled else None
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _current(cache_file: str, configuration: ConfigurationText, root: str) -> dict[str, Any]:
    """What was compiled of a configuration, from the cache; empty when it is stale or has another form."""
    compiled = definition_cache.read(cache_file)
    try:
        return compiled if compiled["inputs"] == _inputs(configuration, root, compiled["configuration"]) else {}
    except (KeyError, TypeError, ValueError, AttributeError, DefinitionError):
        return {}


def _inputs(configuration: ConfigurationText, root: str, settings: dict[str, Any]) -> list[Any]:
    """Everything that compiled definitions depend on: stamps of installed files, whole texts of the repository's."""
    folders = settings["rule_folders"]
    own = [[path, definition_text(path)] for folder in folders for path in _yaml_files(_inside(root, folder))]
    own += [[path, definition_text(path)] for path in settings["schemas"]]
    return [__version__, _stamps(), list(configuration[:2]), own]


def _stamps() -> list[tuple[str, int, int]]:
    """When each installed file was written that decides what definitions are compiled to, with its size.

    Between two versions the modules that compile change as well. Each start looks at all of them: in one pass.
    """
    package = os.path.dirname(os.path.abspath(__file__))
    found = []
    pending = [*map(resources.folder, ("rules", "schemas")), *(os.path.join(package, name) for name in _COMPILING)]
    while pending:
        for entry in _entries(pending.pop()):
            if entry.name.endswith(_DECIDING):
                status = entry.stat(follow_symlinks=False)
                found.append((entry.path, status.st_mtime_ns, status.st_size))
            elif entry.is_dir(follow_symlinks=False):
                pending.append(entry.path)
    return sorted(found)


_COMPILING = ("definitions", "operators")
_DECIDING = (".yaml", ".yml", ".json", ".py")


def _yaml_files(folder: str) -> list[str]:
    """The YAML files of a folder and its subfolders, sorted; links are not followed."""
    return _files(folder, (".yaml", ".yml"))


def _schema_files() -> list[str]:
    """The shipped schemas."""
    return _files(resources.folder("schemas"), (".json",))


def _files(folder: str, endings: tuple[str, ...]) -> list[str]:
    found, pending = [], [folder]
    while pending:
        for entry in _entries(pending.pop()):
            if entry.is_dir(follow_symlinks=False):
                pending.append(entry.path)
            elif entry.name.endswith(endings) and entry.is_file(follow_symlinks=False):
                found.append(entry.path)
    return sorted(found)


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _inside(root: str, folder: str) -> str:
    """A folder named in a configuration. Raises DefinitionError when it is none any more."""
    path = folder_below(root, folder)
    if not path:
        message = f"rule folder '{folder}' is not a folder of this repository"
        raise DefinitionError([DefinitionFault(CONFIGURATION_FILE, 1, 1, message)])
    return path


def _compile(configuration: ConfigurationText, root: str, known: Mapping[str, Compiled]) -> dict[str, Any]:
    """What a configuration and the rules come to; `known` are compiled rules by their paths."""
    from policylint.definitions.compilation import Tables, compile_pack
    from policylint.definitions.configuration import compile_configuration, default_configuration
    from policylint.definitions.definition_file import DefinitionFile

    if configuration.path:
        shown = _shown(configuration.path, root)
        compiled = compile_configuration(shown, configuration.text, configuration.table, root)
    else:
        compiled = default_configuration()
    settings: dict[str, Any] = compiled.settings
    folder = resources.folder("schemas")
    tables = Tables(
        *(DefinitionFile(os.path.join(folder, f"{name}.yaml"), f"schemas/{name}.yaml", name) for name in Tables._fields)
    )
    compiled_pack = compile_pack(rule_files(root, settings["rule_folders"]), tables, compiled.additions, known)
    _check_rule_names(settings, compiled_pack, configuration, root)
    inputs = _inputs(configuration, root, settings)
    return {
        "inputs": inputs,
        "pack": compiled_pack,
        "configuration": settings,
        "digest": compiled_parts.digest(compiled_pack),
        "schemas": {path: compiled_parts.packed(schemas.read_schema(path)) for path in _schema_files()},
    }


def _check_rule_names(
    settings: dict[str, Any], compiled_pack: dict[str, Any], configuration: ConfigurationText, root: str
) -> None:
    """Every rule that a configuration names exists. Raises DefinitionError with all that do not."""
    known = known_names([str(rule["name"]) for rule in compiled_pack["rules"]])
    unknown = [(path, name) for path, name in _named_rules(settings) if name not in known]
    if not unknown:
        return
    from policylint.definitions.reading import MOST_FAULTS, Faults, parse
    from policylint.suggestions import did_you_mean

    faults = Faults()
    document = parse(_shown(configuration.path, root), configuration.text, "toml", faults)
    if document is not None:
        for path, name in unknown[:MOST_FAULTS]:
            span = document.span((*configuration.table, *path))
            faults.add(document, span, f"no rule or category is named '{name}'", did_you_mean(name, known))
        faults.left_out += len(unknown[MOST_FAULTS:])
    raise faults.error()


def _named_rules(settings: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """The rules that a configuration names, and where it does."""
    for key in ("select", "ignore"):
        yield from (((key, index), name) for index, name in enumerate(settings[key]))
    for number, override in enumerate(settings["severities"]):
        yield from ((("severity", number, "rules", index), name) for index, name in enumerate(override["rules"]))


def known_names(rules: list[str]) -> set[str]:
    """Everything by which rules can be selected: ALL, categories, full names and last parts."""
    return {"ALL", *rules, *(name.partition("/")[0] for name in rules), *(name.partition("/")[2] for name in rules)}


def _workspace(root: str, compiled: dict[str, Any]) -> Workspace:
    schemas.know(compiled["schemas"])
    settings = compiled["configuration"]
    loaded = pack.load(compiled["pack"])
    severities = [
        SeverityOverride(each["globs"], each["rules"], None if each["severity"] is None else Severity(each["severity"]))
        for each in settings["severities"]
    ]
    limits = Limits(file_bytes=settings["max_file_size"])
    run = Settings(
        select=settings["select"],
        ignore=settings["ignore"],
        severities=severities,
        external_ids=settings["external_ids"],
        limits=limits,
        stage=settings["stage"],
        evidence=settings["evidence"],
    )
    exclude = cast("list[str]", [*loaded.exclude, *settings["exclude"]])
    fail_level = Severity(settings["fail_level"])
    folders, digest, baseline = settings["rule_folders"], compiled["digest"], settings["baseline"]
    return Workspace(root, loaded, run, exclude, folders, fail_level, digest, baseline)
