"""The shipped rules as the tests of this folder need them: whole definitions, and the pack that holds them."""

from __future__ import annotations

import tempfile
from functools import cache

from policylint.definitions.rule import RuleFile
from policylint.definitions.rule_compilation import read_rule
from policylint.pack import Pack
from policylint.workspace import open_workspace, rule_files


@cache
def pack() -> Pack:
    with tempfile.TemporaryDirectory() as folder:
        return open_workspace(folder, {}, folder).pack


@cache
def definitions() -> dict[str, RuleFile]:
    return {file.name: read_rule(file) for file in rule_files("/", [])}
