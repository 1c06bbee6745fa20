"""A hand on WeCom: the app's menu scans and photographs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

import aiohttp

from sandbox.hands.hand import Chosen, Doing, Json, Opened, Platform
from sandbox.wecom import GroupScreen, Phone

_BUTTON_CARD = "button_interaction"


class WeComHand:
    """A `sandbox.hands.Hand` on a phone of the WeCom twin."""

    platform = Platform.WECOM
    wants_photo = "现场拍照"
    scans_permits = True

    def __init__(self, phone: Phone, group: Callable[[str], GroupScreen]) -> None:
        self.phone = phone
        self._group = group

    @property
    def screen(self) -> list[Json]:
        """See `Hand`."""
        return self.phone.screen

    @property
    def cards(self) -> list[Json]:
        """See `Hand`."""
        return self.phone.cards

    def says(self, text: str) -> Doing:
        """See `Hand`."""
        return self.phone.type_text(text)

    def press(self, card: Json, key: str, chosen: Chosen | None = None) -> Doing:
        """See `Hand`. A card with buttons has one list at most; every other card is sent as a whole."""
        if cast(Json, card["card"])["card_type"] != _BUTTON_CARD:
            return self.phone.submit(card, chosen)
        picked = next(iter((chosen or {}).values()), ())
        return self.phone.press_button(card, key, choice=picked[0] if picked else None)

    def scans(self, code: str) -> Doing:
        """See `Hand`."""
        return self.phone.scan_code("扫码", code)

    async def shoots(self, picture: bytes) -> None:
        """See `Hand`. The event and the picture are two deliveries."""
        await asyncio.gather(*(_end(one) for one in self.phone.take_system_photo("现场拍照", picture)))

    def sends_photo(self, picture: bytes) -> Doing:
        """See `Hand`."""
        return self.phone.send_photo(picture)

    def sends_voice(self, sound: bytes) -> Doing:
        """See `Hand`."""
        return self.phone.send_voice(sound)

    def stands_at(self, latitude: str, longitude: str, label: str) -> Doing:
        """See `Hand`."""
        return self.phone.send_location(latitude, longitude, label=label)

    def tells_group(self, group: str, text: str) -> None:
        """See `Hand`. Apps do not hear what is said in groups."""
        self._group(group).say(self.phone.userid, text)

    async def opens(self, url: str) -> Opened:
        """See `Hand`."""
        page = await self.phone.open_link(url)
        return Opened(status=page.status, body=page.body, content_type=page.headers.get("Content-Type", ""))

    @property
    def web_view(self) -> aiohttp.ClientSession:
        """See `Hand`."""
        return self.phone.web_view


async def _end(doing: Doing) -> None:
    await doing
