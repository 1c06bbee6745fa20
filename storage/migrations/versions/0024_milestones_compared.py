"""The small indexes of the milestones, asked kind by kind: a list was built anew for every event written."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KINDS = (
    "PermitSubmitted", "RequestAccepted", "ReviewRequested", "StepApproved", "NodeEscalated", "ReturnedForChange",
    "PermitIssued", "PermitRejected", "PermitCancelled", "PermitVoided", "PermitExpired", "WorkStarted",
    "WorkSuspended", "WorkResumed", "WorkFinished", "PermitClosed", "AttemptRefused", "HazardReported",
    "HazardAccepted", "HazardReopened", "SeenAgain",
)  # fmt: skip
COMPARED = "(" + " OR ".join(f"kind = '{kind}'" for kind in KINDS) + ")"
LISTED = "kind IN (" + ", ".join(f"'{kind}'" for kind in KINDS) + ")"


def upgrade() -> None:
    """Make both indexes anew."""
    _anew(COMPARED)


def downgrade() -> None:
    """Make them as they were."""
    _anew(LISTED)


def _anew(condition: str) -> None:
    where = sa.text(condition)
    for name, columns in (
        ("journal_milestones", ["site", "kind", "at"]),
        ("journal_lives", ["site", "stream", "version", "kind", "at"]),
    ):
        op.drop_index(name, "journal")
        op.create_index(name, "journal", columns, sqlite_where=where, postgresql_where=where)
