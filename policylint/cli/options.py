"""The options of `check` as a table, and a reader of plain command lines that costs no import.

click builds its command from the same table. It takes half of the time that checking a file does, so a command
line that needs no help, no suggestion and no error message is read here; anything else is left to click.
"""

from __future__ import annotations

from typing import Any

from policylint.errors import UsageError
from policylint.named_tuple import NamedTuple

FORMATS = ("full", "concise", "json", "github", "sarif")
LEVELS = ("error", "warning", "info")
COLORS = ("auto", "always", "never")
STAGES = ("release",)
MOST_JOBS = 256


class Option(NamedTuple):
    """One option: `choices` are its allowed values, `many` says that it may be repeated and takes comma lists.

    `noun` is what the elements of a list are. A flag takes no value, a count a number from 1 to MOST_JOBS.
    """

    flag: str
    field: str
    help: str
    choices: tuple[str, ...] = ()
    many: bool = False
    metavar: str = ""
    noun: str = "rule"
    is_flag: bool = False
    is_count: bool = False


OPTIONS = (
    Option("--output-format", "output_format", "How to print; 'github' by itself inside GitHub Actions.", FORMATS),
    Option("--select", "select", "Run only these rules or categories.", many=True, metavar="RULES"),
    Option("--ignore", "ignore", "Leave out these rules or categories.", many=True, metavar="RULES"),
    Option("--fail-level", "fail_level", "Exit 1 from this severity on.", LEVELS),
    Option("--stage", "stage", "Also judge what must be done by this stage.", STAGES),
    Option("--evidence", "evidence", "Test results, JUnit XML or JSON.", many=True, metavar="FILES", noun="file"),
    Option("--fix", "fix", "Mend what can be mended safely, and report what remains.", is_flag=True),
    Option("--unsafe-fixes", "unsafe_fixes", "With --fix or --diff: also fixes that are a guess.", is_flag=True),
    Option("--diff", "diff", "Show what --fix would change, and write nothing.", is_flag=True),
    Option("--write-baseline", "write_baseline", "Keep what is found as where to start from.", is_flag=True),
    Option("--jobs", "jobs", "How many processes to use; by default as many as pay.", metavar="N", is_count=True),
    Option("--no-cache", "no_cache", "Read and keep nothing of other runs.", is_flag=True),
    Option("--color", "color", "Whether to colour; 'auto' means on a terminal.", COLORS),
)


class CheckOptions(NamedTuple):
    """What a `check` was asked for; an empty text means the default, which configuration may decide."""

    paths: tuple[str, ...] = (".",)
    output_format: str = ""
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_level: str = ""
    stage: str = ""
    evidence: tuple[str, ...] = ()
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    write_baseline: bool = False
    jobs: int = 0
    no_cache: bool = False
    color: str = "auto"
    verbose: bool = False


def from_values(values: dict[str, object]) -> CheckOptions:
    """Options from values by field; comma lists of repeatable options are taken apart, absent ones keep defaults.

    Raises UsageError when an option that takes names is given none.
    """
    given = {field: value for field, value in values.items() if value not in (None, (), "")}
    for option in OPTIONS:
        if option.many and option.field in given:
            given[option.field] = tuple(_elements(given[option.field]))
            if not given[option.field]:
                raise UsageError(f"option '{option.flag}' names no {option.noun}")
    return CheckOptions(**given)  # type: ignore[arg-type]


def _elements(values: object) -> list[str]:
    texts = values if isinstance(values, tuple) else ()
    return [element.strip() for text in texts for element in text.split(",") if element.strip()]


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(MOST_JOBS)) and 1 <= int(text) <= MOST_JOBS


def read_plain(arguments: list[str]) -> CheckOptions | None:
    """The options of `check …` when every word is plainly right; None when click must decide."""
    if not arguments or arguments[0] != "check":
        return None
    by_flag = {option.flag: option for option in OPTIONS}
    values: dict[str, Any] = {}
    paths: list[str] = []
    words = iter(arguments[1:])
    for word in words:
        if not word.startswith("-"):
            paths.append(word)
            continue
        flag, has_value, value = word.partition("=")
        option = by_flag.get(flag)
        if option is None or (option.is_flag and has_value):
            return None
        if option.is_flag:
            values[option.field] = True
            continue
        value = value if has_value else next(words, "")
        if not value or (not has_value and value.startswith("-")) or (option.choices and value not in option.choices):
            return None
        if option.is_count:
            if not _is_count(value):
                return None
            values[option.field] = int(value)
            continue
        values[option.field] = (*values.get(option.field, ()), value) if option.many else value
    return None if "" in paths else from_values({**values, "paths": tuple(paths)})
