"""a chat's newest answers are found by the chat"""

from __future__ import annotations

from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f('ix_handled_chat'), 'handled', ['chat'])


def downgrade() -> None:
    op.drop_index(op.f('ix_handled_chat'), 'handled')
