"""rows that give rights are stamped, each case has a tally and a key of its own"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None

STAMPED = ('case_file', 'chat', 'chat_person', 'clock', 'file', 'follower', 'invite', 'joint_link',
           'member', 'officer', 'person', 'petition', 'session')


def _bytes(name: str) -> sa.Column[bytes]:
    # To SQLite '' is a text, and no bytes.
    nothing = "x''" if op.get_bind().dialect.name == 'sqlite' else "''"
    return sa.Column(name, sa.LargeBinary(), nullable=False, server_default=sa.text(nothing))


def upgrade() -> None:
    # Whoever has the keys fills them, while the office runs (storage/rotate.py).
    op.add_column('petition', _bytes('key'))
    for name in STAMPED:
        op.add_column(name, _bytes('stamp'))
    op.create_table(
        'tally',
        sa.Column('case', sa.BigInteger(), nullable=False),
        sa.Column('seq', sa.Integer(), nullable=False),
        sa.Column('digest', sa.LargeBinary(), nullable=False),
        sa.Column('followers', sa.Integer(), nullable=False),
        sa.Column('clocks', sa.Integer(), nullable=False),
        sa.Column('files', sa.Integer(), nullable=False),
        _bytes('stamp'),
        sa.PrimaryKeyConstraint('case', name='pk_tally'),
    )


def downgrade() -> None:
    # Without the keys nothing can be opened.
    if op.get_bind().execute(sa.text("SELECT 1 FROM petition WHERE length(key) > 0")).first():
        raise RuntimeError('cells are bound to their rows: bring back the backup made before')
    op.drop_table('tally')
    for name in STAMPED:
        op.drop_column(name, 'stamp')
    op.drop_column('petition', 'key')
