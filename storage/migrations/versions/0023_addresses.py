"""the address of a chat is sealed, and found by a keyed hash; so is what a visitor's browser says"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The bytes stay as they are: whoever has the keys seals them (storage/addresses.py).
    op.execute("UPDATE chat SET address = '' WHERE address = 'gone:' || id")
    with op.batch_alter_table('chat') as change:
        change.drop_constraint('uq_chat_channel_address', type_='unique')
        change.alter_column('address', existing_type=sa.String(), type_=sa.LargeBinary(),
                            postgresql_using="convert_to(address, 'UTF8')")
        change.add_column(sa.Column('mark', sa.LargeBinary(), nullable=True))
        change.create_unique_constraint('uq_chat_mark', ['mark'])
    # To SQLite '' is a text, and no bytes.
    nothing = sa.text("x''" if op.get_bind().dialect.name == 'sqlite' else "''")
    with op.batch_alter_table('session') as change:
        change.drop_column('agent')
        change.add_column(sa.Column('agent', sa.LargeBinary(), nullable=False,
                                    server_default=nothing))


def downgrade() -> None:
    # Without the keys nothing can be opened.
    if op.get_bind().execute(sa.text('SELECT 1 FROM chat WHERE mark IS NOT NULL')).first():
        raise RuntimeError('addresses are sealed: bring back the backup made before')
    with op.batch_alter_table('session') as change:
        change.drop_column('agent')
        change.add_column(sa.Column('agent', sa.String(), nullable=False, server_default=''))
    with op.batch_alter_table('chat') as change:
        change.drop_constraint('uq_chat_mark', type_='unique')
        change.drop_column('mark')
        change.alter_column('address', existing_type=sa.LargeBinary(), type_=sa.String(),
                            postgresql_using="convert_from(address, 'UTF8')")
    op.execute("UPDATE chat SET address = 'gone:' || id WHERE address = ''")
    with op.batch_alter_table('chat') as change:
        change.create_unique_constraint('uq_chat_channel_address', ['channel', 'address'])
