"""The one wiring place: settings in, a running service out. Nothing here decides anything.

``permitbot run`` uses it with the settings of a site, the demo and the scenario tests with settings that point at a
twin.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta, tzinfo
from functools import partial
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import aiohttp
import structlog
from aiohttp import web

from bot.clock import Clock, Entropy, Ids, OffsetClock, SystemClock, SystemEntropy, SystemIds, steady
from bot.equipment import equipment_port
from bot.fetcher import Fetcher
from bot.housekeeper import Housekeeper
from bot.keeping import keep_running
from bot.nightly import Nightly
from bot.notify import Systemd
from bot.present import Presenter, Voice
from bot.pulse import Pulse
from bot.relay import Relay
from bot.settings import Settings, SettingsError, WeComCredentials
from bot.timer_loop import TimerLoop
from bot.watchdog import Watchdog, problems
from bot.web.pages import Login, Pages
from bot.wecom.budget import Budget
from bot.wecom.client import WeComClient
from bot.wecom.errors import WeComTrouble
from bot.wecom.identity import OAUTH_BASE, oauth_link
from bot.wecom.inbound import Inbound
from bot.wecom.menu import menu_body
from bot.wecom.platform import WeComPlatform
from bot.wecom.protocol import CallbackCodec
from bot.wecom.sync import Synced, sync_directory
from cards.history import Telling, photo_labels
from handlers.desk import House, house
from handlers.deviating import remind
from handlers.due import due_of
from handlers.matching import propose
from handlers.office import Office
from handlers.undelivered import arrival_of
from handlers.views import Viewer
from storage import migrate as migrations
from storage import policies
from storage.agenda import Claimed
from storage.board import BoardRow
from storage.engine import open_database
from storage.faults import NO_FAULTS, Faults
from storage.media import MediaFiles
from storage.tx import Tx
from storage.writer import Writer
from workflow.effects import Lane
from workflow.ids import PermitId, PersonId, SiteId
from workflow.journal import Record
from workflow.permit.events import Event
from workflow.permit.state import Permit, Status

_log = structlog.get_logger()

CALLBACK_PATH = "/wecom/callback"
NO_PAGE = "https://work.weixin.qq.com/"
"""Where a card without buttons leads while no page of ours is served: the platform demands an address."""
SILENT_AFTER = {"timers": timedelta(minutes=2), "housekeeper": timedelta(hours=3)}
"""How long a loop may give no sign of life. The timers sleep for half a minute at most, the housekeeper for an hour."""
LANE_SILENT_AFTER = timedelta(minutes=1)
ARRIVAL_WITHIN = timedelta(seconds=30)
"""How long the office may be busy with one arrival."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What the service may not make up itself."""

    clock: Clock
    ids: Ids
    entropy: Entropy
    oauth_base: str = OAUTH_BASE
    faults: Faults = NO_FAULTS
    steady: Callable[[], float] = steady
    systemd: Systemd = field(default_factory=lambda: Systemd({}))

    def speed(self) -> float:
        """How many seconds of the clock pass while one really passes."""
        return self.clock.speed if isinstance(self.clock, OffsetClock) else 1.0


class Service:
    """A running Permitbot for one site. Make it with `build`."""

    def __init__(
        self,
        *,
        settings: Settings,
        tools: Tools,
        furniture: House,
        writer: Writer,
        wecom: WeComCredentials,
        session: aiohttp.ClientSession,
    ) -> None:
        self.settings = settings
        self.writer = writer
        self.site = SiteId(settings.site_id)
        self.zone: tzinfo = ZoneInfo(settings.timezone)
        self._furniture = furniture
        self._session = session
        self._tasks: list[asyncio.Task[None]] = []
        self._runner: web.AppRunner | None = None
        self.base_url = ""
        self.client = WeComClient(
            session,
            tools.clock,
            corp_id=wecom.corp_id,
            agent_id=wecom.agent_id,
            secret=wecom.secret,
            base_url=wecom.api_base_url,
        )
        self.office = Office(writer=writer, house=furniture, clock=tools.clock.now)
        platform = WeComPlatform(
            client=self.client,
            session=session,
            base_url=wecom.api_base_url,
            notice_url=settings.public_url or NO_PAGE,
            chat_key=settings.chat_key,
        )
        self._viewer = Viewer(house=furniture)
        pulse = Pulse(tools.steady)
        beats = {name: pulse.expect(name, within) for name, within in SILENT_AFTER.items()}
        pulse.expect_errands("arrivals", ARRIVAL_WITHIN)
        lanes = {lane: pulse.expect(f"relay-{lane.value}", LANE_SILENT_AFTER) for lane in Lane}
        self.media = MediaFiles(settings.media_dir)
        fetcher = Fetcher(
            platform=platform,
            store=self.media,
            writer=writer,
            clock=tools.clock,
            site=self.site,
            tell=self.office.handle,
        )
        self._key = _button_key(settings)
        presenter = Presenter(
            writer=writer,
            viewer=self._viewer,
            fetchers={platform.name: fetcher},
            clock=tools.clock,
            voice=Voice(
                zone=self.zone,
                button_key=self._key,
                page=self._page,
                reach=frozenset({(platform.name, wecom.corp_id)}),
            ),
        )
        self.relay = Relay(
            writer=writer,
            present=presenter,
            platforms={platform.name: platform},
            pace=Budget(),
            clock=tools.clock,
            name=f"relay-{tools.ids.new()[:8]}",
            undelivered=self._tell_others,
            speed=tools.speed,
            faults=tools.faults,
            alive=lambda lane: lanes[lane](),
        )
        self.timers = TimerLoop(
            writer=writer,
            clock=tools.clock,
            read=lambda row: due_of(row, site=self.site, now=tools.clock.now()),
            ask=self.office.handle,
            name=f"timers-{tools.ids.new()[:8]}",
            speed=tools.speed,
            faults=tools.faults,
            alive=beats["timers"],
        )
        nightly = Nightly(writer=writer, clock=tools.clock, zone=self.zone, sync=self.sync)
        self.housekeeper = Housekeeper(
            writer=writer, clock=tools.clock, also=(nightly.knock, self._ask_for_accounts), alive=beats["housekeeper"]
        )
        codec = CallbackCodec(
            token=wecom.token.get_secret_value(),
            aes_key=wecom.aes_key.get_secret_value(),
            receive_id=wecom.corp_id,
        )
        self._inbound = Inbound(
            codec,
            self.office.handle,
            tools.clock,
            site=self.site,
            faults=tools.faults,
            under_way=partial(pulse.errand, "arrivals"),
        )
        self.watchdog = Watchdog(
            writer=writer,
            clock=tools.clock,
            pulse=pulse,
            site=self.site,
            tell=self.office.handle,
            systemd=tools.systemd,
        )
        self._tools = tools
        self._wecom = wecom

    # -- running --------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Listen, and let the loops run."""
        app = web.Application(client_max_size=1 << 20)
        app.add_routes(self._inbound.routes(CALLBACK_PATH))
        key, clock = self.settings.equipment_key, self._tools.clock
        app.add_routes(equipment_port(key, self.writer, self._furniture, clock))
        app.router.add_get("/healthz", self._health)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=2.0)
        self._runner = runner
        public = self.settings.public_url
        if public is not None:
            self._pages(public).install(app)
        await runner.setup()
        await web.TCPSite(runner, self.settings.listen_host, self.settings.listen_port).start()
        host, port = runner.addresses[0][:2]
        self.base_url = f"http://{host}:{port}"
        if self.writer.alone:
            # Whoever claimed a row before us is dead; an alarm it held must not wait for the end of its lease.
            now = self._tools.clock.now()
            await self.writer.submit(lambda tx: tx.release_claims(now))
        for name, loop in (
            ("relay", self.relay.run),
            ("timers", self.timers.run),
            ("housekeeper", self.housekeeper.run),
            ("watchdog", self.watchdog.run),
        ):
            self._tasks.append(asyncio.create_task(keep_running(name, loop), name=name))
        _log.info("listening", action="start", address=self.base_url, site=self.site)

    async def stop(self) -> None:
        """Stop listening, let the loops end, write what waits."""
        if self._runner is not None:
            await self._runner.cleanup()
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self.writer.stop()
        await self._session.close()

    def look_at_clock(self) -> None:
        """The clock was pushed forward: look at everything that may have fallen due."""
        self.timers.look()
        self.relay.look()

    async def quiet(self) -> None:
        """Fire every timer and send every message that is due now; returns when nothing is left to do."""
        while await self.timers.fire() + await self.relay.drain():
            continue

    async def sync(self) -> Synced:
        """Pull the corp's directory. Raises `bot.wecom.errors.WeComTrouble` or `bot.wecom.sync.TooManyGone`."""
        return await sync_directory(self.client, self.writer, self.site, at=self._tools.clock.now())

    async def publish_menu(self) -> None:
        """Create the app's menu. Raises `bot.wecom.errors.WeComTrouble`."""
        await self.client.create_menu(menu_body())

    # -- pages ----------------------------------------------------------------------------------------------------

    @property
    def host(self) -> str:
        """Host and port people reach the service by."""
        return urlsplit(self.settings.public_url or self.base_url).netloc

    def _page(self, permit: PermitId, _person: PersonId) -> str | None:
        base = self.settings.public_url
        return f"{base}/p/{permit}" if base is not None else None

    def _pages(self, public_url: str) -> Pages:
        def link(back: str, state: str) -> str:
            return oauth_link(
                corp_id=self._wecom.corp_id,
                agent_id=self._wecom.agent_id,
                redirect_to=back,
                state=state,
                base_url=self._tools.oauth_base,
            )

        return Pages(
            writer=self.writer,
            viewer=self._viewer,
            media=self.media,
            clock=self._tools.clock,
            entropy=self._tools.entropy,
            key=self._key,
            public_url=public_url,
            login=Login(link=link, who=self._who),
        )

    async def _who(self, code: str) -> PersonId | None:
        try:
            visitor = await self.client.visitor(code)
        except WeComTrouble:
            return None
        userid = visitor.userid
        if userid is None:
            return None

        def find(tx: Tx) -> PersonId | None:
            person = tx.person_by_account("wecom", self._wecom.corp_id, userid)
            return person.id if person is not None and person.active else None

        return await self.writer.submit(find)

    async def _ask_for_accounts(self) -> None:
        """Accounts of green-channel work that are owed, and codes that may be one place: each is asked for at its
        hours, whenever this knocks."""
        now, furniture = self._tools.clock.now(), self._furniture
        await self.writer.submit(lambda tx: remind(tx, furniture, now))
        await self.writer.submit(lambda tx: propose(tx, furniture, now))

    async def _health(self, _: web.Request) -> web.Response:
        stats, health = self.writer.stats, self.watchdog.health()
        said = {"ok": health.well, "problems": problems(health), "waiting": stats.waiting, "troubles": stats.troubles}
        return web.json_response({**said, "dead": health.dead}, status=200 if health.well else 503)

    async def _tell_others(self, row: Claimed, _why: str) -> None:
        await self.office.handle(arrival_of(row, site=self.site, now=self._tools.clock.now()))

    # -- looking --------------------------------------------------------------------------------------------------

    async def permit(self, number: str) -> Permit:
        """The permit as it stands; blank when there is none."""
        return await self.writer.submit(lambda tx: tx.load(self._furniture.permits, number)[0])

    async def history(self, number: str) -> tuple[tuple[Record, ...], Telling]:
        """The journal of one permit, and the words to tell it with."""

        def gather(tx: Tx) -> tuple[tuple[Record, ...], Telling]:
            permit = tx.load(self._furniture.permits, number)[0]
            chain = permit.rules.chain if permit.rules is not None else ()
            names = {one.id: one.name for one in tx.directory.register.people}
            nodes = {str(node.key): node.label for node in chain}
            records = tuple(tx.records(self._furniture.permits, number))
            photos = photo_labels(permit.rules) if permit.rules is not None else {}
            closings = {need.key: need.label for need in permit.rules.closing} if permit.rules is not None else {}
            return records, Telling(names=names, zone=self.zone, nodes=nodes, photos=photos, closings=closings)

        return await self.writer.submit(gather)

    def event_of(self, record: Record) -> Event:
        """The event behind a record."""
        return self._furniture.permits.codec.decode(record.kind, record.body)

    @staticmethod
    def status_of(row: BoardRow) -> Status:
        """The status of a row of the board."""
        return Status(row.status)


async def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    ids: Ids | None = None,
    entropy: Entropy | None = None,
    migrate: bool = False,
    oauth_base: str = OAUTH_BASE,
    faults: Faults = NO_FAULTS,
    steady: Callable[[], float] = steady,
    systemd: Systemd | None = None,
) -> Service:
    """Check the settings, load the rules, open memory. Nothing listens yet.

    Raise `SettingsError`, `storage.policies.PolicyError` or `storage.errors.CannotOpen`; each names what to mend.
    """
    wecom = settings.wecom()
    tools = Tools(
        clock=clock or SystemClock(),
        ids=ids or SystemIds(),
        entropy=entropy or SystemEntropy(),
        oauth_base=oauth_base,
        faults=faults,
        steady=steady,
        systemd=systemd or Systemd({}),
    )
    book = policies.load(settings.policies, plant=settings.plant_file)
    url = settings.database_url.get_secret_value()
    if migrate:
        await asyncio.to_thread(migrations.upgrade, url)
    settings.media_dir.mkdir(parents=True, exist_ok=True)
    writer = Writer(open_database(url), settings.site_id, faults=faults)
    await writer.start()
    furniture = house(
        site=SiteId(settings.site_id),
        zone=ZoneInfo(settings.timezone),
        book=book,
        secret=_button_key(settings),
        equipment_system=settings.equipment_key is not None,
    )
    return Service(
        settings=settings,
        tools=tools,
        furniture=furniture,
        writer=writer,
        wecom=wecom,
        session=aiohttp.ClientSession(),
    )


def _button_key(settings: Settings) -> bytes:
    if settings.button_key is None:
        raise SettingsError(["PERMITBOT_BUTTON_KEY is missing; `openssl rand -hex 32` makes a good one"])
    return settings.button_key.get_secret_value().encode()
