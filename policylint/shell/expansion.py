"""Expand words into fields as far as their values are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.named_tuple import NamedTuple
from policylint.shell.syntax import Literal, Substitution, Unevaluated, Variable, Word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from policylint.shell.state import Shell
    from policylint.shell.syntax import Part

_LIST_PARAMETERS = ("@", "*")
# Unquoted, these make bash match file names or generate several words.
_ACTIVE = frozenset("*?[{~")


class Field(NamedTuple):
    """One word of a command after expansion; when not `known` the text is how it was written.

    `countable` is false for what may become no word or several.
    """

    text: str
    known: bool = True
    countable: bool = True


def argument_fields(shell: Shell) -> list[Field]:
    """What `"$@"` becomes."""
    return [Field('"$@"', known=False) if argument is None else Field(argument) for argument in shell.arguments]


def arguments_of(fields: Iterable[Field]) -> tuple[str | None, ...]:
    """The positional parameters that these fields set."""
    return tuple(field.text if field.known else None for field in fields)


class Expander:
    """Expands words in one shell; `substitute` runs a substitution, and its status is left in `status`.

    `ask` decides whether what is inside `${X:-$(...)}` runs.
    """

    def __init__(self, shell: Shell, substitute: Callable[[Substitution], int], ask: Callable[[str], bool]) -> None:
        self.shell = shell
        self.substitute = substitute
        self.ask = ask
        self.status: int | None = None

    def fields(self, words: Iterable[Word]) -> list[Field]:
        """The fields of all words, after word splitting."""
        return [field for word in words for field in self._fields(word)]

    def value(self, word: Word) -> Field:
        """The word as one field, as in an assignment or a `case`."""
        self._run(word)
        texts = [self._text(part) for part in word.parts]
        if any(text is None for text in texts):
            return Field(word.source, known=False)
        return Field("".join(text for text in texts if text is not None))

    def unsplit(self, word: Word) -> Field:
        """The word as `[[ ... ]]` takes it: one field, unknown when it is a pattern."""
        field = self.value(word)
        return field._replace(known=False) if any(_is_active(part) for part in word.parts) else field

    def _fields(self, word: Word) -> list[Field]:
        if len(word.parts) == 1:
            [part] = word.parts
            if isinstance(part, Literal):
                # As nearly always.
                return [Field(word.source, known=False) if _is_active(part) else Field(part.text)]
            if isinstance(part, Variable):
                return self._variable_fields(word, part)
        field = self.value(word)
        if any(_is_active(part) for part in word.parts):
            return [Field(word.source, known=False)]
        countable = all(part.quoted or isinstance(part, Literal) for part in word.parts)
        if not field.known:
            return [Field(word.source, known=False, countable=countable)]
        if not countable and len(field.text.split()) != 1:
            return [Field(word.source, known=False, countable=False)]
        return [field]

    def _variable_fields(self, word: Word, variable: Variable) -> list[Field]:
        if variable.name in _LIST_PARAMETERS:
            return argument_fields(self.shell)
        value = self.shell.value(variable.name)
        if value is None:
            return [Field(word.source, known=False, countable=variable.quoted)]
        return [Field(value)] if variable.quoted else [Field(text) for text in value.split()]

    def _run(self, word: Word) -> None:
        for part in word.parts:
            substitutions = _substitutions(part)
            if substitutions and _is_conditional(part) and not self.ask(word.source):
                continue
            for substitution in substitutions:
                status = self.substitute(substitution)
                if not substitution.parallel:
                    self.status = status

    def _text(self, part: Part) -> str | None:
        if isinstance(part, Literal):
            return part.text
        if isinstance(part, Variable) and part.name not in _LIST_PARAMETERS:
            return self.shell.value(part.name)
        return None


def _substitutions(part: Part) -> tuple[Substitution, ...]:
    if isinstance(part, Substitution):
        return (part,)
    return part.inner if isinstance(part, Unevaluated) else ()


def _is_conditional(part: Part) -> bool:
    return isinstance(part, Unevaluated) and part.source.startswith("${")


def _is_active(part: Part) -> bool:
    return isinstance(part, Literal) and not part.quoted and not _ACTIVE.isdisjoint(part.text)
