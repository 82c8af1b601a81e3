"""supervision of offices, and the three suggestions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None
ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table(
        'supervision',
        sa.Column('id', ID, autoincrement=True, nullable=False),
        sa.Column('case', sa.BigInteger(), nullable=False),
        sa.Column('unit', sa.String(), nullable=False),
        sa.Column('level', sa.String(), nullable=False),
        sa.Column('cause', sa.String(), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=False),
        sa.Column('by', sa.BigInteger(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('answered_on', sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_supervision')),
    )
    standing = sa.text("state IN ('open', 'answered')")
    op.create_index('ix_supervision_case', 'supervision', ['case'])
    op.create_index(
        'ix_supervision_open', 'supervision', ['due_on'],
        sqlite_where=standing, postgresql_where=standing,
    )
    op.create_table(
        'suggestion',
        sa.Column('id', ID, autoincrement=True, nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('unit', sa.String(), nullable=False),
        sa.Column('by', sa.BigInteger(), nullable=False),
        sa.Column('made_on', sa.Date(), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=False),
        sa.Column('words', sa.LargeBinary(), nullable=False),
        sa.Column('adopted', sa.Boolean(), nullable=True),
        sa.Column('answer', sa.LargeBinary(), nullable=False),
        sa.Column('answered_on', sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_suggestion')),
    )


def downgrade() -> None:
    op.drop_table('suggestion')
    op.drop_table('supervision')
