"""What excludes a model at 95% CL as it is: one rule, for evaluations and for scans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from protomodels.critic import Limit
from protomodels.predictor import Predictions
from protomodels.results.catalog import result_type
from protomodels.scoring.spectrum.results import joint_cls_of
from protomodels.statistics.upper_limits import ALPHA


def excluded_by(limits: Sequence[Limit], predictions: Predictions) -> tuple[tuple[str, str, str], ...]:
    """(analysis, region, type) of what excludes a model, the strongest first.

    Of single regions and upper limits what the critic looks at, where r_obs > 1 (:attr:`Limit.excludes`); and combined
    regions with CLs < 0.05.

    Parameters
    ----------
    limits: those that the critic looks at, the strongest first.
    predictions: all of the model.
    """
    single = [(m.analysis, m.region, result_type(m.is_ul)) for m in limits if m.excludes]
    return (*single, *(name for _, name in sorted(_together(predictions))))


def is_excluded(limits: Sequence[Limit], predictions: Predictions) -> bool:
    """Is there anything that excludes it?  Combined regions, which take longest, are asked last."""
    return any(m.excludes for m in limits) or any(True for _ in _together(predictions))


def _together(predictions: Predictions) -> Iterator[tuple[float, tuple[str, str, str]]]:
    """Observed CLs and names of combined regions that exclude a model."""
    catalog = predictions.catalog
    for row in predictions.rows.tolist():
        if row in catalog.combined:
            observed, _ = joint_cls_of(predictions, row)
            if observed < ALPHA:
                yield observed, (str(catalog.analysis[row]), str(catalog.region[row]), result_type(is_ul=False))
