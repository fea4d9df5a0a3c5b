"""Only the search that judged the data judges universes: whatever differs is refused, with both values."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields, replace
from typing import Any

import pytest

from protomodels.campaign.ensemble import Member
from protomodels.campaign.pvalue import PValueCampaign, pvalue_answer
from protomodels.campaign.pvalue_config import PValueConfig
from protomodels.campaign.same_search import check_goes_on, check_same_search
from protomodels.database import RunRecord, Storage
from protomodels.errors import ConfigError
from protomodels.predictor import Predictor
from protomodels.runs import Run, RunConfig
from protomodels.universes import Universe
from protomodels.walker import version
from tests.campaign.searches import BASE, INLINE

OTHER: dict[str, Any] = {
    "results": "smodels-1.2.4",
    "walkers": 3,
    "steps": 7,
    "policy": "paper",
    "regions": "combined",
    "combinable": "/elsewhere/table.json",
    "combinable_sha256": "0" * 64,
    "search": "paper",
    "exchange": 5,
    "extensions": {"moves": ["own:Move"]},
    "reference_order": "NLO+NLL",
    "strict": False,
    "guards": False,
}
"""Another value of each setting of a search."""

Edit = Callable[..., None]


@pytest.fixture
def campaign(storage: Storage, real: str, demo: Predictor) -> PValueCampaign:
    """Of two universes, the first of which is walked."""
    made = PValueCampaign.create(storage, PValueConfig.of_run(storage, real, universes=2, seed=3), demo)
    made.ensemble.walk(0, INLINE)
    return made


@pytest.fixture
def edit(storage: Storage, url: str) -> Edit:
    """Changes a row by hand, behind the program's back."""

    def done(statement: str, *values: Any) -> None:
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as raw, raw:
            raw.execute(statement, values)

    return done


def walked(storage: Storage, campaign: PValueCampaign) -> RunRecord:
    return storage.get_run(storage.campaign(campaign.id).runs[0])


def refused(storage: Storage, campaign: PValueCampaign, demo: Predictor) -> str:
    """The one error that the p-value and the campaign that is resumed both give."""
    said = []
    for ask in (
        lambda: pvalue_answer(storage, campaign.id),
        lambda: PValueCampaign(storage, campaign.id, demo).ensemble.begin(0),
        lambda: PValueCampaign(storage, campaign.id, demo).walk(INLINE),
    ):
        with pytest.raises(ConfigError) as error:
            ask()
        said.append(str(error.value))
    assert len(set(said)) == 1
    return said[0]


def test_every_setting_of_a_search_is_tried() -> None:
    assert set(OTHER) == {field.name for field in fields(RunConfig)} - {"seed", "universe"}


@pytest.mark.parametrize("field", OTHER)
def test_another_setting_is_refused(
    field: str, storage: Storage, campaign: PValueCampaign, demo: Predictor, edit: Edit
) -> None:
    run = walked(storage, campaign)
    text = json.dumps({**json.loads(run.config_json), field: OTHER[field]}, sort_keys=True)
    wanted = getattr(BASE, field)
    assert OTHER[field] != wanted
    edit("update runs set config_json = ? where id = ?", text, run.id)
    own = getattr(RunConfig.from_json(text), field)
    expected = f"{field}: got {own} in run {run.id}; allowed: {wanted}, that of the judged run {campaign.config.run}"
    assert refused(storage, campaign, demo) == expected


@pytest.mark.parametrize(("field", "value"), [("seed", 4), ("universe", Universe(4))])
def test_another_universe_is_refused(
    field: str, value: Any, storage: Storage, campaign: PValueCampaign, demo: Predictor, edit: Edit
) -> None:
    run = walked(storage, campaign)
    text = replace(RunConfig.from_json(run.config_json), **{field: value}).to_json()
    edit("update runs set config_json = ? where id = ?", text, run.id)
    said = refused(storage, campaign, demo)
    assert said.startswith(f"{field}: got {value} in run {run.id}; allowed: ") and "its place in the campaign" in said


def test_a_universe_of_another_version_of_the_search_is_refused(
    storage: Storage, campaign: PValueCampaign, demo: Predictor, edit: Edit
) -> None:
    run = walked(storage, campaign)
    versions = json.dumps({**run.versions, "search": "2"})
    edit("update runs set versions = ? where id = ?", versions, run.id)
    said = refused(storage, campaign, demo)
    now = version.SEARCH_VERSION
    assert said == (
        f"search_version: got 2 in run {run.id}; allowed: {now}, that of the judged run {campaign.config.run}"
    )


def test_other_results_and_another_table_are_refused(storage: Storage, campaign: PValueCampaign) -> None:
    judged, run = storage.get_run(campaign.config.run), walked(storage, campaign)
    check_same_search(judged, run, 3, campaign.config.members()[0].universe)
    for field, other in (
        ("results", replace(run, results_fingerprint="f" * 64)),
        ("table", replace(run, table_sha256="0" * 64)),
    ):
        with pytest.raises(ConfigError, match=f"^{field}: got .* in run {run.id}; allowed: .*judged run {judged.id}"):
            check_same_search(judged, other, 3, campaign.config.members()[0].universe)


def test_a_campaign_is_not_resumed_by_another_version(
    storage: Storage, campaign: PValueCampaign, demo: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answer is shown as before; what is missing is left to the version that began it."""
    answer = campaign.answer()
    now = version.SEARCH_VERSION
    monkeypatch.setattr(version, "SEARCH_VERSION", now + 1)
    words = (
        f"search_version: got {now + 1} of this program; allowed: {now}, that of the judged run {campaign.config.run}"
    )
    runs = len(storage.list_runs())
    resumed = PValueCampaign(storage, campaign.id, demo)
    with pytest.raises(ConfigError, match=words):
        resumed.walk(INLINE)
    with pytest.raises(ConfigError, match=words):
        resumed.ensemble.queue_all()
    bounded = replace(campaign.config, bounds=True)
    with pytest.raises(ConfigError, match=words):
        PValueCampaign.create(storage, bounded, demo)
    number = storage.create_campaign("pvalue", bounded.to_json(), **bounded.columns())
    with pytest.raises(ConfigError, match=words):
        PValueCampaign(storage, number, demo).needs_run(1)
    with pytest.raises(ConfigError, match=words):
        check_goes_on(storage.get_run(campaign.config.run))
    assert len(storage.list_runs()) == runs and pvalue_answer(storage, campaign.id) == answer


def test_a_universe_that_another_version_walked_is_walked_again(
    storage: Storage, campaign: PValueCampaign, demo: Predictor, edit: Edit
) -> None:
    """A run with the same settings is taken up only where the same search made it."""
    run = walked(storage, campaign)
    edit("update runs set versions = ? where id = ?", json.dumps({**run.versions, "search": "2"}), run.id)
    other = PValueCampaign.create(storage, replace(campaign.config, universes=1), demo)
    answer = other.walk(INLINE)
    (own,) = storage.campaign(other.id).runs.values()
    assert answer.n == 1 and own != run.id and storage.get_run(own).best_K == run.best_K


def test_runs_of_another_campaign_are_refused(
    storage: Storage, campaign: PValueCampaign, real: str, demo: Predictor, edit: Edit
) -> None:
    """As they would be after rows were mixed: a universe drawn with another factor, a place that there is not."""
    other = PValueCampaign.create(storage, replace(campaign.config, fudge=0.65), demo)
    theirs = other.ensemble.walk(0, INLINE).id
    edit("update campaign_runs set run = ? where campaign = ?", theirs, campaign.id)
    said = refused(storage, campaign, demo)
    assert said.startswith("universe: got ") and "fudge=0.65" in said and "fudge=1.0" in said
    edit("update campaign_runs set position = 7 where campaign = ?", campaign.id)
    with pytest.raises(ConfigError, match="position: got 7; allowed: a place of the 2 universes"):
        pvalue_answer(storage, campaign.id)


def test_the_runs_of_a_campaign_differ_in_seed_and_universe_only(storage: Storage, campaign: PValueCampaign) -> None:
    judged = RunConfig.from_json(storage.get_run(campaign.config.run).config_json)
    for position, member in enumerate(campaign.config.members()):
        assert isinstance(member, Member)
        config = campaign.ensemble.config(position)
        assert replace(config, seed=judged.seed, universe=None) == judged != config


def test_a_run_of_a_campaign_is_walked_by_its_own_version_only(
    storage: Storage, campaign: PValueCampaign, demo: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued = campaign.ensemble.queue(1)
    monkeypatch.setattr(version, "SEARCH_VERSION", version.SEARCH_VERSION + 1)
    with pytest.raises(ConfigError, match=f"run: got {queued}, which search version"):
        Run.resume(storage, queued, demo)
