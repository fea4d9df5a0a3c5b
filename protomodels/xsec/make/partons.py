"""Parton densities of CTEQ6L1 and the folding of partonic with parton-luminosity functions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from protomodels.xsec.constants import M_Z, PB

Array = NDArray[np.float64]
Channel = tuple[int, int, float]
"""(parton, parton, weight); each unordered pair of different partons stands for both beams."""

FLAVOURS: Final = (-5, -4, -3, -2, -1, 21, 1, 2, 3, 4, 5)
N_X: Final = 400
N_TAU: Final = 64
N_Y: Final = 48


@lru_cache(maxsize=1)
def _pythia() -> Any:
    import pythia8mc

    pythia = pythia8mc.Pythia("", False)
    settings = ("Print:quiet = on", "PDF:pSet = 8", "Top:gg2ttbar = on", "PartonLevel:all = off")
    for setting in (*settings, "HadronLevel:all = off", "SigmaProcess:alphaSvalue = 0.13"):
        pythia.readString(setting)
    pythia.init()
    return pythia


def alpha_s(scale: float) -> float:
    """The strong coupling at a scale in GeV: one loop, five flavours, 0.13 at M_Z.

    So NLL-fast has it too: its K factors are relative to a leading order with this coupling.
    """
    slope = (33 - 2 * 5) / (12.0 * math.pi)
    return 0.13 / (1.0 + 0.13 * slope * math.log((scale / M_Z) ** 2))


@lru_cache(maxsize=8)
def _densities(scale: float, tau_min: float) -> tuple[Array, dict[int, Array]]:
    """(ln x, x f(x) by flavour) on nodes from ``tau_min`` to 1 that become denser towards 1."""
    density = _pythia().getPDFPtr(2212)
    log_x = math.log(tau_min) * (1.0 - np.linspace(0.0, 1.0, N_X)) ** 1.5
    x = np.minimum(np.exp(log_x), 1.0 - 1e-9)
    return log_x, {f: np.array([density.xf(f, float(v), scale * scale) for v in x]) for f in FLAVOURS}


_NODES_Y, _WEIGHTS_Y = np.polynomial.legendre.leggauss(N_Y)
_NODES_TAU, _WEIGHTS_TAU = np.polynomial.legendre.leggauss(N_TAU)


@lru_cache(maxsize=4096)
def _luminosity(scale: float, tau_min: float, a: int, b: int) -> Array:
    """tau dL/dtau of partons a, b at the integration nodes of :func:`fold`, shape (N_TAU,)."""
    log_x, xf = _densities(scale, tau_min)
    log_tau = _log_tau(tau_min)[:, None]
    log_x1 = 0.5 * log_tau * (1.0 - _NODES_Y)
    first = np.interp(log_x1, log_x, xf[a]) * np.interp(log_tau - log_x1, log_x, xf[b])
    total = np.sum(-0.5 * log_tau * _WEIGHTS_Y * first, axis=1)
    return np.asarray(total if a == b else 2.0 * total)


def _log_tau(tau_min: float) -> Array:
    z = 0.5 * (_NODES_TAU + 1.0)
    return np.asarray(math.log(tau_min) * (1.0 - z * z))


def fold(sqrts: float, m1: float, m2: float, channels: Sequence[Channel], partonic: Callable[[Array], Array]) -> float:
    """Hadronic cross section in pb.

    sigma = sum over channels of int dtau/tau (tau dL/dtau) sigma-hat(tau S), both scales (m1 + m2) / 2.

    Parameters
    ----------
    sqrts: TeV.
    m1, m2: masses of the pair, GeV.
    partonic: sigma-hat in GeV^-2 at values of s-hat in GeV^2, shape (N_TAU,).
    """
    big_s = (1000.0 * sqrts) ** 2
    tau_min, scale = (m1 + m2) ** 2 / big_s, 0.5 * (m1 + m2)
    z = 0.5 * (_NODES_TAU + 1.0)
    jacobian = -math.log(tau_min) * z * _WEIGHTS_TAU
    luminosity = sum(weight * _luminosity(scale, tau_min, *sorted((a, b))) for a, b, weight in channels)
    return float(PB * np.sum(jacobian * luminosity * partonic(np.exp(_log_tau(tau_min)) * big_s)))
