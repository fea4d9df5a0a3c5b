"""Small excesses."""

from __future__ import annotations

from protomodels.campaign.excesses import Excesses
from protomodels.campaign.excesses.answer import model_dict
from protomodels.campaign.excesses.clusters import Clusters
from protomodels.campaign.excesses.selection import Model
from protomodels.client.schemas import (
    ExcessClusters,
    ExcessCriteria,
    ExcessModel,
    SmallExcesses,
)
from protomodels.tables import finite


def small_excesses(found: Excesses, groups: Clusters | None, after: int, limit: int) -> SmallExcesses:
    """An answer with some of the selected models.

    Parameters
    ----------
    after: so many of them it begins;  limit: it has at most so many.
    """
    chosen, models = found.criteria, found.models
    values = found.to_dict(0)
    values["criteria"] = ExcessCriteria(
        cls=chosen.alpha,
        z=chosen.z,
        analyses=chosen.analyses,
        excluding=chosen.excluding,
        where=[cut.text for cut in chosen.cuts],
    )
    values["models"] = [excess_model(model) for model in models[after : after + limit]]
    values["next"] = str(after + limit) if len(models) > after + limit else None
    values["clusters"] = None if groups is None else ExcessClusters(**finite(groups.to_dict()))
    return SmallExcesses(**values)


def excess_model(model: Model) -> ExcessModel:
    """A selected model."""
    values = finite(model_dict(model))
    return ExcessModel(**{name: values[name] for name in ("file", "orthogonal", "seen")}, values=finite(model.values))
