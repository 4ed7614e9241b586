"""Runs, their reports, and other meters' readings of them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "greenprof_runs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("uid", sa.Text, nullable=False, unique=True),
        sa.Column("started_at", sa.DateTime, nullable=False, index=True),
        sa.Column("project", sa.Text, nullable=False, index=True),
        sa.Column("label", sa.Text),
        sa.Column("command", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("cpu", sa.Text, nullable=False),
        sa.Column("meter", sa.Text, nullable=False),
        sa.Column("estimated", sa.Boolean, nullable=False),
        sa.Column("uncertainty", sa.Float, nullable=False),
        sa.Column("runs", sa.Integer, nullable=False),
        sa.Column("exit_code", sa.Integer),
        sa.Column("duration_s", sa.Float, nullable=False),
        sa.Column("cpu_s", sa.Float, nullable=False),
        sa.Column("total_j", sa.Float),
        sa.Column("process_j", sa.Float),
        sa.Column("low_j", sa.Float),
        sa.Column("high_j", sa.Float),
        sa.Column("g_co2e", sa.Float),
        sa.Column("commit", sa.Text),
        sa.Column("branch", sa.Text),
        sa.Column("dirty", sa.Boolean),
        sa.Column("greenprof", sa.Text, nullable=False),
    )
    op.create_table(
        "greenprof_reports",
        sa.Column("run_id", sa.Integer, sa.ForeignKey("greenprof_runs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "greenprof_readings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "run_id", sa.Integer, sa.ForeignKey("greenprof_runs.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("energy_j", sa.Float, nullable=False),
        sa.Column("low_j", sa.Float, nullable=False),
        sa.Column("high_j", sa.Float, nullable=False),
        sa.Column("covered_s", sa.Float, nullable=False),
        sa.Column("values", sa.Integer, nullable=False),
    )
