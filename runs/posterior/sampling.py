"""The sampler as the work of an executor, and its sweeps in the form in which they are stored.

A stored piece is JSON, compressed: models that a chain stayed at are written once.  Numbers keep their full precision.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from protomodels.database import SweepsRecord
from protomodels.files import model_from_dict
from protomodels.model import ProtoModel
from protomodels.runs.posterior.config import PosteriorConfig
from protomodels.scoring import Scorer
from protomodels.walker.posterior import Draw, LadderState, PriorConfig, Sampler, Schedule, Sweeps, TargetConfig


@dataclass(frozen=True)
class Piece:
    """What consecutive sweeps of a chain gave; those of the warm-up give nothing but their number.

    Attributes
    ----------
    draws: of the coldest rung.
    betas: inverse temperatures of the rungs, 1 first.
    n: sweeps that were counted on each rung.
    inside: of them, those with a likelihood above 0; only the last rung has others, behind the critic's wall.
    sums, squares: of ln L and of its square over these, on each rung.
    proposed, accepted: by name of the move.
    swaps_proposed, swaps_accepted: of each rung with the next.
    round_trips: from the coldest rung to the hottest and back.
    """

    draws: tuple[Draw, ...]
    betas: tuple[float, ...]
    n: int
    inside: tuple[int, ...]
    sums: tuple[float, ...]
    squares: tuple[float, ...]
    proposed: Mapping[str, int]
    accepted: Mapping[str, int]
    swaps_proposed: tuple[int, ...]
    swaps_accepted: tuple[int, ...]
    round_trips: int

    @classmethod
    def of(cls, sweeps: Sweeps) -> Piece:
        """What the sampler gave."""
        return cls(
            draws=sweeps.draws,
            betas=sweeps.betas,
            n=sweeps.n,
            inside=sweeps.inside,
            sums=sweeps.log_likelihood_sum,
            squares=sweeps.log_likelihood_squares,
            proposed=sweeps.proposed,
            accepted=sweeps.accepted,
            swaps_proposed=sweeps.swaps_proposed,
            swaps_accepted=sweeps.swaps_accepted,
            round_trips=sweeps.round_trips,
        )

    def pack(self) -> bytes:
        """As it is stored."""
        values = {name: value for name, value in asdict(replace(self, draws=())).items() if name != "draws"}
        rows: list[list[Any]] = []
        before: ProtoModel | None = None
        for draw in self.draws:
            model = None if draw.model is before or draw.model == before else draw.model.as_dict()
            rows.append([draw.sweep, model, draw.log_prior, draw.log_likelihood])
            before = draw.model
        return zlib.compress(json.dumps(values | {"draws": rows}).encode())

    @classmethod
    def unpack(cls, packed: bytes) -> Piece:
        """What :meth:`pack` wrote."""
        values: dict[str, Any] = json.loads(zlib.decompress(packed))
        draws, model = [], None
        for sweep, written, log_prior, log_likelihood in values.pop("draws"):
            model = model if written is None else model_from_dict(written)
            assert model is not None  # noqa: S101 - the first of a piece is written
            draws.append(Draw(sweep, model, log_prior, log_likelihood))
        listed = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
        return cls(draws=tuple(draws), **values | listed)


def together(pieces: Sequence[Piece]) -> Piece:
    """Consecutive pieces of one chain as one: counts are added up."""
    counted = [piece for piece in pieces if piece.n] or list(pieces[-1:])
    return Piece(
        draws=tuple(draw for piece in pieces for draw in piece.draws),
        betas=counted[-1].betas,
        n=sum(piece.n for piece in counted),
        inside=tuple(map(int, _added([piece.inside for piece in counted]))),
        sums=_added([piece.sums for piece in counted]),
        squares=_added([piece.squares for piece in counted]),
        proposed=_counts([piece.proposed for piece in pieces]),
        accepted=_counts([piece.accepted for piece in pieces]),
        swaps_proposed=tuple(map(int, _added([piece.swaps_proposed for piece in counted]))),
        swaps_accepted=tuple(map(int, _added([piece.swaps_accepted for piece in counted]))),
        round_trips=sum(piece.round_trips for piece in counted),
    )


@dataclass(frozen=True, slots=True)
class SweepsResult:
    """What a worker sends back: the state after its sweeps, and the sweeps as the storage keeps them."""

    state: LadderState
    record: SweepsRecord


@dataclass(frozen=True)
class SamplerWork:
    """A sampler, as the work of an executor."""

    sampler: Sampler

    @property
    def scorer(self) -> Scorer:
        """What it scores with."""
        return self.sampler.scorer

    def chunk(self, state: LadderState, n: int) -> SweepsResult:
        """The next sweeps of a chain, packed."""
        sweeps = self.sampler.advance(state, n)
        packed = Piece.of(sweeps).pack()
        return SweepsResult(sweeps.state, SweepsRecord(state.sweep + 1, n, packed, text_of(sweeps.state)))

    def prepare(self) -> None:
        """Make what all sweeps share: the first points of a chain are scored."""
        self.sampler.start(0, 0)

    def try_out(self) -> None:
        """Make a sweep that nobody needs."""
        self.sampler.advance(self.sampler.start(0, 0), 1)

    def elsewhere(self) -> Callable[[Scorer], SamplerWork]:
        """The same sampler of another scorer."""
        return partial(_sampler_with, target=self.sampler.target, schedule=self.sampler.schedule)


def _sampler_with(scorer: Scorer, target: TargetConfig, schedule: Schedule) -> SamplerWork:
    return SamplerWork(Sampler(scorer, target, schedule))


def sampler_for(scorer: Scorer, config: PosteriorConfig) -> Sampler:
    """The sampler of a config; of the prior alone two rungs are enough, which are the same."""
    prior = PriorConfig(**config.prior)
    target = TargetConfig(config.target, config.prior_only, prior, config.critic)  # type: ignore[arg-type]
    rungs = min(config.rungs, 2) if config.prior_only else config.rungs
    return Sampler(scorer, target, Schedule(rungs, config.warm_up, config.thin, config.moves))


def text_of(state: LadderState) -> str:
    """A state as one text."""
    return json.dumps(state.to_json())


def state_of(text: str) -> LadderState:
    """The state that :func:`text_of` wrote; StorageError where it is none."""
    return LadderState.from_json(*json.loads(text))


def _added(rows: Sequence[Sequence[float]]) -> tuple[float, ...]:
    return tuple(sum(column) for column in zip(*rows, strict=True))


def _counts(rows: Sequence[Mapping[str, int]]) -> dict[str, int]:
    return {name: sum(row.get(name, 0) for row in rows) for name in sorted({name for row in rows for name in row})}
