"""A run: files in, report out. Pure: everything it sees of the world is the tree, the pack and the configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint import evaluation
from policylint.diagnostics import FILE_START, Diagnostic
from policylint.examination import examine
from policylint.examiner import Examiner
from policylint.facts import ARROW, Examination, FileFacts
from policylint.filetree import Unreadable
from policylint.index import Index
from policylint.judgement import Judgement
from policylint.kind_names import ANY, FORM
from policylint.kinds import KindTable, text_fits
from policylint.means import PLAIN
from policylint.named_tuple import NamedTuple
from policylint.project import Project
from policylint.report_assembly import ReportAssembly
from policylint.run_limits import Gathering, first_of, shared_out
from policylint.settings import reasons_to_skip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from policylint.diagnostics import Report
    from policylint.documents.source import Source
    from policylint.evidence import Result
    from policylint.facts import EntryFact
    from policylint.filetree import FileTree
    from policylint.means import Means, Store
    from policylint.observation import Observed
    from policylint.pack import Kind, Pack, Rule
    from policylint.settings import Settings

# How many characters of files that are still to be examined are held at once: some thousand files.
_HELD = 8 * 1024 * 1024


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
        reasons = reasons_to_skip(pack, settings)
        self._rules = [rule for rule in pack.rules if not reasons[rule.name]]
        self._by_name = {rule.name: rule for rule in self._rules}
        self._kinds = KindTable(pack.kinds)
        self._examiner = Examiner(pack, self._rules, settings.limits)
        self._assembly = ReportAssembly(pack, settings, reasons, self._examiner.allowance)
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
        return self._assembly.report(diagnostics, selected)

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
        found = self._assembly.report([each for facts in selected.values() for each in facts.diagnostics], selected)
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
        results = self._workers.map(self._examine_one, pending, Examination)
        for (source, _), result in zip(pending, results, strict=True):
            if store:
                store.put(source, result)
            examined.add(source.path, self._counted(source.path, result))

    def _examine_one(self, pending: _Pending) -> Examination:
        facts = examine(self._examiner, pending.source, pending.candidates)
        return Examination(facts, self._examiner.allowance.counted(pending.source.path))

    def _counted(self, path: str, examination: Examination) -> FileFacts | None:
        """The facts, with their findings counted as if they had been found here."""
        if examination.counted:
            self._examiner.allowance.count(path, examination.counted)
        facts = examination.facts
        return self._observer.facts(facts) if self._observer and facts else facts

    def _unreadable(self, path: str, unreadable: Unreadable) -> FileFacts:
        return FileFacts(path, (), tuple(self._examiner.unreadable(unreadable)), (), (), (), (), {})

    # Phase two

    def _needs_all(self, selected: dict[str, FileFacts]) -> bool:
        """Whether judging the selected files takes the entries of all others."""
        return any(
            facts.references or facts.entries or any(self._by_name[each.rule].needs_index for each in facts.deferred)
            for facts in selected.values()
        )

    def _judge_together(self, selected: dict[str, FileFacts], known: dict[str, FileFacts]) -> Iterator[Diagnostic]:
        results: Mapping[str, Result] = {}
        if self._settings.evidence and self._settings.stage:
            from policylint.evidence_files import gathered

            results, faults = gathered(self._settings.evidence, self._later_tree, self._examiner)
            yield from faults
        project = self._project(known, results)
        entries = list(project.index.entries())
        judgement = Judgement(project, self._examiner, self._by_name)
        files = []
        for facts, is_cut_off in shared_out(selected.values(), self._settings.limits.all_places):
            files.append(facts)
            if is_cut_off:
                yield from self._too_many_places(facts.path)
        for found in self._workers.map(_each_of(judgement), files, tuple[Diagnostic, ...]):
            yield from found
        if entries:
            yield from judgement.of_sets(entries, selected)
            yield from self._missing_entries(selected, known, entries)

    def _within_limit(self, found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        """The first findings of a run; those of rules that are off in their files do not count."""
        wanted = (each for each in found if self._assembly.with_severity(each) is not None)
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
            self._settings.limits,
            results,
            self._settings.today,
        )

    def _missing_entries(
        self, selected: dict[str, FileFacts], known: dict[str, FileFacts], entries: list[EntryFact]
    ) -> Iterator[Diagnostic]:
        """Where entries of a rule's kind are in force but none is selected: one report, at the first of them."""
        firsts: dict[tuple[str, ...], EntryFact] = {}
        out_of_force = self._pack.entries.out_of_force
        for entry in entries:
            if entry.state not in out_of_force:
                firsts.setdefault(entry.kinds, entry)
        for rule in self._rules:
            if rule.subject != "entry" or rule.given.missing != "fail":
                continue
            first = next((each for kinds, each in firsts.items() if kinds and rule.kind in (*kinds, ANY)), None)
            if first and first.path in selected and not any(each.selected.get(rule.name) for each in known.values()):
                message = rule.given.missing_message or _no_entry(rule)
                yield evaluation.report(rule, first.path, first.span, message, first.identifier)


def _no_entry(rule: Rule) -> str:
    return f"no {'' if rule.kind == ANY else f'{rule.kind} '}entry meets the conditions of the rule"


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
