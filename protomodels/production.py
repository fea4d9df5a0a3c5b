"""The production cross sections of one proto-model: sigma_ij = kappa_ij x reference, in fb."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.errors import ConfigError
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
        """All cross sections times ``factor``; the references stay, so that all kappas grow by it."""
        return replace(self, sigma=self.sigma * factor)

    def kappas(self) -> NDArray[np.float64]:
        """Effective signal strength multipliers, shape (n,), at the highest energy that has a reference."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.sigma[:, -1] / self.reference[:, -1])


def cross_sections(model: ProtoModel, sqrts: tuple[float, ...] = SQRTS) -> CrossSections:
    """The cross sections of a proto-model: kappa times the reference, for every pair that has one.

    Parameters
    ----------
    sqrts: centre-of-mass energies, TeV.

    Raises
    ------
    ConfigError: where there is no table for an energy.
    """
    pairs, reference = reference_cross_sections(model.masses, sqrts)
    kappas = np.array([model.kappa(pair) for pair in pairs])
    return CrossSections(pairs, tuple(sqrts), reference * kappas[:, None], reference)


def with_kappas_of(model: ProtoModel, sections: CrossSections) -> ProtoModel:
    """The model with kappas that give these cross sections at 13 TeV; pairs that are not among them get 0.

    At other energies the cross sections follow from the kappas.

    Raises
    ------
    ConfigError: where a pair of ``sections`` has no reference cross section, or they have none at 13 TeV.
    """
    if 13.0 not in sections.sqrts:
        raise ConfigError("cross sections", sections.sqrts, "with those at 13 TeV")
    given = dict(zip(sections.pairs, sections.sigma[:, sections.sqrts.index(13.0)].tolist(), strict=True))
    reference = cross_sections(replace(model, ssm={}), (13.0,))
    kappas: dict[Pair, float] = {}
    for pair, sigma in zip(reference.pairs, reference.sigma[:, 0].tolist(), strict=True):
        own = given.pop(pair, 0.0)
        if own > 0.0 and not sigma > 0.0:
            raise ConfigError("cross sections", f"{own:g} fb for {pair}", "0 where the reference is 0")
        kappas[pair] = own / sigma if own > 0.0 else 0.0
    if any(sigma > 0.0 for sigma in given.values()):
        raise ConfigError("cross sections", sorted(given), "pairs that have a reference cross section")
    return replace(model, ssm=kappas)
