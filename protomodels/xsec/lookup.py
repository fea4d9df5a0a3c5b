"""Reference cross sections, the pairs that have one, and their errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache

import numpy as np

from protomodels.errors import ConfigError
from protomodels.settings import OLDER_ORDER, ReferenceOrder
from protomodels.xsec.numeric import evaluate_terms
from protomodels.xsec.processes import Pair
from protomodels.xsec.splines import ERRORS, TABLE_ENERGIES, Array, load
from protomodels.xsec.terms import TERMS, content_of, leg_masses, packed


def reference_cross_sections(
    masses: Mapping[int, float], sqrts: Sequence[float], order: ReferenceOrder = OLDER_ORDER
) -> tuple[tuple[Pair, ...], Array]:
    """The pairs of these particles that have a reference process, and sigma for kappa = 1.

    Parameters
    ----------
    masses: GeV by (positive) pid.
    sqrts: m energies in TeV, among 8, 13 and 13.6.
    order: of perturbation theory; ``docs/cross_sections.md`` says where each comes from.

    Returns
    -------
    n signed pid pairs, each and all in ascending order, and sigma in fb, shape (n, m).

    Raises
    ------
    ConfigError: where there is no table for an energy.
    ModelError: naming a particle that has no process table; see :mod:`protomodels.xsec.processes`.

    >>> pairs, sigma = reference_cross_sections({1000022: 163.0, 1000006: 1166.0}, [13.0])
    >>> pairs, round(float(sigma[0, 0]), 1)
    (((-1000006, 1000006),), 2.0)
    >>> pairs, sigma = reference_cross_sections({1000022: 163.0, 1000006: 1166.0}, [13.0], "NNLO_approx+NNLL")
    >>> round(float(sigma[0, 0]), 1)
    2.1
    """
    pairs, sigma = _reference_at(tuple(sorted(masses.items())), tuple(sqrts), order)
    return pairs, sigma.copy()


def production_pairs(pids: Iterable[int]) -> tuple[Pair, ...]:
    """The pairs of these particles that have a reference process, each and all in ascending order.

    Raises
    ------
    ModelError: naming a particle that has no process table.

    >>> production_pairs([1000022, 1000021])
    ((1000021, 1000021),)
    """
    return content_of(pids).pairs


@lru_cache(maxsize=64)
def _reference_at(
    listed: tuple[tuple[int, float], ...], sqrts: tuple[float, ...], order: ReferenceOrder
) -> tuple[tuple[Pair, ...], Array]:
    """A step asks for the same masses several times: the last ones are remembered."""
    energies = _energy_columns(sqrts)
    pairs, sigma = _reference(listed, order)
    return pairs, np.ascontiguousarray(sigma[:, energies])


@lru_cache(maxsize=64)
def _reference(listed: tuple[tuple[int, float], ...], order: ReferenceOrder) -> tuple[tuple[Pair, ...], Array]:
    """At all energies of the tables."""
    masses = dict(listed)
    content = content_of(masses)
    legs = leg_masses(masses)
    # numpy's logarithms and exponentials: those of compiled code differ in the last bit
    logs = np.log(legs)
    leading, k = evaluate_terms(content.terms, logs, np.exp(logs), *packed(order))
    shape = len(content.pairs), len(TABLE_ENERGIES)
    # a pair may have several terms, of interference with a minus sign
    values = (content.factors * np.exp(leading) * k).reshape(-1)
    summed: Array = np.bincount(content.places, values, shape[0] * shape[1]).astype(np.float64, copy=False)
    return content.pairs, summed.reshape(shape)


def relative_errors(
    masses: Mapping[int, float], sqrts: Sequence[float], order: ReferenceOrder = OLDER_ORDER
) -> dict[Pair, dict[str, Array]]:
    """Relative errors of each pair by source (scale, PDF, alpha_s, numerical), each of shape (m,).

    Zero where the source of K gives none.  Sources of today's order give one number for PDF and alpha_s, electroweak
    ones and those at 13.6 TeV one for everything: it stands under PDF.
    """
    energies = _energy_columns(tuple(sqrts))
    out: dict[Pair, dict[str, Array]] = {}
    for number in content_of(masses).terms.tolist():
        term = TERMS[number]
        legs = [leg for leg in (term.first, term.second, term.third) if leg]
        means = [sum(masses[pid] for pid in leg) / len(leg) for leg in legs]
        _, rest = load(term.table, order).evaluate(np.log([means]))
        out[term.pair] = {name: rest[0, energies, i - len(ERRORS)] for i, name in enumerate(ERRORS)}
    return out


@cache
def _energy_columns(sqrts: tuple[float, ...]) -> list[int]:
    try:
        return [TABLE_ENERGIES.index(float(e)) for e in sqrts]
    except ValueError:
        raise ConfigError("sqrts", sqrts, f"energies in TeV among {TABLE_ENERGIES}") from None
