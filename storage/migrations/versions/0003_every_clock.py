"""every clock of the regulation: nominal and rolled dates, documents, yearly lists"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.tables

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

PETITION = (
    ('way', sa.String(), ''), ('simple', sa.Boolean(), sa.false()),
    ('urgent', sa.Boolean(), sa.false()), ('bounces', sa.Integer(), '0'),
    ('proposed_unit', sa.String(), ''), ('assisting', sa.JSON(), '[]'),
    ('asked_days', sa.Integer(), '0'), ('extended', sa.Boolean(), sa.false()),
    ('answered_by', sa.String(), ''), ('outcome', sa.String(), ''),
    ('former', sa.BigInteger(), '0'), ('merged_into', sa.BigInteger(), '0'),
)
CLOCK = (
    ('provisional', sa.Boolean(), sa.false()), ('length', sa.String(), ''),
    ('extension', sa.String(), ''), ('pauses', sa.JSON(), '[]'),
)


def _add(table: str, columns: tuple) -> None:
    """New columns with what the rows that exist get; later rows say it themselves."""
    with op.batch_alter_table(table, schema=None) as batch_op:
        for name, kind, value in columns:
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=value))
    with op.batch_alter_table(table, schema=None) as batch_op:
        for name, _, _ in columns:
            batch_op.alter_column(name, server_default=None)


def upgrade() -> None:
    _add('petition', PETITION)
    _add('clock', CLOCK)
    _add('officer', (('away', sa.Boolean(), sa.false()),))
    with op.batch_alter_table('petition', schema=None) as batch_op:
        batch_op.add_column(sa.Column('delivered_on', sa.Date(), nullable=True))
    with op.batch_alter_table('clock', schema=None) as batch_op:
        batch_op.add_column(sa.Column('paused_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('rolled_on', sa.Date(), nullable=True))
    # The three clocks there were so far; requests were on the petition's own way.
    op.execute("UPDATE clock SET rolled_on = due_on, length = CASE clock "
               "WHEN 'answer' THEN '60d' ELSE '15d' END")
    op.execute("UPDATE petition SET way = '6' WHERE kind = 'request'")
    op.execute("UPDATE petition SET answered_by = unit WHERE answered_at IS NOT NULL")
    with op.batch_alter_table('clock', schema=None) as batch_op:
        batch_op.alter_column('rolled_on', existing_type=sa.Date(), nullable=False)
    op.create_table(
        'document',
        sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
        sa.Column('case', sa.BigInteger(), nullable=False),
        sa.Column('seq', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('number', sa.String(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_document')),
        sa.UniqueConstraint('number', name=op.f('uq_document_number')),
    )
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_document_case'), ['case'], unique=False)
    op.create_table(
        'document_serial',
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('year', sa.Integer(), nullable=False),
        sa.Column('last', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('kind', 'year', name=op.f('pk_document_serial')),
    )
    op.create_table(
        'calendar_year',
        sa.Column('calendar', sa.String(), nullable=False),
        sa.Column('year', sa.Integer(), nullable=False),
        sa.Column('body', sa.String(), nullable=False),
        sa.Column('at', storage.tables.UTCTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('calendar', 'year', name=op.f('pk_calendar_year')),
    )


def downgrade() -> None:
    op.drop_table('calendar_year')
    op.drop_table('document_serial')
    op.drop_table('document')
    with op.batch_alter_table('officer', schema=None) as batch_op:
        batch_op.drop_column('away')
    with op.batch_alter_table('clock', schema=None) as batch_op:
        for name in ('rolled_on', 'paused_on', *(c[0] for c in CLOCK)):
            batch_op.drop_column(name)
    with op.batch_alter_table('petition', schema=None) as batch_op:
        for name in ('delivered_on', *(c[0] for c in PETITION)):
            batch_op.drop_column(name)
