"""Keep each finding's figure, and how many findings were accepted."""

import sqlalchemy as sa  # noqa: TID253 - Alembic alone reads this file
from alembic import op  # noqa: TID253 - Alembic alone reads this file

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns; runs that were kept before have no figures."""
    op.add_column("findings", sa.Column("value", sa.Text))
    op.add_column("findings", sa.Column("unit", sa.Text))
    op.add_column("runs", sa.Column("waived", sa.Integer, nullable=False, server_default="0"))
