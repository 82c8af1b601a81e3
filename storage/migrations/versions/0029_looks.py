"""who looked into which case, and what for"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'look',
        sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True,
                  nullable=False),
        sa.Column('case', sa.BigInteger(), nullable=False),
        sa.Column('seq', sa.Integer(), nullable=False),
        sa.Column('officer', sa.BigInteger(), nullable=False),
        sa.Column('unit', sa.String(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('what', sa.String(), nullable=False),
        sa.Column('reason', sa.String(), nullable=False),
        sa.Column('duty', sa.Boolean(), nullable=False),
        sa.Column('words', sa.LargeBinary(), nullable=False),
        sa.Column('stamp', sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_look')),
        sa.UniqueConstraint('case', 'officer', 'day', 'what',
                            name=op.f('uq_look_case_officer_day_what')),
        sa.UniqueConstraint('case', 'seq', name=op.f('uq_look_case_seq')),
    )
    op.create_index(op.f('ix_look_day'), 'look', ['day'])


def downgrade() -> None:
    op.drop_table('look')
