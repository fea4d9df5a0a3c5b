"""``posterior --server``: chains that are sampled where the service is, and what they say."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, cast

from protomodels.cli.search.posteriors import row_of
from protomodels.client import Client, PosteriorDetail, PosteriorInfo
from protomodels.client.posteriors import PosteriorSettings
from protomodels.database import FINAL, PosteriorRecord, RunState
from protomodels.errors import NotFoundError, ServiceError
from protomodels.runs.posterior import PosteriorAnswer, PosteriorConfig
from protomodels.universes import Universe

_LOOK_SECONDS: Final = 1.0


def settings_of(config: PosteriorConfig, results: str) -> PosteriorSettings:
    """The request for such a posterior; its results are the service's, its table goes along."""
    values: dict[str, Any] = json.loads(config.to_json())
    values = {name: value for name, value in values.items() if name in PosteriorSettings.__annotations__}
    table = None if config.combinable is None else json.loads(Path(config.combinable).read_text())
    values |= {"results": results, "combinable": table, "universe": _universe(config.universe)}
    return cast(PosteriorSettings, values)


def _universe(given: Universe | None) -> dict[str, Any] | None:
    if given is None:
        return None
    return asdict(given) | {"signal": None if given.signal is None else json.loads(given.signal)}


def answer_when_done(client: Client, posterior: str) -> PosteriorAnswer:
    """What the chains say, when they are complete; Ctrl-C ends the waiting, not the sampling.

    Raises
    ------
    ServiceError: where it ends otherwise.
    """
    told = -1
    try:
        while True:
            found = client.posterior(posterior)
            state = RunState(found.state)
            if found.sweeps_done != told:
                total = found.n_chains * found.n_sweeps
                sys.stderr.write(f"{posterior} is {state}: {found.sweeps_done} of {total} sweeps\n")
                told = found.sweeps_done
            if found.answer is not None:
                return answer_of(found)
            if state in FINAL or state is RunState.PAUSED:
                raise ServiceError(f"posterior {posterior} is {state} {found.reason}".rstrip())
            time.sleep(_LOOK_SECONDS)
    except KeyboardInterrupt:
        sys.stderr.write(f"{posterior} goes on at {client.url}; look with: protomodels posterior {posterior}\n")
        raise


def answer_of(found: PosteriorDetail) -> PosteriorAnswer:
    """The answer of a posterior of a service.

    Raises
    ------
    NotFoundError: where its chains are not complete.
    """
    if found.answer is None:
        raise NotFoundError("posterior", f"{found.id} ({found.state})", "one whose chains are complete")
    return PosteriorAnswer.from_json(json.dumps({"run": found.id} | found.answer.model_dump()))


def rows(client: Client, limit: int) -> list[dict[str, Any]]:
    """The newest posteriors as lines of a list."""
    return [row_of(_record(info), None) for info, _ in zip(client.posteriors(), range(limit), strict=False)]


def row(client: Client, posterior: str) -> dict[str, Any]:
    """One posterior as a line of a list."""
    found = client.posterior(posterior)
    return row_of(_record(found), None if found.answer is None else found.answer.converged)


def _record(info: PosteriorInfo) -> PosteriorRecord:
    names = [name for name in PosteriorInfo.model_fields if name not in ("settings", "state")]
    values = {name: getattr(info, name) for name in names}
    return PosteriorRecord(
        **values, config_json=json.dumps(info.settings), versions={}, state=RunState(info.state), answer_json=None
    )
