"""`check --fix` and `check --diff`: what the fixes of a workspace come to, written or shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint import fixing
from policylint.counts import counted
from policylint.edits import UNSAFE
from policylint.named_tuple import NamedTuple
from policylint.rewriting import RewriteError, rewrite

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policylint.cli.options import CheckOptions
    from policylint.diagnostics import Diagnostic, Report
    from policylint.file_fixing import Change
    from policylint.filetree import FileTree
    from policylint.means import Means
    from policylint.settings import Settings
    from policylint.workspace import Workspace


class Fixed(NamedTuple):
    """The report after the fixes, the changes, and by path why files were not written or not tried in full."""

    report: Report
    changes: dict[str, Change]
    refused: dict[str, str]
    left: dict[str, str]


def fixed(
    tree: FileTree,
    workspace: Workspace,
    settings: Settings,
    paths: list[str],
    report: Report,
    options: CheckOptions,
    means: Means,
) -> Fixed:
    """Fix what a report offers, and write the files unless only their differences are asked for."""
    outcome = fixing.fix(tree, workspace.pack, settings, paths, report, unsafe=options.unsafe_fixes, means=means)
    if options.diff:
        return Fixed(outcome.report, outcome.changes, {}, outcome.left)
    refused = dict(_written(workspace.root, outcome.changes))
    changes = {path: change for path, change in outcome.changes.items() if path not in refused}
    # Of a file that could not be written everything is still to be said.
    report = fixing.check_with(tree, workspace.pack, settings, paths, changes, means) if refused else outcome.report
    return Fixed(report._replace(fixed=_violations(changes)), changes, refused, outcome.left)


def _written(root: str, changes: Mapping[str, Change]) -> Iterator[tuple[str, str]]:
    """Write each file; those that could not be, with the reason."""
    for path, change in changes.items():
        try:
            rewrite(root, path, change.before, change.after)
        except RewriteError as error:
            yield path, str(error)


def untried(fixed: Fixed) -> str:
    """What to say of files in which fixes are left that were not tried; empty if there are none."""
    if not fixed.left:
        return ""
    (path, reason), *others = sorted(fixed.left.items())
    more = f" (and {len(others)} more)" if others else ""
    return f"not all fixes of '{path}' were tried: {reason}{more}"


def _violations(changes: Mapping[str, Change]) -> tuple[Diagnostic, ...]:
    return tuple(each for change in changes.values() for each in change.fixed)


def conclusion(fixes: list[Fixed]) -> str:
    """What `--diff` says besides the differences."""
    changes = [change for each in fixes for change in each.changes.values()]
    remaining = counted(sum(len(each.report.diagnostics) for each in fixes), "violation") + _not_asked_for(fixes)
    if not changes:
        return f"no fixes for {remaining}"
    violations = counted(sum(len(each.fixed) for each in changes), "violation")
    return f"would fix {violations} in {counted(len(changes), 'file')}; {remaining} would remain"


def _not_asked_for(fixes: list[Fixed]) -> str:
    """What the fixes that are a guess may mend besides; after they were tried, none is offered any more."""
    offered = [found.fix_edit for each in fixes for found in each.report.diagnostics]
    unsafe = sum(each is not None and each.applicability == UNSAFE for each in offered)
    return f" ({unsafe} fixable with --unsafe-fixes)" if unsafe else ""
