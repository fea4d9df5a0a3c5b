"""What every predictor offers: models in, arrays of predictions out.

Whoever needs predictions asks for this protocol, never for one of its kinds; universes need the compiled one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from protomodels.model import ProtoModel
from protomodels.predictor.predictions import Predictions
from protomodels.production import CrossSections
from protomodels.results.catalog import Catalog


@runtime_checkable
class Predictor(Protocol):
    """The compiled predictor, or the oracle.

    Attributes
    ----------
    fingerprint: identifies the results (SHA-256 of their text).
    name: of the results, such as ``demo`` or ``smodels-3.0.0``.
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
        sections: its cross sections, fb; kappa times the reference ones without.

        Returns
        -------
        A row for each signal region and each cluster of an upper-limit map that the model is seen in.

        Raises
        ------
        PredictionError: where the model as a whole cannot be evaluated.
        ModelError: naming a particle without reference cross sections, where ``sections`` is not given.
        """
        ...

    def predict_many(self, models: Sequence[ProtoModel]) -> list[Predictions]:
        """The predictions of many models with reference cross sections, in their order.

        Raises
        ------
        PredictionError, ModelError: as :meth:`predict`, for the first model that cannot be evaluated.
        """
        ...
