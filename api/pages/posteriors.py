"""Pages of posteriors: their list, and what the chains of one say."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from protomodels.api.pages.shared import Shown, page
from protomodels.api.responses.posteriors import posterior_detail
from protomodels.api.synthetic import is_synthetic, synthetic_fingerprints
from protomodels.database import FINAL, PosteriorRecord, RunState
from protomodels.plots.posteriors import POSTERIOR_KINDS

router = APIRouter()
_SHOWN: Final = 50
_CONTENTS: Final = 15
_TITLES: Final = {
    "contents": "Probabilities of contents and particles",
    "corner": "Masses in draws with the most probable content",
    "spectrum": "Masses of particles, where they are there",
    "signals": "Predicted signals",
}


@router.get("/posteriors")
def posteriors(request: Request, given: Shown, before: Annotated[str, Query(max_length=16)] = "") -> Response:
    """Posteriors, newest first."""
    given.storage.expire_leases()
    found = given.storage.list_posteriors(_SHOWN + 1, before=before or None)
    rows = [posterior_detail(record) for record in found[:_SHOWN]]
    more = rows[-1].id if len(found) > _SHOWN else None
    demo = synthetic_fingerprints(given.storage)
    return page(request, "posteriors.html", rows=rows, more=more, demo=demo)


@router.get("/posteriors/{posterior}")
def posterior(request: Request, posterior: str, given: Shown) -> Response:
    """One posterior: how far it has come and, once it is complete, what its chains say."""
    given.storage.expire_leases()
    record = given.storage.get_posterior(posterior)
    return page(
        request,
        "posterior.html",
        found=posterior_detail(record),
        n_contents=_CONTENTS,
        pictures={kind: _TITLES.get(kind, kind) for kind in POSTERIOR_KINDS},
        actions=actions_of(record),
        synthetic=is_synthetic(given.storage, record.results_fingerprint),
    )


def actions_of(record: PosteriorRecord) -> tuple[str, ...]:
    """What may be asked for: nothing of one that is at its end."""
    return () if record.state in FINAL or record.state is RunState.CANCELLING else ("cancel",)
