"""The demo's field devices: detectors of the second tank area that hot work must have, and the weather for everybody.

They hang on a gateway that speaks MQTT to a broker; the service hears them through its own source like any customer's.
What the page shows of a device is what the house thinks of it, read off the running bridge.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from bot.clock import OffsetClock, SystemIds
from bot.demo.camera import STILLS, cameras_file
from bot.demo.outputs import Relays, outputs_file
from bot.settings import DELIVERED_POLICIES, EXAMPLE_PLANT
from cards.words_devices import ALARMS, NEVER_HEARD, QUALITY, unheard
from hardware_bridge.service import Bridge
from sandbox.broker import DemoBroker
from sandbox.camera import VirtualCamera
from sandbox.devices.gateway import Gateway
from sandbox.devices.instruments import CO, FLAMMABLE, H2S, OXYGEN, SIGHT, WIND, Fault, Instrument, Model
from sandbox.devices.station import Falls, Station
from sandbox.devices.tag import Stand, Tag
from sandbox.plant.places import middle
from storage.directory import Device
from workflow.ids import AreaId, DeviceId, PermitId, PersonId
from workflow.monitoring import Quality, Reading
from workflow.permit.gates_weather import WEATHER
from workflow.presence import Where
from workflow.rules.weather import by_sight
from workflow.rules.wind import force, force_name

Json = dict[str, Any]

SILENT_AFTER: Final = timedelta(minutes=5)
"""The longest silence a plant may allow. A real one leaves it at a minute; this clock runs sixty times as fast."""
STEP: Final = timedelta(minutes=4)
"""The clock is never pushed further than this without a word of the devices: whoever can speak is not silent."""
QUIET: Final = timedelta(seconds=30)
"""Heard longer ago than this is worth a word on the page."""
_EVERY: Final = 2.0
"""Seconds of the plant between two reports, and never more often than the next says."""
_BUSIEST: Final = 0.2
_PATIENCE: Final = 10.0
"""Real seconds to wait for a report to arrive."""
_MONITORING: Final = """
monitoring:
  - {works: [hot], quantities: [flammable], silent_after: 5 min}
guardian_tag:
  - {works: [hot], outside_readings: 3, silent_after: 5 min}
"""
_TOPICS: Final = """
brokers:
  - {name: demo, version: "3.1.1", topics: [{topic: permitbot/devices/#}]}
"""
_FITTED: Final[tuple[tuple[str, Model], ...]] = (
    ("AT-201", FLAMMABLE), ("AT-202", OXYGEN), ("AT-203", H2S), ("AT-204", CO),
)  # fmt: skip
STATION: Final = "WS-01"
"""The weather station; its wind goes by the same name on the page."""
SIGHT_OF: Final = "WS-01/sight"
TAG: Final = "TAG-07"
WEARER: Final = PersonId("zhaomin")
"""She guards in every story."""
AREA: Final = "TK2"
PLACE: Final = "二号罐区"
EVERYWHERE: Final = "全厂"
WORDS: Final = {
    Fault.NONE: "恢复正常",
    Fault.SILENT: "不再说话",
    Fault.STUCK: "数值卡死",
    Fault.DRIFT: "零点往下漂",
    Fault.UNIT: "单位被改错",
}
WALKS: Final = {
    Stand.HERE: "在现场",
    Stand.AWAY: "走出了作业区",
    Stand.SILENT: "没有信号了",
    Stand.VAGUE: "定位变得很不准",
}
FALLING: Final = {
    Falls.NONE: "无雨雪",
    Falls.RAIN: WEATHER["rain"],
    Falls.RAINSTORM: WEATHER["rainstorm"],
    Falls.SNOW: WEATHER["snow"],
    Falls.HEAVY_SNOW: WEATHER["heavy_snow"],
}
SORTS: Final = tuple(one for one in FALLING if one is not Falls.NONE)
SEEN: Final = {Where.INSIDE: "在区内", Where.OUTSIDE: "在区外", Where.UNKNOWN: "说不准在哪"}


def plant_file(folder: Path, more: str = "") -> Path:
    """The delivered example of a plant that also asks for detectors and the guardian's tag at its hot work, and for
    ``more``."""
    made = folder / "plant.yaml"
    example = (DELIVERED_POLICIES / EXAMPLE_PLANT).read_text("utf-8")
    made.write_text(example + _MONITORING + more, "utf-8")
    return made


def rows(today: datetime) -> tuple[Device, ...]:
    """The devices as the plant's register knows them."""
    gases = (_row(name, model.name, "gas", [_channel(model)], AREA, today) for name, model in _FITTED)
    states = [{"quantity": one.value, "unit": "state", "low": "0", "high": "1"} for one in SORTS]
    station = _row(STATION, "气象站", "weather", [_channel(WIND), _channel(SIGHT), *states], None, today)
    tag = Device(id=DeviceId(TAG), name=f"{TAG} 定位标签", kind="tag", address=TAG, person=WEARER)
    return (*gases, station, tag)


def _row(name: str, called: str, kind: str, channels: list[Json], area: str | None, today: datetime) -> Device:
    return Device(
        id=DeviceId(name),
        name=f"{name} {called}",
        kind=kind,
        address=name,
        area=AreaId(area) if area is not None else None,
        calibration_due=today.date() + timedelta(days=200),
        settings=json.dumps({"channels": channels}),
    )


def _channel(model: Model) -> Json:
    return {"quantity": model.what[1], "unit": model.unit, "low": str(model.low), "high": str(model.high)}


@asynccontextmanager
async def broker(failed: Callable[[Exception], None]) -> AsyncIterator[DemoBroker | None]:
    """The broker of the demo's gateway. ``failed`` hears why there is none, and the demo goes on without devices."""
    made = DemoBroker(password=SystemIds().new())
    try:
        await made.start()
    except Exception as trouble:  # the phones are worth seeing without it
        failed(trouble)
        yield None
        return
    try:
        yield made
    finally:
        await made.stop()


def wiring(
    broker: DemoBroker | None,
    folder: Path,
    clock: OffsetClock,
    relays: Relays | None = None,
    camera: VirtualCamera | None = None,
) -> Json:
    """What `bot.demo.plant.works` takes for a plant with these devices and outputs; nothing where no broker runs."""
    if broker is None:
        return {}
    topics = folder / "mqtt.yaml"
    topics.write_text(_TOPICS, "utf-8")
    also = {
        "hardware_bridge": True,
        "plant_file": str(plant_file(folder, STILLS if camera is not None else "")),
        "mqtt_url": f"mqtt://127.0.0.1:{broker.port}",
        "mqtt_user": broker.user,
        "mqtt_password": broker.password,
        "mqtt_file": str(topics),
    }
    if camera is not None:
        also["cameras_file"] = str(cameras_file(camera, AREA, folder))
    if relays is not None:
        also["outputs_file"] = str(outputs_file(relays, folder))
    return {"also": also, "devices": rows(clock.now())}


@dataclass(slots=True, kw_only=True)
class FieldDevices:
    """The instruments of a running demo. ``bridge`` is the service's own."""

    gateway: Gateway
    clock: OffsetClock
    bridge: Bridge
    instruments: dict[str, Instrument]
    """Whatever has a slider, by what the page calls it."""
    station: Station
    tag: Tag
    _speaking: asyncio.Task[None] | None = None

    @classmethod
    def of(cls, broker: DemoBroker | None, clock: OffsetClock, bridge: Bridge | None) -> FieldDevices | None:
        """All of them, in fresh air, and reporting; None where there is nobody to hear them."""
        if broker is None or bridge is None:
            return None
        gateway = Gateway(
            "127.0.0.1", broker.port, name="tank-area-gateway", user=broker.user, password=broker.password
        )
        station = Station(id=STATION)
        fitted = {name: Instrument(id=name, model=model) for name, model in _FITTED}
        fitted |= {STATION: station.wind, SIGHT_OF: station.sight}
        latitude, longitude = middle(AREA)
        tag = Tag(id=TAG, latitude=latitude, longitude=longitude)
        made = cls(gateway=gateway, clock=clock, bridge=bridge, instruments=fitted, station=station, tag=tag)
        made._speaking = asyncio.create_task(made._speak(), name="devices")
        return made

    # -- speaking -------------------------------------------------------------------------------------------------

    async def _speak(self) -> None:
        while True:
            await self._report()
            await asyncio.sleep(max(_BUSIEST, _EVERY / self.clock.speed))

    async def _report(self) -> None:
        # What has no slider first: whoever heard the sliders after it has heard it.
        now = self.clock.now()
        gases = (self.instruments[name].says(now) for name, _ in _FITTED)
        said = [self.tag.says(now), *self.station.says(now), *gases]
        await self.gateway.publish(one for one in said if one is not None)

    async def heard(self) -> bool:
        """Report now, let the house hear it, and have it think; whether it heard everybody who can be heard."""
        began = self.clock.now()
        await self._report()
        able = [name for name, one in self.instruments.items() if one.fault not in (Fault.SILENT, Fault.UNIT)]
        try:
            async with asyncio.timeout(_PATIENCE):
                while not all(self._since(name, began) for name in able):  # noqa: ASYNC110 - the bridge tells nobody
                    await asyncio.sleep(0.005)
        except TimeoutError:
            return False
        await self.bridge.tick()
        return True

    def _since(self, name: str, moment: datetime) -> bool:
        newest = self._newest(name)
        return newest is not None and newest.received_at >= moment

    async def close(self) -> None:
        """Fall silent."""
        if self._speaking is not None:
            self._speaking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._speaking
        await self.gateway.close()

    # -- the page -------------------------------------------------------------------------------------------------

    @property
    def all_speak(self) -> bool:
        """Whether nobody was told to be silent, or to walk away."""
        return self.tag.stand is Stand.HERE and all(one.fault is Fault.NONE for one in self.instruments.values())

    def slide(self, name: str, value: str) -> str:
        """The air changes at one device; what to tell the visitor. Raise `KeyError`, `ValueError`."""
        one = self.instruments[name]
        try:
            one.slide(Decimal(value))
        except InvalidOperation:
            raise ValueError(f"{value}不是数") from None
        return f"{one.id} {one.model.name}现在{one.value}{one.model.shown}"

    def breaks(self, name: str, fault: str) -> str:
        """Something goes wrong with one device, or it is mended; what to tell the visitor."""
        if name == TAG:
            self.tag.stand = Stand(fault)
            return f"监护人的定位标签{name}：{WALKS[self.tag.stand]}"
        what = Fault(fault)
        if name == STATION:
            self.station.breaks(what, self.clock.now())
            return f"{name} 气象站{WORDS[what]}"
        one = self.instruments[name]
        one.breaks(what, self.clock.now())
        return f"{name} {one.model.name}{WORDS[what]}"

    def falls(self, what: str) -> str:
        """It begins to rain or snow, or stops; what to tell the visitor. Raise `ValueError`."""
        self.station.falls = Falls(what)
        return f"{STATION} 气象站：{FALLING[self.station.falls]}"

    def shown(self) -> list[Json]:
        """Each detector, its slider, and what the house says of it."""
        return [self._shown(name, PLACE) for name, _ in _FITTED]

    def stations(self) -> list[Json]:
        """The weather station with its two sliders, what falls, and what the house made of it all."""
        wind, sight = self._shown(STATION, EVERYWHERE), self._shown(SIGHT_OF, EVERYWHERE)
        blows, sees = self._newest(STATION), self._newest(SIGHT_OF)
        wind["means"] = force_name(force(max(blows.value, Decimal(0)))) if blows is not None else ""
        sight["means"] = WEATHER["fog"] if sees is not None and by_sight(sees.value)["fog"] else ""
        fallen = [one for one in SORTS if self._falls(one)]
        worse = sight if wind["good"] else wind
        return [
            {
                "id": STATION,
                "name": "气象站",
                "place": EVERYWHERE,
                "sliders": [wind, sight],
                "falls": self.station.falls.value,
                "sorts": [{"id": one.value, "text": text} for one, text in FALLING.items()],
                "fault": self.station.fault.value,
                "heard": "、".join([wind["heard"], sight["heard"], FALLING[fallen[-1] if fallen else Falls.NONE]]),
                "age": worse["age"],
                "word": worse["word"],
                "good": worse["good"],
            }
        ]

    def _falls(self, kind: Falls) -> bool:
        said = self.bridge.newest.get((DeviceId(STATION), kind.value))
        return said is not None and said.value > 0

    def _shown(self, name: str, place: str) -> Json:
        one, newest = self.instruments[name], self._newest(name)
        model, now = one.model, self.clock.now()
        word, good = _verdict(newest, now)
        return {
            "id": name,
            "name": model.name,
            "place": place,
            "unit": model.shown,
            "low": str(model.low),
            "high": str(model.high),
            "step": str(model.step),
            "value": str(one.value),
            "fault": one.fault.value,
            "heard": f"{newest.value}{newest.unit}" if newest is not None else "",
            "age": "" if newest is None else _ago(now - newest.of),
            "word": word,
            "good": good,
        }

    def worn(self, permit: PermitId | None) -> Json:
        """The guardian's tag, and where the house sees it against the fence of a permit at work."""
        where = None if permit is None else self.bridge.at_post(permit)[0]
        return {
            "id": TAG,
            "name": "监护人定位标签",
            "place": PLACE,
            "stand": self.tag.stand.value,
            "word": "没在作业" if where is None else SEEN[where],
            "good": where in (None, Where.INSIDE),
        }

    def _newest(self, name: str) -> Reading | None:
        one = self.instruments[name]
        return self.bridge.newest.get((DeviceId(one.id), one.model.what[1]))


def _verdict(newest: Reading | None, now: datetime) -> tuple[str, bool]:
    """What the house says of a device, and whether that is well."""
    if newest is None:
        return NEVER_HEARD, False
    if now - newest.of > QUIET:
        return unheard(now - newest.of), False
    if newest.quality is Quality.GOOD:
        return (ALARMS, False) if newest.alarm else (QUALITY[Quality.GOOD], True)
    return QUALITY[newest.quality], False


def _ago(age: timedelta) -> str:
    seconds = max(0, int(age / timedelta(seconds=1)))
    return f"{seconds}秒前" if seconds < 120 else f"{seconds // 60}分钟前"


def steps(by: timedelta) -> Iterable[timedelta]:
    """A push of the clock in parts that no living device outlasts in silence."""
    while by > STEP:
        yield STEP
        by -= STEP
    yield by
