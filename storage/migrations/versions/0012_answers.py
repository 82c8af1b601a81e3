"""a unit's answers, by their time"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None
ANSWERED = sa.text('answered_at IS NOT NULL')


def upgrade() -> None:
    op.create_index(
        'ix_petition_answered', 'petition', ['answered_by', 'answered_at'],
        sqlite_where=ANSWERED, postgresql_where=ANSWERED,
    )


def downgrade() -> None:
    op.drop_index('ix_petition_answered', 'petition')
