"""responsibility for cases, and campaigns"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None
ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table(
        'listed',
        sa.Column('id', ID, autoincrement=True, nullable=False),
        sa.Column('case', sa.BigInteger(), nullable=False),
        sa.Column('leader', sa.BigInteger(), nullable=False),
        sa.Column('unit', sa.String(), nullable=False),
        sa.Column('team', sa.String(), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=False),
        sa.Column('campaign', sa.BigInteger(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('standard', sa.String(), nullable=False),
        sa.Column('struck_on', sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_listed')),
    )
    for column in ('case', 'leader', 'campaign'):
        op.create_index(f'ix_listed_{column}', 'listed', [column])
    op.create_table(
        'campaign',
        sa.Column('id', ID, autoincrement=True, nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('first', sa.Date(), nullable=False),
        sa.Column('last', sa.Date(), nullable=False),
        sa.Column('targets', sa.JSON(), nullable=False),
        sa.Column('phases', sa.JSON(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign')),
    )


def downgrade() -> None:
    op.drop_table('campaign')
    op.drop_table('listed')
