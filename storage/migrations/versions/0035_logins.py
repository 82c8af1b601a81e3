"""by what officers say who they are"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'login',
        sa.Column('chat', sa.BigInteger(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('secret', sa.LargeBinary(), nullable=False),
        sa.Column('step', sa.BigInteger(), nullable=False),
        sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('fresh_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('stamp', sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint('chat', name=op.f('pk_login')),
    )


def downgrade() -> None:
    op.drop_table('login')
