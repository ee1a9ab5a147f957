"""What a repository says under `[entries]` in its configuration holds from the command line."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.conftest import Outcome, Runner

    Write = Callable[[Mapping[str, str | bytes]], Path]

LEAVE = "leave it with one of the two"
CHANGE = """\
[entries.kinds.change]
title = "Change request"
prefixes = ["CHG", "CR"]
"""
CHANGES = """\
CHG-001: Move the cart
Risk: low

CR-002: A carriage return, and no change
"""
RULE = """\
id: ops/{slug}
title: A rule about changes
severity: warning
rationale: A change that nobody weighs is weighed by its outage.
fix: Weigh it.
references: [our handbook]
given: {{entry: change}}
then: {then}
examples:
  valid:
    - title: none
      files: {{a.md: "# Nothing"}}
  invalid:
    - title: one
      files: {{a.md: "CHG-001: Move"}}
      expect: ["a.md:1:1: it is wrong"]
"""


def found(run: Runner, folder: Path, select: str) -> list[str]:
    """The diagnostics of a check, without the summary."""
    outcome = run("check", "--select", select, "--output-format", "concise", cwd=folder)
    assert outcome.code in (0, 1), outcome
    assert outcome.stderr == ""
    return outcome.lines[:-1]


def with_rule(then: str, configuration: str = CHANGE) -> dict[str, str | bytes]:
    """A repository with a rule of its own about changes."""
    rule = RULE.format(slug="weighed", then=then)
    return {"policylint.toml": f'rules = ["policy"]\n{configuration}', "policy/ops/weighed.yaml": rule}


class TestKinds:
    def test_its_prefixes_make_dangling_links_errors(self, run: Runner, repository: Write) -> None:
        deployment = "DEP-001: Production\nType: Environment\nLinked IDs: CHG-001, CHG-009, CR-002, CR-003, OPS-001\n"
        files = {"docs/deployment.md": deployment, "changes.md": CHANGES}
        select = "unresolved-id,unknown-prefix"
        unknown = "docs/deployment.md:3:47: warning[ids/unknown-prefix] 'OPS-001' has the unknown prefix 'OPS'"
        assert found(run, repository({**files, "policylint.toml": CHANGE}), select) == [
            "docs/deployment.md:3:22: error[ids/unresolved-id] CHG-009 is not defined in any file",
            "docs/deployment.md:3:39: error[ids/unresolved-id] CR-003 is not defined in any file",
            unknown,
        ]

    def test_without_it_its_prefixes_are_unknown_unless_something_defines_them(
        self, run: Runner, repository: Write
    ) -> None:
        files = {"docs/deployment.md": "DEP-001: Production\nType: Environment\nLinked IDs: CHG-009\n"}
        assert found(run, repository(files), "unresolved-id,unknown-prefix") == [
            "docs/deployment.md:3:13: warning[ids/unknown-prefix] 'CHG-009' has the unknown prefix 'CHG'"
        ]

    def test_its_rules_judge_its_entries_in_markdown_and_yaml(self, run: Runner, repository: Write) -> None:
        files = {
            **with_rule("{field: Owner, exists: true}"),
            "changes.md": CHANGES,
            "more/changes.yaml": "- id: CHG-003\n  title: Search\n- id: CHG-004\n  title: Cart\n  owner: Ada\n",
            "docs/tests.md": "TEST-001: Sign in\n",
        }
        assert found(run, repository(files), "ops") == [
            "changes.md:1:1: warning[ops/weighed] CHG-001.Owner is missing",
            "changes.md:4:1: warning[ops/weighed] CR-002.Owner is missing",
            "more/changes.yaml:1:7: warning[ops/weighed] CHG-003.Owner is missing",
        ]

    def test_any_row_of_recognised_by_is_enough(self, run: Runner, repository: Write) -> None:
        recognised = 'recognised-by = [{ Risk = { exists = true } }, { Type = "change", Stage = { exists = true } }]\n'
        entries = (
            "CHG-003: By type and stage\nType: change\nStage: Deploy\n\n"
            "CHG-004: Without its stage\nType: change\n\nCHG-005: Without anything\n"
        )
        files = {
            **with_rule("{field: Owner, exists: true}", CHANGE + recognised),
            "changes.md": CHANGES,
            "more.md": entries,
        }
        assert found(run, repository(files), "ops") == [
            "changes.md:1:1: warning[ops/weighed] CHG-001.Owner is missing",
            "more.md:1:1: warning[ops/weighed] CHG-003.Owner is missing",
        ]

    def test_a_condition_with_a_template_is_asked_of_each_entry(self, run: Runner, repository: Write) -> None:
        recognised = 'recognised-by = [{ Owner = { differs_from = "{title}" } }]\n'
        entries = "CHG-001: Dana\nOwner: Eve\n\nCHG-002: Eve\nOwner: Eve\n\nCHG-003: Dana\nOwner: Eve\n"
        files = {**with_rule("{field: Risk, exists: true}", CHANGE + recognised), "changes.md": entries}
        assert found(run, repository(files), "ops") == [
            "changes.md:1:1: warning[ops/weighed] CHG-001.Risk is missing",
            "changes.md:7:1: warning[ops/weighed] CHG-003.Risk is missing",
        ]

    def test_what_stands_in_a_home_file_needs_no_recognition(self, run: Runner, repository: Write) -> None:
        recognised = 'home = ["changes/"]\nrecognised-by = [{ Risk = { exists = true } }]\n'
        files = {
            **with_rule("{field: Owner, exists: true}", CHANGE + recognised),
            "changes/2026.md": "CHG-001: At home\n",
            "docs/notes.md": "CHG-002: Not recognised\n",
        }
        assert found(run, repository(files), "ops") == [
            "changes/2026.md:1:1: warning[ops/weighed] CHG-001.Owner is missing"
        ]

    def test_wrong_home_is_judged_only_when_it_is_asked_for(self, run: Runner, repository: Write) -> None:
        files = {
            "policylint.toml": f'{CHANGE}home = ["changes/", "CHANGES.md"]\n',
            "changes/2026.md": "CHG-001: a\n",
            "CHANGES.md": "CHG-002: b\n",
            "docs/notes.md": "As CHG-001 and CHG-002 say.\n\nCHG-003: c\n\nSee CHG-003.\n",
        }
        folder = repository(files)
        wrong = "docs/notes.md:3:1: warning[ids/wrong-home] CHG-003 is defined outside the home of change entries"
        assert found(run, folder, "ids/wrong-home") == [wrong]
        assert found(run, folder, "wrong-home") == [wrong]
        assert [line for line in found(run, folder, "ids") if "wrong-home" in line] == []
        assert [line for line in found(run, folder, "ALL") if "wrong-home" in line] == []

    def test_its_states_are_what_its_words_mean(self, run: Runner, repository: Write) -> None:
        states = 'states = { complete = ["Deployed"], deprecated = ["Rejected"] }\n'
        entries = (
            "CHG-001: a\nState: Deployed (yesterday)\n\nCHG-002: b\nState: Rejected\n\nCHG-003: c [REJECTED]\n\n"
            "CHG-004: d\nState: Superseded\n\nCHG-005: e\nState: Complete\n\nTEST-001: f\nState: Rejected\n"
        )
        deployment = "DEP-001: Production\nType: Environment\nLinked IDs: CHG-001 to CHG-005, TEST-001\n"
        files = {
            **with_rule("{field: entry.state, equals: complete, message: 'its state is {State}'}", CHANGE + states),
            "changes.md": entries,
            "docs/deployment.md": deployment,
        }
        folder = repository(files)
        assert found(run, folder, "ops") == [
            "changes.md:4:1: warning[ops/weighed] its state is Rejected",
            "changes.md:7:1: warning[ops/weighed] its state is {State}",
            "changes.md:9:1: warning[ops/weighed] its state is Superseded",
            "changes.md:12:1: warning[ops/weighed] its state is Complete",
        ]
        deprecated = "docs/deployment.md:3:13: warning[ids/deprecated-target] DEP-001 links"
        assert found(run, folder, "deprecated-target") == [
            f"{deprecated} CHG-002, which is deprecated and names no replacement",
            f"{deprecated} CHG-003, which is deprecated and names no replacement",
            f"{deprecated} CHG-004, which is deprecated and names no replacement",
        ]

    def test_of_a_shipped_name_replaces_that_kind(self, run: Runner, repository: Write) -> None:
        own = '[entries.kinds.test]\ntitle = "Experiment"\nprefixes = ["EXP"]\nstates = { passing = ["Confirmed"] }\n'
        files = {
            "policylint.toml": own,
            "docs/deployment.md": "DEP-002: Proven\nType: Criteria\nLinked IDs: TEST-001, EXP-001, EXP-002\n",
            "docs/experiments.md": "EXP-001: Cart\n",
        }
        assert found(run, repository(files), "unresolved-id,unknown-prefix") == [
            "docs/deployment.md:3:13: warning[ids/unknown-prefix] 'TEST-001' has the unknown prefix 'TEST'",
            "docs/deployment.md:3:32: error[ids/unresolved-id] EXP-002 is not defined in any file",
        ]


class TestDialects:
    CONFIGURATION = f"""\
{CHANGE}
[entries.kinds.change.dialects.short]
title = "A change of one line"
recognised-by = [{{ Type = "short" }}]
schema = "schemas/short.json"

[entries.kinds.change.dialects.long]
title = "A change with a plan"
"""
    SCHEMA = '{"type": "object", "required": ["owner"], "properties": {"risk": {"enum": ["low"]}}}'
    CHANGES = "CHG-001: Short\nType: short\nRisk: high\n\nCHG-002: Long\nRisk: high\n"

    def test_a_schema_judges_the_entries_of_its_dialect(self, run: Runner, repository: Write) -> None:
        files = {
            **with_rule("{conforms: {to: schema}}", self.CONFIGURATION),
            "schemas/short.json": self.SCHEMA,
            "changes.md": self.CHANGES,
            "changes.yaml": "CHG-003:\n  type: short\n  owner: Ada\n  risk: medium\n",
        }
        assert found(run, repository(files), "ops") == [
            "changes.md:1:1: warning[ops/weighed] CHG-001 has no 'owner'",
            "changes.md:3:7: warning[ops/weighed] CHG-001.risk is 'high', expected 'low'",
            "changes.yaml:4:9: warning[ops/weighed] CHG-003.risk is 'medium', expected 'low'",
        ]

    def test_a_changed_schema_is_seen_at_once(self, run: Runner, repository: Write) -> None:
        files = {**with_rule("{conforms: {to: schema}}", self.CONFIGURATION), "changes.md": self.CHANGES}
        assert len(found(run, repository({**files, "schemas/short.json": self.SCHEMA}), "ops")) == 2
        assert found(run, repository({"schemas/short.json": "{}"}), "ops") == []

    def test_an_entry_has_the_first_dialect_that_fits(self, run: Runner, repository: Write) -> None:
        then = "{field: entry.dialect, equals: medium, message: 'it is {entry.dialect}'}"
        files = {
            **with_rule(then, self.CONFIGURATION),
            "schemas/short.json": self.SCHEMA,
            "changes.md": self.CHANGES,
        }
        assert found(run, repository(files), "ops") == [
            "changes.md:1:1: warning[ops/weighed] it is short",
            "changes.md:5:1: warning[ops/weighed] it is long",
        ]


class TestFields:
    DEPLOYMENT = "DEP-001: Production\nType: Environment\nAccountable: SRE\nSee Also: TEST-009\n"

    def test_have_the_aliases_of_the_repository_and_their_own(self, run: Runner, repository: Write) -> None:
        aliases = '[entries.aliases]\nOwner = ["Accountable"]\n"Linked IDs" = ["See also"]\n'
        more = "DEP-002: Staging\nType: Environment\nDRI: SRE\nRelated IDs: TEST-008\n"
        folder = repository({"policylint.toml": aliases, "docs/deployment.md": f"{self.DEPLOYMENT}\n{more}"})
        assert found(run, folder, "missing-owner,unresolved-id") == [
            "docs/deployment.md:4:11: error[ids/unresolved-id] TEST-009 is not defined in any file",
            "docs/deployment.md:9:14: error[ids/unresolved-id] TEST-008 is not defined in any file",
        ]

    def test_of_unknown_names_are_neither_owner_nor_link(self, run: Runner, repository: Write) -> None:
        folder = repository({"docs/deployment.md": self.DEPLOYMENT})
        assert found(run, folder, "missing-owner,unresolved-id") == [
            "docs/deployment.md:1:1: warning[deployment/missing-owner] DEP-001 has no Owner"
        ]

    def test_a_pattern_of_the_schema_of_a_dialect_that_cannot_be_used(self, run: Runner, repository: Write) -> None:
        table = '[entries.kinds.change.dialects.short]\ntitle = "Short"\nschema = "long.json"\n'
        folder = repository({"policylint.toml": CHANGE + table, "long.json": json.dumps({"pattern": "a" * 600})})
        [(place, message, _)] = faults(run("check", cwd=folder))
        assert place == "long.json:1:13"
        assert message == f"pattern '{'a' * 197}...' is 600 characters long, more than 512"

    def test_in_pyproject(self, run: Runner, repository: Write) -> None:
        project = '[tool.policylint.entries.aliases]\nOwner = ["Accountable"]\n'
        folder = repository({"pyproject.toml": project, "docs/deployment.md": self.DEPLOYMENT})
        assert found(run, folder, "missing-owner") == []


class TestIdentifiers:
    DEPLOYMENT = "DEP-001: Production\nType: Environment\nLinked IDs: TEST-001 to TEST-003, COVID-19, SHA-256\n"
    GAP = (
        "docs/deployment.md:3:13: error[ids/range-gap] 'TEST-001 to TEST-003' has 3 of 3 IDs not defined in any file:"
        " TEST-001, TEST-002, TEST-003"
    )
    COVID = "docs/deployment.md:3:35: warning[ids/unknown-prefix] 'COVID-19' has the unknown prefix 'COVID'"
    LIMIT = (
        "docs/deployment.md:3:13: error[ids/invalid-range] 'TEST-001 to TEST-003' has 3 members, more than the limit"
        " of 2"
    )

    @pytest.mark.parametrize(
        ("settings", "expected"),
        [
            ("", [GAP, COVID]),
            ('ignored-prefixes = ["COVID"]', [GAP]),
            ("range-limit = 3", [GAP, COVID]),
            ("range-limit = 2", [LIMIT, COVID]),
        ],
    )
    def test_ignored_prefixes_grow_and_the_range_limit_is_replaced(
        self, run: Runner, repository: Write, settings: str, expected: list[str]
    ) -> None:
        folder = repository({"policylint.toml": f"[entries]\n{settings}\n", "docs/deployment.md": self.DEPLOYMENT})
        assert found(run, folder, "range-gap,invalid-range,unknown-prefix") == expected


class TestLinkTypes:
    APPROVAL = """\
[entries.link-types.approval]
title = "is approved by"
inverse = "approves"
fields = ["Approval", "Sign-off"]
targets = ["GATE"]
"""
    DEPLOYMENT = (
        "DEP-001: Production\nType: Environment\nApproval: GATE-001, TEST-001\nsign off: GATE-002\n\n"
        "GATE-001: The board\n\nTEST-001: Sign in\n"
    )

    def test_fields_hold_links_to_their_targets_only(self, run: Runner, repository: Write) -> None:
        folder = repository({"policylint.toml": self.APPROVAL, "docs/deployment.md": self.DEPLOYMENT})
        unwanted = "warning[ids/unwanted-link] DEP-001 is approved by TEST-001, which is no GATE entry"
        assert found(run, folder, "unwanted-link,unresolved-id") == [
            f"docs/deployment.md:3:21: {unwanted}",
            "docs/deployment.md:4:11: error[ids/unresolved-id] GATE-002 is not defined in any file",
        ]

    def test_without_them_the_fields_hold_mentions(self, run: Runner, repository: Write) -> None:
        """A mention is looked up if its prefix belongs to a kind; what else is written like an ID is left alone."""
        rules = "unwanted-link,unresolved-id,unresolved-mention"
        assert found(run, repository({"docs/deployment.md": self.DEPLOYMENT}), rules) == []
        kind = '[entries.kinds.gate]\ntitle = "Gate"\nprefixes = ["GATE"]\n'
        folder = repository({"docs/deployment.md": self.DEPLOYMENT, "policylint.toml": kind})
        assert found(run, folder, rules) == [
            "docs/deployment.md:4:11: warning[ids/unresolved-mention] GATE-002 is not defined in any file"
        ]

    def test_of_a_shipped_name_replace_its_fields(self, run: Runner, repository: Write) -> None:
        own = '[entries.link-types.runbook]\ntitle = "is handled by"\ninverse = "handles"\nfields = ["Playbook"]\n'
        files = {
            "policylint.toml": f'{own}targets = ["PLAY"]\n',
            "docs/monitoring.md": "MON-001: Error rate\nRunbook: MON-002\nPlaybook: RUN-005\n",
        }
        assert found(run, repository(files), "unwanted-link") == [
            "docs/monitoring.md:3:11: warning[ids/unwanted-link] MON-001 is handled by RUN-005, which is no PLAY entry"
        ]

    def test_are_named_by_trace(self, run: Runner, repository: Write) -> None:
        folder = repository({"policylint.toml": self.APPROVAL, "docs/deployment.md": self.DEPLOYMENT})
        outcome = run("trace", "GATE-001", cwd=folder)
        assert (outcome.code, outcome.stderr) == (0, "")
        approved = "    DEP-001  Production  docs/deployment.md:3:11\n\n  links nothing\n"
        assert outcome.stdout.partition("  approves:\n")[2] == approved


def faults(outcome: Outcome) -> list[tuple[str, str, str]]:
    """The place, the message and the suggestion of each mistake."""
    assert (outcome.code, outcome.stdout) == (2, "")
    blocks = re.findall(r"error: (.*)\n +--> (\S+)\n((?: +[|=].*\n| *\d+ \|.*\n)+)\n", outcome.stderr)
    assert len(blocks) == outcome.stderr.count("error: ")
    return [(place, message, "".join(re.findall(r"^ *= (.*)", rest, re.MULTILINE))) for message, place, rest in blocks]


class TestMistakes:
    def test_all_stand_at_their_lines(self, run: Runner, repository: Write) -> None:
        configuration = """\
[entries]
range-limt = 3
range-limit = 0
ignored-prefixes = "COVID"
templates = ["["]
[entries.aliasses]
[entries.kinds.change]
titel = "Change"
prefixes = ["CHG", "chg"]
homes = ["changes/"]
[entries.kinds.empty]
title = "Nothing"
prefixes = []
home = "empty/"
[entries.kinds.empty.dialects.short]
titel = "Short"
[entries.link-types.approval]
title = "is approved by"
fields = []
targets = ["gate"]
[entries.outcomes]
pased = ["fine"]
"""
        outcome = run("check", cwd=repository({"policylint.toml": configuration, "a.md": ""}))
        assert faults(outcome) == [
            ("policylint.toml:2:1", "unknown key 'range-limt' in 'entries'", "did you mean 'range-limit'?"),
            ("policylint.toml:3:15", "'entries.range-limit' should be at least 1", ""),
            ("policylint.toml:4:20", "'entries.ignored-prefixes' should be a list", ""),
            ("policylint.toml:5:13", "glob '[' matches nothing", ""),
            ("policylint.toml:6:10", "unknown key 'aliasses' in 'entries'", "did you mean 'aliases'?"),
            ("policylint.toml:7:16", "'title' is missing", ""),
            ("policylint.toml:8:1", "unknown key 'titel' in 'entries.kinds.change'", "did you mean 'title'?"),
            ("policylint.toml:9:20", "'chg' is not an ID prefix such as 'TEST'", ""),
            ("policylint.toml:10:1", "unknown key 'homes' in 'entries.kinds.change'", "did you mean 'home'?"),
            ("policylint.toml:13:12", "'entries.kinds.empty.prefixes' needs at least one element", ""),
            ("policylint.toml:14:8", "'entries.kinds.empty.home' should be a list", ""),
            ("policylint.toml:15:31", "'title' is missing", ""),
            (
                "policylint.toml:16:1",
                "unknown key 'titel' in 'entries.kinds.empty.dialects.short'",
                "did you mean 'title'?",
            ),
            ("policylint.toml:17:21", "'inverse' is missing", ""),
            ("policylint.toml:19:10", "'entries.link-types.approval.fields' needs at least one element", ""),
            ("policylint.toml:20:12", "'gate' is not an ID prefix such as 'TEST'", ""),
            (
                "policylint.toml:22:9",
                "'entries.outcomes.pased' should be 'passed', 'failed', 'skipped' or 'ran'",
                "did you mean 'passed'?",
            ),
        ]

    @pytest.mark.parametrize(
        ("key", "hint"), [("invers", "did you mean 'inverse'?"), ("field", "did you mean 'fields'?")]
    )
    def test_an_unknown_key_of_a_link_type_has_a_suggestion(
        self, run: Runner, repository: Write, key: str, hint: str
    ) -> None:
        configuration = f'{TestLinkTypes.APPROVAL}{key} = "x"\n'
        outcome = run("check", cwd=repository({"policylint.toml": configuration, "a.md": ""}))
        assert faults(outcome) == [
            ("policylint.toml:6:1", f"unknown key '{key}' in 'entries.link-types.approval'", hint)
        ]

    @pytest.mark.parametrize(
        ("row", "place", "message", "hint"),
        [
            ("{ Risk = { exist = true } }", "6:14", "unknown operator or key 'exist'", "did you mean 'exists'?"),
            ("{ Risk = { matches = '(' } }", "6:14", "'matches' is not an RE2 pattern: missing ): (", ""),
            (
                '{ "entry.stat" = "open" }',
                "6:5",
                "'entry.stat' is not known of an entry",
                "did you mean 'entry.state'?",
            ),
        ],
    )
    def test_a_wrong_condition_stands_at_its_line(
        self, run: Runner, repository: Write, row: str, place: str, message: str, hint: str
    ) -> None:
        configuration = f"{CHANGE}recognised-by = [\n  {{ Risk = 'low' }},\n  {row},\n]\n"
        outcome = run("check", cwd=repository({"policylint.toml": configuration, "a.md": ""}))
        assert faults(outcome) == [(f"policylint.toml:{place}", message, hint)]

    @pytest.mark.parametrize(
        "row",
        [
            "{ Owner = { unique = true } }",
            "{ Risk = { file = { path = 'a.md' } } }",
            "{ 'Linked IDs' = { links = { to = 'TEST', where = { State = 'Passing' } } } }",
            "{ 'entry.result' = 'passed' }",
        ],
    )
    @pytest.mark.parametrize("dialect", [False, True])
    def test_conditions_that_need_other_files_are_refused_at_their_line(
        self, run: Runner, repository: Write, row: str, dialect: bool
    ) -> None:
        table = '[entries.kinds.change.dialects.short]\ntitle = "Short"\n' if dialect else ""
        configuration = f"{CHANGE}{table}recognised-by = [\n  {{ Risk = 'low' }},\n  {row},\n]\n"
        outcome = run("check", cwd=repository({"policylint.toml": configuration, "a.md": ""}))
        ((place, message, _),) = faults(outcome)
        assert place.split(":")[:2] == ["policylint.toml", "8" if dialect else "6"]
        assert message.endswith("cannot look at other files")

    @pytest.mark.parametrize(
        ("schema", "fault"),
        [
            ("../outside.json", "is outside the repository"),
            ("/etc/passwd", "is outside the repository"),
            ("gone.json", "cannot be read: no such file or directory"),
            ("link.json", "is outside the repository"),
        ],
    )
    def test_a_schema_of_a_dialect_that_cannot_be_used(
        self, run: Runner, repository: Write, tmp_path: Path, schema: str, fault: str
    ) -> None:
        (tmp_path / "outside.json").write_text("{}")
        table = f'[entries.kinds.change.dialects.short]\ntitle = "Short"\nschema = "{schema}"\n'
        folder = repository({"policylint.toml": CHANGE + table, "a.md": ""})
        (folder / "link.json").symlink_to(tmp_path / "outside.json")
        assert faults(run("check", cwd=folder)) == [("policylint.toml:6:10", f"schema '{schema}' {fault}", "")]

    def test_in_pyproject(self, run: Runner, repository: Write) -> None:
        project = '[project]\nname = "shop"\n\n[tool.policylint.entries]\nrange-limt = 3\n'
        outcome = run("check", cwd=repository({"pyproject.toml": project, "a.md": ""}))
        assert faults(outcome) == [
            ("pyproject.toml:5:1", "unknown key 'range-limt' in 'entries'", "did you mean 'range-limit'?")
        ]

    @pytest.mark.parametrize(
        ("configuration", "place", "message", "hint"),
        [
            ('rootcause = ["Origine"]', "2:1", "no rule asks for the topic 'rootcause'", "did you mean 'root cause'?"),
            ('whatever = ["Origine"]', "2:1", "no rule asks for the topic 'whatever'", ""),
        ],
    )
    def test_a_topic_that_no_document_is_asked_to_cover(
        self, run: Runner, repository: Write, configuration: str, place: str, message: str, hint: str
    ) -> None:
        folder = repository({"policylint.toml": f"[topics]\n{configuration}\n", "a.md": ""})
        assert faults(run("check", cwd=folder)) == [(f"policylint.toml:{place}", message, hint)]

    @pytest.mark.parametrize(
        ("name", "message", "hint"),
        [
            ("Ownr", "no rule, schema or link asks for a field 'Ownr'", "did you mean 'Owner'?"),
            (
                "Zodiac",
                "no rule, schema or link asks for a field 'Zodiac'",
                "an alias of it changes nothing until one of them does",
            ),
            ("Responsible", "'Responsible' is itself another name of 'Owner'", "write 'Owner' instead"),
        ],
    )
    def test_an_alias_of_a_field_that_nothing_asks_for(
        self, run: Runner, repository: Write, name: str, message: str, hint: str
    ) -> None:
        folder = repository({"policylint.toml": f'[entries.aliases]\n{name} = ["Accountable"]\n', "a.md": ""})
        assert faults(run("check", cwd=folder)) == [("policylint.toml:2:1", message, hint)]

    @pytest.mark.parametrize("table", ["[entries.states]", f"{CHANGE}[entries.kinds.change.states]"])
    def test_a_state_that_is_a_known_one_but_for_a_slip(self, run: Runner, repository: Write, table: str) -> None:
        configuration = f'{table}\nwaiting = ["Parked"]\ncompleted = ["Deployed"]\n'
        outcome = run("check", cwd=repository({"policylint.toml": configuration, "a.md": ""}))
        line = configuration.count("\n")
        assert faults(outcome) == [
            (f"policylint.toml:{line}:1", "no rule asks for the state 'completed'", "did you mean 'complete'?")
        ]

    def test_a_prefix_of_two_kinds_of_which_neither_says_which_entries_are_its_own(
        self, run: Runner, repository: Write
    ) -> None:
        other = '[entries.kinds.other]\ntitle = "Other"\nprefixes = ["OTH", "CHG"]\n'
        message = "prefix 'CHG' already belongs to the kind 'change'"
        hint = "say in 'recognised-by' of one of them which entries are its own, or choose another prefix"
        outcome = run("check", cwd=repository({"policylint.toml": CHANGE + other, "a.md": ""}))
        assert faults(outcome) == [("policylint.toml:6:20", message, hint)]

    def test_names_that_rules_of_the_repository_ask_for_are_none(self, run: Runner, repository: Write) -> None:
        then = (
            "[{field: entry.state, equals: completed}, {field: Ownr, exists: true},"
            " {field: Risk, covers: {topic: rootcause}}, {field: Risk, exists: true, message: 'ask {Ringer}'},"
            " {field: Crew, exists: false}]"
        )
        configuration = (
            f'{CHANGE}states = {{ completed = ["Deployed"] }}\nrecognised-by = [{{ Zodiac = {{ exists = true }} }}]\n'
            '[entries.kinds.other]\ntitle = "Other"\nprefixes = ["CHG"]\n'
            '[entries.aliases]\nOwnr = ["Accountable"]\nZodiac = ["Sign"]\nRinger = ["Caller"]\nSquad = ["Crew"]\n'
            '[topics]\nrootcause = ["origine"]\n'
        )
        outcome = run("check", cwd=repository({**with_rule(then, configuration), "changes.md": CHANGES}))
        assert (outcome.code, outcome.stderr) == (0, "")

    def test_an_alias_of_two_fields(self, run: Runner, repository: Write) -> None:
        configuration = '[entries.aliases]\nOwner = ["DRI 2", "accountable"]\nDescription = ["Accountable"]\n'
        folder = repository({"policylint.toml": configuration})
        message = "'Accountable' is already another name of 'Owner'"
        found = [("policylint.toml:3:16", message, "leave it with one of the two")]
        assert faults(run("check", cwd=folder)) == found

    def test_a_word_of_two_states(self, run: Runner, repository: Write) -> None:
        configuration = f'{CHANGE}[entries.kinds.change.states]\ncomplete = ["Done", "Waiting"]\nopen = ["waiting"]\n'
        folder = repository({"policylint.toml": configuration})
        [(place, *told)] = faults(run("check", cwd=folder))
        assert place.endswith(":9")
        assert told == ["'waiting' already means the state 'complete'", "leave it with one of the two"]

    def test_a_field_of_two_types_of_links(self, run: Runner, repository: Write) -> None:
        configuration = (
            '[entries.link-types.blocked-by]\ntitle = "a"\ninverse = "b"\nfields = ["Blocker of", "depends_on"]\n'
            '[entries.link-types.uses]\ntitle = "a"\ninverse = "b"\nfields = ["Blocker-of", "Uses"]\n'
        )
        folder = repository({"policylint.toml": configuration})
        assert faults(run("check", cwd=folder)) == [
            ("policylint.toml:4:25", "'depends_on' is already a field of the links 'dependency'", LEAVE),
            ("policylint.toml:8:11", "'Blocker-of' is already a field of the links 'blocked-by'", LEAVE),
        ]

    def test_a_shipped_type_of_links_may_be_replaced(self, run: Runner, repository: Write) -> None:
        configuration = '[entries.link-types.dependency]\ntitle = "a"\ninverse = "b"\nfields = ["Depends On"]\n'
        assert run("rules", cwd=repository({"policylint.toml": configuration})).code == 0

    def test_every_command_reports_them(self, run: Runner, repository: Write) -> None:
        folder = repository({"policylint.toml": "[entries]\nkind = {}\n", "a.md": "DEP-001: a\n"})
        expected = [("policylint.toml:2:1", "unknown key 'kind' in 'entries'", "did you mean 'kinds'?")]
        for command in (["check"], ["rules"], ["trace"], ["explain", "missing-owner"], ["test", "missing-owner"]):
            assert faults(run(*command, cwd=folder)) == expected


# The fields of entries of deployment, and the dialect that they are of, if they are deployment entries.
SHIPPED = [
    ("Type: Step", "contract"),
    ("Type: Step\nStrategy: Canary", "contract"),
    ("Type: Criteria\nTarget Date: 2026-12-01", "contract"),
    ("Type: Rollback\nStrategy: Canary", "contract"),
    ("Type: Rollback\nStrategy: Canary\nTarget Date: 2026-12-01", "plan"),
    ("Type: Release\nStrategy: Canary", "plan"),
    ("Type: Relase\nStrategy: Canary", "plan"),
    ("Stage: Deploy\nStrategy: Canary", "plan"),
    ("Stage: Deploy\nTarget Date: 2026-12-01", "plan"),
    ("Type: Stepp", "contract"),
    ("Type: **Rolback** (of the schema)", "contract"),
    ("Type: Enviroment", "contract"),
    ("Type: Stop", ""),
    ("Type: Finding", ""),
    ("Type: Relase", ""),
    ("Type: 1", ""),
]


def test_a_deployment_entry_is_told_by_its_fields_and_by_its_type_but_for_a_slip(
    run: Runner, repository: Write
) -> None:
    then = "{field: entry.dialect, equals: x, message: '{entry} is a {entry.dialect}'}"
    rule = RULE.format(slug="weighed", then=then).replace("entry: change", "entry: deployment")
    entries = [f"DEP-{number}: a\n{fields}\n" for number, (fields, _) in enumerate(SHIPPED, 100)]
    files = {
        "policylint.toml": 'rules = ["policy"]\n',
        "policy/ops/weighed.yaml": rule,
        "notes.md": "\n".join(entries),
    }
    expected = [f"DEP-{number} is a {dialect}" for number, (_, dialect) in enumerate(SHIPPED, 100) if dialect]
    assert [line.partition("] ")[2] for line in found(run, repository(files), "ops")] == expected
