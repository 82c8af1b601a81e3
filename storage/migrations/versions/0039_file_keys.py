"""each file has a key of its own, wrapped by the keys of the cases that have it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0039'
down_revision = '0038'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Whoever has the keys fills it, while the office runs (storage/filekeys.py).
    op.create_table(
        'file_key',
        sa.Column('file', sa.BigInteger(), nullable=False),
        sa.Column('case', sa.BigInteger(), nullable=False),
        sa.Column('key', sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint('file', 'case', name=op.f('pk_file_key')),
    )
    op.create_index(op.f('ix_file_key_case'), 'file_key', ['case'])


def downgrade() -> None:
    # Without the keys no file can be opened.
    if op.get_bind().execute(sa.text("SELECT 1 FROM file_key")).first():
        raise RuntimeError('files have keys of their own: bring back the backup made before')
    op.drop_table('file_key')
