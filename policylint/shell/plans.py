"""What stands behind a command: the scripts and programs it runs, in which order, and when it stops."""

from __future__ import annotations

from policylint.record import Record


class Note(Record):
    """Something to tell about a command besides its gate: `kind` is one of those below, `message` is a predicate.

    `wrong` are words for which `right` (nothing, to leave them out) would mend it; both are empty where none would.
    """

    kind: str
    message: str
    fix: str
    wrong: str
    right: str

    def mended(self, command: str) -> str:
        """The command with the right words, if the wrong ones stand in it once; empty otherwise."""
        import re

        blanks = "" if self.right else r"[ \t]*"
        found = list(re.finditer(rf"{blanks}(?<![\w.:/-]){re.escape(self.wrong)}(?![\w.:/=-])", command))
        if not self.wrong or len(found) != 1:
            return ""
        return command[: found[0].start()] + self.right + command[found[0].end() :]


# A script that does not exist, or that stands there for want of tests.
ABSENT_SCRIPT = "absent script"
# A test command that passes, or never ends, without having tested.
EMPTY_TEST = "empty test"
E2E = "e2e"


class Script(Record):
    """A shell text, run by a shell of its own.

    `shell` is its program's name, `options` are what follows it (`-e`), `arguments` the positional parameters, None
    where they are not known. `manager` is the package manager that runs it, empty for none.
    """

    text: str
    directory: str
    shell: str
    options: tuple[str, ...]
    arguments: tuple[str | None, ...]
    manager: str


class Command(Record):
    """A program with its arguments, run without a shell."""

    words: tuple[str, ...]
    directory: str
    manager: str


class Leaf(Record):
    """Words that tell by themselves what runs, because it cannot be followed any further."""

    words: tuple[str, ...]


class Steps(Record):
    """One after the other. The first failure ends it; one that `keeps_going` runs them all, and fails in the end."""

    plans: tuple[Plan, ...]
    keeps_going: bool


class Task(Record):
    """A part of a graph; `needs` are the places, before its own, of the tasks that have to succeed first."""

    plan: Plan
    needs: tuple[int, ...]


class Graph(Record):
    """Tasks that start as soon as what they need has succeeded, side by side; it fails when one of them fails.

    One that `keeps_going` starts a task even when what it needs has failed.
    """

    tasks: tuple[Task, ...]
    keeps_going: bool


class Ignored(Record):
    """A plan whose failure nobody looks at; `by` is how to name what says so."""

    plan: Plan
    by: str


class Reassigned(Record):
    """A plan in which these variables of the environment may have other values."""

    names: tuple[str, ...]
    plan: Plan


class Choice(Record):
    """One of two plans, by something that the repository does not tell; `question` names it."""

    question: str
    yes: Plan
    no: Plan


class Outcome(Record):
    """Nothing runs, with this exit status."""

    status: int
    note: Note | None


class Hidden(Record):
    """Something that may run anything; `text` is how to name it."""

    text: str


Plan = Script | Command | Leaf | Steps | Graph | Ignored | Reassigned | Choice | Outcome | Hidden

NOTHING = Outcome(0, None)


def package_script(manager: str, name: str, arguments: tuple[str, ...], directory: str) -> Command:
    """`npm run NAME -- ARGUMENTS`, as task runners call scripts."""
    passed = ("--", *arguments) if arguments and manager == "npm" else arguments
    return Command((manager, "run", name, *passed), directory, manager)
