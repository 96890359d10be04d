"""How Sphinx makes the site out of these pages: `make docs`. It needs no network."""

import tomllib
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_PROJECT = tomllib.loads((_ROOT / "pyproject.toml").read_text())["project"]

project = "PiCluster"
version = release = _PROJECT["version"]
copyright = "the authors of PiCluster"
html_title = f"PiCluster {release}"

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}

# The source is the whole project, so that links from docs/ to CONTRIBUTING.md and the like lead to
# pages. All other folders are left out, which also keeps Sphinx from walking through them.
root_doc = "docs/index"
include_patterns = ["docs/**", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"]
exclude_patterns = ["docs/_build"] + [
    folder.name for folder in _ROOT.iterdir() if folder.is_dir() and folder.name != "docs"
]

# The pages are read on code hosts too, so links are relative paths and anchors are those that
# such hosts make of headings.
myst_heading_anchors = 4
myst_links_external_new_tab = False
# A link to a file that is no page, such as cluster.example.toml, becomes a copy of it in the site.
nitpicky = True

html_theme = "furo"
html_copy_source = False
html_show_sphinx = False
html_static_path: list[str] = []
pygments_style = "friendly"
pygments_dark_style = "native"
# An indented block is a mix of commands, settings and what is shown: no language fits.
highlight_language = "none"
