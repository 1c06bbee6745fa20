"""People's phones: what a person can see and do. A phone does nothing its screen does not offer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

import aiohttp

from sandbox.changes import Json
from sandbox.dingtalk.browser import Page, page_of
from sandbox.dingtalk.card_store import Copy
from sandbox.dingtalk.clicks import Click, Clicks
from sandbox.dingtalk.config import Edition, PersonConfig
from sandbox.dingtalk.forms import FormRefused, fill
from sandbox.dingtalk.frames import millis
from sandbox.dingtalk.hand import Hand
from sandbox.dingtalk.logins import NotTrusted
from sandbox.dingtalk.media import Media, MediaType
from sandbox.dingtalk.presence import CheckIn, Device, LiveCheck
from sandbox.dingtalk.pushes import Push
from sandbox.dingtalk.screens import Item, Place, View
from sandbox.dingtalk.speech import Speech
from sandbox.dingtalk.views import FORM, Face
from sandbox.dingtalk.world import App, Group

_UNKNOWN = "unknownMsgType"


class NotOffered(Exception):
    """The person cannot do this: the screen does not offer it."""


class Phone:
    """One person at the chat with one app's robot, or (after `in_group`) at a group chat.

    Actions that a robot hears return the `Push` they cause; await it to see its end.
    """

    def __init__(self, hand: Hand, person: PersonConfig, app: App, group: Group | None = None) -> None:
        self._hand = hand
        self._person = person
        self._app = app
        self._group = group

    @property
    def userid(self) -> str:
        """Who holds the phone."""
        return self._person.userid

    @property
    def client_id(self) -> str:
        """The app whose chat this is."""
        return self._app.client_id

    @property
    def corp_id(self) -> str:
        """The organisation."""
        return self._app.corp_id

    @property
    def robot(self) -> str:
        """The robotCode of the app whose chat it is."""
        return self._app.robot

    def in_group(self, group_id: str) -> Phone:
        """The same phone, open at a group; raises `NotOffered` for groups the person is not in."""
        group = self._hand.world.corp(self._app).groups[group_id]
        if self.userid not in group.members or group.disbanded:
            raise NotOffered(f"{self.userid} is not in the group")
        return Phone(self._hand, self._person, self._app, group)

    # -- the screen ---------------------------------------------------------------------------------------------

    @property
    def place(self) -> Place:
        """The chat it is open at."""
        if self._group is not None:
            return Place(corp_id=self.corp_id, group=self._group.id)
        return self._hand.place(self._app, self.userid)

    @property
    def items(self) -> list[Item]:
        """The chat, oldest first, as objects; cards only others see are left out."""
        shown = self._hand.screens.items(self.place)
        return [item for item in shown if item.card is None or item.card.visible_to(self.userid)]

    @property
    def screen(self) -> list[View]:
        """The chat, oldest first, as this person sees it: plain JSON values."""
        return [item.view(self.userid) for item in self.items]

    @property
    def cards(self) -> list[View]:
        """Only the cards of the screen that were not recalled, oldest first."""
        return [item.view(self.userid) for item in self.items if item.card is not None and not item.recalled]

    def read(self) -> None:
        """Open the chat: everything in it counts as read by this person."""
        for item in self.items:
            item.read_by.add(self.userid)

    # -- messages -----------------------------------------------------------------------------------------------

    def type_text(self, text: str, *, at: Sequence[str] = (), quoting: str | Json | None = None) -> Push | None:
        """Send words. In a group the robot hears them only when ``at`` names it by robotCode (or people by userid).

        ``quoting`` is a message of this chat the words answer to. Returns the push to this app's robot, None when it
        does not hear.
        """
        payload: Json = {"content": self._spoken(text, at)}
        if quoting is not None:
            quoted = self._item(quoting)
            payload |= {
                "isReplyMsg": True,
                "repliedMsg": {"msgType": quoted.kind, "msgId": quoted.id, "content": quoted.content},
            }
        return self._say("text", {"text": payload}, {"content": text}, at=at)

    def send_photo(self, content: bytes, *, filename: str = "photo.jpg", content_type: str = "image/jpeg") -> Push:
        """Send a picture to the robot. In a group use `send_rich_text`: a picture alone has no @."""
        media = self._keep(MediaType.IMAGE, content, filename, content_type)
        return self._heard(self._say("picture", {"content": self._picture(media)}, _shown(media), kind="image"))

    def send_rich_text(self, parts: Iterable[str | bytes], *, at: Sequence[str] = ()) -> Push | None:
        """Send words (str) and pictures (bytes) in one message."""
        rich: list[Json] = []
        words = ""
        for part in parts:
            if isinstance(part, str):
                rich.append({"text": part})
                words += part
            else:
                media = self._keep(MediaType.IMAGE, part, "photo.jpg", "image/jpeg")
                rich.append({"type": "picture"} | self._picture(media))
                words += "[图片]"
        return self._say("richText", {"content": {"richText": rich}}, {"content": words}, at=at)

    def send_voice(self, content: bytes, *, recognition: str = "", duration: timedelta = timedelta(seconds=3)) -> Push:
        """Send a voice message; ``recognition`` is what the platform understands."""
        media = self._keep(MediaType.VOICE, content, "voice.amr", "audio/amr")
        said: Json = {"downloadCode": self._code(media), "recognition": recognition}
        if self._hand.world.quirks.duration_in_voice:
            said["duration"] = _ms(duration)
        return self._heard(self._say("audio", {"content": said}, _shown(media), kind="voice"))

    def send_video(self, content: bytes, *, duration: timedelta = timedelta(seconds=5)) -> Push:
        """Send a video."""
        media = self._keep(MediaType.VIDEO, content, "video.mp4", "video/mp4")
        seconds = self._hand.world.quirks.video_seconds_as_text
        length: object = str(_ms(duration) // 1000) if seconds else _ms(duration)
        said: Json = {"downloadCode": self._code(media), "videoType": "mp4", "duration": length}
        return self._heard(self._say("video", {"content": said}, _shown(media)))

    def send_file(self, content: bytes, filename: str, *, content_type: str = "application/octet-stream") -> Push:
        """Send a file."""
        media = self._keep(MediaType.FILE, content, filename, content_type)
        said: Json = {"downloadCode": self._code(media), "fileName": filename}
        return self._heard(self._say("file", {"content": said}, _shown(media)))

    def send_location(self, latitude: str, longitude: str, *, label: str = "") -> Push:
        """Send a place: a robot cannot take it and hears an unknownMsgType."""
        shown: Json = {"latitude": latitude, "longitude": longitude, "label": label}
        said: Json = {_UNKNOWN: "暂不支持接收该类型的消息"}
        return self._heard(self._say(_UNKNOWN, {"content": said}, shown, kind="location"))

    # -- cards --------------------------------------------------------------------------------------------------

    def press_button(self, message: str | Json, key: str) -> Click:
        """Press a callback button of a card; await the `Click` to see what its answer showed."""
        copy, shown = self._card(message)
        button = next((each for each in shown.buttons if each.key == key), None)
        if button is None:
            raise NotOffered(f"the card shows no button {key!r}")
        return Clicks(self._hand).click(self._person, copy, key, button.params)

    def press_stale(self, message: str | Json, key: str, *, params: Mapping[str, object]) -> Click:
        """Press a button the card showed before: the hand was faster than the update. ``params`` as they were then."""
        copy, _ = self._card(message)
        return Clicks(self._hand).click(self._person, copy, key, params)

    def submit(self, message: str | Json, answers: Mapping[str, object] | None = None) -> Click:
        """Fill in the card's form and press its submit button.

        ``answers`` by field name: texts, numbers and yes/no as they are, options by their value, several options as a
        list. What is not named keeps its default; hidden and read-only fields are sent back as well.
        """
        copy, shown = self._card(message)
        if shown.form_button is None:
            raise NotOffered("the card shows no form to submit")
        try:
            filled = fill(shown.form, answers or {})
        except FormRefused as error:
            raise NotOffered(str(error)) from error
        params: dict[str, object] = {**shown.form_button.params, FORM: filled}
        return Clicks(self._hand).click(self._person, copy, FORM, params)

    # -- todos and pages ----------------------------------------------------------------------------------------

    @property
    def todos(self) -> list[View]:
        """The person's task list, oldest first."""
        return [todo.view(self.userid) for todo in self._hand.todos.of(self.corp_id, self.userid)]

    def tick_off(self, todo: str | Json) -> None:
        """Mark a task done for oneself."""
        wanted = todo if isinstance(todo, str) else str(todo["id"])
        found = next((each for each in self._hand.todos.of(self.corp_id, self.userid) if each.id == wanted), None)
        if found is None:
            raise NotOffered("the list has no such task")
        found.done.add(self.userid)

    async def open_link(self, url: str) -> Page:
        """Open a page inside the client; ``dingtalk://`` links are unwrapped."""
        return await self._hand.browser.open(url, corp_id=self.corp_id, userid=self.userid)

    @property
    def device(self) -> Device:
        """What pages can ask this phone for: position, codes to scan, pictures."""
        return self._hand.presence.devices.setdefault((self.corp_id, self.userid), Device())

    @property
    def platform(self) -> str:
        """Android, iOS, Mac or Win."""
        return self._person.platform

    @property
    def web_view(self) -> aiohttp.ClientSession:
        """The session, with its cookies, that pages of this person use."""
        return self._hand.browser.session(self.corp_id, self.userid)

    def request_auth_code(self, page_url: str) -> str:
        """What ``dd.requestAuthCode`` gives a page that is open: a code that works once, for 5 minutes."""
        try:
            return self._hand.logins.issue(self._app, self.userid, page_of(page_url))
        except NotTrusted as error:
            raise NotOffered(str(error)) from error

    def check_in(self, place: str, *, latitude: str, longitude: str, remark: str = "") -> Push:
        """Check in (签到) with the platform's own page: a record, and an event the app hears."""
        world = self._hand.world
        made = CheckIn(
            corp_id=self.corp_id,
            userid=self.userid,
            at=world.clock.now(),
            place=place,
            detail=place,
            latitude=latitude,
            longitude=longitude,
            remark=remark,
        )
        self._hand.presence.check_ins.append(made)
        return self._hand.event(self._app, "check_in", {"timeStamp": millis(made.at), "staffId": self.userid})

    def live_check(self, *, passed: bool = True) -> None:
        """Do ``dd.exclusiveLiveCheck``; only the exclusive edition has it."""
        if self._hand.world.corp(self._app).config.edition is not Edition.EXCLUSIVE:
            raise NotOffered("only 专属钉钉 has a live check")
        made = LiveCheck(
            corp_id=self.corp_id,
            agent_id=self._app.config.agent_id,
            userid=self.userid,
            at=self._hand.world.clock.now() + self._hand.world.faults.live_skew,
            passed=passed,
            platform=self._person.platform,
        )
        self._hand.presence.live_checks.append(made)

    # -- inside -------------------------------------------------------------------------------------------------

    def _spoken(self, text: str, at: Sequence[str]) -> str:
        """What stays of the words where an @ was: a leading space."""
        return f" {text}" if self._group is not None and at else text

    def _say(self, msgtype: str, payload: Json, shown: Json, *, kind: str = "", at: Sequence[str] = ()) -> Push | None:
        if self._group is not None and msgtype not in ("text", "richText", "picture"):
            raise NotOffered("robots in groups do not hear this kind")
        world = self._hand.world
        robots = [code for code in at if world.robot(code) is not None]
        speech = Speech(
            person=self._person,
            msgtype=msgtype,
            payload=payload,
            group=self._group,
            at_robots=robots,
            at_people=[each for each in at if each not in robots],
        )
        item = Item(
            id=self._hand.mouth.message_id(),
            at=world.clock.now(),
            sender=self.userid,
            kind=kind or ("text" if msgtype == "richText" else msgtype),
            content=shown,
            robot=self._app.robot,
        )
        pushes = self._hand.say(self._listeners(robots), speech, item, self.place)
        return next((push for push in pushes if push.client_id == self._app.client_id), None)

    def _listeners(self, robots: Sequence[str]) -> list[App]:
        """Apps whose robots hear a message here."""
        world = self._hand.world
        if self._group is None:
            if not self._person.outside and not world.corp(self._app).sees(self._app, self.userid):
                raise NotOffered(f"{self.userid} does not see the robot")
            return [self._app]
        heard = [world.robot(code) for code in robots if code in self._group.robots]
        return [app for app in heard if app is not None]

    def _heard(self, push: Push | None) -> Push:
        if push is None:
            raise NotOffered("no robot hears this here")
        return push

    def _keep(self, kind: MediaType, content: bytes, filename: str, content_type: str) -> Media:
        return self._hand.media.keep(
            client_id="", kind=kind, filename=filename, content_type=content_type, content=content
        )

    def _code(self, media: Media) -> str:
        return self._hand.media.issue_code(media, self._app.robot)

    def _picture(self, media: Media) -> Json:
        return {"downloadCode": self._code(media), "pictureDownloadCode": self._code(media)}

    def _card(self, message: str | Json) -> tuple[Copy, Face]:
        item = self._item(message)
        if not isinstance(item.card, Copy):
            raise NotOffered("this message is no card")
        return item.card, item.card.card.face(self.userid)

    def _item(self, message: str | Json) -> Item:
        wanted = message if isinstance(message, str) else str(message["id"])
        found = next((item for item in self.items if item.id == wanted), None)
        if found is None or found.recalled:
            raise NotOffered("the screen does not show this message")
        return found


class GroupScreen:
    """A group chat as nobody in particular sees it: no private data, no cards for some only."""

    def __init__(self, hand: Hand, group: Group) -> None:
        self._hand = hand
        self._group = group

    @property
    def name(self) -> str:
        """The group's name."""
        return self._group.name

    @property
    def members(self) -> list[str]:
        """Userids of the members."""
        return list(self._group.members)

    @property
    def screen(self) -> list[View]:
        """The chat, oldest first, as plain JSON values."""
        items = self._hand.screens.items(Place(corp_id=self._group.corp_id, group=self._group.id))
        return [item.view("") for item in items if item.card is None or item.card.visible_to("")]


def _shown(media: Media) -> Json:
    return {"media_id": media.media_id, "filename": media.filename}


def _ms(span: timedelta) -> int:
    return int(span.total_seconds() * 1000)
