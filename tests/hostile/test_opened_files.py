"""Which files are opened: those of the repository, of the installation and of the cache, and no other.

The test brings an audit hook of Python in a `sitecustomize.py` of its own; it sees every `open`, `os.open`,
`os.listdir` and `os.scandir` of the process.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import policylint
from tests.hostile.harness import COMMANDS, check_safe, run_limited, write

HOOK = """
import os, sys
_log = os.open(os.environ["OPENED_LOG"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
def _hook(event, arguments):
    # An open that refuses links opens none.
    if event == "open" and arguments[2] & os.O_NOFOLLOW and os.path.islink(arguments[0]):
        return
    if event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], (str, bytes)):
        os.write(_log, os.fsencode(os.path.join(os.getcwd(), os.fsdecode(arguments[0]))) + bytes([0]))
    elif event in ("os.system", "subprocess.Popen", "os.exec", "os.posix_spawn", "os.fork", "socket.connect"):
        os.write(_log, f"EVENT {event}".encode() + bytes([0]))
sys.addaudithook(_hook)
"""
SECRET = "a secret from outside"
SHIP = '[kinds.ship]\ntitle = "A ship"\nformat = "yaml"\npaths = ["*.ship.yaml"]\nschema = "ship.json"\n'


def plan(*paths: str) -> str:
    items = "".join(f"    - path: '{path}'\n      contains: secret\n" for path in paths)
    return f"---\nplan: 1\nmust_haves:\n  artifacts:\n{items}---\n"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A folder with a repository full of ways out of it, and what lies outside."""
    write(tmp_path / "outside", {"secret.txt": SECRET, "policylint.toml": f"ignore = ['{SECRET}']\n"})
    outside = tmp_path / "outside"
    root = write(
        tmp_path / "repository",
        {
            "01-01-PLAN.md": plan(
                *("/etc/passwd", "../outside/secret.txt", "a/../../outside/secret.txt", "out/secret.txt", "out.txt"),
                *("\\\\server\\share\\a", "C:\\a", "//server/a", "~/a", "file:///etc/passwd", f"{outside}/secret.txt"),
            ),
            "netlify.toml": '[build]\nbase = "../outside"\npublish = "/etc"\ncommand = "cd ../outside && npm test"\n',
            "docs/deployment.md": "DEP-001: Production\nLinked IDs: RUN-001\n",
        },
    )
    (root / "out").symlink_to(outside)
    (root / "out.txt").symlink_to(outside / "secret.txt")
    (root / "state.yaml").symlink_to(outside / "secret.txt")
    (root / ".gitignore").symlink_to(outside / "secret.txt")
    (root / "package.json").symlink_to("/etc/passwd")
    (root / "docs" / "release-workflow.md").symlink_to("/proc/self/environ")
    return tmp_path


def opened(base: Path, *arguments: str, code: int | None = None) -> list[str]:
    """What a run opens, but for what Python, its packages and policylint themselves are made of."""
    write(base / "hook", {"sitecustomize.py": HOOK})
    log = base / "opened.log"
    log.unlink(missing_ok=True)
    more = {"OPENED_LOG": str(log), "PYTHONPATH": str(base / "hook"), "PYTHONDONTWRITEBYTECODE": "1"}
    outcome = run_limited(*arguments, cwd=base / "repository", home=base / "home", more=more)
    check_safe(outcome, allowed="\r\n")
    assert SECRET not in outcome.stdout + outcome.stderr
    assert code is None or outcome.code == code, outcome
    paths = [os.fsdecode(each) for each in log.read_bytes().split(b"\0") if each]
    assert paths, "the hook has seen nothing"
    return sorted({each for each in paths if not is_installed(each) and f"{base}/hook" not in each})


def is_installed(path: str) -> bool:
    package = Path(policylint.__file__).parent
    own = (sys.prefix, sys.base_prefix, sys.exec_prefix, str(package), str(package.parent / "rules"))
    return path.startswith((*own, str(package.parent / "schemas"))) or path in sys.path


def is_allowed(path: str, base: Path) -> bool:
    """Inside the repository and no link out of it, in the cache, or a configuration that is looked for upwards."""
    real = os.path.realpath(path)
    inside = (f"{base}/repository", f"{base}/home/cache/policylint")
    is_search = os.path.basename(path) in ("policylint.toml", "pyproject.toml") and not os.path.exists(path)
    is_system = path in ("/dev/null", "/etc/localtime") or path.startswith("/usr/share/zoneinfo")
    return is_search or is_system or f"{real}/".startswith(tuple(f"{each}/" for each in inside))


@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_outside_is_opened_by(base: Path, name: str) -> None:
    found = opened(base, *COMMANDS[name])
    assert [each for each in found if not is_allowed(each, base) and "definitions-" not in each] == []


@pytest.mark.parametrize(
    "name", ["policylint.toml", "pyproject.toml", "nested/policylint.toml", "nested/pyproject.toml"]
)
def test_a_configuration_that_is_a_link_out_of_the_repository_is_refused(base: Path, name: str) -> None:
    link = base / "repository" / name
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(base / "outside" / "policylint.toml")
    found = opened(base, "check", ".", code=2)
    assert [each for each in found if not is_allowed(each, base)] == []


def test_a_configuration_that_is_a_link_inside_the_repository_is_read(base: Path) -> None:
    write(base / "repository", {"shared/policylint.toml": "select = ['netlify']\n"})
    (base / "repository" / "policylint.toml").symlink_to("shared/policylint.toml")
    assert f"{base}/repository/policylint.toml" in opened(base, "check", "netlify.toml")


@pytest.mark.parametrize(
    "configuration",
    [
        "rules = ['out']\n",
        "rules = ['../outside']\n",
        f"{SHIP.replace('ship.json', 'out/secret.txt')}",
        f"{SHIP.replace('ship.json', '../outside/secret.txt')}",
        "evidence = ['../outside/secret.txt']\nstage = 'release'\n",
        "evidence = ['out.txt']\nstage = 'release'\n",
    ],
)
def test_a_configuration_that_names_what_lies_outside(base: Path, configuration: str) -> None:
    write(base / "repository", {"policylint.toml": configuration})
    found = opened(base, "check", ".")
    assert [each for each in found if not is_allowed(each, base)] == []


def test_external_entities_of_evidence(base: Path) -> None:
    entity = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{base}/outside/secret.txt">]><testsuite name="&x;"/>'
    files = {"policylint.toml": "evidence = ['a.xml']\nstage = 'release'\n", "a.xml": entity}
    write(base / "repository", files)
    found = opened(base, "check", ".", code=1)
    assert [each for each in found if not is_allowed(each, base)] == []


def test_the_hook_would_see_what_is_opened(base: Path) -> None:
    """A file outside that the caller names is the caller's wish."""
    (base / "outside" / "policylint.toml").unlink()
    found = opened(base, "check", str(base / "outside" / "secret.txt"), code=3)
    assert [each for each in found if str(base / "outside") in each]
