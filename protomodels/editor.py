"""Changes of a model that keep sigma x BR of everything they do not touch.

Where a channel closes (its daughter is gone or has become too heavy) the other channels keep their sigma x BR:
the multiplier of each pair is multiplied by the remaining sum of branching ratios, once a leg, and the branching
ratios are normalised again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from protomodels.channels import CHANNELS, Channel, closing, open_channels
from protomodels.model import ROUNDING, Pair, ProtoModel, normal_shares, plain, trusted
from protomodels.particles import HEAVIER, LBP, PARTICLES
from protomodels.production import order_of
from protomodels.settings import ReferenceOrder
from protomodels.xsec import production_pairs, reference_cross_sections
from protomodels.xsec.terms import content_of


@dataclass
class ModelEditor:
    """A proto-model under change, for moves: edit the dictionaries, then :meth:`build` a valid proto-model of them.

    Attributes
    ----------
    masses: GeV by pid.
    decays: branching ratios by channel, of each unstable particle.
    ssm: signal strength multiplier of each signed pid pair.
    off_shell: decays through a virtual W, Z or Higgs boson are open.

    >>> model = ProtoModel({LBP: 100.0, 1000006: 500.0, 1000001: 800.0},
    ...                    {1000006: {(LBP, 6): 1.0}, 1000001: {(LBP, 1): 1.0}})
    >>> editor = ModelEditor.of(model)
    >>> editor.masses[1000006] = 620.0
    >>> editor.remove(1000001)
    >>> print(editor.build())
    X_t1 620, X_Z1 100 GeV
    """

    masses: dict[int, float]
    decays: dict[int, dict[Channel, float]]
    ssm: dict[Pair, float]
    off_shell: bool = True
    reference_order: ReferenceOrder | None = None
    _normal: Mapping[int, Mapping[Channel, float]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, model: ProtoModel, off_shell: bool = True) -> ModelEditor:
        """An editor that begins with what ``model`` has; the model itself does not change."""
        decays = {pid: plain(channels) for pid, channels in model.decays.items()}
        editor = cls(plain(model.masses), decays, plain(model.ssm), off_shell, model.reference_order)
        editor._normal = model.decays
        return editor

    def scale_legs(self, pid: int, factor: float) -> None:
        """Multiply the kappa of each pair by ``factor`` for each of its legs that is ``pid``."""
        for pair in content_of(self.masses).of.get(pid, ()):
            legs = 2 if abs(pair[0]) == abs(pair[1]) else 1
            self.ssm[pair] = self.ssm.get(pair, 1.0) * factor**legs

    def remove(self, pid: int) -> None:
        """Take a particle out, close the decays into it, and let the heavier one of its multiplet take its place."""
        heavier = HEAVIER.get(pid)
        if heavier in self.masses and heavier is not None:
            self._drop(pid)
            self._rename(heavier, pid)
        else:
            self._drop(pid)

    def _drop(self, pid: int) -> None:
        content = content_of(self.masses)
        if tuple(self.ssm) == content.pairs:
            for pair in content.of.get(pid, ()):
                del self.ssm[pair]
        else:
            self.ssm = {pair: k for pair, k in self.ssm.items() if pid not in pair and -pid not in pair}
        del self.masses[pid]
        self.decays.pop(pid, None)
        self.close_channels()

    def _rename(self, old: int, new: int) -> None:
        def swap(p: int) -> int:
            return (new if p > 0 else -new) if abs(p) == old else p

        self.masses = {swap(pid): mass for pid, mass in self.masses.items()}
        self.decays = {
            swap(pid): {(swap(c[0]), *c[1:]): ratio for c, ratio in channels.items()}
            for pid, channels in self.decays.items()
        }
        renamed = {tuple(sorted(map(swap, pair))): k for pair, k in self.ssm.items()}
        self.ssm = {(pair[0], pair[1]): k for pair, k in renamed.items()}
        self.close_channels()

    def close_channels(self) -> None:
        """Take out channels that are not open any more; a particle that cannot decay goes as well."""
        affected = {*closing(self.decays, self.masses, self.off_shell)}
        affected.update(pid for pid, own in self.decays.items() if sum(own.values()) < 1.0 - ROUNDING)
        for pid in sorted((p for p in self.decays if p in affected), key=lambda p: -self.masses.get(p, 0.0)):
            if pid not in self.masses or pid == LBP:
                continue
            allowed = open_channels(pid, self.masses, self.off_shell)
            if not allowed:
                self.remove(pid)
                return
            kept = {c: r for c, r in self.decays[pid].items() if c in allowed}
            total = sum(kept.values())
            if total <= 0.0:
                # nothing of its signal remains: it begins anew with equal shares
                self.decays[pid] = {c: 1.0 / len(allowed) for c in allowed}
            elif total < 1.0 - ROUNDING:
                self.decays[pid] = {c: r / total for c, r in kept.items()}
                self.scale_legs(pid, total)
            else:
                self.decays[pid] = kept

    def build(self) -> ProtoModel:
        """The model with a multiplier written down for each pair it can be produced in.

        Raises
        ------
        ModelError: where it is not a possible model.
        """
        pairs = production_pairs(self.masses)
        decays = {pid: channels for pid, channels in self.decays.items() if pid in self.masses}
        kappas = {pair: self.ssm.get(pair, 1.0) for pair in pairs}
        return ProtoModel(self.masses, decays, kappas, self.reference_order)

    def unchecked(self) -> ProtoModel:
        """What :meth:`build` makes of it, without a look whether it is possible: for moves that know that it is."""
        masses = dict(sorted(self.masses.items()))
        decays: dict[int, Mapping[Channel, float]] = {}
        for pid in masses:
            own, before = self.decays.get(pid), self._normal.get(pid)
            if own is not None and own == before:
                decays[pid] = before
            elif own:
                decays[pid] = MappingProxyType(normal_shares(pid, {c: r for c, r in own.items() if r > 0.0}))
        return trusted(masses, decays, complete(self.ssm, masses), self.reference_order)


def complete(ssm: Mapping[Pair, float], masses: Mapping[int, float]) -> Mapping[Pair, float]:
    """Multipliers of all pairs of these particles and of nothing else, 1 where none is set."""
    pairs = production_pairs(masses)
    return ssm if tuple(ssm) == pairs else {pair: ssm.get(pair, 1.0) for pair in pairs}


def substitute(channel: Channel, mother: int, old: int, new: int) -> Channel | None:
    """The channel that takes the place of ``channel`` of ``mother`` when particle ``old`` becomes ``new``.

    The table's rows of one group are parallel; where the new particle has no such channel, None.

    >>> substitute((1000022, 1), 1000001, 1000001, 1000004)
    (1000022, 4)
    >>> substitute((1000001, 1), 1000021, 1000001, 1000003)
    (1000003, 3)
    """
    if mother == old:
        row = CHANNELS[new]
        index = CHANNELS[old].index(channel)
        return row[index] if index < len(row) and channel[0] not in (old, new) else None
    if channel[0] != old:
        return channel
    flavours = {PARTICLES[old].partner: PARTICLES[new].partner}
    swapped = (new, *sorted(flavours.get(s, s) for s in channel[1:]))
    return swapped if swapped in CHANNELS[mother] else None


def same_sections(before: ProtoModel, after: ProtoModel, pid: int) -> ProtoModel:
    """``after`` with the 13 TeV cross sections that the pairs of ``pid`` had ``before``."""
    content, earlier = content_of(after.masses), content_of(before.masses)
    new, old = _reference(after), _reference(before)
    ssm = plain(after.ssm)
    for pair in content.of.get(pid, ()):
        reference = new[content.row[pair]]
        if reference > 0.0 and pair in earlier.row:
            ssm[pair] = old[earlier.row[pair]] * before.kappa(pair) / reference
    if len(ssm) > len(after.ssm):
        return replace(after, ssm=ssm)  # a model that did not name all its pairs
    return trusted(after.masses, after.decays, ssm, after.reference_order)


def _reference(model: ProtoModel) -> list[float]:
    """fb, at 13 TeV, of each pair."""
    _, sigma = reference_cross_sections(model.masses, (13.0,), order_of(model))
    found: list[float] = sigma[:, 0].tolist()
    return found
