"""One spelling of each number: mu_hat and mu_max, as everywhere.

Revision 0006, after 0005.
"""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_RENAMED: Final = (("protomodels", "muhat", "mu_hat"), ("protomodels", "mumax", "mu_max"))


def upgrade() -> None:
    """Apply."""
    for table, old, new in _RENAMED:
        op.alter_column(table, old, new_column_name=new)


def downgrade() -> None:
    """Take back."""
    for table, old, new in _RENAMED:
        op.alter_column(table, new, new_column_name=old)
