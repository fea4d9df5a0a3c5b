"""Proto-models from and to SLHA (arXiv:0801.0045), with XSECTION blocks in pb.

Masses are written to 0.1 GeV, as the format's users expect; JSON keeps full precision.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping

from protomodels.channels import OFF_SHELL, Channel, find_channel, needs_off_shell, signed_daughters
from protomodels.model import ProtoModel
from protomodels.particles import LBP, PARTICLES
from protomodels.production import CrossSections, cross_sections

PB_TO_FB = 1000.0
log = logging.getLogger(__name__)


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
    """A proto-model from the text of a file as any model may bring it, and its cross sections where it has some.

    The kappas of a model with cross sections are the ratios to the reference (NLO+NLL) at its highest energy.  What was
    left out or assumed is logged.

    Raises
    ------
    ModelError: naming the field, the value and what is allowed.
    """
    from protomodels.spectrum import as_proto_model, spectrum_of, with_multipliers  # which need this module

    spectrum = spectrum_of(text, name)
    model = as_proto_model(spectrum)
    for note in spectrum.notes:
        log.warning("%s: %s", name, note)
    return (model, None) if spectrum.sections is None else with_multipliers(model, spectrum.sections)


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
