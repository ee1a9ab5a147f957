"""Shell scripts of the repository: which shell reads them, and with which options."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from policylint.named_tuple import NamedTuple
from policylint.shell.files import joined
from policylint.shell.plans import Plan, Script

if TYPE_CHECKING:
    from policylint.shell.files import Files
    from policylint.shell.vocabulary import Vocabulary

MAX_LENGTH = 10_000


class Shebang(NamedTuple):
    """The first line of a script: the program that runs it, and its options."""

    program: str
    options: tuple[str, ...]


def shebang(text: str) -> Shebang | None:
    """Who runs a script that is called by its path; None when its first line does not say."""
    first = text.partition("\n")[0]
    words = first[2:].split() if first.startswith("#!") else []
    if not words:
        return None
    program, *options = words
    if posixpath.basename(program) == "env":
        options = options[1:] if options[:1] == ["-S"] else options
        program, *options = options or [""]
    elif len(options) > 1:
        # The kernel hands everything behind the program over as one argument, which no shell understands.
        return Shebang("", ())
    return Shebang(posixpath.basename(program), tuple(options))


def script(path: str, directory: str, files: Files) -> str | None:
    """The text of a script inside the repository; None when it cannot be had or is too long to be followed."""
    whole = joined(directory, path)
    text = files.text(whole) if whole is not None else None
    return text if text is not None and len(text) <= MAX_LENGTH else None


def plan(words: tuple[str, ...], directory: str, files: Files, vocabulary: Vocabulary) -> Plan | None:
    """What a script that is called by its path runs; None when it is no shell script of the repository."""
    name, *arguments = words
    text = script(name, directory, files)
    if text is None:
        return None
    # Without a first line of that kind the shell that calls it reads it itself.
    called = shebang(text) or Shebang("sh", ())
    if not vocabulary.is_shell(called.program):
        return None
    return Script(text, directory, called.program, called.options, tuple(arguments), "")
