"""What the equipment system says of the work orders it was handed: a word of a machine.

It is kept with the hazard and told to whoever answers for it. It puts nothing right and accepts nothing: that takes a
person, at the place, with a photo.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from cards.words_hazards import ORDER_NOTE, ORDER_NUMBER, ORDER_SAID
from handlers import hazards
from handlers.arrivals import Sender
from handlers.desk import Desk
from handlers.house import House
from handlers.outgoing import HazardRefresh
from storage.tx import Tx
from workflow.hazard import commands as c
from workflow.hazard.effects import About, Tell, lane
from workflow.hazard.state import Stage
from workflow.hazard.transitions import LISTENS
from workflow.ids import DeviceId, HazardId
from workflow.rules.types import Role
from workflow.values import Actor, aware

SYSTEM: Final = Actor.device(DeviceId("equipment-system"))
_SENDER: Final = Sender(platform="", corp="", user="equipment-system")


class Said(StrEnum):
    """What the equipment system says of its order."""

    TAKEN = "taken"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One verified word of the equipment system. ``key`` makes it this one and no other."""

    key: str
    order: HazardId
    number: str
    said: Said
    at: datetime
    by: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        aware(self.at)


class Taken(StrEnum):
    """What became of an answer."""

    KEPT = "kept"
    ENDED = "ended"
    """The hazard is merged into another one: nothing of it is kept any more."""
    REPLAYED = "replayed"


class UnknownOrder(Exception):
    """The equipment system speaks of an order we never had. Theirs; nothing was changed."""


def numbered(tx: Tx, house: House, order: HazardId, number: str, now: datetime) -> None:
    """The equipment system took the order under a number of its own: kept with the hazard, once."""
    key = f"order:{order}:{number}"
    if tx.first_time(key, now, "equipment", "WorkOrderNumber"):
        _noted(_desk(tx, house, now, key), order, ORDER_NUMBER.format(number=number))


def answered(tx: Tx, house: House, answer: Answer, now: datetime) -> Taken:
    """Take one word of the equipment system. Raise `UnknownOrder`; then nothing of it remains."""
    hazard = tx.load(house.hazards, answer.order)[0]
    if hazard.sighting is None or house.hazard_rules is None:
        raise UnknownOrder(answer.order)
    if not tx.first_time(answer.key, now, "equipment", type(answer).__name__):
        return Taken.REPLAYED
    same = f"order:{answer.order}:{answer.number}:{answer.said.value}:{answer.at.isoformat()}"
    if not tx.first_time(same, now, "equipment", type(answer).__name__):
        return Taken.KEPT  # said again, because our answer was lost
    desk = _desk(tx, house, now, answer.key)
    more = "，".join(part for part in (answer.by.strip(), answer.note.strip()) if part)
    text = ORDER_NOTE.format(
        number=answer.number, said=ORDER_SAID[answer.said.value], more=f"（{more}）" if more else ""
    )
    if not _noted(desk, answer.order, text):
        return Taken.ENDED
    if hazard.stage is Stage.RECTIFYING and answer.said is not Said.TAKEN:
        refused = answer.said is Said.REFUSED
        told = Tell(
            hazard=hazard.id,
            about=About.ORDER_REFUSED if refused else About.ORDER_DONE,
            lane=lane(hazard),
            people=() if hazard.responsible is None else (hazard.responsible,),
            roles=(Role.SAFETY_DEPT,) if refused else (),
            key=answer.key,
        )
        hazards.tell(desk, told, hazards.load(desk, hazard.id))
    return Taken.KEPT


def _noted(desk: Desk, number: HazardId, text: str) -> bool:
    """Keep a word with the hazard; whether it still takes one."""
    if c.AddNote not in LISTENS[hazards.load(desk, number).stage]:
        return False
    hazards.ask(desk, number, c.AddNote(by=SYSTEM, at=desk.now, text=text))
    hazards.refresh(desk, number, HazardRefresh(hazard=number))
    return True


def _desk(tx: Tx, house: House, now: datetime, cause: str) -> Desk:
    return Desk(tx, house, now=now, cause=cause, sender=_SENDER, actor=None)
