"""How close models are to being selected: a number for each, so that there is a slope to climb."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.campaign.excesses.criteria import Criteria
from protomodels.campaign.excesses.orthogonal import Orthogonality
from protomodels.campaign.excesses.reading import Piece
from protomodels.campaign.excesses.selection import EXPECTED, select

Floats = NDArray[np.float64]

SELECTED: Final = 1.0
SOME: Final = 0.5
"""A small excess, in too few analyses."""
HELD_BACK: Final = 0.25
"""A small excess, and too many analyses exclude the model."""
SENSITIVE: Final = 0.1
"""Expected to be excluded, not excluded, no excess."""


def scores(piece: Piece, analyses: tuple[str, ...], criteria: Criteria, orthogonality: Orthogonality) -> Floats:
    """Of each row, in [0, 1]: 1 where it is selected; NaN where it has no answer, or a cut removes it, (n,).

    Raises
    ------
    ConfigError: as for :func:`protomodels.campaign.excesses.selection.select`.
    """
    found = select(piece, analyses, criteria, orthogonality)
    files = piece.texts("file")
    chosen = {model.file for model in found.models if len(model.orthogonal) >= criteria.analyses}
    sensitive, small = np.zeros(piece.n, dtype=np.bool_), np.zeros(piece.n, dtype=np.bool_)
    for name in analyses:
        expecting = piece.numbers(EXPECTED + name) <= criteria.alpha
        high = (piece.numbers(f"cls_obs:{name}") > criteria.alpha) & (piece.numbers(f"z:{name}") > criteria.z)
        sensitive |= expecting
        small |= expecting & high
    allowed = piece.numbers("n_excluding") <= criteria.excluding
    score = np.where(allowed & sensitive, SENSITIVE, 0.0)
    score = np.where(small, np.where(allowed, SOME, HELD_BACK), score)
    score = np.where([file in chosen for file in files], SELECTED, score)
    judged = piece.texts("error") == ""
    for cut in criteria.cuts:
        judged &= cut(piece)
    return np.where(judged, score, np.nan)
