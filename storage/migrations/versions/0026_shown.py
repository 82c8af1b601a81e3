"""the page's lines know of which cases and forms they show words"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Lines of before are found by their text, as they were.
    op.create_table(
        'shown',
        sa.Column('line', sa.BigInteger(), nullable=False),
        sa.Column('case', sa.BigInteger(), nullable=False),
        sa.Column('draft', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('line', 'case', 'draft', name=op.f('pk_shown')),
    )
    op.create_index(op.f('ix_shown_case'), 'shown', ['case'])
    op.create_index(op.f('ix_shown_draft'), 'shown', ['draft'])


def downgrade() -> None:
    op.drop_table('shown')
