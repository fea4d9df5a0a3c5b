"""Changes of a model that are made on trust: the same, number by number, as what validates everything."""

from __future__ import annotations

import math

import numpy as np
import pytest

from protomodels.changes import scaled_model, with_kappas, with_mass, with_particle, with_shares, without
from protomodels.channels import CHANNELS, closing, is_open, open_channels
from protomodels.editor import ModelEditor, same_sections
from protomodels.errors import ModelError
from protomodels.model import Pair, ProtoModel
from protomodels.particles import LBP, PARTICLES, any_in_corridor, in_corridor
from protomodels.prior import Parsimony, count_distinct, parsimony, scaled_counts
from protomodels.production import CrossSections, cross_sections
from protomodels.xsec import production_pairs
from tests.walker.models import assert_validated, random_model

SEEDS = range(30)


def models(n: int = 5) -> list[ProtoModel]:
    """Random ones; every second has forgotten most of its multipliers."""
    found = []
    for seed in SEEDS:
        model = random_model(np.random.default_rng(seed), 2 + seed % n)
        kept = {pair: 1.0 + abs(pair[1]) % 7 for i, pair in enumerate(model.ssm) if seed % 2 == 0 or i % 3 == 0}
        found.append(ProtoModel(model.masses, model.decays, kept))
    return found


def test_multipliers() -> None:
    for model in models():
        ssm = {pair: 2.0 * kappa for pair, kappa in model.ssm.items()}
        expected = ModelEditor.of(model)
        expected.ssm = dict(ssm)
        assert_validated(with_kappas(model, ssm), expected.build())
        scaled = scaled_model(model, 1.7)
        assert_validated(scaled, with_kappas(model, {p: 1.7 * model.kappa(p) for p in production_pairs(model.masses)}))
    with pytest.raises(ModelError, match="mu"):
        scaled_model(models()[0], math.inf)


def test_branching_ratios_and_particles() -> None:
    for model in models():
        for pid in PARTICLES:
            masses = {**model.masses, pid: max(model.masses.values()) + 600.0}
            if masses[pid] > 2400.0 or pid in (LBP, 2000005, 2000006, 1000037, 1000025):
                continue
            channels = open_channels(pid, masses)
            shares = {channel: (i + 1.0) / 3.0 for i, channel in enumerate(reversed(channels))}
            shares = {channel: share / sum(shares.values()) * (1.0 + 1e-7) for channel, share in shares.items()}
            expected = ModelEditor.of(model)
            expected.decays[pid] = dict(shares)
            if pid in model.masses:
                here = {c: r for c, r in shares.items() if is_open(pid, c, model.masses)}
                here = {c: r / sum(here.values()) for c, r in here.items()}
                expected.decays[pid] = dict(here)
                assert_validated(with_shares(model, pid, here), expected.build())
            elif channels:
                expected.masses[pid] = masses[pid]
                assert_validated(with_particle(model, pid, masses[pid], shares), expected.build())


@pytest.mark.parametrize("off_shell", [True, False])
def test_masses(off_shell: bool) -> None:
    lost = 0
    for model in models(7):
        for pid in model.unstable:
            for factor in (0.5, 0.9, 0.999, 1.001, 1.5):
                mass = model.masses[pid] * factor
                try:
                    expected = ModelEditor.of(model, off_shell)
                    expected.masses[pid] = mass
                    ModelEditor.of(model, off_shell).build()
                    expected.close_channels()
                    wanted = expected.build()
                except ModelError:
                    continue
                found = with_mass(model, pid, mass, off_shell)
                assert_validated(found, wanted)
                lost += found.n_particles < model.n_particles
    assert lost > 10


def test_the_editor_without_a_look() -> None:
    for model in models(7):
        for pid in model.unstable:
            editor = ModelEditor.of(model)
            editor.remove(pid)
            assert_validated(editor.unchecked(), editor.build())
            assert_validated(without(model, pid), editor.build())


def test_kept_cross_sections() -> None:
    for model in models():
        for pid in model.unstable:
            editor = ModelEditor.of(model)
            editor.masses[pid] *= 1.01
            editor.close_channels()
            if any_in_corridor(editor.masses) or editor.masses[pid] > 2400.0:
                continue
            after = editor.build()
            kept = same_sections(model, after, pid)
            assert_validated(kept, ProtoModel(after.masses, after.decays, kept.ssm))
            own = [pid in (abs(a), abs(b)) for a, b in kept.ssm]
            was, now = (cross_sections(m, (13.0,)).sigma[own] for m in (model, kept))
            np.testing.assert_allclose(now, was, rtol=1e-13)
            others = [pair for pair, mine in zip(kept.ssm, own, strict=True) if not mine]
            assert all(kept.ssm[pair] == after.ssm[pair] for pair in others)


@pytest.mark.parametrize("off_shell", [True, False])
def test_open_channels_are_those_that_are_open(off_shell: bool) -> None:
    rng = np.random.default_rng(4)
    for _ in range(300):
        pids = rng.choice(sorted(PARTICLES), int(rng.integers(2, 12)), replace=False).tolist()
        masses = {LBP: 100.0} | {
            pid: 100.0 + float(rng.choice([0.0, 50.0, 80.38, 91.19, 172.8, 300.0])) for pid in pids
        }
        for pid in masses:
            opened = tuple(c for c in CHANNELS[pid] if is_open(pid, c, masses, off_shell))
            assert open_channels(pid, masses, off_shell) == opened
            assert closing({pid: opened, 2000006: ()}, masses, off_shell) == []
            for channel in {(LBP, 22), *CHANNELS[pid]} - set(opened):
                assert closing({pid: (*opened, channel)}, masses, off_shell) == [pid]
        assert any_in_corridor(masses) == any(in_corridor(pid, m, masses[LBP]) for pid, m in masses.items())


def n_ssm(sections: CrossSections) -> float:
    """The paper's words in plain Python."""
    rows = zip(sections.sigma.tolist(), sections.reference.tolist(), strict=True)
    kappas = [sigma[-1] / reference[-1] for sigma, reference in rows if max(sigma) > 1e-3]
    known = [kappa for kappa in kappas if math.isfinite(kappa)]
    distinct = count_distinct(known, 0.03) + len(kappas) - len(known)
    return distinct + 0.1 * (len(kappas) - distinct)


def test_counts_of_multipliers() -> None:
    rng = np.random.default_rng(5)
    for model in models(7):
        pairs: tuple[Pair, ...] = tuple(model.ssm)
        reference = 10.0 ** rng.uniform(-5.0, 0.0, (len(pairs), 2))
        reference[rng.random(len(pairs)) < 0.2] = math.nan
        kappas = rng.choice([0.0, 0.5, 0.51, 1.0, 1.02, 1.04, 3.0], len(pairs))
        sigma = np.where(np.isnan(reference), 0.01, reference * kappas[:, None])
        sections = CrossSections(pairs, (8.0, 13.0), sigma, reference)
        counts = parsimony(model, sections)
        assert counts.n_ssm == n_ssm(sections)
        for mu in (0.01, 1.0, 100.0):
            scaled = sections.scaled(mu)
            assert scaled_counts(counts, scaled) == parsimony(model, scaled)
            assert scaled_counts(counts, scaled) == Parsimony(counts.n_particles, counts.n_br, n_ssm(scaled))
        assert parsimony(model, CrossSections(pairs, (8.0, 13.0), np.asfortranarray(sigma), reference)) == counts
