"""What Sphinx is told beyond its own: extensions of docs/conf.py.

generated    tables of reference pages, from the code itself when the site is built
docstrings   sections of our docstrings, for those tables and for autodoc
mathml       equations as MathML, which browsers draw without any script
"""
