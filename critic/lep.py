"""What LEP excludes: charginos that it would have produced in pairs.

The databases of LHC results do not say so, and compressed spectra are where the LHC sees least: without this limit the
largest K of today's data stands on a chargino of 85 GeV.
"""

from __future__ import annotations

from typing import Final

from protomodels.model import ProtoModel
from protomodels.particles import PARTICLES
from protomodels.settings import Policy

CHARGINOS: Final = (1000024, 1000037)


def excluded_by_lep(model: ProtoModel, policy: Policy) -> str | None:
    """Why LEP excludes a model, in words; None where it does not.

    ALEPH, DELPHI, L3 and OPAL together exclude charginos below 91.9 GeV (gaugino-like) and 92.4 GeV (higgsino-like) for
    any mass difference to the lightest neutralino, and below 103.5 GeV where it is large (LEPSUSYWG/02-04.1 and
    01-03.1).  A pair is produced through photons and Z bosons, so that no multiplier makes it vanish.

    Parameters
    ----------
    policy: its ``lightest_chargino`` is the limit, GeV; 0 for none.

    >>> from protomodels.settings import policy
    >>> light = ProtoModel({1000022: 80.0, 1000024: 85.0}, {1000024: {(1000022, 24): 1.0}})
    >>> excluded_by_lep(light, policy("default"))
    'LEP excludes charginos below 92 GeV: X_W1 has 85.0 GeV'
    >>> excluded_by_lep(light, policy("paper")) is None
    True
    """
    for pid in CHARGINOS:
        mass = model.masses.get(pid)
        if mass is not None and mass < policy.lightest_chargino:
            name = PARTICLES[pid].name
            return f"LEP excludes charginos below {policy.lightest_chargino:g} GeV: {name} has {mass:.1f} GeV"
    return None
