"""the journal of counts, and published bulletins"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.tables

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None
ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
REMARKS = sa.text("action = 'rate_more'")
HEARD = sa.text("action IN ('asked', 'carried_out', 'come_again', 'explain', 'follow_up', 'not_done', "
                "'offer_review', 'rate', 'rate_more', 'record_no', 'refuse_meeting', 'rehandle', "
                "'reopen', 'take_up', 'visit_record')")


def upgrade() -> None:
    op.create_table(
        'journal',
        sa.Column('case', sa.BigInteger(), nullable=False),
        sa.Column('seq', sa.Integer(), nullable=False),
        sa.Column('no', sa.Integer(), nullable=False),
        sa.Column('at', storage.tables.UTCTime(timezone=True), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('what', sa.String(), nullable=False),
        sa.Column('value', sa.Integer(), nullable=False),
        sa.Column('unit', sa.String(), nullable=False),
        sa.Column('category', sa.String(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('channel', sa.String(), nullable=False),
        sa.Column('lane', sa.String(), nullable=False),
        sa.Column('n', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('case', 'seq', 'no', name=op.f('pk_journal')),
    )
    op.create_index('ix_journal_unit', 'journal', ['unit', 'day'])
    op.create_index('ix_journal_day', 'journal',
                    ['day', 'what', 'value', 'category', 'kind', 'channel', 'n'])
    op.create_table(
        'uncounted',
        sa.Column('case', sa.BigInteger(), nullable=False),
        sa.Column('seq', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('case', name=op.f('pk_uncounted')),
    )
    op.execute('INSERT INTO uncounted ("case", seq) SELECT DISTINCT "case", 1 FROM history')
    op.create_table(
        'bulletin',
        sa.Column('id', ID, autoincrement=True, nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('first', sa.Date(), nullable=False),
        sa.Column('last', sa.Date(), nullable=False),
        sa.Column('made_at', storage.tables.UTCTime(timezone=True), nullable=True),
        sa.Column('as_of', storage.tables.UTCTime(timezone=True), nullable=True),
        sa.Column('figures', sa.JSON(), nullable=False),
        sa.Column('files', sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_bulletin')),
        sa.UniqueConstraint('kind', 'first', name=op.f('uq_bulletin_kind_first')),
    )
    op.drop_index('ix_history_heard', 'history')
    op.create_index('ix_history_remarks', 'history', ['at'],
                    sqlite_where=REMARKS, postgresql_where=REMARKS)


def downgrade() -> None:
    op.drop_index('ix_history_remarks', 'history')
    op.create_index('ix_history_heard', 'history', ['at'],
                    sqlite_where=HEARD, postgresql_where=HEARD)
    op.drop_table('bulletin')
    op.drop_table('uncounted')
    op.drop_table('journal')
