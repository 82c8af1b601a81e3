"""cases whose petitioners named somebody who must not see them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        'petition', sa.Column('sealed', sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute(
        "UPDATE petition SET sealed = (1 = 1) WHERE id IN "
        "(SELECT words.\"case\" FROM words WHERE words.part = 'hidden')"
    )


def downgrade() -> None:
    with op.batch_alter_table('petition') as change:
        change.drop_column('sealed')
