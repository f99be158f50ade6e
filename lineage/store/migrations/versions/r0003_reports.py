"""Keep the whole report of a run, so that it can be exported later."""

import sqlalchemy as sa  # noqa: TID253 - Alembic alone reads this file
from alembic import op  # noqa: TID253 - Alembic alone reads this file

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table; runs that were kept before have no report."""
    op.create_table(
        "reports",
        sa.Column("number", sa.Integer, sa.ForeignKey("runs.number"), primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
    )
