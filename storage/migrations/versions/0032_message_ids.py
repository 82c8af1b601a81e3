"""message ids as their channels give them: texts, not numbers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None

TABLES = ('card', 'notice')


def upgrade() -> None:
    for table in TABLES:
        op.execute(f'ALTER TABLE {table} RENAME COLUMN message TO was')
        op.add_column(table, sa.Column('message', sa.String(), nullable=False, server_default=''))
        op.execute(f'UPDATE {table} SET message = CAST(was AS VARCHAR) WHERE was <> 0')
        op.execute(f'ALTER TABLE {table} DROP COLUMN was')


def downgrade() -> None:
    for table in TABLES:
        op.execute(f'ALTER TABLE {table} RENAME COLUMN message TO was')
        op.add_column(table, sa.Column('message', sa.BigInteger(), nullable=False,
                                       server_default='0'))
        op.execute(f"UPDATE {table} SET message = CAST(was AS BIGINT) WHERE was <> ''")
        op.execute(f'ALTER TABLE {table} DROP COLUMN was')
