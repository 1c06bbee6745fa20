"""A day at the plant, played with thumbs only: everything below happens on phones of the twins.

Used by the demo's button and by the scenario tests. A step that cannot be played says which one and why.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import cast
from zoneinfo import ZoneInfo

from sandbox.answering import AGAIN, ASKS, Act, act
from sandbox.crews import STAFF, Crew
from sandbox.hands import Hand, Hands, Json
from sandbox.hands.hand import PERMIT_CODE
from sandbox.page.photos import picture

SITE_ZONE = ZoneInfo("Asia/Shanghai")
PATIENCE = 30.0
"""Real seconds to wait for a screen to show what the step needs."""
_LOOKS = 0.25

_OF_THE_THUMB = ("chosen", "click")
"""What a screen shows of a press before anybody answered it."""

Say = Callable[[str], None]
Jump = Callable[[timedelta], Awaitable[None]]


class StoryStuck(Exception):
    """A step found no button to press, or the screen never showed what it waited for."""


@dataclass(slots=True, kw_only=True)
class Player:
    """Plays steps with people's hands. ``jump`` pushes the plant's clock; ``say`` tells the audience."""

    hands: Hands
    jump: Jump
    say: Say
    crew: Crew = STAFF
    pause: float = 0.0
    """Real seconds between two steps, so that an audience can follow."""
    tick: timedelta = timedelta(seconds=8)
    """How long a hand takes on the plant's clock: nobody presses twenty buttons in one second."""
    photos: int = 0

    # -- seeing ---------------------------------------------------------------------------------------------------

    def hand(self, who: str) -> Hand:
        """The hand of a person, wherever they are."""
        return self.hands.of(who)

    def button(self, who: str, text: str, *, also: str = "") -> tuple[Json, Json] | None:
        """The newest card on a phone that shows a button of this text (and ``also`` anywhere), with the button."""
        for card in reversed(self.hand(who).cards):
            for button in cast(list[Json], card["buttons"]):
                if button["text"] == text and also in str(card["card"]):
                    return card, button
        return None

    def said(self, who: str, text: str) -> bool:
        """Whether anything on the phone's screen contains these words."""
        return any(text in str(item) for item in self.hand(who).screen)

    async def sees(self, who: str, text: str) -> None:
        """Wait until the screen shows these words."""
        await self._until(lambda: self.said(who, text), f"{who} 没有看到「{text}」")

    async def offered(self, who: str, text: str) -> None:
        """Wait until a button of this text can be pressed. It stays while the title of its card may change."""
        await self._until(lambda: self.button(who, text) is not None, f"{who} 没有「{text}」可按")

    async def shows(self, who: str, text: str) -> None:
        """Wait until the newest card of a permit shows these words."""
        await self._until(lambda: self.card_says(who, text), f"{who} 的作业票上没有「{text}」")

    async def _until(self, condition: Callable[[], bool], otherwise: str) -> None:
        """Wait; the plant's clock goes on meanwhile, for a platform that was told too much takes more only later."""
        for _ in range(int(PATIENCE / _LOOKS)):
            try:
                return await self.hands.until(condition, seconds=_LOOKS)
            except TimeoutError:
                await self.jump(timedelta(seconds=1))
        raise StoryStuck(otherwise)

    def newest_says(self, who: str, text: str) -> bool:
        """Whether the newest card or bubble from the app contains these words."""
        shown = [item for item in self.hand(who).screen if item["from"] == "app" and not item["recalled"]]
        return bool(shown) and text in str(shown[-1])

    def card_says(self, who: str, text: str) -> bool:
        """Whether the newest card of a permit on the phone contains these words."""
        return text in str((self._newest(who) or {}).get("card", ""))

    def _newest(self, who: str) -> Json | None:
        return next((card for card in reversed(self.hand(who).cards) if "票号" in str(card["card"])), None)

    async def moment(self) -> None:
        """Let what was just done have its effect."""
        await self.hands.settled()
        await asyncio.sleep(max(self.pause, 0.05))

    async def jump_to_hour(self, hour: int, minute: int) -> None:
        """Push the clock to a time of the same day, if it is not past already."""
        now = self.hands.clock.now().astimezone(SITE_ZONE)
        goal = now.replace(hour=hour, minute=minute, second=0)
        if goal > now:
            await self.jump(goal - now)

    # -- doing ----------------------------------------------------------------------------------------------------

    async def types(self, who: str, text: str) -> None:
        """Send a chat line."""
        await self._pause()
        await self.hand(who).says(text)

    async def press(self, who: str, text: str, *, also: str = "") -> None:
        """Wait for a button of this text and press it; choices keep what the card proposes."""
        await self._pause()
        await self._until(lambda: self.button(who, text, also=also) is not None, f"{who} 没有「{text}」可按")
        found = self.button(who, text, also=also)
        if found is None:
            raise StoryStuck(f"{who} 的「{text}」刚刚不见了")
        await self._press(who, *found)

    async def tries(self, who: str, text: str) -> bool:
        """Press a button of the newest card of a permit if it is there; whether it was."""
        await self._pause()
        card = self._newest(who)
        button = next((one for one in card["buttons"] if one["text"] == text), None) if card is not None else None
        if card is None or button is None:
            return False
        await self._press(who, card, button)
        return True

    async def _press(self, who: str, card: Json, button: Json) -> None:
        before = self._from_app(who)
        await self.hand(who).press(card, str(button["key"]))
        await self._answered(who, before)

    async def _answered(self, who: str, before: list[Json]) -> None:
        """Every press and every photo is answered: wait until the screen shows something else than before it."""
        await self._until(lambda: self._from_app(who) != before, f"{who} 没有等到回应")
        await self.hands.settled()

    def _from_app(self, who: str) -> list[Json]:
        shown = (item for item in self.hand(who).screen if item["from"] == "app")
        return [{key: value for key, value in item.items() if key not in _OF_THE_THUMB} for item in shown]

    async def _pause(self) -> None:
        await asyncio.sleep(self.pause)
        if self.tick:
            await self.jump(self.tick)

    async def answers(self, who: str, *, board: str, air: str, inside: int = 0) -> None:
        """Wait until a phone asks its guardian, and do the one thing its card wants, whatever it is."""
        await self._until(lambda: self._asking(who) is not None, f"{who} 没有被问到")
        wanted, button = act(*(self._asking(who) or ("", ())))
        before = self._from_app(who)
        match wanted:
            case Act.PRESS:
                await self.press(who, button)
            case Act.PHOTO:
                await self.shoots(who)
            case Act.BOARD:
                await self.scans(who, board)
            case Act.GAS:
                await self.types(who, air)
            case Act.COUNT:
                await self.types(who, f"{inside}人")
        await self._answered(who, before)
        await self._until(lambda: self._asking(who) is None, f"{who} 答了还在问")

    def _asking(self, who: str) -> tuple[str, tuple[str, ...]] | None:
        """What the newest card of a permit says and what can be pressed, when it asks the guardian something."""
        cards = [item for item in self.hand(who).cards if "票号" in str(item["card"])]
        shown = str(cards[-1]["card"]) if cards else ""
        if ASKS not in shown and AGAIN not in shown:
            return None
        return shown, tuple(str(button["text"]) for button in cast(list[Json], cards[-1]["buttons"]))

    async def press_if(self, text: str, who: str) -> None:
        """Press a button when the screen still offers it a moment later."""
        await self.moment()
        if self.button(who, text) is not None:
            await self.press(who, text)

    async def ticks(self, who: str, option: str, text: str) -> None:
        """Tick one option (by its words) of the newest card that offers it, and press its button."""
        await self._pause()
        await self._until(lambda: self._ticking(who, option) is not None, f"{who} 没有「{option}」可勾")
        found = self._ticking(who, option)
        if found is None:
            raise StoryStuck(f"{who} 的「{option}」刚刚不见了")
        card, question, ident = found
        button = next((one for one in cast(list[Json], card["buttons"]) if one["text"] == text), None)
        if button is None:
            raise StoryStuck(f"{who} 的卡片没有「{text}」")
        await self.hand(who).press(card, str(button["key"]), {question: [ident]})
        await self.hands.settled()

    def _ticking(self, who: str, option: str) -> tuple[Json, str, str] | None:
        for card in reversed(self.hand(who).cards):
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
        """Check in by the code of a board."""
        await self._pause()
        await self.hand(who).scans(code)
        await self.hands.settled()

    async def finds(self, who: str, number: str) -> None:
        """Scan the code of a permit, where the chat scans codes; elsewhere the permit's card is there already."""
        if self.hand(who).scans_permits:
            await self.scans(who, PERMIT_CODE + number)

    async def sends(self, who: str) -> None:
        """Send one picture nobody saw being taken, out of the album."""
        await self._pause()
        self.photos += 1
        before = self._from_app(who)
        await self.hand(who).sends_photo(picture(self.photos, self.hands.clock.now()))
        await self._answered(who, before)

    async def shoots(self, who: str) -> None:
        """Take one picture that counts as taken here and now."""
        await self._pause()
        self.photos += 1
        before = self._from_app(who)
        await self.hand(who).shoots(picture(self.photos, self.hands.clock.now()))
        await self._answered(who, before)


def _changed(until: Callable[[], bool], look: Callable[[], object], before: object) -> Callable[[], bool]:
    return lambda: until() or look() != before
