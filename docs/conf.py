"""The site of these pages, made by ``make docs``: Sphinx reads their Markdown; readers fetch nothing else."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import protomodels  # noqa: E402 - found by the line above

project = "protomodels"
author = "The protomodels developers"
version = release = protomodels.__version__
copyright = f"{author}, GPL-3.0-or-later"
extensions = ["myst_nb", "sphinx.ext.autodoc", "_site.mathml", "_site.docstrings", "_site.generated"]
exclude_patterns = ["_site"]

html_theme = "furo"
html_title = f"protomodels {version}"
html_math_renderer = "mathml"
html_copy_source = False
html_show_sphinx = False

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
highlight_language = "none"
nb_execution_mode = "force"
nb_execution_timeout = 600
nb_execution_raise_on_error = True
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
