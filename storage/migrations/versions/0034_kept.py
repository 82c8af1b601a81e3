"""which units must not see a case"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # To SQLite '' is a text, and no bytes.
    nothing = sa.text("x''" if op.get_bind().dialect.name == 'sqlite' else "''")
    op.add_column('petition', sa.Column('kept', sa.LargeBinary(), nullable=False,
                                        server_default=nothing))
    op.create_index('ix_petition_kept', 'petition', ['id'], sqlite_where=sa.text("length(kept) > 0"),
                    postgresql_where=sa.text("length(kept) > 0"))


def downgrade() -> None:
    op.drop_index('ix_petition_kept', 'petition')
    with op.batch_alter_table('petition') as change:
        change.drop_column('kept')
