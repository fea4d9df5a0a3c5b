"""Small SLHA texts of our own, for the tests of all rooms."""

from __future__ import annotations

from collections.abc import Mapping

Decays = Mapping[int, Mapping[tuple[int, ...], float]]
Sections = Mapping[tuple[int, int], float]

MASSES = {1000022: 210.0, 1000006: 830.0, 2000002: 690.0}
DECAYS = {1000006: {(1000022, 6): 1.0}, 2000002: {(1000022, 2): 1.0}}
SECTIONS = {(-1000006, 1000006): 4.84, (-2000002, 2000002): 20.356}
"""fb at 13 TeV.  The hidden model of the demo with a right-handed squark in place of X_d: no proto-model."""


def slha(
    masses: Mapping[int, float] = MASSES,
    decays: Decays = DECAYS,
    sections: Sections = SECTIONS,
    *,
    widths: Mapping[int, float] | None = None,
    energies: tuple[float, ...] = (8.0, 13.0),
    more: str = "",
) -> str:
    """SLHA text.

    Parameters
    ----------
    masses: GeV.  decays: ratios by the daughters.  widths: GeV, 1 for particles that decay and are not named.
    sections: fb at 13 TeV; a tenth of it at 8 TeV.
    """
    lines = [more, "BLOCK MASS", *(f"  {pid} {mass}" for pid, mass in masses.items())]
    for pid in masses:
        lines.append(f"DECAY {pid} {(widths or {}).get(pid, 1.0 if pid in decays else 0.0)}")
        lines += [f"  {x} {len(ids)} {' '.join(map(str, ids))}" for ids, x in decays.get(pid, {}).items()]
    for (a, b), sigma in sections.items():
        for energy in energies:
            value = sigma / 1000.0 * (0.1 if energy < 10.0 else 1.0)
            lines += [f"XSECTION {1000 * energy} 2212 2212 2 {a} {b}", f"  0 2 0 0 0 0 {value:.9e} test"]
    return "\n".join(lines) + "\n"
