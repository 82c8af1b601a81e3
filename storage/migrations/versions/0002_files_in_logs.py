"""which line of a log shows a file"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What was kept before may be shown by a line nobody noted: such files stay.
    with op.batch_alter_table('file', schema=None) as batch_op:
        batch_op.add_column(sa.Column('line', sa.BigInteger(), nullable=False, server_default='-1'))
    with op.batch_alter_table('file', schema=None) as batch_op:
        batch_op.alter_column('line', server_default=None)
        batch_op.create_index(batch_op.f('ix_file_line'), ['line'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_file_line'))
        batch_op.drop_column('line')
