"""Proto-models from and to SLHA (arXiv:0801.0045), with XSECTION blocks in pb.

Masses are written to 0.1 GeV, as the format's users expect; JSON keeps full precision.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
import pyslha

from protomodels.channels import OFF_SHELL, Channel, find_channel, needs_off_shell, signed_daughters
from protomodels.errors import ModelError
from protomodels.model import Pair, ProtoModel
from protomodels.particles import LBP, PARTICLES
from protomodels.production import CrossSections, cross_sections, references

PB_TO_FB = 1000.0
PROTON = 2212
PROMPT_WIDTH = 1e-11
"""GeV; proto-models know no lifetimes: what is narrower is another model, see :mod:`protomodels.spectrum`."""


def physical_decays(model: ProtoModel, pid: int) -> Iterator[tuple[float, tuple[int, ...]]]:
    """The decays of a particle with charges put in and virtual bosons decayed.

    Yields
    ------
    (branching ratio, signed daughter pids, the BSM daughter first); the ratios sum to 1.
    """
    for channel, ratio in model.decays.get(pid, {}).items():
        for share, daughters in physical_channels(pid, channel, model.masses):
            yield ratio * share, daughters


def physical_channels(
    pid: int, channel: Channel, masses: Mapping[int, float]
) -> Iterator[tuple[float, tuple[int, ...]]]:
    """One channel with charges put in and a virtual boson decayed.

    Yields
    ------
    (share of the channel, signed daughter pids, the BSM daughter first); the shares sum to 1.

    >>> list(physical_channels(1000023, (1000024, 24), {1000023: 500.0, 1000024: 200.0}))
    [(0.5, (-1000024, 24)), (0.5, (1000024, -24))]
    """
    parts: list[tuple[float, Channel]] = [(1.0, channel)]
    if needs_off_shell(pid, channel, masses):
        parts = [(share, (channel[0], *fermions)) for share, fermions in OFF_SHELL[channel[1]]]
    for share, bare in parts:
        assignments = signed_daughters(pid, bare)
        for daughters in assignments:
            yield share / len(assignments), daughters


def write_slha(model: ProtoModel, sections: CrossSections | None = None) -> str:
    """The model as SLHA text, with its cross sections (the reference ones times kappa by default)."""
    sections = sections or cross_sections(model)
    lines = ["BLOCK MASS"]
    lines += [f"   {pid:9d} {mass:10.1f}   # {PARTICLES[pid].name}" for pid, mass in model.masses.items()]
    for pid in model.masses:
        lines.append(f"DECAY {pid} {0.0 if pid == LBP else 1.0:.1f}   # {PARTICLES[pid].name}")
        for ratio, daughters in physical_decays(model, pid):
            lines.append(f"   {ratio:.8e} {len(daughters)} " + " ".join(map(str, daughters)))
    for row, pair in enumerate(sections.pairs):
        for column, energy in enumerate(sections.sqrts):
            lines.append(f"XSECTION {1000 * energy:.2E} 2212 2212 2 {pair[0]} {pair[1]}")
            lines.append(f"   0 0 0 0 0 0 {sections.sigma[row, column] / PB_TO_FB:.8E} protomodels")
    return "\n".join(lines) + "\n"


def read_slha(text: str, name: str = "SLHA") -> tuple[ProtoModel, CrossSections | None]:
    """A proto-model from SLHA text, and its cross sections where it has XSECTION blocks.

    The kappas of a model with cross sections are the ratios to the reference (NLO+NLL) at its highest energy.

    Raises
    ------
    ModelError: naming the field, the value and what is allowed.
    """
    try:
        doc = pyslha.readSLHA(text)
        block = doc.blocks["MASS"]
        masses = {int(pid): abs(float(mass)) for pid, mass in block.items() if int(pid) >= 1000000}
    except Exception as error:
        raise ModelError(name, f"text that is not SLHA ({error})", "SLHA with a MASS block") from error
    decays: dict[int, dict[Channel, float]] = {}
    for pid in masses:
        if pid not in PARTICLES:
            raise ModelError("masses", pid, "a pid of the particle table: " + ", ".join(map(str, PARTICLES)))
        if pid == LBP or pid not in doc.decays:
            continue
        width = doc.decays[pid].totalwidth
        if width is None or not PROMPT_WIDTH < abs(float(width)) < math.inf:
            raise ModelError(f"DECAY {pid}", width, f"decays at once, a width above {PROMPT_WIDTH:g} GeV")
        table: dict[Channel, float] = {}
        for decay in doc.decays[pid].decays:
            channel = channel_of(pid, tuple(int(d) for d in decay.ids))
            table[channel] = table.get(channel, 0.0) + float(decay.br)
        decays[pid] = table
    sections = _sections(doc, masses)
    ssm: dict[Pair, float] = {}
    if sections is not None:
        kappas = sections.kappas().tolist()
        ssm = {p: k for p, k in zip(sections.pairs, kappas, strict=True) if math.isfinite(k)}
    return ProtoModel(masses, decays, ssm), sections


def channel_of(pid: int, daughters: tuple[int, ...]) -> Channel:
    """The channel of an SLHA decay line; fermion pairs of a virtual boson are put back into the boson.

    Raises
    ------
    ModelError: where proto-models have no such channel.
    """
    fermions = tuple(sorted(abs(d) for d in daughters if abs(d) not in PARTICLES))
    for boson, shares in OFF_SHELL.items():
        if len(daughters) == 3 and pid in (1000023, 1000024) and fermions in [pair for _, pair in shares]:
            daughters = (*(d for d in daughters if abs(d) in PARTICLES), boson)
    return find_channel(pid, daughters, f"decays.{pid}")


def _sections(doc: pyslha.Doc, masses: dict[int, float]) -> CrossSections | None:
    """Of several values of one pair and energy that of the highest order in QCD, then the largest; of pp collisions."""
    found: dict[tuple[Pair, float], tuple[int, float]] = {}
    energies = set()
    for process in doc.xsections.values():
        if any(int(p) != PROTON for p in process.pidsinitial):
            continue
        pids = tuple(int(p) for p in process.pidsfinal)
        if len(pids) != 2 or any(abs(p) not in masses for p in pids):
            raise ModelError("XSECTION", str(pids), "two particles of the MASS block")
        for entry in process.xsecs:
            energy, value = float(entry.sqrts) / 1000.0, float(entry.value)
            if not math.isfinite(value) or value < 0.0:
                raise ModelError("XSECTION", value, "a finite, non-negative cross section in pb")
            energies.add(energy)
            place = (min(pids), max(pids)), energy
            found[place] = max(found.get(place, (-1, 0.0)), (int(entry.qcd_order), value * PB_TO_FB))
    if not found:
        return None
    pairs = tuple(sorted({pair for pair, _ in found}))
    sqrts = tuple(sorted(energies))
    sigma = np.array([[found.get((pair, energy), (0, 0.0))[1] for energy in sqrts] for pair in pairs])
    return CrossSections(pairs, sqrts, sigma, references(masses, pairs, sqrts))
