"""Package managers and script runners as small as they can be: what they run and when they fail, by their documents.

Started as `python -IS stub_programs.py NAME ARGUMENTS`, with the root of the repository in ROOT. It shares no code with
what it is compared to. Whatever runs side by side is started at once and waited for.
"""

import json
import os
import shlex
import subprocess
import sys

HOOKS = {"npm": True, "bun": True, "yarn@1": True, "yarn@4": False, "pnpm@8": False, "pnpm@9": True}


def package(folder):
    with open(os.path.join(folder, "package.json"), encoding="utf-8") as file:
        return json.load(file)


def home(folder):
    while not os.path.exists(os.path.join(folder, "package.json")):
        folder = os.path.dirname(folder)
        if len(folder) < len(os.environ["ROOT"]):
            sys.exit(1)
    return folder


def version(manager):
    pinned = package(os.environ["ROOT"]).get("packageManager", "").partition(".")[0]
    if manager in ("npm", "bun"):
        return manager
    return pinned if pinned.startswith(manager) else {"yarn": "yarn@1", "pnpm": "pnpm@9"}[manager]


def run_script(manager, name, arguments, folder):
    """The status of a script with its hooks; None when there is no such script."""
    scripts = package(folder).get("scripts", {})
    if name not in scripts:
        return None
    texts = [" ".join([scripts[name], *map(shlex.quote, arguments)])]
    if HOOKS[version(manager)]:
        texts = [scripts.get("pre" + name), *texts, scripts.get("post" + name)]
    environment = {**os.environ, "MANAGER": manager}
    for text in texts:
        if text is not None:
            status = status_of(["sh", "-c", text], cwd=folder, env=environment)
            if status:
                return status
    return 0


def take(arguments, valued, stops):
    """Options with values, flags, and the words; `stops` after so many words."""
    values, flags, words = {}, set(), []
    arguments = list(arguments)
    while arguments and len(words) < stops:
        word = arguments.pop(0)
        if word == "--":
            return values, flags, words + arguments
        name, has_value, value = word.partition("=")
        if not word.startswith("-"):
            words.append(word)
            if word == "run":
                stops += 1
        elif name in valued:
            values[name] = value if has_value else arguments.pop(0)
        else:
            flags.add(word)
    if arguments[:1] == ["--"]:
        arguments.pop(0)
    return values, flags, words + arguments


def workspaces():
    root = os.environ["ROOT"]
    folders = [os.path.join(root, name) for name in package(root).get("workspaces", [])]
    return [(package(folder)["name"], folder) for folder in folders]


def npm(arguments):
    values, flags, words = take(arguments, ("--prefix", "-C", "-w", "--workspace"), 99)
    folder = os.path.join(os.getcwd(), values.get("--prefix", values.get("-C", "")))
    command = words[0] if words else ""
    if command in ("ci", "install"):
        return 0
    if command in ("test", "t"):
        name, rest = "test", words[1:]
    elif command in ("run", "run-script") and len(words) > 1:
        name, rest = words[1], words[2:]
    else:
        return 1
    wanted = values.get("-w", values.get("--workspace"))
    folders = [home(os.path.normpath(folder))]
    if wanted or "--workspaces" in flags:
        folders = [folder for each, folder in workspaces() if wanted in (None, each)] or [None]
    failed = 0
    for each in folders:
        status = run_script("npm", name, rest, each) if each else 1
        if status is None:
            status = 0 if "--if-present" in flags else 1
        failed = failed or status
    return failed


def yarn(arguments):
    values, _, words = take(arguments, ("--cwd",), 1)
    folder = os.path.join(os.getcwd(), values.get("--cwd", ""))
    if not words or words[0] == "install":
        return 0
    if words[:1] == ["workspace"]:
        named = [folder for name, folder in workspaces() if name == words[1]]
        return short("yarn", words[2:], named[0]) if named else 1
    if words[:2] == ["workspaces", "run"]:
        for _, each in workspaces():
            status = run_script("yarn", words[2], words[3:], each)
            if status != 0:
                return status or 1
        return 0
    return short("yarn", words, home(os.path.normpath(folder)))


def short(manager, words, folder):
    """`yarn X`: the script X, else the program X."""
    if words[0] == "run":
        words = words[1:]
    status = run_script(manager, words[0], words[1:], folder)
    if status is not None:
        return status
    try:
        return status_of(words, cwd=folder)
    except FileNotFoundError:
        return 1


def pnpm(arguments):
    values, flags, words = take(arguments, ("-C", "--dir", "--filter", "-F"), 1)
    folder = os.path.join(os.getcwd(), values.get("-C", values.get("--dir", "")))
    if words[:1] in ([], ["install"]):
        return 0
    is_run = words[0] == "run"
    if is_run or words[0] in ("test", "t"):
        name = words[1] if is_run else "test"
        rest = words[2:] if is_run else words[1:]
    else:
        name, rest = words[0], words[1:]
    wanted = values.get("--filter", values.get("-F"))
    if wanted is None and not flags & {"-r", "--recursive"}:
        folder = home(os.path.normpath(folder))
        if is_run or name == "test":
            status = run_script("pnpm", name, rest, folder)
            return (0 if "--if-present" in flags else 1) if status is None else status
        return short("pnpm", words, folder)
    chosen = [each for each in workspaces() if wanted in (None, each[0])]
    having = [each for each in chosen if name in package(each[1]).get("scripts", {})]
    if not having:
        return 0 if not chosen or name == "test" else 1
    return ranks(having, lambda folder: run_script("pnpm", name, rest, folder))


def ranks(having, work):
    waiting = list(having)
    while waiting:
        names = {name for name, _ in waiting}
        ready = [each for each in waiting if not names & set(package(each[1]).get("dependencies", {}))] or waiting[:1]
        statuses = [work(folder) for _, folder in ready]
        if any(statuses):
            return 1
        waiting = [each for each in waiting if each not in ready]
    return 0


def bun(arguments):
    _, _, words = take(arguments, (), 1)
    if words[:1] == ["test"]:
        return status_of(["vitest", "run"])
    return short("bun", words, home(os.getcwd())) if words and words[0] != "install" else 0


def run_all(name, arguments):
    """npm-run-all: scripts of the package.json here, called by the package manager that called it."""
    scripts = package(home(os.getcwd())).get("scripts", {})
    groups, keeps_going = [(name == "run-p", [])], False
    for word in arguments:
        if word in ("-p", "--parallel", "-s", "--serial"):
            groups.append((word in ("-p", "--parallel"), []))
        elif word in ("-c", "--continue-on-error"):
            keeps_going = True
        else:
            script, *rest = word.split()
            found = [each for each in scripts if fits(each, script)]
            if not found:
                return 1
            groups[-1][1].extend((each, [part for part in rest if part != "--"]) for each in found)
    failed = 0
    for is_parallel, members in groups:
        commands = [[*call(), name, *(["--", *rest] if rest else [])] for name, rest in members]
        failed = max(failed, group(commands, is_parallel, keeps_going))
        if failed and not keeps_going:
            break
    return failed


def fits(name, pattern):
    if not pattern.endswith(":*"):
        return name == pattern
    return name.startswith(pattern[:-1]) and ":" not in name[len(pattern) - 1 :]


def group(commands, is_parallel, keeps_going):
    if is_parallel:
        started = [subprocess.Popen(command) for command in commands]
        return max(process.wait() for process in started)
    failed = 0
    for command in commands:
        failed = status_of(command) or failed
        if failed and not keeps_going:
            break
    return failed


def status_of(command, **options):
    return subprocess.run(command, check=False, **options).returncode


def call():
    return [os.environ.get("MANAGER", "npm"), "run"]


def concurrently(arguments):
    commands = [word for word in arguments if not word.startswith("-")]
    texts = [f"npm run {text[4:]}" if text.startswith("npm:") else text for text in commands]
    started = [subprocess.Popen(["sh", "-c", text]) for text in texts]
    return max(process.wait() for process in started)


PROGRAMS = {"npm": npm, "yarn": yarn, "pnpm": pnpm, "bun": bun, "concurrently": concurrently}

if __name__ == "__main__":
    program, words = sys.argv[1], sys.argv[2:]
    status = PROGRAMS[program](words) if program in PROGRAMS else run_all(program, words)
    sys.exit(1 if status is None else status if status >= 0 else 1)
