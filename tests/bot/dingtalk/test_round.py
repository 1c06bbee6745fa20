"""From a row in the outbox to a card on a phone in the twin, from a press there back to the permit, and again."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.dingtalk.api import Api
from bot.dingtalk.budget import Spacing
from bot.dingtalk.client import DingTalkClient
from bot.dingtalk.ding import Alarm
from bot.dingtalk.platform import DingTalkPlatform
from bot.dingtalk.protocol import read_callback, read_frame
from bot.dingtalk.translate import arrivals_of
from bot.pace import NoLimit
from bot.present import Presenter
from bot.present_ports import Voice
from bot.relay import Relay
from cards import words
from cards.buttons import Action
from cards.dingtalk_template import PATH
from handlers.encoding import pack_outgoing
from handlers.outgoing import PermitCard
from handlers.views import Viewer
from sandbox.clock import ManualClock
from sandbox.dingtalk import Twin
from sandbox.dingtalk.phones import Phone
from storage.agenda import NewMessage
from storage.directory import Account
from tests.bot.dingtalk.conftest import Waiting
from tests.support.dingtalk_twin import APP, CORP, SECRET, Client, Stream
from tests.support.dingtalk_twin import Api as Caller
from tests.support.hot_work import GUARD, LEADER, NUMBER, UNIT
from tests.support.office import SECRET as BUTTON_KEY
from tests.support.office import SITE, ZONE, Stage, World
from workflow.effects import Lane, Purpose
from workflow.ids import PermitId, PersonId
from workflow.permit.state import Status

OURS = "our-permit-card.schema"
PHONES = {UNIT: "zhoujianguo", LEADER: "wangqiang", GUARD: "zhaomin"}
"""Whose phone in the twin is whose."""


@dataclass(slots=True)
class Round:
    """An office, a relay over DingTalk, and the twin's phones."""

    world: World
    relay: Relay
    twin: Twin
    clock: ManualClock
    stream: Client
    heard: int = 0

    async def tells(self, person: str, purpose: Purpose | None) -> None:
        """A card goes out."""
        self.world.count += 1
        card = PermitCard(person=PersonId(person), permit=PermitId(NUMBER), purpose=purpose)
        row = NewMessage(
            key=f"row-{self.world.count}", lane=Lane.ACTION, recipient=person, purpose="test",
            payload=pack_outgoing(card), at=self.world.now,
        )  # fmt: skip
        await self.world.writer.submit(lambda tx: tx.post(row))
        await self.sends()

    async def sends(self) -> None:
        """Two seconds pass, on both sides; what waits goes out."""
        self.world.now += timedelta(seconds=2)
        self.clock.advance(timedelta(seconds=2))
        await self.relay.drain()

    async def hears(self) -> None:
        """Whatever the phones did reaches the office over the stream, and what follows goes out."""
        self.heard += 1
        frame = (await self.stream.got(self.heard))[-1]
        callback = read_callback(read_frame(json.dumps(frame)), corp=CORP)
        for arrival in arrivals_of(callback, site=SITE, received_at=self.world.now):
            await self.world.office.handle(arrival)
        await self.sends()

    def phone(self, person: str) -> Phone:
        return self.twin.phone(PHONES[PersonId(person)], client_id=APP)

    def cards(self, person: str) -> list[Any]:
        return self.phone(person).cards

    def texts(self, person: str) -> list[str]:
        """The plain messages of the robot."""
        said = [one for one in self.phone(person).items if one.card is None and one.sender == "app"]
        return [str(one.content["content"]) for one in said]


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything a round needs but the office."""

    twin: Twin
    manual: ManualClock
    waiting: Waiting
    http: aiohttp.ClientSession


async def round_of(world: World, ground: Ground, *templates: str) -> Round:
    twin, manual, waiting, session = ground.twin, ground.manual, ground.waiting, ground.http
    accounts = tuple(
        Account(platform="dingtalk", corp=CORP, userid=user, person=PersonId(person)) for person, user in PHONES.items()
    )
    register = await world.writer.submit(lambda tx: tx.directory.register)
    await world.writer.submit(lambda tx: tx.put_register(replace(register, accounts=(*register.accounts, *accounts))))
    api = Api(
        session, manual, app_key=APP, app_secret=SecretStr(SECRET), base_url=twin.base_url, old_base_url=twin.base_url,
        pause=waiting, steady=waiting.steady,
    )  # fmt: skip
    client = DingTalkClient(session, manual, api, corp_id=CORP, robot_code=APP)
    platform = DingTalkPlatform(
        client=client, alarm=Alarm(client, manual, page="https://a.example"), templates=templates,
        spacing=Spacing(waiting.steady), pause=waiting,
    )  # fmt: skip

    class Clock:
        def now(self) -> Any:
            return world.now

    presenter = Presenter(
        writer=world.writer, viewer=Viewer(house=world.house), fetchers={}, clock=Clock(),
        voice=Voice(
            zone=ZONE, button_key=BUTTON_KEY, page=lambda *_: None, reach=frozenset({("dingtalk", CORP)}),
            pages_on=frozenset(),
        ),
    )  # fmt: skip

    async def nobody(_row: object, why: str) -> None:
        raise AssertionError(why)

    relay = Relay(
        writer=world.writer, present=presenter, platforms={"dingtalk": platform}, pace={"dingtalk": NoLimit()},
        clock=Clock(), name="relay", undelivered=nobody,
    )  # fmt: skip
    caller = Caller(session, twin.base_url)
    await caller.login()
    return Round(world=world, relay=relay, twin=twin, clock=manual, stream=await Stream(caller).connect())


@pytest.fixture
async def ground(twin: Twin, manual: ManualClock, waiting: Waiting) -> AsyncIterator[Ground]:
    async with aiohttp.ClientSession() as http:
        twin.templates.load(PATH.read_text("utf-8"), OURS, client_id=APP)
        yield Ground(twin, manual, waiting, http)


async def test_a_press_on_the_phone_moves_the_permit_and_the_card_it_was_on(at_stage: Stage, ground: Ground) -> None:
    it = await round_of(at_stage("submitted"), ground, OURS)
    await it.tells(UNIT, Purpose.ASK_ACCEPT)
    (card,) = it.cards(UNIT)
    accept = next(one["key"] for one in card["buttons"] if one["text"] == words.BUTTON[Action.ACCEPT])
    it.phone(UNIT).press_button(card, accept)
    await it.hears()
    assert await it.world.status(NUMBER) is Status.PREPARING
    (after,) = it.cards(UNIT)
    assert after["out_track_id"] == card["out_track_id"]
    assert after["data"]["status"] != card["data"]["status"]
    assert words.BUTTON[Action.ACCEPT] not in [one["text"] for one in after["buttons"]]
    assert it.twin.remarks == []


async def test_ticks_are_sent_as_a_form(at_stage: Stage, ground: Ground) -> None:
    it = await round_of(at_stage("submitted"), ground, OURS)
    await it.world.taps(UNIT, Action.ACCEPT, NUMBER)
    await it.tells(LEADER, Purpose.ASK_PREPARE)
    (card,) = it.cards(LEADER)
    law = (await it.world.permit(NUMBER)).law
    picked = [law.measures[0].no, law.measures[2].no]
    it.phone(LEADER).submit(card, {"measures": picked})
    await it.hears()
    answered = (await it.world.permit(NUMBER)).measures
    assert [answered[one.no].involved for one in law.measures[:3]] == [True, False, True]
    assert it.cards(LEADER)[0]["form"] == [], "on the same card"


async def test_a_late_press_is_answered_on_the_card_and_changes_nothing(at_stage: Stage, ground: Ground) -> None:
    it = await round_of(at_stage("submitted"), ground, OURS)
    await it.tells(UNIT, Purpose.ASK_ACCEPT)
    (card,) = it.cards(UNIT)
    params = {
        "token": card["data"]["b1_token"],
        "v": card["data"]["v"],
    }
    await it.world.taps(UNIT, Action.ACCEPT, NUMBER)
    await it.sends()
    kinds = await it.world.kinds(NUMBER)
    it.phone(UNIT).press_stale(card, "b1", params=params)
    await it.hears()
    assert [one for one in await it.world.kinds(NUMBER) if one == "RequestAccepted"] == ["RequestAccepted"]
    assert len(await it.world.kinds(NUMBER)) <= len(kinds) + 1
    assert "更新" in it.cards(UNIT)[0]["data"]["source"]


async def test_without_a_template_a_number_typed_on_the_phone_does_it(at_stage: Stage, ground: Ground) -> None:
    it = await round_of(at_stage("submitted"), ground)
    await it.tells(UNIT, Purpose.ASK_ACCEPT)
    (text,) = it.texts(UNIT)
    offer = next(line for line in text.splitlines() if line.endswith(words.BUTTON[Action.ACCEPT]))
    it.phone(UNIT).type_text(offer.partition("「")[2].partition("」")[0])
    await it.hears()
    assert await it.world.status(NUMBER) is Status.PREPARING
    assert it.cards(UNIT) == []
    it.phone(UNIT).type_text("选 101-1")
    await it.hears()
    assert (await it.world.kinds(NUMBER)).count("RequestAccepted") == 1


async def test_the_card_says_how_it_is_done_there_and_so_it_is_done(at_stage: Stage, ground: Ground) -> None:
    it = await round_of(at_stage("issued"), ground, OURS)
    await it.tells(GUARD, None)
    (card,) = it.cards(GUARD)
    assert "发「签到」加现场牌上的码" in "".join(card["data"].values())
    before = (await it.world.kinds(NUMBER)).count("ArrivedOnSite")
    it.phone(GUARD).type_text("签到 HC-TK2-B1")
    await it.hears()
    assert (await it.world.kinds(NUMBER)).count("ArrivedOnSite") == before + 1
    assert "发「签到」" not in "".join(it.cards(GUARD)[-1]["data"].values())
    assert it.cards(GUARD)[0]["data"]["done"] == words.REPLACED_DONE
