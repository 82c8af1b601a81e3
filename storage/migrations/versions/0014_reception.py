"""reception by leaders: times and who comes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None
ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
LED = sa.text('leader > 0')


def upgrade() -> None:
    op.create_table(
        'slot',
        sa.Column('id', ID, autoincrement=True, nullable=False),
        sa.Column('unit', sa.String(), nullable=False),
        sa.Column('host', sa.BigInteger(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('start', sa.String(), nullable=False),
        sa.Column('minutes', sa.Integer(), nullable=False),
        sa.Column('places', sa.Integer(), nullable=False),
        sa.Column('where', sa.String(), nullable=False),
        sa.Column('link', sa.String(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_slot')),
    )
    op.create_index('ix_slot_day', 'slot', ['day', 'host'])
    op.create_table(
        'booking',
        sa.Column('id', ID, autoincrement=True, nullable=False),
        sa.Column('slot', sa.BigInteger(), nullable=False),
        sa.Column('person', sa.BigInteger(), nullable=False),
        sa.Column('chat', sa.BigInteger(), nullable=False),
        sa.Column('case', sa.BigInteger(), nullable=False),
        sa.Column('topic', sa.LargeBinary(), nullable=False),
        sa.Column('how', sa.String(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_booking')),
    )
    op.create_index('ix_booking_slot', 'booking', ['slot'])
    op.create_index('ix_booking_person', 'booking', ['person'])
    op.create_index(
        'ix_petition_leader', 'petition', ['leader'], sqlite_where=LED, postgresql_where=LED
    )


def downgrade() -> None:
    op.drop_index('ix_petition_leader', 'petition')
    op.drop_table('booking')
    op.drop_table('slot')
