"""A run: files in, report out. Pure: everything it sees of the world is the tree, the pack and the configuration."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, Protocol

from policylint import evaluation, globs
from policylint.diagnostics import FILE_START, Diagnostic, Position, Report, Severity, order
from policylint.documents.document import Fault, Limits
from policylint.examination import Examiner
from policylint.facts import ARROW, Examination, FileFacts
from policylint.filetree import Unreadable
from policylint.index import Index
from policylint.judgement import Judgement
from policylint.kind_names import ANY, FORM
from policylint.kinds import KindTable, text_fits
from policylint.named_tuple import NamedTuple
from policylint.project import Project
from policylint.run_limits import Gathering, first_of, shared_out
from policylint.shell.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from policylint.documents.source import Source
    from policylint.evidence import Result
    from policylint.facts import EntryFact, Suppression
    from policylint.filetree import FileTree
    from policylint.observation import Observed, Observer
    from policylint.pack import Kind, Pack, Rule
    from policylint.suppression import CommentFault


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


class Store(Protocol):
    """Examinations of earlier runs with the same pack and settings, by path and text."""

    # For fewer files than this it is not asked: examining them is quicker.
    least: int

    def get(self, source: Source) -> Examination | None:
        """What examining exactly this text at this path gave, if it is known."""
        ...

    def put(self, source: Source, examination: Examination) -> None:
        """Keep what examining a text gave."""
        ...


class Workers(Protocol):
    """What applies a function to many values; possibly several at once, in processes that know all that this one does.

    `form` is the type of the results, which travel. They come in the order of the values.
    """

    def map(self, function: Callable[[Any], Any], values: list[Any], form: Any) -> Iterator[Any]:
        """The results."""
        ...


class InTurn:
    """One after the other, here."""

    def map(self, function: Callable[[Any], Any], values: list[Any], form: Any) -> Iterator[Any]:  # noqa: ARG002
        """The results, each when it is asked for."""
        return map(function, values)


class Means(NamedTuple):
    """How a run gets its work done, which makes no difference to what comes out.

    The `observer` notes what it looks at while it judges files together.
    """

    store: Store | None = None
    workers: Workers = InTurn()
    observer: Observer | None = None


# Everything is worked out here, one after the other.
PLAIN = Means()

# How many characters of files that are still to be examined are held at once: some thousand files.
_HELD = 8 * 1024 * 1024

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


def check(
    tree: FileTree, pack: Pack, settings: Settings, paths: Iterable[str] | None = None, means: Means = PLAIN
) -> Report:
    """Judge the files at the given paths, or all files of the tree.

    Other files are read only where a rule needs them to resolve what the chosen ones say.
    """
    return _Run(tree, pack, settings, means).report(tree.files() if paths is None else paths)


def check_again(
    tree: FileTree,
    pack: Pack,
    settings: Settings,
    paths: Iterable[str],
    known: Observed,
    report: Report,
    before: Mapping[str, Examination],
    means: Means = PLAIN,
) -> Report | None:
    """What `check` says of the paths after some files have changed, by what it said `before` and what it observed.

    Nothing else has changed, and `before` is what examining their former texts gave. None where another file has to be
    judged again because of them.
    """
    return _Run(tree, pack, settings, means).report_again(paths, known, report, before)


def trace(tree: FileTree, pack: Pack, settings: Settings, means: Means = PLAIN) -> Index:
    """What the entries of all files define and refer to."""
    return _Run(tree, pack, settings, means).index()


class _Pending(NamedTuple):
    """A file that is still to be examined, and the kinds that it may be of."""

    source: Source
    candidates: list[Kind]


class _Run:
    def __init__(self, tree: FileTree, pack: Pack, settings: Settings, means: Means) -> None:
        self._tree = tree
        self._pack = pack
        self._settings = settings
        self._store, self._workers, self._observer = means
        # That of the second phase, which reads what rules of other files ask for.
        self._later_tree = self._observer.tree(tree) if self._observer else tree
        self._reasons = reasons_to_skip(pack, settings)
        self._rules = [rule for rule in pack.rules if not self._reasons[rule.name]]
        self._by_name = {rule.name: rule for rule in self._rules}
        self._kinds = KindTable(pack.kinds)
        self._examiner = Examiner(pack, self._rules, settings.limits)
        self._overrides: dict[tuple[str, str], SeverityOverride | None] = {}
        self._is_cut_off = False

    def report(self, paths: Iterable[str]) -> Report:
        selected = self._examine(paths)
        diagnostics = list(self._within_limit(each for facts in selected.values() for each in facts.diagnostics))
        others = self._examine(self._others(selected)) if self._needs_all(selected) else {}
        together = self._judge_together(selected, {**selected, **others})
        diagnostics += self._within_limit(self._observer.reported(together) if self._observer else together)
        if self._observer and self._is_cut_off:
            # Whatever changes may let something else in.
            self._observer.saw({**selected, **others})
        return self._finish(diagnostics, selected)

    def report_again(
        self, paths: Iterable[str], known: Observed, report: Report, before: Mapping[str, Examination]
    ) -> Report | None:
        """The report with what is found now in files that have changed, if nothing else depends on how."""
        from policylint.observation import looks_alike

        if not before.keys().isdisjoint(known.paths):
            return None
        after = self._examine(before, keeps_few=True)
        for path, examination in before.items():
            if not looks_alike(examination.facts, after.get(path), known.fields):
                return None
        selected = {path: after[path] for path in set(paths) & after.keys()}
        found = self._finish([each for facts in selected.values() for each in facts.diagnostics], selected)
        again = report.with_files(selected.keys(), found)
        is_full = len(again.diagnostics) + len(again.suppressed) > self._settings.limits.all_findings
        return None if is_full else again

    def index(self) -> Index:
        """The trace of all files."""
        return _index(self._examine(self._tree.files()))

    def _others(self, selected: dict[str, FileFacts]) -> Iterator[str]:
        return (path for path in self._tree.files() if path not in selected)

    # Phase one

    def _examine(self, paths: Iterable[str], *, keeps_few: bool = False) -> dict[str, FileFacts]:
        """The facts of the files of any kind, in the order of the paths."""
        likely = [(path, candidates) for path in paths if (candidates := self._kinds.candidates(path))]
        store = self._store if self._store and (keeps_few or len(likely) >= self._store.least) else None
        examined = Gathering(self._settings.limits)
        pending: list[_Pending] = []
        held = 0
        for path, candidates in likely:
            source = self._tree.read(path)
            if isinstance(source, Unreadable):
                examined.add(path, self._unreadable(path, source) if _matters(source, candidates) else None)
            elif (known := store.get(source) if store else None) is not None:
                examined.add(path, self._counted(path, known))
            else:
                examined.expect(path)
                pending.append(_Pending(source, candidates))
                held += len(source.text)
            if held > _HELD:
                self._examine_all(pending, store, examined)
                pending, held = [], 0
        self._examine_all(pending, store, examined)
        return examined.facts()

    def _examine_all(self, pending: list[_Pending], store: Store | None, examined: Gathering) -> None:
        for path, facts in self._examined(pending, store):
            examined.add(path, facts)

    def _examined(self, pending: list[_Pending], store: Store | None) -> Iterator[tuple[str, FileFacts | None]]:
        results = self._workers.map(self._examine_one, pending, Examination)
        for (source, _), result in zip(pending, results, strict=True):
            if store:
                store.put(source, result)
            yield source.path, self._counted(source.path, result)

    def _examine_one(self, pending: _Pending) -> Examination:
        facts = self._examiner.examine(pending.source, pending.candidates)
        return Examination(facts, self._examiner.allowance.counted(pending.source.path))

    def _counted(self, path: str, examination: Examination) -> FileFacts | None:
        """The facts, with their findings counted as if they had been found here."""
        if examination.counted:
            self._examiner.allowance.count(path, examination.counted)
        facts = examination.facts
        return self._observer.facts(facts) if self._observer and facts else facts

    def _unreadable(self, path: str, unreadable: Unreadable) -> FileFacts:
        end = len(unreadable.readable.text)
        fault = Fault(unreadable.fault, unreadable.message, end, end)
        diagnostics = tuple(self._examiner.fault(unreadable.readable, fault))
        return FileFacts(path, (), diagnostics, (), (), (), (), {})

    # Phase two

    def _needs_all(self, selected: dict[str, FileFacts]) -> bool:
        """Whether judging the selected files takes the entries of all others."""
        return any(
            facts.references or facts.entries or any(self._by_name[each.rule].needs_index for each in facts.deferred)
            for facts in selected.values()
        )

    def _judge_together(self, selected: dict[str, FileFacts], known: dict[str, FileFacts]) -> Iterator[Diagnostic]:
        results, faults = self._evidence()
        yield from faults
        project = self._project(known, results)
        entries = list(project.index.entries())
        judgement = Judgement(project, self._examiner, self._by_name)
        files = []
        for facts, left_out in shared_out(selected.values(), self._settings.limits.all_places):
            files.append(facts)
            if left_out is not None:
                yield from self._too_many_places(facts.path)
        for found in self._workers.map(_each_of(judgement), files, tuple[Diagnostic, ...]):
            yield from found
        if entries:
            yield from judgement.of_sets(entries, selected)
            yield from self._missing_entries(selected, known, entries)

    def _within_limit(self, found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        """The first findings of a run; those of rules that are off in their files do not count."""
        wanted = (each for each in found if self._with_severity(each) is not None)
        return first_of(wanted, self._settings.limits.all_findings, self._too_many_findings)

    def _too_many_places(self, path: str) -> Iterator[Diagnostic]:
        limit = self._settings.limits.all_places
        message = f"the files have more than {limit} places to judge together, and those from here on are left out"
        yield from self._examiner.limit_hit(path, FILE_START, message)
        self._is_cut_off = True

    def _too_many_findings(self, first: Diagnostic) -> Iterator[Diagnostic]:
        """The report that stands in the place of a finding and of those that follow it."""
        limit = self._settings.limits.all_findings
        message = f"the files have more than {limit} violations, and others of this and the files after it are left out"
        yield from self._examiner.limit_hit(first.path, first.span, message)
        self._is_cut_off = True

    def _project(self, known: dict[str, FileFacts], results: Mapping[str, Result]) -> Project:
        return Project(
            self._later_tree,
            _index(known),
            known,
            self._pack,
            self._settings.external_ids,
            Vocabulary(self._pack.commands),
            self._settings.limits,
            results,
            self._settings.today,
        )

    def _evidence(self) -> tuple[Mapping[str, Result], list[Diagnostic]]:
        """What the test results say of each ID, and the diagnostics of those that cannot be read."""
        if not self._settings.evidence or not self._settings.stage:
            return {}, []
        from policylint.evidence import RESULT_LIMIT, combined

        results: list[Result] = []
        diagnostics: list[Diagnostic] = []
        for path in dict.fromkeys(map(posixpath.normpath, self._settings.evidence)):
            source = self._later_tree.read(path)
            if isinstance(source, Unreadable):
                diagnostics.extend(self._unreadable(path, source).diagnostics)
                continue
            if len(results) >= RESULT_LIMIT:
                message = f"is not read, nor what follows it: the evidence before has {RESULT_LIMIT} results or more"
                diagnostics.extend(self._examiner.fault(source, Fault("limit-exceeded", message)))
                break
            found, faults = self._results(source)
            results.extend(found)
            diagnostics.extend(each for fault in faults for each in self._examiner.fault(source, fault))
        return combined(results), diagnostics

    def _results(self, source: Source) -> tuple[list[Result], list[Fault]]:
        """What a file of test results says, and what is wrong with it."""
        from policylint.evidence import EvidenceFault, read

        try:
            found = read(source, self._identifiers_in, self._pack.entries.outcomes)
        except EvidenceFault as fault:
            offset = source.offset(Position(fault.line, fault.column))
            return [], [Fault("syntax-error", fault.message, offset, offset)]
        return found, [] if found else [Fault("empty-evidence", "the file has no result for any ID", 0, 0)]

    def _identifiers_in(self, text: str) -> list[str]:
        return [str(target) for each in self._examiner.grammar().references(text) for target in each.targets]

    def _missing_entries(
        self, selected: dict[str, FileFacts], known: dict[str, FileFacts], entries: list[EntryFact]
    ) -> Iterator[Diagnostic]:
        """Where entries of a rule's kind exist but none is selected: one report, at the first of them."""
        firsts: dict[tuple[str, ...], EntryFact] = {}
        for entry in entries:
            firsts.setdefault(entry.kinds, entry)
        for rule in self._rules:
            if rule.subject != "entry" or rule.given.missing != "fail":
                continue
            first = next((each for kinds, each in firsts.items() if kinds and rule.kind in (*kinds, ANY)), None)
            if first and first.path in selected and not any(each.selected.get(rule.name) for each in known.values()):
                message = rule.given.missing_message or rule.title
                yield evaluation.report(rule, first.path, first.span, message, first.identifier)

    # Suppression and severity

    def _finish(self, diagnostics: list[Diagnostic], selected: dict[str, FileFacts]) -> Report:
        judged = [each for each in map(self._with_severity, diagnostics) if each is not None]
        suppressions = [each for facts in selected.values() for each in facts.suppressions]
        kept, suppressed = self._suppress(judged, suppressions) if suppressions else (judged, [])
        skipped = self._skipped(selected)
        judged_rules = tuple(rule.name for rule in self._rules if rule.name not in skipped)
        ordered = tuple(sorted(dict.fromkeys(kept), key=order))
        return Report(ordered, tuple(sorted(suppressed, key=order)), judged_rules, skipped, len(selected))

    def _suppress(
        self, judged: list[Diagnostic], suppressions: list[Suppression]
    ) -> tuple[list[Diagnostic], list[Diagnostic]]:
        """The diagnostics that stay, with those about the comments themselves, and the suppressed ones."""
        from policylint import suppression

        names = [rule.name for rule in self._pack.rules]
        limit = self._settings.limits.findings
        result = suppression.apply(judged, suppressions, names, frozenset(self._by_name), limit)
        about_comments = map(self._with_severity, self._suppression_faults(result.faults))
        return [*result.kept, *(each for each in about_comments if each is not None)], result.suppressed

    def _suppression_faults(self, faults: list[CommentFault]) -> Iterator[Diagnostic]:
        for name, path, span, message, fix in faults:
            rule = self._pack.fault_rule(name)
            if rule is not None and rule.name in self._by_name:
                found = evaluation.report(rule, path, span, message, fix=fix or rule.fix)
                yield from self._examiner.allowance.admit([found])

    def _with_severity(self, diagnostic: Diagnostic) -> Diagnostic | None:
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
            rule = self._by_name[name]
            fitting = (
                each
                for each in reversed(self._settings.severities)
                if globs.matches(each.globs, path) and any(names_rule(wanted, rule) for wanted in each.rules)
            )
            self._overrides[key] = next(fitting, None)
        return self._overrides[key]

    def _skipped(self, selected: dict[str, FileFacts]) -> dict[str, str]:
        """The rules that had nothing to judge in the selected files, with the reason."""
        kinds = {kind for facts in selected.values() for kind in facts.kinds}
        entry_kinds = {kind for facts in selected.values() for entry in facts.entries for kind in entry.kinds}
        entry_kinds |= {ANY} if entry_kinds - {FORM} else set()
        has_references = any(facts.references for facts in selected.values())
        applied = {name for facts in selected.values() for name in facts.selected}
        skipped = {name: reason for name, reason in self._reasons.items() if reason not in ("", IGNORED)}
        for rule in self._rules:
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


def _each_of(judgement: Judgement) -> Callable[[FileFacts], tuple[Diagnostic, ...]]:
    return lambda facts: tuple(judgement.of_file(facts))


def _index(known: dict[str, FileFacts]) -> Index:
    """The index of files, in the order of paths; forms that wait to be filled in define nothing."""
    facts = [known[path] for path in sorted(known)]
    entries = [entry for each in facts for entry in each.entries if FORM not in entry.kinds]
    sources = {"", *(entry.identifier for entry in entries)}
    references = [reference for each in facts for reference in each.references]
    return Index(entries, [each for each in references if each.source in sources or each.link == ARROW])


def _matters(unreadable: Unreadable, candidates: list[Kind]) -> bool:
    """Whether a file that cannot be read may be a policy document, as far as its text can be guessed."""
    return unreadable.guess is None or any(text_fits(kind, unreadable.guess) for kind in candidates)
