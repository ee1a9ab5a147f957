"""A run: files in, report out. Pure: everything it sees of the world is the tree, the pack and the configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from policylint import evaluation, globs
from policylint.diagnostics import Diagnostic, Report, Severity, order
from policylint.documents.document import Fault, Limits
from policylint.examination import Examiner
from policylint.filetree import Unreadable
from policylint.kinds import KindTable, text_fits
from policylint.operators.operator import Scope
from policylint.project import Project
from policylint.shell.vocabulary import Vocabulary
from policylint.subjects import FrozenSubject, ReferenceSubject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policylint.evaluation import Subject
    from policylint.facts import EntryFact, FileFacts, ReferenceFact, Suppression
    from policylint.filetree import FileTree
    from policylint.pack import Kind, Pack, Rule
    from policylint.suppression import CommentFault


class SeverityOverride(NamedTuple):
    """For files that match, the rules named have another severity; None switches them off there."""

    globs: list[str]
    rules: list[str]
    severity: Severity | None


class Settings(NamedTuple):
    """What a configuration decides about a run. Rule names may be categories; `ALL` is every rule."""

    select: list[str] = ["ALL"]
    ignore: list[str] = []
    severities: list[SeverityOverride] = []
    external_ids: list[str] = []
    limits: Limits = Limits()


def names_rule(name: str, rule: Rule) -> bool:
    """Whether a name from a selection means a rule: its full name, its last part, its category, or ALL."""
    return name in ("ALL", rule.name, rule.category) or rule.name.endswith(f"/{name}")


def selected_rules(pack: Pack, settings: Settings) -> list[Rule]:
    """The rules of a run. Faults of the text are always reported unless ignored: what cannot be read passes no rule."""
    chosen = []
    for rule in pack.rules:
        wanted = rule.given.subject == "engine" or any(names_rule(name, rule) for name in settings.select)
        if wanted and not any(names_rule(name, rule) for name in settings.ignore):
            chosen.append(rule)
    return chosen


def check(tree: FileTree, pack: Pack, settings: Settings, paths: Iterable[str] | None = None) -> Report:
    """Judge the files at the given paths, or all files of the tree.

    Other files are read only where a rule needs them to resolve what the chosen ones say.
    """
    return _Run(tree, pack, settings).report(tree.files() if paths is None else paths)


class _Run:
    def __init__(self, tree: FileTree, pack: Pack, settings: Settings) -> None:
        self._tree = tree
        self._pack = pack
        self._settings = settings
        self._rules = selected_rules(pack, settings)
        self._by_name = {rule.name: rule for rule in self._rules}
        self._reference_rules = [rule for rule in self._rules if rule.given.subject == "reference"]
        self._kinds = KindTable(pack.kinds)
        self._examiner = Examiner(pack, self._rules, settings.limits)

    def report(self, paths: Iterable[str]) -> Report:
        selected = self._examine(paths)
        diagnostics = [each for facts in selected.values() for each in facts.diagnostics]
        others = self._examine(self._others(selected)) if self._needs_all(selected) else {}
        diagnostics += self._judge_together(selected, {**selected, **others})
        return self._finish(diagnostics, selected)

    def _others(self, selected: dict[str, FileFacts]) -> Iterator[str]:
        return (path for path in self._tree.files() if path not in selected)

    # Phase one

    def _examine(self, paths: Iterable[str]) -> dict[str, FileFacts]:
        examined = {}
        for path in paths:
            candidates = self._kinds.candidates(path)
            if not candidates:
                continue
            source = self._tree.read(path)
            if isinstance(source, Unreadable):
                facts: FileFacts | None = self._unreadable(path, source) if _matters(source, candidates) else None
            else:
                facts = self._examiner.examine(source, candidates)
            if facts is not None:
                examined[path] = facts
        return examined

    def _unreadable(self, path: str, unreadable: Unreadable) -> FileFacts:
        from policylint.facts import FileFacts

        end = len(unreadable.readable.text)
        fault = Fault(unreadable.fault, unreadable.message, end, end)
        diagnostics = tuple(self._examiner.fault(unreadable.readable, fault))
        return FileFacts(path, (), diagnostics, (), (), (), (), {})

    # Phase two

    def _needs_all(self, selected: dict[str, FileFacts]) -> bool:
        """Whether judging the selected files takes the entries of all others."""
        return any(facts.references or facts.entries for facts in selected.values())

    def _judge_together(self, selected: dict[str, FileFacts], known: dict[str, FileFacts]) -> Iterator[Diagnostic]:
        entries = [entry for path in sorted(known) for entry in known[path].entries]
        commands = self._pack.commands
        vocabulary = Vocabulary(commands.tests, commands.builds, commands.inert_options)
        project = Project(self._tree, entries, self._settings.external_ids, vocabulary, self._settings.limits)
        for facts in selected.values():
            for deferred in facts.deferred:
                scope = Scope(deferred.names, deferred.path, deferred.base, self._examiner.grammar, project=project)
                yield from self._judge(
                    self._by_name[deferred.rule], FrozenSubject(deferred, project.document_of), scope
                )
            for reference in facts.references:
                yield from self._judge_reference(reference, project)
        yield from self._missing_entries(selected, known, entries)

    def _judge(self, rule: Rule, subject: Subject, scope: Scope) -> Iterator[Diagnostic]:
        for assertion in rule.then:
            for violation in evaluation.violations(assertion, subject, scope):
                yield evaluation.diagnostic(rule, scope.path, violation, scope)

    def _judge_reference(self, reference: ReferenceFact, project: Project) -> Iterator[Diagnostic]:
        names = {"entry": reference.source, "reference": reference.text, "file.path": reference.path}
        scope = Scope(names, reference.path, "", self._examiner.grammar, project=project)
        for rule in self._reference_rules:
            yield from self._judge(rule, ReferenceSubject(reference), scope)

    def _missing_entries(
        self, selected: dict[str, FileFacts], known: dict[str, FileFacts], entries: list[EntryFact]
    ) -> Iterator[Diagnostic]:
        """Where entries of a rule's kind exist but none is selected: one report, at the first of them."""
        for rule in self._rules:
            if rule.given.subject != "entry" or rule.given.missing != "fail":
                continue
            of_kind = [entry for entry in entries if rule.given.name in entry.kinds]
            if of_kind and not any(facts.selected.get(rule.name) for facts in known.values()):
                first = of_kind[0]
                if first.path in selected:
                    message = rule.given.missing_message or rule.title
                    yield evaluation.report(rule, first.path, first.span, message, first.identifier)

    # Suppression and severity

    def _finish(self, diagnostics: list[Diagnostic], selected: dict[str, FileFacts]) -> Report:
        judged = [each for each in map(self._with_severity, diagnostics) if each is not None]
        suppressions = [each for facts in selected.values() for each in facts.suppressions]
        kept, suppressed = self._suppress(judged, suppressions) if suppressions else (judged, [])
        skipped = self._skipped(selected)
        judged_rules = tuple(rule.name for rule in self._rules if rule.name not in skipped)
        ordered = tuple(sorted(set(kept), key=order))
        return Report(ordered, tuple(sorted(suppressed, key=order)), judged_rules, skipped, len(selected))

    def _suppress(
        self, judged: list[Diagnostic], suppressions: list[Suppression]
    ) -> tuple[list[Diagnostic], list[Diagnostic]]:
        """The diagnostics that stay, with those about the comments themselves, and the suppressed ones."""
        from policylint import suppression

        names = [rule.name for rule in self._pack.rules]
        result = suppression.apply(judged, suppressions, names, frozenset(self._by_name))
        about_comments = map(self._with_severity, self._suppression_faults(result.faults))
        return [*result.kept, *(each for each in about_comments if each is not None)], result.suppressed

    def _suppression_faults(self, faults: list[CommentFault]) -> Iterator[Diagnostic]:
        for name, path, span, message, fix in faults:
            rule = self._pack.fault_rule(name)
            if rule is not None and rule.name in self._by_name:
                yield evaluation.report(rule, path, span, message, fix=fix or rule.fix)

    def _with_severity(self, diagnostic: Diagnostic) -> Diagnostic | None:
        """The diagnostic with the severity that the configuration gives it; None where the rule is off."""
        rule = self._by_name[diagnostic.rule]
        severity: Severity | None = diagnostic.severity
        for override in self._settings.severities:
            if globs.matches(override.globs, diagnostic.path) and any(
                names_rule(name, rule) for name in override.rules
            ):
                severity = override.severity
        return None if severity is None else diagnostic._replace(severity=severity)

    def _skipped(self, selected: dict[str, FileFacts]) -> dict[str, str]:
        """The rules that had nothing to judge in the selected files, with the reason."""
        kinds = {kind for facts in selected.values() for kind in facts.kinds}
        entry_kinds = {kind for facts in selected.values() for entry in facts.entries for kind in entry.kinds}
        has_references = any(facts.references for facts in selected.values())
        applied = {name for facts in selected.values() for name in facts.selected}
        skipped = {}
        for rule in self._rules:
            given = rule.given
            if given.subject == "document" and rule.name not in applied:
                there = given.name in kinds or given.name == "*"
                skipped[rule.name] = f"no {given.name} document {'meets its conditions' if there else 'was found'}"
            elif given.subject == "entry" and given.name not in entry_kinds:
                skipped[rule.name] = f"no {given.name} entry was found"
            elif given.subject == "reference" and not has_references:
                skipped[rule.name] = "no entry links another"
        return skipped


def _matters(unreadable: Unreadable, candidates: list[Kind]) -> bool:
    """Whether a file that cannot be read may be a policy document, as far as its text can be guessed."""
    return unreadable.guess is None or any(text_fits(kind, unreadable.guess) for kind in candidates)
