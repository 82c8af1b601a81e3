"""what has had its time is found without reading every draft and line"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_draft_open', 'draft', ['changed_at'], sqlite_where=sa.text('done = 0'),
                    postgresql_where=sa.text('NOT done'))
    op.create_index('ix_log_line_at', 'log_line', ['at'])


def downgrade() -> None:
    op.drop_index('ix_log_line_at', 'log_line')
    op.drop_index('ix_draft_open', 'draft')
