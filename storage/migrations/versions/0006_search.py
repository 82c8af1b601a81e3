"""search: a blind index of the words of cases"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'case_token',
        sa.Column('token', sa.BigInteger(), nullable=False),
        sa.Column('case', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('token', 'case', name=op.f('pk_case_token')),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table('case_token')
