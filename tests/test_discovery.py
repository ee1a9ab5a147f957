"""The files of a repository on disk: the same that git sees, whatever lies there."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policylint import globs
from policylint.discovery import DiskTree
from policylint.documents.source import Source
from policylint.filetree import FILE, FOLDER, OTHER, Unreadable
from tests.conftest import needs_permissions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

EXCLUDE = [globs.translate(".git/")]
LIMIT = 1000


def disk(root: Path) -> DiskTree:
    return DiskTree(str(root), EXCLUDE, LIMIT)


def write(root: Path, files: Mapping[str, str | bytes]) -> None:
    for path, content in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())


def git(root: Path, *arguments: str) -> bytes:
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", "-c", "core.fsmonitor=false", "-c", "init.defaultBranch=main", *arguments]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, check=True).stdout


def seen_by_git(root: Path) -> list[str]:
    names = git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split(b"\0")
    return sorted(os.fsdecode(name) for name in names if name)


PATHS = [
    f"{folder}{name}"
    for folder in ("", "a/", "b/", "ab/", "a/b/", "a/a/", "b/a/", "a/b/a/", "a/b/c/d/")
    for name in ("x", "a.md", "b.md", "c.log", "#c", "!d", " e", "f ", "é.md", "x.y.z", "[", "back\\slash")
]

# Each case: `.gitignore` files by their folders.
CASES: dict[str, dict[str, str | bytes]] = {
    "nothing": {},
    "empty": {"": ""},
    "a name anywhere": {"": "a.md\n"},
    "a suffix": {"": "*.md\n"},
    "a folder": {"": "b/\n"},
    "a folder's name that is a file": {"": "x/\n"},
    "anchored": {"": "/x\n/b/\n"},
    "with a slash inside, so anchored": {"": "a/b\n"},
    "a slash inside does not match deeper": {"": "b/a\n", "a/": "b/a.md\n"},
    "brought back": {"": "*.md\n!a.md\n"},
    "ignored again": {"": "*.md\n!a.md\n/a/a.md\n"},
    "not brought back from an ignored folder": {"": "a/\n!a/b/a.md\n"},
    "brought back from a folder whose content is ignored": {"": "/a/*\n!/a/b/\n/a/b/*\n!/a/b/a.md\n"},
    "all but": {"": "/*\n!/a/\n!/.gitignore\n"},
    "all": {"": "*\n"},
    "all but folders": {"": "*\n!*/\n!*.md\n"},
    "nested wins": {"": "*.md\n", "a/": "!a.md\n", "a/b/": "a.md\n"},
    "nested anchors at its folder": {"a/": "/a.md\n/b/x\n"},
    "nested ignores its own folder": {"a/": "*\n"},
    "nested cannot open what is closed": {"": "b/\n", "b/": "!*\n"},
    "two stars before": {"": "**/a.md\n"},
    "two stars between": {"": "a/**/x\n"},
    "two stars after": {"": "a/**\n!a/b/\n!a/b/x\n"},
    "two stars alone": {"a/": "**\n"},
    "two stars in a name": {"": "**.md\nb**\n"},
    "three stars": {"": "***/x\na/***/a.md\n"},
    "two stars and a folder": {"": "**/b/\n"},
    "a question mark is no slash": {"": "a?b\n?.md\n"},
    "a question mark is one byte": {"": "?.md\n", "a/": "??.md\n"},
    "brackets": {"": "[ab].md\n", "a/": "[!a].md\n", "b/": "[^a].md\n"},
    "ranges": {"": "[a-b].md\n", "a/": "[b-a].md\n", "b/": "[]-a].md\n"},
    "classes": {"": "[[:alpha:]].md\n", "a/": "[[:nonsense:]].md\n", "b/": "[![:digit:]].log\n"},
    "a bracket is no slash": {"": "a[!x]b\n", "a/": "[^x]a.md\n", "b/": "a[!x]\n"},
    "two stars and a slash at the end": {"": "a/**/\n"},
    "a bracket that is never closed": {"": "[\n[ab\n", "a/": "\\[\n"},
    "comments": {"": "#c\n", "a/": "\\#c\n"},
    "exclamation marks": {"": "!d\n", "a/": "\\!d\n"},
    "blanks": {"": " e\nf \n", "a/": "f\\ \n", "b/": "x   \n"},
    "a tab is no blank": {"": "x\t\n"},
    "backslashes": {"": "back\\slash\n", "a/": "back\\\\slash\n", "b/": "\\x\n"},
    "a backslash at the end": {"": "x\\\n!\n/\n//\n!/\n"},
    "lines end as on Windows": {"": "x\r\n/a/b/\r\n", "a/": "a.md\rb.md\n"},
    "no line end": {"": "x\na.md"},
    "a byte order mark": {"": b"\xef\xbb\xbfx\n"},
    "other letters": {"": "é.md\n", "a/": "[é].md\n"},
    "not UTF-8": {"": b"\xff\nx\n"},
    "separators that only Python ends lines at": {"": "x\x0bq\nx\x0c\nx\x85y\nx\u2028y\n"},
    "a link to a file": {"": "x\n"},
}


# Where the library does not read a pattern as git does. None is common, and each is a difference of the library.
READ_DIFFERENTLY = {
    "three stars",
    "classes",
    "a tab is no blank",
    "separators that only Python ends lines at",
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("checkout")
    git(root, "init", "-q")
    write(root, dict.fromkeys(PATHS, ""))
    (root / "b" / "to-file").symlink_to("x")
    (root / "b" / "to-folder").symlink_to("a")
    (root / "b" / "to-itself").symlink_to(".")
    (root / "b" / "to-nothing").symlink_to("nowhere")
    (root / "b" / "to-outside").symlink_to("/etc")
    return root


def with_ignores(root: Path, ignores: Mapping[str, str | bytes]) -> tuple[list[str], list[str]]:
    """What policylint and what git see when the folders have these `.gitignore` files."""
    for old in root.rglob(".gitignore"):
        old.unlink()
    write(root, {f"{folder}.gitignore": content for folder, content in ignores.items()})
    return disk(root).files(), seen_by_git(root)


class TestIgnored:
    @pytest.mark.parametrize("case", [case for case in CASES if case not in READ_DIFFERENTLY])
    def test_as_by_git(self, checkout: Path, case: str) -> None:
        ours, gits = with_ignores(checkout, CASES[case])
        assert ours == gits

    PIECES = "a b x * ? / ! a.md *.md [ab] [!a] [^b-z] # . - é /**/ /** a* b/ *.log".split()
    PATTERN = (
        st.lists(st.sampled_from([*PIECES, " "]), min_size=1, max_size=5)
        .map("".join)
        # `**` next to other letters is read differently by git itself and by its documentation.
        .filter(lambda pattern: "**" not in pattern.replace("/**/", "/").removesuffix("/**"))
    )
    IGNORES = st.dictionaries(
        st.sampled_from(["", "a/", "b/", "a/b/"]), st.lists(PATTERN, max_size=6).map("\n".join), max_size=3
    )

    @settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(ignores=IGNORES)
    def test_any_patterns_as_by_git(self, checkout: Path, ignores: dict[str, str]) -> None:
        ours, gits = with_ignores(checkout, ignores)
        assert ours == gits

    def test_a_linked_ignore_file_is_not_followed(self, tmp_path: Path) -> None:
        write(tmp_path, {"patterns": "x\n", "x": ""})
        git(tmp_path, "init", "-q")
        (tmp_path / ".gitignore").symlink_to("patterns")
        assert "x" in disk(tmp_path).files()

    def test_hostile_patterns_take_no_time(self, tmp_path: Path) -> None:
        name = "a" * 200
        patterns = ["*a" * 100 + "b", "**/" * 100 + "b", "[!b]*" * 100, "?" * 400, "x" * 100_000] * 20
        write(tmp_path, {".gitignore": "\n".join(patterns), **{f"{name}{number}": "" for number in range(50)}})
        assert len(disk(tmp_path).files()) == 51

    def test_thousands_of_patterns(self, tmp_path: Path) -> None:
        patterns = "".join(f"name{number}\n" for number in range(5000))
        write(tmp_path, {".gitignore": f"{patterns}!name7\n", "name7": "", "name4999": "", "name5000": ""})
        assert disk(tmp_path).files() == [".gitignore", "name5000", "name7"]

    def test_an_ignore_file_that_is_too_large_is_named(self, tmp_path: Path) -> None:
        write(tmp_path, {"a/.gitignore": "x\n" * 200_000, "a/x": ""})
        tree = disk(tmp_path)
        assert tree.files() == ["a/.gitignore", "a/x"]
        assert tree.unreadable == {"a/.gitignore": "file too large"}

    def test_what_the_pack_excludes(self, tmp_path: Path) -> None:
        write(tmp_path, {"node_modules/a/x": "", "a/node_modules/x": "", "node_modules.md": "", "a/.git/x": ""})
        tree = DiskTree(str(tmp_path), [*EXCLUDE, globs.translate("node_modules/")], LIMIT)
        assert tree.files() == ["node_modules.md"]

    def test_differences_from_git_that_are_meant(self, tmp_path: Path) -> None:
        """Files that git tracks although they are ignored, what only one machine ignores, and repositories inside."""
        write(tmp_path, {"tracked": "", "local": "", "inner/x": ""})
        git(tmp_path, "init", "-q")
        git(tmp_path, "add", "tracked")
        git(tmp_path / "inner", "init", "-q")
        write(tmp_path, {".gitignore": "tracked\n", ".git/info/exclude": "local\n"})
        assert disk(tmp_path).files() == [".gitignore", "inner/x", "local"]
        assert seen_by_git(tmp_path) == [".gitignore", "inner/", "tracked"]


class TestWalk:
    def test_is_sorted_and_done_once(self, tmp_path: Path) -> None:
        write(tmp_path, dict.fromkeys(["b", "a/z", "a.b", "a/b/c", "B"], ""))
        tree = disk(tmp_path)
        assert tree.files() == ["B", "a.b", "a/b/c", "a/z", "b"]
        write(tmp_path, {"late": ""})
        assert "late" not in tree.files()

    def test_names_that_are_not_utf8(self, tmp_path: Path) -> None:
        git(tmp_path, "init", "-q")
        folder = os.fsencode(tmp_path)
        os.mkdir(folder + b"/d\xff")
        for name in (b"\xff.md", b"d\xff/\xfe.md", b"d\xff/e.md", b"a\nb.md", b"tab\t.md"):
            Path(os.fsdecode(folder + b"/" + name)).write_text("text")
        ours, gits = with_ignores(tmp_path, {"": b"\xfe.md\n"})
        assert ours == gits
        assert "d\udcff/e.md" in ours
        assert "d\udcff/\udcfe.md" not in ours
        assert isinstance(disk(tmp_path).read("\udcff.md"), Source)

    def test_a_thousand_folders_deep(self, tmp_path: Path) -> None:
        make_deep(tmp_path, 1500)
        tree = disk(tmp_path)
        assert [path.count("/") for path in tree.files()] == [1500]
        assert isinstance(tree.read(tree.files()[0]), Source)
        assert tree.unreadable == {}

    def test_deeper_than_a_path_may_be_long(self, tmp_path: Path) -> None:
        make_deep(tmp_path, 3000)
        write(tmp_path, {"a": ""})
        tree = disk(tmp_path)
        assert tree.files() == ["a"]
        assert list(tree.unreadable.values()) == ["file name too long"]

    @needs_permissions
    def test_what_may_not_be_read(self, tmp_path: Path) -> None:
        write(tmp_path, {"a": "text", "closed/b": ""})
        (tmp_path / "a").chmod(0)
        (tmp_path / "closed").chmod(0)
        tree = disk(tmp_path)
        assert tree.files() == ["a"]
        assert tree.unreadable == {"closed": "permission denied"}
        assert message(tree, "a") == "the file cannot be read: permission denied"
        (tmp_path / "closed").chmod(0o700)


def make_deep(root: Path, levels: int) -> None:
    """A file below so many folders, made step by step because its path may be too long for one call."""
    descriptor = os.open(root, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("d", dir_fd=descriptor)
        below = os.open("d", os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = below
    os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=descriptor))
    os.close(descriptor)


@pytest.fixture(autouse=True)
def _remove_deep_folders(tmp_path: Path) -> Iterable[None]:
    """pytest's own removal recurses and would run out of stack."""
    yield
    if (tmp_path / "d" / "d").exists():
        subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)


def message(tree: DiskTree, path: str) -> str:
    found = tree.read(path)
    assert isinstance(found, Unreadable)
    return found.message


class TestRead:
    def test_text(self, tmp_path: Path) -> None:
        write(tmp_path, {"a/b": "é\r\n"})
        found = disk(tmp_path).read("a/b")
        assert isinstance(found, Source)
        assert (found.path, found.text) == ("a/b", "é\r\n")

    def test_links(self, tmp_path: Path) -> None:
        write(tmp_path, {"root/a": "inside", "outside": "secret", "root/d/b": "below"})
        root = tmp_path / "root"
        targets = {
            "in": "a",
            "in-absolute": str(root / "a"),
            "out": "../outside",
            "out-absolute": str(tmp_path / "outside"),
            "out-and-in": "../root/a",
            "loop": "loop",
            "nothing": "nowhere",
            "folder": "d",
            "up": "..",
            "device": "/dev/zero",
        }
        for name, target in targets.items():
            (root / name).symlink_to(target)
        tree = disk(root)
        assert tree.files() == sorted(["a", "d/b", *targets])
        for name in ("in", "in-absolute", "out-and-in"):
            found = tree.read(name)
            assert isinstance(found, Source)
            assert found.text == "inside"
        leaves = "the file is a link that leaves the repository"
        assert [message(tree, name) for name in ("out", "out-absolute", "up", "device")] == [leaves] * 4
        assert message(tree, "nothing") == "the file cannot be read: no such file or directory"
        assert message(tree, "folder") == "the file cannot be read: not a regular file"
        assert "symbolic links" in message(tree, "loop")
        assert [tree.type_of(name) for name in ("in", "folder", "out", "up", "loop", "nothing", "device")] == [
            *(FILE, FOLDER, OTHER, OTHER, OTHER, OTHER, OTHER)
        ]

    def test_a_file_below_a_linked_folder(self, tmp_path: Path) -> None:
        write(tmp_path, {"root/a": "", "outside/secret": "x"})
        (tmp_path / "root" / "link").symlink_to("../outside")
        tree = disk(tmp_path / "root")
        assert message(tree, "link/secret") == "the file is a link that leaves the repository"
        assert tree.type_of("link/secret") == OTHER
        assert tree.names("link") == []

    def test_pipes_and_sockets_are_not_waited_for(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.yaml")
        listener = socket.socket(socket.AF_UNIX)
        folder = Path.cwd()
        os.chdir(tmp_path)
        try:
            listener.bind("socket.yaml")
        finally:
            os.chdir(folder)
        try:
            tree = disk(tmp_path)
            assert tree.files() == ["pipe.yaml", "socket.yaml"], "they are named, so that they are reported"
            assert message(tree, "pipe.yaml") == "the file cannot be read: not a regular file"
            assert message(tree, "socket.yaml").startswith("the file cannot be read: ")
            assert [tree.type_of(path) for path in tree.files()] == [OTHER, OTHER]
        finally:
            listener.close()

    def test_a_pipe_named_like_an_ignore_file(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / ".gitignore")
        write(tmp_path, {"a": ""})
        assert disk(tmp_path).files() == [".gitignore", "a"]

    def test_size(self, tmp_path: Path) -> None:
        write(tmp_path, {"full": "x" * LIMIT, "more": "x" * (LIMIT + 1)})
        tree = disk(tmp_path)
        assert isinstance(tree.read("full"), Source)
        found = tree.read("more")
        assert isinstance(found, Unreadable)
        assert (found.fault, found.message) == ("limit-exceeded", "the file is larger than 1000 bytes")

    @pytest.mark.parametrize(
        ("data", "reason", "readable"),
        [
            (b"caf\xe9\n", "the file is not UTF-8: byte 0xe9", "caf"),
            (b"\xff\xfea\x00", "the file is UTF-16, expected UTF-8", ""),
            (b"a\xed\xa0\x80", "the file is not UTF-8: byte 0xed", "a"),
        ],
    )
    def test_encodings(self, tmp_path: Path, data: bytes, reason: str, readable: str) -> None:
        write(tmp_path, {"a": data})
        found = disk(tmp_path).read("a")
        assert isinstance(found, Unreadable)
        assert (found.fault, found.message, found.readable.text) == ("unreadable-file", reason, readable)

    def test_a_byte_order_mark_is_not_part_of_the_text(self, tmp_path: Path) -> None:
        write(tmp_path, {"a": b"\xef\xbb\xbfx"})
        found = disk(tmp_path).read("a")
        assert isinstance(found, Source)
        assert found.text == "x"

    def test_names_and_types(self, tmp_path: Path) -> None:
        write(tmp_path, {"a/b": "", "a/.c": ""})
        tree = disk(tmp_path)
        assert tree.names("a") == [".c", "b"]
        assert tree.names(".") == ["a"]
        assert tree.names("a/b") == []
        assert tree.names("x") == []
        assert [tree.type_of(path) for path in ("a", "a/b", "a/b/c", "x", "x" * 5000)] == [FOLDER, FILE, "", "", ""]
