"""answers that couldn't be said at once wait in the ledger; the chat knows it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('chat', sa.Column('owed', sa.Boolean(), nullable=False,
                                    server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table('chat') as change:
        change.drop_column('owed')
