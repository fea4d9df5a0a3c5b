"""Masses of proto-models in rows of their own, where a search by particle, mass and K finds them by an index.

Revision 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_PARTS = {
    "sqlite": "json_each(protomodels.masses) AS part",
    "postgresql": "jsonb_each_text(protomodels.masses) AS part",
}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "protomodel_masses",
        sa.Column("protomodel", sa.Integer(), nullable=False),
        sa.Column("pid", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mass", sa.Double(), nullable=False),
        sa.Column("K", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["protomodel"], ["protomodels.id"], name=op.f("fk_protomodel_masses_protomodel"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("protomodel", "pid", name=op.f("pk_protomodel_masses")),
    )
    kind = op.get_bind().dialect.name
    op.execute(
        'INSERT INTO protomodel_masses (protomodel, pid, mass, "K") '  # noqa: S608 - of the two texts above  # nosec B608
        'SELECT protomodels.id, CAST(part.key AS INTEGER), CAST(part.value AS DOUBLE PRECISION), "K" '
        f"FROM protomodels, {_PARTS[kind]}"
    )
    op.create_index(op.f("ix_protomodel_masses_pid_K_mass"), "protomodel_masses", ["pid", "K", "mass"])
    if kind == "postgresql":
        op.drop_index("ix_protomodels_masses", "protomodels")


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_protomodels_masses", "protomodels", ["masses"], postgresql_using="gin")
    op.drop_table("protomodel_masses")
