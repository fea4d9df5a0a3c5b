"""Values and slopes of the likelihood curves of all results at one signal strength, compiled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from protomodels.kernel import kernel, part
from protomodels.statistics.curves import LIMIT, REGION, limit_point, region_profile
from protomodels.statistics.joint import Joint, Lines, lowest_line, point_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Signals(NamedTuple):
    """What one model gives in n results.

    Attributes
    ----------
    kind: REGION, LIMIT, or another number for a joint likelihood, (n,).
    signal, center, width, observed: as in :class:`protomodels.statistics.curves.Curves`, (n,).
    joint: which joint likelihood it is, -1 for none, (n,).
    joint_signal: events for mu = 1 in all regions of all joint likelihoods, (r,).
    """

    kind: Ints
    signal: Floats
    center: Floats
    width: Floats
    observed: Floats
    joint: Ints
    joint_signal: Floats


@kernel
def region_point(signal: float, center: float, width: float, observed: float, mu: float) -> tuple[float, float]:
    """ln L(mu) - ln L(0) of a region and its slope in mu; see :mod:`protomodels.statistics.region`."""
    reference, _ = region_profile(center, width, observed)
    value, slope = region_profile(center + signal * mu, width, observed)
    return value - reference, signal * slope


@part
def points_at(
    signals: Signals,
    joint: Joint | None,
    lines: Lines | None,
    slopes: Floats,
    mu: float,
    exact: bool,
    theta: Floats,
    values: Floats,
    gradients: Floats,
) -> bool:
    """All curves at ``mu``, into ``values`` and ``gradients``, (n,); False where a joint likelihood has no maximum.

    Parameters
    ----------
    slopes: of the remembered lines of each joint likelihood, (k, REMEMBERED).
    exact: else remembered lines stand for joint likelihoods: a bound from above.
    theta: nuisance parameters at a lower mu, and then at this one, (r,).
    """
    for i in range(len(signals.kind)):
        if signals.kind[i] == REGION:
            values[i], gradients[i] = region_point(
                signals.signal[i], signals.center[i], signals.width[i], signals.observed[i], mu
            )
        elif signals.kind[i] == LIMIT:
            values[i], gradients[i] = limit_point(signals.signal[i], signals.center[i], signals.width[i], mu)
        elif joint is not None and lines is not None:
            number = signals.joint[i]
            if exact:
                a, b = joint.first[number], joint.first[number + 1]
                own = signals.joint_signal[a:b]
                values[i], gradients[i], missing = point_of(joint, lines, number, own, mu, theta[a:b], -1)
                if not missing < np.inf:
                    return False
            else:
                values[i], gradients[i] = lowest_line(joint, lines, number, slopes[number], mu)
    return True
