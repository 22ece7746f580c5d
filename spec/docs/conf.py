"""The site: `sphinx-build -W spec/docs OUT` makes it of this checkout, installed or not."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / source) for source in ("spec", "reference", "conformance")]

from bluelet_spec import SPEC_VERSION  # noqa: E402

project = "bluelet"
release = version = SPEC_VERSION
html_title = f"bluelet, specification {SPEC_VERSION}"
html_show_copyright = False

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "bluelet_docs"]
exclude_patterns = ["model.md", "reports", "README.md"]
suppress_warnings = ["myst.header"]
nitpicky = False
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = [("clauses.js", {"defer": "defer"})]
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
