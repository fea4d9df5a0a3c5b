"""All reference cross sections of a spectrum, and the pairs that have none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from protomodels.errors import ConfigError
from protomodels.model import Pair
from protomodels.particles import MASS_CEILING
from protomodels.production import SQRTS, CrossSections
from protomodels.settings import OLDER_ORDER, ReferenceOrder
from protomodels.spectrum.reference.composition import CHARGED, NEUTRAL, composition
from protomodels.spectrum.reference.currents import chargino_pairs, mixed_charginos, w_pairs, z_pairs
from protomodels.spectrum.reference.expected import expected_pairs
from protomodels.spectrum.reference.look import Found
from protomodels.spectrum.reference.semiweak import gluino_pairs, squark_pairs
from protomodels.spectrum.reference.sleptons import slepton_pairs
from protomodels.spectrum.reference.strong import strong_pairs
from protomodels.spectrum.spectrum import Spectrum
from protomodels.xsec import TABLE_ENERGIES, reference_cross_sections
from protomodels.xsec.processes import LISTED

LIGHTEST: Final = 1.0
"""GeV; all tables begin above it, and have the cross sections of their edge below."""


def reference_sections(
    spectrum: Spectrum, sqrts: Sequence[float] = SQRTS, order: ReferenceOrder = OLDER_ORDER
) -> tuple[CrossSections, tuple[Pair, ...]]:
    """Reference cross sections of a spectrum, and the pairs one would expect that have none.

    Strong pairs follow from masses, sleptons from masses and STAUMIX, charginos and neutralinos from NMIX, UMIX and
    VMIX.  A spectrum without these three and without X_Z4 has the composition of proto-models
    (:mod:`protomodels.xsec.mixing`): bino X_Z1, winos X_Z2 and X_W1, higgsinos X_Z3 and X_W2.  Particles above
    2400 GeV, where those of proto-models end, are made nowhere, and are in neither answer.  Electroweak pairs take
    squarks as decoupled: winos beside squarks that are not much heavier are fewer than this (:mod:`.exchange`).

    Parameters
    ----------
    sqrts: energies in TeV, among 8, 13 and 13.6.
    order: of the reference cross sections; ``docs/cross_sections.md``.

    Returns
    -------
    the cross sections in fb, and pairs of positive pids in ascending order, whatever their charges; (0, pid) stands for
    a resonance.

    Raises
    ------
    ConfigError: where there is no table for an energy.
    """
    unknown = [energy for energy in sqrts if energy not in TABLE_ENERGIES]
    if unknown:
        raise ConfigError("sqrts", unknown, f"energies in TeV among {TABLE_ENERGIES}")
    reachable = {pid: p for pid, p in spectrum.particles.items() if p.mass <= MASS_CEILING}
    masses = {pid: max(p.mass, LIGHTEST) for pid, p in reachable.items()}
    made = composition(Spectrum(reachable, {}, mixing=spectrum.mixing))
    found: Found = {}
    inos = {*NEUTRAL, *CHARGED}
    if not {"NMIX", "UMIX", "VMIX"} & set(spectrum.mixing) and inos & set(masses) <= LISTED:
        pairs, sigma = reference_cross_sections({p: m for p, m in masses.items() if p in LISTED}, TABLE_ENERGIES, order)
        found |= {pair: row for pair, row in zip(pairs, sigma, strict=True) if inos & {abs(p) for p in pair}}
    found |= strong_pairs(masses, order) | slepton_pairs(masses, made, order)
    for part in (w_pairs, z_pairs, mixed_charginos, chargino_pairs, squark_pairs, gluino_pairs):
        found |= part(masses, made, order)
    columns = [TABLE_ENERGIES.index(energy) for energy in sqrts]
    pairs = tuple(sorted(found))
    sigma = np.maximum(np.array([found[pair][columns] for pair in pairs]).reshape(len(pairs), len(columns)), 0.0)
    have = {tuple(sorted(map(abs, pair))) for pair in pairs}
    missing = sorted({pair for pair in expected_pairs(reachable.values()) if pair not in have})
    return CrossSections(pairs, tuple(sqrts), sigma, sigma.copy()), tuple(missing)
