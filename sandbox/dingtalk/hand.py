"""The parts of the twin that phones and APIs work with, tied together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.changes import Json
from sandbox.dingtalk.browser import Browser
from sandbox.dingtalk.cards_kept import Cards
from sandbox.dingtalk.config import PersonConfig
from sandbox.dingtalk.frames import ROBOT_TOPIC, FrameType, millis
from sandbox.dingtalk.gateway import Gateway
from sandbox.dingtalk.logins import Logins
from sandbox.dingtalk.media import MediaStore
from sandbox.dingtalk.presence import Presence
from sandbox.dingtalk.pushes import News, Push
from sandbox.dingtalk.remarks import Remark
from sandbox.dingtalk.screens import Item, Place, Screens
from sandbox.dingtalk.sends import Sends
from sandbox.dingtalk.speech import Mouth, Speech
from sandbox.dingtalk.templates import Templates
from sandbox.dingtalk.todos import Todos
from sandbox.dingtalk.world import App, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """One of each."""

    world: World
    gateway: Gateway
    media: MediaStore
    mouth: Mouth
    screens: Screens
    cards: Cards
    templates: Templates
    sends: Sends
    todos: Todos
    logins: Logins
    browser: Browser
    presence: Presence = field(default_factory=Presence)
    remarks: list[Remark] = field(default_factory=list)

    def place(self, app: App, userid: str) -> Place:
        """A person's chat with an app's robot."""
        return Place(corp_id=app.corp_id, userid=userid, robot=app.robot)

    def say(self, apps: list[App], speech: Speech, item: Item, place: Place) -> list[Push]:
        """Show what a person said, and push it to every robot that hears it, with one msgId."""
        self.screens.add(place, item)
        return [self._tell(app, speech, item.id) for app in apps]

    def push(
        self, app: App, news: News, *, metered: bool = True, heard: Callable[[Push], None] = lambda _: None
    ) -> Push:
        """Push, and count it toward the month. ``heard`` is called once, after the first attempt."""
        if metered:
            self.world.meter.use(app.corp_id, "pushes")
        return self.gateway.courier.dispatch(app, news, heard=heard)

    def event(self, app: App, event_type: str, data: Json, *, event_id: str = "", metered: bool = True) -> Push:
        """Push an EVENT; it waits for a connection."""
        serials = self.world.serials
        headers = {
            "eventId": event_id or serials.noise("event", 16).hex(),
            "eventType": event_type,
            "eventBornTime": str(millis(self.world.clock.now())),
            "eventCorpId": app.corp_id,
            "eventUnifiedAppId": serials.noise("unified", 16).hex(),
        }
        topic = self.world.quirks.event_topic
        news = News(type=FrameType.EVENT, topic=topic, data=data, about=event_type, headers=headers, waits=True)
        return self.push(app, news, metered=metered)

    def remark(self, about: str, text: str) -> None:
        """Keep a warning."""
        self.remarks.append(Remark(at=self.world.clock.now(), about=about, text=text))

    def person(self, app: App, userid: str) -> PersonConfig:
        """Somebody of the app's organisation; raises KeyError."""
        return self.world.corp(app).people[userid]

    def _tell(self, app: App, speech: Speech, msg_id: str) -> Push:
        news = News(
            type=FrameType.CALLBACK,
            topic=ROBOT_TOPIC,
            data=self.mouth.data(app, speech, msg_id),
            about=speech.msgtype,
            userid=speech.person.userid,
            waits=self.world.quirks.unheard_messages_wait,
        )
        return self.push(app, news)


def hand_of(world: World, gateway: Gateway) -> Hand:
    """A new platform's parts."""
    screens = Screens(world.changes)
    return Hand(
        world=world,
        gateway=gateway,
        media=MediaStore(world),
        mouth=Mouth(world),
        screens=screens,
        cards=Cards(screens),
        templates=Templates(),
        sends=Sends(world, screens),
        todos=Todos(),
        logins=Logins(world),
        browser=Browser(),
    )
