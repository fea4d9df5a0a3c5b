"""Small excesses with the defaults of the command line."""

from __future__ import annotations

from pathlib import Path

from protomodels.campaign.excesses.answer import Excesses
from protomodels.campaign.excesses.counting import Counts
from protomodels.campaign.excesses.criteria import Criteria
from protomodels.campaign.excesses.orthogonal import Orthogonality
from protomodels.campaign.excesses.reading import columns_of, pieces
from protomodels.campaign.excesses.recording import Recorder
from protomodels.campaign.excesses.selection import check_columns, is_wanted, select
from protomodels.campaign.excesses.worlds import published, worlds_without_signal
from protomodels.combiner import Combinability, combinability_for
from protomodels.errors import ConfigError
from protomodels.predictor import Predictor, load_results
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.settings import Policy
from protomodels.settings import policy as policy_of


def excesses(
    table: str | Path,
    results: str | Path | Predictor = "demo",
    criteria: Criteria | None = None,
    *,
    combinable: str | Path | Combinability | None = None,
    policy: str | Policy = "default",
    seed: int = 0,
) -> Excesses:
    """The small excesses in the table of a scan that was made with ``--excesses``.

    Parameters
    ----------
    table: a ``.csv`` or ``.parquet`` file; it may have further columns, for cuts.
    results: those of the scan: they say which analyses may be combined.
    criteria: of the selection.
    combinable, policy: as for :func:`protomodels.scoring.evaluate`.
    seed: of the choice of models that are held, where they are too many.

    Raises
    ------
    ConfigError, ResultsError: naming what is wrong.
    MissingExtraError: where Parquet is read and pyarrow is not installed.
    """
    path, chosen = Path(table), criteria or Criteria()
    names = columns_of(path)
    analyses = check_columns(names, chosen)
    orthogonality = orthogonality_of(results, combinable=combinable, policy=policy)
    orthogonality.check(analyses)
    counts = Counts(chosen.analyses, seed)
    for piece in pieces(path, lambda name: is_wanted(name, chosen)):
        counts.add(select(piece, analyses, chosen, orthogonality))
    return Excesses(path.name, chosen, counts)


def orthogonality_of(
    results: str | Path | Predictor = "demo",
    *,
    combinable: str | Path | Combinability | None = None,
    policy: str | Policy = "default",
) -> Orthogonality:
    """Which analyses may be combined; parameters and errors as for :func:`excesses`."""
    predictor, listed = compiled(results), combinable
    if not isinstance(listed, Combinability):
        listed = combinability_for(predictor.name, None if listed is None else str(listed))
    rules = policy if isinstance(policy, Policy) else policy_of(policy)
    return Orthogonality(predictor.catalog, listed, rules.strict)


def recorder(
    results: str | Path | Predictor = "demo", universes: int = 0, seed: int = 0, fudge: float = 1.0
) -> Recorder:
    """What a scan records for this; see :class:`protomodels.campaign.excesses.recording.Recorder`.

    Parameters
    ----------
    universes: without new physics, with the seeds ``seed``, ``seed`` + 1 and so on.
    fudge: factor on the uncertainties that their data are drawn with.

    Raises
    ------
    ConfigError, ResultsError: naming what is wrong.
    """
    predictor = compiled(results)
    worlds = worlds_without_signal(predictor, universes, seed, fudge)
    about = {"universe_seed": seed, "universe_fudge": fudge}
    return Recorder(predictor.catalog, published(predictor.catalog), worlds, about)


def compiled(results: str | Path | Predictor) -> CompiledPredictor:
    """Results as spectra need them.

    Raises
    ------
    ConfigError: where they are not compiled ones.
    """
    found = load_results(results) if isinstance(results, (str, Path)) else results
    if not isinstance(found, CompiledPredictor):
        raise ConfigError("results", found.name, "compiled results, for small excesses")
    return found
