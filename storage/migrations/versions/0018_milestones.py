"""Small indexes for the figures: the milestones of the journal by time and by life, hazards by place and day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MILESTONES = sa.text(
    "kind IN ('PermitSubmitted', 'RequestAccepted', 'ReviewRequested', 'StepApproved', 'NodeEscalated',"
    " 'ReturnedForChange', 'PermitIssued', 'PermitRejected', 'PermitCancelled', 'PermitVoided', 'PermitExpired',"
    " 'WorkStarted', 'WorkSuspended', 'WorkResumed', 'WorkFinished', 'PermitClosed', 'AttemptRefused',"
    " 'HazardReported', 'HazardAccepted', 'HazardReopened', 'SeenAgain')"
)


def upgrade() -> None:
    """Make the indexes."""
    for name, columns in (
        ("journal_milestones", ["site", "kind", "at"]),
        ("journal_lives", ["site", "stream", "version", "kind", "at"]),
    ):
        op.create_index(name, "journal", columns, sqlite_where=MILESTONES, postgresql_where=MILESTONES)
    op.create_index("hazards_place", "hazards", ["site", "area", "kind"])
    op.create_index("hazards_reported", "hazards", ["site", "reported_at"])


def downgrade() -> None:
    """Take them away."""
    for name in ("hazards_reported", "hazards_place"):
        op.drop_index(name, "hazards")
    for name in ("journal_lives", "journal_milestones"):
        op.drop_index(name, "journal")
