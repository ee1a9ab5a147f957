"""What a configuration decides about a run, and which rules it leaves to be judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.diagnostics import Severity
from policylint.documents.document import Limits
from policylint.named_tuple import NamedTuple

if TYPE_CHECKING:
    from policylint.pack import Pack, Rule


class SeverityOverride(NamedTuple):
    """For files that match, the rules named have another severity; None switches them off there."""

    globs: list[str]
    rules: list[str]
    severity: Severity | None


class Settings(NamedTuple):
    """What a configuration decides about a run. Rule names may be categories; `ALL` is every rule.

    `stage` is that of the release; `evidence` are paths of test results; `today` is an ISO date, for rules about age.
    """

    select: list[str] = ["ALL"]
    ignore: list[str] = []
    severities: list[SeverityOverride] = []
    external_ids: list[str] = []
    limits: Limits = Limits()
    stage: str = ""
    evidence: list[str] = []
    today: str = ""


IGNORED = "ignored"

# Faults that the engine finds but that do not keep it from reading the text.
SELECTABLE_FAULTS = ("malformed-id",)


def names_rule(name: str, rule: Rule) -> bool:
    """Whether a name from a selection means a rule: its full name, its last part, its category, or ALL."""
    return name in ("ALL", rule.name) or name in rule.name.split("/")


def is_always_judged(rule: Rule) -> bool:
    """Whether a rule is about what the engine finds wrong with a text, and judged whatever is selected."""
    return rule.subject == "engine" and rule.kind not in SELECTABLE_FAULTS


def reasons_to_skip(pack: Pack, settings: Settings) -> dict[str, str]:
    """Why each rule is not judged at all; empty for one that is, IGNORED for one that nobody asked for.

    Faults of the text are always reported unless ignored: what cannot be read passes no rule.
    """
    distinct = settings._replace(
        select=list(dict.fromkeys(settings.select)), ignore=list(dict.fromkeys(settings.ignore))
    )
    return {rule.name: _reason_to_skip(rule, distinct) for rule in pack.rules}


def _reason_to_skip(rule: Rule, settings: Settings) -> str:
    wanted = [name for name in settings.select if names_rule(name, rule)]
    if (not wanted and not is_always_judged(rule)) or any(names_rule(name, rule) for name in settings.ignore):
        return IGNORED
    if rule.opt_in and not any(name not in ("ALL", rule.category) for name in wanted):
        return IGNORED
    if rule.stage and rule.stage != settings.stage:
        return f"only at the stage '{rule.stage}'"
    return ""
