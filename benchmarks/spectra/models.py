"""Models of any kind for comparisons with SModelS: from its files, at random, and as its own objects."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyslha
from smodels.base.crossSection import XSection, XSectionInfo, XSectionList
from smodels.base.model import Model
from smodels.base.particle import Particle
from smodels.base.physicsUnits import GeV, TeV, fb
from smodels.share.models.SMparticles import SMList

from protomodels.predictor.general.options import Options
from protomodels.production import CrossSections
from protomodels.spectrum import Decay, NewParticle, Spectrum

ENERGIES = (8.0, 13.0)


def read_file(path: Path) -> Model:
    """SModelS's model of a file, with the particles that the file names or else those of the MSSM."""
    from smodels.share.models.mssm import BSMList
    from smodels.tools.particlesLoader import getParticlesFromSLHA

    own = getParticlesFromSLHA(str(path)) if "QNUMBERS" in path.read_text().upper() else BSMList
    model = Model(BSMparticles=own, SMparticles=SMList)
    model.updateParticles(inputFile=str(path))
    return model


def from_smodels(model: Model, name: str) -> Spectrum:
    """A spectrum with the numbers of SModelS's model."""
    particles, decays = {}, {}
    for particle in model.BSMparticles:
        if particle.pdg > 0:
            particles[particle.pdg] = NewParticle(
                particle.pdg,
                particle.label,
                particle.mass.asNumber(GeV),
                particle.totalwidth.asNumber(GeV),
                round(2 * particle.spin),
                round(3 * particle.eCharge),
                particle.colordim,
                particle.eCharge == 0 and particle.colordim in (1, 8),
                particle.__dict__.get("_isInvisible", True),
            )
            own = [decay for decay in particle.decays if decay is not None]
            decays[particle.pdg] = tuple(Decay(decay.br, tuple(sorted(decay.ids))) for decay in own)
    model.xsections.removeLowerOrder()
    table: dict[tuple[int, ...], dict[float, float]] = {}
    for entry in model.xsections:
        own_row = table.setdefault(tuple(sorted(entry.pid)), {})
        own_row[entry.info.sqrts.asNumber(TeV)] = entry.value.asNumber(fb)
    energies = tuple(sorted({energy for row in table.values() for energy in row}))
    sigma = np.array([[row.get(energy, 0.0) for energy in energies] for row in table.values()])
    pairs: Any = tuple(table)
    return Spectrum(particles, decays, CrossSections(pairs, energies, sigma, np.full(sigma.shape, np.nan)), name)


class _Translated(Model):  # type: ignore[misc]
    """SModelS's model of a spectrum, without a file between."""

    def __init__(self, spectrum: Spectrum) -> None:
        own = []
        for p in spectrum.particles.values():
            more = {} if p.odd else {"_isInvisible": False}
            quantum = {"eCharge": p.thrice_charge / 3, "colordim": p.colour, "spin": p.twice_spin / 2}
            first = Particle(isSM=False, label=p.name, pdg=p.pid, **quantum, **more)
            own += [first, first.chargeConjugate()]
        super().__init__(BSMparticles=own, SMparticles=SMList, label=spectrum.name)
        self._source = spectrum

    def getModelDataFrom(self, inputFile: str) -> tuple[dict[int, float], dict[int, Any], Any]:  # noqa: N802
        """Masses in GeV, decay tables and cross sections, as SModelS expects them."""
        spectrum = self._source
        masses = {sign * p.pid: p.mass for p in spectrum.particles.values() for sign in (1, -1)}
        decays = {}
        for pid, particle in spectrum.particles.items():
            decays[pid] = pyslha.Particle(pid, totalwidth=particle.width, mass=particle.mass)
            for decay in spectrum.decays.get(pid, ()):
                decays[pid].add_decay(decay.ratio, len(decay.daughters), list(decay.daughters))
        sections, found = spectrum.sections, XSectionList()
        assert sections is not None
        for column, energy in enumerate(sections.sqrts):
            for row, pair in enumerate(sections.pairs):
                entry = XSection()
                entry.info = XSectionInfo(energy * TeV, 0, f"{energy:g} TeV")
                entry.value, entry.pid = float(sections.sigma[row, column]) * fb, tuple(p for p in pair if p)
                found.add(entry)
        return masses, decays, found


def to_smodels(spectrum: Spectrum, options: Options | None = None) -> Model:
    """SModelS's model of a spectrum."""
    options = options or Options()
    model = _Translated(spectrum)
    model.updateParticles(
        inputFile=spectrum.name,
        promptWidth=options.promptWidth * GeV,
        stableWidth=options.stableWidth * GeV,
        roundMasses=options.roundMasses,
        ignorePromptQNumbers=list(options.ignorePromptQNumbers),
        minMass=options.minMass * GeV,
    )
    return model


KINDS = {
    # pid: (name, twice spin, 3 * charge, colour, own antiparticle, SM daughters to a lighter neutral particle)
    1000021: ("gluino", 1, 0, 8, True, [(1, -1), (2, -2), (4, -4), (5, -5), (6, -6), (21,)]),
    1000001: ("sd_L", 0, -1, 3, False, [(1,)]),
    1000002: ("su_L", 0, 2, 3, False, [(2,)]),
    2000001: ("sd_R", 0, -1, 3, False, [(1,)]),
    2000002: ("su_R", 0, 2, 3, False, [(2,)]),
    1000004: ("sc_L", 0, 2, 3, False, [(4,)]),
    1000005: ("sb_1", 0, -1, 3, False, [(5,)]),
    1000006: ("st_1", 0, 2, 3, False, [(6,), (5, 24)]),
    1000011: ("se_L", 0, -3, 1, False, [(11,)]),
    2000013: ("smu_R", 0, -3, 1, False, [(13,)]),
    1000015: ("sta_1", 0, -3, 1, False, [(15,)]),
    1000016: ("snta", 0, 0, 1, False, [(16,)]),
    1000023: ("N2", 1, 0, 1, True, [(23,), (25,), (11, -11), (15, -15), (12, -12), (2, -2)]),
    1000025: ("N3", 1, 0, 1, True, [(23,), (25,), (13, -13)]),
    1000024: ("C1+", 1, 3, 1, False, [(24,), (-11, 12), (2, -1), (211,)]),
    1000037: ("C2+", 1, 3, 1, False, [(24,), (-13, 14)]),
}
MORE_KINDS = {
    1000003: ("ss_L", 0, -1, 3, False, [(3,)]),
    2000003: ("ss_R", 0, -1, 3, False, [(3,)]),
    2000004: ("sc_R", 0, 2, 3, False, [(4,)]),
    2000005: ("sb_2", 0, -1, 3, False, [(5,)]),
    2000006: ("st_2", 0, 2, 3, False, [(6,), (5, 24)]),
    1000012: ("sne", 0, 0, 1, False, [(12,)]),
    1000013: ("smu_L", 0, -3, 1, False, [(13,)]),
    1000014: ("snmu", 0, 0, 1, False, [(14,)]),
    2000011: ("se_R", 0, -3, 1, False, [(11,)]),
    2000015: ("sta_2", 0, -3, 1, False, [(15,)]),
    1000035: ("N4", 1, 0, 1, True, [(23,), (25,), (15, -15)]),
}
"""Beside those, in full spectra."""
TO_CHARGED = {0: [(-24,), (11, -12), (1, -2)], -1: [(-24,)], 2: [(24,), (5, 24)], -3: [(16,)]}
MEDIATOR = 55


def random_spectra(seed: int, n: int, most: int = len(KINDS)) -> Iterator[Spectrum]:
    """n models of at most ``most`` + 2 particles; a third has long-lived ones, a third a mediator, some RPV decays."""
    for number in range(n):
        name = f"random {seed} {number} {most}"
        yield _random(np.random.default_rng([seed, number]), name, KINDS, 3, most)


def full_spectra(seed: int, n: int) -> Iterator[Spectrum]:
    """n models of 10 to 29 particles, made in the same way."""
    for number in range(n):
        name, kinds = f"full {seed} {number}", KINDS | MORE_KINDS
        yield _random(np.random.default_rng([seed, number]), name, kinds, 9, len(kinds))


def _random(rng: np.random.Generator, name: str, kinds: dict[int, tuple[Any, ...]], fewest: int, most: int) -> Spectrum:
    lightest = float(rng.uniform(1.0, 500.0))
    particles = {1000022: NewParticle(1000022, "N1", lightest, 0.0, 1, 0, 1, True)}
    decays: dict[int, tuple[Decay, ...]] = {}
    chosen = rng.choice(list(kinds), size=rng.integers(fewest, most + 1), replace=False)
    masses = np.sort(
        lightest + rng.choice([3.0, 30.0, 300.0, 1500.0], size=len(chosen)) * rng.uniform(0, 1, len(chosen))
    )
    long_lived = rng.uniform() < 1 / 3
    for pid, mass in zip(chosen.tolist(), masses.tolist(), strict=True):
        label, spin, charge, colour, own, standard = kinds[pid]
        width = 10.0 ** rng.uniform(-18, -12) if long_lived and rng.uniform() < 0.3 else 10.0 ** rng.uniform(-3, 0)
        ways = []
        for other in particles.values():
            if other.thrice_charge == 0 and other.colour == 1:
                ways += [(other.pid, *parts) for parts in standard]
            elif other.colour == 1 and other.thrice_charge == 3:
                ways += [(other.pid, *parts) for parts in TO_CHARGED.get(charge, [])]
            elif other.thrice_charge == charge and other.colour == colour:
                ways += [(other.pid, 23), (other.pid, 22)]
            elif colour == 8 and other.colour == 3:
                quark = {-1: 1, 2: 2}[other.thrice_charge]
                ways += [(other.pid, -quark), (-other.pid, quark)]
        if rng.uniform() < 0.1:
            ways.append((11, 2) if colour == 3 else (1, 2, 3))
        picked = rng.choice(len(ways), size=min(len(ways), int(rng.integers(1, 5))), replace=False)
        ratios = rng.dirichlet(np.full(len(picked), 0.7))
        decays[pid] = tuple(Decay(float(r), tuple(sorted(ways[i]))) for r, i in zip(ratios, picked, strict=True))
        particles[pid] = NewParticle(pid, label, mass, width, spin, charge, colour, own)
    pairs: list[tuple[int, ...]] = [(-p, p) for p in chosen.tolist() if not kinds[p][4]]
    pairs += [(p, p) for p in chosen.tolist() if kinds[p][4]]
    if 1000024 in particles:
        pairs += [(p, s * 1000024) for p in (1000022, 1000023) if p in particles for s in (1, -1)]
    if rng.uniform() < 1 / 3:
        mass = float(rng.uniform(2 * lightest, 3000.0))
        particles[MEDIATOR] = NewParticle(
            MEDIATOR, "Zprime", mass, 10.0 ** rng.uniform(-3, 1.5), 2, 0, 1, True, odd=False
        )
        ratios = rng.dirichlet([1, 1, 1, 1])
        to = [(1000022, 1000022), (-1, 1), (-6, 6), (-5, 5)]
        decays[MEDIATOR] = tuple(Decay(float(r), tuple(sorted(d))) for r, d in zip(ratios, to, strict=True))
        pairs.append((MEDIATOR,))
    # as many fb as a strong pair of that mass has, nearly, times a number of each pair
    heavy = np.array([sum(particles[abs(p)].mass for p in pair) for pair in pairs])
    strength = 2e3 * np.exp(-heavy / 250.0) * 10.0 ** rng.uniform(-1.5, 1.0, len(pairs))
    sigma = np.stack([0.2 * strength, strength], axis=1)
    listed: Any = tuple(tuple(sorted(pair)) for pair in pairs)
    sections = CrossSections(listed, ENERGIES, sigma, np.full(sigma.shape, np.nan))
    return Spectrum(particles, decays, sections, name)
