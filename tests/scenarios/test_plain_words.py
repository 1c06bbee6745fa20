"""A platform that takes no card at all: people are reached in words and answer by typing, and stops get through."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from handlers.encoding import pack_outgoing
from handlers.outgoing import Answer, PermitCard
from sandbox.hands import Platform
from sandbox.plant.mixes import Mix
from sandbox.story_hot import ask, prepare
from sandbox.switches import apply
from storage.agenda import NewMessage
from tests.support.plant_on import PlantOn, plant_on
from workflow.effects import Lane, Purpose
from workflow.ids import PermitId, PersonId

CREATE = "/v1.0/card/instances/createAndDeliver"
ALWAYS = -1
_AGREE = re.compile(r"「(选 [0-9]+-[0-9]+)」同意")


@pytest.fixture(params=list(Platform))
async def site(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[PlantOn]:
    async with plant_on(tmp_path, Mix(request.param.value)) as made:
        yield made


def refuse_cards(site: PlantOn) -> None:
    """From now on the platform takes no new card."""
    if site.works.mix is Mix.WECOM:
        apply(site.wecom.faults, {"cards_refused": ALWAYS})
    else:
        site.dingtalk.faults.fail(CREATE, "param.invalid", times=ALWAYS)


async def post(site: PlantOn, key: str, lane: Lane, message: PermitCard | Answer) -> None:
    """Put a row into the outbox, as an office would."""
    row = NewMessage(
        key=key, lane=lane, recipient=message.person, purpose="test", payload=pack_outgoing(message),
        at=site.works.clock.now(),
    )  # fmt: skip
    await site.service.writer.submit(lambda tx: tx.post(row))
    await site.service.quiet()


async def test_where_no_card_is_taken_people_sign_by_typing_and_a_stop_gets_through(site: PlantOn) -> None:
    crew, player = site.crew, site.player
    number = await ask(player)
    await prepare(player)
    await player.offered(crew.unit, "同意")
    await site.service.quiet()  # an older card offers it as well, until the new one takes its place
    refuse_cards(site)
    await player.press(crew.unit, "同意")
    await player.sees(crew.safety, "「选 ")
    (typed,) = set(_AGREE.findall(str(site.hands.of(crew.safety).screen)))
    assert number in str(site.hands.of(crew.safety).screen)
    await player.types(crew.safety, typed)
    await site.service.quiet()
    assert (await site.events(number)).count("StepApproved") == 2

    stop = PermitCard(person=PersonId(crew.worker), permit=PermitId(number), purpose=Purpose.SUSPENDED)
    await post(site, "stop", Lane.SAFETY, stop)
    await player.sees(crew.worker, f"【立即停工】{number}。请马上照办")

    broken = PermitCard(person=PersonId(crew.leader), permit=PermitId(number), purpose=None, note="no such words")
    await post(site, "broken", Lane.ACTION, broken)
    await player.sees(crew.leader, f"【作业票】{number}。卡片没能送出")

    health = await site.service.watchdog.look()
    assert health.plain >= 3
    assert health.dead == 0
    async with aiohttp.ClientSession() as browser, browser.get(f"{site.service.base_url}/healthz") as answer:
        assert (await answer.json())["plain"] == health.plain
