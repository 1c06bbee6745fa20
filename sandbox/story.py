"""A day at the plant, played with thumbs only: everything below happens on phones of the twin.

Used by the demo's button and by the scenario tests. A step that cannot be played says which one and why.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from sandbox.page.photos import picture
from sandbox.wecom import Phone, Twin

Json = dict[str, Any]
SITE_ZONE = ZoneInfo("Asia/Shanghai")
PATIENCE = 10.0
"""Real seconds to wait for a screen to show what the step needs."""

Say = Callable[[str], None]
Jump = Callable[[timedelta], Awaitable[None]]


class StoryStuck(Exception):
    """A step found no button to press, or the screen never showed what it waited for."""


@dataclass(slots=True, kw_only=True)
class Player:
    """Plays steps on the phones of one twin. ``jump`` pushes the plant's clock; ``say`` tells the audience."""

    twin: Twin
    jump: Jump
    say: Say
    pause: float = 0.0
    """Real seconds between two steps, so that an audience can follow."""
    tick: timedelta = timedelta(seconds=8)
    """How long a hand takes on the plant's clock: nobody presses twenty buttons in one second."""
    photos: int = 0

    # -- seeing ---------------------------------------------------------------------------------------------------

    def phone(self, who: str) -> Phone:
        """The phone of a person."""
        return self.twin.phone(who)

    def button(self, who: str, text: str, *, also: str = "") -> tuple[Json, Json] | None:
        """The newest card on a phone that shows a button of this text (and ``also`` anywhere), with the button."""
        for card in reversed(self.phone(who).cards):
            for button in cast(list[Json], card["buttons"]):
                if button["text"] == text and also in str(card["card"]):
                    return card, button
        return None

    def said(self, who: str, text: str) -> bool:
        """Whether anything on the phone's screen contains these words."""
        return any(text in str(item) for item in self.phone(who).screen)

    async def sees(self, who: str, text: str) -> None:
        """Wait until the screen shows these words."""
        await self._until(lambda: self.said(who, text), f"{who} 没有看到「{text}」")

    async def _until(self, condition: Callable[[], bool], otherwise: str) -> None:
        try:
            await self.twin.until(condition, seconds=PATIENCE)
        except TimeoutError as late:
            raise StoryStuck(otherwise) from late

    def newest_says(self, who: str, text: str) -> bool:
        """Whether the newest card or bubble from the app contains these words."""
        shown = [item for item in self.phone(who).screen if item["from"] == "app" and not item["recalled"]]
        return bool(shown) and text in str(shown[-1])

    def card_says(self, who: str, text: str) -> bool:
        """Whether the newest card of a permit on the phone contains these words."""
        cards = [item["card"] for item in self.phone(who).cards if "票号" in str(item["card"])]
        return bool(cards) and text in str(cards[-1])

    async def moment(self) -> None:
        """Let what was just done have its effect."""
        await self.twin.settled()
        await asyncio.sleep(max(self.pause, 0.05))

    async def jump_to_hour(self, hour: int, minute: int) -> None:
        """Push the clock to a time of the same day, if it is not past already."""
        now = self.twin.clock.now().astimezone(SITE_ZONE)
        goal = now.replace(hour=hour, minute=minute, second=0)
        if goal > now:
            await self.jump(goal - now)

    # -- doing ----------------------------------------------------------------------------------------------------

    async def types(self, who: str, text: str) -> None:
        """Send a chat line."""
        await self._hand()
        await self.phone(who).type_text(text)

    async def press(self, who: str, text: str, *, also: str = "") -> None:
        """Wait for a button of this text and press it; choices keep what the card proposes."""
        await self._hand()
        await self._until(lambda: self.button(who, text, also=also) is not None, f"{who} 没有「{text}」可按")
        found = self.button(who, text, also=also)
        if found is None:
            raise StoryStuck(f"{who} 的「{text}」刚刚不见了")
        card, button = found
        phone, before = self.phone(who), self._from_app(who)
        if cast(Json, card["card"])["card_type"] == "button_interaction":
            await phone.press_button(card, str(button["key"]))
        else:
            await phone.submit(card)
        await self._answered(who, before)

    async def _answered(self, who: str, before: list[Json]) -> None:
        """Every press is answered: wait until the screen shows something else than before it."""
        await self._until(lambda: self._from_app(who) != before, f"{who} 按了没有反应")
        await self.twin.settled()

    def _from_app(self, who: str) -> list[Json]:
        shown = (item for item in self.phone(who).screen if item["from"] == "app")
        return [{key: value for key, value in item.items() if key != "chosen"} for item in shown]

    async def _hand(self) -> None:
        await asyncio.sleep(self.pause)
        if self.tick:
            await self.jump(self.tick)

    async def press_if(self, text: str, who: str) -> None:
        """Press a button when the screen still offers it a moment later."""
        await self.moment()
        if self.button(who, text) is not None:
            await self.press(who, text)

    async def ticks(self, who: str, option: str, text: str) -> None:
        """Tick one option (by its words) of the newest card that offers it, and press its button."""
        await self._hand()
        await self._until(lambda: self._ticking(who, option) is not None, f"{who} 没有「{option}」可勾")
        found = self._ticking(who, option)
        if found is None:
            raise StoryStuck(f"{who} 的「{option}」刚刚不见了")
        card, question, ident = found
        if all(button["text"] != text for button in cast(list[Json], card["buttons"])):
            raise StoryStuck(f"{who} 的卡片没有「{text}」")
        await self.phone(who).submit(card, {question: [ident]})
        await self.twin.settled()

    def _ticking(self, who: str, option: str) -> tuple[Json, str, str] | None:
        for card in reversed(self.phone(who).cards):
            box = cast(Json, cast(Json, card["card"]).get("checkbox") or {"option_list": []})
            for one in cast(list[Json], box["option_list"]) if card["buttons"] else []:
                if option in str(one["text"]):
                    return card, str(box["question_key"]), str(one["id"])
        return None

    async def press_while(self, who: str, text: str, *, until: Callable[[], bool]) -> int:
        """Press a button again and again as long as it comes back; how often it was pressed."""
        count = 0
        while not until():
            if self.button(who, text) is None:
                await self._until(
                    lambda: until() or self.button(who, text) is not None, f"{who} 的「{text}」没有再出现"
                )
                continue
            seen = self.button(who, text)
            await self.press(who, text)
            count += 1
            await self._until(_changed(until, lambda: self.button(who, text), seen), f"{who} 按「{text}」没有反应")
        return count

    async def scans(self, who: str, code: str) -> None:
        """Scan a code with the app's scan entry."""
        await self._hand()
        await self.phone(who).scan_code("扫码", code)
        await self.twin.settled()

    async def shoots(self, who: str) -> None:
        """Take one picture with the app's camera entry."""
        await self._hand()
        self.photos += 1
        for delivery in self.phone(who).take_system_photo("现场拍照", picture(self.photos, self.twin.clock.now())):
            await delivery
        await self.twin.settled()


def _changed(until: Callable[[], bool], look: Callable[[], object], before: object) -> Callable[[], bool]:
    return lambda: until() or look() != before
