"""Clicks on cards: the callback, its time limit, and its answer shown to the clicker alone."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sandbox.dingtalk.card_reading import CardReader, update_options
from sandbox.dingtalk.card_store import Copy
from sandbox.dingtalk.config import PersonConfig
from sandbox.dingtalk.errors import ApiError
from sandbox.dingtalk.frames import CARD_TOPIC, FrameType, dumps
from sandbox.dingtalk.hand import Hand
from sandbox.dingtalk.pushes import News, Outcome, Push

Json = dict[str, Any]


class ClickEnd(StrEnum):
    """How a click ended for the clicker."""

    WAITING = "waiting"
    ANSWERED = "answered"
    FAILED = "failed"
    """No good answer in time: the client says that something went wrong."""


@dataclass(slots=True, kw_only=True)
class Click:
    """One click. Await it to wait for what the clicker sees. ``push`` None: it went nowhere."""

    push: Push | None = None
    end: ClickEnd = ClickEnd.WAITING
    answer: Json = field(default_factory=dict)
    """The ``response`` of the answer, which event chains of a template can branch on."""
    _done: asyncio.Event = field(default_factory=asyncio.Event)

    def __await__(self) -> Generator[Any, None, Click]:
        yield from self._done.wait().__await__()
        return self

    def finish(self, end: ClickEnd) -> None:
        """Set the end."""
        self.end = end
        self._done.set()


class Clicks:
    """Sends clicks and shows their answers."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def click(self, person: PersonConfig, copy: Copy, action_id: str, params: Mapping[str, object]) -> Click:
        """Press something on a card."""
        card, world, click = copy.card, self._hand.world, Click()
        app = world.app(card.client_id)
        self._show(copy, person, click, ClickEnd.WAITING)
        if app is None or not card.stream:
            self._show(copy, person, click, ClickEnd.FAILED)
            return click
        news = News(
            type=FrameType.CALLBACK,
            topic=CARD_TOPIC,
            data=self._data(person, copy, action_id, params),
            about="card",
            userid=person.userid,
            limit=world.quirks.click_limit,
            repeats=world.quirks.clicks_repeat,
        )
        card.clicks_open += 1

        def heard(push: Push) -> None:
            card.clicks_open -= 1
            self._heard(person, copy, click, push)

        click.push = self._hand.push(app, news, metered=world.quirks.clicks_are_metered, heard=heard)
        return click

    def _data(self, person: PersonConfig, copy: Copy, action_id: str, params: Mapping[str, object]) -> Json:
        card, quirks = copy.card, self._hand.world.quirks
        private: Json = {"actionIds": [action_id]}
        content: Json = {"cardPrivateData": private}
        (content if quirks.params_beside else private)["params"] = dict(params)
        return {
            "type": "actionCallback",
            "outTrackId": card.out_track_id,
            "corpId": copy.place.corp_id,
            "userId": person.unionid if card.by_union else person.userid,
            "userIdType": 2 if card.by_union else 1,
            "spaceId": copy.space_id,
            "spaceType": copy.space_type,
            "extension": "{}",
            "value" if quirks.click_in_value else "content": dumps(content),
        }

    def _heard(self, person: PersonConfig, copy: Copy, click: Click, push: Push) -> None:
        """The first attempt is over; what comes later is shown to nobody."""
        ack = push.attempts[-1].ack if push.attempts else None
        if ack is None or push.attempts[-1].outcome is not Outcome.ACCEPTED:
            self._show(copy, person, click, ClickEnd.FAILED)
            return
        answer = ack.data.get("response")
        click.answer = answer if isinstance(answer, dict) else {}
        try:
            self._apply(person, copy, click.answer)
        except ApiError as error:
            self._hand.remark(copy.card.out_track_id, f"the answer to a click is refused: {error}")
            self._show(copy, person, click, ClickEnd.FAILED)
            return
        self._show(copy, person, click, ClickEnd.ANSWERED)
        self._hand.cards.tell(copy.card)

    def _apply(self, person: PersonConfig, copy: Copy, answer: Json) -> None:
        card, world = copy.card, self._hand.world
        reader = CardReader(corp=world.corps[copy.place.corp_id], limits=world.limits, quirks=world.quirks)
        public = reader.public(answer, card.template)
        own = reader.public({"cardData": answer.get("userPrivateData")}, card.template)
        public_by_key, private_by_key = update_options(answer)
        if public is not None:
            card.show_clicker(person.userid, public, by_key=public_by_key)
        if own is not None:
            card.set_private({person.userid: own}, by_key=private_by_key, spare_others=True)

    def _show(self, copy: Copy, person: PersonConfig, click: Click, end: ClickEnd) -> None:
        copy.clicked[person.userid] = str(end)
        if end is not ClickEnd.WAITING:
            click.finish(end)
        if copy.item is not None:
            self._hand.screens.changed(copy.place, copy.item)
