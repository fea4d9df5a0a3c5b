"""A model's masses drawn with characters: a ruler with the particles on it."""

from __future__ import annotations

from protomodels.channels import channel_label
from protomodels.model import ProtoModel
from protomodels.particles import LBP, PARTICLES

HEIGHT = 14
"""Lines of the ruler."""


def draw_spectrum(model: ProtoModel) -> str:
    """The particles at their masses (GeV), the heaviest at the top, with their decays."""
    top = 100.0 * (max(model.masses.values()) // 100.0 + 1.0)
    rows: dict[int, list[int]] = {}
    for pid, mass in sorted(model.masses.items(), key=lambda item: -item[1]):
        rows.setdefault(round(HEIGHT * mass / top), []).append(pid)
    lines = []
    for level in range(HEIGHT, -1, -1):
        tick = f"{top * level / HEIGHT:6.0f} |"
        here = [f"--- {PARTICLES[pid].name} {model.masses[pid]:.0f}" for pid in rows.get(level, [])]
        lines.append((tick if here or level % 2 == 0 else "       |") + ("" if not here else " " + "   ".join(here)))
    lines.append("   GeV")
    for pid in sorted(model.unstable, key=lambda p: -model.masses[p]):
        shares = [f"{ratio:.0%} {channel_label(c)}" for c, ratio in model.decays[pid].items()]
        lines.append(f"   {PARTICLES[pid].name} -> " + ", ".join(shares))
    lines.append(f"   {PARTICLES[LBP].name} is stable")
    return "\n".join(lines)
