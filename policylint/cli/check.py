"""The command `check`: opens the workspace, runs the engine over the paths, prints the report."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from policylint import reporters
from policylint.cli import exit_codes
from policylint.cli.opening import existing, opened, root_of
from policylint.counts import counted
from policylint.diagnostics import Severity, merged
from policylint.discovery import DiskTree
from policylint.errors import NothingToCheck, UsageError
from policylint.named_tuple import NamedTuple
from policylint.regular_files import is_below, relative
from policylint.reporters.escaping import visible
from policylint.runs import Resources, Runs
from policylint.workspace import known_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from policylint.cli.fixes import Fixed
    from policylint.cli.options import CheckOptions
    from policylint.diagnostics import Report
    from policylint.means import Means
    from policylint.pack import Rule
    from policylint.settings import Settings
    from policylint.workspace import Workspace


# The last one that a date of four digits can have.
_LAST_YEAR = 9999


class _Part(NamedTuple):
    """What checking one workspace gave; `fixed` is set when its files were to be fixed, `said` when it has news."""

    workspace: Workspace
    report: Report
    unreadable: dict[str, str]
    stage: str
    fixed: Fixed | None = None
    said: str = ""


def run(options: CheckOptions, environment: Mapping[str, str]) -> int:
    """Check, print, and say how it ended. Raises PolicylintError for whatever stops the run."""
    if options.unsafe_fixes and not (options.fix or options.diff):
        raise UsageError("option '--unsafe-fixes' goes with '--fix' or '--diff'")
    if options.write_baseline and (options.fix or options.diff):
        raise UsageError("option '--write-baseline' does not go with '--fix' or '--diff'")
    start = os.getcwd()
    paths = [existing(path, start) for path in options.paths]
    parts = list(_check_workspaces(paths, options, environment, start))
    unreadable = {path: reason for part in parts for path, reason in part.unreadable.items()}
    if not unreadable and not any(part.report.files for part in parts):
        raise NothingToCheck(f"nothing to check: no file of a known kind under {', '.join(options.paths)}")
    _refuse_evidence_outside(parts, options, start)
    if not unreadable and any(map(os.path.isdir, paths)):
        _refuse_idle(parts)
    missed = _incomplete(unreadable) if unreadable else _unwritten(parts)
    failed = any(part.report.fails(_fail_level(part.workspace, options)) for part in parts)
    has_differences = options.diff and any(part.fixed and part.fixed.changes for part in parts)
    code = exit_codes.VIOLATIONS if failed or has_differences else exit_codes.CLEAN
    if options.diff:
        _print_differences(parts, environment, start)
    else:
        ending = reporters.Ending(exit_codes.ERROR if missed else code, is_complete=not missed)
        _print(parts, options, environment, start, ending)
    sys.stderr.writelines(f"policylint: {visible(part.said)}\n" for part in parts if part.said)
    if missed:
        raise UsageError(missed)
    return code


def _refuse_idle(parts: list[_Part]) -> None:
    """Files that no rule judged are no clean files; the engine's own rules judge whatever can be read.

    Raises NothingToCheck. Rules of the engine alone, or of a later stage, may be all that was asked for. A tool that
    names the files itself, such as pre-commit, does not ask what judges them: only folders are searched.
    """
    reports = [part.report for part in parts]
    rules = {rule.name: rule for part in parts for rule in part.workspace.pack.rules}
    is_judged = any(rules[name].subject != "engine" for part in parts for name in part.report.judged)
    skipped = {name: why for part in parts for name, why in part.report.skipped.items() if _is_due(rules[name], part)}
    has_findings = any(report.diagnostics or report.suppressed or report.covered or report.fixed for report in reports)
    if skipped and not is_judged and not has_findings:
        raise NothingToCheck(f"nothing to check: {_reasons(skipped)}")


def _is_due(rule: Rule, part: _Part) -> bool:
    return rule.subject != "engine" and rule.stage in ("", part.stage)


def _reasons(skipped: Mapping[str, str]) -> str:
    """Why no rule judged anything: the reason that most of them have, and how many others there are."""
    reasons = list(skipped.values())
    most, *others = sorted(set(reasons), key=lambda reason: (-reasons.count(reason), reason))
    more = f" (and {counted(len(others), 'other reason')})" if others else ""
    return f"no rule that was selected judges any file here: {most}{more}"


def _fail_level(workspace: Workspace, options: CheckOptions) -> Severity:
    return Severity.from_label(options.fail_level) if options.fail_level else workspace.fail_level


def _check_workspaces(
    paths: list[str], options: CheckOptions, environment: Mapping[str, str], start: str
) -> Iterator[_Part]:
    """Each path with the configuration nearest to it; folders with one of their own are found on the way."""
    pending: dict[str, list[str]] = {}
    for path in paths:
        pending.setdefault(root_of(path, start), []).append(path)
    while pending:
        # From the outside in, so that a workspace is met with all of its paths and is checked once.
        root = min(pending)
        chosen = pending.pop(root)
        workspace = opened(chosen[0], None if options.no_cache else environment, start)
        settings = _settings(workspace, options, environment, start)
        tree = DiskTree(root, workspace.exclude, settings.limits.file_bytes)
        files = _chosen(tree, workspace, chosen)
        runs = Runs(workspace, settings, Resources(options.jobs, None if options.no_cache else environment))
        report = runs.check(tree, files)
        wants_fixes = options.fix or options.diff
        fixed = _fixed(tree, workspace, settings, files, report, options, runs.means()) if wants_fixes else None
        for folder in tree.nested:
            nested = os.path.join(root, *folder.split("/"))
            if any(is_below(nested, path) for path in chosen):
                pending.setdefault(nested, []).append(nested)
        part = _Part(
            workspace, fixed.report if fixed else report, tree.unreadable, settings.stage, fixed, _untried(fixed)
        )
        yield _without_known(part, settings, chosen, start, writes=options.write_baseline)


def _without_known(part: _Part, settings: Settings, chosen: list[str], start: str, *, writes: bool) -> _Part:
    """The part without what its baseline covers, which is written first if that was asked for."""
    if not writes and not part.workspace.baseline:
        return part
    from policylint.cli import baselines

    scope = baselines.Scope(part.workspace, settings, chosen, start)
    if writes and part.report.files and not part.unreadable:
        report, said = baselines.written(scope, part.report)
    else:
        report, said = baselines.applied(scope, part.report), part.said
    return part._replace(report=report, fixed=part.fixed and part.fixed._replace(report=report), said=said)


def _incomplete(unreadable: Mapping[str, str]) -> str:
    """A part that was not seen must not look like a part that is clean."""
    (path, reason), *others = sorted(unreadable.items())
    more = f" (and {len(others)} more)" if others else ""
    hint = "use 'exclude' in policylint.toml for what does not matter"
    return f"the check is not complete: '{path}' cannot be read: {reason}{more}; {hint}"


def _settings(workspace: Workspace, options: CheckOptions, environment: Mapping[str, str], start: str) -> Settings:
    """The workspace's settings with those of the command line, which win."""
    _check_names((*options.select, *options.ignore), workspace)
    settings = workspace.settings
    if options.select:
        settings = settings._replace(select=list(options.select))
    return settings._replace(
        ignore=[*settings.ignore, *options.ignore],
        stage=options.stage or settings.stage,
        evidence=[*settings.evidence, *_evidence(options, workspace, start)],
        today=_today(environment),
    )


def _evidence(options: CheckOptions, workspace: Workspace, start: str) -> Iterator[str]:
    """The evidence files inside the workspace, relative to its root. Raises UsageError for one that does not exist."""
    if options.evidence and not (options.stage or workspace.settings.stage):
        raise UsageError("option '--evidence' is read only with '--stage release'")
    for path in options.evidence:
        absolute = existing(path, start)
        if is_below(absolute, workspace.root):
            yield relative(absolute, workspace.root)


def _refuse_evidence_outside(parts: list[_Part], options: CheckOptions, start: str) -> None:
    """Evidence that no workspace may read would prove nothing, and nobody would know."""
    roots = [part.workspace.root for part in parts]
    for path in options.evidence:
        if not any(is_below(existing(path, start), root) for root in roots):
            raise UsageError(f"evidence '{path}' is outside '{min(roots)}'")


def _today(environment: Mapping[str, str]) -> str:
    """The day that ages are counted to; https://reproducible-builds.org/specs/source-date-epoch/ fixes it."""
    import time

    epoch = environment.get("SOURCE_DATE_EPOCH", "")
    try:
        seconds = time.gmtime(int(epoch) if epoch else None)
    except (ValueError, OverflowError, OSError):
        seconds = None
    if seconds is None or not 1 <= seconds.tm_year <= _LAST_YEAR:
        raise UsageError(f"SOURCE_DATE_EPOCH '{epoch}' is not a number of seconds since 1970")
    return time.strftime("%Y-%m-%d", seconds)


def _check_names(names: tuple[str, ...], workspace: Workspace) -> None:
    known = known_names([rule.name for rule in workspace.pack.rules])
    for name in names:
        if name not in known:
            from policylint.suggestions import did_you_mean

            hint = did_you_mean(name, known)
            raise UsageError(f"no rule or category is named '{name}'" + (f"; {hint}" if hint else ""))


def _fixed(
    tree: DiskTree,
    workspace: Workspace,
    settings: Settings,
    files: list[str],
    report: Report,
    options: CheckOptions,
    means: Means,
) -> Fixed:
    from policylint.cli import fixes

    return fixes.fixed(tree, workspace, settings, files, report, options, means)


def _untried(fixed: Fixed | None) -> str:
    if fixed is None:
        return ""
    from policylint.cli import fixes

    return fixes.untried(fixed)


def _unwritten(parts: list[_Part]) -> str:
    """What to say of files that were to be fixed and were not: they must not look like what had nothing to be fixed."""
    refused = sorted(
        (os.path.join(part.workspace.root, path), reason)
        for part in parts
        if part.fixed
        for path, reason in part.fixed.refused.items()
    )
    if not refused:
        return ""
    (path, reason), *others = refused
    more = f" (and {len(others)} more)" if others else ""
    return f"'{path}' was not fixed: {reason}{more}"


def _print_differences(parts: list[_Part], environment: Mapping[str, str], start: str) -> None:
    from policylint.cli import fixes
    from policylint.cli.differences import difference

    found = [part.fixed for part in parts if part.fixed]
    for part in parts:
        for path, change in sorted(part.fixed.changes.items()) if part.fixed else ():
            shown = relative(os.path.join(part.workspace.root, path), start)
            in_actions = environment.get("GITHUB_ACTIONS") == "true"
            sys.stdout.writelines(difference(shown, change, in_actions=in_actions))
    sys.stdout.flush()
    sys.stderr.write(f"policylint: {fixes.conclusion(found)}\n")


def _chosen(tree: DiskTree, workspace: Workspace, paths: list[str]) -> list[str]:
    """The files that are to be checked, relative to the root."""
    folders = [relative(path, workspace.root) for path in paths if os.path.isdir(path)]
    files = [relative(path, workspace.root) for path in paths if not os.path.isdir(path)]
    return sorted({*files, *filter(_selects(folders), tree.files() if folders else ())})


def _selects(folders: list[str]) -> Callable[[str], bool]:
    if "." in folders:
        return lambda _path: True
    prefixes = tuple(f"{folder}/" for folder in folders)
    return lambda path: path.startswith(prefixes)


def _print(
    parts: list[_Part], options: CheckOptions, environment: Mapping[str, str], start: str, ending: reporters.Ending
) -> None:
    in_actions = environment.get("GITHUB_ACTIONS") == "true"
    name = options.output_format or ("github" if in_actions else "full")
    base = os.path.commonpath([part.workspace.root for part in parts])
    reports = [part.report.below(relative(part.workspace.root, base)) for part in parts]
    tree = DiskTree(base, [], max(part.workspace.settings.limits.file_bytes for part in parts))
    has_color = _has_color(options, environment)
    rules = [rule for part in parts for rule in part.workspace.pack.rules]
    report, verbose = merged(reports), options.verbose
    view = reporters.View(report, tree, base, start, color=has_color, verbose=verbose, rules=rules, ending=ending)
    for piece in reporters.render(name, view):
        sys.stdout.write(piece)
    sys.stdout.flush()


def _has_color(options: CheckOptions, environment: Mapping[str, str]) -> bool:
    """https://no-color.org: NO_COLOR, when not empty, means none; an option on the command line wins."""
    if options.color != "auto":
        return options.color == "always"
    return sys.stdout.isatty() and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
