"""WeCom as the relay sees it: pushes, edits, recalls, group posts and downloads, with our own family of troubles."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Awaitable, Callable, Sequence
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
    made,
)
from bot.wecom import errors
from bot.wecom.client import WeComClient
from bot.wecom.media import MediaTooLarge, check_upload, upload_form
from bot.wecom.messages import (
    MAX_TEXT,
    Media,
    MediaKind,
    MessageInvalid,
    ReplaceCard,
    TemplateCard,
    Text,
    To,
    split_text,
)
from cards.card import Bubble, Card, File, Message
from cards.linked import anchors, markdown
from cards.wecom import encode

T = TypeVar("T")

MAX_MEDIA: Final = 20 * 1024 * 1024
"""The largest file the platform hands out in one piece."""
DUPLICATE_TASK: Final = 42014
_ASK_AN_OPERATOR: Final = timedelta(minutes=5)
_MAX_GROUP_TEXT: Final = 2048
_REMEMBERED: Final = 100
_MAX_GROUP_MARKDOWN: Final = 4096
_MAX_GROUP_PICTURE: Final = 2 * 1024 * 1024


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
        self._handed: dict[str, str] = {}
        """Files of which the platform took the bytes and nobody knows whether it sent them: media id by key."""

    def parts(self, message: Message) -> int:
        """See `bot.platform.Platform.parts`."""
        return max(1, sum(1 for _ in split_text(message.text))) if isinstance(message, Bubble) else 1

    async def push(self, user: str, message: Message, *, key: str, again: bool, urgent: bool = False) -> Pushed:
        """See `bot.platform.Platform.push`."""
        if isinstance(message, Bubble):
            return await self._say(user, message, key, urgent=urgent)
        if isinstance(message, File):
            return await self._hand(user, message, key, urgent=urgent)
        task = task_of(key)
        card = TemplateCard(card=made(lambda: encode(message, task_id=task, notice_url=self._notice_url)))
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
        linked = anchors(bubble.text, bubble.links) if bubble.links else ""
        pieces = [linked] if linked and len(linked.encode()) <= MAX_TEXT else list(split_text(bubble.text))
        if not pieces:
            raise Unacceptable("a text without words")
        for number, piece in enumerate(pieces):
            text, to, part = Text(content=piece), To(users=(user,)), f"{key}/{number}"
            sent = await _translated(partial(self._client.send, text, to, key=part, urgent=urgent))
            if sent.missed:
                raise Undeliverable(f"{user} is not reached by the app")
        return Pushed(task=task_of(key), msgid=None, handle=None)

    async def _hand(self, user: str, file: File, key: str, *, urgent: bool) -> Pushed:
        """A file. What was uploaded is kept while nobody knows whether it was sent: so the next try is the same JSON,
        which the platform shows once."""
        media = self._handed.get(key)
        if media is None:
            upload = partial(self._client.upload, MediaKind.FILE, file.data, filename=file.name, content_type=file.mime)
            media = (await _translated(upload)).media_id
        self._handed.pop(key, None)
        message = Media(kind=MediaKind.FILE, media_id=media)
        try:
            sent = await _translated(partial(self._client.send, message, To(users=(user,)), key=key, urgent=urgent))
        except TryLater:
            self._handed[key] = media
            while len(self._handed) > _REMEMBERED:
                del self._handed[next(iter(self._handed))]
            raise
        if sent.missed:
            raise Undeliverable(f"{user} is not reached by the app")
        return Pushed(task=task_of(key), msgid=sent.message_id or None, handle=None)

    async def edit(self, user: str, card: Card, *, task: str, handle: str | None) -> None:
        """See `bot.platform.Platform.edit`."""
        if handle is None:
            raise HandleSpent("a card is changed with a right only")
        update = ReplaceCard(card=made(lambda: encode(card, task_id=task, notice_url=self._notice_url)))
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

    async def say_to_group(
        self, chat: str, text: str, *, key: str, again: bool, urgent: bool = False, links: Sequence[str] = ()
    ) -> None:
        """Post through the group's robot. It knows no idempotency; what the relay makes of that: docs/adr/0077."""
        del key, again, urgent  # a robot has one queue only
        marked = markdown(text, links) if links else ""
        if marked and len(marked.encode()) <= _MAX_GROUP_MARKDOWN:
            await self._post(chat, "markdown", marked)
            return
        for piece in split_text(text, _MAX_GROUP_TEXT):
            await self._post(chat, "text", piece)

    async def _post(self, chat: str, kind: str, piece: str) -> None:
        await self._robot(chat, "send", json={"msgtype": kind, kind: {"content": piece}})

    async def file_to_group(self, chat: str, file: File) -> None:
        """See `bot.platform.Platform.file_to_group`. Uploads for robots are their own: 20 MB, three days."""
        if file.pictured:
            if len(file.data) > _MAX_GROUP_PICTURE:
                raise Unacceptable(f"a picture of {len(file.data)} bytes")
            picture = {
                "base64": base64.b64encode(file.data).decode(),
                "md5": hashlib.md5(file.data, usedforsecurity=False).hexdigest(),
            }
            await self._robot(chat, "send", json={"msgtype": "image", "image": picture})
            return
        try:
            check_upload(MediaKind.FILE, file.data)
        except MessageInvalid as wrong:
            raise Unacceptable(str(wrong)) from wrong
        form = upload_form(file.data, filename=file.name, content_type=file.mime)
        try:
            said = await self._robot(chat, "upload_media", data=form(), type=MediaKind.FILE.value)
        except TryLater as later:
            raise TryLater(str(later), later.wait, sure=True) from None  # nothing was said yet
        await self._robot(chat, "send", json={"msgtype": "file", "file": {"media_id": str(said.get("media_id"))}})

    async def _robot(
        self, chat: str, what: str, *, json: Any = None, data: Any = None, **params: str
    ) -> dict[str, Any]:
        """Ask the group's robot; its answer with errcode 0. Raise `TryLater`, `Undeliverable`."""
        robot = self._chat_key(chat)
        if robot is None:
            raise Undeliverable(f"webhook/{what}: {chat} is not set")
        address, limit = (
            f"{self._base_url}/cgi-bin/webhook/{what}",
            aiohttp.ClientTimeout(total=10 if data is None else 60),
        )
        try:
            async with self._session.post(
                address, params={"key": robot, **params}, json=json, data=data, timeout=limit
            ) as answer:
                said = await answer.json(content_type=None)
        except aiohttp.ClientConnectorError as trouble:
            raise TryLater(f"webhook/{what}: {type(trouble).__name__}", sure=True) from None
        except (aiohttp.ClientError, TimeoutError, ValueError) as trouble:
            # Without its cause: the address in it carries the group's key.
            raise TryLater(f"webhook/{what}: {type(trouble).__name__}") from None
        if not isinstance(said, dict) or not isinstance(code := said.get("errcode", 0), int):
            raise TryLater(f"webhook/{what}: no answer that can be read")
        if code in {*errors.BUSY, *errors.THROTTLING}:
            raise TryLater(f"webhook/{what}: errcode {code}", timedelta(minutes=1), sure=True)
        if code != 0:
            raise Undeliverable(f"webhook/{what}: errcode {code}")
        return said

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
        case errors.NetworkTrouble() | errors.PlatformBusy():
            return TryLater(str(trouble), answered=False)
        case errors.TokenDead():
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
