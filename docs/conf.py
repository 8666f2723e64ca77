"""How the site of the documentation is built: ``sphinx-build -W docs site``."""

import sys
from importlib import metadata
from pathlib import Path

from pygments.lexers.special import TextLexer
from sphinx.highlighting import lexers

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

project = "supplyline"
author = "The supplyline maintainers"
release = metadata.version("supplyline")

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"supplyline {release}"
html_show_copyright = False

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3

lexers["csv"] = TextLexer()  # tables stand as they are

nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
napoleon_google_docstring = False
napoleon_attr_annotations = False  # np.bool_ would be taken for a link
