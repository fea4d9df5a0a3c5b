"""Posteriors, as SQL.

kept    created, read, listed, answered, deleted
sweeps  what their chains made, and where these stand
"""
