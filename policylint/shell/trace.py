"""The record of one simulated run: what ran, where a failure got lost, which way open questions went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.diagnostics import excerpt
from policylint.named_tuple import NamedTuple
from policylint.shell.state import Unanalysable

if TYPE_CHECKING:
    from policylint.shell.plans import Note

MAX_STEPS = 20_000
MAX_TEXTS = 2_000


class Event(NamedTuple):
    """A program that ran: `kind` is test, build, opaque, idle or other."""

    kind: str
    text: str


class Meter:
    """How many commands were simulated for a command in all: with failing and passing tests, and for its remedy."""

    limit = 2 * MAX_STEPS

    def __init__(self) -> None:
        self.steps = 0


class Budget:
    """How much work is left, shared by all runs of one judgement so that a hostile command ends soon."""

    def __init__(self, meter: Meter) -> None:
        self.texts = MAX_TEXTS
        self._most = meter.steps + MAX_STEPS
        self._meter = meter

    def spend(self) -> None:
        """Count one simulated command; raises Unanalysable when too many ran."""
        self._meter.steps += 1
        if self._meter.steps > min(self._most, self._meter.limit):
            raise Unanalysable("it runs too many commands")


class Trace:
    """One run. `plan` gives the answers to its first open questions; later ones are answered with no."""

    def __init__(self, plan: list[bool]) -> None:
        self.notes: dict[Note, None] = {}
        self.events: list[Event] = []
        self.losses: list[str] = []
        self.answers: list[bool] = []
        self.questions: list[str] = []
        self._plan = plan

    def ask(self, question: str) -> bool:
        """The answer to a question the text leaves open, such as whether a condition holds."""
        place = len(self.answers)
        answer = self._plan[place] if place < len(self._plan) else False
        self.answers.append(answer)
        self.questions.append(question)
        return answer

    def add(self, kind: str, text: str) -> None:
        """Record a program that ran."""
        self.events.append(Event(kind, excerpt(text)))

    def note(self, note: Note) -> None:
        """Record something to tell besides the gate, once."""
        self.notes.setdefault(note)

    def ran(self, kind: str, since: int = 0) -> bool:
        """Whether a program of this kind ran, from an event number on."""
        return any(event.kind == kind for event in self.events[since:])

    def lose(self, since: int, reason: str) -> None:
        """Record that a failure is dropped here, if a test ran from an event number on."""
        if self.ran("test", since):
            self.losses.append(reason)
