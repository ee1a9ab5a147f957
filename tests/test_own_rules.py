"""What a repository says about its own rules and kinds holds from the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.conftest import Runner
from tests.own_rules import mistakes

Write = Callable[[Mapping[str, str | bytes]], Path]

RULE = """\
id: ops/named-approver
title: Nobody approves
severity: warning
rationale: A gate without a name is opened by whoever is in a hurry.
fix: Name who approves.
references: [our handbook]
given: {document: release-workflow, select: body}
then:
  matches: '(?i)approved by'
  message: the release workflow names no approver in {file.name}
examples:
  valid:
    - title: someone
      files: {release-workflow.md: "Approved by: the release manager"}
  invalid:
    - title: nobody
      files: {release-workflow.md: "Ship it"}
      expect: ["release-workflow.md:1:1: the release workflow names no approver in release-workflow.md"]
"""
ALLOWED = "'missing', 'folder', 'special' or 'outside'"
MARKDOWN = "a path into Markdown starts with one of body, elements, frontmatter, lines"
IN_RE2 = "write the pattern in RE2 syntax, as ECMAScript reads it too"
NO_CLASS = "has a class such as [:alpha:], which JSON Schema has not"
NO_LOOKAHEAD = "is not an RE2 pattern: invalid perl operator: (?!"
NO_LOOK = "is not an RE2 pattern: invalid perl operator: (?="
NO_DRAFT = "which is none of the drafts 4, 6, 7, 2019-09 and 2020-12"
NO_TYPE = "which is none of array, boolean, integer, null, number, object, string"
NO_QUANTITY = "asks for nothing: set compared, over_time or above_baseline"
FORM = "'release/missing-owner': small letters, digits, hyphens"
KIND = """\
[kinds.runbook]
title = "Runbook"
format = "markdown"
paths = ["runbooks/*.md"]
has = ["frontmatter.service"]
"""


@pytest.mark.parametrize("name", ["named-approver.yaml", "named-approver.yml"])
def test_a_rule_file_may_end_in_either_way(run: Runner, repository: Write, name: str) -> None:
    folder = repository(
        {"policylint.toml": 'rules = ["policy"]\n', f"policy/ops/{name}": RULE, "release-workflow.md": "x"}
    )
    outcome = run("check", "--select", "named-approver", "--output-format", "concise", cwd=folder)
    found = "release-workflow.md:1:1: warning[ops/named-approver] the release workflow names no approver in"
    assert outcome.lines[0] == f"{found} release-workflow.md"


def test_a_category_names_all_its_rules_to_test(run: Runner, repository: Write) -> None:
    folder = repository({"policylint.toml": 'rules = ["policy"]\n', "policy/ops/named-approver.yaml": RULE})
    assert run("test", "ops", cwd=folder).stdout == "2 examples passed, 0 failed (1 rule)\n"


def test_front_matter_that_cannot_be_read_hides_no_document(run: Runner, repository: Write) -> None:
    folder = repository({"policylint.toml": KIND, "runbooks/cart.md": "---\nservice: [\n---\n# Cart\n"})
    outcome = run("check", "--output-format", "concise", cwd=folder)
    assert outcome.code == 1
    assert outcome.lines[0].startswith("runbooks/cart.md:3:1: error[documents/syntax-error] ")


@pytest.mark.parametrize(
    ("front_matter", "body", "lines"),
    [
        ("id: DEP-001\nhint: [a] (b)", "# A", ["a.md:3:11: error[documents/syntax-error]"]),
        ("hint: [a] (b)", "DEP-001: A\nType: Step\nOwner: QA", ["a.md:2:11: error[documents/syntax-error]"]),
        # As prompts for agents begin, whose texts name entries.
        ("hint: [a] (b)", "# A\n\nEPIC-01 and the others are listed by their numbers.", []),
    ],
)
def test_front_matter_that_cannot_be_read_matters_where_entries_are(
    run: Runner, repository: Write, front_matter: str, body: str, lines: list[str]
) -> None:
    folder = repository({"a.md": f"---\n{front_matter}\n---\n{body}\n"})
    outcome = run("check", "--select", "documents", "--output-format", "concise", cwd=folder)
    assert [line.partition(" ")[0] + " " + line.split(" ")[1] for line in outcome.lines if ".md:" in line] == lines


GROUP = """\
id: ops/no-friday
title: A release on a Friday
severity: warning
rationale: Nobody is there on Saturday.
fix: Take another day.
references: [our handbook]
given: {document: "*", select: body | text | quoted}
then:
  free_of: {matches: 'on (?P<at>Friday)|never (?P<never>.)'}
  message: it is a Friday
examples:
  valid:
    - title: another day
      files: {a.md: "DEP-001: on Monday"}
  invalid:
    - title: a Friday
      files: {a.md: "DEP-001: on Friday"}
      expect: ["a.md:1:13: it is a Friday"]
"""
FRIDAYS = [
    ("a.md", "---\ntext: x\n---\n\n# DEP-001: as always\r\non \u00e4 or on Friday\n", "6:12"),
    ("a.md", "DEP-001: never on it", "1:10"),
    ("a.yaml", "id: DEP-001\ntext: ship on Friday\n", "2:15"),
    ("a.yaml", 'id: DEP-001\nquoted: "ship\\u0020on Friday"\n', "2:23"),
]


@pytest.mark.parametrize(("path", "text", "place"), FRIDAYS)
def test_a_group_of_a_pattern_names_the_place_in_a_text(
    run: Runner, repository: Write, path: str, text: str, place: str
) -> None:
    folder = repository({"policylint.toml": 'rules = ["policy"]\n', "policy/ops/no-friday.yaml": GROUP, path: text})
    outcome = run("check", "--select", "no-friday", "--output-format", "concise", cwd=folder)
    assert outcome.lines[0] == f"{path}:{place}: warning[ops/no-friday] it is a Friday"


def test_a_selection_of_nothing_is_no_selection_of_everything(run: Runner, repository: Write) -> None:
    folder = repository({"netlify.toml": ""})
    assert run("check", "--select=", cwd=folder) == (2, "", "policylint: error: option '--select' names no rule\n")


GRADUAL = """\
id: ops/unnamed-step
title: A gradual deployment names no step
severity: warning
rationale: Without a step nobody knows how far it went.
fix: Name the step.
references: [our handbook]
given: {entry: deployment, where: {Gradual: {equals: true}}}
then: {field: Step, exists: true}
examples:
  valid:
    - title: not gradual
      files: {deploy.yaml: "id: DEP-001\\ntype: step\\ngradual: false\\n"}
  invalid:
    - title: gradual
      files: {deploy.yaml: "id: DEP-001\\ntype: step\\ngradual: true\\n"}
      expect: ["deploy.yaml:1:5: DEP-001.Step is missing"]
"""


def test_a_number_before_it_does_not_hide_what_is_true(run: Runner, repository: Write) -> None:
    folder = repository(
        {
            "policylint.toml": 'rules = ["policy"]\n',
            "policy/ops/unnamed-step.yaml": GRADUAL,
            "deploy.yaml": "- id: DEP-001\n  type: step\n  gradual: 1\n- id: DEP-002\n  type: step\n  gradual: true\n",
        }
    )
    outcome = run("check", "--select", "unnamed-step", "--output-format", "concise", cwd=folder)
    assert outcome.lines[0] == "deploy.yaml:4:7: warning[ops/unnamed-step] DEP-002.Step is missing"


OWNED = """\
id: ops/two-owners
title: Two own it
severity: error
rationale: Two owners wait for each other.
fix: "Choose one of {Owned By}."
references: [our handbook]
given: {entry: deployment}
then:
  field: Owner
  not: {matches: " and "}
  message: "{entry} is owned by {Owner}, that is by {DRI}"
examples:
  valid:
    - title: one
      files: {DEP.md: "DEP-001: A\\nType: Criteria\\nOwner: Ada\\n"}
  invalid:
    - title: two
      files: {DEP.md: "DEP-001: A\\nType: Criteria\\nOwner: Ada and Bo\\n"}
      expect: ["DEP.md:3:8: DEP-001 is owned by Ada and Bo, that is by Ada and Bo"]
"""


def test_a_template_knows_a_field_by_each_of_its_names(run: Runner, repository: Write) -> None:
    folder = repository(
        {
            "policylint.toml": 'rules = ["policy"]\n',
            "policy/ops/two-owners.yaml": OWNED,
            "DEP.md": "DEP-001: A\nType: Criteria\nResponsible: Ada and Bo\n",
        }
    )
    outcome = run("check", "--select", "two-owners", "--output-format", "concise", cwd=folder)
    owners = "DEP-001 is owned by Ada and Bo, that is by Ada and Bo"
    assert outcome.lines[0] == f"DEP.md:3:14: error[ops/two-owners] {owners}"


def test_every_mistake_of_a_rule_is_told_and_told_once(run: Runner, repository: Write) -> None:
    wrong = (
        RULE.replace("severity: warning", "severity: eror")
        .replace("fix: Name", "fixx: Name")
        .replace("document: release-workflow", "document: release-workflw")
        .replace("select: body", "selct: body, where: {$: {matchs: x}}")
        .replace("  matches:", "  macthes:")
        .replace('files: {release-workflow.md: "Ship it"}', "files: {release-workflow.md: 3}")
    )
    folder = repository({"policylint.toml": 'rules = ["policy"]\n', "policy/ops/named-approver.yaml": wrong})
    file = "policy/ops/named-approver.yaml"
    assert mistakes(run, folder) == [
        (f"{file}:1:1", "'fix' is missing", ""),
        (f"{file}:3:11", "'severity' should be 'error', 'warning' or 'info'", "did you mean 'error'?"),
        (f"{file}:5:1", "unknown key 'fixx'", "did you mean 'fix'?"),
        (f"{file}:7:19", "no document is named 'release-workflw'", "did you mean 'release-workflow'?"),
        (f"{file}:7:36", "unknown key 'selct' in 'given'", "did you mean 'select'?"),
        (f"{file}:7:61", "unknown operator or key 'matchs'", "did you mean 'matches'?"),
        (f"{file}:9:3", "unknown operator or key 'macthes'", "did you mean 'matches'?"),
        (f"{file}:17:36", "'examples.invalid.0.files.release-workflow.md' should be text or a table of keys", ""),
    ]


def test_every_mistake_of_an_assertion_is_told(run: Runner, repository: Write) -> None:
    then = (
        "[{macthes: x, mesage: y}, {file: {pth: a, containz: b}, whn: {body: c}}, "
        "{any: [{exist: true}, {matches: '('}], when: {body: {equal: 1}, $: {matchs: 1}}}]"
    )
    wrong = f"{RULE.partition('then:')[0]}then: {then}\nexamples:{RULE.partition('examples:')[2]}"
    folder = repository({"policylint.toml": 'rules = ["policy"]\n', "policy/ops/named-approver.yaml": wrong})
    assert [(place.rpartition(":")[2], *rest) for place, *rest in mistakes(run, folder)] == [
        ("9", "unknown operator or key 'macthes'", "did you mean 'matches'?"),
        ("21", "unknown operator or key 'mesage'", "did you mean 'message'?"),
        ("41", "unknown option 'pth' of 'file'", "did you mean 'path'?"),
        ("49", "unknown option 'containz' of 'file'", "did you mean 'contains'?"),
        ("63", "unknown operator or key 'whn'", "did you mean 'when'?"),
        ("88", "unknown operator or key 'exist'", "did you mean 'exists'?"),
        ("103", "'matches' is not an RE2 pattern: missing ): (", ""),
        ("133", "unknown operator or key 'equal'", "did you mean 'equals'?"),
        ("148", "unknown operator or key 'matchs'", "did you mean 'matches'?"),
    ]


@pytest.mark.parametrize(
    ("severity", "place", "message", "hint"),
    [
        ("3", "3:11", "'severity' should be 'error', 'warning' or 'info'", ""),
        ("{eror: {}}", "3:18", "'severity.eror' should be 'error', 'warning' or 'info'", "did you mean 'error'?"),
        ("{error: 3, info: {}}", "3:19", "'severity.error' should be a table of keys", ""),
    ],
)
def test_a_wrong_severity_is_one_mistake(
    run: Runner, repository: Write, severity: str, place: str, message: str, hint: str
) -> None:
    wrong = RULE.replace("severity: warning", f"severity: {severity}")
    folder = repository({"policylint.toml": 'rules = ["policy"]\n', "policy/ops/named-approver.yaml": wrong})
    assert mistakes(run, folder) == [(f"policy/ops/named-approver.yaml:{place}", message, hint)]


NETLIFY_RULE = """\
id: ops/own-build
title: The build is ours
severity: warning
rationale: Others do not know it.
fix: Use ours.
references: [our handbook]
given: {given}
then: {then}
examples:
  valid:
    - title: ours
      files: {{netlify.toml: "[build]"}}
  invalid:
    - title: another
      files: {{netlify.toml: "[build]"}}
      expect: ["netlify.toml:1:1: it is wrong"]
"""


@pytest.mark.parametrize(
    ("then", "message", "hint"),
    [
        ("exists: 'yes'", "'exists' should be true or false", ""),
        ("exists: 1", "'exists' should be true or false", ""),
        ("tables_in_order: false", "'tables_in_order' should be true", ""),
        ("covers: on-call handover", "'covers' should be a table of keys", ""),
        ("covers: {topic: root cause, among: prts}", "'covers.among' should be 'parts'", "did you mean 'parts'?"),
        ("one_of: 3", "'one_of' should be a list", ""),
        ("matches: [a]", "'matches' should be text", ""),
        ("recent: {days: soon}", "'recent.days' should be a whole number", ""),
        ("no_secret: {prefixes: [a], length: 1, entropy: x}", "'no_secret.entropy' should be a number", ""),
        ("distinct: {by: [[a]]}", "'distinct.by.0' should be text", ""),
        ("file: {path: a, beside: ja}", "'file.beside' should be true or false", ""),
        ("file: {path: a, allow: [missng]}", f"'file.allow.0' should be {ALLOWED}", "did you mean 'missing'?"),
        ("recorded_in: {kind: plan, at: [a], of: {a: [b]}}", "'recorded_in.of.a' should be text", ""),
        ("runs: {besides: echo}", "'runs.besides' should be a list", ""),
        ("listed_in: {paths: body, by: body}", "'listed_in' needs 'kind' with 'by'", ""),
        ("listed_in: {paths: body, kind: plan}", "'listed_in' needs 'by' with 'kind'", ""),
        ("quantity: {}", f"'quantity' {NO_QUANTITY}", ""),
        ("quantity: {compared: false}", f"'quantity' {NO_QUANTITY}", ""),
        ("in_order: {first: {}, then: {}}", "'in_order' asks for nothing: 'first' tells no element", ""),
        ("recent: {days: -4}", "'recent' needs 'days' from 0", ""),
        ("table_rows: {columns: []}", "'table_rows' needs at least one column in 'columns'", ""),
        ("file: {path: a, min_lines: x}", "'file' takes a number of lines for 'min_lines', not 'x'", ""),
        ("file: {path: a, matches: '('}", "'file' is not an RE2 pattern: missing ): (", ""),
        ("one_of: []", "'one_of' needs at least one value", ""),
        ("of_type: []", "'of_type' needs at least one type", ""),
    ],
)
def test_wrong_options_are_told_in_words_of_the_file(
    run: Runner, repository: Write, then: str, message: str, hint: str
) -> None:
    rule = RULE.replace("  matches: '(?i)approved by'\n", f"  field: body\n  {then}\n")
    folder = repository({"policylint.toml": 'rules = ["policy"]\n', "policy/ops/named-approver.yaml": rule})
    assert [each[1:] for each in mistakes(run, folder)] == [(message, hint)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "the file is empty"),
        ("- a", "the file should be a table of keys"),
        (RULE.replace("ops/named", "Ops_named"), f"id 'Ops_named-approver' is not of the form {FORM}"),
        (RULE.replace("title: Nobody", "opt_in: 'yes'\ntitle: Nobody"), "'opt_in' should be true or false"),
        (RULE.replace("references: [our handbook]", "references: []"), "'references' needs at least one element"),
    ],
    ids=["empty", "a list", "id", "text for a truth", "nothing"],
)
def test_a_wrong_rule_file_is_told_in_words_of_the_file(
    run: Runner, repository: Write, content: str, message: str
) -> None:
    folder = repository({"policylint.toml": 'rules = ["policy"]\n', "policy/ops/named-approver.yaml": content})
    assert [each[1] for each in mistakes(run, folder)] == [message]


def test_a_second_document_in_a_rule_file_is_not_passed_over(run: Runner, repository: Write) -> None:
    both = f"{RULE}---\n{RULE}"
    folder = repository({"policylint.toml": 'rules = ["policy"]\n', "policy/ops/named-approver.yaml": both})
    place, message, hint = mistakes(run, folder)[0]
    assert place == f"policy/ops/named-approver.yaml:{len(RULE.splitlines()) + 2}:1"
    assert (message, hint) == (
        "the file has a second document, of which nothing is read",
        "put it into a file of its own",
    )


@pytest.mark.parametrize(
    ("old", "new", "place", "key", "hint"),
    [
        ("select: body", "select: boddy", "7:45", "boddy", "did you mean 'body'?"),
        ("select: body", "select: 'body | frontmater.a'", "7:45", "frontmater", "did you mean 'frontmatter'?"),
        ("select: body", "when: {frontmater.a: 1}", "7:44", "frontmater", "did you mean 'frontmatter'?"),
        ("select: body", "select: title", "7:45", "title", MARKDOWN),
        (", select: body}\nthen:", "}\nthen:\n  field: elemnts.step", "9:10", "elemnts", "did you mean 'elements'?"),
    ],
)
def test_a_path_that_no_markdown_document_has(
    run: Runner, repository: Write, old: str, new: str, place: str, key: str, hint: str
) -> None:
    rule = RULE.replace(old, new)
    folder = repository({"policylint.toml": 'rules = ["policy"]\n', "policy/ops/named-approver.yaml": rule})
    message = f"no document of kind 'release-workflow' may have the key '{key}' there"
    assert mistakes(run, folder) == [(f"policy/ops/named-approver.yaml:{place}", message, hint)]


@pytest.mark.parametrize(
    ("schema", "place", "message", "hint"),
    [
        (
            '{"properties": {\n"a": {"type": "strng"}}}',
            "2:15",
            f"'type' is 'strng', {NO_TYPE}",
            "did you mean 'string'?",
        ),
        ('{"type": ["object",\n"nul"]}', "2:1", f"'type' is 'nul', {NO_TYPE}", "did you mean 'null'?"),
        ('{"type": 3}', "1:10", f"'type' is 3, {NO_TYPE}", ""),
        ('{"required": "a"}', "1:14", "'required' should be a list", ""),
        ('{"required": [3]}', "1:15", "'required.0' should be text", ""),
        ('{"minLength": -1}', "1:15", "'minLength' should be at least 0", ""),
        ('{"items" 3}', "1:10", "expecting ':' delimiter", ""),
        ('{"items": 3}', "1:11", "'items' should be a schema: a table of keys, true or false", ""),
        ('{"requird": ["a"]}', "1:2", "'requird' is no keyword of JSON Schema", "did you mean 'required'?"),
        ('{"minLength": 1,\n"minLength": 2}', "2:1", "key 'minLength' is defined twice", ""),
        (
            '{"items": {"pattern":\n"^(?!a)"}}',
            "2:1",
            f"pattern '^(?!a)' {NO_LOOKAHEAD}",
            IN_RE2,
        ),
        (
            '{"patternProperties": {\n"(?=a)": {}}}',
            "2:1",
            f"pattern '(?=a)' {NO_LOOK}",
            IN_RE2,
        ),
        ('{"pattern": "^[[:alpha:]]$"}', "1:13", f"pattern '^[[:alpha:]]$' {NO_CLASS}", IN_RE2),
        ('{"items": {"$ref":\n"#/$defs/a"}, "$defs": {"b": {}}}', "2:1", "'$ref' '#/$defs/a' leads nowhere", ""),
        ('{"items": {"$ref": "other.json"}}', "1:20", "'$ref' 'other.json' is outside the schema", ""),
        ('{"$schema":\n"urn:mine"}', "2:1", f"'$schema' is 'urn:mine', {NO_DRAFT}", "leave it out for 2020-12"),
        ('{"allOf": [{"anyof": []}]}', "1:13", "'anyof' is no keyword of JSON Schema", "did you mean 'anyOf'?"),
    ],
)
def test_a_mistake_in_a_schema_stands_at_its_line(
    run: Runner, repository: Write, schema: str, place: str, message: str, hint: str
) -> None:
    folder = repository({"policylint.toml": f'{KIND}schema = "runbook.json"\n', "runbook.json": schema})
    assert mistakes(run, folder) == [(f"runbook.json:{place}", message, hint)]


def test_what_a_schema_may_say_besides_its_keywords_is_no_mistake(run: Runner, repository: Write) -> None:
    schema = '{"properties": {"requird": {"example": 1, "x-item": 2}}, "default": {"itmes": 1}, "titel": "a", "nt": {}}'
    folder = repository({"policylint.toml": f'{KIND}schema = "runbook.json"\n', "runbook.json": schema})
    assert run("rules", "ids", cwd=folder).code == 0


def with_netlify_rule(given: str, then: str) -> dict[str, str | bytes]:
    rule = NETLIFY_RULE.format(given=given, then=then)
    return {"policylint.toml": 'rules = ["policy"]\n', "policy/ops/own-build.yaml": rule, "netlify.toml": "[build]\n"}


@pytest.mark.parametrize(
    ("given", "then", "place", "key", "meant"),
    [
        ("{document: netlify, select: build.comand, missing: skip}", "{exists: true}", "7:36", "comand", "command"),
        ("{document: netlify}", "{field: build.publsh, exists: true}", "8:15", "publsh", "publish"),
        ("{document: netlify, when: {biuld: {exists: true}}}", "{exists: true}", "7:35", "biuld", "build"),
        ("{document: netlify, select: 'redirects[*]'}", "{all: [{field: form, equals: /}]}", "8:22", "form", "from"),
        ("{document: netlify, select: 'redirects[*]', where: {statu: 1}}", "{exists: true}", "7:60", "statu", "status"),
        (
            "{document: netlify, select: 'context.*.comand', missing: skip}",
            "{exists: true}",
            "7:36",
            "comand",
            "command",
        ),
    ],
)
def test_a_misspelt_key_of_documents_whose_keys_are_known(
    run: Runner, repository: Write, given: str, then: str, place: str, key: str, meant: str
) -> None:
    message = f"no document of kind 'netlify' may have the key '{key}' there"
    found = mistakes(run, repository(with_netlify_rule(given, then)))
    assert found == [(f"policy/ops/own-build.yaml:{place}", message, f"did you mean '{meant}'?")]


@pytest.mark.parametrize(
    ("given", "then"),
    [
        ("{document: netlify, missing: skip}", "{field: build.legacy, exists: false}"),
        ("{document: netlify, select: build.environment.COMAND, missing: skip}", "{exists: true}"),
        ("{document: package-json, select: script, missing: skip}", "{exists: true}"),
        ("{entry: deployment}", "{field: Ownr, exists: true}"),
    ],
    ids=["not alike", "free keys", "open schema", "fields of entries"],
)
def test_a_key_that_documents_may_have_for_all_we_know_is_no_mistake(
    run: Runner, repository: Write, given: str, then: str
) -> None:
    outcome = run("rules", "own-build", cwd=repository(with_netlify_rule(given, then)))
    assert (outcome.code, outcome.stderr) == (0, "")


SEVERAL = "may lead to several places, of which only the first would be judged"


@pytest.mark.parametrize(
    ("given", "then", "place", "path"),
    [
        ("{document: netlify}", "{field: 'redirects[*].to', matches: x}", "8:15", "redirects[*].to"),
        ("{document: netlify}", "{field: context.*.command, any: [{equals: x}]}", "8:31", "context.*.command"),
        ("{document: netlify, when: {'redirects[*].to': x}}", "{exists: true}", "7:35", "redirects[*].to"),
        ("{document: netlify, select: build, where: {'a | b[*]': x}}", "{exists: true}", "7:51", "a | b[*]"),
    ],
)
def test_a_path_to_several_places_is_selected_and_not_asked_for(
    run: Runner, repository: Write, given: str, then: str, place: str, path: str
) -> None:
    [(at, message, hint)] = mistakes(run, repository(with_netlify_rule(given, then)))
    assert (at.partition(":")[2].partition(":")[0], message) == (place.partition(":")[0], f"'{path}' {SEVERAL}")
    assert hint == "give the places in 'select'"


def test_whether_something_is_at_one_of_several_places_may_be_asked(run: Runner, repository: Write) -> None:
    given = "{document: netlify, when: {'redirects[*].force': {not: {exists: true}}}}"
    folder = repository(with_netlify_rule(given, "{field: 'context.*.command', exists: false}"))
    assert run("rules", "own-build", cwd=folder).code == 0


@pytest.mark.parametrize(
    ("then", "message", "hint"),
    [
        (
            "{exists: true, equals: 1}",
            "an assertion has one operator, not 'exists' and 'equals'",
            "join them with 'all'",
        ),
        ("{field: build}", "an assertion has one of ", ""),
    ],
)
def test_an_assertion_has_one_operator(run: Runner, repository: Write, then: str, message: str, hint: str) -> None:
    [(_, told, meant)] = mistakes(run, repository(with_netlify_rule("{document: netlify}", then)))
    assert told.startswith(message)
    assert meant == hint


def test_the_form_of_a_document_is_judged_in_some_respect(run: Runner, repository: Write) -> None:
    files = with_netlify_rule("{document: netlify}", "{conforms: {to: schema, only: []}}")
    [(_, message, _)] = mistakes(run, repository(files))
    assert message == "'conforms' needs at least one group in 'only'"


def test_the_form_of_a_document_is_judged_as_a_whole(run: Runner, repository: Write) -> None:
    files = with_netlify_rule("{document: netlify, select: 'redirects[*]'}", "{conforms: {to: schema}}")
    message = "'conforms' judges whole documents, not places in them"
    assert mistakes(run, repository(files)) == [("policy/ops/own-build.yaml:8:8", message, "leave out 'select'")]


def test_a_path_may_start_as_in_jsonpath(run: Runner, repository: Write) -> None:
    files = with_netlify_rule("{document: netlify, select: $.build, missing: skip}", "{field: $.command, exists: true}")
    outcome = run("check", ".", "--select", "own-build", "--output-format", "concise", cwd=repository(files))
    assert outcome.lines[0] == "netlify.toml:1:2: warning[ops/own-build] build.command is missing"


FENCED = """\
# Production

## DEP-001: Migrate
```yaml
type: Step
stage: Deploy
linked_ids: TEST-009
```

```
DEP-002: Check
Type: Step
Linked IDs: TEST-010
```
Owner: of nothing
"""
FENCED_KIND = """\
[kinds.source-of-truth]
title = "Source of truth"
format = "markdown"
paths = ["SoT/*.md"]
fenced_entries = true
"""


@pytest.mark.parametrize(
    ("files", "path"),
    [
        ({"prod.dep.md": FENCED}, "prod.dep.md"),
        ({"SoT/SoT.DEPLOYMENT.md": FENCED, "policylint.toml": FENCED_KIND}, "SoT/SoT.DEPLOYMENT.md"),
    ],
)
def test_entries_in_fences_count_where_the_kind_says_so(
    run: Runner, repository: Write, files: dict[str, str], path: str
) -> None:
    rules = "ids/unresolved-id,deployment/missing-owner,deployment/mismatched-stage"
    outcome = run("check", "--select", rules, "--output-format", "concise", cwd=repository(files))
    assert outcome.lines[:-1] == [
        f"{path}:3:4: warning[deployment/missing-owner] DEP-001 has no Owner",
        f"{path}:7:13: error[ids/unresolved-id] TEST-009 is not defined in any file",
        f"{path}:11:1: warning[deployment/missing-owner] DEP-002 has no Owner",
        f"{path}:13:13: error[ids/unresolved-id] TEST-010 is not defined in any file",
    ]


def test_entries_in_fences_are_examples_everywhere_else(run: Runner, repository: Write) -> None:
    folder = repository({"SoT/SoT.DEPLOYMENT.md": FENCED})
    rules = "ids/unresolved-id,deployment/missing-field"
    outcome = run("check", "--select", rules, "--output-format", "concise", cwd=folder)
    fields = ("Description", "Stage", "Type")
    found = "SoT/SoT.DEPLOYMENT.md:3:4: error[deployment/missing-field] DEP-001 has no"
    assert outcome.lines[:-1] == [f"{found} '{field}'" for field in fields]


def test_an_extension_in_capitals_is_the_same(run: Runner, repository: Write) -> None:
    folder = repository({"DEPLOYMENT.MD": "DEP-001: a\nType: Step\n"})
    outcome = run("check", "--select", "deployment/missing-owner", "--output-format", "concise", cwd=folder)
    assert outcome.lines[0] == "DEPLOYMENT.MD:1:1: warning[deployment/missing-owner] DEP-001 has no Owner"
