"""Where the shell commands run that rules judge, and how a command reads in another context."""

from __future__ import annotations

from typing import Any

from policylint.operators import traits_of
from policylint.operators.operator import with_names
from policylint.operators.shell_command import PlaceOptions

_ALTERNATIVE = " | "
_OTHER_CONTEXT = "unlike_in"
_DOCUMENT = "document."
_NAMES_OF_CONTEXT = ("context", "context.built_as")


def placed(row: dict[str, Any], commands: dict[str, Any], selected: str) -> dict[str, Any]:
    """A row whose operators on shell commands know where these run, unless they say it themselves.

    `selected` is the path of the command; with it a row may ask for the outcome in another context.
    """
    if row.get("operator") and traits_of(row["operator"]).runs_commands:
        options = {**commands, **row["options"]}
        other = options.pop(_OTHER_CONTEXT, "")
        if other:
            place = {name: options[name] for name in PlaceOptions.__annotations__ if name in options}
            command = {**place, "command": f"{{document.{selected}}}"}
            options["unlike"] = _elsewhere(command, other, traits_of(row["operator"]).name_options)
        row = {**row, "options": options}
    nested: dict[str, Any] = {
        key: [placed(each, commands, selected) for each in row[key]] for key in ("parts", "when") if key in row
    }
    return {**row, **nested}


def _elsewhere(options: dict[str, Any], context: str, direct: tuple[str, ...] = ()) -> dict[str, Any]:
    """Options as they are in another context; those that are `direct` hold a name, the others templates."""
    return {
        key: _elsewhere(value, context)
        if isinstance(value, dict)
        else _name_elsewhere(value, context)
        if key in direct
        else with_names(value, lambda found: _found_elsewhere(found, context))
        for key, value in options.items()
    }


def _found_elsewhere(found: str, context: str) -> str:
    """What stands in braces: the other context's name for this one's, its data in the place of the document's."""
    names = found.split(_ALTERNATIVE)
    if names[0] in _NAMES_OF_CONTEXT:
        return context
    # A text is no alternative in braces: without this one the value is open, and nothing is taken to be the same.
    known = (_name_elsewhere(name, context) for name in names if name not in _NAMES_OF_CONTEXT)
    return f"{{{_ALTERNATIVE.join(known)}}}"


def _name_elsewhere(name: str, context: str) -> str:
    return f"contexts.{context}.{name.removeprefix(_DOCUMENT)}" if name.startswith(_DOCUMENT) else name
