"""messages of Telegram's that may have to be deleted; why a session was ended"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'said',
        sa.Column('chat', sa.BigInteger(), nullable=False),
        sa.Column('message', sa.String(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('desk', sa.BigInteger(), nullable=False),
        sa.Column('secret', sa.Boolean(), nullable=False),
        sa.Column('cases', sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint('chat', 'message', name=op.f('pk_said')),
    )
    op.create_index(op.f('ix_said_at'), 'said', ['at'])
    with op.batch_alter_table('session') as session:
        session.add_column(sa.Column('why', sa.String(), nullable=False, server_default=''))
    with op.batch_alter_table('session') as session:
        session.alter_column('why', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('session') as session:
        session.drop_column('why')
    op.drop_table('said')
