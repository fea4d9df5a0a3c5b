"""The production cross sections of one proto-model: sigma_ij = kappa_ij x reference, in fb."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.errors import ConfigError
from protomodels.model import Pair, ProtoModel, trusted
from protomodels.settings import OLDER_ORDER, ReferenceOrder
from protomodels.xsec import TABLE_ENERGIES, reference_cross_sections

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
        return CrossSections(self.pairs, self.sqrts, self.sigma * factor, self.reference)

    def kappas(self) -> NDArray[np.float64]:
        """Effective signal strength multipliers, shape (n,), at the highest energy that has a reference."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.sigma[:, -1] / self.reference[:, -1])


def order_of(model: ProtoModel) -> ReferenceOrder:
    """The order of a model's reference cross sections; NLO+NLL, the only one of version 0.1.0, where it names none."""
    return model.reference_order or OLDER_ORDER


def in_order(model: ProtoModel, order: ReferenceOrder) -> ProtoModel:
    """The model with its kappas taken as multipliers of that order, unless it names its own.

    >>> plain = ProtoModel({1000022: 163.0, 1000006: 1166.0}, {1000006: {(1000022, 6): 1.0}})
    >>> orders = ("NLO+NLL", "NNLO_approx+NNLL")
    >>> [round(float(cross_sections(in_order(plain, order), (13.0,)).sigma[0, 0]), 1) for order in orders]
    [2.0, 2.1]
    """
    # a model that names none is one of the older order, and says so in no file of version 0.1.0
    named = model.reference_order is not None or order == OLDER_ORDER
    return model if named else trusted(model.masses, model.decays, model.ssm, order)


def sections_in_order(
    model: ProtoModel, sections: CrossSections, order: ReferenceOrder
) -> tuple[ProtoModel, CrossSections]:
    """The same for a model that brings its cross sections: they stay, and the kappas are those of that order."""
    named = in_order(model, order)
    if named is model:
        return model, sections
    known = references(model.masses, sections.pairs, sections.sqrts, order)
    again = replace(sections, reference=known)
    kappas = zip(sections.pairs, again.kappas().tolist(), strict=True)
    return replace(named, ssm=dict(model.ssm) | {p: k for p, k in kappas if math.isfinite(k)}), again


def references(
    masses: Mapping[int, float],
    pairs: Sequence[Pair],
    sqrts: Sequence[float],
    order: ReferenceOrder = OLDER_ORDER,
) -> NDArray[np.float64]:
    """Reference cross sections of some pairs, fb, shape (pairs, energies); NaN where there is none."""
    found = np.full((len(pairs), len(sqrts)), np.nan)
    for column, energy in enumerate(sqrts):
        if energy in TABLE_ENERGIES:
            known = dict(zip(*reference_cross_sections(masses, (energy,), order), strict=True))
            found[:, column] = [known[pair][0] if pair in known else np.nan for pair in pairs]
    return found


def cross_sections(model: ProtoModel, sqrts: tuple[float, ...] = SQRTS) -> CrossSections:
    """The cross sections of a proto-model: kappa times the reference, for every pair that has one.

    Parameters
    ----------
    sqrts: centre-of-mass energies, TeV.

    Raises
    ------
    ConfigError: where there is no table for an energy.
    """
    pairs, reference = reference_cross_sections(model.masses, sqrts, order_of(model))
    ssm = model.ssm
    kappas = np.array(list(ssm.values()) if tuple(ssm) == pairs else [model.kappa(pair) for pair in pairs])
    return CrossSections(pairs, tuple(sqrts), reference * kappas[:, None], reference)


def with_kappas_of(model: ProtoModel, sections: CrossSections) -> ProtoModel:
    """The model with kappas that give these cross sections at 13 TeV; pairs that are not among them get 0.

    At other energies the cross sections follow from the kappas.  The model names the order that they are for.

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
    return replace(model, ssm=kappas, reference_order=order_of(model))
