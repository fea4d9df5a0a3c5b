"""Only the search that judged the data judges universes: a run in a universe has the settings of the judged run.

They differ in nothing but seed and universe; also the results, the table and the version of the search are the same.
It is checked where a run is taken into a campaign, and again wherever a p-value is computed from stored runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from protomodels.database import RunRecord
from protomodels.errors import ConfigError
from protomodels.runs import RunConfig
from protomodels.runs.config import stored_versions
from protomodels.universes import Universe
from protomodels.walker import version


def check_same_search(judged: RunRecord, run: RunRecord, seed: int, universe: Universe) -> None:
    """Let the run of a universe pass that is searched as the data were.

    Parameters
    ----------
    judged: the run on the data.
    run: that in the universe.
    seed, universe: what the campaign asks for at its place.

    Raises
    ------
    ConfigError: naming the first field in which they differ, and both values.
    """
    whose = f"that of the judged run {judged.id}"
    for field, own, wanted in _compared(judged, run):
        if own != wanted:
            raise ConfigError(field, f"{own} in run {run.id}", f"{wanted}, {whose}")
    config = RunConfig.from_json(run.config_json)
    for field, own, wanted in (("seed", config.seed, seed), ("universe", config.universe, universe)):
        if own != wanted:
            raise ConfigError(field, f"{own} in run {run.id}", f"{wanted}, that of its place in the campaign")


def check_goes_on(judged: RunRecord) -> None:
    """Let a judged run pass whose search is that of this program, so that it can be done in more universes.

    Raises
    ------
    ConfigError: naming both versions.
    """
    began = stored_versions(judged)
    if began["search"] != str(version.SEARCH_VERSION):
        raise ConfigError(
            "search_version",
            f"{version.SEARCH_VERSION} of this program",
            f"{began['search']}, that of the judged run {judged.id}: protomodels {began.get('protomodels', '')} "
            "goes on with it, or begin the run anew",
        )


def _compared(judged: RunRecord, run: RunRecord) -> Iterator[tuple[str, object, object]]:
    yield "search_version", stored_versions(run)["search"], stored_versions(judged)["search"]
    yield "results", run.results_fingerprint, judged.results_fingerprint
    yield "table", run.table_sha256, judged.table_sha256
    own, wanted = RunConfig.from_json(run.config_json), RunConfig.from_json(judged.config_json)
    for field in fields(RunConfig):
        if field.name not in ("seed", "universe"):
            yield field.name, getattr(own, field.name), getattr(wanted, field.name)
