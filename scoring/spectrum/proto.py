"""Proto-models among spectra: those that the prior of K is made for."""

from __future__ import annotations

import math
from dataclasses import replace

from protomodels.channels import Channel
from protomodels.errors import ModelError
from protomodels.model import ProtoModel
from protomodels.particles import LBP, PARTICLES
from protomodels.predictor.general import PROTO_OPTIONS, Options
from protomodels.production import CrossSections, references
from protomodels.slha import channel_of
from protomodels.spectrum import NewParticle, Spectrum


def as_proto_model(spectrum: Spectrum, options: Options) -> ProtoModel:
    """The proto-model that a spectrum is, without multipliers.

    Its particles are those of the particle table, produced in pairs; all but X_Z1 decay at once, by channels of the
    channel table, and ratios sum to 1.

    Parameters
    ----------
    options: their ``promptWidth`` says what decays at once.

    Raises
    ------
    ModelError: saying why it is none.

    >>> from protomodels.spectrum import spectrum_of
    >>> text = "BLOCK MASS\\n 1000022 200\\n 1000006 800\\nDECAY 1000006 {width}\\n 1.0 2 1000022 6"
    >>> print(as_proto_model(spectrum_of(text.format(width=1.0), "prompt"), Options()))
    X_t1 800, X_Z1 200 GeV
    """
    for particle in spectrum.particles.values():
        _check(particle, options)
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


def proto_model_of(spectrum: Spectrum, options: Options) -> tuple[ProtoModel | None, str | None]:
    """The proto-model that a spectrum is, or None and why it is none."""
    try:
        return as_proto_model(spectrum, options), None
    except ModelError as error:
        return None, f"no prior: it is no proto-model ({error.field}: {error.value})"


def options_for(model: ProtoModel | None, options: Options) -> Options:
    """SModelS's parameters for a spectrum: a proto-model, in JSON or SLHA, has its own, unless others are asked for.

    Parameters
    ----------
    model: the proto-model that the spectrum is, None for any other.
    options: those that are asked for.
    """
    return PROTO_OPTIONS if model is not None and options == Options() else options


def _check(particle: NewParticle, options: Options) -> None:
    if particle.pid not in PARTICLES:
        raise ModelError("particles", f"{particle.name} ({particle.pid})", "particles of proto-models")
    name, width = PARTICLES[particle.pid].name, particle.width
    if particle.pid == LBP and width >= options.stableWidth:
        raise ModelError("widths", f"{width:g} GeV of {name}", "a stable X_Z1")
    if particle.pid != LBP and width <= options.promptWidth:
        raise ModelError("widths", f"{width:g} GeV of {name}", f"decays at once, above {options.promptWidth:g} GeV")


def with_multipliers(model: ProtoModel, sections: CrossSections) -> tuple[ProtoModel, CrossSections]:
    """The model with the multipliers, of the reference order NLO+NLL, that its cross sections stand for, and these."""
    known = replace(sections, reference=references(model.masses, sections.pairs, sections.sqrts))
    kappas = zip(known.pairs, known.kappas().tolist(), strict=True)
    return replace(model, ssm={pair: kappa for pair, kappa in kappas if math.isfinite(kappa)}), known
