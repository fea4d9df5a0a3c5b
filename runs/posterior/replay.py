"""Stored draws sampled again: does the program, as it is now, give the chain that is in the storage?"""

from __future__ import annotations

from protomodels.database import Storage
from protomodels.errors import ConfigError
from protomodels.predictor import Predictor
from protomodels.runs.posterior.run import PosteriorRun
from protomodels.runs.posterior.sampling import Piece


def replay_chain(
    storage: Storage, identity: str, predictor: Predictor, chain: int, sweep: int | None = None
) -> int | None:
    """Sample a chain again from its seed, to a sweep (by default the last that is stored).

    Returns
    -------
    The sweep of the first draw that is not as it is stored, to the last bit; None where all are.

    Raises
    ------
    NotFoundError: where there is no such posterior.
    ConfigError: where it has no such chain, or the results or the sampler are not those it was made with.
    """
    run = PosteriorRun.resume(storage, identity, predictor)
    if not 0 <= chain < run.config.chains:
        raise ConfigError("chain", chain, f"a chain of {identity}: 0 to {run.config.chains - 1}")
    stored = [draw for packed in storage.sweeps(identity, chain) for draw in Piece.unpack(packed).draws]
    last = max((draw.sweep for draw in stored), default=0) if sweep is None else sweep
    again = run.sampler.advance(run.sampler.start(run.config.seed, chain), last).draws
    wanted = [draw for draw in stored if draw.sweep <= last]
    return next((old.sweep for old, new in zip(wanted, again, strict=True) if old != new), None)
