"""A proto-model for a cluster: what its middle member has behind the excesses, for `improve` and walks to begin at."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np

from protomodels.campaign.excesses.clusters.describing import Cluster
from protomodels.campaign.excesses.clusters.families import pid_of, proto_pid
from protomodels.campaign.scan.judge import MASS
from protomodels.channels import Channel, open_channels
from protomodels.errors import ModelError
from protomodels.model import ProtoModel
from protomodels.particles import LBP, MASS_CEILING, MULTIPLETS
from protomodels.production import CrossSections, cross_sections
from protomodels.settings import NEWER_ORDER
from protomodels.slha import channel_of
from protomodels.spectrum import Decay, Spectrum

GLUINO: Final = 1000021
CHARGED: Final = (1000024, 1000037)


def proto_model_of(cluster: Cluster, spectrum: Spectrum | None = None) -> ProtoModel:
    """The particles behind the excesses of the middle member, with its masses.

    Squarks of either handedness are one particle, of the lighter mass, with the cross sections of both; so sleptons.

    Parameters
    ----------
    spectrum: the middle member itself: ratios and cross sections are then its own, where proto-models have such decays;
        without it all open decays of a particle have equal ratios, and cross sections are reference ones.

    Raises
    ------
    ModelError: where proto-models cannot have these particles.
    """
    names = dict.fromkeys(name for one in cluster.medoid.seen for name in one.particles)
    known = {name: cluster.medoid.values[MASS + name] for name in names if MASS + name in cluster.medoid.values}
    if not known:
        raise ModelError(
            "particles", "none behind the excesses", "a scan with --excesses of models with known particles"
        )
    lightest = min(known, key=lambda name: known[name])
    of: dict[int, int] = {}
    masses: dict[int, float] = {}
    for name, mass in sorted(known.items(), key=lambda item: item[1]):
        pid = LBP if name == lightest else proto_pid(name)
        own = pid_of(name)
        if pid is None or own is None or (pid == LBP and name != lightest) or mass > MASS_CEILING:
            continue  # what proto-models do not have is left out
        masses.setdefault(pid, mass)
        of[own] = pid
    for first, second in MULTIPLETS:
        if second in masses and first not in masses:
            masses[first] = masses.pop(second)
            of = {own: first if pid == second else pid for own, pid in of.items()}
    decays = {pid: _ratios(pid, masses, of, spectrum) for pid in masses if pid != LBP}
    for pid in [pid for pid, ratios in decays.items() if not ratios]:  # nothing to decay to
        del decays[pid], masses[pid]
    model = ProtoModel(masses, decays, {}, NEWER_ORDER)
    return model if spectrum is None or spectrum.sections is None else _with_sections(model, of, spectrum.sections)


def _ratios(pid: int, masses: dict[int, float], of: dict[int, int], spectrum: Spectrum | None) -> dict[Channel, float]:
    """Branching ratios over the open channels."""
    channels = open_channels(pid, masses)
    found = dict.fromkeys(channels, 0.0)
    # the lightest of those that it stands for comes first
    mother = next((own for own, other in of.items() if other == pid), pid)
    for decay in () if spectrum is None else spectrum.decays.get(mother, ()):
        channel = _channel(pid, decay, of)
        if channel in found:
            found[channel] += decay.ratio
    total = sum(found.values())
    if total > 0.0:
        return {channel: ratio / total for channel, ratio in found.items() if ratio > 0.0}
    return {channel: 1.0 / len(channels) for channel in channels}


def _channel(pid: int, decay: Decay, of: dict[int, int]) -> Channel:
    """The channel of proto-models that a decay is; empty where there is none."""
    daughters = tuple(int(math.copysign(of.get(abs(own), abs(own)), own)) for own in decay.daughters)
    if pid == GLUINO and len(daughters) == 3:  # light quarks are one kind there
        up = (
            {2: 1, 3: 1, 4: 1}
            if abs(daughters[0]) not in CHARGED and abs(daughters[-1]) not in CHARGED
            else {3: 1, 4: 2}
        )
        daughters = tuple(int(math.copysign(up.get(abs(own), abs(own)), own)) for own in daughters)
    try:
        return channel_of(pid, daughters)
    except ModelError:
        return ()


def _with_sections(model: ProtoModel, of: dict[int, int], sections: CrossSections) -> ProtoModel:
    """With the multipliers that the cross sections of all particles that one stands for are, at the highest energy."""
    energy = int(np.argmax(sections.sqrts))
    sums: dict[tuple[int, ...], float] = {}
    for pair, sigma in zip(sections.pairs, sections.sigma[:, energy].tolist(), strict=True):
        if len(pair) == 2 and all(abs(pid) in of for pid in pair):
            key = tuple(sorted(int(math.copysign(of[abs(pid)], pid)) for pid in pair))
            sums[key] = sums.get(key, 0.0) + sigma
    known = cross_sections(model, (sections.sqrts[energy],))
    kappas = {
        pair: sums.get(pair, 0.0) / own
        for pair, own in zip(known.pairs, known.sigma[:, 0].tolist(), strict=True)
        if own > 0
    }
    return replace(model, ssm=kappas)
