"""queues by the next due date, kept with the case; saved filters"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None
ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
UNDER_WAY = sa.text('ended_at IS NULL')


def upgrade() -> None:
    op.add_column(
        'petition',
        sa.Column('next_due', sa.Date(), nullable=False, server_default='9999-12-31'),
    )
    op.execute(
        "UPDATE petition SET next_due = COALESCE((SELECT MIN(due_on) FROM clock "
        "WHERE clock.\"case\" = petition.id AND clock.ended_at IS NULL "
        "AND clock.clock <> 'object'), '9999-12-31')"
    )
    op.drop_index('ix_petition_unit_status', 'petition')
    op.drop_index('ix_petition_handler', 'petition')
    for name, first in (('ix_petition_queue', ['unit']), ('ix_petition_mine', ['unit', 'handler'])):
        op.create_index(
            name, 'petition', [*first, 'next_due', 'id'],
            sqlite_where=UNDER_WAY, postgresql_where=UNDER_WAY,
        )
    op.create_table(
        'saved_filter',
        sa.Column('id', ID, autoincrement=True, nullable=False),
        sa.Column('officer', sa.BigInteger(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('data', sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_filter')),
    )
    op.create_index('ix_saved_filter_officer', 'saved_filter', ['officer'])


def downgrade() -> None:
    op.drop_table('saved_filter')
    op.drop_index('ix_petition_mine', 'petition')
    op.drop_index('ix_petition_queue', 'petition')
    op.create_index('ix_petition_handler', 'petition', ['handler'])
    op.create_index('ix_petition_unit_status', 'petition', ['unit', 'status'])
    with op.batch_alter_table('petition') as change:
        change.drop_column('next_due')
