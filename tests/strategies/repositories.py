"""Hypothesis strategies for small repositories of policy documents, and for changes of one of their files."""

from __future__ import annotations

from hypothesis import strategies as st

Files = dict[str, bytes]

# What files are made of: sound and broken entries, links that lead somewhere and links that do not, IDs that are wrong,
# suppressions of use and of none. Some break one rule several times, as limits ask for.
_YAML = (
    "ID: DEP-00{n}\nType: Criteria\nStage: Pre-deploy\nOwner: QA lead\nLinked IDs: [DEP-001, TEST-001 to TEST-009]\n",
    "ID: DEP-00{n}\nType: Rollback\nThreshold: ''\nLinked IDs: [DEP-0001]\n",
    "ID: DEP-00{n} # policylint: ignore[deployment/missing-owner] not yet\nType: Criteria\n",
    "ID: EPIC-00{n}\nTitle: a\nNotes: [DEP-1x, DEP-2x, DEP-3x, DEP-4x, DEP-5x]\n",
    "# policylint: ignore-file[ids/duplicate-id]\nID: TEST-00{n}\nTitle: é😀\n",
    "ID: DEP-00{n}\nID: DEP-00{n}\n",
    "ID: [\n",
    "current_phase: implement\n",
    "\ufeffID: TEST-00{n}\n",
    "",
)
_MARKDOWN = (
    "# Register\n\nDEP-00{n}: a\nType: Environment\nLinked IDs: EPIC-001, EPIC-002\n\n",
    "| ID | Title |\n|---|---|\n| EPIC-00{n} | a |\n| EPIC-00{n} | b |\n\n",
    "See DEP-001, DEP-777, DEP-778, DEP-779, DEP-780 and TEST-00{n} → EPIC-001.\n\n",
    "<!-- policylint: ignore[ids/unresolved-mention, no-such-rule] because -->\nSee DEP-999.\n\n",
    "DEP-00{n}: <title>\nType: Criteria\n\n",
    "# Release workflow\n\n1. deploy\n2. roll back\n\n",
)
_TOML = (
    '[build]\ncommand = "npm run build"\n',
    '[build]\ncommand = "npm test && npm run build"\n[context.deploy-preview]\ncommand = "npm run build"\n',
    '[[redirects]]\nfrom = "/*"\nto = "/index.html"\nstatus = "200"\n',
    "[build\n",
)
_PACKAGE = ('{"scripts": {"test": "vitest run", "build": "vite build"}}', '{"scripts": {"build": "vite build"}}')


def _written(pieces: tuple[str, ...], most: int) -> st.SearchStrategy[bytes]:
    piece = st.builds(lambda text, number: text.replace("{n}", str(number)), st.sampled_from(pieces), st.integers(1, 4))
    return st.lists(piece, min_size=1, max_size=most).map(lambda each: "".join(each).encode())


_OF_PATHS = {
    **{f"docs/release/DEP-{n}.yaml": _written(_YAML, 1) for n in range(4)},
    **{f"docs/deployment-{n}.md": _written(_MARKDOWN, 4) for n in range(3)},
    "docs/release-workflow.md": _written(_MARKDOWN, 3),
    "netlify.toml": _written(_TOML, 1),
    "web/netlify.toml": st.one_of(
        _written(_TOML, 1), st.sampled_from([b"\xff\xfe[\0", b"[build]\ncommand = '\xe9'\n"])
    ),
    "package.json": _written(_PACKAGE, 1),
}
repositories: st.SearchStrategy[Files] = st.fixed_dictionaries({}, optional=_OF_PATHS)

# A path with its new content; None for a file that is no longer there.
changes: st.SearchStrategy[tuple[str, bytes | None]] = st.sampled_from(sorted(_OF_PATHS)).flatmap(
    lambda path: st.tuples(st.just(path), st.one_of(st.none(), _OF_PATHS[path]))
)

_LINES = (
    b"",
    b"# a remark\n",
    b"Remark: a\n",
    b"Owner: QA lead\n",
    b"Status: Complete\n",
    b"Linked IDs: EPIC-001\n",
    b"See TEST-001 and DEP-888.\n",
    b"\n",
)


def _edited(content: bytes, line: bytes, part: int, removed: int) -> bytes:
    """A content with a line at a place, in hundredths, instead of as many that are there."""
    lines = content.splitlines(keepends=True)
    place = len(lines) * part // 100
    return b"".join([*lines[:place], line, *lines[place + removed :]])


def edits(files: Files) -> st.SearchStrategy[tuple[str, bytes | None]]:
    """The path of some file, with its content with a line more, or another one; any change if there is no file."""
    if not files:
        return changes
    return st.sampled_from(sorted(files)).flatmap(
        lambda path: st.tuples(
            st.just(path),
            st.builds(_edited, st.just(files[path]), st.sampled_from(_LINES), st.integers(0, 100), st.integers(0, 1)),
        )
    )
