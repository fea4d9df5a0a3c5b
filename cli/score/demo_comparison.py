"""The demo's hidden model beside what a run found."""

from __future__ import annotations

import json
import sys

from protomodels.database import ProtomodelRecord
from protomodels.files import model_from_dict
from protomodels.particles import PARTICLES
from protomodels.results.demo import HIDDEN
from protomodels.scoring import Scorer

NAMES = {"quark": "a light X_q", "stop": "X_t"}
"""Families of the hidden model; a light X_q leaves jets, whatever its flavour."""


def print_comparison(record: ProtomodelRecord, scorer: Scorer) -> None:
    """Say how the found model compares with the one hidden in the synthetic results."""
    hidden = model_from_dict(json.loads(HIDDEN.read_text()))
    K = scorer.evaluate(hidden).K
    lines = ["\nThe demo results are SYNTHETIC: a model was hidden in them. Beside the one found:"]
    if K is not None:
        lines.append(f"   K        hidden {K:.2f}, found {record.K:.2f} (chance excesses can be used as well)")
    for pid in sorted(hidden.masses, key=lambda p: -hidden.masses[p]):
        family = PARTICLES[pid].family
        alike = {
            p: m for p, m in record.masses.items() if (p == pid or family in NAMES) and PARTICLES[p].family == family
        }
        text = f"   {NAMES.get(family, PARTICLES[pid].name):12s} hidden at {hidden.masses[pid]:.0f} GeV"
        if alike:
            found, mass = min(alike.items(), key=lambda item: abs(item[1] - hidden.masses[pid]))
            text += f", found as {PARTICLES[found].name} at {mass:.0f} GeV ({mass - hidden.masses[pid]:+.0f})"
        else:
            text += ", not found"
        lines.append(text)
    families = {PARTICLES[p].family for p in hidden.masses}
    for pid, mass in sorted(record.masses.items()):
        if PARTICLES[pid].family not in families:
            lines.append(f"   {PARTICLES[pid].name:12s} found at {mass:.0f} GeV, not in the hidden model")
    sys.stdout.write("\n".join(lines) + "\n")
