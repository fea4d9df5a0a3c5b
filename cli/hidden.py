"""The demo's hidden model beside what a run found."""

from __future__ import annotations

import json
import sys

from database import ProtomodelRecord
from predictor.demo import HIDDEN
from protomodels.files import model_from_dict
from protomodels.particles import PARTICLES


def print_comparison(record: ProtomodelRecord) -> None:
    """Say particle by particle how the found model compares with the one hidden in the synthetic results."""
    hidden = model_from_dict(json.loads(HIDDEN.read_text()))
    lines = ["\nThe demo results are SYNTHETIC; the model hidden in them, beside the one found:"]
    for pid in sorted({*hidden.masses, *record.masses}):
        true, found = hidden.masses.get(pid), record.masses.get(pid)
        if true is None:
            text = f"found at {found:.0f} GeV, is not in the hidden model"
        elif found is None:
            text = f"hidden at {true:.0f} GeV, was not found"
        else:
            text = f"hidden at {true:.0f} GeV, found at {found:.0f} GeV ({found - true:+.0f})"
        lines.append(f"   {PARTICLES[pid].name:8s} {text}")
    sys.stdout.write("\n".join(lines) + "\n")
