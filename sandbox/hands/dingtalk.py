"""A hand on DingTalk: no menu and no camera of the app's. A check-in is typed, a photo that counts shows a code.

The code stands on the permit's page, which a second screen shows beside the work; the hand opens it like the client
does, signs in as the page asks, and holds what it shows into the picture.
"""

from __future__ import annotations

import re
from typing import cast
from urllib.parse import urlencode, urljoin, urlsplit

import aiohttp

from sandbox.dingtalk import NotOffered, Phone
from sandbox.hands.hand import BOARD_CODE, Chosen, Doing, Json, Opened, Platform
from sandbox.page.photos import beside_code

_FORM = "form"
_CODE = re.compile(r"<h2>现场验证码</h2>\s*(<svg.*?</svg>)", re.DOTALL)
_ASKS_WHO = re.compile(r'data-back="(?P<back>[^"]+)"\s+data-state="(?P<state>[^"]+)"')


class DingTalkHand:
    """A `sandbox.hands.Hand` on a phone of the DingTalk twin."""

    platform = Platform.DINGTALK
    wants_photo = "验证码一起入镜"
    scans_permits = False

    def __init__(self, phone: Phone) -> None:
        self.phone = phone

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
        return _heard(self.phone.type_text(text))

    def press(self, card: Json, key: str, chosen: Chosen | None = None) -> Doing:
        """See `Hand`. What is chosen goes with the form's own button only."""
        if key != _FORM:
            return self.phone.press_button(card, key)
        several = {str(one["name"]) for one in cast(list[Json], card["form"]) if str(one["type"]).startswith("MULTI")}
        answers = {name: list(ids) if name in several else next(iter(ids)) for name, ids in (chosen or {}).items()}
        return self.phone.submit(card, answers)

    def scans(self, code: str) -> Doing:
        """See `Hand`. The robot's chat scans nothing: the board's code is typed, any other pasted as it was read."""
        return self.says(f"签到 {code.removeprefix(BOARD_CODE)}" if code.startswith(BOARD_CODE) else code)

    async def shoots(self, picture: bytes) -> None:
        """See `Hand`."""
        await self.sends_photo(beside_code(picture, await self._code()))

    def sends_photo(self, picture: bytes) -> Doing:
        """See `Hand`."""
        return self.phone.send_photo(picture)

    def sends_voice(self, sound: bytes) -> Doing:
        """See `Hand`."""
        return self.phone.send_voice(sound)

    def stands_at(self, latitude: str, longitude: str, label: str) -> Doing:
        """See `Hand`. The platform does not hand a position to a robot."""
        return self.phone.send_location(latitude, longitude, label=label)

    def tells_group(self, group: str, text: str) -> None:
        """See `Hand`. The robot hears what mentions it."""
        self.phone.in_group(group).type_text(text, at=[self.phone.robot])

    def shows_group(self, group: str, picture: bytes) -> None:
        """Send a picture in a group. Alone it mentions nobody: it goes with a word."""
        self.phone.in_group(group).send_rich_text(("现场照片", picture), at=[self.phone.robot])

    def calls_to_group(self, group: str, sound: bytes) -> None:
        """Send a voice note in a group."""
        self.phone.in_group(group).send_voice(sound)

    async def opens(self, url: str) -> Opened:
        """See `Hand`."""
        page = await self.phone.open_link(url)
        asked = _ASKS_WHO.search(page.text)
        if asked is not None:
            told = urlencode({"code": self.phone.request_auth_code(page.url), "state": asked["state"]})
            page = await self.phone.open_link(f"{urljoin(page.url, asked['back'])}?{told}")
        return Opened(status=page.status, body=page.body, content_type=page.headers.get("Content-Type", ""))

    @property
    def web_view(self) -> aiohttp.ClientSession:
        """See `Hand`."""
        return self.phone.web_view

    async def _code(self) -> str:
        """The code that the page of the newest permit on the screen shows now, as SVG."""
        links = [str(link["url"]) for card in self.cards for link in cast(list[Json], card["links"])]
        permits = [url for url in links if urlsplit(url).path.startswith("/p/")]
        found = _CODE.search((await self.opens(permits[-1])).text) if permits else None
        if found is None:
            raise NotOffered("no page of a permit shows a code now")
        return found[1]


def _heard(doing: Doing | None) -> Doing:
    if doing is None:
        raise NotOffered("no robot hears this here")
    return doing
