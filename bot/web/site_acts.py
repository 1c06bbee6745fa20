"""What a page at the place sends, and the arrival it is: the same that a chat would have brought.

Every act has an id of its sender's making; the same id a second time is a redelivery and means nothing more. ``held``
says for how long the phone kept it: no clock of a phone is believed, only how long it waited.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Final

import msgspec

from cards.buttons import Action, Press, pack
from cards.pictures.qr import BOARD_PREFIX
from handlers.arrivals import Arrival, GasEntered, Location, Photo, Scan, Sender, Tap, Text
from workflow.ids import PermitId, SiteId
from workflow.values import Datum, Position

MENU_KEY: Final = "page"
LONGEST_HELD: Final = timedelta(days=3)
Id = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
Number = Annotated[str, msgspec.Meta(max_length=60)]
Short = Annotated[str, msgspec.Meta(max_length=60)]
Long = Annotated[str, msgspec.Meta(max_length=600)]
Held = Annotated[float, msgspec.Meta(ge=0, le=LONGEST_HELD.total_seconds())]
Degrees = Annotated[str, msgspec.Meta(pattern=r"^-?[0-9]{1,3}(\.[0-9]{1,15})?$")]
Metres = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,7}(\.[0-9]{1,15})?$")]


class Fix(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the phone says it is. ``accuracy`` in metres, absent when it does not say."""

    latitude: Degrees
    longitude: Degrees
    datum: Datum
    accuracy: Metres | None = None
    mocked: bool = False

    def position(self) -> Position:
        """The same as the core knows it. Raise `ValueError` for what is nowhere on Earth."""
        latitude, longitude = Decimal(self.latitude), Decimal(self.longitude)
        if abs(latitude) > 90 or abs(longitude) > 180:
            raise ValueError("nowhere on Earth")
        accuracy = None if self.accuracy is None else Decimal(self.accuracy)
        return Position(latitude=latitude, longitude=longitude, datum=self.datum, accuracy_m=accuracy)

    @property
    def established(self) -> bool:
        """Whether it says how exact it is, and nobody says that it is made up."""
        return self.accuracy is not None and not self.mocked


class Act(msgspec.Struct, frozen=True, tag_field="kind", forbid_unknown_fields=True, kw_only=True):
    """One thing done on the page."""

    id: Id
    held: Held = 0


class CheckIn(Act, tag="scan", frozen=True, kw_only=True):
    """签到 with the code of this board, and where the phone is if it says so.

    ``now``: the number of the screen there.
    """

    fix: Fix | None = None
    now: Annotated[str, msgspec.Meta(pattern=r"^([0-9]{6})?$")] = ""


class Where(Act, tag="where", frozen=True, kw_only=True):
    """签到 by the position alone."""

    fix: Fix


class Pressed(Act, tag="tap", frozen=True, kw_only=True):
    """A button the page was given, with what was chosen or filled in beside it."""

    token: Long
    chosen: Annotated[dict[Short, Annotated[list[Long], msgspec.Meta(max_length=40)]], msgspec.Meta(max_length=4)] = {}


class Said(Act, tag="text", frozen=True, kw_only=True):
    """A line, as in the chat."""

    text: Long


class Gas(Act, tag="gas", frozen=True, kw_only=True):
    """Values at one point: gas, value and unit of each, as they were typed."""

    permit: Number
    point: Short = ""
    values: Annotated[list[tuple[Short, Short, Short]], msgspec.Meta(max_length=12)]


class Picture(Act, tag="photo", frozen=True, kw_only=True):
    """The photo that was sent under this id, and what it is for."""

    permit: Number
    purpose: Short


class Stop(Act, tag="stop", frozen=True, kw_only=True):
    """停工: of one permit, or of everything at this place."""

    permit: Number = ""


Done = CheckIn | Where | Pressed | Said | Gas | Picture | Stop
_DECODER: msgspec.json.Decoder[Done] = msgspec.json.Decoder(Done)


def read_act(body: bytes) -> Done:
    """Raise `msgspec.DecodeError` (or its `msgspec.ValidationError`) for anything no page of ours sends."""
    return _DECODER.decode(body)


class Hand:
    """Whose page it is: makes arrivals of what it sends."""

    def __init__(self, *, site: SiteId, person: str, sender: Sender, board: str, place: str, secret: bytes) -> None:
        self._site = site
        self._person = person
        self._sender = sender
        self._board = board
        self._place = place
        self._secret = secret

    def cause(self, act: Act) -> str:
        """The key by which this act is known again. Nobody can use up another's."""
        return f"page:{self._person}:{act.id}"

    def arrival(self, act: Done, now: datetime, handle: str = "") -> Arrival:
        """The arrival an act is. ``handle``: of the photo. Raise `ValueError` for a position nowhere on Earth."""
        head: dict[str, Any] = {
            "site": self._site,
            "sender": self._sender,
            "dedup_key": self.cause(act),
            "received_at": now,
            "sent_at": now - timedelta(seconds=act.held),
        }
        match act:
            case CheckIn(fix=fix):
                position = fix.position() if fix is not None and fix.established else None
                code = BOARD_PREFIX + self._board
                return Scan(**head, menu_key=MENU_KEY, code=code, position=position, fresh=act.now)
            case Where(fix=fix):
                return Location(**head, position=fix.position(), mocked=fix.mocked)
            case Pressed():
                return self._tap(head, act.token, {key: tuple(ids) for key, ids in act.chosen.items()})
            case Said(text=text):
                return Text(**head, text=text)
            case Gas():
                return GasEntered(**head, permit=PermitId(act.permit), point=act.point, values=tuple(act.values))
            case Picture():
                return Photo(**head, handle=handle, permit=PermitId(act.permit), purpose=act.purpose)
            case Stop(permit=""):
                return Text(**head, text=f"停工 {self._place}")
            case Stop(permit=permit):
                press = Press(action=Action.STOP, subject=permit, revision=0)
                return self._tap(head, pack(press, person=self._person, secret=self._secret), {})

    @staticmethod
    def _tap(head: Mapping[str, Any], token: str, chosen: Mapping[str, tuple[str, ...]]) -> Tap:
        """A press on no card: nothing in the chat is to be changed by it but the person's own copy."""
        return Tap(**head, token=token, card="", update_handle=None, chosen=chosen)
