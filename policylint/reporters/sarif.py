"""sarif: SARIF 2.1.0, for code scanning of GitHub and others. What comments or a baseline cover is suppressed.

Edits of fixes are left out: viewers would make them as they stand, `--fix` tries each before it keeps it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from policylint import __version__
from policylint.diagnostics import Severity, order
from policylint.json_output import written
from policylint.operators.operator import without_names
from policylint.reporters.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policylint.diagnostics import Diagnostic, Span
    from policylint.pack import Rule
    from policylint.reporters import View

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HOMEPAGE = "https://github.com/policylint/policylint"
# A name of our own: GitHub's action works out its `primaryLocationLineHash`, and warns of one that differs.
FINGERPRINT = "policylintFinding/v1"

_BASE = "%SRCROOT%"
_BASE_MEANS = "The folder in which policylint was started, or the root of what it checked where that is not below it."
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_COVERED = {"kind": "external", "justification": "It is in the baseline."}
# What has a meaning in an address (RFC 3986).
_ADDRESS = "%/:?#[]@!$&'()*+,;="
# What would end the text of a link in a message, with the backslashes before it.
_LINK = re.compile(r"(\\*)\]\(")


def render(view: View) -> Iterator[str]:
    """The whole log."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(view)]}
    yield written(log)


def _run(view: View) -> dict[str, object]:
    report = view.report
    findings: list[tuple[Diagnostic, dict[str, object]]] = [(each, {}) for each in report.diagnostics]
    findings += [(each, {"suppressions": [{"kind": "inSource"}]}) for each in report.suppressed]
    findings += [(each, {"suppressions": [_COVERED]}) for each in report.covered]
    findings.sort(key=lambda finding: order(finding[0]))
    found = [diagnostic for diagnostic, _ in findings]
    rules = sorted({each.rule for each in found})
    driver = {"name": "policylint", "version": __version__, "informationUri": HOMEPAGE, "rules": _rules(rules, view)}
    places = {name: index for index, name in enumerate(rules)}
    return {
        "tool": {"driver": driver},
        "invocations": [
            {"executionSuccessful": view.ending.is_complete, "exitCode": view.ending.exit_code},
        ],
        "originalUriBaseIds": {_BASE: {"description": {"text": _BASE_MEANS}}},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "results": [
            {**_result(diagnostic, places, view), "partialFingerprints": {FINGERPRINT: fingerprint}, **more}
            for (diagnostic, more), fingerprint in zip(findings, _fingerprints(found, view), strict=True)
        ],
    }


def _rules(names: list[str], view: View) -> list[dict[str, object]]:
    known = {rule.name: rule for rule in view.rules}
    return [_descriptor(known[name]) if name in known else {"id": name} for name in names]


def _descriptor(rule: Rule) -> dict[str, object]:
    title = _text(rule.title)
    remedy = _text(f"{without_names(rule.fix)} ('policylint explain {rule.name}' says why, with examples)")
    return {
        "id": rule.name,
        "shortDescription": title,
        "fullDescription": title,
        "help": remedy,
        **({"helpUri": _quoted(rule.url, _ADDRESS)} if rule.url else {}),
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [rule.category]},
    }


def _result(diagnostic: Diagnostic, places: dict[str, int], view: View) -> dict[str, object]:
    message = diagnostic.message + (f" (fix: {diagnostic.fix})" if diagnostic.fix else "")
    related = [
        {"id": number, **_location(each.path, each.span, view), "message": _text(each.message)}
        for number, each in enumerate(diagnostic.related, 1)
    ]
    return {
        "ruleId": diagnostic.rule,
        "ruleIndex": places[diagnostic.rule],
        "level": _LEVELS[diagnostic.severity],
        "message": _text(message),
        "locations": [_location(diagnostic.path, diagnostic.span, view)],
        **({"relatedLocations": related} if related else {}),
    }


def _text(text: str) -> dict[str, str]:
    """A message: what linted files say is shown, and never followed; viewers make links of `[text](address)`."""
    return {"text": _LINK.sub(lambda match: rf"{match[1] * 2}\](", visible(text))}


def _location(path: str, span: Span, view: View) -> dict[str, object]:
    """A place; as with us, the end column of SARIF is that of the character after the last one."""
    (line, column), (end_line, end_column) = span
    region = {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}
    artifact = {"uri": _quoted(view.inner_path(path), "/"), "uriBaseId": _BASE}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}


def _quoted(text: str, kept: str) -> str:
    """A text for an address: percent-encoded but for letters, digits and what is kept."""
    from urllib.parse import quote

    try:
        return quote(text.encode("utf-8", "surrogateescape"), kept)
    except UnicodeEncodeError:
        return quote(text.encode("utf-8", "replace"), kept)


def _fingerprints(diagnostics: Iterable[Diagnostic], view: View) -> Iterator[str]:
    """What a finding is known by when lines move; equal ones of a file are numbered in their order."""
    from hashlib import sha256

    seen: dict[str, int] = {}
    for each in diagnostics:
        known_by = json.dumps([each.rule, view.inner_path(each.path), each.subject, each.message])
        digest = sha256(known_by.encode()).hexdigest()[:32]
        seen[digest] = seen.get(digest, 0) + 1
        yield f"{digest}:{seen[digest]}"
