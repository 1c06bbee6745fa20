"""Where the guardians' tags are, and when that becomes a command. No clock, no I/O: time comes with positions.

A tag is any device the register gives a wearer. Only that of a permit's guardian means something here, against the
fence of the permit's area: outside, it asks that he left (`LeaveSite`; the core stops running work by itself), once for
each state of the permit, so that work taken up beside a tag that is still outside stops again. Inside, it pushes the
end of the silence allowed forward. Coming back asks for nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from handlers.monitoring import Served
from hardware_bridge.devices import Devices, Known
from hardware_bridge.judging import FAULTS, located
from hardware_bridge.sample import Flag, Position, Sample
from hardware_bridge.watching import Wish
from workflow import values
from workflow.geo import to_wgs84
from workflow.ids import AreaId, DeviceId, PermitId, PersonId
from workflow.nearness import Near
from workflow.permit.commands import LeaveSite
from workflow.permit.release import SeenAt
from workflow.permit.state import Status
from workflow.presence import OUTSIDE_READINGS, Fix, TagRule, Track, Where, follow, shown_until, step
from workflow.values import Actor

LEFT: Final = "left"
_PUSHED: Final = 4
"""The end of the silence is pushed forward when it moved by this part of it."""

Fence = tuple[values.Position, ...]


@dataclass(slots=True)
class _Post:
    """One permit, its guardian, and the tags he wears."""

    served: Served
    fence: Fence
    tracks: dict[DeviceId, Track] = field(default_factory=dict)
    told: int | None = None
    """The version of the permit at which its guardian's leaving was last asked."""
    ends: datetime | None = None
    """The end of the silence allowed, as it stands in the agenda as far as we know."""

    @property
    def rule(self) -> TagRule | None:
        return self.served.tag

    @property
    def outside_readings(self) -> int:
        return OUTSIDE_READINGS if self.rule is None else self.rule.outside_readings

    @property
    def accuracy_m(self) -> Decimal | None:
        return None if self.rule is None else self.rule.accuracy_m


class Positions:
    """The guardians' posts of one site."""

    __slots__ = ("_by_device", "_known", "_posts", "_wishes", "asked")

    def __init__(self) -> None:
        self._posts: dict[PermitId, _Post] = {}
        self._by_device: dict[DeviceId, tuple[_Post, ...]] = {}
        self._known: Mapping[DeviceId, Known] = {}
        self._wishes: dict[PermitId, Wish] = {}
        self.asked = 0
        """How many wishes there were since the start."""

    def bind(self, served: Iterable[Served], devices: Devices, fences: Mapping[AreaId, Fence]) -> None:
        """Permits, the register or both have moved. Tracks of the same guardian at the same fence stay."""
        self._known = devices.by_id
        worn: dict[PersonId, list[DeviceId]] = {}
        for one in devices.by_id.values():
            if one.person is not None:
                worn.setdefault(one.person, []).append(one.id)
        plain = {area: tuple(map(to_wgs84, fence)) for area, fence in fences.items()}
        posts: dict[PermitId, _Post] = {}
        by_device: dict[DeviceId, list[_Post]] = {}
        for each in served:
            post = self._renewed(each, plain.get(each.content.area, ()))
            posts[each.permit] = post
            mine = worn.get(each.guardian, [])
            post.tracks = {device: post.tracks.get(device, Track()) for device in mine}
            for device in mine:
                by_device.setdefault(device, []).append(post)
        self._posts = posts
        self._by_device = {device: tuple(each) for device, each in by_device.items()}

    def _renewed(self, served: Served, fence: Fence) -> _Post:
        post = self._posts.get(served.permit)
        if post is None:
            return _Post(served, fence)
        if post.served.guardian != served.guardian or post.fence != fence:
            post.tracks = {}
        if post.served.status is not served.status:
            post.ends = None
        post.served, post.fence = served, fence
        return post

    def pairs(self) -> frozenset[tuple[PermitId, DeviceId]]:
        """Whose tags are looked at for which permit."""
        return frozenset((number, device) for number, post in self._posts.items() for device in post.tracks)

    # --- what comes in

    def take(self, device: DeviceId, said: Position, now: datetime) -> None:
        """One position of a registered device, in the order they came in."""
        posts = self._by_device.get(device)
        if not posts:
            return
        fix = believed(self._known[device], said, now)
        if fix is None:
            return
        for post in posts:
            post.tracks[device] = follow(
                post.tracks[device],
                fix,
                post.fence,
                outside_readings=post.outside_readings,
                accuracy_m=post.accuracy_m,
            )
            self._look(post, now)

    def near(self, device: DeviceId, near: Near, now: datetime) -> None:
        """The same of a registered device that hears a beacon."""
        for post in self._by_device.get(device, ()):
            here = near.here(post.served.content.area)
            post.tracks[device] = step(post.tracks[device], near.at, here, outside_readings=post.outside_readings)
            self._look(post, now)

    def look(self, now: datetime) -> None:
        """Permits may have moved beside a tag that is outside."""
        for post in self._posts.values():
            self._look(post, now)

    def _look(self, post: _Post, now: datetime) -> None:
        if post.told == post.served.version:
            return
        gone = next((device for device, one in post.tracks.items() if one.at_time(now) is Where.OUTSIDE), None)
        if gone is None:
            return
        post.told = post.served.version
        command = LeaveSite(by=Actor.device(gone), at=now, person=post.served.guardian)
        self._wishes[post.served.permit] = Wish(post.served.permit, LEFT, command)
        self.asked += 1

    # --- for whoever carries it out

    def wishes(self) -> tuple[Wish, ...]:
        """What is to be asked now. It stays until `heard`."""
        return tuple(self._wishes.values())

    def heard(self, wish: Wish) -> None:
        """The office has answered this one, whatever the answer was."""
        self._wishes.pop(wish.permit, None)

    def ends(self, now: datetime) -> dict[PermitId, datetime]:
        """Ends of the silence allowed that moved enough to be written into the agenda; `pushed` when they were."""
        found: dict[PermitId, datetime] = {}
        for number, post in self._posts.items():
            rule = post.rule
            if rule is None or post.served.status is not Status.ACTIVE:
                continue
            until = shown_until(post.tracks.values(), rule, now)
            if until is None or until <= now:
                continue  # what lies behind us is left to the timer the start has set
            if post.ends is None or not timedelta(0) <= until - post.ends < rule.silent_after / _PUSHED:
                found[number] = until
        return found

    def pushed(self, ends: Mapping[PermitId, datetime]) -> None:
        """These stand in the agenda now."""
        for number, until in ends.items():
            post = self._posts.get(number)
            if post is not None:
                post.ends = until

    def shown(self, permit: PermitId, now: datetime) -> tuple[Where, SeenAt | None]:
        """What the tags of a permit's guardian say now, and when one was last surely inside. One that is outside shows
        nothing, whatever another one says."""
        post = self._posts.get(permit)
        tracks = () if post is None else tuple(post.tracks.values())
        if any(one.at_time(now) is Where.OUTSIDE for one in tracks):
            return Where.OUTSIDE, None
        inside = [one.inside_at for one in tracks if one.inside_at is not None]
        if post is None or not inside:
            return Where.UNKNOWN, None
        return Where.INSIDE, SeenAt(person=post.served.guardian, at=max(inside))

    def lacking(self, beacons: Collection[AreaId] = ()) -> tuple[str, ...]:
        """Permits whose guardian's tag is asked for and can show nothing: a sentence each, for the health page.
        ``beacons``: places that need no fence, because a beacon stands there."""
        found: list[str] = []
        for number, post in self._posts.items():
            if post.rule is not None and not post.fence and post.served.content.area not in beacons:
                found.append(f"the place of {number} has no fence and no beacon: no tag can be inside it")
            elif post.rule is not None and not post.tracks:
                found.append(f"the guardian of {number} wears no registered tag")
        return tuple(found)


def believed(known: Known, said: Position, now: datetime) -> Fix | None:
    """A position as a reading of now; None where it is none: no fix, made up, faulty, stored, too old, of a time to
    come."""
    place, at = located(said), told_at(known, said, now)
    return None if place is None or at is None else Fix(at=at, place=place)


def told_at(known: Known, said: Position | Sample, now: datetime) -> datetime | None:
    """Of when a word of a tag is; None where it says nothing of now: faulty, stored, too old, of a time to come."""
    if Flag.STORED in said.flags or not FAULTS.isdisjoint(said.flags):
        return None
    if said.device_time is None:
        return now
    age = now - said.device_time
    if age > known.stale_after or -age > known.clock_ahead:
        return None
    return min(said.device_time, now)
