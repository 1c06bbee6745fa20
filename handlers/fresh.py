"""The changing number of the screen at a place: whether what somebody gave is the one of now (docs/adr/0211).

A number counts once for a person. Wrong ones are counted by person and by place; who gave too many is not looked at for
a while, right or wrong. None of this is a lock: the board's own code and the position are there all the time.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from handlers.desk import Desk
from handlers.house import House
from handlers.tally import Tally
from storage.tx import Tx
from workflow.fresh_code import APART, PLACE_TRIES, TRIES, TRIES_WITHIN, Plate, step_at
from workflow.ids import AreaId
from workflow.plant import Area
from workflow.screens import STREAM


class Heard(StrEnum):
    """What became of a number somebody gave."""

    RIGHT = "right"
    WRONG = "wrong"
    USED = "used"
    """It is the right one, and this person has used it before."""
    TOO_OFTEN = "too_often"
    """Not looked at."""
    NO_SCREEN = "no_screen"
    """No screen shows a number of this place."""


def plate_of(house: House, area: AreaId) -> Plate:
    """Makes the numbers of a place, and knows them again."""
    return Plate(secret=house.secret, site=house.site, area=area)


def shown_at(tx: Tx, house: House, now: datetime) -> tuple[AreaId, ...]:
    """The places with a screen for their number, in the order of their ids."""
    screens = tx.load(house.screens, STREAM)[0]
    return tuple(sorted({one.area for one in screens.allowed.values() if one.area is not None and now < one.until}))


def place_of(desk: Desk, places: tuple[Area, ...], given: str) -> Area:
    """Which of these places a number typed without a place is of; the first where it is of none."""
    fits = (one for one in places if plate_of(desk.house, one.id).step_of(given, desk.now) is not None)
    return next(fits, places[0])


def heard(desk: Desk, area: AreaId, given: str) -> Heard:
    """Whether the number is the one of now at this place; one that is, is used up by it."""
    tx, now = desk.tx, desk.now
    if not tx.load(desk.house.screens, STREAM)[0].shows_number(area, now):
        return Heard.NO_SCREEN
    mine, theirs = (Tally.at(tx, f"fresh:{whose}", now, TRIES_WITHIN) for whose in (f"by:{desk.me}", f"at:{area}"))
    if mine.count >= TRIES or theirs.count >= PLACE_TRIES:
        return Heard.TOO_OFTEN
    step = plate_of(desk.house, area).step_of(given, now)
    if step is None:
        mine.add(tx)
        theirs.add(tx)
        return Heard.WRONG
    return Heard.RIGHT if _use(desk, f"{step}@{area}") else Heard.USED


def _use(desk: Desk, mark: str) -> bool:
    """Use a step of a place up for this person; False when it was before. Marks that count nowhere any more go."""
    key, oldest = f"fresh:used:{desk.me}", step_at(desk.now) - APART
    used = [one for one in (desk.tx.setting(key) or "").split() if int(one.partition("@")[0]) >= oldest]
    if mark in used:
        return False
    desk.tx.put_setting(key, " ".join((*used, mark)))
    return True
