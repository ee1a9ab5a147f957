"""The node types of a parsed command: small immutable values that no parser library leaks into."""

from __future__ import annotations

from policylint.record import Record


class Unparsable(Exception):  # noqa: N818 - the text is at fault, not the program
    """The text is no bash that we can read with certainty; the argument is a phrase that says why."""


class Literal(Record):
    """Fixed characters after quote removal; `quoted` ones are neither split nor matched against files."""

    text: str
    quoted: bool


class Variable(Record):
    """`$NAME`, `${NAME}` or a special parameter such as `$?`; the name is without the dollar sign."""

    name: str
    quoted: bool


class Substitution(Record):
    """`$(...)` or backticks; with `parallel` a process substitution `<(...)`, whose status nobody sees."""

    script: Sequence
    source: str
    quoted: bool
    parallel: bool


class Unevaluated(Record):
    """Text that only a running shell could expand, and the substitutions inside it, which do run."""

    source: str
    quoted: bool
    inner: tuple[Substitution, ...]


Part = Literal | Variable | Substitution | Unevaluated


class Word(Record):
    """One word of a command; `source` is how it was written."""

    parts: tuple[Part, ...]
    source: str


class Assignment(Record):
    """`NAME=value`; `exact` is false for `+=`, array elements and arrays, whose result we do not follow."""

    name: str
    value: Word
    exact: bool


class Simple(Record):
    """Assignments and then the words of one command; either may be empty."""

    assignments: tuple[Assignment, ...]
    words: tuple[Word, ...]


class Declaration(Record):
    """`export`, `local`, `declare` and the like: assignments whose own status is always 0."""

    keyword: str
    assignments: tuple[Assignment, ...]


class Condition(Record):
    """`[ ... ]`, `[[ ... ]]` or `(( ... ))`; when not `flat` the words are there only for what they run."""

    words: tuple[Word, ...]
    flat: bool
    source: str


class Redirected(Record):
    """A command whose redirections contain words that run something, such as `< <(...)`."""

    body: Node
    targets: tuple[Word, ...]


class Link(Record):
    """One `&& node` or `|| node` of a list; `source` is how the node was written."""

    operator: str
    node: Node
    source: str


class AndOr(Record):
    """`first && a || b ...`, which bash evaluates from left to right without precedence."""

    first: Node
    links: tuple[Link, ...]


class Pipeline(Record):
    """Two or more commands joined by `|`."""

    elements: tuple[Node, ...]


class Negation(Record):
    """`! body`."""

    body: Node


class Group(Record):
    """`{ ...; }`."""

    body: Sequence


class Subshell(Record):
    """`( ... )`."""

    body: Sequence


class Item(Record):
    """A command of a sequence and what ends it: `;`, `&`, a line end or nothing."""

    node: Node
    separator: str


class Sequence(Record):
    """Commands that run one after the other."""

    items: tuple[Item, ...]


class Branch(Record):
    """An `if` or `elif` with its body."""

    condition: Sequence
    body: Sequence


class If(Record):
    """`if ...; then ...; elif ...; else ...; fi`."""

    branches: tuple[Branch, ...]
    otherwise: Sequence | None


class While(Record):
    """A `while` or, with `until`, an `until` loop."""

    condition: Sequence
    body: Sequence
    until: bool


class For(Record):
    """`for variable in words`; `words` is None when the loop runs over the positional parameters."""

    variable: str
    words: tuple[Word, ...] | None
    body: Sequence
    source: str


class CaseItem(Record):
    """One `pattern | pattern) body ;;` of a `case`."""

    patterns: tuple[Word, ...]
    body: Sequence


class Case(Record):
    """`case subject in ... esac`."""

    subject: Word
    items: tuple[CaseItem, ...]
    source: str


class Function(Record):
    """A function definition."""

    name: str
    body: Node


class Unsupported(Record):
    """Bash we read but do not simulate; `feature` names it for the reader."""

    feature: str


Node = (
    Simple
    | Declaration
    | Condition
    | Redirected
    | AndOr
    | Pipeline
    | Negation
    | Group
    | Subshell
    | Sequence
    | If
    | While
    | For
    | Case
    | Function
    | Unsupported
)

EMPTY = Sequence(())

# The words bash gives a meaning of their own in the place of a command name.
RESERVED = frozenset(
    [
        "!",
        "{",
        "}",
        "[[",
        "]]",
        "((",
        "))",
        "if",
        "then",
        "elif",
        "else",
        "fi",
        "for",
        "select",
        "while",
        "until",
        "do",
        "done",
        "case",
        "esac",
        "in",
        "function",
        "time",
        "coproc",
    ]
)
DECLARATIONS = frozenset(["export", "declare", "typeset", "readonly", "local"])
