"""The scores that a walk asks for: of a model, of the best of several, of a model scaled to mu-hat = 1."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from typing import Final

from protomodels.changes import without
from protomodels.errors import CombinationError, PredictionError
from protomodels.model import ProtoModel
from protomodels.scoring import Scorer
from protomodels.scoring.quick import QuickScore, quick_score, settled_score
from protomodels.walker.climb import SMALLEST, climb, settle
from protomodels.walker.moves import merge_candidates
from protomodels.walker.refined import Proposal
from protomodels.walker.steady import is_steady

SPARE: Final = 3.0
"""In K: two other particles may well give as much."""

log = logging.getLogger(__name__)


class Scores:
    """Scores for one walk.  A model that cannot be evaluated is one without predictions.

    Parameters
    ----------
    scorer: without runners-up.
    settle: a model that was scaled is scored again (the refined search); else its score is that of before.
    """

    def __init__(self, scorer: Scorer, settle: bool) -> None:
        self._scorer, self._settle = scorer, settle
        self._last_spares: tuple[ProtoModel, list[int]] | None = None

    def of(self, model: ProtoModel, floor: float) -> QuickScore | None:
        """That of a model; None where it cannot be evaluated, or has no K that reaches ``floor``."""
        try:
            return quick_score(self._scorer, model, floor)
        except (PredictionError, CombinationError) as error:
            log.warning("not scored: %s", error)
            return None

    def scaled(self, found: QuickScore, floor: float) -> QuickScore | None:
        """That of the model scaled to mu-hat = 1; None as for :meth:`of`."""
        if not self._settle or found.K is None:
            return found.normalised()
        try:
            return settled_score(self._scorer, found, floor)
        except (PredictionError, CombinationError) as error:
            log.warning("not scored: %s", error)
            return None

    def keeps(self, found: QuickScore) -> bool:
        """May a search keep a model with this score?  Not where it stands on exact masses."""
        policy = self._scorer.policy
        return not self._settle or is_steady(self.of, found, policy.mass_margin, policy.off_shell)

    def kept(self, found: QuickScore, floor: float) -> QuickScore | None:
        """That of the model scaled to mu-hat = 1; None as for :meth:`of`, and where it may not be kept."""
        scaled = self.scaled(found, floor)
        if scaled is None or scaled.K is None or scaled.K < floor:
            return scaled
        return scaled if self.keeps(scaled) else None

    def scaled_of(self, model: ProtoModel, floor: float) -> QuickScore | None:
        """As :meth:`scaled`, of a model that was not scored yet."""
        found = self.of(model, floor)
        return None if found is None else self.scaled(found, floor)

    def spares(self, model: ProtoModel) -> list[int]:
        """The particles without any of which K falls by less than ``SPARE``; none where the model has no K.

        Those of the last model are remembered: a walker asks again until it moves.
        """
        if self._last_spares is None or self._last_spares[0] is not model:
            self._last_spares = model, self._spares(model)
        return self._last_spares[1]

    def _spares(self, model: ProtoModel) -> list[int]:
        whole = self.of(model, -math.inf)
        if whole is None or whole.K is None:
            return []
        floor, off_shell = whole.K - SPARE, self._scorer.policy.off_shell
        rests = {pid: self.of(without(model, pid, off_shell), floor) for pid in model.unstable}
        return [pid for pid, rest in rests.items() if rest is not None and rest.K is not None and rest.K > floor]

    def climbed(
        self,
        start: QuickScore,
        worth: float = -math.inf,
        known: ProtoModel | None = None,
        finest: float = SMALLEST,
    ) -> QuickScore | None:
        """That of the model at the top of its mode; None where it may not be kept; see :func:`climb`."""
        return climb(self.scaled_of, start, self._scorer.policy.off_shell, worth, self.keeps, known, finest)

    def settled(self, raw: QuickScore, pid: int, new: bool) -> QuickScore | None:
        """That of the model scaled to mu-hat = 1, with one particle at the top of its own mass, decays and kappas.

        Particles that add nothing are left out.  None where the particle is ``new`` and adds nothing itself, and where
        the model may not be kept.
        """
        found = self.scaled(raw, -math.inf)
        if found is None or found.K is None:
            return None
        off_shell = self._scorer.policy.off_shell
        settled = found = settle(self.scaled_of, found, pid, off_shell, self.keeps)
        if found is None or (new and pid not in found.used):
            return None
        for other in found.model.unstable:
            model = found.model
            if other in model.masses and other not in found.used and model.n_particles > 2:
                less = self.scaled_of(without(model, other, off_shell), -math.inf if found.K is None else found.K)
                found = less if less is not None and less.K is not None else found
        return found if found is settled or self.keeps(found) else None

    def best_of(self, proposal: Proposal, floor: float) -> QuickScore | None:
        """That of the best model of a proposal; where there is one alone, that of a merged copy whose K is higher.

        None where none has a K, or where none can have one that reaches ``floor``.
        """
        if proposal.only_up or proposal.settles is not None or len(proposal.models) != 1:
            return self._best_of(proposal.models, floor, proposal.settles if proposal.new else None)
        models = (*proposal.models, *merge_candidates(proposal.models[0], self._scorer.policy.off_shell))
        scores = [self.of(model, floor) for model in models]
        if len(models) > 1 and any(score is not None for score in scores):
            scores = [self.of(model, -math.inf) for model in models]
        known = [score for score in scores if score is not None and score.K is not None]
        return max(known, key=lambda score: -math.inf if score.K is None else score.K, default=None)

    def _best_of(self, models: Sequence[ProtoModel], floor: float, new: int | None) -> QuickScore | None:
        """The best of several models; where one particle is ``new``, of those in which it contributes."""
        best: QuickScore | None = None
        for model in models:
            found = self.of(model, floor)
            if found is None or found.K is None or (new is not None and new not in found.used):
                continue
            if best is None or best.K is None or found.K > best.K:
                best, floor = found, max(floor, found.K)
        return best
