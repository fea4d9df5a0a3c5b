"""What every predictor offers: models in, arrays of predictions out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from protomodels.model import ProtoModel
from protomodels.predictor.predictions import Predictions
from protomodels.production import CrossSections
from protomodels.results.catalog import Catalog


class Predictor(Protocol):
    """The compiled predictor, or the oracle.

    Attributes
    ----------
    fingerprint: identifies the results (SHA-256 of their text).
    name: what the user called them.
    catalog: what the results say, independent of any model.
    """

    @property
    def fingerprint(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def catalog(self) -> Catalog: ...

    def predict(self, model: ProtoModel, sections: CrossSections | None = None) -> Predictions:
        """The predictions of one model.

        Parameters
        ----------
        model: masses and branching ratios.
        sections: its cross sections; kappa times the reference ones without.

        Raises
        ------
        PredictionError: where the model as a whole cannot be evaluated.
        """
        ...

    def predict_many(self, models: Sequence[ProtoModel]) -> list[Predictions]:
        """The predictions of many models with reference cross sections, in their order."""
        ...
