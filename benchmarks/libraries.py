"""The choices of libraries that docs/architecture.md and docs/performance.md rest on, as ratios within one run."""

from __future__ import annotations

import gc
import io
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
from jsonschema.validators import validator_for
from ruamel.yaml import YAML

from policylint.documents import load
from policylint.documents.document import Limits
from policylint.documents.source import Source

ROOT = Path(__file__).resolve().parent.parent
ENTRY = (ROOT / "examples" / "storefront-fixed" / "release" / "dep" / "DEP-010.yaml").read_text(encoding="utf-8")
SCHEMA = json.loads((ROOT / "schemas" / "netlify.schema.json").read_text(encoding="utf-8"))
NETLIFY: dict[str, Any] = {
    "build": {"command": "npm test && npm run build", "publish": "dist"},
    "redirects": [{"from": "/*", "to": "/index.html", "status": 200}] * 5,
}
IMPORTS = ("tomllib", "jsonschema_rs", "click", "pydantic", "jsonschema", "yaml", "pathspec", "tree_sitter_bash", "re2")


def main() -> None:
    ours = _least(lambda: load(Source("a.yaml", ENTRY), "yaml", Limits()))
    round_trip = _least(lambda: YAML().load(io.StringIO(ENTRY)))
    print(f"reading one YAML entry: {ours:.2f} ms; ruamel.yaml's round trip takes {round_trip / ours:.0f} x as long")
    fast, full = jsonschema_rs.validator_for(SCHEMA), validator_for(SCHEMA)(SCHEMA)
    decided = _least(lambda: fast.is_valid(NETLIFY))
    explained = _least(lambda: list(full.iter_errors(NETLIFY)))
    print(f"deciding validity: {decided * 1000:.0f} us; jsonschema takes {explained / decided:.0f} x as long")
    floor = _start("pass")
    for module in IMPORTS:
        print(f"importing {module}: {_start(f'import {module}') - floor:.0f} ms more than `python -c pass`")


def _least(action: Callable[[], object]) -> float:
    """The least milliseconds of CPU over 50 calls."""
    gc.disable()
    times = []
    for _ in range(50):
        before = time.process_time()
        action()
        times.append(time.process_time() - before)
    return min(time for time in times if time > 0) * 1000


def _start(code: str) -> float:
    """The least milliseconds that a whole interpreter takes over 10 starts."""
    times = []
    for _ in range(10):
        before = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        times.append(time.perf_counter() - before)
    return min(times) * 1000


if __name__ == "__main__":
    main()
