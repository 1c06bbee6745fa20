"""清点 <区域>: who is there now, by every sign there is, how old each sign is, and of whom there is none.

For those who lead a rescue. It counts nobody out: a name leaves it only by the entry log, by a check-out or with its
permit. A tag that is elsewhere is told and believed by people, not by us. Numbers go to those who lead; what lies
behind the glass stays there (紧急查看).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import IntEnum

from cards import words, words_muster
from cards.buttons import Action, Press
from handlers.answers import Say
from handlers.arrivals import Tap
from handlers.desk import Desk
from handlers.emergencies import holds, zone_name
from handlers.last_positions import LastBeacon, LastPosition
from handlers.looking import note
from handlers.outgoing import Ask, Offer
from handlers.reading import Line
from workflow.effects import Lane
from workflow.emergency.state import PLANT
from workflow.geo import inside
from workflow.ids import AreaId, PermitId, PersonId
from workflow.permit.state import Permit, Status
from workflow.plant import Area
from workflow.privacy.looks import LookKind
from workflow.rules.types import Role

_LINE = re.compile(r"(?:应急|紧急|现场)?清点(?:人员|人数|名单)?[:：,，\s]*(?P<where>.*?)[。!！\s]*", re.DOTALL)
_A_COUNT = re.compile(r"\d+\s*(?:人|个人|名|件)")
_FRESH = timedelta(minutes=5)
"""A tag that was inside later than this ago says where it was, not where it is."""
_RECENT = timedelta(hours=2)
"""Somebody who belongs to no crew and checked in longer ago than this is not looked for."""
_LINES = 8
"""People of one message: a chat takes some 2,000 bytes."""
_ACCURACY_M = Decimal(10)
"""Metres taken for a tag that does not say how exact it is."""


class Likely(IntEnum):
    """How likely somebody is in there, the surest first."""

    INSIDE = 0
    """By the entry log, or by a tag of now."""
    HERE = 1
    """Showed to be at the place, and nothing says that he left."""
    UNKNOWN = 2
    """Named on a live permit; no sign at all."""


@dataclass(slots=True)
class _Found:
    likely: Likely = Likely.UNKNOWN
    signs: list[str] = field(default_factory=list)

    def sign(self, likely: Likely, text: str) -> None:
        self.likely = min(self.likely, likely)
        self.signs.append(text)


# --- asking for it --------------------------------------------------------------------------------------------------


def muster_said(desk: Desk, line: Line) -> bool:
    """Whether the line asks who is in an area; then it is answered. A count that is told is none of ours."""
    match = _LINE.fullmatch(line.text.strip())
    if match is None or _A_COUNT.search(line.text):
        return False
    where = match["where"]
    zones: tuple[str, ...] = tuple(dict.fromkeys(line.areas))
    if not zones and words.WHOLE_PLANT in where:
        zones = (PLANT,)
    if not zones and not where:
        zones = tuple(row.zone for row in desk.tx.emergencies())
    if not zones:
        if where:
            return False
        desk.say(Say.MUSTER_HOW)
        return True
    for zone in zones:
        _muster(desk, zone)
    return True


def muster_tapped(desk: Desk, _tap: Tap, press: Press) -> None:
    """The one tap on the card of an emergency."""
    _muster(desk, press.subject.removeprefix("zone:"))


def offer_muster(desk: Desk, zone: str, people: Iterable[PersonId]) -> None:
    """Those who lead the answer to an emergency get the tap."""
    where = zone_name(desk.tx.directory, zone)
    press = Press(action=Action.MUSTER, subject=f"zone:{zone}", revision=0)
    offers = (Offer(press=press, label=words_muster.TAP.format(where=where)),)
    for person in people:
        subject = f"ask:muster:{zone}:{person}"
        ask = Ask(person=person, subject=subject, key=Say.MUSTER_OFFER.value, args={"where": where}, offers=offers)
        desk.post_to(person, ask, purpose="emergency", lane=Lane.SAFETY)


# --- the list -------------------------------------------------------------------------------------------------------


def _muster(desk: Desk, zone: str) -> None:
    permits = list(_permits(desk, zone))
    found = _people(desk, zone, permits)
    leads = _leads(desk, zone)
    lines = [_line(desk, person, one, leads) for person, one in sorted(found.items(), key=lambda it: it[1].likely)]
    lines += [
        words_muster.nameless(permit.id, (permit.people_inside or 0) - len(permit.inside))
        for permit in permits
        if (permit.people_inside or 0) > len(permit.inside)
    ]
    counts = [sum(one.likely is likely for one in found.values()) for likely in Likely]
    head = words_muster.head(*counts, tags=bool(desk.house.last_positions.all()))
    pages = [lines[start : start + _LINES] for start in range(0, len(lines), _LINES)] or [[words_muster.NOBODY]]
    where = zone_name(desk.tx.directory, zone)
    desk.say(Say.MUSTER, where=where, at=words.clock(desk.now, desk.house.zone), head=head, lines="\n".join(pages[0]))
    for page in pages[1:]:
        desk.say(Say.MUSTER_MORE, where=where, lines="\n".join(page))


def _permits(desk: Desk, zone: str) -> Iterator[Permit]:
    """Live permits that the zone holds, or may hold."""
    graph = desk.house.places.graph(desk.tx.directory)
    for row in desk.tx.open_permits():
        if not row.live:
            continue
        permit = desk.permit(PermitId(row.permit))
        if zone == PLANT or permit.content is None or holds(graph, zone, permit.content) is not False:
            yield permit


def _people(desk: Desk, zone: str, permits: list[Permit]) -> dict[PersonId, _Found]:
    found: dict[PersonId, _Found] = {}
    for permit in permits:
        _by_permit(desk, permit, found)
    areas = [area for area in desk.tx.directory.areas.values() if zone == PLANT or area.id == zone]
    areas += [
        area
        for permit in permits
        if (area := desk.tx.directory.areas.get(permit.what.area)) is not None and area not in areas
    ]
    for last in sorted(desk.house.last_positions.all(), key=lambda one: one.at):
        _by_tag(desk, last, areas, found)
    return found


def _by_permit(desk: Desk, permit: Permit, found: dict[PersonId, _Found]) -> None:
    """What a permit knows of its people, and of whoever showed to be there."""
    begun = permit.started_at is not None and permit.finished_at is None and permit.status is not Status.CLOSED
    crew = (permit.leader, *permit.what.workers, permit.guardian) if begun else ()
    for person in crew:
        found.setdefault(person, _Found())
    for one in permit.inside:
        text = words_muster.logged(_clock(desk, one.since), desk.now - one.since)
        found.setdefault(one.person, _Found()).sign(Likely.INSIDE, text)
    for person, seen in permit.presence.items():
        if person in crew or person in found or desk.now - seen.at <= _RECENT:
            text = words_muster.checked_in(seen.way.value, _clock(desk, seen.at), desk.now - seen.at)
            one_found = found.setdefault(person, _Found())
            if text not in one_found.signs:
                one_found.sign(Likely.HERE, text)


def _by_tag(desk: Desk, last: LastPosition | LastBeacon, areas: list[Area], found: dict[PersonId, _Found]) -> None:
    """Where a tag was last: told of everybody who is looked for, and of a stranger who is surely in there."""
    age = desk.now - last.at
    if isinstance(last, LastBeacon):
        _by_beacon(last, age, areas, found)
        return
    there = [inside(area.fence, last.place, default_accuracy_m=_ACCURACY_M) for area in areas]
    if any(there):
        likely = Likely.INSIDE if age <= _FRESH else Likely.HERE
        one = found.get(last.person)
        if one is None:
            one = found[last.person] = _Found(signs=[words_muster.STRANGER])
        one.sign(likely, words_muster.tag_inside(age))
    elif last.person in found:
        sure = bool(there) and all(each is False for each in there)
        text = words_muster.tag_outside(age) if sure else words_muster.tag_unsure(age)
        found[last.person].sign(Likely.UNKNOWN, text)


def _by_beacon(heard: LastBeacon, age: timedelta, areas: list[Area], found: dict[PersonId, _Found]) -> None:
    """The same by a beacon, whose name says where."""
    text = words_muster.near(heard.beacon.name, age)
    if heard.beacon.area in {area.id for area in areas}:
        one = found.setdefault(heard.person, _Found(signs=[words_muster.STRANGER]))
        one.sign(Likely.INSIDE if age <= _FRESH else Likely.HERE, text)
    elif heard.person in found:
        found[heard.person].sign(Likely.UNKNOWN, words_muster.near_elsewhere(heard.beacon.name, age))


def _leads(desk: Desk, zone: str) -> bool:
    """Whether the one who asks leads the rescue there: he gets the numbers."""
    directory, posts = desk.tx.directory, desk.house.posts
    holders = posts.holders(directory, None if zone == PLANT else AreaId(zone))
    leading = {role for role in (Role.SAFETY_DEPT, Role.SHIFT_LEADER, Role.SITE_UNIT) if desk.me in holders[role]}
    return bool(leading) or desk.me == posts.duty_leader(directory)


def _line(desk: Desk, person: PersonId, one: _Found, leads: bool) -> str:
    known = desk.tx.directory.people.get(person)
    name = known.name if known is not None else str(person)
    phone = ""
    if leads and known is not None and known.phone and desk.person.employer in (None, known.employer):
        phone = known.phone
        if person != desk.me:
            note(desk.tx, desk.house, person, desk.me, LookKind.CONTACT, desk.now, what=words_muster.WHAT, why="")
    return words_muster.line(one.likely, name, phone, one.signs)


def _clock(desk: Desk, at: datetime) -> str:
    return words.clock(at, desk.house.zone)
