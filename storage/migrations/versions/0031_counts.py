"""tallies count looks and members, offers to join are stamped"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Whoever has the keys fills them, while the office runs (storage/rotate.py).
    for name in ('looks', 'members'):
        op.add_column('tally', sa.Column(name, sa.Integer(), nullable=False, server_default='0'))
    # To SQLite '' is a text, and no bytes.
    nothing = sa.text("x''" if op.get_bind().dialect.name == 'sqlite' else "''")
    op.add_column(
        'join_offer', sa.Column('stamp', sa.LargeBinary(), nullable=False, server_default=nothing)
    )


def downgrade() -> None:
    # Without the keys no stamp can be made that an older program knows.
    op.drop_column('join_offer', 'stamp')
    for name in ('looks', 'members'):
        op.drop_column('tally', name)
