"""How the documentation is built: no network, warnings are errors (see .ci/run)."""

import sys
from pathlib import Path

from custseg import __version__

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

project = "custseg"
author = "The custseg authors"
project_copyright = "2026, The custseg authors"
release = __version__
version = release

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "generated",
]
exclude_patterns = ["_build", "_ext"]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

napoleon_google_docstring = False
napoleon_numpy_docstring = True
napoleon_use_rtype = False

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings say them, with shapes and units

html_theme = "furo"
html_title = f"custseg {release}"
html_copy_source = False
html_show_sphinx = False

# "shape (n_customers,)" in a docstring names a length, not the attribute that two
# classes have under that name.
suppress_warnings = ["ref.python"]
