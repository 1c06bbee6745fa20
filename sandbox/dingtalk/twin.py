"""The twin: one object that is the whole platform."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from aiohttp import web

from sandbox.changes import Json, Subscription
from sandbox.clock import Clock
from sandbox.dingtalk import control
from sandbox.dingtalk.api_cards import CardApi
from sandbox.dingtalk.api_contacts import ContactApi
from sandbox.dingtalk.api_ding import Ding, DingApi
from sandbox.dingtalk.api_groups import GroupApi
from sandbox.dingtalk.api_notices import Notice, NoticeApi
from sandbox.dingtalk.api_presence import PresenceApi
from sandbox.dingtalk.api_robot import RobotApi
from sandbox.dingtalk.api_talk import TalkApi
from sandbox.dingtalk.api_todo import TodoApi
from sandbox.dingtalk.calls import Api, Endpoint
from sandbox.dingtalk.config import AppConfig, GroupConfig, PersonConfig, TwinConfig
from sandbox.dingtalk.dd import DdPage
from sandbox.dingtalk.faults import Faults, Quirks
from sandbox.dingtalk.gateway import CONNECT, OPEN, Connection, Gateway
from sandbox.dingtalk.hand import hand_of
from sandbox.dingtalk.limits import Limits
from sandbox.dingtalk.logins import page_signature
from sandbox.dingtalk.media import DOWNLOADS
from sandbox.dingtalk.phones import GroupScreen, Phone
from sandbox.dingtalk.pushes import AckRecord, Push
from sandbox.dingtalk.remarks import Remark
from sandbox.dingtalk.server import LARGEST_REQUEST, Gate
from sandbox.dingtalk.templates import Templates
from sandbox.dingtalk.tokens import TokenApi, Tokens
from sandbox.dingtalk.world import App, Corp, Group, Request, World

_SHUTDOWN_SECONDS = 0.2


class Twin:
    """A strict local DingTalk. Everything lives in memory; time comes from ``clock``.

    ``seed`` decides all tokens, tickets and ids; by default it is the clock's first moment.
    """

    def __init__(
        self,
        config: TwinConfig,
        clock: Clock,
        *,
        faults: Faults | None = None,
        quirks: Quirks | None = None,
        limits: Limits | None = None,
        seed: str | None = None,
    ) -> None:
        self.clock = clock
        self.faults = faults or Faults()
        self.quirks = quirks or Quirks()
        self.limits = limits or Limits()
        self.world = World(
            config,
            clock,
            faults=self.faults,
            quirks=self.quirks,
            limits=self.limits,
            seed=seed or clock.now().isoformat(),
        )
        self.tokens = Tokens(self.world, "token")
        self.tickets = Tokens(self.world, "jsapi_ticket")
        self.gateway = Gateway(self.world)
        self.hand = hand_of(self.world, self.gateway)
        self._ding = DingApi(self.hand)
        self._notices = NoticeApi(self.hand)
        self._talk = TalkApi(self.hand)
        self._app: web.Application | None = None
        self._runner: web.AppRunner | None = None

    # -- running ------------------------------------------------------------------------------------------------

    def app(self) -> web.Application:
        """The aiohttp application with all routes.

        Whoever mounts it elsewhere sets `base_url` before the first connection.
        """
        if self._app is None:
            self._app = web.Application(client_max_size=LARGEST_REQUEST)
            self._app.add_routes(Gate(self.world, self.tokens).routes(self._endpoints()))
            self._app.add_routes([web.get(CONNECT, self.gateway.connect), web.get(DOWNLOADS, self._talk.fetch)])
            self._app.add_routes(control.routes(self))
            self._app.add_routes(DdPage(self).routes())
            self._app.on_shutdown.append(self._end)
        return self._app

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> str:
        """Listen on loopback; returns the base address without a trailing slash.

        It serves what api.dingtalk.com, oapi.dingtalk.com and the stream host serve. There is no access log: addresses
        carry secrets and tokens.
        """
        self._runner = web.AppRunner(self.app(), shutdown_timeout=_SHUTDOWN_SECONDS, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.base_url = f"http://{host}:{self._runner.addresses[0][1]}"
        return self.base_url

    async def stop(self) -> None:
        """Stop listening, cut every connection and forget what is under way."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def base_url(self) -> str:
        """Where the twin is reached: the base of the OpenAPI, of the old API, and of webhook and file addresses."""
        return self.world.base_url

    @base_url.setter
    def base_url(self, url: str) -> None:
        self.world.base_url = url.rstrip("/")

    def _endpoints(self) -> tuple[Endpoint, ...]:
        opening = Endpoint(path=OPEN, method="POST", handle=self.gateway.open, needs_token=False, free=True)
        return (opening, *(each for api in self._apis() for each in api.endpoints()))

    def _apis(self) -> tuple[Api, ...]:
        hand = self.hand
        return (
            TokenApi(self.tokens, self.tickets),
            self._talk,
            RobotApi(hand),
            CardApi(hand),
            self._ding,
            self._notices,
            TodoApi(hand),
            GroupApi(hand),
            ContactApi(hand),
            PresenceApi(hand),
        )

    async def _end(self, _: web.Application) -> None:
        self.world.changes.close()
        await self.hand.browser.close()
        await self.gateway.close()

    # -- the admin's hand ---------------------------------------------------------------------------------------

    def corp(self, corp_id: str | None = None) -> Corp:
        """The organisation named, or the only one; raises KeyError when neither is clear."""
        if corp_id is not None:
            return self.world.corps[corp_id]
        if len(self.world.corps) != 1:
            raise KeyError("several organisations: name one")
        return next(iter(self.world.corps.values()))

    def app_of(self, client_id: str | None = None) -> App:
        """The app named, or the only one; raises KeyError when neither is clear."""
        if client_id is None:
            apps = [app for corp in self.world.corps.values() for app in corp.apps.values()]
            if len(apps) != 1:
                raise KeyError("several apps: name one")
            return apps[0]
        found = self.world.app(client_id)
        if found is None:
            raise KeyError(client_id)
        return found

    def add_person(self, person: PersonConfig, *, corp_id: str | None = None) -> None:
        """Let somebody join the organisation, or replace what is known of them."""
        self.corp(corp_id).people[person.userid] = person

    def add_group(self, group: GroupConfig, *, corp_id: str | None = None) -> Group:
        """Make a group; its ``id`` is the openConversationId."""
        return self.corp(corp_id).add_group(group)

    def add_app(self, app: AppConfig, *, corp_id: str | None = None) -> App:
        """Create an app with its robot."""
        return self.corp(corp_id).add_app(app)

    def change_app(self, client_id: str | None = None, **changes: object) -> None:
        """Change fields of an app's `AppConfig`: its secret, permissions, visible range, page hosts …"""
        app = self.app_of(client_id)
        app.config = replace(app.config, **changes)  # type: ignore[arg-type]  # dataclass fields by name

    def set_active(self, userid: str, *, active: bool, corp_id: str | None = None) -> None:
        """Let somebody leave, or come back."""
        self.corp(corp_id).set_active(userid, active=active)

    def revoke_tokens(self, client_id: str | None = None) -> None:
        """Make the app's access tokens invalid before their time."""
        self.tokens.revoke(self.app_of(client_id).client_id)

    def event(
        self,
        event_type: str,
        data: Json,
        *,
        client_id: str | None = None,
        event_id: str | None = None,
        free: bool = False,
    ) -> Push:
        """An EVENT such as user_leave_org; ``free``: a contact event, outside the monthly quota."""
        return self.hand.event(self.app_of(client_id), event_type, data, event_id=event_id or "", metered=not free)

    # -- people and groups --------------------------------------------------------------------------------------

    def phone(self, userid: str, *, client_id: str | None = None) -> Phone:
        """The phone of a person, open at the chat with one app's robot; raises KeyError for strangers."""
        app = self.app_of(client_id)
        return Phone(self.hand, self.hand.person(app, userid), app)

    def group(self, group_id: str, *, corp_id: str | None = None) -> GroupScreen:
        """A group by its openConversationId; raises KeyError."""
        return GroupScreen(self.hand, self.corp(corp_id).groups[group_id])

    # -- looking in ---------------------------------------------------------------------------------------------

    @property
    def templates(self) -> Templates:
        """The card templates: load the builder's exports here."""
        return self.hand.templates

    @property
    def remarks(self) -> list[Remark]:
        """Warnings about accepted requests."""
        return self.hand.remarks

    def connections(self, client_id: str | None = None) -> list[Connection]:
        """Sockets that are up, oldest first."""
        return self.gateway.live(client_id)

    @property
    def requests(self) -> list[Request]:
        """All API calls with what they were answered."""
        return self.world.requests

    @property
    def dings(self) -> list[Ding]:
        """Every DING, oldest first."""
        return list(self._ding.sent.values())

    @property
    def notices(self) -> list[Notice]:
        """Every work notification, oldest first, with who silently did not get it."""
        return list(self._notices.sent.values())

    def js_signature_holds(
        self, *, noncestr: str, timestamp: str, url: str, signature: str, client_id: str | None = None
    ) -> bool:
        """Whether a page signed its JSAPI call with a living ticket, by SHA-256 or by SHA-1."""
        tickets = self.tickets.living(self.app_of(client_id).client_id)
        return any(
            page_signature(ticket, noncestr=noncestr, timestamp=timestamp, url=url, digest=digest) == signature
            for ticket in tickets
            for digest in ("sha256", "sha1")
        )

    @property
    def pushes(self) -> list[Push]:
        """Everything that was to be pushed, oldest first."""
        return self.gateway.courier.pushes

    @property
    def acks(self) -> list[AckRecord]:
        """Every ack as it was heard: good, late, second, foreign, unknown, malformed."""
        return self.gateway.courier.acks

    @property
    def counters(self) -> Counter[str]:
        """Counts of pushes, frames, repeats, outcomes and acks."""
        return self.gateway.courier.counters

    def changes(self) -> Subscription:
        """Every change of a screen, push, ack, connection and call from now on: ``async for change in …``."""
        return self.world.changes.subscribe()

    async def settled(self, *, seconds: float = 30.0) -> None:
        """Wait until no push will move unless the clock does; what a fault holds back is let go.

        Raises TimeoutError after so many real seconds, for example while a client owes an ack.
        """
        await self.gateway.courier.settled(seconds=seconds)

    async def until(self, condition: Callable[[], bool], *, seconds: float = 30.0) -> None:
        """Wait until a condition holds; raises TimeoutError after so many real seconds."""
        await self.world.changes.until(condition, seconds=seconds)

    async def connected(
        self, number: int = 1, *, client_id: str | None = None, seconds: float = 30.0
    ) -> list[Connection]:
        """Wait until at least ``number`` sockets are up that are not told to go."""
        await self.until(lambda: len(self._fresh(client_id)) >= number, seconds=seconds)
        return self._fresh(client_id)

    def _fresh(self, client_id: str | None) -> list[Connection]:
        return [each for each in self.connections(client_id) if not each.retiring]
