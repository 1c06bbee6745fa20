"""The level-1 hot work, from a chat line to a closed permit, through twin and production adapter."""

from __future__ import annotations

from collections import Counter

from sandbox.story_hot import hot_work_story
from tests.scenarios.conftest import Plant
from workflow.journal import verify
from workflow.permit.state import Status


async def test_the_story_runs_to_the_end_and_the_journal_tells_it(site: Plant) -> None:
    number = await hot_work_story(site.player)

    permit = await site.service.permit(number)
    assert permit.status is Status.CLOSED
    assert permit.law.grade.value == "first"
    assert [signature.node for signature in permit.signatures] == [node.key for node in permit.law.chain]
    assert len({signature.person for signature in permit.signatures}) == len(permit.signatures)

    kinds = Counter(await site.events(number))
    for once in ("PermitSubmitted", "RequestAccepted", "PermitIssued", "WorkStarted", "WorkSuspended", "WorkResumed",
                 "WorkFinished", "FireWatchStarted", "FireWatchEnded", "PermitClosed", "NodeEscalated",
                 "EscalationAcknowledged"):  # fmt: skip
        assert kinds[once] == 1, once

    records, _ = await site.service.history(number)
    verify(records)
    assert not site.twin.dropped, "no message was lost to the platform's silent limit"
