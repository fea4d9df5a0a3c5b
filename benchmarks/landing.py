"""The picture of the first page of the documentation: a proto-model and what its score is made of, of the demo results.

    python -m benchmarks.landing [--to docs/landing.svg]

The model is the one that was hidden in the demo results: synthetic, and called so in the picture.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from protomodels import evaluate, load_model
from protomodels.plots.figure import Figure
from protomodels.plots.front import plot
from protomodels.results.demo import HIDDEN

KINDS = ("decays", "contributions")


def landing_figure() -> Figure:
    """The decays of the hidden model, and what each result gives to its score."""
    found = evaluate(load_model(HIDDEN), "demo")
    parts = [plot(found, kind) for kind in KINDS]
    panels = tuple(
        replace(part.panels[0], title=title)
        for part, title in zip(parts, ("a proto-model", f"K = {found.K:.2f}: what each analysis gives"), strict=True)
    )
    alt = f"a proto-model and its score, K = {found.K:.2f}; " + "; ".join(part.alt for part in parts)
    return Figure(panels, columns=2, width=6.0, height=4.2, alt=alt).called_synthetic()


def main() -> None:
    """Write the picture."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--to", type=Path, default=Path("docs/landing.svg"), help="file to write: .svg, .png or .pdf")
    to = parser.parse_args().to
    figure = landing_figure()
    figure.save(to)
    sys.stdout.write(f"{to}: {figure.alt}\n")


if __name__ == "__main__":
    main()
