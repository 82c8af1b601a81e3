"""reminders: what waits, in lanes; served or not; tasks; when people want to hear"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.tables

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

TIME = storage.tables.UTCTime(timezone=True)
NEW = {
    'chat': (('quiet', sa.Boolean(), sa.false()),),
    'petition': (('leader', sa.BigInteger(), '0'), ('waiting', sa.Boolean(), sa.false())),
    'officer': (('stand_in', sa.BigInteger(), '0'),),
    'notice': (('channel', sa.String(), ''), ('lane', sa.Integer(), '1'),
               ('unsure', sa.Integer(), '0')),
}
OLD_KINDS = "('desk.due', 'desk.late', 'petitioner.late', 'petitioner.right_ends')"


def _where(condition: str) -> dict:
    return {'sqlite_where': sa.text(condition), 'postgresql_where': sa.text(condition)}


def upgrade() -> None:
    for table, columns in NEW.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name, kind, value in columns:
                batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=value))
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name, _, _ in columns:
                batch_op.alter_column(name, server_default=None)
    op.add_column('chat', sa.Column('digest', sa.Integer(), nullable=True))
    op.add_column('notice', sa.Column('next_at', TIME, nullable=True))
    op.add_column('notice', sa.Column('opened_at', TIME, nullable=True))
    op.drop_index('ix_notice_open', 'notice')
    op.execute("UPDATE notice SET next_at = due_at WHERE state = 'planned'")
    op.execute("UPDATE notice SET channel = coalesce((SELECT chat.channel FROM chat "
               "WHERE notice.recipient = 'chat:' || chat.id), '') WHERE recipient LIKE 'chat:%'")
    # The ladder takes the place of three rows planned ahead for each clock.
    op.execute(f"UPDATE notice SET state = 'cancelled', next_at = NULL, reason = 'the ladder' "
               f"WHERE state = 'planned' AND kind IN {OLD_KINDS}")
    op.execute(
        "INSERT INTO notice (kind, \"case\", occasion, recipient, channel, lane, lang, due_at, "
        "next_at, state, attempts, message, unsure, facts, reason) "
        "SELECT 'alert', c.\"case\", 'clock\\:' || c.id || '\\:begin', 'ladder', '', 1, '', "
        "p.received_at, p.received_at, 'planned', 0, 0, 0, "
        "'{\"clock_id\": ' || c.id || ', \"due\": \"' || c.due_on || '\", \"step\": \"begin\"}', '' "
        "FROM clock c JOIN petition p ON p.id = c.\"case\" WHERE c.ended_at IS NULL"
        if op.get_bind().dialect.name == 'sqlite' else
        "INSERT INTO notice (kind, \"case\", occasion, recipient, channel, lane, lang, due_at, "
        "next_at, state, attempts, message, unsure, facts, reason) "
        "SELECT 'alert', c.\"case\", 'clock\\:' || c.id || '\\:begin', 'ladder', '', 1, '', "
        "p.received_at, p.received_at, 'planned', 0, 0, 0, "
        "json_build_object('clock_id', c.id, 'due', c.due_on, 'step', 'begin'), '' "
        "FROM clock c JOIN petition p ON p.id = c.\"case\" WHERE c.ended_at IS NULL"
    )
    op.create_index('ix_notice_waiting', 'notice', ['channel', 'lane', 'next_at', 'id'],
                    **_where('next_at IS NOT NULL'))
    op.create_index('ix_notice_recipient', 'notice', ['recipient', 'next_at'],
                    **_where('next_at IS NOT NULL'))
    op.create_index('ix_notice_leased', 'notice', ['leased_until'],
                    **_where('leased_until IS NOT NULL'))
    op.create_table(
        'task',
        sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
        sa.Column('case', sa.BigInteger(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('occasion', sa.String(), nullable=False),
        sa.Column('unit', sa.String(), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=False),
        sa.Column('created_at', TIME, nullable=False),
        sa.Column('notice', sa.BigInteger(), nullable=False),
        sa.Column('done_at', TIME, nullable=True),
        sa.Column('done_by', sa.BigInteger(), nullable=False),
        sa.Column('how', sa.String(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_task')),
        sa.UniqueConstraint('case', 'kind', 'occasion', name=op.f('uq_task_case_kind_occasion')),
    )
    op.create_index('ix_task_open', 'task', ['unit', 'due_on'], **_where('done_at IS NULL'))


def downgrade() -> None:
    op.drop_table('task')
    for name in ('ix_notice_waiting', 'ix_notice_recipient', 'ix_notice_leased'):
        op.drop_index(name, 'notice')
    op.execute("UPDATE notice SET state = 'cancelled' WHERE kind = 'alert' AND state = 'planned'")
    for table, columns in {**NEW, 'notice': (*NEW['notice'], ('next_at',), ('opened_at',)),
                           'chat': (*NEW['chat'], ('digest',))}.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.drop_column(column[0])
    op.create_index('ix_notice_open', 'notice', ['due_at'],
                    **_where("state IN ('planned', 'sending')"))
