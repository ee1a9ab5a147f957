"""How the loaders do in yaml-test-suite and toml-test: `python benchmarks/conformance.py FOLDER`.

The folder holds checkouts named `yaml-test-suite` and `toml-test`; one that is missing is passed over. Scalars of YAML
are compared as text, since policylint keeps text where YAML 1.2 has several readings (docs/architecture.md).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import yaml

from policylint import documents
from policylint.documents.document import Limits, Loaded
from policylint.documents.source import Source
from policylint.filetree import Unreadable, decode

# How the suite writes what cannot be seen: https://github.com/yaml/yaml-test-suite#special-characters
VISIBLE = {"␣": " ", "»": "\t", "—": "", "←": "\r", "⇔": "\ufeff", "↵": "", "∎\n": ""}


def load(text: str, format_name: str) -> Loaded:
    return documents.load(Source("case", text), format_name, Limits())


def main() -> None:
    folder = Path(sys.argv[1])
    for name, report in (("yaml-test-suite", yaml_report), ("toml-test", toml_report)):
        if (folder / name).is_dir():
            report(folder / name)
        else:
            print(f"{name}: not in {folder}, passed over")


def yaml_report(root: Path) -> None:
    results: dict[str, list[str]] = {}
    for file in sorted((root / "src").glob("*.yaml")):
        inherited: dict[str, Any] = {}
        for number, case in enumerate(yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader)):
            inherited = {**{key: value for key, value in inherited.items() if key != "fail"}, **case}
            if "skip" not in inherited:
                results.setdefault(yaml_verdict(inherited), []).append(f"{file.stem}-{number}")
    say("yaml-test-suite", results)


def yaml_verdict(case: dict[str, Any]) -> str:
    loaded = load(written(case["yaml"]), "yaml")
    is_accepted = not loaded.is_incomplete
    if "fail" in case:
        return "wrongly accepted" if is_accepted else "rightly rejected"
    if not is_accepted:
        return f"wrongly rejected: {loaded.faults[0].message}"
    if "json" not in case:
        return "rightly accepted, without data to compare"
    expected = [plain(each) for each in json_documents(case["json"])]
    found = [plain(each.data) for each in loaded.documents]
    return "same data" if found == expected or (found == ["None"] and not expected) else "other data"


def written(text: str) -> str:
    for shown, meant in VISIBLE.items():
        text = text.replace(shown, meant)
    return text


def json_documents(text: str) -> list[Any]:
    decoder, found, position = json.JSONDecoder(), [], 0
    while rest := text[position:].lstrip():
        value, end = decoder.raw_decode(rest)
        found.append(value)
        position = len(text) - len(rest) + end
    return found


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else str(value)


def toml_report(root: Path) -> None:
    results: dict[str, list[str]] = {}
    for name in (root / "tests" / "files-toml-1.0.0").read_text(encoding="utf-8").split():
        if name.endswith(".toml"):
            results.setdefault(toml_verdict(root / "tests" / name), []).append(name)
    say("toml-test (TOML 1.0)", results)


def toml_verdict(file: Path) -> str:
    source = decode("case", file.read_bytes())
    loaded = None if isinstance(source, Unreadable) else documents.load(source, "toml", Limits())
    is_accepted = loaded is not None and bool(loaded.documents)
    if "invalid" in file.parts:
        return "wrongly accepted" if is_accepted else "rightly rejected"
    if loaded is None or not is_accepted:
        return f"wrongly rejected: {loaded.faults[0].message if loaded else 'not UTF-8'}"
    expected = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    return "same data" if same(expected, loaded.documents[0].data) else "other data"


def same(expected: Any, found: Any) -> bool:
    if isinstance(expected, dict) and set(expected) == {"type", "value"} and isinstance(expected["type"], str):
        return same_scalar(expected["type"], expected["value"], found)
    if isinstance(expected, dict):
        return (
            isinstance(found, dict) and set(expected) == set(found) and all(same(expected[k], found[k]) for k in found)
        )
    if not isinstance(found, list) or len(expected) != len(found):
        return False
    return all(same(one, other) for one, other in zip(expected, found, strict=True))


def same_scalar(kind: str, expected: str, found: Any) -> bool:
    if kind == "bool":
        return bool(found is (expected == "true"))
    if kind in ("integer", "float"):
        return float(expected) == float(found) or (expected == "nan" and found != found)  # noqa: PLR0124
    if kind == "string":
        return bool(expected == found)
    return normal_time(expected) == normal_time(str(found))


def normal_time(text: str) -> str:
    text = text.replace("Z", "+00:00").replace("T", " ").replace("t", " ")
    day, _, clock = text.partition(" ") if " " in text else ("", "", text)
    digits = "".join(clock.split(".")[1:2])[:6].rstrip("0") if "." in clock else ""
    return f"{day} {clock}" if not digits else f"{day} {clock.split('.')[0]}"


def say(name: str, results: dict[str, list[str]]) -> None:
    print(f"{name}: {sum(map(len, results.values()))} cases")
    for verdict, cases in sorted(results.items(), key=lambda item: -len(item[1])):
        named = "" if len(cases) > 40 else f": {' '.join(cases)}"
        print(f"  {len(cases):4}  {verdict}{named}")


if __name__ == "__main__":
    main()
