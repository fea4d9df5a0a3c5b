"""Leases, logs, exchanges, combinability tables; steps in chunks, masses as JSON.

Revision 0002, after 0001.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from protomodels.database.packing import pack, unpack
from protomodels.database.records import StepRecord

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_MASSES = sa.JSON().with_variant(JSONB(), "postgresql")
_STEP = ("step", "K", "Z", "accepted", "move", "n_particles", "muhat", "mumax")
_RENAMED = {"muhat": "mu_hat", "mumax": "mu_max"}
"""Columns of this revision that a record names otherwise today."""
_PIECE = 100


def _record(row: dict[str, Any]) -> StepRecord:
    """A step of this revision as a record."""
    return StepRecord(**{_RENAMED.get(name, name): value for name, value in row.items()})


def _row(step: StepRecord) -> dict[str, Any]:
    """A record as a step of this revision."""
    return {name: getattr(step, _RENAMED.get(name, name)) for name in _STEP}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "combinability_tables",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_combinability_tables")),
    )
    with op.batch_alter_table("runs") as batch:
        batch.add_column(sa.Column("table_sha256", sa.String(64), nullable=True))
        batch.create_foreign_key(op.f("fk_runs_table_sha256"), "combinability_tables", ["table_sha256"], ["sha256"])
        batch.add_column(sa.Column("steps_done", sa.BigInteger(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("best_K", sa.Double(), nullable=True))
        batch.add_column(sa.Column("attempt", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("runner", sa.Text(), nullable=True))
        for name in ("heartbeat_at", "lease_until", "leased_at"):
            batch.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("leased_steps", sa.BigInteger(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("stalled", sa.Integer(), nullable=False, server_default="0"))
        batch.create_index(op.f("ix_runs_best_K"), ["best_K"])
        batch.create_index(op.f("ix_runs_steps_done"), ["steps_done"])
    with op.batch_alter_table("runs") as batch:
        for name, kind in (("steps_done", sa.BigInteger), ("leased_steps", sa.BigInteger)):
            batch.alter_column(name, existing_type=kind(), server_default=None)
        for name in ("attempt", "stalled"):
            batch.alter_column(name, existing_type=sa.Integer(), server_default=None)
    op.execute(
        "UPDATE runs SET steps_done = (SELECT coalesce(sum(step), 0) FROM walkers WHERE run = runs.id), "
        '"best_K" = (SELECT max("best_K") FROM walkers WHERE run = runs.id)'
    )
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_events_run"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_run_id"), "events", ["run", "id"])
    op.create_table(
        "exchanges",
        sa.Column("run", sa.String(16), nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("walker", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.Integer(), nullable=False),
        sa.Column("state_json", sa.Text(), nullable=False),
        sa.Column("rng_json", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_exchanges_run"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run", "step", "walker", name=op.f("pk_exchanges")),
    )
    chunks = op.create_table(
        "chunks",
        sa.Column("run", sa.String(16), nullable=False),
        sa.Column("walker", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first_step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n_steps", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run", "walker"], ["walkers.run", "walkers.walker"], name=op.f("fk_chunks_run"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run", "walker", "first_step", name=op.f("pk_chunks")),
    )
    _pack_steps(chunks)
    op.drop_table("steps")
    with op.batch_alter_table("protomodels", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_constraint(op.f("uq_protomodels_run_fingerprint"), type_="unique")
        batch.add_column(sa.Column("channels", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("masses", _MASSES, nullable=False, server_default="{}"))
        batch.create_index(op.f("ix_protomodels_run_walker"), ["run", "walker"])
    with op.batch_alter_table("protomodels", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.alter_column("channels", existing_type=sa.Text(), server_default=None)
        batch.alter_column("masses", existing_type=_MASSES, server_default=None)
    _move_masses()
    op.drop_table("protomodel_particles")
    if op.get_bind().dialect.name == "postgresql":
        op.create_index(op.f("ix_protomodels_masses"), "protomodels", ["masses"], postgresql_using="gin")


def _pack_steps(chunks: sa.Table) -> None:
    connection = op.get_bind()
    columns = [sa.column(name, sa.Boolean) if name == "accepted" else sa.column(name) for name in _STEP]
    steps = sa.table("steps", sa.column("run"), sa.column("walker"), *columns)
    walks = connection.execute(sa.select(steps.c.run, steps.c.walker).distinct()).all()
    for run, walker in walks:
        own = (steps.c.run == run) & (steps.c.walker == walker)
        query = sa.select(*(steps.c[name] for name in _STEP)).where(own).order_by(steps.c.step)
        records = [_record(row._asdict()) for row in connection.execute(query)]
        for start in range(0, len(records), _PIECE):
            part = records[start : start + _PIECE]
            row = {"run": run, "walker": walker, "first_step": part[0].step, "n_steps": len(part)}
            connection.execute(sa.insert(chunks), row | {"attempt": 0, "packed": pack(part)})


def _move_masses() -> None:
    connection = op.get_bind()
    plain: list[sa.ColumnClause[object]] = [sa.column(name) for name in ("id", "model_json", "channels")]
    models = sa.table("protomodels", *plain, sa.column("masses", _MASSES))
    particles = sa.table("protomodel_particles", sa.column("protomodel"), sa.column("pid"), sa.column("mass"))
    for identity, text in connection.execute(sa.select(models.c.id, models.c.model_json)).all():
        query = sa.select(particles.c.pid, particles.c.mass).where(particles.c.protomodel == identity)
        masses = {str(pid): mass for pid, mass in connection.execute(query.order_by(particles.c.pid))}
        decays = json.loads(text).get("decays", {})
        channels = ";".join(f"{pid}:{'|'.join(decays[pid])}" for pid in decays if decays[pid])
        values = {"masses": masses, "channels": channels}
        connection.execute(sa.update(models).where(models.c.id == identity).values(values))


def downgrade() -> None:
    """Undo: the steps go back to rows; leases, logs, exchanges and tables are lost."""
    connection = op.get_bind()
    steps = op.create_table(
        "steps",
        sa.Column("run", sa.String(16), nullable=False),
        sa.Column("walker", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("K", sa.Double(), nullable=True),
        sa.Column("Z", sa.Double(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("move", sa.String(64), nullable=False),
        sa.Column("n_particles", sa.Integer(), nullable=False),
        sa.Column("muhat", sa.Double(), nullable=True),
        sa.Column("mumax", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["run", "walker"], ["walkers.run", "walkers.walker"], name=op.f("fk_steps_run"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run", "walker", "step", name=op.f("pk_steps")),
        sqlite_with_rowid=False,
    )
    chunks = sa.table("chunks", *(sa.column(name) for name in ("run", "walker", "first_step", "packed")))
    for run, walker, first, packed in connection.execute(sa.select(chunks)).all():
        rows = [{"run": run, "walker": walker} | _row(step) for step in unpack(packed, first)]
        connection.execute(sa.insert(steps), rows)
    op.drop_table("chunks")
    op.drop_table("exchanges")
    op.drop_table("events")
    particles = op.create_table(
        "protomodel_particles",
        sa.Column("protomodel", sa.Integer(), nullable=False),
        sa.Column("pid", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mass", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["protomodel"], ["protomodels.id"], name=op.f("fk_protomodel_particles_protomodel"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("protomodel", "pid", name=op.f("pk_protomodel_particles")),
    )
    op.create_index(op.f("ix_protomodel_particles_pid_mass"), "protomodel_particles", ["pid", "mass"])
    models = sa.table("protomodels", sa.column("id"), sa.column("masses", _MASSES))
    for identity, masses in connection.execute(sa.select(models)).all():
        for pid, mass in masses.items():
            connection.execute(sa.insert(particles), {"protomodel": identity, "pid": int(pid), "mass": mass})
    if connection.dialect.name == "postgresql":
        op.drop_index(op.f("ix_protomodels_masses"), "protomodels")
    with op.batch_alter_table("protomodels", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_index(op.f("ix_protomodels_run_walker"))
        batch.drop_column("masses")
        batch.drop_column("channels")
        # duplicates of one walker were told by masses and channels, those of others not at all
    op.execute(
        "DELETE FROM protomodels WHERE EXISTS (SELECT 1 FROM protomodels better WHERE better.run = protomodels.run "
        'AND better.fingerprint = protomodels.fingerprint AND (better."K" > protomodels."K" '
        'OR (better."K" = protomodels."K" AND better.id < protomodels.id)))'
    )
    with op.batch_alter_table("protomodels", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.create_unique_constraint(op.f("uq_protomodels_run_fingerprint"), ["run", "fingerprint"])
    with op.batch_alter_table("runs") as batch:
        batch.drop_index(op.f("ix_runs_best_K"))
        batch.drop_index(op.f("ix_runs_steps_done"))
        batch.drop_constraint(op.f("fk_runs_table_sha256"), type_="foreignkey")
        for name in (
            "table_sha256",
            "steps_done",
            "best_K",
            "attempt",
            "runner",
            "heartbeat_at",
            "lease_until",
            "leased_at",
            "leased_steps",
            "stalled",
        ):
            batch.drop_column(name)
    op.drop_table("combinability_tables")
