"""The table of combinable analyses that is used: the user's, or the default."""

from __future__ import annotations

from protomodels.combiner.table import Combinability
from protomodels.results.demo import COMBINABLE


def combinability_for(results: str, combinable: str | None = None) -> Combinability:
    """The user's table, else the demo's own for the demo results, else the rules.

    Parameters
    ----------
    results: what the user calls them; ``demo`` for the synthetic ones.
    combinable: path of the user's table.

    Raises
    ------
    ConfigError: where the user's file cannot be read.
    """
    if combinable is not None:
        return Combinability.from_file(combinable)
    if results == "demo":
        return Combinability.from_file(COMBINABLE)
    return Combinability.from_rules()
