"""Which ways of confirming a person is offered."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from handlers.rungs import Rung, offers
from tests.support.hot_work import CHIEF, UNIT
from tests.support.office import World
from workflow.ids import PersonId
from workflow.values import ProofMethod

RUNGS = (
    Rung(method=ProofMethod.PLATFORM_LIVE_CHECK, way="live", has=lambda _, person: person == UNIT),
    Rung(method=ProofMethod.VENDOR_FACE, way="face", has=lambda _tx, _person: True),
)


@pytest.mark.parametrize(
    ("person", "key", "weakest", "ways"),
    [
        (UNIT, True, ProofMethod.PLATFORM_SESSION, ["", "face", "live"]),
        (UNIT, False, ProofMethod.PLATFORM_SESSION, ["face", "live"]),
        (CHIEF, False, ProofMethod.PLATFORM_SESSION, ["face"]),
        (UNIT, True, ProofMethod.VENDOR_FACE, ["", "face"]),
        (UNIT, False, ProofMethod.PASSKEY, []),
    ],
)
async def test_the_strongest_comes_first_and_nothing_too_weak(
    at_stage: Callable[[str], World], person: PersonId, key: bool, weakest: ProofMethod, ways: list[str]
) -> None:
    world = at_stage("review")
    found = await world.writer.submit(lambda tx: offers(tx, RUNGS, person, key=key, weakest=weakest))
    assert [one.way for one in found] == ways
    assert all(one.limits for one in found if one.way), "a rung below the key says what it does not show"
