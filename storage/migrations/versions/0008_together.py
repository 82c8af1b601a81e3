"""joint meetings; bounced cases are found"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None
ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table(
        'meeting',
        sa.Column('id', ID, autoincrement=True, nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('by', sa.BigInteger(), nullable=False),
        sa.Column('attended', sa.LargeBinary(), nullable=False),
        sa.Column('minutes', sa.LargeBinary(), nullable=False),
        sa.Column('cases', sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting')),
    )
    bounced = sa.text('bounces > 0')
    op.create_index(
        'ix_petition_bounced', 'petition', ['id'], sqlite_where=bounced, postgresql_where=bounced
    )


def downgrade() -> None:
    op.drop_index('ix_petition_bounced', 'petition')
    op.drop_table('meeting')
