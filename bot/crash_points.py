"""Where a test may pull the plug outside of the writer: at the callback's answer, in the relay, in the timer loop.

What must hold at each of them is one sentence: every arrival takes effect once, every message arrives, and none is
said twice under two keys (tests/scenarios/test_kill_matrix.py).
"""

from __future__ import annotations

from enum import StrEnum


class EdgePoint(StrEnum):
    """The places at the edge at which a power cut makes a difference."""

    TAKEN = "taken"
    """A delivery passed its checks and goes to the office."""
    BEFORE_ACK = "before_ack"
    """An arrival is durable, the platform has no answer yet: it will deliver again."""
    WOKEN = "woken"
    """Messages are durable, the relay has not taken their rows."""
    CLAIMED = "claimed"
    """A row is taken, nothing of it was sent."""
    ACCEPTED = "accepted"
    """The platform has the message, we have not written that down."""
    MARKED = "marked"
    """The row is marked; what it replaced is not taken back yet, the next row is not taken."""
    TIMER_CLAIMED = "timer_claimed"
    """A timer is taken, nobody was asked."""
    TIMER_DECIDED = "timer_decided"
    """What the timer asked for is durable, the timer is not marked."""
