"""What is judged of hiscores: a verdict in words, the whole judgement, and K without the strongest analysis.

Revision 0008, after 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_COLUMNS = ("verdict", "judgement", "K_without_strongest")
_SQLITE = {"sqlite_autoincrement": True}


def upgrade() -> None:
    """Apply."""
    # SQLite's table is made again: so its words are those of a new storage
    with op.batch_alter_table(
        "protomodels", recreate="always" if op.get_bind().dialect.name == "sqlite" else "never", table_kwargs=_SQLITE
    ) as batch:
        batch.add_column(sa.Column("verdict", sa.String(32), nullable=True))
        batch.add_column(sa.Column("judgement", sa.Text(), nullable=True))
        batch.add_column(sa.Column("K_without_strongest", sa.Double(), nullable=True))
        batch.create_index(op.f("ix_protomodels_verdict_K"), ["verdict", "K"])
        batch.create_index(op.f("ix_protomodels_K_without_strongest"), ["K_without_strongest"])


def downgrade() -> None:
    """Take back: judgements can be made again."""
    op.drop_index(op.f("ix_protomodels_K_without_strongest"), "protomodels")
    op.drop_index(op.f("ix_protomodels_verdict_K"), "protomodels")
    for name in _COLUMNS:
        op.drop_column("protomodels", name)
