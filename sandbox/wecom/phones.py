"""Members' phones: what a person can see and do. A phone does nothing its screen does not offer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import cast

import aiohttp

from sandbox.wecom import events
from sandbox.wecom.api_apps import menu_entries
from sandbox.wecom.authorize import Holder
from sandbox.wecom.browser import Browser, Page
from sandbox.wecom.callbacks import Courier
from sandbox.wecom.cards import CardType
from sandbox.wecom.config import PersonConfig
from sandbox.wecom.deliveries import Delivery
from sandbox.wecom.events import Coordinates, News
from sandbox.wecom.faults import PhotoOrder
from sandbox.wecom.ledger import CardCopy, Sent
from sandbox.wecom.markup import Value
from sandbox.wecom.media import Media, MediaType
from sandbox.wecom.reading import Json, View
from sandbox.wecom.screens import ME, Item, Place
from sandbox.wecom.world import App, Chat, World

_SCANS = ("scancode_waitmsg", "scancode_push")
_CAMERAS = ("pic_sysphoto", "pic_photo_or_album", "pic_weixin")
_NOT_IN_PLUGIN = frozenset({"markdown", "template_card", "miniprogram_notice"})


class NotOffered(Exception):
    """The person cannot do this: the screen does not offer it."""


class Client(Enum):
    """Which program the member uses."""

    WECOM = "wecom"
    PLUGIN = "plugin"
    """The WeChat plugin: shows neither markdown nor cards, and sends locations without AppType."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """The parts of the twin a phone works with."""

    world: World
    courier: Courier
    browser: Browser


class Phone:
    """One member, talking to one app of the corp. Actions return the `Delivery` they cause; await it to see its end."""

    def __init__(self, hand: Hand, person: PersonConfig, app: App, client: Client = Client.WECOM) -> None:
        self._hand = hand
        self._app = app
        self._client = client
        self.userid = person.userid
        self.corpid = app.corpid

    # -- the screen ---------------------------------------------------------------------------------------------

    @property
    def items(self) -> list[Item]:
        """The chat with the app, oldest first, as objects."""
        shown = self._hand.world.screens.items(self._place)
        mine = [item for item in shown if item.agentid == self._app.agentid]
        if self._client is Client.PLUGIN:
            return [item for item in mine if item.kind not in _NOT_IN_PLUGIN]
        return mine

    @property
    def screen(self) -> list[View]:
        """The chat with the app, oldest first, as plain JSON values."""
        return [item.view() for item in self.items]

    @property
    def cards(self) -> list[View]:
        """Only the cards of the screen that were not recalled, oldest first."""
        return [item.view() for item in self.items if item.card is not None and not item.recalled]

    @property
    def menu(self) -> list[View]:
        """Entries of the app's menu."""
        return menu_entries(self._app.menu)

    # -- messages -----------------------------------------------------------------------------------------------

    def type_text(self, text: str) -> Delivery:
        """Send words to the app."""
        return self._say("text", {"content": text}, ("Content", text))

    def send_photo(self, content: bytes, *, filename: str = "photo.jpg", content_type: str = "image/jpeg") -> Delivery:
        """Send a picture."""
        return self._send_image(self._keep(MediaType.IMAGE, content, filename, content_type))

    def send_voice(self, content: bytes, *, form: str = "amr") -> Delivery:
        """Send a voice message (``form`` amr or speex)."""
        media = self._keep(MediaType.VOICE, content, f"voice.{form}", f"audio/{form}")
        return self._say("voice", _shown(media), ("MediaId", media.media_id), ("Format", form))

    def send_video(self, content: bytes) -> Delivery:
        """Send a video; the thumbnail is made up."""
        media = self._keep(MediaType.VIDEO, content, "video.mp4", "video/mp4")
        thumb = self._keep(MediaType.IMAGE, b"\xff\xd8\xff", "thumb.jpg", "image/jpeg")
        fields = (("MediaId", media.media_id), ("ThumbMediaId", thumb.media_id))
        return self._say("video", _shown(media), *fields)

    def send_location(self, latitude: str, longitude: str, *, label: str = "", scale: int = 15) -> Delivery:
        """Send a place. From the WeChat plugin the message carries no AppType."""
        place = Coordinates(latitude=latitude, longitude=longitude, label=label, scale=scale)
        return self._send_place(place)

    def send_link(self, *, title: str, description: str, url: str) -> Delivery:
        """Forward a link."""
        shown: Json = {"title": title, "description": description, "url": url}
        fields = (("Title", title), ("Description", description), ("Url", url), ("PicUrl", ""))
        return self._say("link", shown, *fields)

    # -- cards --------------------------------------------------------------------------------------------------

    def press_button(self, message: str | Json, key: str, *, choice: str | None = None) -> Delivery:
        """Press a callback button of a button card; ``choice`` picks an option of its drop-down list first."""
        sent, copy = self._card(message)
        if copy.type is not CardType.BUTTON or all(button["key"] != key for button in copy.buttons):
            raise NotOffered(f"the card shows no button {key!r}")
        question = cast("Json | None", copy.card.get("button_selection"))
        if question is None:
            if choice is not None:
                raise NotOffered("the card has nothing to choose")
            return self._touch(sent, copy, key, selected=None)
        wanted = {} if choice is None else {str(question["question_key"]): [choice]}
        return self._touch(sent, copy, key, selected=_choices(copy, wanted))

    def submit(self, message: str | Json, choices: Mapping[str, Sequence[str]] | None = None) -> Delivery:
        """Choose on a vote or multiple card (option ids by question key) and press its submit button."""
        sent, copy = self._card(message)
        if copy.type not in (CardType.VOTE, CardType.MULTIPLE) or not copy.buttons:
            raise NotOffered("the card shows no submit button")
        selected = _choices(copy, choices or {})
        return self._touch(sent, copy, str(copy.buttons[0]["key"]), selected=selected)

    def press_card_menu(self, message: str | Json, key: str) -> Delivery:
        """Open the corner menu of a card and press an entry."""
        sent, copy = self._card(message)
        if all(entry["key"] != key for entry in copy.menu):
            raise NotOffered(f"the corner menu has no entry {key!r}")
        return self._touch(sent, copy, key, selected=None, event_name="template_card_menu_event")

    def press_stale(self, message: str | Json, key: str, *, stale: Json) -> Delivery:
        """Press a button of a card as it looked in ``stale``, an earlier view: the hand was faster than the update.

        The old view must have offered the button; the phone sends the event although the card has changed meanwhile.
        """
        item = self._item(message)
        if item.card is None or all(button["key"] != key for button in cast(list[Json], stale["buttons"])):
            raise NotOffered(f"the earlier card showed no button {key!r}")
        card = cast(Json, stale["card"])
        old = CardCopy(card=card, task_id=str(stale["task_id"]))
        return self._touch(self._hand.world.ledger.sent[item.id], old, key, selected=None)

    # -- the app's menu -----------------------------------------------------------------------------------------

    def press_menu(self, name_or_key: str) -> Delivery:
        """Press a click or view entry; a view entry's page is opened with `open_link`."""
        entry = self._entry(name_or_key)
        kind = str(entry["type"])
        if kind == "click":
            return self._cause(events.event(self._from, "click", ("EventKey", str(entry["key"]))))
        if kind in ("view", "view_miniprogram"):
            target = str(entry.get("url") or entry.get("pagepath", ""))
            return self._cause(events.event(self._from, kind, ("EventKey", target)))
        raise NotOffered(f"{name_or_key!r} is a {kind} entry")

    def scan_code(self, name_or_key: str, result: str, *, scan_type: str = "qrcode") -> Delivery:
        """Press a scan entry and point the camera at a code."""
        entry = self._entry(name_or_key, *_SCANS)
        kind, key = str(entry["type"]), str(entry["key"])
        return self._cause(events.scan(self._from, kind, key, scan_type=scan_type, result=result))

    def take_system_photo(self, name_or_key: str, *photos: bytes) -> list[Delivery]:
        """Press a camera entry and take pictures: one event with their MD5 and one image message each.

        Which comes first is `Quirks.photo_order`.
        """
        entry = self._entry(name_or_key, *_CAMERAS)
        sums = [hashlib.md5(photo, usedforsecurity=False).hexdigest() for photo in photos]
        told = events.pictures(self._from, str(entry["type"]), str(entry["key"]), sums)
        if self._hand.world.quirks.photo_order is PhotoOrder.EVENT_FIRST:
            return [self._cause(told), *(self.send_photo(photo) for photo in photos)]
        return [*(self.send_photo(photo) for photo in photos), self._cause(told)]

    def location_select(self, name_or_key: str, latitude: str, longitude: str, *, label: str = "") -> Delivery:
        """Press a place entry and choose a place; a location message may follow (`Quirks`)."""
        entry = self._entry(name_or_key, "location_select")
        place = Coordinates(latitude=latitude, longitude=longitude, label=label)
        delivery = self._cause(
            events.location_select(self._from, str(entry["key"]), place, in_wecom=self._client is Client.WECOM)
        )
        if self._hand.world.quirks.location_message_follows:
            self._send_place(place)
        return delivery

    def enter_app(self, *, at: tuple[str, str] | None = None, precision: str = "30.0") -> list[Delivery]:
        """Open the chat: enter_agent and, with a position ``at`` and consent, LOCATION, as far as switched on."""
        caused: list[Delivery] = []
        if self._app.config.report_enter:
            caused.append(self._cause(events.event(self._from, "enter_agent", ("EventKey", ""))))
        if self._app.config.report_location and at is not None:
            place = Coordinates(latitude=at[0], longitude=at[1], precision=precision)
            report = events.position_report(self._from, place, in_wecom=self._client is Client.WECOM)
            caused.append(self._cause(report))
        return caused

    # -- pages --------------------------------------------------------------------------------------------------

    async def open_link(self, url: str) -> Page:
        """Open a page inside the client: redirects are followed, an authorize page learns who holds the phone."""
        return await self._hand.browser.open(url, corpid=self.corpid, userid=self.userid)

    @property
    def web_view(self) -> aiohttp.ClientSession:
        """The session, with its cookies, that pages of this person use."""
        return self._hand.browser.session(Holder(corpid=self.corpid, userid=self.userid))

    # -- inside -------------------------------------------------------------------------------------------------

    @property
    def _place(self) -> Place:
        return Place(corpid=self.corpid, userid=self.userid)

    @property
    def _from(self) -> str:
        return self.userid.lower() if self._hand.world.quirks.lower_case_from_user else self.userid

    def _demand_reach(self) -> None:
        directory = self._hand.world.corp(self.corpid).directory
        person = directory.find(self.userid)
        if person is None or self._app.disabled or not directory.reaches(self._app.config, person):
            raise NotOffered(f"{self.userid} does not see the app")

    def _cause(self, news: News) -> Delivery:
        self._demand_reach()
        return self._hand.courier.dispatch(self._app, news)

    def _say(self, kind: str, content: Json, *fields: tuple[str, Value]) -> Delivery:
        self._demand_reach()
        world = self._hand.world
        msgid = world.serials.message_id()
        item = Item(
            id=str(msgid), at=world.clock.now(), sender=ME, kind=kind, content=content, agentid=self._app.agentid
        )
        world.screens.add(self._place, item)
        return self._hand.courier.dispatch(self._app, events.message(self._from, kind, msgid, *fields))

    def _keep(self, kind: MediaType, content: bytes, filename: str, content_type: str) -> Media:
        return self._hand.world.media.keep(
            owner=self.corpid, kind=kind, filename=filename, content_type=content_type, content=content
        )

    def _send_image(self, media: Media) -> Delivery:
        picture = f"{self._hand.world.base_url}/wwpic/{media.media_id}"
        return self._say("image", _shown(media), ("PicUrl", picture), ("MediaId", media.media_id))

    def _send_place(self, place: Coordinates) -> Delivery:
        shown: Json = {"latitude": place.latitude, "longitude": place.longitude, "label": place.label}
        fields = events.location_fields(place, in_wecom=self._client is Client.WECOM)
        return self._say("location", shown, *fields)

    def _item(self, message: str | Json) -> Item:
        wanted = message if isinstance(message, str) else str(message["id"])
        found = next((item for item in self.items if item.id == wanted), None)
        if found is None or found.recalled:
            raise NotOffered("the screen does not show this message")
        return found

    def _card(self, message: str | Json) -> tuple[Sent, CardCopy]:
        item = self._item(message)
        if item.card is None:
            raise NotOffered("this message is no card")
        return self._hand.world.ledger.sent[item.id], item.card

    def _entry(self, name_or_key: str, *kinds: str) -> Json:
        for entry in self.menu:
            if name_or_key in (entry["name"], entry.get("key")) and (not kinds or entry["type"] in kinds):
                return entry
        raise NotOffered(f"the menu has no such entry {name_or_key!r}")

    def _touch(
        self,
        sent: Sent,
        copy: CardCopy,
        key: str,
        *,
        selected: dict[str, list[str]] | None,
        event_name: str = "template_card_event",
    ) -> Delivery:
        self._demand_reach()
        if selected is not None:
            copy.chosen = selected
            self._hand.world.screens.changed(self._place, sent.msgid)
        return self._cause(
            events.card_touch(
                self._from,
                event_name,
                key=key,
                task_id=copy.task_id,
                card_type=str(copy.type),
                response_code=self._hand.world.ledger.issue_code(sent, clicker=self.userid),
                card=sent.msgid,
                selected=selected,
            )
        )


def _shown(media: Media) -> Json:
    return {"media_id": media.media_id, "filename": media.filename}


def _choices(copy: CardCopy, wanted: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Every question with its chosen options; what is not named keeps what the card shows as chosen."""
    asked = {str(question["question_key"]): question for question in copy.questions}
    if unknown := wanted.keys() - asked.keys():
        raise NotOffered(f"the card does not ask {sorted(unknown)}")
    return {key: _chosen(question, wanted.get(key)) for key, question in asked.items()}


def _chosen(question: Json, wanted: Iterable[str] | None) -> list[str]:
    options = cast(list[Json], question["option_list"])
    multiple = question.get("mode") == 1
    if wanted is None:
        if "selected_id" in question:
            return [str(question["selected_id"])]
        return [str(option["id"]) for option in options if option.get("is_checked")]
    chosen = list(wanted)
    if question.get("disable"):
        raise NotOffered("the choice is disabled")
    if not {str(option["id"]) for option in options} >= set(chosen):
        raise NotOffered("no such option")
    if len(chosen) > 1 and not multiple:
        raise NotOffered("only one option can be chosen")
    return chosen


class GroupScreen:
    """A group chat as its members see it."""

    def __init__(self, world: World, chat: Chat) -> None:
        self._world = world
        self._chat = chat

    @property
    def name(self) -> str:
        """The group's name."""
        return self._chat.name

    @property
    def members(self) -> list[str]:
        """Userids of the members; empty for a robot's group that declared none."""
        return list(self._chat.members)

    @property
    def screen(self) -> list[View]:
        """The chat, oldest first, as plain JSON values."""
        return [item.view() for item in self._world.screens.items(self._chat.place)]

    def say(self, userid: str, text: str) -> None:
        """A member writes to the group. Apps do not hear it."""
        if self._chat.members and userid not in self._chat.members:
            raise NotOffered(f"{userid} is not in the group")
        item = Item(
            id=self._world.next_item_id(),
            at=self._world.clock.now(),
            sender=userid,
            kind="text",
            content={"content": text},
        )
        self._world.screens.add(self._chat.place, item)
