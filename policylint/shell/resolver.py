"""Find what stands behind a command, by the program it starts; each kind of program has a module of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policylint.shell.files import Files
    from policylint.shell.plans import Plan
    from policylint.shell.vocabulary import Vocabulary

_RUN_ALL = ("npm-run-all", "npm-run-all2", "run-s", "run-p")
_MAKE = ("make", "gmake")
_TASK_GRAPHS = ("turbo", "nx", "lerna")


class Resolver:
    """Answers for one repository. Modules are imported when a command first needs them: most checks need none."""

    def __init__(self, files: Files, vocabulary: Vocabulary) -> None:
        self._files = files
        self._vocabulary = vocabulary

    def plan(self, words: tuple[str, ...], directory: str, manager: str) -> Plan | None:
        """What a command runs in a directory, called by a script of a package manager (empty for none).

        None when it is not known: then its words alone tell what it does.
        """
        name = words[0]
        if self._vocabulary.is_package_manager(name):
            return self._package_manager(words, directory)
        if name in _RUN_ALL:
            from policylint.shell.script_runners import run_all_plan

            return run_all_plan(words, directory, manager, self._files)
        if name == "concurrently":
            from policylint.shell.script_runners import concurrently_plan

            return concurrently_plan(words, directory, self._files)
        if name in _MAKE:
            from policylint.shell.make_commands import plan as make_plan

            return make_plan(words, directory, self._files)
        if name in _TASK_GRAPHS:
            from policylint.shell.task_graphs import plan as graph_plan

            return graph_plan(words, directory, self._files, self._vocabulary)
        if "/" in name:
            from policylint.shell.repository_scripts import plan as script_plan

            return script_plan(words, directory, self._files, self._vocabulary)
        return self._node_script(words, directory) if name == "node" else None

    def _package_manager(self, words: tuple[str, ...], directory: str) -> Plan | None:
        from policylint.shell import package_plans

        found = package_plans.plan(words, directory, self._files, self._vocabulary)
        if found is None and words[0] == "npm":
            return package_plans.not_a_command(words, directory, self._files, self._vocabulary)
        return found

    def _node_script(self, words: tuple[str, ...], directory: str) -> Plan | None:
        """`node --run NAME` runs a script without its hooks (nodejs.org/api/cli.html#--run)."""
        if len(words) < 3 or words[1] != "--run":  # noqa: PLR2004
            return None
        from policylint.shell import package_plans

        command = ("npm", "run", "--ignore-scripts", words[2], *words[3:])
        return package_plans.plan(command, directory, self._files, self._vocabulary)

    def script(self, path: str, directory: str) -> str | None:
        """The text of a shell script, as `source` and `bash FILE` read it."""
        from policylint.shell.repository_scripts import script

        return script(path, directory, self._files)
