"""Everything the twin remembers, in one place and without any network."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, replace
from datetime import datetime

from sandbox.changes import Changes, Json
from sandbox.clock import Clock
from sandbox.dingtalk.config import (
    AppConfig,
    CorpConfig,
    DepartmentConfig,
    GroupConfig,
    PersonConfig,
    TwinConfig,
    conversation_id,
)
from sandbox.dingtalk.faults import Faults, Quirks
from sandbox.dingtalk.limits import Limiter, Limits, Meter
from sandbox.serials import Serials


@dataclass(slots=True, kw_only=True)
class App:
    """One internal app as it is now."""

    corp_id: str
    config: AppConfig

    @property
    def client_id(self) -> str:
        """Client ID = AppKey."""
        return self.config.client_id

    @property
    def robot(self) -> str:
        """The robotCode."""
        return self.config.robot


@dataclass(slots=True, kw_only=True)
class Group:
    """A group chat; ``id`` is its openConversationId."""

    id: str
    corp_id: str
    name: str
    owner: str
    members: list[str]
    robots: list[str]
    disbanded: bool = False
    muted: bool = False
    """The robots may not write."""

    @property
    def chat_id(self) -> str:
        """The older kind of id."""
        return "chat" + base64.b16encode(self.id.encode()).decode().lower()[-32:]


class Corp:
    """One organisation as it is now."""

    def __init__(self, config: CorpConfig) -> None:
        self.config = config
        self.people: dict[str, PersonConfig] = {each.userid: each for each in config.people}
        self.departments: dict[int, DepartmentConfig] = {each.id: each for each in config.departments}
        self.apps: dict[str, App] = {}
        self.groups: dict[str, Group] = {}
        for app in config.apps:
            self.add_app(app)
        for group in config.groups:
            self.add_group(group)

    @property
    def corp_id(self) -> str:
        """The organisation's id."""
        return self.config.corp_id

    def add_app(self, config: AppConfig) -> App:
        """Create an app."""
        app = self.apps[config.client_id] = App(corp_id=self.corp_id, config=config)
        return app

    def add_group(self, config: GroupConfig) -> Group:
        """Create a group."""
        group = Group(
            id=config.id or conversation_id(f"{self.corp_id}|{config.name}"),
            corp_id=self.corp_id,
            name=config.name,
            owner=config.owner or (config.members[0] if config.members else ""),
            members=list(config.members),
            robots=list(config.robots),
        )
        self.groups[group.id] = group
        return group

    def sees(self, app: App, userid: str) -> bool:
        """Whether the person exists, is active and lies in the app's visible range (可见范围)."""
        person = self.people.get(userid)
        if person is None or not person.active or person.outside:
            return False
        return self.within(app, person)

    def within(self, app: App, person: PersonConfig) -> bool:
        """Whether the person lies in the app's visible range, active or not."""
        if person.userid in app.config.visible_users:
            return True
        return any(self._under(each, app.config.visible_departments) for each in person.departments)

    def person_by_union(self, unionid: str) -> PersonConfig | None:
        """The person behind a unionId."""
        return next((each for each in self.people.values() if each.unionid == unionid), None)

    def set_active(self, userid: str, *, active: bool) -> None:
        """Let somebody leave, or come back."""
        self.people[userid] = replace(self.people[userid], active=active)

    def _under(self, department: int, roots: tuple[int, ...]) -> bool:
        seen: set[int] = set()
        while department in self.departments and department not in seen:
            if department in roots:
                return True
            seen.add(department)
            department = self.departments[department].parent
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One API call as it was answered. ``code`` is "" for a success."""

    api: str
    at: datetime
    client_id: str
    status: int
    code: str
    body: Json = field(default_factory=dict)


class World:
    """The platform's memory that every part shares."""

    def __init__(
        self, config: TwinConfig, clock: Clock, *, faults: Faults, quirks: Quirks, limits: Limits, seed: str
    ) -> None:
        self.clock = clock
        self.faults = faults
        self.quirks = quirks
        self.limits = limits
        self.limiter = Limiter(clock)
        self.meter = Meter(clock, limits)
        self.serials = Serials(seed)
        self.changes = Changes()
        self.corps = {corp.corp_id: Corp(corp) for corp in config.corps}
        self.requests: list[Request] = []
        self.base_url = ""

    def corp(self, app: App) -> Corp:
        """The organisation of an app."""
        return self.corps[app.corp_id]

    def app(self, client_id: str) -> App | None:
        """The app with this Client ID."""
        found = (corp.apps.get(client_id) for corp in self.corps.values())
        return next((app for app in found if app is not None), None)

    def robot(self, robot_code: str) -> App | None:
        """The app whose robot has this code."""
        apps = (app for corp in self.corps.values() for app in corp.apps.values())
        return next((app for app in apps if app.robot == robot_code), None)

    def opaque(self, kind: str, size: int = 24) -> str:
        """Standard base64 of bytes that look random: may contain ``+ / =``."""
        return base64.b64encode(self.serials.noise(kind, size)).decode()
