"""The definition by which the page on power says that an injected proto-model is found again."""

from __future__ import annotations

import pytest

from benchmarks.today.found_again import Injected
from protomodels.particles import LBP
from protomodels.scoring.ablation import Ablation

MASSES = {LBP: 82.0, 1000024: 85.0, 1000037: 422.0, 1000013: 160.0, 1000021: 541.0, 1000006: 1484.0}
WITHOUT = {1000024: None, 1000037: -4.8, 1000013: 15.5, 1000021: 18.8, 1000006: 19.3}


@pytest.fixture
def injected() -> Injected:
    return Injected.of(MASSES, Ablation(19.8, WITHOUT, {}))


def test_what_is_needed_follows_from_the_data(injected: Injected) -> None:
    assert injected.contributing == {1000024, 1000037, 1000013, 1000021}  # 1.0 less without X_g is enough
    assert injected.carrying == {1000024, 1000037}
    assert [injected.role(pid) for pid in (LBP, 1000013, 1000006)] == ["its mass counts", "contributes", "not needed"]


def test_the_model_itself_is_found_and_one_without_what_is_not_needed(injected: Injected) -> None:
    fewer = {pid: mass for pid, mass in MASSES.items() if pid != 1000006}
    assert injected.is_found(MASSES) and injected.is_found(fewer) and injected.is_found(MASSES | {1000005: 900.0})
    assert not injected.is_found({}) and not injected.has_content({})


@pytest.mark.parametrize("pid", [1000024, 1000013, 1000021])
def test_each_particle_that_contributes_has_to_be_there(injected: Injected, pid: int) -> None:
    assert not injected.has_content({other: mass for other, mass in MASSES.items() if other != pid})


def test_kinds_are_alike(injected: Injected) -> None:
    masses = {pid: mass for pid, mass in MASSES.items() if pid != 1000013}
    assert injected.is_found(masses | {1000012: 900.0})  # its mass does not count
    assert not injected.has_content(masses | {1000015: 160.0})


@pytest.mark.parametrize(
    ("pid", "mass", "found"), [(1000037, 505.0, True), (1000037, 507.0, False), (LBP, 113.0, False)]
)
def test_masses_that_count(injected: Injected, pid: int, mass: float, found: bool) -> None:
    masses = MASSES | {pid: mass}
    assert injected.has_content(masses) and injected.is_found(masses) is found
