"""The twin: one object that is the whole platform."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from aiohttp import web

from sandbox.changes import Subscription
from sandbox.clock import Clock
from sandbox.wecom import control, events, server
from sandbox.wecom.browser import Browser
from sandbox.wecom.callbacks import Courier
from sandbox.wecom.config import MemberStatus, TwinConfig
from sandbox.wecom.deliveries import Delivery, Verification
from sandbox.wecom.faults import Faults, Quirks
from sandbox.wecom.ledger import Sent
from sandbox.wecom.limits import Limits
from sandbox.wecom.markup import Value
from sandbox.wecom.phones import Client, GroupScreen, Hand, Phone
from sandbox.wecom.world import App, Dropped, Remark, Request, World

_SHUTDOWN_SECONDS = 0.2


class Twin:
    """A strict local WeCom. Everything lives in memory; time comes from ``clock``.

    ``seed`` decides all tokens, codes and ids; by default it is the clock's first moment.
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
        self.courier = Courier(self.world)
        self._hand = Hand(world=self.world, courier=self.courier, browser=Browser(self.world))
        self._app: web.Application | None = None
        self._runner: web.AppRunner | None = None

    # -- running ------------------------------------------------------------------------------------------------

    def app(self) -> web.Application:
        """The aiohttp application with all routes: ``/cgi-bin``, ``/connect``, ``/wwpic`` and ``/twin``.

        Whoever mounts it elsewhere sets `base_url` before the first message with a picture or link.
        """
        if self._app is None:
            self._app = web.Application(client_max_size=server.LARGEST_REQUEST)
            self._app.add_routes(server.routes(self.world))
            self._app.add_routes(control.routes(self))
            self._app.on_shutdown.append(self._end_streams)
            self._app.on_cleanup.append(self._close)
        return self._app

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> str:
        """Listen on loopback; returns the base address without a trailing slash.

        There is no access log: addresses carry secrets and tokens.
        """
        self._runner = web.AppRunner(self.app(), shutdown_timeout=_SHUTDOWN_SECONDS, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        bound = self._runner.addresses[0][1]
        self.base_url = f"http://{host}:{bound}"
        return self.base_url

    async def stop(self) -> None:
        """Stop listening, end every stream and forget what is under way."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def base_url(self) -> str:
        """Where the twin is reached; also the prefix of picture addresses."""
        return self.world.base_url

    @base_url.setter
    def base_url(self, url: str) -> None:
        self.world.base_url = url.rstrip("/")

    async def _end_streams(self, _: web.Application) -> None:
        self.world.screens.changes.close()

    async def _close(self, _: web.Application) -> None:
        await self._hand.browser.close()
        await self.courier.close()

    # -- the admin's hand ---------------------------------------------------------------------------------------

    def corpid(self, corpid: str | None = None) -> str:
        """The corp named, or the only one; raises KeyError when neither is clear."""
        if corpid is not None:
            return self.world.corps[corpid].corpid
        if len(self.world.corps) != 1:
            raise KeyError("several corps: name one")
        return next(iter(self.world.corps))

    def agent(self, agentid: int | None = None, *, corpid: str | None = None) -> App:
        """The app named, or the only one; raises KeyError when neither is clear."""
        apps = self.world.corps[self.corpid(corpid)].apps
        if agentid is not None:
            return apps[agentid]
        if len(apps) != 1:
            raise KeyError("several apps: name one")
        return next(iter(apps.values()))

    async def save_callback(self, url: str, agentid: int | None = None, *, corpid: str | None = None) -> Verification:
        """An admin presses Save: the address is checked with a GET and kept only when the echo comes back."""
        app = self.agent(agentid, corpid=corpid)
        result = await self.courier.verify(app, url)
        if result.ok:
            self.set_callback(url, agentid, corpid=corpid)
        return result

    def set_callback(self, url: str | None, agentid: int | None = None, *, corpid: str | None = None) -> None:
        """Set (or with None remove) the callback address without a check."""
        app = self.agent(agentid, corpid=corpid)
        app.config = replace(app.config, callback_url=url)

    def trust_domain(self, host: str, agentid: int | None = None, *, corpid: str | None = None) -> None:
        """Trust a host (with port) for OAuth redirects."""
        app = self.agent(agentid, corpid=corpid)
        app.config = replace(app.config, trusted_domains=(*app.config.trusted_domains, host))

    def revoke_tokens(self, agentid: int | None = None, *, corpid: str | None = None) -> None:
        """Make the app's tokens invalid before their time (40014)."""
        app = self.agent(agentid, corpid=corpid)
        self.world.tokens.revoke(app.corpid, app.agentid)

    def disable_app(self, agentid: int | None = None, *, corpid: str | None = None, disabled: bool = True) -> None:
        """Switch an app off (or on again)."""
        self.agent(agentid, corpid=corpid).disabled = disabled

    def set_status(self, userid: str, status: MemberStatus, *, corpid: str | None = None) -> list[Delivery]:
        """Change a member's status; apps that lose or gain the member get unsubscribe or subscribe."""
        corp = self.world.corps[self.corpid(corpid)]
        before = {app.agentid for app in corp.apps.values() if self._reaches(app, userid)}
        corp.directory.set_status(userid, status)
        caused: list[Delivery] = []
        for app in corp.apps.values():
            now = self._reaches(app, userid)
            if now != (app.agentid in before):
                told = events.event(userid, "subscribe" if now else "unsubscribe", ("EventKey", ""))
                caused.append(self.courier.dispatch(app, told))
        return caused

    def system_event(
        self,
        name: str,
        *fields: tuple[str, Value],
        userid: str = "sys",
        agentid: int | None = None,
        corpid: str | None = None,
    ) -> Delivery:
        """An event of the platform itself, such as inactive_alert with ("EffectTime", seconds)."""
        return self.courier.dispatch(self.agent(agentid, corpid=corpid), events.event(userid, name, *fields))

    def remove_robot(self, key: str) -> None:
        """Take a robot out of its group: its key answers 93000 from now on."""
        self.world.robot(key).removed = True

    def _reaches(self, app: App, userid: str) -> bool:
        directory = self.world.corps[app.corpid].directory
        person = directory.find(userid)
        return person is not None and directory.reaches(app.config, person)

    # -- people and groups --------------------------------------------------------------------------------------

    def phone(
        self,
        userid: str,
        *,
        agentid: int | None = None,
        corpid: str | None = None,
        client: Client = Client.WECOM,
    ) -> Phone:
        """The phone of a member, open at the chat with one app; raises KeyError for strangers."""
        app = self.agent(agentid, corpid=corpid)
        person = self.world.corps[app.corpid].directory.find(userid)
        if person is None:
            raise KeyError(userid)
        return Phone(self._hand, person, app, client)

    def group(self, chat_id: str, *, corpid: str | None = None) -> GroupScreen:
        """A group by its chatid or robot key; raises KeyError."""
        return GroupScreen(self.world, self.world.corps[self.corpid(corpid)].chats[chat_id])

    # -- looking in ---------------------------------------------------------------------------------------------

    @property
    def sent(self) -> list[Sent]:
        """All accepted app messages, oldest first."""
        return list(self.world.ledger.sent.values())

    @property
    def requests(self) -> list[Request]:
        """All API calls with the code they were answered with."""
        return self.world.requests

    @property
    def dropped(self) -> list[Dropped]:
        """Messages members never got because of rate limits."""
        return self.world.dropped

    @property
    def remarks(self) -> list[Remark]:
        """Warnings about accepted requests: texts too long, fields without effect, wrong JSON types."""
        return self.world.remarks

    @property
    def deliveries(self) -> list[Delivery]:
        """Everything that was to be pushed to receivers, oldest first."""
        return self.courier.deliveries

    @property
    def counters(self) -> Counter[str]:
        """Counts of pushes by outcome, of retries, duplicates, replays and replies."""
        return self.courier.counters

    def changes(self) -> Subscription:
        """Every change of a screen and every delivery, from now on: ``async for change in twin.changes()``."""
        return self.world.screens.changes.subscribe()

    async def settled(self) -> None:
        """Wait until no delivery will move unless the clock does; news held back by a fault is let go."""
        await self.courier.settled()

    async def until(self, condition: Callable[[], bool], *, seconds: float = 30.0) -> None:
        """Wait until a condition holds; raises TimeoutError after so many real seconds."""
        await self.world.screens.changes.until(condition, seconds=seconds)

    def js_signature_holds(
        self,
        *,
        noncestr: str,
        timestamp: str,
        url: str,
        signature: str,
        agentid: int | None = None,
        corpid: str | None = None,
    ) -> bool:
        """Whether a page signed its JS-SDK call right: with the corp's ticket, or with the app's when one is named."""
        return self.world.logins.js_signature_holds(
            self.corpid(corpid), agentid, noncestr=noncestr, timestamp=timestamp, url=url, signature=signature
        )
