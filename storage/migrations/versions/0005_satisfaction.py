"""satisfaction: ratings, follow-ups, visits, who wants no questions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.tables

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

TIME = storage.tables.UTCTime(timezone=True)
HEARD = (
    "action IN ('asked', 'carried_out', 'come_again', 'explain', 'follow_up', 'not_done', "
    "'offer_review', 'rate', 'rate_more', 'record_no', 'refuse_visit', 'rehandle', 'reopen', "
    "'take_up', 'visit_record')"
)
ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    for table in ('person', 'follower'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column('muted', sa.Boolean(), nullable=False, server_default=sa.false()))
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column('muted', server_default=None)
    op.add_column('person', sa.Column('asked_on', sa.Date(), nullable=True))
    op.add_column('petition', sa.Column('promised_on', sa.Date(), nullable=True))
    op.create_table(
        'rating',
        sa.Column('id', ID, autoincrement=True, nullable=False),
        sa.Column('case', sa.BigInteger(), nullable=False),
        sa.Column('body', sa.String(), nullable=False),
        sa.Column('unit', sa.String(), nullable=False),
        sa.Column('seq', sa.Integer(), nullable=False),
        sa.Column('opened_on', sa.Date(), nullable=False),
        sa.Column('until', sa.Date(), nullable=False),
        sa.Column('level', sa.String(), nullable=False),
        sa.Column('finer', sa.JSON(), nullable=False),
        sa.Column('reasons', sa.JSON(), nullable=False),
        sa.Column('changes', sa.Integer(), nullable=False),
        sa.Column('after_contact', sa.Integer(), nullable=False),
        sa.Column('first_at', TIME, nullable=True),
        sa.Column('unit_may_know', sa.Boolean(), nullable=False),
        sa.Column('may_call', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_rating')),
        sa.UniqueConstraint('case', 'body', 'seq', name=op.f('uq_rating_case_body_seq')),
    )
    op.create_table(
        'follow_up',
        sa.Column('id', ID, autoincrement=True, nullable=False),
        sa.Column('case', sa.BigInteger(), nullable=False),
        sa.Column('step', sa.String(), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=False),
        sa.Column('answer', sa.String(), nullable=False),
        sa.Column('asked_at', TIME, nullable=True),
        sa.Column('answered_at', TIME, nullable=True),
        sa.Column('tries', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_follow_up')),
        sa.UniqueConstraint('case', 'step', 'due_on', name=op.f('uq_follow_up_case_step_due_on')),
    )
    op.create_table(
        'visit',
        sa.Column('id', ID, autoincrement=True, nullable=False),
        sa.Column('case', sa.BigInteger(), nullable=False),
        sa.Column('visitor', sa.BigInteger(), nullable=False),
        sa.Column('place', sa.String(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('hour', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('how', sa.String(), nullable=False),
        sa.Column('said_at', TIME, nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_visit')),
    )
    op.create_index('ix_visit_case', 'visit', ['case'])
    op.create_index(
        'ix_history_heard', 'history', ['at'],
        sqlite_where=sa.text(HEARD), postgresql_where=sa.text(HEARD),
    )


def downgrade() -> None:
    op.drop_index('ix_history_heard', 'history')
    op.drop_table('visit')
    op.drop_table('follow_up')
    op.drop_table('rating')
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_column('asked_on')
        batch_op.drop_column('muted')
    with op.batch_alter_table('follower', schema=None) as batch_op:
        batch_op.drop_column('muted')
    with op.batch_alter_table('petition', schema=None) as batch_op:
        batch_op.drop_column('promised_on')
