"""A proto-model as a spectrum."""

from __future__ import annotations

from protomodels.channels import quantum_numbers
from protomodels.model import ProtoModel
from protomodels.particles import LBP, PARTICLES
from protomodels.production import CrossSections, cross_sections
from protomodels.slha import physical_decays
from protomodels.spectrum.known import SPARTICLES
from protomodels.spectrum.spectrum import PROMPT, Decay, NewParticle, Spectrum


def to_spectrum(model: ProtoModel, sections: CrossSections | None = None) -> Spectrum:
    """The same model as a spectrum: charges put in, virtual bosons decayed, all decays prompt.

    Parameters
    ----------
    sections: its cross sections; reference ones times kappa where they are not given.

    >>> found = to_spectrum(ProtoModel({1000022: 100.0, 1000006: 500.0}, {1000006: {(1000022, 6): 1.0}}))
    >>> found.decays[1000006], found.sections.pairs
    ((Decay(ratio=1.0, daughters=(6, 1000022)),), ((-1000006, 1000006),))
    """
    particles, decays = {}, {}
    for pid, mass in model.masses.items():
        numbers, row = SPARTICLES[pid], PARTICLES[pid]
        width = 0.0 if pid == LBP else PROMPT
        particles[pid] = NewParticle(
            pid, row.name, mass, width, numbers.twice_spin, quantum_numbers(pid)[0], numbers.colour, row.self_conjugate
        )
        ratios: dict[tuple[int, ...], float] = {}
        for ratio, daughters in physical_decays(model, pid):
            key = tuple(sorted(daughters))
            ratios[key] = ratios.get(key, 0.0) + ratio
        if ratios:
            decays[pid] = tuple(Decay(ratio, daughters) for daughters, ratio in ratios.items())
    return Spectrum(particles, decays, cross_sections(model) if sections is None else sections, "proto-model")
