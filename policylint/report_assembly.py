"""From what was found to what is reported: severities, suppression, and what no rule had anything to judge of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint import evaluation, globs
from policylint.diagnostics import Report, order
from policylint.kind_names import ANY, FORM
from policylint.settings import IGNORED, names_rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policylint.allowance import Allowance
    from policylint.diagnostics import Diagnostic
    from policylint.facts import FileFacts, Suppression
    from policylint.pack import Pack, Rule
    from policylint.settings import Settings, SeverityOverride
    from policylint.suppression import CommentFault


class ReportAssembly:
    """Puts reports together. `reasons` say of each rule why it is not judged, empty for one that is."""

    def __init__(self, pack: Pack, settings: Settings, reasons: Mapping[str, str], allowance: Allowance) -> None:
        self._pack = pack
        self._settings = settings
        self._reasons = reasons
        self._allowance = allowance
        self._rules: dict[str, Rule] = {rule.name: rule for rule in pack.rules if not reasons[rule.name]}
        self._overrides: dict[tuple[str, str], SeverityOverride | None] = {}

    def report(self, diagnostics: list[Diagnostic], selected: Mapping[str, FileFacts]) -> Report:
        """The report of the selected files, of everything that was found in them."""
        judged = [each for each in map(self.with_severity, diagnostics) if each is not None]
        suppressions = [each for facts in selected.values() for each in facts.suppressions]
        kept, suppressed = self._suppress(judged, suppressions) if suppressions else (judged, [])
        skipped = self._skipped(selected)
        judged_rules = tuple(rule.name for rule in self._rules.values() if rule.name not in skipped)
        ordered = tuple(sorted(dict.fromkeys(kept), key=order))
        return Report(ordered, tuple(sorted(suppressed, key=order)), judged_rules, skipped, len(selected))

    def _suppress(
        self, judged: list[Diagnostic], suppressions: list[Suppression]
    ) -> tuple[list[Diagnostic], list[Diagnostic]]:
        """The diagnostics that stay, with those about the comments themselves, and the suppressed ones."""
        from policylint import suppression

        names = [rule.name for rule in self._pack.rules]
        limit = self._settings.limits.findings
        result = suppression.apply(judged, suppressions, names, frozenset(self._rules), limit)
        about_comments = map(self.with_severity, self._suppression_faults(result.faults))
        return [*result.kept, *(each for each in about_comments if each is not None)], result.suppressed

    def _suppression_faults(self, faults: list[CommentFault]) -> Iterator[Diagnostic]:
        for name, path, span, message, fix in faults:
            rule = self._pack.fault_rule(name)
            if rule is not None and rule.name in self._rules:
                found = evaluation.report(rule, path, span, message, fix=fix or rule.fix)
                yield from self._allowance.admit([found])

    def with_severity(self, diagnostic: Diagnostic) -> Diagnostic | None:
        """The diagnostic with the severity that the configuration gives it; None where the rule is off."""
        if not self._settings.severities:
            return diagnostic
        override = self._override(diagnostic.rule, diagnostic.path)
        if override is None:
            return diagnostic
        return None if override.severity is None else diagnostic._replace(severity=override.severity)

    def _override(self, name: str, path: str) -> SeverityOverride | None:
        """The last of the configuration's severities that is about a rule in a file."""
        key = (name, path)
        if key not in self._overrides:
            rule = self._rules[name]
            fitting = (
                each
                for each in reversed(self._settings.severities)
                if globs.matches(each.globs, path) and any(names_rule(wanted, rule) for wanted in each.rules)
            )
            self._overrides[key] = next(fitting, None)
        return self._overrides[key]

    def _skipped(self, selected: Mapping[str, FileFacts]) -> dict[str, str]:
        """The rules that had nothing to judge in the selected files, with the reason."""
        kinds = {kind for facts in selected.values() for kind in facts.kinds}
        entry_kinds = {kind for facts in selected.values() for entry in facts.entries for kind in entry.kinds}
        entry_kinds |= {ANY} if entry_kinds - {FORM} else set()
        has_references = any(facts.references for facts in selected.values())
        applied = {name for facts in selected.values() for name in facts.selected}
        skipped = {name: reason for name, reason in self._reasons.items() if reason not in ("", IGNORED)}
        for rule in self._rules.values():
            if rule.subject == "document" and rule.name not in applied:
                if rule.kind == ANY:
                    skipped[rule.name] = "no document that it judges was found"
                    continue
                there = rule.kind in kinds
                skipped[rule.name] = f"no {rule.kind} document {'meets its conditions' if there else 'was found'}"
            elif rule.subject == "entry" and rule.kind not in entry_kinds:
                skipped[rule.name] = f"no {'' if rule.kind == ANY else f'{rule.kind} '}entry was found"
            elif rule.subject == "reference" and not has_references:
                skipped[rule.name] = "no entry links another"
        return skipped
