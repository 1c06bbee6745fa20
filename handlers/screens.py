"""Wall screens: an officer lets one show the board, and ends it; a screen shows its secret and is seen through.

The secret stands in nothing we keep: its hash is what is known of it.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from handlers.house import House
from handlers.live_board import scope_of
from handlers.streams import keep
from storage.tx import Tx
from workflow import screens
from workflow.errors import Refused
from workflow.findings import no
from workflow.ids import PersonId
from workflow.plant import Area
from workflow.screens import STREAM, Screen


def hash_of(secret: str) -> str:
    """By which a secret is known."""
    return hashlib.sha256(b"permitbot.screen.v1\n" + secret.encode()).hexdigest()


def officer(tx: Tx, house: House, person: PersonId) -> bool:
    """Whether the person may allow and end screens."""
    scope = scope_of(tx.directory, house, person)
    return scope is not None and scope.officer


def allowed(tx: Tx, house: House, now: datetime) -> tuple[Screen, ...]:
    """The screens that may show the board, newest first."""
    state, _ = tx.load(house.screens, STREAM)
    live = [one for one in state.allowed.values() if now < one.until]
    return tuple(sorted(live, key=lambda one: (one.at, one.secret_hash), reverse=True))


def places(tx: Tx) -> tuple[Area, ...]:
    """The places that may have a screen for their number: it stands beside a board."""
    return tuple(one for one in tx.directory.areas.values() if one.board_code is not None)


def allow(
    tx: Tx, house: House, person: PersonId, name: str, secret: str, now: datetime, cause: str, place: str = ""
) -> bool:
    """Let a screen show the board, or the number of a place; whether the person may do that.

    Raise `workflow.errors.Refused`.
    """
    if not officer(tx, house, person):
        return False
    area = next((one.id for one in places(tx) if one.id == place), None)
    if place and area is None:
        raise Refused((no("screen.place", "没有这个地方，或者它没有现场牌", cure="先给这个地方登记现场牌的码"),))
    state, _ = tx.load(house.screens, STREAM)
    event = screens.allow(state, person, now, name, hash_of(secret), area)
    keep(tx, house.screens, STREAM, (event,), at=now, cause=cause)
    return True


def take(tx: Tx, house: House, secret: str, kept: str, now: datetime, cause: str) -> bool:
    """Open the link of a screen for a place's number; whether this was the first time. ``kept``: what its browser
    keeps from now on."""
    event = screens.take(tx.load(house.screens, STREAM)[0], now, hash_of(secret), hash_of(kept))
    if event is None:
        return False
    keep(tx, house.screens, STREAM, (event,), at=now, cause=cause)
    return True


def number_screen(tx: Tx, house: House, secret: str, now: datetime) -> Area | None:
    """The place whose number the screen with this secret shows; None for any other screen, and for one that is over."""
    found = tx.load(house.screens, STREAM)[0].number_screen(hash_of(secret), now)
    return None if found is None or found.area is None else tx.directory.areas.get(found.area)


def end(tx: Tx, house: House, person: PersonId, secret_hash: str, now: datetime, cause: str) -> bool:
    """End a screen; whether the person may do that. Ending what has ended is no error."""
    if not officer(tx, house, person):
        return False
    event = screens.end(tx.load(house.screens, STREAM)[0], person, now, secret_hash)
    if event is not None:
        keep(tx, house.screens, STREAM, (event,), at=now, cause=cause)
    return True
