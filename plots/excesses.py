"""Small excesses of a scan: where they are in a plane, which analyses share them, and their clusters."""

from __future__ import annotations

from typing import Final

import numpy as np

from protomodels.campaign.excesses.answer import Excesses
from protomodels.campaign.excesses.clusters import Clusters
from protomodels.campaign.excesses.clusters.features import model_features
from protomodels.campaign.excesses.planes import ALLOWED, EXCLUDED, SMALL, SPARED, Plane
from protomodels.plots.figure import Axis, Color, Figure, Label, Mark, Panel, Points, Squares

MOST: Final = 30
"""Analyses of a matrix."""
_STEPS: Final = (1, 10, 100, 1000)
_COLORS: Final[dict[str, Color]] = {ALLOWED: None, EXCLUDED: 0, SPARED: 1, SMALL: 2}


def plane_figure(plane: Plane) -> Figure:
    """Models in a plane of two columns; small excesses are drawn last."""
    marks = tuple(
        Points(
            own[:, 0], own[:, 1], f"{kind}: {plane.counted[kind]}", _COLORS[kind], "star" if kind == SMALL else "circle"
        )
        for kind, own in plane.points.items()
        if len(own)
    )
    alt = f"{plane.y} against {plane.x}; " + ", ".join(f"{kind}: {n}" for kind, n in plane.counted.items())
    return Figure((Panel(Axis(_with_unit(plane.x)), Axis(_with_unit(plane.y)), marks),), width=7.0, height=5.0, alt=alt)


def matrix_figure(found: Excesses) -> Figure:
    """How many models have a small excess in both of two analyses; on the diagonal those of each."""
    names, matrix = found.matrix()
    names, matrix = names[:MOST], matrix[:MOST, :MOST]
    values = sum((matrix >= step).astype(np.int64) for step in _STEPS)
    levels = ("none", "1 to 9 models", "10 to 99", "100 to 999", "1000 and more")
    marks: list[Mark] = [Squares(np.asarray(values, dtype=np.int64), (None, 9, 0, 1, 2), levels)]
    for (row, column), n in np.ndenumerate(matrix):
        if n:
            marks.append(Label(float(column), float(row), str(n), anchor="center"))
    x, y = Axis(names=tuple(str(i + 1) for i in range(len(names)))), tuple(f"{n}  {i + 1}" for i, n in enumerate(names))
    size = 1.5 + 0.3 * max(len(names), 4)
    alt = f"small excesses of {len(names)} analyses: " + ", ".join(f"{n} {matrix[i, i]}" for i, n in enumerate(names))
    return Figure((Panel(x, Axis(names=y), tuple(marks)),), width=size + 3.0, height=size, alt=alt)


def cluster_figure(found: Clusters) -> Figure:
    """Clusters of models in the planes of the lightest mass and each other mass that they have."""
    features = model_features(found.members)
    labels = np.array(found.labels)
    others = [name for name in features.names if name != "lightest" and "/" not in name and "log10" not in name]
    x = features.values[:, features.names.index("lightest")] if "lightest" in features.names else np.zeros(0)
    panels = []
    for name in others:
        y, marks = features.values[:, features.names.index(name)], list[Mark]()
        for number in sorted(set(labels.tolist())):
            own = (labels == number) & np.isfinite(x) & np.isfinite(y)
            if own.any():
                words = f"cluster {number}" if number else "in none"
                marks.append(Points(x[own], y[own], words, number - 1 if number else None))
        panels.append(Panel(Axis("mass of the lightest [GeV]"), Axis(f"mass: {name} [GeV]"), tuple(marks)))
    alt = f"{len(found.models)} clusters of {found.clustered} models: " + "; ".join(map(str, found.models))
    return Figure(tuple(panels), columns=2, width=4.5, height=3.6, alt=alt)


def _with_unit(name: str) -> str:
    return f"{name} [GeV]" if name.startswith("mass:") or name.endswith("_mass") else name
