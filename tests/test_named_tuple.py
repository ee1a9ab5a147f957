"""`policylint.named_tuple` does what `typing.NamedTuple` does."""

from __future__ import annotations

import copy
import pickle
import typing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policylint.named_tuple import NamedTuple


class Own(NamedTuple):
    """Of ours."""

    path: str
    line: int
    notes: tuple[str, ...] = ()
    fix: str | None = None

    @property
    def place(self) -> str:
        """Where."""
        return f"{self.path}:{self.line}"


class Typed(typing.NamedTuple):
    """Of typing."""

    path: str
    line: int
    notes: tuple[str, ...] = ()
    fix: str | None = None


def _own(made: int = 0) -> type[Own]:
    """The class once more, of which so many were made."""

    class Again(NamedTuple):
        path: str
        line: int
        notes: tuple[str, ...] = ()
        fix: str | None = None

    Again.__qualname__ = "Own"
    for line in range(made):
        Again("a.md", line)
    return typing.cast("type[Own]", Again)


VALUES = st.one_of(st.integers(), st.text(max_size=3))


@given(
    st.lists(VALUES, max_size=6),
    st.dictionaries(st.sampled_from(["path", "line", "notes", "fix", "other"]), VALUES, max_size=5),
)
def test_takes_and_refuses_the_arguments_that_typing_does(values: list[Any], named: dict[str, Any]) -> None:
    try:
        expected: tuple[Any, ...] | None = tuple(Typed(*values, **named))
    except TypeError:
        expected = None
    # The first values of a class are made in another way than those after them.
    for own in (_own(), _own(made=40)):
        if expected is None:
            with pytest.raises(TypeError, match=r"Own\.__new__\(\)"):
                own(*values, **named)
        else:
            assert tuple(own(*values, **named)) == expected


def test_is_a_tuple_with_names_that_cannot_be_changed() -> None:
    own = Own("a.md", 3, fix="write it")
    assert (own.path, own.line, own.notes, own.fix, own.place) == ("a.md", 3, (), "write it", "a.md:3")
    assert tuple(own) == ("a.md", 3, (), "write it")
    assert hash(own) == hash(tuple(own))
    assert repr(own) == repr(Typed(*own)).replace("Typed", "Own")
    assert own._asdict() == Typed(*own)._asdict()
    for name in ("line", "other"):
        with pytest.raises(AttributeError):
            setattr(own, name, 4)


def test_is_replaced_copied_and_pickled() -> None:
    own = Own("a.md", 3)
    assert own._replace(line=4) == Own("a.md", 4)
    assert type(own._replace(line=4)) is Own
    assert copy.deepcopy(own) == pickle.loads(pickle.dumps(own)) == own
    with pytest.raises(TypeError, match="Own has no field 'lines'"):
        own._replace(lines=4)  # type: ignore[call-arg]


def test_is_matched_by_position() -> None:
    match Own("a.md", 3):
        case Own(path, line):
            assert (path, line) == ("a.md", 3)
