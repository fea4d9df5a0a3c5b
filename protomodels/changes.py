"""Small changes of a model, made without looking at all of it again: what the moves of a walk are made of.

Each keeps what it does not change, whose validity is known, and takes on trust that the change itself is possible: for
anything else there is :class:`protomodels.editor.ModelEditor`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from protomodels.channels import Channel, closing
from protomodels.editor import ModelEditor, complete, same_sections
from protomodels.errors import ModelError
from protomodels.model import Pair, ProtoModel, normal_shares, plain, trusted
from protomodels.particles import HEAVIER, LBP, any_in_corridor, mass_interval
from protomodels.xsec import production_pairs


def with_kappas(model: ProtoModel, ssm: Mapping[Pair, float]) -> ProtoModel:
    """The model with these multipliers; a pair that is not among them gets 1, one that is not produced goes.

    The mapping becomes the model's own: it must not change any more.
    """
    return trusted(model.masses, model.decays, complete(ssm, model.masses), model.reference_order)


def scaled_model(model: ProtoModel, mu: float) -> ProtoModel:
    """The model with all multipliers times ``mu``.

    Raises
    ------
    ModelError: where ``mu`` is no finite number of at least 0.

    >>> masses, decays = {1000022: 100.0, 1000006: 500.0}, {1000006: {(1000022, 6): 1.0}}
    >>> dict(scaled_model(ProtoModel(masses, decays), 0.5).ssm)
    {(-1000006, 1000006): 0.5}
    """
    if not 0.0 <= mu < math.inf:
        raise ModelError("mu", mu, "a finite number of at least 0")
    mu = float(mu)
    ssm = {pair: mu * kappa for pair, kappa in complete(model.ssm, model.masses).items()}
    return trusted(model.masses, model.decays, ssm, model.reference_order)


def with_shares(model: ProtoModel, pid: int, ratios: Mapping[Channel, float]) -> ProtoModel:
    """The model with other branching ratios of a particle: positive ones of open channels."""
    decays = plain(model.decays)
    decays[pid] = MappingProxyType(normal_shares(pid, ratios))
    return trusted(model.masses, decays, complete(model.ssm, model.masses), model.reference_order)


def with_particle(model: ProtoModel, pid: int, mass: float, ratios: Mapping[Channel, float]) -> ProtoModel:
    """The model with one particle more, of this mass (GeV) and with positive branching ratios of open channels."""
    masses = dict(sorted((*model.masses.items(), (pid, mass))))
    own = {pid: MappingProxyType(normal_shares(pid, ratios))}
    decays = {p: own[p] if p == pid else model.decays[p] for p in masses if p == pid or p in model.decays}
    pairs = production_pairs(masses)
    ssm = dict.fromkeys(pairs, 1.0)
    ssm.update(plain(model.ssm))
    if len(ssm) > len(pairs):
        ssm = {pair: ssm[pair] for pair in pairs}  # a model that names pairs which are not produced
    return trusted(masses, decays, ssm, model.reference_order)


def with_mass(model: ProtoModel, pid: int, mass: float, off_shell: bool = True) -> ProtoModel:
    """The model with another mass (GeV) of a particle; closed channels go, and particles that cannot decay any more.

    The mass is one of :func:`protomodels.particles.mass_interval`, and puts no stop into the corridor.
    """
    masses = plain(model.masses)
    masses[pid] = mass
    if not closing(model.decays, masses, off_shell):
        return trusted(masses, model.decays, complete(model.ssm, masses), model.reference_order)
    editor = ModelEditor.of(model, off_shell)
    editor.masses[pid] = mass
    editor.close_channels()
    return editor.unchecked()


def with_masses(
    model: ProtoModel, masses: Mapping[int, float], off_shell: bool = True, keep: Iterable[int] = ()
) -> ProtoModel | None:
    """The model with other masses (GeV) of all its particles; closed channels go.

    Parameters
    ----------
    keep: pids whose pairs keep their cross sections at 13 TeV, the LBP apart; the others keep their kappas.

    Returns
    -------
    None where these masses are not allowed, or a particle could not decay any more.
    """
    for pid, mass in masses.items():
        low, high = mass_interval(pid, masses)
        if not low <= mass <= high:
            return None
    if any_in_corridor(masses):
        return None
    if closing(model.decays, masses, off_shell):
        editor = ModelEditor.of(model, off_shell)
        editor.masses.update(masses)
        editor.close_channels()
        if editor.masses.keys() != model.masses.keys():
            return None
        moved = editor.unchecked()
    else:
        moved = trusted(dict(masses), model.decays, complete(model.ssm, masses), model.reference_order)
    for pid in keep:
        if pid != LBP:
            moved = same_sections(model, moved, pid)
    return moved


def without(model: ProtoModel, pid: int, off_shell: bool = True) -> ProtoModel:
    """The model without a particle that is not the LBP; see :meth:`protomodels.editor.ModelEditor.remove`."""
    masses, decays = plain(model.masses), plain(model.decays)
    del masses[pid]
    decays.pop(pid, None)
    if HEAVIER.get(pid) not in masses and not closing(decays, masses, off_shell):
        return trusted(masses, decays, complete(plain(model.ssm), masses), model.reference_order)
    editor = ModelEditor.of(model, off_shell)
    editor.remove(pid)
    return editor.unchecked()
