"""Stored steps walked again: does the program, as it is now, give the chain that is in the storage?"""

from __future__ import annotations

from dataclasses import dataclass

from protomodels.database import StepRecord, Storage
from protomodels.errors import ConfigError, NotFoundError
from protomodels.predictor import Predictor
from protomodels.runs.config import RunConfig, check_search, stored_versions, versions
from protomodels.runs.records import step_record
from protomodels.runs.run import scorer_of
from protomodels.walker.state import WalkState
from protomodels.walker.walk import Walk


@dataclass(frozen=True, slots=True)
class Replay:
    """A walk of a run, from its start to one of its steps.

    Attributes
    ----------
    run, walker, step: what was walked again.
    stored, again: the step as it is stored, and as it came out now.
    first_difference: number of the first step that came out differently, None where none did.
    state: the walk's state after the step, as it came out now.
    other_versions: of packages that have changed since the run was created: (then, now).
    """

    run: str
    walker: int
    step: int
    stored: StepRecord
    again: StepRecord
    first_difference: int | None
    state: WalkState
    other_versions: dict[str, tuple[str | None, str | None]]

    @property
    def identical(self) -> bool:
        """True where every step came out as it is stored, to the last bit."""
        return self.first_difference is None


def replay(storage: Storage, run_id: str, predictor: Predictor, walker: int, step: int | None = None) -> Replay:
    """Walk again from the seed to a step (by default the last one that is stored).

    A chain is a function of config, results and seed: nothing but these is used, and what the walker took over from
    others where the run exchanges models.

    Raises
    ------
    NotFoundError: where the run or the step is not stored.
    ConfigError: where the results, the table or the search are not those of the run, or it has no such walker.
    """
    record = storage.get_run(run_id)
    check_search(record)
    if record.results_fingerprint != predictor.fingerprint:
        raise ConfigError("results", predictor.fingerprint, f"the results of {run_id}: {record.results_fingerprint}")
    if not 0 <= walker < record.n_walkers:
        raise ConfigError("walker", walker, f"a walker of {run_id}: 0 to {record.n_walkers - 1}")
    stored = {s.step: s for s in storage.steps(run_id, walker)}
    step = max(stored, default=0) if step is None else step
    if step not in stored:
        raise NotFoundError("step", step, f"a stored step of walker {walker}: 1 to {len(stored)}")
    config = RunConfig.from_json(record.config_json)
    taken = {e.step: e for e in storage.exchanges(run_id) if e.walker == walker}
    walk = Walk(scorer_of(storage, run_id, config, predictor), end=config.steps)
    state, first = walk.start(config.seed, walker), None
    again = stored[step]
    while state.step < step:
        state, made = walk.step(state)
        again = step_record(made)
        if first is None and again != stored[state.step]:
            first = state.step
        if state.step in taken and state.step < step:
            state = WalkState.from_json(taken[state.step].state_json, taken[state.step].rng_json)
    then, now = stored_versions(record), versions()
    names = sorted({*then, *now})
    changed = {name: (then.get(name), now.get(name)) for name in names if then.get(name) != now.get(name)}
    return Replay(run_id, walker, step, stored[step], again, first, state, changed)
