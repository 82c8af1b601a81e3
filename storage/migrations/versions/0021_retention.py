"""what has had its time is found without reading every draft and line"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_draft_open', 'draft', ['changed_at'], sqlite_where=sa.text('done IS 0'),
                    postgresql_where=sa.text('done IS false'))
    op.create_index('ix_log_line_at', 'log_line', ['at'])
    op.create_index(op.f('ix_booking_case'), 'booking', ['case'])
    op.create_index(op.f('ix_case_file_file'), 'case_file', ['file'])


def downgrade() -> None:
    op.drop_index(op.f('ix_case_file_file'), 'case_file')
    op.drop_index(op.f('ix_booking_case'), 'booking')
    op.drop_index('ix_log_line_at', 'log_line')
    op.drop_index('ix_draft_open', 'draft')
