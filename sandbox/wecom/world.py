"""Everything the twin remembers, in one place and without any network."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sandbox.clock import Clock
from sandbox.serials import Serials
from sandbox.wecom.config import AppConfig, CorpConfig, MemberStatus, TwinConfig, WebhookConfig
from sandbox.wecom.crypto import Envelope
from sandbox.wecom.directory import Directory
from sandbox.wecom.errors import ApiError, Code
from sandbox.wecom.faults import Faults, Quirks
from sandbox.wecom.ledger import Ledger
from sandbox.wecom.limits import Limiter, Limits
from sandbox.wecom.logins import Logins
from sandbox.wecom.media import MediaStore
from sandbox.wecom.reading import Json, Note
from sandbox.wecom.screens import Place, Screens
from sandbox.wecom.tokens import Tokens


@dataclass(slots=True, kw_only=True)
class App:
    """A self-built app as it is now. ``config`` is replaced when an admin or agent/set changes something."""

    corpid: str
    config: AppConfig
    menu: Json | None = None
    disabled: bool = False

    @property
    def agentid(self) -> int:
        """The app's number inside its corp."""
        return self.config.agentid

    @property
    def can_receive(self) -> bool:
        """Whether a callback address with token and key is saved."""
        return bool(self.config.callback_url and self.config.token and self.config.aes_key)

    @property
    def envelope(self) -> Envelope:
        """The app's callback envelope."""
        return Envelope(token=self.config.token, aes_key=self.config.aes_key, receiveid=self.corpid)


@dataclass(slots=True, kw_only=True)
class Chat:
    """A group: made by an app through appchat (``agentid`` set), or one with a robot (``agentid`` None)."""

    id: str
    corpid: str
    name: str
    owner: str
    members: list[str]
    agentid: int | None = None
    removed: bool = False
    """The robot was taken out of the group."""

    @property
    def place(self) -> Place:
        """Where its messages stand."""
        return Place(corpid=self.corpid, group=self.id)


class Corp:
    """One corp as it is now."""

    def __init__(self, config: CorpConfig) -> None:
        self.config = config
        self.directory = Directory(config)
        self.apps = {app.agentid: App(corpid=config.corpid, config=app) for app in config.apps}
        self.chats: dict[str, Chat] = {hook.key: _robot_chat(config.corpid, hook) for hook in config.webhooks}

    @property
    def corpid(self) -> str:
        """The corp's id."""
        return self.config.corpid


def _robot_chat(corpid: str, hook: WebhookConfig) -> Chat:
    return Chat(id=hook.key, corpid=corpid, name=hook.name, owner="", members=list(hook.members))


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A note about an accepted request, with the API it was about."""

    api: str
    at: datetime
    note: Note


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A message one member did not get because the app or group wrote too often."""

    corpid: str
    agentid: int
    userid: str
    msgtype: str
    at: datetime


@dataclass(slots=True, kw_only=True)
class Request:
    """One API call as it was answered."""

    api: str
    at: datetime
    corpid: str
    agentid: int | None
    code: int
    body: Json = field(default_factory=dict)


class World:
    """The platform's memory."""

    def __init__(
        self, config: TwinConfig, clock: Clock, *, faults: Faults, quirks: Quirks, limits: Limits, seed: str
    ) -> None:
        self.clock = clock
        self.faults = faults
        self.quirks = quirks
        self.limits = limits
        self.limiter = Limiter(clock)
        self.serials = Serials(seed)
        self.corps = {corp.corpid: Corp(corp) for corp in config.corps}
        self.tokens = Tokens(clock, faults, quirks, self.serials)
        self.logins = Logins(clock, self.serials)
        self.media = MediaStore(clock, quirks, self.serials)
        self.ledger = Ledger(clock, quirks, self.serials)
        self.screens = Screens()
        self.remarks: list[Remark] = []
        self.dropped: list[Dropped] = []
        self.requests: list[Request] = []
        self.base_url = ""

    def corp(self, corpid: str) -> Corp:
        """A known corp; raises `ApiError` 40013."""
        corp = self.corps.get(corpid)
        if corp is None:
            raise ApiError(Code.BAD_CORPID, "invalid corpid")
        return corp

    def app(self, corpid: str, agentid: int) -> App:
        """A known app; raises `ApiError` 40013 or 40056."""
        app = self.corp(corpid).apps.get(agentid)
        if app is None:
            raise ApiError(Code.BAD_AGENTID, "invalid agentid")
        return app

    def robot(self, key: str) -> Chat:
        """The group a robot key belongs to; raises `ApiError` 93000."""
        for corp in self.corps.values():
            chat = corp.chats.get(key)
            if chat is not None and chat.agentid is None and not chat.removed:
                return chat
        raise ApiError(Code.WEBHOOK_KEY, "invalid webhook url")

    def is_active(self, corpid: str, userid: str) -> bool:
        """Whether the member exists and is active."""
        person = self.corp(corpid).directory.find(userid)
        return person is not None and person.status is MemberStatus.ACTIVE

    def next_item_id(self) -> str:
        """An id for something on a screen that is no app message."""
        return f"s{self.serials.number('item')}"
