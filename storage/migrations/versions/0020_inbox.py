"""the inbox: updates that Telegram brought to any of several processes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'inbox',
        sa.Column('update', sa.BigInteger(), nullable=False),
        sa.Column('chat', sa.BigInteger(), nullable=False),
        sa.Column('holder', sa.BigInteger(), nullable=False),
        sa.Column('body', sa.LargeBinary(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('update', name=op.f('pk_inbox')),
    )
    op.create_index('ix_inbox_chat', 'inbox', ['chat', 'update'])


def downgrade() -> None:
    op.drop_index('ix_inbox_chat', 'inbox')
    op.drop_table('inbox')
