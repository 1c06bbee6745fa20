"""What a visitor of the page can do with a phone. Everything goes through the hand of the person."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from sandbox.clock import Clock
from sandbox.dingtalk import NotOffered
from sandbox.hands import Hand, Hands, Json, Platform
from sandbox.hands.dingtalk import DingTalkHand
from sandbox.hands.wecom import WeComHand
from sandbox.page.photos import picture
from sandbox.plant.places import gcj02_middle

_VOICE = b"#!AMR\n" + bytes(64)
GroupOf = Callable[[Platform], str]
"""The chat of the safety group on a platform."""


class NotHere(Exception):
    """The person's platform has nothing like it."""


class Acts:
    """The acts of all phones. ``group``: where people meet who speak to a group."""

    def __init__(self, clock: Clock, group: GroupOf) -> None:
        self._clock = clock
        self._group = group
        self._photos = 0

    async def act(self, hands: Hands, body: Json) -> None:
        """Do what the page asks for. Raises `KeyError` for what it cannot ask, `NotHere`, and the twins' refusals."""
        place, _, who = str(body["phone"]).partition("-")
        hand, do = hands.on(Platform(place), who), str(body["do"])
        if do in _IN_GROUP:
            self._in_group(hand, do, body)
        elif do == "camera":
            await hand.shoots(self._picture())
        else:
            _ALONE[do](self, hand, body)

    def _in_group(self, hand: Hand, do: str, body: Json) -> None:
        chat = self._group(hand.platform)
        if do == "group_text":
            hand.tells_group(chat, str(body["text"]))
        elif not isinstance(hand, DingTalkHand):
            raise NotHere("企业微信群里发的东西，应用收不到，这里不演")
        elif do == "group_photo":
            hand.shows_group(chat, self._picture())
        else:
            try:
                hand.calls_to_group(chat, _VOICE)
            except NotOffered as no:
                raise NotHere("群里的语音机器人听不到，请在群里@机器人用文字说，或在单聊里发语音") from no

    def _text(self, hand: Hand, body: Json) -> None:
        hand.says(str(body["text"]))

    def _scan(self, hand: Hand, body: Json) -> None:
        hand.scans(str(body["code"]))

    def _photo(self, hand: Hand, _: Json) -> None:
        hand.sends_photo(self._picture())

    def _voice(self, hand: Hand, _: Json) -> None:
        hand.sends_voice(_VOICE)

    def _location(self, hand: Hand, body: Json) -> None:
        hand.stands_at(*gcj02_middle(str(body["place"])))

    def _press(self, hand: Hand, body: Json) -> None:
        chosen = {
            str(key): [str(each) for each in value] for key, value in cast(Json, body.get("chosen") or {}).items()
        }
        card = next(one for one in hand.cards if one["id"] == body["message"])
        hand.press(card, str(body["key"]), chosen)

    def _menu(self, hand: Hand, body: Json) -> None:
        if not isinstance(hand, WeComHand):
            raise NotHere("钉钉的会话里没有菜单")
        hand.phone.press_menu(str(body["key"]))

    def _todo(self, hand: Hand, body: Json) -> None:
        if not isinstance(hand, DingTalkHand):
            raise NotHere("企业微信的手机上没有这个待办")
        hand.phone.tick_off(str(body["todo"]))

    def _picture(self) -> bytes:
        self._photos += 1
        return picture(self._photos, self._clock.now())


_IN_GROUP = ("group_text", "group_photo", "group_voice")
_ALONE: dict[str, Callable[[Acts, Hand, Json], None]] = {
    "text": Acts._text,
    "press": Acts._press,
    "scan": Acts._scan,
    "photo": Acts._photo,
    "voice": Acts._voice,
    "location": Acts._location,
    "menu": Acts._menu,
    "todo": Acts._todo,
}
