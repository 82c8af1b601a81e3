"""seats wait for a second person's yes, and the history of the staff"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0038'
down_revision = '0037'
branch_labels = None
depends_on = None


def _number() -> sa.Column[int]:
    return sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True,
                     nullable=False)


def upgrade() -> None:
    op.create_table(
        'staff_ask',
        _number(),
        sa.Column('desk', sa.BigInteger(), nullable=False),
        sa.Column('unit', sa.String(), nullable=False),
        sa.Column('asker', sa.BigInteger(), nullable=False),
        sa.Column('asker_chat', sa.BigInteger(), nullable=False),
        sa.Column('chat', sa.BigInteger(), nullable=False),
        sa.Column('number', sa.String(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('until', sa.DateTime(timezone=True), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('stamp', sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_ask')),
    )
    op.create_table(
        'staff_entry',
        _number(),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('what', sa.String(), nullable=False),
        sa.Column('desk', sa.BigInteger(), nullable=False),
        sa.Column('unit', sa.String(), nullable=False),
        sa.Column('role', sa.String(), nullable=False),
        sa.Column('actor', sa.BigInteger(), nullable=False),
        sa.Column('second', sa.BigInteger(), nullable=False),
        sa.Column('facts', sa.JSON(), nullable=False),
        sa.Column('digest', sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_entry')),
    )


def downgrade() -> None:
    op.drop_table('staff_entry')
    op.drop_table('staff_ask')
    op.execute(sa.text('DELETE FROM tally WHERE "case" = -1'))
