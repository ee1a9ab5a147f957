"""outside_comments: a text that a file of source code holds is not only in its comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, cast

from policylint.filetree import Unreadable, inside
from policylint.operators.file import containing, whole_names
from policylint.operators.operator import Failure, Traits, render, shown, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(needs_project=True)


class _File(TypedDict):
    path: str


class Options(_File, total=False):
    """`path` is a template for the file. `line` has marks that begin a comment, with the endings of the files where
    they do; `block` has pairs of marks with a blank between them, such as `/* */`. With `names` the text is names, each
    of which counts as a whole.
    """

    line: dict[str, list[str]]
    block: dict[str, list[str]]
    names: bool


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Only whole lines count as comments: within a line a mark may be part of a text or of a pattern. A text that
    has such a mark itself asks for a comment.
    """
    project = cast("Project", scope.project)
    path = inside(scope.base, render(options["path"], scope.names)) or ""
    source = project.source(path) if project.tree.type_of(path) else None
    ending = path.rpartition(".")[2]
    marks = [mark for mark, endings in _all(options).items() if ending in endings]
    if value.is_missing or source is None or isinstance(source, Unreadable) or not marks:
        return
    code = project.remember(("code", path, id(options)), lambda: _code(source.text, ending, options))
    items = value.value if isinstance(value.value, list) else None
    for index, each in enumerate([value.value] if items is None else items):
        if not project.may_search(scope.path, len(source.text)):
            return  # the rules on what the file must hold say so
        text = text_of(each)
        is_comment = any(part in text for mark in marks for part in mark.split())
        is_in = whole_names(text) if options.get("names") else containing(text)
        if is_in(source.text) and not is_in(code) and not is_comment:
            place = () if items is None else (index,)
            yield Failure(f"{path} mentions {shown(text)} only in a comment", is_sentence=True, path=place)


def _all(options: Options) -> dict[str, list[str]]:
    return {**options.get("line", {}), **options.get("block", {})}


def _code(text: str, ending: str, options: Options) -> str:
    """The text without the lines that are comments; each line is looked at once."""
    marks = tuple(mark for mark, endings in options.get("line", {}).items() if ending in endings)
    pairs = [mark.split() for mark, endings in options.get("block", {}).items() if ending in endings]
    kept: list[str] = []
    closing = ""
    for line in text.split("\n"):
        rest = line.lstrip()
        if not closing:
            first, closing = next((pair for pair in pairs if rest.startswith(pair[0])), ("", ""))
            rest = rest[len(first) :]
        if closing:
            _, found, after = rest.partition(closing)
            kept += [after] if found else []
            closing = "" if found else closing
        elif not (marks and rest.startswith(marks)):
            kept.append(line)
    return "\n".join(kept)
