"""joint petitions, linked cases, and a rating for each person"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None
ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.add_column('petition', sa.Column('members', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('rating') as change:
        change.add_column(sa.Column('person', sa.BigInteger(), nullable=False, server_default='0'))
        change.drop_constraint('uq_rating_case_body_seq', type_='unique')
        change.create_unique_constraint(
            'uq_rating_case_body_seq_person', ['case', 'body', 'seq', 'person']
        )
    op.execute(
        'UPDATE rating SET person = '
        '(SELECT petition.person FROM petition WHERE petition.id = rating."case")'
    )
    op.create_table(
        'member',
        sa.Column('id', ID, autoincrement=True, nullable=False),
        sa.Column('case', sa.BigInteger(), nullable=False),
        sa.Column('person', sa.BigInteger(), nullable=False),
        sa.Column('part', sa.String(), nullable=False),
        sa.Column('seq', sa.Integer(), nullable=False),
        sa.Column('mark', sa.LargeBinary(), nullable=False),
        sa.Column('name', sa.LargeBinary(), nullable=False),
        sa.Column('contact', sa.LargeBinary(), nullable=False),
        sa.Column('since', sa.DateTime(timezone=True), nullable=False),
        sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_member')),
    )
    op.create_index('ix_member_case', 'member', ['case', 'mark'])
    op.create_index('ix_member_person', 'member', ['person'])
    op.create_table(
        'joint_link',
        sa.Column('case', sa.BigInteger(), nullable=False),
        sa.Column('part', sa.String(), nullable=False),
        sa.Column('hash', sa.LargeBinary(), nullable=False),
        sa.Column('until', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('case', 'part', name=op.f('pk_joint_link')),
    )
    op.create_index('ix_joint_link_hash', 'joint_link', ['hash'])
    op.create_table(
        'case_link',
        sa.Column('case', sa.BigInteger(), nullable=False),
        sa.Column('other', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('case', 'other', name=op.f('pk_case_link')),
    )
    op.create_table(
        'join_offer',
        sa.Column('id', ID, autoincrement=True, nullable=False),
        sa.Column('case', sa.BigInteger(), nullable=False),
        sa.Column('into', sa.BigInteger(), nullable=False),
        sa.Column('case_yes', sa.Boolean(), nullable=False),
        sa.Column('into_yes', sa.Boolean(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_join_offer')),
    )
    op.create_index('ix_join_offer_case', 'join_offer', ['case'])
    op.create_index('ix_join_offer_into', 'join_offer', ['into'])


def downgrade() -> None:
    for table in ('join_offer', 'case_link', 'joint_link', 'member'):
        op.drop_table(table)
    op.execute(
        'DELETE FROM rating WHERE person <> '
        '(SELECT petition.person FROM petition WHERE petition.id = rating."case")'
    )
    with op.batch_alter_table('rating') as change:
        change.drop_constraint('uq_rating_case_body_seq_person', type_='unique')
        change.create_unique_constraint('uq_rating_case_body_seq', ['case', 'body', 'seq'])
        change.drop_column('person')
    with op.batch_alter_table('petition') as change:
        change.drop_column('members')
