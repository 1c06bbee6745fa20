"""The one wiring place: what was loaded goes in, a running service comes out. Nothing here decides anything.

``permitbot run`` uses it with the settings of a site, the demo and the scenario tests with settings that point at a
twin. Which platforms there are is said by the settings; what each contributes stands in its own room (`bot.chat`).
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import aiohttp
import structlog
from aiohttp import web

from bot import chat
from bot.bridging import bridge_of
from bot.certifying import Certifying
from bot.chat import Chat
from bot.device_lines import push_routes
from bot.equipment import equipment_port
from bot.fetcher import Fetcher
from bot.forgetting import Forgetter
from bot.front import Front
from bot.gate_install import endorse_keys, install_gate_page
from bot.gateway_port import gateway_port, gateways_of
from bot.housekeeper import Housekeeper
from bot.in_order import InOrder
from bot.keeping import keep_running
from bot.looking import Looking
from bot.nightly import Nightly
from bot.optional_parts import Lent, OptionalParts, Plans
from bot.outages import Outages
from bot.present import Presenter
from bot.present_ports import Voice
from bot.proofs.site import Ladder
from bot.pulse import Pulse
from bot.radar import Radar
from bot.reader import Reader
from bot.relay import Relay
from bot.reports.by_chat import FilesByChat
from bot.reports.schedule import WANTED, Summaries
from bot.sealing import Sealer
from bot.settings import Settings
from bot.timer_loop import TimerLoop
from bot.tools import Tools
from bot.warming import warm
from bot.watchdog import Watchdog, problems
from bot.web.comparing import Comparing
from bot.web.uploads import Uploads
from cards import words_unusual
from cards.views import PermitView
from handlers.arrivals import Arrival
from handlers.deviating import remind
from handlers.digests import arm
from handlers.due import due_of
from handlers.house import House
from handlers.occupancy import untimed
from handlers.office import Office
from handlers.stills import unlooked
from handlers.undelivered import arrival_of
from handlers.views import Viewer
from storage.agenda import Claimed
from storage.media import MediaFiles
from storage.writer import Writer
from workflow.effects import Lane
from workflow.ids import PermitId, PersonId, SiteId
from workflow.privacy.retention import Retention

_log = structlog.get_logger()

SILENT_AFTER = {"timers": timedelta(minutes=2), "housekeeper": timedelta(hours=3)}
"""How long a loop may give no sign of life. The timers sleep for half a minute at most, the housekeeper for an hour."""
LANE_SILENT_AFTER = timedelta(minutes=1)
ARRIVAL_WITHIN = timedelta(seconds=30)
"""How long the office may be busy with one arrival."""
FINISH_WITHIN = 2.0
"""Seconds for what the office was given before the service was told to stop."""


class Service(Looking):
    """A running Permitbot for one site. Made by `bot.building.build`."""

    def __init__(
        self,
        *,
        settings: Settings,
        tools: Tools,
        furniture: House,
        writer: Writer,
        session: aiohttp.ClientSession,
        retention: Retention,
        ladder: Ladder,
        plans: Plans,
    ) -> None:
        super().__init__(writer=writer, furniture=furniture, zone=ZoneInfo(settings.timezone))
        self.settings = settings
        self.site = SiteId(settings.site_id)
        self._session = session
        self._retention = retention
        self._ladder = ladder
        self._tools = tools
        self._tasks: list[asyncio.Task[None]] = []
        self._runner: web.AppRunner | None = None
        self.base_url = ""
        self.office = Office(writer=writer, house=furniture, clock=tools.clock.now)
        self._viewer = Viewer(house=furniture)
        self._key = settings.require_button_key().get_secret_value().encode()
        self.media = MediaFiles(settings.media_dir)
        self._uploads = Uploads(settings.media_dir / "incoming")
        self._files = FilesByChat(settings=settings, writer=writer, house=furniture, clock=tools.clock)
        self._reader = Reader(writer, settings.site_id)
        self._pulse = Pulse(tools.steady)
        self._pulse.expect_errands("arrivals", ARRIVAL_WITHIN)
        self.chats: dict[str, Chat] = {one.name: one for one in self._made(settings)}
        self.outages = Outages(
            house=furniture, platforms=frozenset(self.chats), clock=tools.clock, cut_off=self._pulse.cut_off
        )
        self._comparing = Comparing(store=self._reader, house=furniture)
        self._gateways = gateways_of(settings, writer, tools)
        self.bridge = bridge_of(
            settings,
            furniture=furniture,
            writer=writer,
            office=self.office,
            clock=tools.clock,
            ids=tools.ids,
            entropy=tools.entropy,
            pulse=self._pulse,
            sources=lambda said: (*tools.sources(said), *self._gateways),
            lines=tools.lines,
            steady=tools.steady,
        )
        self.optional_parts = OptionalParts(
            plans,
            Lent(
                settings=settings,
                tools=tools,
                house=furniture,
                writer=writer,
                session=session,
                office=self.office,
                media=self.media,
                pulse=self._pulse,
                bridge=self.bridge,
                key=self._key,
            ),
        )
        self.relay = self._relay()
        self.timers = self._timer_loop()
        self.housekeeper = self._housekeeper()
        self.watchdog = self._watchdog()

    def _timer_loop(self) -> TimerLoop:
        tools = self._tools
        return TimerLoop(
            writer=self.writer,
            clock=tools.clock,
            read=lambda row: due_of(row, site=self.site, now=tools.clock.now()),
            ask=self.office.handle,
            name=f"timers-{tools.ids.new()[:8]}",
            speed=tools.speed,
            faults=tools.faults,
            alive=self._pulse.expect("timers", SILENT_AFTER["timers"]),
        )

    def _housekeeper(self) -> Housekeeper:
        tools = self._tools
        return Housekeeper(
            writer=self.writer,
            clock=tools.clock,
            retention=self._retention,
            also=(*self._knocks(), self._ask_for_accounts),
            alive=self._pulse.expect("housekeeper", SILENT_AFTER["housekeeper"]),
        )

    def _watchdog(self) -> Watchdog:
        tools = self._tools
        return Watchdog(
            writer=self.writer,
            clock=tools.clock,
            pulse=self._pulse,
            site=self.site,
            tell=self.office.handle,
            systemd=tools.systemd,
            outages=self.outages,
        )

    def _made(self, settings: Settings) -> Iterable[Chat]:
        """The platforms of this site."""
        if self._tools.chats is not None:
            return self._tools.chats(settings, self._lent())
        return _chats(settings, self._lent(), self._tools)

    def _lent(self) -> chat.House:
        """What every platform is lent."""
        return chat.House(
            site=self.site,
            writer=self.writer,
            clock=self._tools.clock,
            session=self._session,
            handle=InOrder(self._brought),
            under_way=partial(self._pulse.errand, "arrivals"),
            line=self._pulse.expect_line,
            furniture=self._furniture,
            faults=self._tools.faults,
            steady=self._tools.steady,
            pause=self._tools.pause,
        )

    async def _compared(self, view: PermitView) -> str:
        """For the card of whoever has to decide: the ten it is held against are read beside the writer."""
        return words_unusual.brief(view, await self._comparing.once(view.permit))

    async def _brought(self, arrival: Arrival) -> None:
        """What a platform brings shows that it is there."""
        self.outages.heard(arrival.sender.platform, answered=True)
        await self.office.handle(arrival)

    def _relay(self) -> Relay:
        tools, chats = self._tools, self.chats
        platforms = {name: one.platform for name, one in chats.items()}
        fetchers = {
            name: Fetcher(
                platform=platform,
                store=self.media,
                writer=self.writer,
                clock=tools.clock,
                site=self.site,
                tell=self.office.handle,
                uploads=self._uploads,
            )
            for name, platform in platforms.items()
        }
        voice = Voice(
            zone=self.zone,
            button_key=self._key,
            page=self._page,
            reach=frozenset((name, one.corp) for name, one in chats.items()),
            pages_on=frozenset(name for name, one in chats.items() if one.login is not None),
            links=self.settings.public_url,
        )
        lanes = {lane: self._pulse.expect(f"relay-{lane.value}", LANE_SILENT_AFTER) for lane in Lane}
        return Relay(
            writer=self.writer,
            present=Presenter(
                writer=self.writer,
                viewer=self._viewer,
                fetchers=fetchers,
                clock=tools.clock,
                voice=voice,
                drive=self.optional_parts.drive,
                read=self._reader.read,
                files=self._files,
                picture=self.optional_parts.picture,
                hand_over=self.optional_parts.hand_over,
                compared=self._compared,
            ),
            platforms=platforms,
            pace={name: one.pace for name, one in chats.items()},
            clock=tools.clock,
            name=f"relay-{tools.ids.new()[:8]}",
            undelivered=self._tell_others,
            speed=tools.speed,
            faults=tools.faults,
            alive=lambda lane: lanes[lane](),
            heard=lambda platform, answered: self.outages.heard(platform, answered=answered),
        )

    def _knocks(self) -> Iterator[Callable[[], Awaitable[None]]]:
        """The nightly seal of the journal, the night's forgetting, the nightly look at each platform's directory."""
        yield Sealer(writer=self.writer, clock=self._tools.clock, house=self._furniture).knock
        yield Forgetter(
            writer=self.writer,
            clock=self._tools.clock,
            house=self._furniture,
            retention=self._retention,
            files=self.media,
        ).knock
        pages = self.settings.public_url is not None
        yield Radar(writer=self.writer, clock=self._tools.clock, house=self._furniture, pages=pages).knock
        yield Certifying(writer=self.writer, reader=self._reader, clock=self._tools.clock, house=self._furniture).knock
        wanted = WANTED[self.settings.summaries]
        yield Summaries(writer=self.writer, clock=self._tools.clock, house=self._furniture, wanted=wanted).knock
        for name, one in self.chats.items():
            nightly = Nightly(
                writer=self.writer,
                clock=self._tools.clock,
                zone=self.zone,
                platform=name,
                sync=one.sync,
                trouble=one.trouble,
            )
            yield nightly.knock

    # -- running --------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Listen, and let the loops run."""
        app = web.Application(client_max_size=1 << 20)
        for one in self.chats.values():
            await one.prepare()
            app.add_routes(one.routes)
        key, clock = self.settings.equipment_key, self._tools.clock
        app.add_routes(equipment_port(key, self.writer, self._furniture, clock))
        app.add_routes(push_routes(self.bridge, self.writer, clock))
        app.add_routes(gateway_port(self.settings, self._gateways, clock))
        app.router.add_get("/healthz", self._health)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=2.0)
        self._runner = runner
        app.add_routes(self.optional_parts.routes())
        self._front().install(app)
        install_gate_page(app, self.settings, writer=self.writer, house=self._furniture, clock=self._tools.clock)
        await endorse_keys(self.settings, writer=self.writer, house=self._furniture, clock=self._tools.clock)
        await runner.setup()
        await web.TCPSite(runner, self.settings.listen_host, self.settings.listen_port).start()
        host, port = runner.addresses[0][:2]
        self.base_url = f"http://{host}:{port}"
        if self.writer.alone:
            # Whoever claimed a row before us is dead; an alarm it held must not wait for the end of its lease.
            now = self._tools.clock.now()
            await self.writer.submit(lambda tx: tx.release_claims(now))
        for due_anyway in (arm, unlooked, untimed):
            await self.writer.submit(partial(due_anyway, house=self._furniture, now=self._tools.clock.now()))
        for name, loop in self._loops():
            self._tasks.append(asyncio.create_task(keep_running(name, loop), name=name))
        warming = warm(self.writer, self._furniture, self._tools.clock, self._tools.pause)
        self._tasks.append(asyncio.create_task(warming, name="warming"))
        # What was built so far lives as long as we do, and looking at all of it lets everybody wait for tens of ms:
        # from now on a full collection looks at what came later only.
        gc.freeze()
        _log.info("listening", action="start", address=self.base_url, site=self.site)

    def _loops(self) -> Iterator[tuple[str, Callable[[], Awaitable[None]]]]:
        """The platforms' own come first: what they bring in is what the others work on."""
        for one in self.chats.values():
            yield from one.loops.items()
        if self.bridge is not None:
            yield "bridge", self.bridge.run
        yield from self.optional_parts.loops()
        yield "relay", self.relay.run
        yield "timers", self.timers.run
        yield "housekeeper", self.housekeeper.run
        yield "watchdog", self.watchdog.run

    async def stop(self) -> None:
        """Stop listening, let the loops end, write what waits."""
        gc.unfreeze()
        if self._runner is not None:
            await self._runner.cleanup()
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        for one in self.chats.values():
            try:
                async with asyncio.timeout(FINISH_WITHIN):
                    await one.finish()
            except Exception as trouble:  # the others still end in order; what is not acknowledged is brought again
                _log.warning("not finished", action="stop", platform=one.name, error=type(trouble).__name__)
        await self._reader.close()
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

    async def publish_menu(self) -> None:
        """Create the menu of every platform that has one. Raises the platform's trouble."""
        for one in self.chats.values():
            await one.publish_menu()

    # -- pages ----------------------------------------------------------------------------------------------------

    @property
    def host(self) -> str:
        """Host and port people reach the service by."""
        return urlsplit(self.settings.public_url or self.base_url).netloc

    def _page(self, permit: PermitId, _person: PersonId) -> str | None:
        base = self.settings.public_url
        return f"{base}/p/{permit}" if base is not None else None

    def _front(self) -> Front:
        tools = self._tools
        return Front(
            settings=self.settings, writer=self.writer, viewer=self._viewer, media=self.media, uploads=self._uploads,
            files=self._files, clock=tools.clock, entropy=tools.entropy, key=self._key, session=self._session,
            ladder=self._ladder,
            handle=self.office.handle, under_way=partial(self._pulse.errand, "arrivals"),
            chats=tuple(self.chats.values()), more=self.optional_parts.pages(),
            reader=self._reader,
        )  # fmt: skip

    async def _ask_for_accounts(self) -> None:
        """Accounts of green-channel work that are owed; each is asked for at its hours, whenever this knocks."""
        now, furniture = self._tools.clock.now(), self._furniture
        await self.writer.submit(lambda tx: remind(tx, furniture, now))

    async def _health(self, _: web.Request) -> web.Response:
        stats, health = self.writer.stats, self.watchdog.health()
        said = {"ok": health.well, "problems": problems(health), "waiting": stats.waiting, "troubles": stats.troubles}
        notes = [note for one in self.chats.values() for note in one.notes()]
        notes += [f"devices: {note}" for note in self.bridge.notes()] if self.bridge is not None else []
        notes += self.optional_parts.notes()
        counts = self.bridge.counts() if self.bridge is not None else {}
        told = {**said, "dead": health.dead, "plain": health.plain, "notes": notes, "devices": counts}
        return web.json_response(told, status=200 if health.well else 503)

    async def _tell_others(self, row: Claimed, _why: str) -> None:
        await self.office.handle(arrival_of(row, site=self.site, now=self._tools.clock.now()))


def _chats(settings: Settings, lent: chat.House, tools: Tools) -> Iterator[Chat]:
    """The platforms of this site. A room is imported where it is used: most sites need one."""
    if settings.speaks_wecom:
        from bot.wecom.chat import wecom_chat

        yield wecom_chat(settings.wecom(), settings, lent, oauth_base=tools.oauth_base)
    if settings.speaks_dingtalk:
        from bot.dingtalk.chat import dingtalk_chat

        yield dingtalk_chat(settings.dingtalk(), settings, lent)
