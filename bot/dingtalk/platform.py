"""DingTalk as the relay sees it: pushes, edits, recalls, group posts and downloads, with our own family of troubles.

A card is one instance per person, named by us, and may be changed as often as we like: no right to change it comes or
goes. Sending it twice under one name shows it once. Plain messages know no name: they are sent at least once, and what
that means for news in a group is decided by the relay (docs/adr/0077).
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Final, TypeVar

import structlog

from bot.clock import Entropy, SystemEntropy, steady
from bot.dingtalk import errors
from bot.dingtalk.budget import Spacing
from bot.dingtalk.clicks import VERSION
from bot.dingtalk.client import DingTalkClient
from bot.dingtalk.ding import Alarm, Alert
from bot.dingtalk.media import MAX_MEDIA, MediaKind, MediaTooLarge
from bot.dingtalk.outgoing import CardInstance, Image, Markdown, MessageInvalid, RobotMessage, Text, pieces
from bot.dingtalk.outgoing import File as Handed
from bot.dingtalk.results import Delivered
from bot.dingtalk.translate import OUTSIDE
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
from cards.card import Bubble, Card, File, Message, Tone
from cards.dingtalk import Kind, encode, template_of, track_id
from cards.linked import markdown
from cards.typed import as_text

T = TypeVar("T")

HELD_BACK: Final = timedelta(seconds=30)
"""How long the platform holds back who gets too much is not stated."""
ASK_AN_OPERATOR: Final = timedelta(minutes=5)
MONTH_IS_OVER: Final = timedelta(minutes=10)
LOUD_WITHIN: Final = timedelta(seconds=3)
"""How long a card that is shown waits for the loud way beside it."""
ALARM_TRIES: Final = timedelta(minutes=1)
"""A safety message asks again this soon even where only a human can help: he may just have done so."""
_PASSES: Final = re.compile(r"busy|limit|flow|too.?(?:fast|many)|time.?out|频繁|限流|繁忙|超时|稍后", re.IGNORECASE)
"""What in the words of a failed delivery means "not now". They are not documented; all else means "never"."""
_REMEMBERED: Final = 2000
_NO_TEMPLATE: Final = frozenset(
    {"param.templateNotExist", "param.templateUnpublished", "cardTemplate.not.exist", "param.cardTemplateIdEmpty"}
)

_log = structlog.get_logger()


class DingTalkPlatform:
    """A `bot.platform.Platform` for one internal app.

    ``templates``: the ids of our card template, the one for new cards first; cards made with an older one keep it.
    None at all: cards go as words.
    """

    name = "dingtalk"

    def __init__(
        self,
        *,
        client: DingTalkClient,
        alarm: Alarm,
        templates: Sequence[str] = (),
        spacing: Spacing | None = None,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
        loud_within: timedelta = LOUD_WITHIN,
        entropy: Entropy | None = None,
    ) -> None:
        self._client = client
        self._alarm = alarm
        self._templates = tuple(templates)
        self._spacing = spacing or Spacing(steady)
        self._pause = pause
        self._loud_within = loud_within
        self._entropy = entropy or SystemEntropy()
        self._sounding: dict[str, asyncio.Task[None]] = {}
        self._undelivered: OrderedDict[str, None] = OrderedDict()
        """Cards that were created and did not arrive: creating them again would change nothing."""

    @property
    def cards_are(self) -> Cards:
        """See `bot.platform.Platform.cards_are`."""
        return Cards.FREE if self._templates else Cards.TYPED

    def parts(self, message: Message) -> int:
        """See `bot.platform.Platform.parts`."""
        if isinstance(message, Card):
            if self._templates:
                return 1
            message = Bubble(text=as_text(message))
        if isinstance(message, File):
            return 1
        return max(1, sum(1 for _ in pieces(message.text)))

    async def push(self, user: str, message: Message, *, key: str, again: bool, urgent: bool = False) -> Pushed:
        """See `bot.platform.Platform.push`. What is urgent is said loudly at the same time, whatever becomes of it."""
        del again  # a card's name tells by itself whether it is there; plain words tell nothing
        if user.startswith(OUTSIDE):
            raise Undeliverable("whoever is not in the organisation cannot be written to")
        if not urgent:
            return await self._show(user, message, key, urgent=False)
        sounding = self._sounding.get(key) or self._sound(self._alert(user, message, key))
        try:
            return await self._show(user, message, key, urgent=True)
        finally:
            # A loud way that hangs rings on by itself: the next alarm for this person does not wait for it.
            await asyncio.wait({sounding}, timeout=self._loud_within.total_seconds())

    def _sound(self, alert: Alert) -> asyncio.Task[None]:
        task = asyncio.create_task(self._alarm.sound(alert), name=f"alarm {alert.key}")
        self._sounding[alert.key] = task
        task.add_done_callback(partial(self._sounded, alert.key))
        return task

    def _sounded(self, key: str, task: asyncio.Task[None]) -> None:
        del self._sounding[key]
        if not task.cancelled() and (bug := task.exception()) is not None:
            _log.error("alarm broke", action="ding", key=key, error=repr(bug))

    def _alert(self, user: str, message: Message, key: str) -> Alert:
        plain = isinstance(message, Bubble) or not self._templates
        if isinstance(message, File):
            message = Bubble(text=message.name)
        text = as_text(message) if isinstance(message, Card) else message.text
        title = message.title if isinstance(message, Card) else text.partition("\n")[0][:60]
        url = (message.url or "") if isinstance(message, Card) else ""
        return Alert(user=user, title=title, text=text, key=key, task=self._task(key), url=url, said=plain)

    def _task(self, key: str) -> str:
        return track_id(key, self._templates[0]) if self._templates else text_task(key)

    async def _show(self, user: str, message: Message, key: str, *, urgent: bool) -> Pushed:
        if isinstance(message, Bubble):
            return await self._say(user, message.text, key, urgent=urgent, links=message.links)
        if isinstance(message, File):
            sent = await self._send(user, await self._uploaded(message), urgent=urgent)
            return Pushed(task=text_task(key), msgid=sent, handle=None)
        template = self._templates[0] if self._templates else None
        encoded = made(lambda: encode(message, template=template))
        if template is None or encoded.kind is Kind.TEXT:
            return await self._say(user, encoded.text, key, urgent=urgent)
        card = CardInstance(
            track=track_id(key, template), template=template, public=encoded.public, private=encoded.private,
            summary=encoded.summary,
        )  # fmt: skip
        return await self._place(user, card, urgent=urgent)

    async def _place(self, user: str, card: CardInstance, *, urgent: bool) -> Pushed:
        place = self._client.deliver_card if card.track in self._undelivered else self._client.create_card
        try:
            delivered = await _translated(lambda: place(card, user, urgent=urgent), urgent=urgent, new=True)
        except errors.AlreadyThere:
            raise AlreadySent(card.track) from None
        if not delivered.ok:
            self._undelivered[card.track] = None
            while len(self._undelivered) > _REMEMBERED:
                self._undelivered.popitem(last=False)
            raise _not_delivered(delivered)
        self._undelivered.pop(card.track, None)
        self._spacing.delivered(card.track)
        return Pushed(task=card.track, msgid=delivered.carrier, handle=None)

    async def _say(self, user: str, text: str, key: str, *, urgent: bool, links: Sequence[str] = ()) -> Pushed:
        sent_key: str | None = None
        for message in _messages(text, links):
            sent = await self._send(user, message, urgent=urgent)
            sent_key = sent_key or sent
        return Pushed(task=text_task(key), msgid=sent_key, handle=None)

    async def _send(self, user: str, message: RobotMessage, *, urgent: bool) -> str:
        """One message; the platform's key of it."""
        sent = await _translated(partial(self._client.send, (user,), message, urgent=urgent), urgent=urgent)
        if user in sent.invalid:
            raise Undeliverable("robot/oToMessages/batchSend: the member is not reached by the app")
        if user in sent.held_back:
            raise TryLater("robot/oToMessages/batchSend: too much for this member now", HELD_BACK, sure=True)
        return sent.key

    async def _uploaded(self, file: File) -> Handed | Image:
        """The bytes handed over, to be sent by their id. A lost answer costs another upload, and nobody sees it."""
        kind = MediaKind.IMAGE if file.pictured else MediaKind.FILE
        upload = partial(self._client.upload, kind, file.data, filename=file.name, content_type=file.mime)
        try:
            media = await _translated(upload)
        except TryLater as later:
            raise TryLater(str(later), later.wait, sure=True) from None
        if file.pictured:
            return Image(media_id=media)
        return Handed(media_id=media, name=file.name, ending=file.ending)

    async def edit(self, user: str, card: Card, *, task: str, handle: str | None = None) -> None:
        """See `bot.platform.Platform.edit`. No right is needed, so ``handle`` is not looked at.

        What was said in plain words cannot be changed: `HandleSpent`.
        """
        del handle
        template = template_of(task, self._templates)
        if template is None:
            raise HandleSpent(f"{task} was made with no template of ours")
        encoded = made(lambda: encode(card, template=template))
        # A version of its own for every drawing: what was pressed on an earlier one of the same look is another press.
        private = {**encoded.private, VERSION: self._entropy.take(6).hex()}
        instance = CardInstance(
            track=task, template=template, public=encoded.public, private=private, summary=encoded.summary
        )
        if (wait := self._spacing.updating(task)) > 0:
            await self._pause(wait)
        try:
            update = partial(self._client.update_card, instance, user, urgent=card.tone is Tone.DANGER)
            await _translated(update, urgent=card.tone is Tone.DANGER)
        except Gone as gone:
            raise HandleSpent(str(gone)) from None
        if card.done:
            await self._alarm.over(task)

    async def recall(self, msgid: str) -> bool:
        """See `bot.platform.Platform.recall`. The platform takes back what is younger than a day."""
        try:
            failed = await _translated(lambda: self._client.recall((msgid,)))
        except Undeliverable:
            return False
        return msgid not in failed

    async def say_to_group(
        self, chat: str, text: str, *, key: str, again: bool, urgent: bool = False, links: Sequence[str] = ()
    ) -> None:
        """Post to a group, by its openConversationId. It knows no idempotency (docs/adr/0077)."""
        del key, again
        for number, message in enumerate(_messages(text, links)):
            try:
                send = partial(self._client.send_to_group, chat, message, urgent=urgent)
                await _translated(send, urgent=urgent)
            except TryLater as later:
                raise TryLater(str(later), later.wait, sure=later.sure and number == 0) from None

    async def file_to_group(self, chat: str, file: File) -> None:
        """See `bot.platform.Platform.file_to_group`."""
        message = await self._uploaded(file)
        await _translated(partial(self._client.send_to_group, chat, message))

    async def fetch(self, handle: str) -> Fetched:
        """See `bot.platform.Platform.fetch`; ``handle`` is a downloadCode."""
        try:
            return await _translated(lambda: self._client.download(handle, max_bytes=MAX_MEDIA))
        except MediaTooLarge as large:
            raise TooLarge(str(large)) from None


def text_task(key: str) -> str:
    """Our key of what went out in plain words; it names no card."""
    return "pbt-" + hashlib.sha256(key.encode()).hexdigest()[:40]


def _messages(text: str, links: Sequence[str]) -> Sequence[Text | Markdown]:
    """What a text is sent as: as plain pieces, or in one piece where its lines lead somewhere."""
    if links:
        return (Markdown(title=text.partition("\n")[0][:60], text=markdown(text, links, line_end="  \n")),)
    return [Text(content=piece) for piece in _cut(text)]


def _cut(text: str) -> list[str]:
    found = list(pieces(text))
    if not found:
        raise Unacceptable("a text without words")
    return found


def _not_delivered(delivered: Delivered) -> PlatformTrouble:
    """The platform took the card and did not show it; why, it says in words of its own."""
    _log.warning("card not delivered", action="push", passes=bool(_PASSES.search(delivered.said)))
    if _PASSES.search(delivered.said):
        return TryLater("card/instances: not delivered now", HELD_BACK, sure=True)
    return Undeliverable("card/instances: not delivered to this member")


async def _translated(call: Callable[[], Awaitable[T]], *, urgent: bool = False, new: bool = False) -> T:
    """Run a call of the client; its troubles become ours. `AlreadyThere` passes through: only the caller knows why.

    ``new``: a card that is not there yet, and may be said in plain words instead.
    """
    try:
        return await call()
    except errors.AlreadyThere:
        raise
    except (errors.DingTalkTrouble, MessageInvalid) as trouble:
        raise _ours(trouble, urgent=urgent, new=new) from trouble


def _ours(trouble: errors.DingTalkTrouble | MessageInvalid, *, urgent: bool, new: bool) -> PlatformTrouble:
    match trouble:
        case errors.Throttled():
            return TryLater(str(trouble), trouble.retry_after, sure=True)
        case errors.NetworkTrouble():
            return TryLater(str(trouble), trouble.wait, sure=trouble.sure, answered=False)
        case errors.PlatformBusy():
            return TryLater(str(trouble), answered=False)
        case errors.TokenDead():
            return TryLater(str(trouble))
        case errors.QuotaGone():
            return TryLater(str(trouble), ALARM_TRIES if urgent else MONTH_IS_OVER, sure=True)
        case errors.Misconfigured() if (urgent or new) and trouble.code in _NO_TEMPLATE:
            return Unacceptable(str(trouble))  # plain words need no template
        case errors.Misconfigured():
            return TryLater(str(trouble), ALARM_TRIES if urgent else ASK_AN_OPERATOR, sure=True)
        case errors.Gone():
            return Gone(str(trouble))
        case errors.Unreachable():
            return Undeliverable(str(trouble))
        case _:
            return Unacceptable(str(trouble))
