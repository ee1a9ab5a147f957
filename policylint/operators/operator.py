"""What operators are given and what they give back."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from policylint.diagnostics import Related, excerpt
from policylint.filetree import inside
from policylint.named_tuple import NamedTuple
from policylint.selectors import MISSING, Path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from policylint.edits import Edit
    from policylint.facts import EntryFact
    from policylint.identifiers import Grammar
    from policylint.pack import Assertion
    from policylint.project import Project

# Texts up to this many characters are remembered with what rules say of them; longer ones are seldom the same twice.
SHORT = 60

# Compiled when the first message is filled in.
_NAME = r"\{([A-Za-z_][\w .|-]*)\}"
_ALTERNATIVE = " | "


# Conditions on another entry: a mapping in a rule file, assertions once the rule is compiled.
Conditions = Any


class Part(NamedTuple):
    """A part of a text, told by what it says; `number` counts, from 0, the parts of the text that say the same.

    Blanks and line ends between words count alike. So it is found again where the text is written in another way, with
    marks around it or folded.
    """

    text: str
    number: int


# Each part costs a search of its text: what is found more often in one text is reported at all of it.
MOST_PARTS = 100


def part_of(text: str, start: int, end: int) -> Part:
    """The part of a text between two offsets."""
    said = text[start:end]
    same = re.finditer(r"\s+".join(map(re.escape, said.split())), text[:end]) if said.strip() else ()
    return Part(said, sum(each.start() < start for each in same))


class Failure(NamedTuple):
    """One way in which an assertion does not hold.

    `message` is a predicate ("is missing") unless `is_sentence`; then it names its own subject. `path` leads from the
    judged value to the place at fault, `part` is the part of the text there that is at fault, if not all of it is.
    `about` leads to what the message speaks of, where that is another place, such as the table that has an unknown key.
    `at_key` puts the report on the key, and `fix` replaces the rule's fix. `details` are further names for the
    templates of the rule, as they are or normalised. `edit`, relative to the judged value, is what would mend it: it is
    offered only where the rule says so.
    """

    message: str
    is_sentence: bool = False
    path: Path = ()
    part: Part | None = None
    about: Path | None = None
    at_key: bool = False
    fix: str = ""
    related: tuple[Related, ...] = ()
    details: Mapping[str, object] = {}
    edit: Edit | None = None


class Value:
    """The value that an assertion is about, with its text, which several rules may ask for."""

    __slots__ = ("text", "value")

    # The value as a person wrote it; empty when it is missing.
    text: str

    def __init__(self, value: object) -> None:
        self.value = value
        if isinstance(value, str):
            self.text = value

    def __getattr__(self, name: str) -> str:
        """The text of what is no text, when it is first asked for."""
        if name != "text":
            raise AttributeError(name)
        self.text = "" if self.value is MISSING else text_of(self.value)
        return self.text

    @property
    def is_missing(self) -> bool:
        """Whether the path of the assertion leads nowhere."""
        return self.value is MISSING


class LateValue(Value):
    """A value that takes some work to put together, and that few of those who are given it look at."""

    __slots__ = ("_compute",)

    def __init__(self, compute: Callable[[], object]) -> None:
        self._compute = compute

    def __getattr__(self, name: str) -> Any:
        """The value or its text, when it is first asked for."""
        if name != "value":
            return super().__getattr__(name)
        self.value = self._compute()
        return self.value


class Names(Protocol):
    """The names that templates may use; a mapping is one."""

    def get(self, name: str, default: object, /) -> object:
        """The value of a name, or the default."""
        ...


class Judge(Protocol):
    """What tells whether an entry of any file meets conditions."""

    def __call__(self, entry: EntryFact, conditions: Iterable[Assertion], /) -> bool:
        """Whether it does."""
        ...


class Whole(Protocol):
    """The document in which a value stands."""

    @property
    def data(self) -> object:
        """What it says in the context that is judged; None where it cannot be read again."""
        ...

    @property
    def is_marked(self) -> bool:
        """Whether its file starts with a byte order mark."""
        ...

    def number_at(self, path: Path, /) -> int | float | None:
        """The number that is written at a path of the data where the data has its text: a version stays as written."""
        ...

    def outline(self) -> Sequence[Path]:
        """The paths of its nested tables in the order in which they are opened."""
        ...


class Scope(NamedTuple):
    """What surrounds a value: names for templates, the folder that paths start from, and the other files.

    `placeholder` gives the pattern (RE2) of values that were never filled in, empty if there is none. `schema` is that
    of the document's kind or the entry's dialect, `whole` the document and `entry` the entry that is judged. `project`
    and `judge`, which tells whether an entry meets conditions, are set only while files are judged together.
    """

    names: Names
    path: str
    base: str
    grammar: Callable[[], Grammar]
    placeholder: Callable[[], str]
    schema: str = ""
    entry: EntryFact | None = None
    whole: Whole | None = None
    project: Project | None = None
    judge: Judge | None = None


class Traits(NamedTuple):
    """What the engine has to know of an operator.

    `needs_project` says that it looks at other files, `project_options` are the options with which it does, and with
    `needs_index` a value of a document is looked up among the entries or documents of all files. `subject` is what
    alone it can judge, if not any value.

    The next four are promises that save work; to leave one out is only slow. With `answers_by_value` its answer
    depends on the value and on what is the same in the whole run, with `answers_by_emptiness` on no more of the value
    than whether it is empty, with `asks_project_only` on nothing but the project. With `asks_each_target` it judges
    each target of a reference by itself, and those of references that are written in the same way alike if they have
    the same prefix, are both defined or not, and say the same to the conditions of its option `where`.

    `path_options` are options that hold paths, which operators get as steps; `names` says which options name a kind of
    document, a kind of entry, a link type, a prefix or a topic, and `name_options` are those that are themselves a name
    as in templates. `runs_commands` says that it judges what a shell command runs, and asks where, `of_whole_documents`
    that of a document it judges nothing less than all.
    """

    needs_project: bool
    subject: str = ""
    needs_index: bool = False
    project_options: tuple[str, ...] = ()
    answers_by_value: bool = False
    answers_by_emptiness: bool = False
    asks_project_only: bool = False
    asks_each_target: bool = False
    path_options: tuple[str, ...] = ()
    names: Mapping[str, str] = {}
    name_options: tuple[str, ...] = ()
    runs_commands: bool = False
    of_whole_documents: bool = False


# Whether a value is as some options ask.
Predicate = Callable[[Value, Scope], bool]


def defined_here(entry: EntryFact) -> Related:
    """The place of a definition, for diagnostics that are owed to it."""
    return Related(entry.path, entry.span, f"{entry.identifier} is defined here")


def names_in(template: str) -> list[str]:
    """The names that a template refers to; in `{one | other}` the first that is known counts."""
    return [name for found in re.findall(_NAME, template) for name in found.split(_ALTERNATIVE)]


def with_names(template: str, replacement: Callable[[str], str]) -> str:
    """The template with something else in the place of each name, braces and alternatives and all."""
    return re.sub(_NAME, lambda match: replacement(match[1]), template)


def render(template: str, names: Names, escape: Callable[[str], str] = str) -> str:
    """Fill in the names that are known; an unknown one stays as written. Never evaluates anything."""
    pieces = _pieces(template)
    filled_in = list(pieces)
    for place in range(1, len(pieces), 2):
        value = _known(pieces[place], names)
        filled_in[place] = f"{{{pieces[place]}}}" if value is MISSING else escape(text_of(value))
    return "".join(filled_in)


def worded(template: str, names: Names) -> str:
    """The template filled in for people to read: each name and the whole end in `...` where they would be too long.

    What is compared, looked up or written to a file is rendered in full.
    """
    return cut(render(template, _Beginnings(names)), LONGEST_WORDING)


# A message of a rule says what a document says, which may be megabytes, once for each of its findings.
LONGEST_WORDING = 4_000


class _Beginnings:
    """Names with no more of their values than a wording has room for."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def get(self, name: str, default: object, /) -> object:
        value = self._names.get(name, default)
        return value if value is default else cut(_beginning(value, LONGEST_WORDING + 1), LONGEST_WORDING)


def cut(text: str, longest: int) -> str:
    """A text of so many characters at most, as it is written; what is cut off is shown as `...`."""
    return text if len(text) <= longest else f"{text[: longest - 3]}..."


@lru_cache(maxsize=1024)
def _pieces(template: str) -> tuple[str, ...]:
    """A template as text, name, text, and so on."""
    return tuple(re.split(_NAME, template))


def without_names(template: str) -> str:
    """A template for people to read: `{entry}` as `<entry>`."""
    return render(template, {name: f"<{name}>" for name in names_in(template)})


def filled(template: str, names: Names) -> str | None:
    """The template with all its names filled in; None when one leads nowhere."""
    is_known = all(_known(found, names) is not MISSING for found in re.findall(_NAME, template))
    return render(template, names) if is_known else None


def _known(found: str, names: Names) -> object:
    values = (names.get(name, MISSING) for name in found.split(_ALTERNATIVE))
    return next((value for value in values if value is not MISSING), MISSING)


def folder_in(template: str, scope: Scope) -> str:
    """The folder that a template names, below the one that the document's paths start from; that one if it names none.

    A leading slash means the root of the repository; a folder outside it is none.
    """
    written = filled(template, scope.names) or ""
    return inside(scope.base, written.lstrip("/") or ".") or scope.base


def text_of(value: object) -> str:
    """A value as the text a person wrote: `true`, `null`, `12`, and lists one item a line."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    # Comprehensions and a look at the type: the text of a whole entry is asked for most.
    if isinstance(value, list):
        return "\n".join([item if isinstance(item, str) else text_of(item) for item in value])
    if isinstance(value, dict):
        return "\n".join([f"{key}: {item if isinstance(item, str) else text_of(item)}" for key, item in value.items()])
    return str(value)


def _beginning(value: object, longest: int) -> str:
    """The first characters of the text of a value, without making all of it."""
    if not isinstance(value, list | dict):
        return text_of(value)[:longest]
    lines: list[str] = []
    room = longest
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        lines.append((f"{str(key)[:longest]}: " if isinstance(value, dict) else "") + _beginning(item, room))
        room -= len(lines[-1]) + 1
        if room <= 0:
            break
    return "\n".join(lines)[:longest]


def is_empty(value: object) -> bool:
    """Whether a value says nothing: null, blank text, or a collection of such values only."""
    if value is None or value is MISSING:
        return True
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, list):
        return all(is_empty(item) for item in value)
    return isinstance(value, dict) and not value


def shown(value: object) -> str:
    """A value inside a message: quoted if it is text, on one line and of bounded length."""
    text = excerpt(_beginning(value, LONGEST_WORDING))
    return text if value is None or isinstance(value, bool | int | float) else f"'{text}'"
