"""Storages of older revisions keep what they hold; steps in their packed form."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator

import pytest
from alembic import command
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, inspect, text

from protomodels.database import HiscoreQuery, StepRecord, schema
from protomodels.database.engine import make_engine, migrating
from protomodels.database.packing import pack, unpack
from protomodels.database.queries import chunks, hiscore_lists, protomodels
from protomodels.database.urls import parse_url
from protomodels.errors import StorageError

STEPS = [
    StepRecord(n, None if n % 5 == 0 else n / 7, n / 3, n % 2 == 0, "add+mass" if n % 3 else "none", n % 4, None, 2.5)
    for n in range(1, 231)
]
MODEL = json.dumps({"masses": {}, "decays": {"1000022": {}, "1000006": {"1000022,6": 1.0}}})

OLD = """
INSERT INTO results VALUES ('f', 'demo', '1.0', 3, '');
INSERT INTO runs VALUES ('r00000001', '2026-01-01 00:00:00+00', '{}', 'f', 1, 'completed', '', 2, 230, '{}');
INSERT INTO walkers VALUES ('r00000001', 1, 230, '{"a": 1}', '{"b": 2}', 32.5);
INSERT INTO protomodels
VALUES (7, 'r00000001', 1, 9, 32.5, 6.0, 1.0, NULL, 2, 1, 2.0, :model, 'fp', '2026-01-01 00:00:00+00');
INSERT INTO protomodel_particles VALUES (7, 1000022, 100.25);
INSERT INTO protomodel_particles VALUES (7, 1000006, 0.30000000000000004);
INSERT INTO contributions VALUES (7, 0, 'A', NULL, 'UL', 1, 2, 3, 4)
"""


@pytest.fixture(params=("sqlite", "postgresql"))
def connection(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """Inside a transaction on an empty database."""
    url = "sqlite:///:memory:" if request.param == "sqlite" else request.getfixturevalue("new_database")()
    engine = make_engine(parse_url(url))
    try:
        with migrating(engine) as opened:
            yield opened
    finally:
        engine.dispose()


def go(connection: Connection, revision: str) -> None:
    settings = schema.configuration()
    settings.attributes["connection"] = connection
    if revision < (schema.revision_of(connection) or ""):
        command.downgrade(settings, revision)
    else:
        command.upgrade(settings, revision)


def test_a_storage_of_the_first_revision_keeps_all_it_holds(connection: Connection) -> None:
    go(connection, "0001")
    for statement in OLD.split(";"):
        connection.execute(text(statement), {"model": MODEL} if ":model" in statement else {})
    add = text(
        "INSERT INTO steps VALUES ('r00000001', 1, :step, :K, :Z, :accepted, :move, :n_particles, :mu_hat, :mu_max)"
    )
    for step in STEPS:
        connection.execute(add, {name: getattr(step, name) for name in StepRecord.__dataclass_fields__})
    go(connection, "0002")
    assert chunks.steps_of(connection, "r00000001", 1, 0, None) == STEPS
    assert chunks.steps_of(connection, "r00000001", 1, 98, 4) == STEPS[98:102]
    row = connection.execute(text('SELECT steps_done, "best_K", attempt FROM runs')).one()
    assert tuple(row) == (230, 32.5, 0)
    go(connection, schema.HEAD)
    model = protomodels.get(connection, 7)
    assert (model.K, model.masses) == (32.5, {1000006: 0.30000000000000004, 1000022: 100.25})
    assert (model.mu_hat, model.mu_max) == (1.0, None)
    assert model.channels == "1000006:1000022,6" and len(model.contributions) == 1
    for search in (
        HiscoreQuery(particles=[1000006]),
        HiscoreQuery(particles=[1000022], min_mass=100.25, max_mass=100.25),
    ):
        assert [found.id for found in hiscore_lists.list_hiscores(connection, search, 5)] == [7]
    assert hiscore_lists.list_hiscores(connection, HiscoreQuery(particles=[1000022], min_mass=100.3), 5) == []
    assert (model.verdict, model.judgement, model.K_without_strongest) == (None, None, None)
    protomodels.judge(connection, 7, "robust", "{}", 1.5)
    go(connection, "0007")  # judgements go, what was judged stays
    assert [row.id for row in connection.execute(text("SELECT id FROM protomodels"))] == [7]
    go(connection, schema.HEAD)
    assert protomodels.get(connection, 7) == model
    go(connection, "0003")
    assert connection.execute(text("SELECT universe FROM runs")).one().universe is None
    connection.execute(text("INSERT INTO universes (id, recipe) VALUES (1, '{}')"))
    names = [column["name"] for column in inspect(connection).get_columns("runs")]
    given = {"id": "'r00000002'", "universe": "1"}
    columns = ", ".join(given.get(name, f'"{name}"') for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    connection.execute(text(f"INSERT INTO runs ({listed}) SELECT {columns} FROM runs"))  # noqa: S608
    go(connection, "0002")  # without universes what was walked in them would pass for the data
    assert [row.id for row in connection.execute(text("SELECT id FROM runs"))] == ["r00000001"]
    go(connection, "0001")
    back = connection.execute(text("SELECT * FROM steps ORDER BY step")).all()
    assert [(r.step, r.K, r.Z, bool(r.accepted), r.move, r.muhat, r.mumax) for r in back] == [
        (s.step, s.K, s.Z, s.accepted, s.move, s.mu_hat, s.mu_max) for s in STEPS
    ]
    strengths = connection.execute(text("SELECT muhat, mumax FROM protomodels")).all()
    assert [tuple(row) for row in strengths] == [(1.0, None)]
    masses = connection.execute(text("SELECT pid, mass FROM protomodel_particles ORDER BY pid")).all()
    assert [tuple(m) for m in masses] == [(1000006, 0.30000000000000004), (1000022, 100.25)]
    go(connection, "0002")
    assert chunks.steps_of(connection, "r00000001", 1, 0, None) == STEPS


def test_columns_are_filled_from_the_configs_of_older_versions(connection: Connection) -> None:
    go(connection, "0006")
    connection.execute(text("INSERT INTO results VALUES ('f', 'demo', '', 3, '')"))
    universe = {"drawing": 1, "fudge": 1.0, "seed": 7, "signal": None, "strength": 1.0}
    config = {"results": "/data/demo", "policy": "default", "regions": "combined", "search": None, "universe": universe}
    configs = [
        json.dumps(config),
        json.dumps({**config, "policy": "paper", "universe": {"seed": None}}),
        "no JSON",
        "[1]",
    ]
    row = "'2026-01-01 00:00:00+00', :config, 'f', 1, 'completed', '', 2, 9, '{}', NULL, 0, NULL, 0"
    for number, one in enumerate(configs):
        values = f"('r{number:08d}', {row}, NULL, NULL, NULL, NULL, 0, 0, NULL)"
        connection.execute(text(f"INSERT INTO runs VALUES {values}"), {"config": one})  # noqa: S608
    campaigns = [
        ("pvalue", {"run": "r00000001", "K": 5}),
        ("pvalue", {"run": "r99999999", "K": 6.5}),
        ("closure", {"closure": "physics"}),
    ]
    for number, (kind, settings) in enumerate(campaigns):
        values = f"('c{number:08d}', '2026-01-01 00:00:00+00', '{kind}', :config)"
        connection.execute(text(f"INSERT INTO campaigns VALUES {values}"), {"config": json.dumps(settings)})  # noqa: S608
    go(connection, "0007")
    query = "SELECT results_name, policy, regions, search, universe_seed FROM runs ORDER BY id"
    assert [tuple(found) for found in connection.execute(text(query))] == [
        ("/data/demo", "default", "combined", "refined", 7),
        ("/data/demo", "paper", "combined", "paper", None),
        (None,) * 5,
        (None,) * 5,
    ]
    query = 'SELECT judged_run, "K_observed", closure FROM campaigns ORDER BY id'
    assert [tuple(found) for found in connection.execute(text(query))] == [
        ("r00000001", 5.0, None),
        (None, 6.5, None),
        (None, None, "physics"),
    ]
    for table, texts in (("runs", configs), ("campaigns", [json.dumps(settings) for _, settings in campaigns])):
        found = connection.execute(text(f"SELECT config_json, config_sha256 FROM {table} ORDER BY id")).all()  # noqa: S608
        assert [tuple(one) for one in found] == [(one, hashlib.sha256(one.encode()).hexdigest()) for one in texts]
    go(connection, "0006")
    assert [found.config_json for found in connection.execute(text("SELECT * FROM runs ORDER BY id"))] == configs
    assert "judged_run" not in {column["name"] for column in inspect(connection).get_columns("campaigns")}


doubles = st.floats(allow_nan=False)
records = st.builds(
    StepRecord,
    step=st.just(0),
    K=st.none() | doubles,
    Z=doubles,
    accepted=st.booleans(),
    move=st.text(max_size=20).filter(lambda text: text.isprintable()),
    n_particles=st.integers(0, 20),
    mu_hat=st.none() | doubles,
    mu_max=st.none() | doubles,
)


@given(st.lists(records, min_size=1, max_size=20), st.integers(1, 10**7))
def test_packed_steps_come_back_to_the_last_bit(steps: list[StepRecord], first: int) -> None:
    numbered = [
        StepRecord(first + i, s.K, s.Z, s.accepted, s.move, s.n_particles, s.mu_hat, s.mu_max)
        for i, s in enumerate(steps)
    ]
    back = unpack(pack(numbered), first)
    assert back == numbered
    assert [math.copysign(1.0, s.Z) for s in back] == [math.copysign(1.0, s.Z) for s in numbered]


def test_damaged_bytes_are_noticed() -> None:
    packed = pack(STEPS)
    assert len(packed) < 40 * len(STEPS)
    for bad in (b"", b"\x02" + packed[1:], packed[:-5], packed[:1], packed[:40] + b"x" + packed[41:]):
        with pytest.raises(StorageError, match="stored steps from 1 on cannot be read"):
            unpack(bad, 1)
