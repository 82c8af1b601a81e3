"""the day of arrival"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    day = sa.Column('received_on', sa.Date(), nullable=False, server_default='0001-01-01')
    op.add_column('petition', day)
    # The first clock of every case runs from the day it arrived. The office never made a case
    # without one; should there be one, the day of its row stands.
    op.execute(
        "UPDATE petition SET received_on = coalesce("
        "(SELECT min(started_on) FROM clock WHERE clock.\"case\" = petition.id), "
        "date(received_at))"
    )


def downgrade() -> None:
    with op.batch_alter_table('petition') as change:
        change.drop_column('received_on')
