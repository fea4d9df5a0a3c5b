"""The production cross sections of one proto-model: sigma_ij = kappa_ij x reference, in fb."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.model import Pair, ProtoModel
from protomodels.xsec import reference_cross_sections

SQRTS: Final = (8.0, 13.0)
"""Centre-of-mass energies (TeV) of the results that are scored."""


@dataclass(frozen=True)
class CrossSections:
    """Production cross sections.

    Attributes
    ----------
    pairs: n signed pid pairs, each in ascending order.
    sqrts: m centre-of-mass energies in TeV.
    sigma: fb, shape (n, m).
    reference: fb, shape (n, m): what kappa = 1 gives; NaN where the pair has no reference.
    """

    pairs: tuple[Pair, ...]
    sqrts: tuple[float, ...]
    sigma: NDArray[np.float64]
    reference: NDArray[np.float64]

    def scaled(self, factor: float) -> CrossSections:
        """All cross sections times ``factor``."""
        return replace(self, sigma=self.sigma * factor)

    def kappas(self) -> NDArray[np.float64]:
        """Effective signal strength multipliers, shape (n,), at the highest energy that has a reference."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.sigma[:, -1] / self.reference[:, -1])


def cross_sections(model: ProtoModel, sqrts: tuple[float, ...] = SQRTS) -> CrossSections:
    """sigma(pp -> X_i X_j) of every pair of the model that has a reference cross section.

    Raises
    ------
    ConfigError: where there is no table for an energy.
    """
    pairs, reference = reference_cross_sections(model.masses, sqrts)
    kappas = np.array([model.kappa(pair) for pair in pairs])
    return CrossSections(pairs, tuple(sqrts), reference * kappas[:, None], reference)
