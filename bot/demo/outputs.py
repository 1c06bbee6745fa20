"""The demo's outputs in the second tank area: a siren, and a box that gives the welder his power.

Each hangs on a relay that speaks Modbus; the service drives them as any customer's. The page shows what a relay does
and what the service read back, which are two things when a contact sticks.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp
import zxingcpp

from bot.clock import OffsetClock, steady
from bot.outputs import PORT, Outputs
from cards.words_devices import OUTPUT_NOT_RELEASED, OUTPUT_NOT_SAFE, OUTPUT_UNKNOWN
from hardware_bridge.outputs.model import OutputId, OutputKind, State
from sandbox.devices.relay import COIL, CONTACT, Relay, Wear
from sandbox.hands import Hand
from sandbox.page.photos import drawn

Json = dict[str, Any]

HOLD: Final = 60
"""Seconds after which a relay that hears nothing falls back; the longest a plant may say, for a clock that hurries."""
_OFTEN: Final = 0.05
"""Real seconds between two looks while the plant's clock runs fast: what is known grows old as fast."""
_HEAD: Final = "identity_for: 1 h\nposition_for: 1 h\nair_for: 5 min\noutputs:\n"
"""The longest a plant may say: the demo's clock is pushed."""
_SAID: Final = """  {id}:
    name: {name}
    kind: {kind}
    area: TK2
    hold: {hold} s
    modbus: {{host: 127.0.0.1, port: {port}, coil: {coil}, safe: no, read_back: {contact}, inputs: yes}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """One output of the demo. ``closed`` and ``open``: what people see of its relay."""

    id: OutputId
    kind: OutputKind
    name: str
    closed: str
    open: str


FITTED: Final = (
    Fitted(id=OutputId("XL-201"), kind=OutputKind.SIREN, name="声光报警器", closed="安静", open="在响"),
    Fitted(id=OutputId("ZX-201"), kind=OutputKind.IGNITION, name="焊机电源箱", closed="通电", open="断电"),
)
WORDS: Final = {Wear.NONE: "恢复正常", Wear.STUCK: "触点卡死", Wear.SILENT: "断线"}
SHORT: Final = {OUTPUT_UNKNOWN: "没有回报", OUTPUT_NOT_SAFE: "没有退回安全", OUTPUT_NOT_RELEASED: "没有动作"}
"""What the guardian reads about an output, short enough for a label."""
LACKS: Final = {
    "not_at_work": "没有在作业的票",
    "identity": "作业人还没亮码",
    "position": "监护人要在现场签到",
    "air": "气体没有合格数据",
    "evacuated": "刚叫过撤离",
    "no_report": "没有回报",
    "blind": "系统在重新核对",
}

Relays = dict[OutputId, Relay]


@asynccontextmanager
async def relays() -> AsyncIterator[Relays]:
    """The relays, listening."""
    made = {one.id: Relay(hold=HOLD, steady=steady) for one in FITTED}
    async with AsyncExitStack() as stack:
        for one in made.values():
            await one.start()
            stack.push_async_callback(one.stop)
        yield made


def outputs_file(relays: Relays, folder: Path) -> Path:
    """The file that names them, as a plant writes it."""
    rows = [
        _SAID.format(
            id=one.id, name=f"二号罐区{one.name}", kind=one.kind.value, hold=HOLD, port=relays[one.id].port, coil=COIL,
            contact=CONTACT,
        )
        for one in FITTED
    ]  # fmt: skip
    made = folder / "outputs.yaml"
    made.write_text(_HEAD + "".join(rows), "utf-8")
    return made


@dataclass(slots=True, kw_only=True)
class FieldOutputs:
    """The outputs of a running demo. ``driven`` is the service's own."""

    relays: Relays
    driven: Outputs
    clock: OffsetClock
    _hurrying: asyncio.Task[None] | None = None

    @classmethod
    def of(cls, relays: Relays, driven: Outputs | None, clock: OffsetClock) -> FieldOutputs | None:
        """All of them; None where the service drives none."""
        if driven is None:
            return None
        made = cls(relays=relays, driven=driven, clock=clock)
        made._hurrying = asyncio.create_task(made._hurry(), name="outputs in a hurry")
        return made

    async def _hurry(self) -> None:
        """While the clock runs fast, what the keeper knows is too old between two of its own turns."""
        while True:
            await asyncio.sleep(_OFTEN)
            if self.clock.speed > 1:
                await self.looked()

    async def looked(self) -> None:
        """Have the keeper look now: after a push of the clock what it knew is too old to act on."""
        keeper = self.driven.keeper
        await keeper.look()
        for one in FITTED:
            await keeper.turn(one.id)

    async def close(self) -> None:
        """Leave them alone."""
        if self._hurrying is not None:
            self._hurrying.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._hurrying

    # -- the page -------------------------------------------------------------------------------------------------

    def has(self, name: str) -> bool:
        """Whether this is one of them."""
        return name in self.relays

    def breaks(self, name: str, wear: str) -> str:
        """Something goes wrong with one, or it is mended; what to tell the visitor. Raise `ValueError`."""
        what = Wear(wear)
        self.relays[OutputId(name)].breaks(what)
        return f"{name} {_named(name).name}{WORDS[what]}"

    async def shows(self, name: str, hand: Hand, house: str) -> str:
        """Somebody opens his badge for an output on a page of the ``house``, and holds it before the reader; what to
        tell the visitor."""
        page = await hand.opens(f"{house}/badge/{name}")
        seen = zxingcpp.read_barcodes(drawn(page.text)) if page.status == 200 else []
        if not seen:
            raise ValueError("手机上没有码可亮")
        read = {"output": name, "badge": seen[0].text}
        async with aiohttp.ClientSession() as reader, reader.post(f"{house}{PORT}", json=read) as answer:
            said = json.loads(await answer.text())
        await self.looked()
        if not said["taken"]:
            return f"{name} 不认这个码"
        lacks = [LACKS[one] for one in said["lacks"]]
        return f"{name} 认了码，还缺：{'、'.join(lacks)}" if lacks else f"{name} 认了码，放行"

    def shown(self) -> list[Json]:
        """Each output, what it does, what the house read back and what it waits for."""
        return [self._shown(one) for one in FITTED]

    def _shown(self, one: Fitted) -> Json:
        relay, reported = self.relays[one.id], self.driven.keeper.reported(one.id)
        lacks = [LACKS[lack] for lack in self.driven.keeper.lacks(one.id)]
        wrong = self.driven.keeper.wrong(one.id)
        siren = one.kind is OutputKind.SIREN
        return {
            "id": one.id,
            "name": one.name,
            "place": "二号罐区",
            "does": one.closed if relay.contact else one.open,
            "alarm": siren and not relay.contact,
            "read": _heard(one, reported),
            "good": not wrong,
            "word": SHORT[wrong] if wrong else _state(one, reported),
            "lacks": "" if siren else "、".join(lacks),
            "fault": relay.wear.value,
            "badge": not siren,
        }


def _named(name: str) -> Fitted:
    return next(one for one in FITTED if one.id == name)


def _state(one: Fitted, reported: State | None) -> str:
    released = reported is State.RELEASED
    if one.kind is OutputKind.SIREN:
        return "没有撤离" if released else "叫人撤离"
    return "已放行" if released else "不放行"


def _heard(one: Fitted, reported: State | None) -> str:
    if reported is None:
        return SHORT[OUTPUT_UNKNOWN]
    return f"回报：{one.closed if reported is State.RELEASED else one.open}"
