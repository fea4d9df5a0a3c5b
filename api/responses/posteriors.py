"""Posteriors."""

from __future__ import annotations

import json
from typing import Any

from protomodels.client.schemas import PosteriorAnswer, PosteriorDetail, PosteriorInfo
from protomodels.database import PosteriorRecord


def posterior_info(record: PosteriorRecord) -> PosteriorInfo:
    """A posterior as lists show it."""
    return PosteriorInfo(**_values(record))


def posterior_detail(record: PosteriorRecord) -> PosteriorDetail:
    """A posterior with its answer."""
    answer = None if record.answer_json is None else PosteriorAnswer(**json.loads(record.answer_json))
    return PosteriorDetail(**_values(record), answer=answer)


def _values(record: PosteriorRecord) -> dict[str, Any]:
    names = [name for name in PosteriorInfo.model_fields if name not in ("settings", "state")]
    values = {name: getattr(record, name) for name in names}
    return {**values, "settings": json.loads(record.config_json), "state": str(record.state)}
