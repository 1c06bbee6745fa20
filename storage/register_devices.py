"""What only shows when all devices of a register lie side by side: addresses, places, wearers, ranges."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from storage.directory import BEACON, Device, Register
from storage.policy_yaml import Problem
from storage.register_at import At
from storage.register_models import DeviceEntry
from workflow.instruments import named_twice
from workflow.nearness import MOST_DROP_DB, MOST_HEARD_S, spelt


def devices(
    entries: tuple[At[DeviceEntry], ...], rest: Register, *, areas: set[str], people: set[str]
) -> Iterator[Problem]:
    """Everything wrong with devices. ``rest``: what is known and not written anew; ``areas`` and ``people``: all."""
    ids: set[str] = set()
    addresses = {_wire(one.address): str(one.id) for one in rest.devices if one.active}
    for at in entries:
        said = at.said
        if said.id in ids:
            yield at.wrong(f"设备 {said.id} 写了两次", "id")
        ids.add(said.id)
        address = said.address or said.id
        other = addresses.setdefault(_wire(address), said.id) if said.active else said.id
        if other != said.id:
            yield at.wrong(f"地址 {address} 已是设备 {other} 的：两台设备不能用同一个地址", "address")
        if said.area is not None and said.area not in areas:
            yield at.wrong(f"没有区域 {said.area}", "area")
        if said.person is not None and said.person not in people:
            yield at.wrong(f"没有人员 {said.person}", "person")
        begun, due = said.calibrated_on, said.calibration_due
        if begun is not None and due is not None and due <= begun:
            yield at.wrong("校准有效期应在校准日期之后", "calibration_due")
        yield from _beacon(at)
        yield from _sensors(at)
    yield from _twins(entries, rest)


def _twins(entries: tuple[At[DeviceEntry], ...], rest: Register) -> Iterator[Problem]:
    """One box under two names would be two detectors where two are asked for."""
    known = [(str(one.id), *_label(one)) for one in rest.devices if one.active]
    written = {at.said.id: at for at in entries if at.said.active}
    new = [(name, at.said.model or "", at.said.serial or "") for name, at in written.items()]
    for name, other in named_twice((*known, *new)):
        if name in written:
            yield written[name].wrong(f"型号和出厂编号与设备 {other} 相同：一台设备只能登记一次", "serial")


def _beacon(at: At[DeviceEntry]) -> Iterator[Problem]:
    """A beacon stands at a place, is called as it is on the air, and says how strong is near; nothing else does."""
    said = at.said
    if said.kind != BEACON:
        for key in ("near_dbm", "drop_db", "heard_s"):
            if getattr(said, key) is not None:
                yield at.wrong(f"只有信标（kind: {BEACON}）才写 {key}", key)
        return
    if said.area is None:
        yield at.wrong("信标要写所在区域", "area")
    if said.person is not None:
        yield at.wrong("信标立在现场，不能有佩戴人；人戴的标签按普通设备登记", "person")
    if said.near_dbm is None:
        yield at.wrong("信标要写门限，例如 -75", "near_dbm")
    for key, most in _MOST.items():
        if (getattr(said, key) or 0) > most:
            yield at.wrong(f"应为 1 到 {most} 的整数", key)


_MOST = {"drop_db": MOST_DROP_DB, "heard_s": MOST_HEARD_S}


def _wire(address: str) -> str:
    """One spelling: a beacon's MAC is the same beacon with and without colons."""
    return spelt(address) or address


class _Label(msgspec.Struct):
    model: str = ""
    serial: str = ""


def _label(device: Device) -> tuple[str, str]:
    """What stands on the box; nothing where its settings cannot be read, as for the bridge, which does not know it."""
    try:
        said = msgspec.json.decode(device.settings.encode(), type=_Label)
    except msgspec.DecodeError:
        return "", ""
    return said.model, said.serial


def _sensors(at: At[DeviceEntry]) -> Iterator[Problem]:
    seen: set[tuple[str | None, str]] = set()
    for number, one in enumerate(at.said.channels):
        if (one.channel, one.quantity) in seen:
            yield at.wrong(f"通道 {one.channel or ''} 的 {one.quantity} 写了两次", "channels", number, "quantity")
        seen.add((one.channel, one.quantity))
        if one.low >= one.high:
            yield at.wrong("量程下限应小于上限", "channels", number, "low")
