"""Documents: the text of one file as data in which every key and value has its exact place."""

from __future__ import annotations

from importlib import import_module

from policylint.documents.document import Limits, Loaded
from policylint.documents.source import Source

# A new format is a module of this package with a `load` function; nothing is imported before a file needs it.
FORMATS = {
    "json": (".json",),
    "markdown": (".md", ".markdown", ".mdc"),
    "text": (".txt",),
    "toml": (".toml",),
    "yaml": (".yaml", ".yml"),
}


def format_of(path: str) -> str:
    """The format that a file's extension promises; empty for every other, such as source code."""
    return next((name for name, extensions in FORMATS.items() if path.lower().endswith(extensions)), "")


def is_data(path: str) -> bool:
    """Whether a file's format is all keys and values, by its extension."""
    return format_of(path) in ("json", "toml", "yaml")


def load(source: Source, format_name: str, limits: Limits) -> Loaded:
    """Read a source as one of FORMATS; what is wrong with the text comes back as faults, never as an exception."""
    module = import_module(f"policylint.documents.{format_name}")
    loaded: Loaded = module.load(source, limits)
    return loaded
