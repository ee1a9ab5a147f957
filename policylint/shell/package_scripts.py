"""The scripts of a package.json: which one a package manager's command runs, and its text with its hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_RUN = ("run", "run-script")
_MANAGERS = ("npm", "pnpm", "yarn", "bun")
# npm's own names for scripts; `npm test:run` is an error, not a script (docs.npmjs.com/cli/v11/commands/npm-test).
_NPM_SHORT = {"t": "test", "tst": "test", "test": "test", "start": "start", "stop": "stop", "restart": "restart"}


def script_text(words: tuple[str, ...], scripts: Mapping[str, object]) -> str | None:
    """The shell text that a command runs by way of a script, None when it runs none that exists."""
    name = _script_name(words)
    if name and scripts and name not in scripts and "--if-present" in words:
        # Measured with npm 11: exits 0 and says nothing.
        return ":"
    text = scripts.get(name) if name else None
    if not isinstance(text, str):
        return None
    # pnpm 7 and 8 and yarn from 2 on run no hooks; which version runs cannot be told from the command.
    hooked = (scripts.get(f"pre{name}"), text, scripts.get(f"post{name}"))
    parts = [part for part in hooked if isinstance(part, str)]
    return parts[0] if len(parts) == 1 else " && ".join(f"{{\n{part}\n}}" for part in parts)


def _script_name(words: tuple[str, ...]) -> str:
    if not words or words[0] not in _MANAGERS:
        return ""
    arguments = [word for word in words[1:] if not word.startswith("-")]
    if not arguments:
        return ""
    if arguments[0] in _RUN:
        return arguments[1] if len(arguments) > 1 else ""
    if words[0] == "npm":
        return _NPM_SHORT.get(arguments[0], "")
    return arguments[0]
