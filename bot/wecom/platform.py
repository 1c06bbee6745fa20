"""WeCom as the relay sees it: pushes, edits, recalls, group posts and downloads, with our own family of troubles."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Final, TypeVar

import aiohttp

from bot.platform import (
    AlreadySent,
    Cards,
    Fetched,
    Gone,
    HandleSpent,
    PlatformTrouble,
    Pushed,
    TooLarge,
    TryLater,
    Unacceptable,
    Undeliverable,
)
from bot.wecom import errors
from bot.wecom.client import WeComClient
from bot.wecom.media import MediaTooLarge
from bot.wecom.messages import MessageInvalid, ReplaceCard, TemplateCard, Text, To, split_text
from cards.card import Bubble, Card, Message
from cards.wecom import encode

T = TypeVar("T")

MAX_MEDIA: Final = 20 * 1024 * 1024
"""The largest file the platform hands out in one piece."""
DUPLICATE_TASK: Final = 42014
_ASK_AN_OPERATOR: Final = timedelta(minutes=5)
_MAX_GROUP_TEXT: Final = 2048


def task_of(key: str) -> str:
    """Our key of a card, as the platform's task id: the same idempotency key always gives the same one."""
    return "ptw_" + hashlib.sha256(key.encode()).hexdigest()[:40]


class WeComPlatform:
    """A `bot.platform.Platform` for one self-built app.

    ``notice_url``: where a card without buttons leads. ``chat_key``: from a group's chat as the register writes it to
    the key of its robot, None when that is not set.
    """

    name = "wecom"
    cards_are = Cards.ONE_USE

    def __init__(
        self,
        *,
        client: WeComClient,
        session: aiohttp.ClientSession,
        base_url: str,
        notice_url: str,
        chat_key: Callable[[str], str | None] = lambda chat: chat,
    ) -> None:
        self._client = client
        self._session = session
        self._base_url = base_url.rstrip("/")
        self._notice_url = notice_url
        self._chat_key = chat_key

    def parts(self, message: Message) -> int:
        """See `bot.platform.Platform.parts`."""
        return 1 if isinstance(message, Card) else max(1, sum(1 for _ in split_text(message.text)))

    async def push(self, user: str, message: Message, *, key: str, again: bool, urgent: bool = False) -> Pushed:
        """See `bot.platform.Platform.push`."""
        if isinstance(message, Bubble):
            return await self._say(user, message, key, urgent=urgent)
        task = task_of(key)
        card = TemplateCard(card=encode(message, task_id=task, notice_url=self._notice_url))
        try:
            sent = await _translated(lambda: self._client.send(card, To(users=(user,)), key=key, urgent=urgent))
        except errors.CardRejected as refused:
            if again and refused.code == DUPLICATE_TASK:
                raise AlreadySent(task) from refused
            raise Unacceptable(str(refused)) from refused
        if sent.missed:
            raise Undeliverable(f"{user} is not reached by the app")
        return Pushed(task=task, msgid=sent.message_id or None, handle=sent.response_code)

    async def _say(self, user: str, bubble: Bubble, key: str, *, urgent: bool) -> Pushed:
        """In pieces, each with a key of its own: of a text that broke off in the middle only the rest is sent again."""
        pieces = list(split_text(bubble.text))
        if not pieces:
            raise Unacceptable("a text without words")
        for number, piece in enumerate(pieces):
            text, to, part = Text(content=piece), To(users=(user,)), f"{key}/{number}"
            sent = await _translated(partial(self._client.send, text, to, key=part, urgent=urgent))
            if sent.missed:
                raise Undeliverable(f"{user} is not reached by the app")
        return Pushed(task=task_of(key), msgid=None, handle=None)

    async def edit(self, user: str, card: Card, *, task: str, handle: str | None) -> None:
        """See `bot.platform.Platform.edit`."""
        if handle is None:
            raise HandleSpent("a card is changed with a right only")
        update = ReplaceCard(card=encode(card, task_id=task, notice_url=self._notice_url))
        try:
            missed = await _translated(lambda: self._client.update_card(update, response_code=handle, users=(user,)))
        except errors.CardRejected as refused:
            raise Unacceptable(str(refused)) from refused
        if missed:
            raise Undeliverable(f"{user} holds no such card")

    async def recall(self, msgid: str) -> bool:
        """See `bot.platform.Platform.recall`. The platform takes back what is younger than a day."""
        try:
            await _translated(lambda: self._client.recall(msgid))
        except (errors.CardRejected, Undeliverable):
            return False
        return True

    async def say_to_group(self, chat: str, text: str, *, key: str, again: bool, urgent: bool = False) -> None:
        """Post through the group's robot. It knows no idempotency; what the relay makes of that: docs/adr/0077."""
        del key, again, urgent  # a robot has one queue only
        for piece in split_text(text, _MAX_GROUP_TEXT):
            await self._post(chat, piece)

    async def _post(self, chat: str, piece: str) -> None:
        robot = self._chat_key(chat)
        if robot is None:
            raise Undeliverable(f"webhook/send: {chat} is not set")
        address = f"{self._base_url}/cgi-bin/webhook/send"
        body: Mapping[str, Any] = {"msgtype": "text", "text": {"content": piece}}
        try:
            async with self._session.post(
                address, params={"key": robot}, json=body, timeout=aiohttp.ClientTimeout(total=10)
            ) as answer:
                said = await answer.json(content_type=None)
        except aiohttp.ClientConnectorError as trouble:
            raise TryLater(f"webhook/send: {type(trouble).__name__}", sure=True) from None
        except (aiohttp.ClientError, TimeoutError, ValueError) as trouble:
            # Without its cause: the address in it carries the group's key.
            raise TryLater(f"webhook/send: {type(trouble).__name__}") from None
        if not isinstance(said, dict) or not isinstance(code := said.get("errcode", 0), int):
            raise TryLater("webhook/send: no answer that can be read")
        if code in {*errors.BUSY, *errors.THROTTLING}:
            raise TryLater(f"webhook/send: errcode {code}", timedelta(minutes=1), sure=True)
        if code != 0:
            raise Undeliverable(f"webhook/send: errcode {code}")

    async def fetch(self, handle: str) -> Fetched:
        """See `bot.platform.Platform.fetch`."""
        sink = io.BytesIO()
        try:
            download = await _translated(lambda: self._client.download(handle, sink, max_bytes=MAX_MEDIA))
        except MediaTooLarge as large:
            raise TooLarge(str(large)) from large
        return Fetched(data=sink.getvalue(), mime=download.content_type)


async def _translated(call: Callable[[], Awaitable[T]]) -> T:
    """Run a call of the client; its troubles become ours. `CardRejected` passes through: only the caller knows why."""
    try:
        return await call()
    except errors.CardRejected:
        raise
    except (errors.WeComTrouble, MessageInvalid) as trouble:
        raise _ours(trouble) from trouble


def _ours(trouble: errors.WeComTrouble | MessageInvalid) -> PlatformTrouble:
    match trouble:
        case errors.Throttled():
            return TryLater(str(trouble), trouble.retry_after)
        case errors.NetworkTrouble() | errors.PlatformBusy() | errors.TokenDead():
            return TryLater(str(trouble))
        case errors.Misconfigured():
            return TryLater(str(trouble), _ASK_AN_OPERATOR)
        case errors.CodeSpent():
            return HandleSpent(str(trouble))
        case errors.Gone():
            return Gone(str(trouble))
        case errors.ContentRefused() | errors.Refused() | MessageInvalid():
            return Unacceptable(str(trouble))
        case _:
            return Undeliverable(str(trouble))
