"""Teams, their keys, submissions with their sources and results, settings, and who did what."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "greenprof_board_teams",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("sessions", sa.Integer, nullable=False),
        sa.Column("closed", sa.Boolean, nullable=False),
    )
    op.create_table(
        "greenprof_board_keys",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "team_id",
            sa.Integer,
            sa.ForeignKey("greenprof_board_teams.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False, unique=True),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("expires_at", sa.DateTime),
        sa.Column("used_at", sa.DateTime),
    )
    op.create_table(
        "greenprof_board_submissions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("uid", sa.Text, nullable=False, unique=True),
        sa.Column("team_id", sa.Integer, sa.ForeignKey("greenprof_board_teams.id"), nullable=False, index=True),
        sa.Column("challenge", sa.Text, nullable=False, index=True),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("received_at", sa.DateTime, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("not_before", sa.DateTime),
        sa.Column("taken_at", sa.DateTime),
        sa.Column("lease", sa.Text),
        sa.Column("lease_by", sa.Text),
        sa.Column("lease_until", sa.DateTime),
        sa.Column("trouble", sa.Text),
        sa.Column("finished_at", sa.DateTime),
    )
    op.create_table(
        "greenprof_board_sources",
        sa.Column("submission_id", sa.Integer, sa.ForeignKey("greenprof_board_submissions.id"), primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "greenprof_board_results",
        sa.Column("submission_id", sa.Integer, sa.ForeignKey("greenprof_board_submissions.id"), primary_key=True),
        sa.Column("judged_at", sa.DateTime, nullable=False),
        sa.Column("judge", sa.Text, nullable=False),
        sa.Column("estimated", sa.Boolean),
        sa.Column("host", sa.Text),
        sa.Column("score", sa.Float),
        sa.Column("low", sa.Float),
        sa.Column("high", sa.Float),
        sa.Column("findings", sa.Integer),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "greenprof_board_settings",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "greenprof_board_audit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
    )
    op.create_index("ix_greenprof_board_submissions_queue", "greenprof_board_submissions", ["state", "id"])
