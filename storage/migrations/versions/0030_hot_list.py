"""hot matters in one sealed list"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None
ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
DAYS = ('found_on', 'first', 'last')


def upgrade() -> None:
    # Whoever has the keys seals it at the next start (storage/addresses.py).
    db = op.get_bind()
    columns = 'id, found_on, first, last, people, cases, phrases, state'
    rows = db.execute(sa.text(f"SELECT {columns} FROM hot_matter WHERE state <> 'over'")).all()
    op.drop_table('hot_matter')
    made = op.create_table(
        'hot_matter',
        sa.Column('id', ID, autoincrement=True, nullable=False),
        sa.Column('body', sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_hot_matter')),
    )
    if rows:
        said = {'older': [_said(row) for row in rows]}
        op.bulk_insert(made, [{'id': 1, 'body': json.dumps(said).encode()}])


def _said(row: sa.Row) -> dict:
    cases = json.loads(row.cases) if isinstance(row.cases, str) else row.cases
    return {'id': row.id, **{name: str(getattr(row, name))[:10] for name in DAYS},
            'people': row.people, 'cases': cases, 'state': row.state,
            'sealed': bytes(row.phrases).hex()}


def downgrade() -> None:
    # Without the keys nothing can be opened: they are found again.
    op.drop_table('hot_matter')
    op.create_table(
        'hot_matter',
        sa.Column('id', ID, autoincrement=True, nullable=False),
        sa.Column('found_on', sa.Date(), nullable=False),
        sa.Column('first', sa.Date(), nullable=False),
        sa.Column('last', sa.Date(), nullable=False),
        sa.Column('people', sa.Integer(), nullable=False),
        sa.Column('cases', sa.JSON(), nullable=False),
        sa.Column('phrases', sa.LargeBinary(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_hot_matter')),
    )
