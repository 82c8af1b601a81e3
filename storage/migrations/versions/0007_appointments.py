"""appointments of every kind, and who sees a case for one"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def _heard(refused: str) -> None:
    """The index of what figures are computed from, with the action that its condition names."""
    condition = sa.text(
        "action IN ('asked', 'carried_out', 'come_again', 'explain', 'follow_up', 'not_done', "
        f"'offer_review', 'rate', 'rate_more', 'record_no', '{refused}', 'rehandle', 'reopen', "
        "'take_up', 'visit_record')"
    )
    op.drop_index('ix_history_heard', 'history')
    op.create_index(
        'ix_history_heard', 'history', ['at'], sqlite_where=condition, postgresql_where=condition
    )


def upgrade() -> None:
    op.drop_index('ix_visit_case', 'visit')
    op.rename_table('visit', 'appointment')
    with op.batch_alter_table('appointment') as change:
        change.alter_column('visitor', new_column_name='host')
        change.add_column(
            sa.Column('kind', sa.String(), nullable=False, server_default='visit')
        )
    op.create_index('ix_appointment_case', 'appointment', ['case'])
    op.create_index('ix_appointment_host', 'appointment', ['host', 'day'])
    op.add_column(
        'petition', sa.Column('guests', sa.JSON(), nullable=False, server_default='[]')
    )
    op.create_index('ix_officer_chat', 'officer', ['chat'])
    _heard('refuse_meeting')


def downgrade() -> None:
    _heard('refuse_visit')
    op.drop_index('ix_officer_chat', 'officer')
    with op.batch_alter_table('petition') as change:
        change.drop_column('guests')
    op.drop_index('ix_appointment_host', 'appointment')
    op.drop_index('ix_appointment_case', 'appointment')
    with op.batch_alter_table('appointment') as change:
        change.drop_column('kind')
        change.alter_column('host', new_column_name='visitor')
    op.rename_table('appointment', 'visit')
    op.create_index('ix_visit_case', 'visit', ['case'])
