"""What the demo page may know besides phones: the clock, the story, the journal of a permit."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from datetime import datetime, time, timedelta, tzinfo
from typing import Any

import structlog

from bot.clock import SystemEntropy
from bot.demo.camera import NAME as CAMERA
from bot.demo.camera import FieldCamera
from bot.demo.devices import FieldDevices, steps
from bot.demo.outputs import FieldOutputs
from bot.demo.plant import CHAT, Works
from bot.web.board_wall import WALL, new_secret
from cards import words, words_hazards
from cards.history import Telling, history_line
from handlers import screens
from handlers.guardian_tag import TAG
from handlers.monitoring import DEVICES
from handlers.stills import PATIENCE
from sandbox.crews import CONTRACTOR, STAFF, Crew
from sandbox.equipment import EquipmentTwin, Says
from sandbox.hands import Hands, Platform
from sandbox.plant.mixes import Mix
from sandbox.practice import Told, practise
from sandbox.story import Player, StoryStuck
from sandbox.story_hazard import hazard_story
from sandbox.story_hot import WORK, hot_work_story
from storage.agenda import AgendaKind
from storage.tx import Tx
from workflow.hazard.state import Stage
from workflow.ids import PermitId, PersonId
from workflow.journal import BrokenChain, Record, verify
from workflow.permit.state import Status

Json = dict[str, Any]
_log = structlog.get_logger()
_BEGINS, _SATURDAY = time(7, 20), 5
_STORIES: Mapping[str, Callable[[Player], Awaitable[str]]] = {"work": hot_work_story, "hazard": hazard_story}
_BRISK = 0.2
"""Real seconds between two steps of the others, while a learner waits for his turn."""
_LIVE = (Status.ACTIVE.value, Status.SUSPENDED.value)
_NEVER = (DEVICES, TAG, PATIENCE)
_OFFICER = PersonId("sunli")
_MIXES = {Mix.WECOM: "全部企业微信", Mix.MIXED: "承包商用钉钉", Mix.DINGTALK: "全部钉钉"}


class DemoStage:
    """The `sandbox.page.server.Stage` of a running demo."""

    def __init__(
        self,
        *,
        site: Works,
        zone: tzinfo,
        vessels: EquipmentTwin,
        field: FieldDevices | None = None,
        outputs: FieldOutputs | None = None,
        camera: FieldCamera | None = None,
    ) -> None:
        self._site = site
        self._service = site.service
        self._clock = site.clock
        self._zone = zone
        self._vessels = vessels
        self._field = field
        self._outputs = outputs
        self._camera = camera
        self._repeating = asyncio.create_task(vessels.run())
        self._told = ""
        self._failed = False
        self._plays = 0
        self._next = ""
        self._live: PermitId | None = None
        self._hazards: set[str] = set()
        self._of = ""
        self._playing: asyncio.Task[None] | None = None
        self._board = ""
        self._lesson: Told | None = None

    # -- the people -----------------------------------------------------------------------------------------------

    @property
    def hands(self) -> Hands:
        """Everybody's hands, wherever they are at that moment."""
        return self._site.hands

    @property
    def service_url(self) -> str:
        """Where the product's own pages are."""
        return self._service.settings.public_url or self._service.base_url

    @property
    def board(self) -> str:
        """Where the board hangs on the demo's wall; empty until it does."""
        return self._board

    async def hang_board(self) -> None:
        """Let the visitor's browser be a screen on the wall: it shows the board and needs no sign-in."""
        if self._service.settings.public_url is None:
            return
        house, now, secret = self._service.house, self._clock.now(), new_secret(SystemEntropy())
        hung = await self._service.writer.submit(
            lambda tx: screens.allow(tx, house, _OFFICER, "演示大屏", secret, now, "demo:board")
        )
        self._board = f"{self.service_url}{WALL}/in/{secret}" if hung else ""

    def group(self, platform: Platform) -> str:
        """The chat of the safety group on a platform."""
        return CHAT[platform]("hc-safety")

    def mixes(self) -> list[Json]:
        """The ways the people can be spread over the platforms that are there."""
        spoken = {Platform(name) for name in self._service.chats}
        return [
            {"id": mix.value, "text": text, "now": mix is self._site.mix}
            for mix, text in _MIXES.items()
            if mix.speaks <= spoken
        ]

    def players(self) -> tuple[str, ...]:
        """Who is in the story: those who work first, then those who sign."""
        crew = self._crew
        return (crew.worker, crew.leader, crew.guardian, crew.unit, crew.safety, crew.last, crew.above, crew.shift)

    async def move(self, mix: str) -> str:
        """Let people change the platform. A story that runs is stopped: half of its phones would be gone."""
        await self._stop_story()
        self._told = ""
        await self._site.move(Mix(mix))
        return f"现在：{_MIXES[self._site.mix]}"

    @property
    def _crew(self) -> Crew:
        return CONTRACTOR if self._site.mix is Mix.MIXED else STAFF

    # -- the clock ------------------------------------------------------------------------------------------------

    def clock(self) -> Json:
        """The plant's time."""
        now = self._clock.now()
        text = f"{words.day(now, self._zone)} {now.astimezone(self._zone):%H:%M:%S}"
        speed = self._clock.speed
        return {"text": text, "speed": int(speed) if speed == int(speed) else speed, "next": self._next}

    async def set_speed(self, speed: float) -> str:
        """Let the clock run faster or as usual."""
        self._clock.set_speed(speed)
        self._service.look_at_clock()
        return "时钟实时走" if speed == 1 else f"时钟走得快{speed:g}倍"

    async def jump(self) -> str:
        """Push the clock to the next timer."""
        due = await self._service.writer.submit(self._next_due)
        if due is None:
            return "现在没有等着的时限"
        await self.push(max(timedelta(0), due - self._clock.now()) + timedelta(seconds=1))
        return f"时钟到了{words.clock(self._clock.now(), self._zone)}"

    async def push(self, by: timedelta) -> None:
        """Push the clock and let everything that fell due happen."""
        heard = self._field is not None
        if self._camera is not None:
            await self._camera.answered()
        for step in steps(by) if heard else (by,):
            self._clock.jump(step)
            await self._vessels.repeat()
            # Whoever can speak has spoken by then: a push of the clock makes nobody silent who is not.
            heard = heard and await self._hear()
            if self._outputs is not None:
                await self._outputs.looked()
            self._service.look_at_clock()
            await self._service.quiet()

    async def _hear(self) -> bool:
        return self._field is not None and await self._field.heard()

    def _next_due(self, tx: Tx) -> datetime | None:
        """The next timer that will come. The end of the silence allowed never does while every device speaks."""
        if self._field is None or not self._field.all_speak:
            return tx.next_due(AgendaKind.TIMER)
        timers = (due for names in tx.timers().values() for name, due in names.items() if name not in _NEVER)
        return min(timers, default=None)

    # -- the story ------------------------------------------------------------------------------------------------

    def story(self) -> Json:
        """Where the story stands."""
        running = self._playing is not None and not self._playing.done()
        lesson = None if self._lesson is None else asdict(self._lesson) | {"who": self._crew.worker}
        told = {"running": running, "told": self._told, "failed": self._failed, "practice": lesson, "of": self._of}
        return told | {"line": self._line()}

    def _line(self) -> str:
        """What somebody may type to ask for the story's work; on the morning after, when it is too late for today."""
        line = f"{WORK} {self._crew.named()}"
        early = self._clock.now().astimezone(self._zone).hour <= _BEGINS.hour
        return line if early else line.replace("今天", "明天")

    async def practise(self) -> str:
        """Begin the practice anew, in a plant that is for nothing else."""
        await self._stop_story()
        self._failed, self._told = False, ""
        self._playing = asyncio.create_task(self._play(self._taught, pause=_BRISK))
        return "练习开始"

    async def _taught(self, player: Player) -> str:
        def tell(told: Told) -> None:
            self._lesson = told
            self._service.look_at_clock()

        return await practise(player, tell)

    async def play(self, *, play: bool, of: str = "work") -> str:
        """Start or stop a story."""
        if self._lesson is not None or of not in _STORIES:
            raise ValueError("没有这个演示")
        await self._stop_story()
        if not play:
            self._told = ""
            return "演示停了"
        self._failed, self._of = False, of
        await self.set_speed(1)  # sixty times as fast, what was measured is too old before the next tap
        self._playing = asyncio.create_task(self._play(_STORIES[of]))
        return "演示开始"

    # -- the equipment system -------------------------------------------------------------------------------------

    def vessels(self) -> list[dict[str, str]]:
        """The switches of the equipment system."""
        return self._vessels.switches()

    async def switch(self, vessel: str, says: str) -> str:
        """Turn one of them; what to tell the visitor."""
        told = await self._vessels.switch(vessel, Says(says))
        await self._service.quiet()
        return told

    # -- the field devices ----------------------------------------------------------------------------------------

    def devices(self) -> list[Json]:
        """The field devices with their sliders, and what the house says of them."""
        return self._field.shown() if self._field is not None else []

    def stations(self) -> list[Json]:
        """The weather station, and what the house says of it."""
        return self._field.stations() if self._field is not None else []

    def tags(self) -> list[Json]:
        """The guardian's tag, and where the house sees it."""
        return [self._field.worn(self._live)] if self._field is not None else []

    async def slide(self, device: str, value: str) -> str:
        """The air changes at a device; what to tell the visitor."""
        return await self._changed(self._of_field.slide(device, value))

    async def falls(self, what: str) -> str:
        """It begins to rain or snow, or stops; what to tell the visitor."""
        return await self._changed(self._of_field.falls(what))

    async def breaks(self, device: str, fault: str) -> str:
        """Something goes wrong with a device or an output, or it is mended; what to tell the visitor."""
        if self._camera is not None and device == CAMERA:
            return self._camera.breaks(fault)
        if self._outputs is not None and self._outputs.has(device):
            told = self._outputs.breaks(device, fault)
            await self._outputs.looked()
            return told
        return await self._changed(self._of_field.breaks(device, fault))

    def cameras(self) -> list[Json]:
        """The camera over the tanks, and what it last answered."""
        return [self._camera.shown()] if self._camera is not None else []

    def outputs(self) -> list[Json]:
        """The siren and the work box: what they do, and what the house says of them."""
        return self._outputs.shown() if self._outputs is not None else []

    async def badge(self, output: str) -> str:
        """Who works holds his badge before the reader of an output; what to tell the visitor."""
        if self._outputs is None or not self._outputs.has(output):
            raise ValueError("没有这个读卡处")
        return await self._outputs.shows(output, self.hands.of(self._crew.worker), self.service_url)

    @property
    def _of_field(self) -> FieldDevices:
        if self._field is None:
            raise ValueError("没有现场设备")
        return self._field

    async def _changed(self, told: str) -> str:
        await self._hear()
        await self._service.quiet()
        return told

    async def close(self) -> None:
        """Stop everything that runs."""
        await self._stop_story()
        self._repeating.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._repeating
        await self._vessels.close()
        if self._outputs is not None:
            await self._outputs.close()
        if self._field is not None:
            await self._field.close()

    async def _stop_story(self) -> None:
        if self._playing is not None:
            self._playing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._playing
            self._playing = None

    async def _play(self, story: Callable[[Player], Awaitable[str]], *, pause: float = 1.2) -> None:
        def say(text: str) -> None:
            self._told = text

        self._plays += 1  # no picture twice: the product knows an old photo when it sees one
        player = Player(
            photos=1000 * self._plays, hands=self.hands, jump=self.push, say=say, pause=pause, crew=self._crew
        )
        try:
            await self.new_morning()
            await story(player)
        except StoryStuck as stuck:
            self._told, self._failed = f"演示卡住了：{stuck}", True
            _log.warning("story stuck", action="story", why=str(stuck))

    async def new_morning(self) -> None:
        """The story begins before eight on a working day: later than that, it waits for the next one."""
        now = self._clock.now().astimezone(self._zone)
        if now.hour < _BEGINS.hour + 1:
            return
        goal = datetime.combine(now.date() + timedelta(days=1), _BEGINS, self._zone)
        while goal.weekday() >= _SATURDAY:
            goal += timedelta(days=1)
        self._told = "先把时钟拨到下一个工作日早上，要等几秒"
        await self.push(goal - now)

    # -- the journal ----------------------------------------------------------------------------------------------

    async def permits(self) -> list[Json]:
        """Every permit, newest first; also looks up the next timer for the page's button."""

        def gather(tx: Tx) -> tuple[list[Json], str]:
            due = self._next_due(tx)
            rows = sorted(tx.all_permits(), key=lambda row: row.permit, reverse=True)
            self._live = next((PermitId(row.permit) for row in rows if row.status in _LIVE), None)
            if self._camera is not None and rows:
                newest = tx.load(self._service.house.permits, PermitId(rows[0].permit))[0]
                self._camera.last = newest.stills[-1] if newest.stills else None
            shown = [{"id": row.permit, "status": words.STATUS[self._service.status_of(row)]} for row in rows]
            return shown, words.clock(due, self._zone) if due is not None else ""

        shown, self._next = await self._service.writer.submit(gather)
        return shown

    async def hazards(self) -> list[Json]:
        """Every hazard this page has ever seen open, newest first."""

        def gather(tx: Tx) -> list[Json]:
            self._hazards.update(row.id for row in tx.open_hazards())
            rows = (tx.hazard(number) for number in sorted(self._hazards, reverse=True))
            return [{"id": row.id, "status": words_hazards.STAGE[Stage(row.stage)]} for row in rows if row is not None]

        return await self._service.writer.submit(gather)

    async def journal(self, permit: str) -> Json:
        """The records of one permit or hazard in plain words, and whether its chain holds."""
        if permit in self._hazards:
            told, lines = await self._service.hazard_history(permit)
            shown = [self._shown(one, line) for one, line in zip(told, lines, strict=True)]
            return {"records": shown, "verified": _holds(told)}
        records, telling = await self._service.history(permit)
        return {"records": [self._told_record(record, telling) for record in records], "verified": _holds(records)}

    def _told_record(self, record: Record, telling: Telling) -> Json:
        return self._shown(record, history_line(self._service.event_of(record), telling))

    def _shown(self, record: Record, text: str) -> Json:
        at = record.at.astimezone(self._zone)
        return {
            "at": f"{at:%H:%M:%S}",
            "text": text,
            "version": record.version,
            "hash": record.hash.hex()[:24],
        }


def _holds(records: tuple[Record, ...]) -> bool:
    try:
        verify(records)
    except BrokenChain:
        return False
    return True
