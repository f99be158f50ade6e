"""Keep runs, their findings, and the verdict of every assumption."""

import sqlalchemy as sa  # noqa: TID253 - Alembic alone reads this file
from alembic import op  # noqa: TID253 - Alembic alone reads this file

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "runs",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("run", sa.String(64), nullable=False, unique=True),
        sa.Column("plan", sa.String(200), nullable=False, index=True),
        sa.Column("plan_sha256", sa.String(64), nullable=False),
        sa.Column("as_of", sa.String(40), nullable=False),
        sa.Column("finished_at", sa.String(40), nullable=False),
        sa.Column("tool_version", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(20), nullable=False),
        sa.Column("decision", sa.String(20), nullable=False),
        sa.Column("incomplete", sa.Integer, nullable=False),
    )
    op.create_table(
        "findings",
        sa.Column("number", sa.Integer, sa.ForeignKey("runs.number"), primary_key=True),
        sa.Column("finding", sa.String(64), primary_key=True),
        sa.Column("rule", sa.String(200), nullable=False),
        sa.Column("severity", sa.String(20), nullable=False),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("leaf", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("owner", sa.Text),
    )
    op.create_table(
        "assumptions",
        sa.Column("number", sa.Integer, sa.ForeignKey("runs.number"), primary_key=True),
        sa.Column("leaf", sa.Text, primary_key=True),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
    )
