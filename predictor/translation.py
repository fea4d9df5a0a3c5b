"""A proto-model as SModelS objects, without a file between."""

from __future__ import annotations

from typing import Any

import pyslha
from smodels.base.crossSection import XSection, XSectionInfo, XSectionList
from smodels.base.model import Model
from smodels.base.physicsUnits import TeV, pb
from smodels.share.models.mssm import BSMList
from smodels.share.models.SMparticles import SMList

from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.production import CrossSections
from protomodels.slha import PB_TO_FB, physical_decays

PROMPT_WIDTH = 1.0
"""GeV; every particle but the LBP decays at once."""


class _Translated(Model):  # type: ignore[misc]
    """A SModelS model that reads a proto-model where SModelS would read a file."""

    def __init__(self, model: ProtoModel, sections: CrossSections) -> None:
        # SModelS compares every particle with every other: those of the model are enough
        own = [particle for particle in BSMList if abs(particle.pdg) in model.masses]
        super().__init__(BSMparticles=own, SMparticles=SMList, label="proto-model")
        self._source = model, sections

    def getModelDataFrom(self, inputFile: str) -> tuple[dict[int, float], dict[int, Any], Any]:  # noqa: N802
        """Masses in GeV with both signs, decay tables and cross sections, as SModelS expects them."""
        model, sections = self._source
        masses = {sign * pid: mass for pid, mass in model.masses.items() for sign in (1, -1)}
        return masses, {pid: _decays(model, pid) for pid in model.masses}, _cross_sections(sections)


def _decays(model: ProtoModel, pid: int) -> Any:
    particle = pyslha.Particle(pid, totalwidth=0.0 if pid == LBP else PROMPT_WIDTH, mass=model.masses[pid])
    for ratio, daughters in physical_decays(model, pid):
        particle.add_decay(ratio, len(daughters), list(daughters))
    return particle


def _cross_sections(sections: CrossSections) -> Any:
    out = XSectionList()
    for column, energy in enumerate(sections.sqrts):
        number = int(energy) if energy == int(energy) else energy
        for row, pair in enumerate(sections.pairs):
            if sections.sigma[row, column] <= 0.0:
                continue
            entry = XSection()
            entry.info = XSectionInfo(number * TeV, 0, f"{number} TeV")
            entry.value = float(sections.sigma[row, column]) / PB_TO_FB * pb
            entry.pid = pair
            out.add(entry)
    return out


def to_smodels(model: ProtoModel, sections: CrossSections) -> Model:
    """The SModelS model, with masses in full precision."""
    translated = _Translated(model, sections)
    translated.updateParticles(inputFile="proto-model", roundMasses=0)
    return translated
