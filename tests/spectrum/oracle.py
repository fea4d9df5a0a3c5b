"""SModelS's own reading of a model file, to compare ours with."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import Any

from protomodels.spectrum import Spectrum

PUBLIC = (
    "TRV1_1800_300_300",
    "ew_ymi2l51r",
    "ewino_example",
    "gluino_squarks",
    "higgsinoStop",
    "higgsino_spectrum_520_125_dm_10",
    "idm_example",
    "lightEWinos",
    "longLived",
    "simplyGluino",
)
"""SModelS's example files."""
_ANY_PROCESS = "XSECTION  1.30E+04  2212 2212 2 1000022 1000022\n  0 0 0 0 0 0 1.0E-09 none\n"


def smodels_reading(path: Path) -> Any:
    """SModelS's model, with the particles of the MSSM, the inert doublet, or the QNUMBERS of the file itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from smodels.base.model import Model
        from smodels.share.models import idm, mssm
        from smodels.share.models.SMparticles import SMList
        from smodels.tools.particlesLoader import getParticlesFromSLHA

        text = path.read_text()
        if "1000022" in text:
            known = mssm.BSMList
        else:
            known = idm.BSMList if path.stem.startswith("idm") else getParticlesFromSLHA(str(path))
        model = Model(known, SMList)
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "model.slha"
            copy.write_text(text if "XSECTION" in text else text + _ANY_PROCESS)  # it reads no file without any
            model.updateParticles(str(copy), roundMasses=0)
    return model


def own_particles(found: Spectrum) -> dict[int, tuple[Any, ...]]:
    """Mass, width, charge, colour, spin and decays by pid, as :func:`their_particles` gives them."""
    out = {}
    for pid, p in found.particles.items():
        decays = {d.daughters: d.ratio for d in found.decays.get(pid, ())}
        out[pid] = (p.mass, p.width, p.thrice_charge, p.colour, p.twice_spin, decays)
    return out


def their_particles(model: Any, found: Spectrum) -> dict[int, tuple[Any, ...]]:
    """The same of SModelS; particles that are their own antiparticles have one name with us."""
    from smodels.base.physicsUnits import GeV

    own = {pid for pid, p in found.particles.items() if p.self_conjugate} | {21, 22, 23, 25, 111}
    out = {}
    for p in model.BSMparticles:
        if p.pdg < 0:
            continue
        decays: dict[tuple[int, ...], float] = {}
        for decay in (d for d in p.decays if d is not None and d.br > 0.0):
            key = tuple(sorted(abs(d) if abs(d) in own else d for d in decay.ids))
            decays[key] = decays.get(key, 0.0) + decay.br
        numbers = round(3 * p.eCharge), p.colordim, round(2 * p.spin)
        out[p.pdg] = (p.mass.asNumber(GeV), p.totalwidth.asNumber(GeV), *numbers, decays)
    return out


def their_sections(model: Any, found: Spectrum) -> dict[tuple[tuple[int, int], float], float]:
    """Cross sections in fb by pair and energy in TeV, the highest order of each."""
    from smodels.base.physicsUnits import TeV, fb

    model.xsections.removeLowerOrder()
    own = {pid for pid, p in found.particles.items() if p.self_conjugate}
    out = {}
    for section in model.xsections:
        pids = [abs(pid) if abs(pid) in own else pid for pid in section.pid]
        pair = tuple(sorted([*pids, 0][:2]))
        out[pair, float(section.info.sqrts.asNumber(TeV))] = section.value.asNumber(fb)
    return out
