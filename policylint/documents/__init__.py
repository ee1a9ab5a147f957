"""Documents: the text of one file as data in which every key and value has its exact place."""

from __future__ import annotations

from importlib import import_module

from policylint.documents.document import Limits, Loaded
from policylint.documents.source import Source
from policylint.named_tuple import NamedTuple


class Format(NamedTuple):
    """What is known of a format before a file is read: the extensions that promise it.

    `is_data` says whether it is all keys and values, `has_parts` whether elements and lines are read in its text.
    """

    extensions: tuple[str, ...]
    is_data: bool = False
    has_parts: bool = False


# A new format is a module of this package with a `load` function; nothing is imported before a file needs it.
FORMATS = {
    "json": Format((".json",), is_data=True),
    "markdown": Format((".md", ".markdown", ".mdc"), has_parts=True),
    "text": Format((".txt",)),
    "toml": Format((".toml",), is_data=True),
    "yaml": Format((".yaml", ".yml"), is_data=True),
}


def format_of(path: str) -> str:
    """The format that a file's extension promises; empty for every other, such as source code."""
    return next((name for name, each in FORMATS.items() if path.lower().endswith(each.extensions)), "")


def is_data(path: str) -> bool:
    """Whether a file's format is all keys and values, by its extension."""
    format_name = format_of(path)
    return bool(format_name) and FORMATS[format_name].is_data


def load(source: Source, format_name: str, limits: Limits) -> Loaded:
    """Read a source as one of FORMATS; what is wrong with the text comes back as faults, never as an exception."""
    module = import_module(f"policylint.documents.{format_name}")
    loaded: Loaded = module.load(source, limits)
    return loaded
