"""Columns for what was looked for inside the JSON of configs: settings of runs, and what campaigns judge.

Revision 0007, after 0006.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_SEARCH_OF_POLICY: Final = {"paper": "paper", "default": "refined"}
"""What a run without a search of its own was walked with, in the versions that wrote these configs."""


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("runs") as batch:
        batch.add_column(sa.Column("config_sha256", sa.String(64), nullable=False, server_default=""))
        batch.add_column(sa.Column("results_name", sa.Text(), nullable=True))
        for name in ("policy", "regions", "search"):
            batch.add_column(sa.Column(name, sa.String(16), nullable=True))
        batch.add_column(sa.Column("universe_seed", sa.BigInteger(), nullable=True))
        batch.create_index(op.f("ix_runs_config_sha256"), ["config_sha256"])
    with op.batch_alter_table("campaigns") as batch:
        batch.add_column(sa.Column("config_sha256", sa.String(64), nullable=False, server_default=""))
        batch.add_column(sa.Column("judged_run", sa.String(16), nullable=True))
        batch.add_column(sa.Column("K_observed", sa.Double(), nullable=True))
        batch.add_column(sa.Column("closure", sa.String(16), nullable=True))
        batch.create_foreign_key(op.f("fk_campaigns_judged_run"), "runs", ["judged_run"], ["id"])
        batch.create_index(op.f("ix_campaigns_config_sha256"), ["config_sha256"])
        batch.create_index(op.f("ix_campaigns_judged_run"), ["judged_run"])
    for table in ("runs", "campaigns"):
        with op.batch_alter_table(table) as batch:
            batch.alter_column("config_sha256", existing_type=sa.String(64), server_default=None)
    _fill()


def _fill() -> None:
    connection = op.get_bind()
    runs = sa.table("runs", *(sa.column(name) for name in ("id", "config_json", "config_sha256", *_of_run({}))))
    stored = connection.execute(sa.select(runs.c.id, runs.c.config_json)).all()
    for row in stored:
        values = {"config_sha256": _sha256(row.config_json), **_of_run(_config(row.config_json))}
        connection.execute(sa.update(runs).where(runs.c.id == row.id).values(values))
    known = {row.id for row in stored}
    names = ("id", "config_json", "config_sha256", "judged_run", "K_observed", "closure")
    campaigns = sa.table("campaigns", *(sa.column(name) for name in names))
    for row in connection.execute(sa.select(campaigns.c.id, campaigns.c.config_json)).all():
        config = _config(row.config_json)
        judged = _text(config.get("run"))
        values = {
            "config_sha256": _sha256(row.config_json),
            "judged_run": judged if judged in known else None,
            "K_observed": _number(config.get("K")),
            "closure": _text(config.get("closure")),
        }
        connection.execute(sa.update(campaigns).where(campaigns.c.id == row.id).values(values))


def _of_run(config: dict[str, Any]) -> dict[str, Any]:
    """The columns of a run with this config."""
    policy = _text(config.get("policy"))
    universe = config.get("universe")
    seed = universe.get("seed") if isinstance(universe, dict) else None
    return {
        "results_name": _text(config.get("results")),
        "policy": policy,
        "regions": _text(config.get("regions")),
        "search": _text(config.get("search")) or _SEARCH_OF_POLICY.get(policy or ""),
        "universe_seed": seed if isinstance(seed, int) else None,
    }


def _config(text: str) -> dict[str, Any]:
    """The settings in a config; none where it is no JSON object: until now nobody had to store one."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("campaigns") as batch:
        batch.drop_index(op.f("ix_campaigns_judged_run"))
        batch.drop_index(op.f("ix_campaigns_config_sha256"))
        batch.drop_constraint(op.f("fk_campaigns_judged_run"), type_="foreignkey")
        for name in ("config_sha256", "judged_run", "K_observed", "closure"):
            batch.drop_column(name)
    with op.batch_alter_table("runs") as batch:
        batch.drop_index(op.f("ix_runs_config_sha256"))
        for name in ("config_sha256", *_of_run({})):
            batch.drop_column(name)
