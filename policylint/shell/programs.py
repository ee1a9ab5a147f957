"""What is known about programs by name: which do nothing of interest, answer a question or may hide anything."""

from __future__ import annotations


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


SHELLS = frozenset(["bash", "sh", "dash", "zsh", "ksh"])

_HARMLESS = _names(
    """
    echo printf cat cp mv rm mkdir rmdir ls ln touch chmod chown pwd date sleep head tail sort uniq tr cut sed
    awk wc tee
    basename dirname realpath readlink env id uname whoami hostname umask ulimit kill read mapfile readarray unset alias
    unalias hash jobs disown times history nvm curl wget tar gzip gunzip unzip zip git sha256sum md5sum xxd base64 jq yq
    seq yes printenv stty clear tput shift
    """
)
_TASK_RUNNERS = _names(
    """
    make gmake just task rake gulp grunt ant mvn gradle turbo nx lerna moon lage rush wireit run-s run-p npm-run-all
    npm-run-all2 concurrently wsrun nps bazel tox nox invoke inv fab doit hatch poe composer deno ng
    xargs parallel watch entr nodemon su docker docker-compose podman ssh start-server-and-test
    """
)
_INTERPRETERS = _names("node python python3 ruby perl php tsx ts-node deno bun")
_INLINE_CODE = _names("-c -e -m -p --eval --print --version")
_PACKAGE_MANAGERS = frozenset(["npm", "pnpm", "yarn", "bun"])
_NPM_SCRIPTS = _names("run run-script rum urn test t tst start stop restart")
# Everything else that yarn, pnpm and bun are given may be the name of a script.
_PACKAGE_COMMANDS = _names(
    """
    install i ci add remove rm uninstall update up upgrade link unlink config set get cache global store prune dedupe
    import init audit outdated list ls why info view version versions pm env setup fetch rebuild plugin workspaces
    policies licenses bin root prefix pack publish login logout help root
    """
)
_ANSWERS = _names("grep egrep fgrep rg diff cmp which type pgrep expr let getopts")
_GIT_ANSWERS = frozenset(["--quiet", "--exit-code", "--is-ancestor", "--verify"])


def is_harmless(words: tuple[str, ...]) -> bool:
    """Whether the command certainly neither tests nor builds."""
    if words[0] in _PACKAGE_MANAGERS:
        return not is_opaque(words)
    return words[0] in _HARMLESS or answers(words)


def answers(words: tuple[str, ...]) -> bool:
    """Whether the exit status is the answer to a question, so that both answers must be considered."""
    if words[0] == "command":
        return True
    return words[0] in _ANSWERS or (words[0] == "git" and not _GIT_ANSWERS.isdisjoint(words))


def is_opaque(words: tuple[str, ...]) -> bool:
    """Whether the command may run anything, tests included, without our seeing it."""
    name, *arguments = words
    if "/" in name or name in _TASK_RUNNERS or name in SHELLS:
        return True
    if name in _PACKAGE_MANAGERS and _runs_script(name, arguments):
        return "--if-present" not in arguments
    if name == "find":
        return any(argument.startswith(("-exec", "-ok")) for argument in arguments)
    return name in _INTERPRETERS and _runs_file(arguments)


def _runs_script(name: str, arguments: list[str]) -> bool:
    commands = [argument for argument in arguments if not argument.startswith("-")]
    if name == "npm":
        return not _NPM_SCRIPTS.isdisjoint(commands)
    return bool(commands) and commands[0] not in _PACKAGE_COMMANDS


def _runs_file(arguments: list[str]) -> bool:
    if not _INLINE_CODE.isdisjoint(arguments):
        return False
    return any(not argument.startswith("-") for argument in arguments)
