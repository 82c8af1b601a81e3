"""special lanes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None
IN_LANE = sa.text("lane <> ''")


def upgrade() -> None:
    op.add_column('petition', sa.Column('lane', sa.String(), nullable=False, server_default=''))
    op.create_index(
        'ix_petition_lane', 'petition', ['lane', 'status'],
        sqlite_where=IN_LANE, postgresql_where=IN_LANE,
    )


def downgrade() -> None:
    op.drop_index('ix_petition_lane', 'petition')
    with op.batch_alter_table('petition') as change:
        change.drop_column('lane')
