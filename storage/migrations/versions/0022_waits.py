"""petitions beyond a day's number stand behind others"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None
UNDER_WAY = sa.text('ended_at IS NULL')
QUEUES = (('ix_petition_queue', ['unit']), ('ix_petition_mine', ['unit', 'handler']))


def _ordered(by: list[str]) -> None:
    for name, first in QUEUES:
        op.drop_index(name, 'petition')
        op.create_index(
            name, 'petition', [*first, *by, 'id'],
            sqlite_where=UNDER_WAY, postgresql_where=UNDER_WAY,
        )


def upgrade() -> None:
    op.add_column('petition', sa.Column('waits', sa.Integer(), nullable=False, server_default='0'))
    _ordered(['next_due', 'waits'])


def downgrade() -> None:
    _ordered(['next_due'])
    with op.batch_alter_table('petition') as change:
        change.drop_column('waits')
