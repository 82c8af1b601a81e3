"""the index of words: sealed blocks instead of a row for each term and case"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None
ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table(
        'index_segment',
        sa.Column('id', ID, autoincrement=True, nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('blocks', sa.Integer(), nullable=False),
        sa.Column('body', sa.LargeBinary(), nullable=False),
        sa.Column('fences', sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_index_segment')),
    )
    op.create_table(
        'index_block',
        sa.Column('id', ID, autoincrement=True, nullable=False),
        sa.Column('body', sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_index_block')),
    )
    op.create_table(
        'index_todo',
        sa.Column('id', ID, autoincrement=True, nullable=False),
        sa.Column('what', sa.String(), nullable=False),
        sa.Column('ref', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_index_todo')),
    )
    op.create_index(op.f('ix_index_todo_what_ref'), 'index_todo', ['what', 'ref'])
    # What was indexed up to here is indexed anew, beside everything else.
    op.execute("INSERT INTO setting (name, value) "
               "SELECT 'index.back', value FROM setting WHERE name = 'indexed'")
    if op.get_bind().dialect.name == 'sqlite':
        op.execute('PRAGMA secure_delete = ON')  # no hash stays in what the table leaves free
    op.drop_table('case_token')


def downgrade() -> None:
    op.create_table(
        'case_token',
        sa.Column('token', sa.BigInteger(), nullable=False),
        sa.Column('case', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('token', 'case', name=op.f('pk_case_token')),
        sqlite_with_rowid=False,
    )
    op.execute("DELETE FROM setting WHERE name IN ('indexed', 'index.back', 'index.turn', "
               "'index.pass')")
    op.drop_index(op.f('ix_index_todo_what_ref'), 'index_todo')
    op.drop_table('index_todo')
    op.drop_table('index_block')
    op.drop_table('index_segment')
