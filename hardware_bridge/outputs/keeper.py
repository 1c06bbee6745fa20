"""Keeps every output where it belongs: asked again each second from what is known now, never from what was sent.

A door, turnstile or ignition is released exactly while `workflow.permit.release` says so for one of its permits, nobody
at its place was ordered out, the device reports what it does, and memory has answered within `BLIND`. It is told so for
a few seconds at a time. Everything else is its safe state. A siren sounds while a stop at its place that orders
everybody out is young.

`drive` carries out an order of the core at once and raises until the device has taken it; the turns do the same in any
case, so an order can come late, twice, or after the permit has moved on without doing harm. Nothing here survives a
restart but the outputs themselves, and they fall back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from cards.words_devices import OUTPUT_NOT_RELEASED, OUTPUT_NOT_SAFE, OUTPUT_UNKNOWN
from handlers.outgoing import OutputOrder
from hardware_bridge.outputs.model import Command, Fitted, Output, OutputId, OutputKind, State, Unreached
from storage.errors import StorageError
from workflow.badge import Badge
from workflow.effects import Order
from workflow.ids import AreaId, PermitId
from workflow.permit.conditions import evacuates
from workflow.permit.release import Bounds, Release, SeenAt, Shown, release
from workflow.permit.state import Permit, Status
from workflow.presence import Where

_log = structlog.get_logger()

EVERY: Final = timedelta(seconds=1)
BLIND: Final = timedelta(seconds=5)
"""Permits that were looked at longer ago say nothing any more: everything is safe until memory answers."""
PATIENCE: Final = timedelta(seconds=2)
"""How long one exchange with a device may take."""
GRACE: Final = timedelta(seconds=5)
"""How long a device may report something else, or nothing, before people hear of it."""
SET_BACK: Final = timedelta(seconds=1)
"""By so much a clock may step back without anybody caring."""
SOUND_FOR: Final = timedelta(minutes=3)
"""How long sirens sound after a stop that orders everybody out. People are told to leave, not kept from talking."""

Look = Callable[[], Awaitable[Sequence[Permit]]]
"""The permits at work and stopped, from memory."""
Air = Callable[[], Mapping[PermitId, datetime]]
"""Permits and the last moment all their gases were good; what is not in it is not."""
Guardian = Callable[[Permit], SeenAt | None]
"""Who was last shown to guard at the place of a permit."""
Tell = Callable[[Output, tuple[PermitId, ...], str, datetime], Awaitable[None]]
"""(output, whose guardians, what is wrong, since when) → they will hear of it. The same twice is one message."""


def checked_in(permit: Permit) -> SeenAt | None:
    """The guardian's newest check-in at the place, as the permit itself knows it."""
    seen = permit.presence.get(permit.guardian)
    return None if seen is None else SeenAt(person=permit.guardian, at=seen.at)


def tagged(tag: Callable[[PermitId], tuple[Where, SeenAt | None]]) -> Guardian:
    """What a tag says beside the check-ins: outside it takes back what was said before, inside it renews it, silent it
    says nothing."""

    def guardian(permit: Permit) -> SeenAt | None:
        where, seen = tag(permit.id)
        if where is Where.OUTSIDE:
            return None
        said = [one for one in (checked_in(permit), seen) if one is not None and one.person == permit.guardian]
        return max(said, key=lambda one: one.at, default=None)

    return guardian


@dataclass(slots=True)
class _Kept:
    """What is known of one output. ``told_until``: until when the device may hold a release."""

    fitted: Fitted
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    told: State | None = None
    told_until: datetime | None = None
    reported: State | None = None
    lacks: tuple[str, ...] = ()
    wrong: str = ""
    wrong_since: datetime | None = None
    said: bool = False
    badge: SeenAt | None = None
    count: int = 0


class Keeper:
    """The outputs of one site. ``clock`` is the service's; ``name`` is made anew at every start and is part of the key
    of every command."""

    def __init__(
        self,
        *,
        outputs: Sequence[Fitted],
        look: Look,
        air: Air,
        tell: Tell,
        clock: Callable[[], datetime],
        name: str,
        guardian: Guardian = checked_in,
        bounds: Bounds | None = None,
        alive: Callable[[], None] = lambda: None,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._kept = {one.output.id: _Kept(one) for one in outputs}
        self._look = look
        self._air = air
        self._tell = tell
        self._clock = clock
        self._name = name
        self._guardian = guardian
        self._bounds = bounds or Bounds()
        self._alive = alive
        self._pause = pause
        self._since = self._latest = clock().astimezone(UTC)
        self._permits: tuple[Permit, ...] = ()
        self._looked: datetime | None = None
        self._sounding: dict[PermitId, tuple[AreaId, datetime]] = {}
        """Where, and until when, sirens sound by an order for a permit; until its work goes on."""

    # --- running

    async def run(self) -> None:
        """Run until cancelled; then every line is let go, and the devices fall back by themselves."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._looking(), name="outputs")
                for kept in self._kept.values():
                    tasks.create_task(self._keep(kept), name=f"output-{kept.fitted.output.id}")
        finally:
            for kept in self._kept.values():
                await kept.fitted.line.close()

    async def _looking(self) -> None:
        while True:
            self._alive()
            try:
                await self.look()
            except StorageError as trouble:
                _log.error("memory does not answer", action="outputs", error=type(trouble).__name__)
            await self._pause(EVERY.total_seconds())

    async def _keep(self, kept: _Kept) -> None:
        while True:
            try:
                await self.turn(kept.fitted.output.id)
            except StorageError as trouble:  # the trouble could not be told: it is tried again
                _log.error("memory does not answer", action="outputs", error=type(trouble).__name__)
            await self._pause(EVERY.total_seconds())

    async def look(self) -> None:
        """Permits as they are now."""
        asked = self._now()
        permits = tuple(await self._look())
        self._permits, self._looked = permits, asked

    async def turn(self, output: OutputId) -> None:
        """Tell one output where it belongs, read what it says, and say so where the two stay apart."""
        kept = self._kept[output]
        async with kept.turn:
            try:
                async with asyncio.timeout(PATIENCE.total_seconds()):
                    await self._told(kept)
                    kept.reported = await kept.fitted.line.state()
            except (Unreached, TimeoutError):
                kept.reported = None
        await self._compare(kept)

    async def drive(self, order: OutputOrder) -> None:
        """Carry out an order of the core, as far as it still holds. Raise `Unreached` until every output has taken
        it, for as long as it could make a difference."""
        await self.look()
        if order.order is Order.SOUND:
            self._sounding[order.permit] = order.area, order.at + SOUND_FOR
        every = [kept for kept in self._kept.values() if _meant(kept.fitted.output, order)]
        taken = await asyncio.gather(*map(self._ordered, every))
        missed = [kept.fitted.output.id for kept, done in zip(every, taken, strict=True) if not done]
        if missed and self._now() - order.at < SOUND_FOR:
            raise Unreached(", ".join(missed))

    async def _ordered(self, kept: _Kept) -> bool:
        async with kept.turn:
            try:
                async with asyncio.timeout(PATIENCE.total_seconds()):
                    await self._told(kept)
            except (Unreached, TimeoutError):
                kept.reported = None
                return False
        return True

    def badge(self, shown: Badge, at: datetime) -> tuple[str, ...]:
        """Somebody stood at an output with a badge that is good. What still lacks; nothing: it is released next. Raise
        `KeyError` for an output nobody knows."""
        kept = self._kept[OutputId(shown.output)]
        kept.badge = SeenAt(person=shown.person, at=at)
        self._wanted(kept, at)
        return kept.lacks

    # --- what belongs where

    async def _told(self, kept: _Kept) -> None:
        """Send what has to be said now: a move, a renewal, or the safe state to a device nobody has told yet."""
        now = self._now()
        until = self._wanted(kept, now)
        output = kept.fitted.output
        if output.kind is OutputKind.SIREN and self._blind(now):
            return  # sounding whenever memory is slow would teach people not to listen; the device has its own limit
        if until is None:
            if kept.told is not State.SAFE or kept.reported is State.RELEASED:
                await kept.fitted.line.command(self._command(kept, State.SAFE, now, None))
                kept.told, kept.told_until = State.SAFE, None
            return
        held = kept.told_until
        if kept.told is State.RELEASED and held is not None and held - now > output.hold / 2:
            return
        lasts = min(output.hold, until - now)
        kept.told, kept.told_until = State.RELEASED, now + lasts
        await kept.fitted.line.command(self._command(kept, State.RELEASED, now, lasts))

    def _command(self, kept: _Kept, state: State, now: datetime, lasts: timedelta | None) -> Command:
        kept.count += 1
        key = f"{self._name}-{kept.count}"
        return Command(output=kept.fitted.output.id, state=state, at=now, key=key, lasts=lasts)

    def _wanted(self, kept: _Kept, now: datetime) -> datetime | None:
        """Until when this output is released; None: its safe state."""
        output = kept.fitted.output
        if self._blind(now):
            kept.lacks = ("blind",)
            return None
        evacuated = self._evacuated(output.area, now)
        if output.kind is OutputKind.SIREN:
            kept.lacks = ("evacuated",) if evacuated else ()
            return None if evacuated else now + output.hold
        if evacuated or kept.reported is None:
            kept.lacks = ("evacuated",) if evacuated else ("no_report",)
            return None
        answers = [self._released(kept, permit, now) for permit in self._permits if _serves(output, permit)]
        ends = [one.until for one in answers if one.until is not None]
        kept.lacks = () if ends else tuple(dict.fromkeys(lack.value for one in answers for lack in one.lacks))
        return max(ends, default=None)

    def _released(self, kept: _Kept, permit: Permit, now: datetime) -> Release:
        shown = Shown(badge=kept.badge, guardian=self._guardian(permit), air_good_at=self._air().get(permit.id))
        return release(permit, shown, bounds=self._bounds, since=self._since, now=now)

    def _blind(self, now: datetime) -> bool:
        """Whether what is known of permits is too old to act on."""
        return self._looked is None or not timedelta(0) <= now - self._looked <= BLIND

    def _evacuated(self, area: AreaId, now: datetime) -> bool:
        """Whether everybody at the place was ordered out a moment ago."""
        working = {permit.id for permit in self._permits if permit.status is Status.ACTIVE}
        ordered = ((here, until) for permit, (here, until) in self._sounding.items() if permit not in working)
        return any(here == area and now < until for here, until in ordered) or any(
            now < permit.suspension.newest + SOUND_FOR
            for permit in self._permits
            if permit.suspension is not None
            and permit.what.area == area
            and any(evacuates(permit.what.work, reason) for reason in permit.suspension.reasons)
        )

    # --- what they say themselves

    async def _compare(self, kept: _Kept) -> None:
        now = self._now()
        released = kept.told is State.RELEASED and kept.told_until is not None and now < kept.told_until
        wrong = _apart(State.RELEASED if released else State.SAFE, kept.reported)
        if wrong != kept.wrong:
            kept.wrong, kept.wrong_since, kept.said = wrong, now, False
        since = kept.wrong_since
        if not wrong or kept.said or since is None or now - since < GRACE:
            return
        concerned = tuple(one.id for one in self._permits if _serves(kept.fitted.output, one))
        if concerned:
            await self._tell(kept.fitted.output, concerned, wrong, since)
            kept.said = True

    def notes(self) -> tuple[str, ...]:
        """What an operator should know, a sentence each."""
        return tuple(
            f"output {kept.fitted.output.id}: {'no report' if kept.reported is None else 'reports another state'}"
            for kept in self._kept.values()
            if kept.wrong
        )

    def reported(self, output: OutputId) -> State | None:
        """What an output last said of itself; None: unknown."""
        return self._kept[output].reported

    def lacks(self, output: OutputId) -> tuple[str, ...]:
        """Why an output was not released when it was last looked at; nothing, too, while no permit asks for it."""
        return self._kept[output].lacks

    def wrong(self, output: OutputId) -> str:
        """How what an output reports differs from what it was told, in words; empty while it does not."""
        return self._kept[output].wrong

    def _now(self) -> datetime:
        """The time. A clock that was set back makes nothing last longer: what was shown before counts no more."""
        now = self._clock().astimezone(UTC)
        if self._latest - now > SET_BACK:
            self._since = self._latest
        self._latest = max(self._latest, now)
        return now


def _serves(output: Output, permit: Permit) -> bool:
    """Whether a permit has a say at this output."""
    return permit.id == output.permit if output.permit is not None else permit.what.area == output.area


def _meant(output: Output, order: OutputOrder) -> bool:
    """Whether an order is for this output."""
    here = order.area == output.area or order.permit == output.permit
    return here and (output.kind is OutputKind.SIREN) is (order.order is Order.SOUND)


def _apart(wanted: State, reported: State | None) -> str:
    if reported is None:
        return OUTPUT_UNKNOWN
    if reported is wanted:
        return ""
    return OUTPUT_NOT_SAFE if wanted is State.SAFE else OUTPUT_NOT_RELEASED
