"""Many runs of one kind, each in a universe of its own: created, or found where they were walked before, and walked.

A run is a function of its config, so that a campaign that is interrupted, done again or asked another question takes
up the runs that are there.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from protomodels.campaign.same_search import check_goes_on, check_same_search
from protomodels.database import FINAL, RunRecord, RunState, Storage, TransitionError, with_retries
from protomodels.errors import ProtomodelsError
from protomodels.predictor import Predictor
from protomodels.runs import Execution, Run, RunConfig
from protomodels.runs.config import stored_versions, versions
from protomodels.universes import Universe

_LOOK_SECONDS = 1.0


@dataclass(frozen=True)
class Member:
    """One run of an ensemble.

    Attributes
    ----------
    universe: the data that are walked on.
    seed: of the run.
    """

    universe: Universe
    seed: int


class Ensemble:
    """The runs of a campaign.

    Parameters
    ----------
    campaign: its id in the storage.
    base: config of all its runs but for seed and universe.
    like: the run that they judge: theirs is its search, which is checked, and its combinability table, as it was then.
        Without one the table is read from where ``base`` says.
    """

    def __init__(
        self,
        storage: Storage,
        campaign: str,
        base: RunConfig,
        predictor: Predictor,
        members: Sequence[Member],
        like: str | None = None,
    ) -> None:
        self.id = campaign
        self.members = tuple(members)
        self._storage, self._base, self._predictor, self._like = storage, base, predictor, like

    def config(self, position: int) -> RunConfig:
        """Of the run at a position."""
        member = self.members[position]
        return replace(self._base, seed=member.seed, universe=member.universe)

    def record(self, position: int) -> RunRecord | None:
        """The run at a position, None where it was not begun."""
        run = self._storage.campaign(self.id).runs.get(position)
        return None if run is None else self._storage.get_run(run)

    def begin(self, position: int) -> str:
        """The id of the run at a position, which is created, queued, where it is not there yet.

        Raises
        ------
        ConfigError: where the run that is there, or a new one, is not searched as the judged run was.
        """
        record = self.record(position)
        if record is not None and record.state not in (RunState.FAILED, RunState.CANCELLED):
            self._check(record, position)
            return record.id
        if self._like is not None:
            check_goes_on(self._storage.get_run(self._like))
        config = self.config(position)
        found = self._storage.find_run(config.to_json(), self._predictor.fingerprint)
        if found is not None and stored_versions(found)["search"] != versions()["search"]:
            found = None  # the same question, put to another search
        if found is not None:
            self._check(found, position)
        like = self._like or next(iter(self._storage.campaign(self.id).runs.values()), None)
        table = None if like is None else self._storage.combinability_table(like)
        run = Run.create(self._storage, config, self._predictor, table).id if found is None else found.id
        kept = self._storage.add_to_campaign(self.id, position, run)
        if kept != run and found is None:
            # another began it at the same time
            with contextlib.suppress(TransitionError):
                self._storage.delete_run(run)
        return kept

    def _check(self, run: RunRecord, position: int) -> None:
        if self._like is not None:
            member = self.members[position]
            check_same_search(self._storage.get_run(self._like), run, member.seed, member.universe)

    def walk(self, position: int, how: Execution) -> RunRecord:
        """The run at a position, completed: walked here, or waited for while another is at work on it.

        Raises
        ------
        KeyboardInterrupt: the run is paused, the campaign can go on later.
        ProtomodelsError: where the run fails, was cancelled or paused, or is not searched as the judged run was.
        """
        run = self.begin(position)
        while True:
            self._storage.expire_leases()
            record = with_retries(lambda: self._storage.get_run(run))
            if record.state is RunState.COMPLETED:
                return record
            if record.state in FINAL:
                raise ProtomodelsError(f"run {run} of campaign {self.id} is {record.state}: {record.reason}")
            if record.state in (RunState.RUNNING, RunState.CANCELLING):
                time.sleep(_LOOK_SECONDS)
                continue
            Run.resume(self._storage, run, self._predictor).execute(how)
            if self._storage.get_run(run).state is RunState.PAUSED:
                raise ProtomodelsError(
                    f"run {run} of campaign {self.id} was paused: run the campaign again to continue it"
                )

    def to_walk(self) -> list[int]:
        """The positions that need a run: all but those with a lower bound."""
        bounds = self._storage.campaign(self.id).bounds
        return [position for position in range(len(self.members)) if position not in bounds]

    def queue_all(self) -> list[str]:
        """Leave all runs that are needed to runners; returns their ids."""
        return [self.queue(position) for position in self.to_walk()]

    def queue(self, position: int) -> str:
        """Leave the run at a position to runners; one that rests or crashed waits for them again."""
        run = self.begin(position)
        if self._storage.get_run(run).state in (RunState.PAUSED, RunState.CRASHED):
            with contextlib.suppress(TransitionError):  # another has just taken it up
                self._storage.set_state(run, RunState.QUEUED, f"for campaign {self.id}")
        return run

    def completed(self) -> dict[int, RunRecord]:
        """The completed runs by their position in the ensemble."""
        members = self._storage.campaign_runs(self.id).items()
        return {position: member.run for position, member in members if member.run.state is RunState.COMPLETED}
