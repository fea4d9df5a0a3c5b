"""The search that campaigns repeat in these tests, and how it is executed."""

from __future__ import annotations

import json

from protomodels.campaign.closure_config import Closure, ClosureConfig
from protomodels.model import ProtoModel
from protomodels.runs import Execution, RunConfig

BASE = RunConfig("demo", seed=21, walkers=2, steps=6)
INLINE = Execution("inline")


def closure_config(hidden: ProtoModel, kind: Closure, **changes: object) -> ClosureConfig:
    signal = json.dumps(hidden.as_dict())
    return ClosureConfig(**{"closure": kind, "base": BASE.to_json(), "signal": signal, "runs": 2, **changes})  # type: ignore[arg-type]
