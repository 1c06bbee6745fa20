"""What detectors and people measured for a permit, ready to be drawn: read backwards, no more than fits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from cards import words
from cards import words_board as say
from cards.curve import Curve, Said, curve
from cards.words_devices import QUALITY
from handlers.house import House
from storage.directory import Directory
from storage.readings import ReadingRow
from storage.tx import Tx
from workflow.ids import DeviceId, PersonId
from workflow.monitoring import Quality
from workflow.permit.state import Permit
from workflow.rules.gas import label

SPAN: Final = timedelta(hours=8)
STEP: Final = timedelta(minutes=15)
BEFORE: Final = timedelta(hours=1)
"""What is shown of the time before the work was to begin."""
MOST_ROWS: Final = 60_000
MOST_CURVES: Final = 24
TYPED: Final = "person:"
"""How the device of a value begins that somebody typed."""


def gas_of(tx: Tx, house: House, permit: Permit, until: datetime) -> dict[str, Any]:
    """Everything drawn of a permit's air until that moment: its newest hours, as far back as `MOST_ROWS` reach."""
    begins = max(permit.what.planned.start - BEFORE, until - SPAN)
    rows: list[ReadingRow] = []
    since = until
    while since > begins and len(rows) < MOST_ROWS:
        before = max(begins, since - STEP)
        rows += tx.readings_of_permit(permit.id, before, since)
        since = before
    zone, directory = house.zone, tx.directory
    curves = [_told(permit, directory, key, said, house) for key, said in sorted(_by_device(rows).items())]
    return {
        "zone": str(zone),
        "span": [begins.timestamp(), until.timestamp()],
        "curves": curves[:MOST_CURVES],
        "note": say.GAS_NOTE.format(since=words.clock(since, zone), until=words.clock(until, zone), rows=len(rows))
        + (say.GAS_MORE.format(n=len(curves) - MOST_CURVES) if len(curves) > MOST_CURVES else "")
        + (say.GAS_CUT if since > begins else ""),
    }


def _by_device(rows: list[ReadingRow]) -> dict[tuple[str, str, str], list[Said]]:
    """What was said, by device, gas and unit; what was lost on the way is a hole in every curve of its device."""
    found: defaultdict[tuple[str, str, str], list[Said]] = defaultdict(list)
    lost: defaultdict[str, list[Said]] = defaultdict(list)
    for row in rows:
        at = row.received_at if row.measured_at is None else min(row.measured_at, row.received_at)
        said = Said(at=at, value=row.value, quality=Quality(row.quality))
        (lost[row.device] if said.quality is Quality.GAP else found[row.device, row.quantity, row.unit]).append(said)
    for key, said_of in found.items():
        said_of += lost[key[0]]
    return found


def _told(
    permit: Permit, directory: Directory, key: tuple[str, str, str], said: list[Said], house: House
) -> dict[str, Any]:
    device, quantity, unit = key
    gas = permit.law.gas
    drawn = curve(said, () if gas is None else (one for one in gas.limits if one.gas == quantity), unit)
    name = quantity if gas is None else label(gas, quantity)
    return {
        "title": f"{_device(directory, device)} · {name}",
        "unit": unit,
        "typed": device.startswith(TYPED),
        "at": [round(at.timestamp(), 3) for at, _ in drawn.points],
        "values": [None if value is None else format(value, "f") for _, value in drawn.points],
        "low": None if drawn.low is None else format(drawn.low, "f"),
        "high": None if drawn.high is None else format(drawn.high, "f"),
        "lines": list(_lines(drawn, unit, house)),
    }


def _lines(drawn: Curve, unit: str, house: House) -> Iterator[str]:
    """The curve in words, for who cannot see it."""
    newest = drawn.newest
    if newest is None:
        yield say.GAS_NOTHING
    else:
        clock = newest.at.astimezone(house.zone).strftime("%H:%M:%S")
        yield say.GAS_NEWEST.format(value=newest.value, unit=unit, clock=clock, quality=QUALITY[newest.quality])
        yield say.GAS_RANGE.format(least=drawn.least, most=drawn.most, unit=unit)
    if drawn.low is not None or drawn.high is not None:
        ends = [f"≥{drawn.low}" if drawn.low is not None else "", f"≤{drawn.high}" if drawn.high is not None else ""]
        yield say.GAS_LIMIT.format(limit=" ".join(filter(None, ends)), unit=unit)
    elif not drawn.limited:
        yield say.GAS_OTHER_UNIT
    if drawn.odd:
        yield say.GAS_ODD.format(n=drawn.odd)


def _device(directory: Directory, device: str) -> str:
    if device.startswith(TYPED):
        person = directory.people.get(PersonId(device.removeprefix(TYPED)))
        return say.GAS_TYPED.format(who=device.removeprefix(TYPED) if person is None else person.name)
    known = directory.devices.get(DeviceId(device))
    return device if known is None else known.name
