"""what is empty of bytes holds bytes: steps before had put an empty text there on SQLite"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0037'
down_revision = '0036'
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name != 'sqlite':
        return
    for table, column in (('petition', 'kept'), ('session', 'agent')):
        op.execute(sa.text(
            f"UPDATE {table} SET {column} = x'' WHERE typeof({column}) = 'text' AND {column} = ''"
        ))


def downgrade() -> None:
    """Nobody needs the empty texts back."""
