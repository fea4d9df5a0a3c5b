"""Many models with the defaults of the command line: into a table, or as rows in Python."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, overload

from protomodels.campaign.scan.evaluations import EvaluationJudge
from protomodels.campaign.scan.inputs import Item
from protomodels.campaign.scan.judge import COMMON, Also, Judge, Row
from protomodels.campaign.scan.limits import LimitJudge
from protomodels.campaign.scan.loading import AnyModel, NotAModel
from protomodels.campaign.scan.pool import Pool
from protomodels.campaign.scan.rows import RowMaker
from protomodels.campaign.scan.scanning import Progress, ScanSettings, Summary, scan_files
from protomodels.combiner import Combinability
from protomodels.errors import ModelError
from protomodels.model import ProtoModel
from protomodels.predictor import Predictor
from protomodels.predictor.general import Options
from protomodels.scoring.front import make_scorer
from protomodels.scoring.spectrum import SpectrumScorer
from protomodels.settings import Policy
from protomodels.settings import policy as policy_of
from protomodels.spectrum import Spectrum
from protomodels.tables import data_frame

if TYPE_CHECKING:
    import pandas as pd


class Rows(Sequence[Row]):
    """One row a model, a dictionary each, in the order of the models."""

    def __init__(self, rows: Iterable[Row], columns: Sequence[str]) -> None:
        self._rows, self.columns = tuple(rows), tuple(columns)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, place: int | slice) -> Row | tuple[Row, ...]:
        return self._rows[place]

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        failed = sum("error" in row for row in self._rows)
        return f"<Rows: {len(self)} models, {failed} without an answer>"

    def to_dataframe(self) -> pd.DataFrame:
        """The same as a data frame (pandas).

        Raises
        ------
        MissingExtraError: where pandas is not installed.
        """
        found = dict.fromkeys([*self.columns, *(name for row in self._rows for name in row)])
        return data_frame(self._rows, list(found))


def scan(
    paths: str | Path | Sequence[str | Path],
    to: str | Path,
    results: str | Path | Predictor = "demo",
    *,
    options: Options | None = None,
    analyses: Sequence[str] = (),
    policy: str | Policy = "default",
    combinable: str | Path | Combinability | None = None,
    limits_only: bool = False,
    also: Also | None = None,
    settings: ScanSettings | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Summary:
    """Judge files of any kind, and write a table with a row for each.

    Parameters
    ----------
    paths, to, progress, errors: as for :func:`protomodels.campaign.scan.scanning.scan_files`.
    results: ``demo``, a path, a name, or what ``load_results`` gave.
    options: SModelS's parameters; their defaults without.
    analyses: those whose r has columns of its own: names, or ``all``.
    policy, combinable, limits_only, also: as for :func:`judge_of`.
    """
    chosen = policy if isinstance(policy, Policy) else policy_of(policy)
    judge = judge_of(
        results, options, analyses, policy=chosen, combinable=combinable, limits_only=limits_only, also=also
    )
    settings = replace(settings or ScanSettings(), order=chosen.reference_order)
    return scan_files(paths, to, judge, settings, progress)


def evaluate_many(
    models: Iterable[AnyModel],
    results: str | Path | Predictor = "demo",
    *,
    workers: int | None = None,
    seconds: float = 60.0,
    options: Options | None = None,
    analyses: Sequence[str] = (),
    masses: bool = False,
    allow_invalid: bool = False,
    policy: str | Policy = "default",
    combinable: str | Path | Combinability | None = None,
    limits_only: bool = False,
    judge: Judge | None = None,
) -> Rows:
    """A row for each of many models, judged in worker processes; :func:`protomodels.evaluate_many` gives all of each.

    A model that cannot be read or judged has its reason in ``error``; nothing that is wrong with one ends the others.

    Parameters
    ----------
    models: paths of files of any kind, :class:`Spectrum` or :class:`ProtoModel` objects, or plain values
        of proto-models.
    results: ``demo``, a path, a name, or what ``load_results`` gave.
    workers: processes; all cores without.
    seconds: that one model may take.
    options: SModelS's parameters; their defaults without.
    analyses: those whose r has columns of its own: names, or ``all``.
    masses: also the masses of all particles.
    allow_invalid: judge a point, too, that its generator calls invalid (SPINFO 4).
    policy, combinable, limits_only: as for :func:`judge_of`.
    judge: of one's own, instead of results, options, analyses, policy and combinable.

    Returns
    -------
    A row a model, in their order.

    Raises
    ------
    ModelError, ConfigError, ResultsError: naming the argument that is wrong.

    >>> model = {"masses": {"X_Z1": 210, "X_t1": 830}, "decays": {"X_t1": {"1000022,6": 1.0}}}
    >>> [row.get("error") for row in evaluate_many([model], workers=1)]
    [None]
    """
    named = policy if isinstance(policy, Policy) else policy_of(policy)
    chosen = judge or judge_of(results, options, analyses, policy=named, combinable=combinable, limits_only=limits_only)
    settings = ScanSettings(None, workers, seconds, masses, allow_invalid, named.reference_order)
    return Rows(rows_of(models, chosen, settings), [*COMMON, *chosen.columns])


def rows_of(models: Iterable[AnyModel], judge: Judge, settings: ScanSettings | None = None) -> Iterator[Row]:
    """The same, one row after the other as they are there; models are taken as they are needed.

    Raises
    ------
    ModelError: where ``models`` is a single one.
    """
    if isinstance(models, (str, Path, Mapping, ProtoModel, Spectrum)) or not isinstance(models, Iterable):
        raise ModelError("models", models, "several models, as in a list")
    return _in_order(models, judge, settings or ScanSettings())


def judge_of(
    results: str | Path | Predictor = "demo",
    options: Options | None = None,
    analyses: Sequence[str] = (),
    *,
    policy: str | Policy = "default",
    combinable: str | Path | Combinability | None = None,
    limits_only: bool = False,
    also: Also | None = None,
) -> Judge:
    """The judge with the defaults of the command line.

    Parameters
    ----------
    policy, combinable: as for :func:`protomodels.scoring.evaluate`.
    limits_only: no combination: without Z and K, and faster.
    also: fills further columns, as :class:`protomodels.campaign.excesses.Recorder` does.

    Raises
    ------
    ConfigError, ResultsError: where the results are no compiled ones, or have no such analysis.
    """
    chosen = options or Options()
    # rows show neither coverage nor runners-up
    scorer = replace(make_scorer(results, policy, combinable=combinable), n_runners_up=0)
    spectra = replace(SpectrumScorer.of(scorer, chosen), coverage=False)
    if limits_only:
        return LimitJudge(spectra.predictor, chosen, analyses, scorer.policy.tolerance, also)
    listed = sorted(map(list, scorer.combinability.listed))
    table = sha256(json.dumps(listed).encode()).hexdigest()[:16]
    asked = {**asdict(chosen), "policy": asdict(scorer.policy), "combinable": table}
    catalog = spectra.predictor.catalog
    known = spectra.predictor.fingerprint, catalog.analyses
    return EvaluationJudge(spectra.evaluate, *known, asked, analyses, also)


def _in_order(models: Iterable[AnyModel], judge: Judge, settings: ScanSettings) -> Iterator[Row]:
    judge.prepare()
    maker = RowMaker(judge, settings.order, settings.masses, settings.allow_invalid)
    items = (_item(place, model) for place, model in enumerate(models))
    early, following = dict[int, Row](), 0
    with Pool(maker, settings.workers, settings.seconds) as pool:
        for item, row in pool.rows(items):
            early[item.place] = row
            while following in early:
                yield early.pop(following)
                following += 1


def _item(place: int, model: object) -> Item:
    if isinstance(model, (str, Path)):
        return Item(place, str(model), None, None)
    name = model.name if isinstance(model, Spectrum) else f"model {place + 1}"
    known = isinstance(model, (Spectrum, ProtoModel, Mapping))
    return Item(place, name, model if known else NotAModel(type(model).__name__), None)
