"""One terminal on one line of JT/T 808: who it is, whether it may speak, what it said and what it is answered.

::

    UNREGISTERED  --0x0100, known-->  REGISTERED  --0x0102, right code-->  AUTHENTICATED
    UNREGISTERED  --0x0102, right code----------------------------------->  AUTHENTICATED
                    (it registered on an earlier line)

    heard before AUTHENTICATED:  0x0100 and 0x0102 only; anything else is answered "failed" and believed not at all

A terminal is known by the phone number in its header, which the plant's register names; the first message decides whose
line this is, and another number on it is refused. A wrong code, or a phone nobody registered, ends the line.

The standard hands the code to whoever knows a registered number, so the register should hold the terminal's own id too
(`Terminal.terminal`). Either way such a position is a claim of a device, never the proof of a person.

Every message of the standard is answered; what we do not read is answered "unsupported", so that no terminal believes
we took it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Final, assert_never

from hardware_bridge import sample
from hardware_bridge.codecs import jt808_body as body
from hardware_bridge.codecs.heard import Heard
from hardware_bridge.codecs.jt808_frame import Frames, Message, encode, trouble
from hardware_bridge.sample import Beat, DeviceKey, Flag, Position, Said, SourceKind, Trouble, Why
from workflow import values
from workflow.values import Datum, aware

FEWEST_CODE: Final = 8
MOST_CODE: Final = 60
MOST_PACKAGES: Final = 64
PATIENCE: Final = timedelta(seconds=60)
"""How long the packages of one message may take."""
_SERIALS: Final = 0x10000
_KM_H_IN_M_S: Final = Decimal("3.6")
_MILLI: Final = Decimal("0.001")


class State(Enum):
    """How far the terminal has come."""

    UNREGISTERED = "unregistered"
    REGISTERED = "registered"
    AUTHENTICATED = "authenticated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """What the plant's register knows of a terminal. ``code`` is its secret; ``terminal`` the maker's id it must give
    when it registers, empty: any. ``datum`` is what its positions are in; the standard says WGS-84.

    Raise `ValueError` for a code that is not 8 to 60 bytes: an empty one would let everybody in.
    """

    device: DeviceKey
    code: bytes = field(repr=False)
    terminal: str = ""
    datum: Datum = Datum.WGS84

    def __post_init__(self) -> None:
        if not FEWEST_CODE <= len(self.code) <= MOST_CODE:
            raise ValueError(f"an authentication code has {FEWEST_CODE} to {MOST_CODE} bytes")


@dataclass(slots=True)
class _Assembly:
    """The packages of one message that have come so far; ``key``: message, serial of the first package, how many."""

    key: tuple[int, int, int]
    since: datetime
    parts: dict[int, bytes]


class Session:
    """Feed it the bytes of one line. ``known`` finds a terminal by its phone number without leading noughts."""

    def __init__(self, known: Callable[[str], Terminal | None]) -> None:
        self._known = known
        self._frames = Frames()
        self._terminal: Terminal | None = None
        self._phone = ""
        self._serial = 0
        self._assembly: _Assembly | None = None
        self._closed = False
        self.state = State.UNREGISTERED

    def receive(self, data: bytes, at: datetime) -> Heard:
        """Take bytes received ``at``. After `Heard.close` nothing is listened to any more."""
        aware(at)
        steps: list[Heard] = []
        for found in self._frames.feed(data):
            if self._closed:
                break
            steps.append(Heard(said=(self._named(found),)) if isinstance(found, Trouble) else self._message(found, at))
            self._closed = steps[-1].close
        said = tuple(each for step in steps for each in step.said)
        return Heard(said=said, send=b"".join(step.send for step in steps), close=self._closed)

    # --- one frame --------------------------------------------------------------------------------------------------

    def _message(self, message: Message, at: datetime) -> Heard:
        if self._terminal is None:
            self._terminal, self._phone = self._known(message.number), message.number
        if self._terminal is None or message.number != self._phone:
            return self._unknown(message)
        whole = message if message.package is None else self._whole(message, at)
        if whole is None:
            return self._answer(message, body.Result.DONE)
        if isinstance(whole, Trouble):
            return self._answer(message, body.Result.WRONG, self._named(whole))
        match self.state:
            case State.UNREGISTERED | State.REGISTERED:
                return self._before(whole, self._terminal)
            case State.AUTHENTICATED:
                return self._after(whole, self._terminal)
            case _:
                assert_never(self.state)

    def _before(self, message: Message, terminal: Terminal) -> Heard:
        if message.id == body.REGISTER:
            return self._register(message, terminal)
        if message.id == body.AUTHENTICATE:
            return self._authenticate(message, terminal)
        refused = trouble(Why.REFUSED, f"message {message.id:04X} before authentication")
        return self._answer(message, body.Result.FAILED, self._named(refused))

    def _after(self, message: Message, terminal: Terminal) -> Heard:
        match message.id:
            case body.HEARTBEAT:
                return self._answer(message, body.Result.DONE, self._beat(terminal, message))
            case body.POSITION:
                return self._position(message, terminal)
            case body.REGISTER:
                return self._register(message, terminal)
            case body.AUTHENTICATE:
                return self._authenticate(message, terminal)
            case _:
                said = self._named(trouble(Why.UNKNOWN_MESSAGE, f"message {message.id:04X}"))
                return self._answer(message, body.Result.UNSUPPORTED, said)

    # --- messages ---------------------------------------------------------------------------------------------------

    def _register(self, message: Message, terminal: Terminal) -> Heard:
        found = body.registration(message)
        if isinstance(found, Trouble):
            return self._answer(message, body.Result.WRONG, self._named(found))
        if terminal.terminal and found.terminal != terminal.terminal:
            refused = self._named(trouble(Why.REFUSED, "another terminal id than the register's"))
            return replace(self._registered(message, body.Registered.NO_TERMINAL), said=(refused,), close=True)
        self.state = State.REGISTERED
        return self._registered(message, body.Registered.DONE, terminal.code)

    def _authenticate(self, message: Message, terminal: Terminal) -> Heard:
        code = body.auth_code(message)
        if isinstance(code, Trouble) or not hmac.compare_digest(code, terminal.code):
            self.state = State.UNREGISTERED
            refused = code if isinstance(code, Trouble) else trouble(Why.SIGNATURE, "a wrong authentication code")
            return replace(self._answer(message, body.Result.FAILED, self._named(refused)), close=True)
        self.state = State.AUTHENTICATED
        return self._answer(message, body.Result.DONE, self._beat(terminal, message))

    def _position(self, message: Message, terminal: Terminal) -> Heard:
        found = body.fix(message.body)
        if isinstance(found, Trouble):
            return self._answer(message, body.Result.WRONG, self._named(found))
        place = None
        if found.valid and (found.latitude or found.longitude):
            place = values.Position(latitude=found.latitude, longitude=found.longitude, datum=terminal.datum)
        said = Position(
            source=SourceKind.JT808, device=terminal.device, device_time=found.at, sequence=message.serial,
            flags=frozenset({Flag.PANIC}) if found.panic else sample.NO_FLAGS,
            place=place, speed_ms=None if place is None else (found.speed_kmh / _KM_H_IN_M_S).quantize(_MILLI),
        )  # fmt: skip
        return self._answer(message, body.Result.DONE, said)

    def _unknown(self, message: Message) -> Heard:
        detail = "a phone nobody registered" if self._terminal is None else "another phone on this line"
        refused = self._named(trouble(Why.REFUSED, detail))
        if message.id == body.REGISTER:
            return replace(self._registered(message, body.Registered.NO_TERMINAL), said=(refused,), close=True)
        return replace(self._answer(message, body.Result.FAILED, refused), close=True)

    # --- packages ---------------------------------------------------------------------------------------------------

    def _whole(self, message: Message, at: datetime) -> Message | Trouble | None:
        """The message once its last package is here; None until then. Only one message is put together at a time."""
        of, number = message.package or (1, 1)
        if of > MOST_PACKAGES:
            return trouble(Why.TOO_LONG, f"a message of {of} packages")
        key = (message.id, (message.serial - number + 1) % _SERIALS, of)
        held = self._assembly
        if held is None or held.key != key or at - held.since > PATIENCE:
            held = self._assembly = _Assembly(key=key, since=at, parts={})
        if held.parts.setdefault(number, message.body) != message.body:
            self._assembly = None
            return trouble(Why.SHAPE, f"package {number} of {of} came twice and differs")
        if len(held.parts) < of:
            return None
        self._assembly = None
        whole = b"".join(held.parts[each] for each in range(1, of + 1))
        return replace(message, body=whole, package=None)

    # --- answers ----------------------------------------------------------------------------------------------------

    def _answer(self, message: Message, result: body.Result, *said: Said) -> Heard:
        answer = body.general_answer(message.serial, message.id, result)
        return self._sent(message, body.GENERAL_ANSWER, answer, said)

    def _registered(self, message: Message, result: body.Registered, code: bytes = b"") -> Heard:
        return self._sent(message, body.REGISTER_ANSWER, body.register_answer(message.serial, result, code))

    def _sent(self, to: Message, kind: int, inside: bytes, said: tuple[Said, ...] = ()) -> Heard:
        frame = encode(replace(to, id=kind, serial=self._serial, body=inside, package=None))
        self._serial = (self._serial + 1) % _SERIALS
        return Heard(said=said, send=frame)

    def _beat(self, terminal: Terminal, message: Message) -> Beat:
        return Beat(source=SourceKind.JT808, device=terminal.device, sequence=message.serial)

    def _named(self, found: Trouble) -> Trouble:
        return found if self._terminal is None else replace(found, device=self._terminal.device)
