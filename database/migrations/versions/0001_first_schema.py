"""The first schema.

Revision 0001, after none.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "results",
        sa.Column("fingerprint", sa.String(length=128), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("n_analyses", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_results")),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("config_json", sa.Text(), nullable=False),
        sa.Column("results_fingerprint", sa.String(length=128), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "running",
                "paused",
                "cancelling",
                "cancelled",
                "completed",
                "failed",
                "crashed",
                name="runstate",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("n_walkers", sa.Integer(), nullable=False),
        sa.Column("n_steps", sa.Integer(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["results_fingerprint"], ["results.fingerprint"], name=op.f("fk_runs_results_fingerprint")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    op.create_index(op.f("ix_runs_results_fingerprint"), "runs", ["results_fingerprint"], unique=False)
    op.create_index(op.f("ix_runs_state_id"), "runs", ["state", "id"], unique=False)
    op.create_table(
        "protomodels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(length=16), nullable=False),
        sa.Column("walker", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("K", sa.Double(), nullable=False),
        sa.Column("Z", sa.Double(), nullable=False),
        sa.Column("muhat", sa.Double(), nullable=False),
        sa.Column("mumax", sa.Double(), nullable=True),
        sa.Column("n_particles", sa.Integer(), nullable=False),
        sa.Column("n_br", sa.Integer(), nullable=False),
        sa.Column("n_ssm", sa.Double(), nullable=False),
        sa.Column("model_json", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=128), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_protomodels_run"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protomodels")),
        sa.UniqueConstraint("run", "fingerprint", name=op.f("uq_protomodels_run_fingerprint")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_protomodels_K"), "protomodels", ["K"], unique=False)
    op.create_index(op.f("ix_protomodels_run_K"), "protomodels", ["run", "K"], unique=False)
    op.create_table(
        "transitions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "from_state",
            sa.Enum(
                "queued",
                "running",
                "paused",
                "cancelling",
                "cancelled",
                "completed",
                "failed",
                "crashed",
                name="runstate",
                native_enum=False,
                length=16,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_state",
            sa.Enum(
                "queued",
                "running",
                "paused",
                "cancelling",
                "cancelled",
                "completed",
                "failed",
                "crashed",
                name="runstate",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_transitions_run"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transitions")),
    )
    op.create_index(op.f("ix_transitions_run_id"), "transitions", ["run", "id"], unique=False)
    op.create_table(
        "walkers",
        sa.Column("run", sa.String(length=16), nullable=False),
        sa.Column("walker", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("state_json", sa.Text(), nullable=False),
        sa.Column("rng_json", sa.Text(), nullable=False),
        sa.Column("best_K", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_walkers_run"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run", "walker", name=op.f("pk_walkers")),
    )
    op.create_table(
        "contributions",
        sa.Column("protomodel", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("analysis", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("observed", sa.Double(), nullable=False),
        sa.Column("expected", sa.Double(), nullable=False),
        sa.Column("signal", sa.Double(), nullable=False),
        sa.Column("llr", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["protomodel"], ["protomodels.id"], name=op.f("fk_contributions_protomodel"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("protomodel", "position", name=op.f("pk_contributions")),
    )
    op.create_table(
        "limits",
        sa.Column("protomodel", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("analysis", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("r_obs", sa.Double(), nullable=False),
        sa.Column("r_exp", sa.Double(), nullable=True),
        sa.Column("signal", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["protomodel"], ["protomodels.id"], name=op.f("fk_limits_protomodel"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("protomodel", "position", name=op.f("pk_limits")),
    )
    op.create_table(
        "protomodel_particles",
        sa.Column("protomodel", sa.Integer(), nullable=False),
        sa.Column("pid", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mass", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["protomodel"],
            ["protomodels.id"],
            name=op.f("fk_protomodel_particles_protomodel"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("protomodel", "pid", name=op.f("pk_protomodel_particles")),
    )
    op.create_index(op.f("ix_protomodel_particles_pid_mass"), "protomodel_particles", ["pid", "mass"], unique=False)
    op.create_table(
        "steps",
        sa.Column("run", sa.String(length=16), nullable=False),
        sa.Column("walker", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("K", sa.Double(), nullable=True),
        sa.Column("Z", sa.Double(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("move", sa.String(length=64), nullable=False),
        sa.Column("n_particles", sa.Integer(), nullable=False),
        sa.Column("muhat", sa.Double(), nullable=True),
        sa.Column("mumax", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["run", "walker"],
            ["walkers.run", "walkers.walker"],
            name=op.f("fk_steps_run"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run", "walker", "step", name=op.f("pk_steps")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("steps")
    op.drop_index(op.f("ix_protomodel_particles_pid_mass"), table_name="protomodel_particles")
    op.drop_table("protomodel_particles")
    op.drop_table("limits")
    op.drop_table("contributions")
    op.drop_table("walkers")
    op.drop_index(op.f("ix_transitions_run_id"), table_name="transitions")
    op.drop_table("transitions")
    op.drop_index(op.f("ix_protomodels_run_K"), table_name="protomodels")
    op.drop_index(op.f("ix_protomodels_K"), table_name="protomodels")
    op.drop_table("protomodels")
    op.drop_index(op.f("ix_runs_state_id"), table_name="runs")
    op.drop_index(op.f("ix_runs_results_fingerprint"), table_name="runs")
    op.drop_table("runs")
    op.drop_table("results")
