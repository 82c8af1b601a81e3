"""hot matters"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None
ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table(
        'hot_matter',
        sa.Column('id', ID, autoincrement=True, nullable=False),
        sa.Column('found_on', sa.Date(), nullable=False),
        sa.Column('first', sa.Date(), nullable=False),
        sa.Column('last', sa.Date(), nullable=False),
        sa.Column('people', sa.Integer(), nullable=False),
        sa.Column('cases', sa.JSON(), nullable=False),
        sa.Column('phrases', sa.LargeBinary(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_hot_matter')),
    )
    op.create_index(op.f('ix_petition_received_on'), 'petition', ['received_on'])


def downgrade() -> None:
    op.drop_index(op.f('ix_petition_received_on'), 'petition')
    op.drop_table('hot_matter')
