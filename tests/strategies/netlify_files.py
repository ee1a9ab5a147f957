"""Texts of netlify.toml as people write them: real ones where they are at hand, and a few of our own."""

from __future__ import annotations

import glob
import os

_SHARED = os.environ.get("POLICYLINT_SHARED") or os.path.join(os.path.dirname(__file__), "..", "..", "..", "shared")

OWN = {
    "plain": """\
# How the site is built
[build]
  command = "npm run test:run && npm run build"   # tests first
  publish = "dist"

[build.environment]
  NODE_VERSION = "20"
  # the mirror
  NPM_CONFIG_REGISTRY = "https://registry.example.org/"
""",
    "contexts": """\
[build]
publish = 'public/'
command = '''
set -e
npm test
npm run build
'''

# Previews do not send mail.
[context.deploy-preview]
command = "npm test && npm run build:preview"

[context.deploy-preview.environment]
MAIL = "off" # never

[context."release/*"]
command = "npm test && npm run build"
""",
    "redirects": """\
[build]
command = \"""
npm test && \\
npm run build
\"""

[[redirects]]
from = "/old/*"
to = "/new/:splat"
status = 301
force = true

  [redirects.headers]
  X-From = "here"

[[redirects]]
from   = "/api/*"
to     = "/.netlify/functions/:splat"
status = 200
conditions = { Language = ["en", "de"], Country = ["ch"] }

[[headers]]
for = "/*"
[headers.values]
X-Frame-Options = "DENY"
"Cache-Control" = '''
max-age=0,
no-cache'''
# the end""",
    "dotted": """\
build.command = "npm test && npm run build"
build.publish = "dist"
build.environment.NODE_VERSION = "20" # LTS
functions.directory = "functions"

[[plugins]]
package = "@netlify/plugin-lighthouse"
pinned_version = "6"

  [plugins.inputs]
  audits = [
    { path = "/", threshold = 1.5 },  # the front page
    { path = "/docs" },
  ]
""",
    "windows": """\
[build]
command = "npm test && npm run build"  # tested

[[redirects]]
from = "/a"
to = "/b"
status = 302
""".replace("\n", "\r\n"),
}


def real() -> dict[str, str]:
    """The real files by name; none where they are not at hand."""
    found = {}
    for path in sorted(glob.glob(os.path.join(_SHARED, "data", "netlify", "*.toml"))):
        with open(path, encoding="utf-8", newline="") as file:
            found[os.path.basename(path)] = file.read()
    return found


def all_texts() -> dict[str, str]:
    """Own texts and real ones."""
    return {**OWN, **real()}
