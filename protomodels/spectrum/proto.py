"""Proto-models as spectra, and those spectra that are proto-models: what the prior of K is made for."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from protomodels.channels import Channel, quantum_numbers
from protomodels.errors import ModelError
from protomodels.model import ProtoModel
from protomodels.particles import LBP, PARTICLES
from protomodels.production import CrossSections, cross_sections, references
from protomodels.slha import channel_of, physical_decays
from protomodels.spectrum.known import SPARTICLES
from protomodels.spectrum.spectrum import PROMPT, Decay, NewParticle, Spectrum

PROMPT_WIDTH: Final = 1e-11
STABLE_WIDTH: Final = 1e-25
"""GeV; wider particles decay at once, narrower ones never, as SModelS takes them by default."""


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


def as_proto_model(
    spectrum: Spectrum, prompt_width: float = PROMPT_WIDTH, stable_width: float = STABLE_WIDTH
) -> ProtoModel:
    """The proto-model that a spectrum is, without multipliers.

    Its particles are those of the particle table, produced in pairs; all but X_Z1 decay at once, by channels of the
    channel table, and ratios sum to 1.

    Parameters
    ----------
    prompt_width, stable_width: GeV; wider particles decay at once, narrower ones never.

    Raises
    ------
    ModelError: saying why it is none.

    >>> from protomodels.spectrum import spectrum_of
    >>> text = "BLOCK MASS\\n 1000022 200\\n 1000006 800\\nDECAY 1000006 {width}\\n 1.0 2 1000022 6"
    >>> print(as_proto_model(spectrum_of(text.format(width=1.0), "prompt")))
    X_t1 800, X_Z1 200 GeV
    """
    for particle in spectrum.particles.values():
        _check(particle, prompt_width, stable_width)
    for pair in () if spectrum.sections is None else spectrum.sections.pairs:
        if len(pair) != 2 or any(abs(pid) not in spectrum.particles for pid in pair):
            raise ModelError("cross sections", ",".join(map(str, pair)), "two particles of the proto-model")
    decays: dict[int, dict[Channel, float]] = {}
    for pid in spectrum.particles:
        table: dict[Channel, float] = {}
        for decay in spectrum.decays.get(pid, ()):
            channel = channel_of(pid, decay.daughters)
            table[channel] = table.get(channel, 0.0) + decay.ratio
        if table:
            decays[pid] = table
    return ProtoModel({pid: particle.mass for pid, particle in spectrum.particles.items()}, decays)


def _check(particle: NewParticle, prompt_width: float, stable_width: float) -> None:
    if particle.pid not in PARTICLES:
        raise ModelError("particles", f"{particle.name} ({particle.pid})", "particles of proto-models")
    name, width = PARTICLES[particle.pid].name, particle.width
    if particle.pid == LBP and width >= stable_width:
        raise ModelError("widths", f"{width:g} GeV of {name}", "a stable X_Z1")
    if particle.pid != LBP and width <= prompt_width:
        raise ModelError("widths", f"{width:g} GeV of {name}", f"decays at once, above {prompt_width:g} GeV")


def with_multipliers(model: ProtoModel, sections: CrossSections) -> tuple[ProtoModel, CrossSections]:
    """The model with the multipliers, of the reference order NLO+NLL, that its cross sections stand for, and these."""
    known = replace(sections, reference=references(model.masses, sections.pairs, sections.sqrts))
    kappas = zip(known.pairs, known.kappas().tolist(), strict=True)
    return replace(model, ssm={pair: kappa for pair, kappa in kappas if math.isfinite(kappa)}), known
