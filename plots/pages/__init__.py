"""Pictures that pages show beside those of single proto-models.

symbols  particles in LaTeX, and such text as HTML
modes    the contents that a run found, and the analyses that drive its best proto-models
maps     upper limits and efficiencies over masses
"""
