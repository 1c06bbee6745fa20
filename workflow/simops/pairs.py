"""One rule against two permits: does it bite? Yes, no, or nobody can tell. Pure; time and life are judged elsewhere.

The rule's two sides are tried either way round when it is mutual. Every question has three answers, and an unknown one
only disappears when another question is answered with a sure no.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from workflow.ids import AreaId, PermitId, PersonId
from workflow.permit.content import Content
from workflow.permit.details import BlindDetails, Details, HeightDetails, LiftDetails
from workflow.rules.situation import CONTENT_FACTS, Known, holds
from workflow.rules.types import ConflictRule, Reach
from workflow.simops.places import Between, Spot
from workflow.simops.threefold import all_of, any_of
from workflow.values import WorkType

MACHINE_FAR = "welder_machine_over_10m"
"""The trigger that makes the welding machine a second hot point (5.2.12)."""
IN_EXPLOSION_PLACE = "fire_explosion"


class Point(StrEnum):
    """Which place of a permit is meant."""

    WORK = "work"
    MACHINE = "machine"
    """The welding machine, more than 10 m away: a hot point of its own (5.2.12)."""
    PATH = "path"
    """An area the load of a lift is carried over, besides the one it is lifted in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """How one place of mine and one of theirs lie to each other."""

    mine: Point = Point.WORK
    theirs: Point = Point.WORK
    between: Between


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One permit, as far as a conflict looks at it."""

    id: PermitId
    work: WorkType | None
    """None = not said: it may be any of them."""
    methods: tuple[str, ...] | None
    """What it does, activities near by included; None = not known."""
    known: Known
    """What is said of its place."""
    details: Details
    area: AreaId | None = None
    linked: frozenset[PermitId] = frozenset()
    crew: frozenset[PersonId] = frozenset()
    """Leader and workers, without the guardian."""
    machine_lost: bool = False
    """Its welding machine stands more than 10 m away, nobody says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two permits and how their places lie to each other; the first meeting is that of the works themselves."""

    mine: Party
    theirs: Party
    meetings: Sequence[Meeting]
    same_pipe: bool | None = None
    """Whether both blinds are on one pipe; only asked of two blind permits."""

    @property
    def between(self) -> Between:
        """How the two works lie to each other."""
        return self.meetings[0].between

    def turned(self) -> Pair:
        """The same, seen from the other side."""
        around = tuple(Meeting(mine=one.theirs, theirs=one.mine, between=one.between) for one in self.meetings)
        return Pair(mine=self.theirs, theirs=self.mine, meetings=around, same_pipe=self.same_pipe)


def party(number: PermitId, content: Content, *, explosion: bool | None = None) -> Party:
    """A permit as its content says. ``explosion``: what the plant's register says of its place."""
    said = content.facts
    holding = {*said.triggers, *content.method}
    excluded = set(said.cleared)
    for name in CONTENT_FACTS:
        value: bool | None = getattr(said, name)
        if name == IN_EXPLOSION_PLACE:
            value = True if explosion else explosion if value is None else value
        if value is not None:
            (holding if value else excluded).add(name)
    return Party(
        id=number,
        work=content.work,
        methods=tuple(dict.fromkeys((*content.method, *said.triggers))),
        known=Known(holds=frozenset(holding), excluded=frozenset(excluded - holding)),
        details=content.details,
        area=content.area,
        linked=frozenset(content.linked),
        crew=frozenset((content.leader, *content.workers)),
        machine_lost=machine_lost(content),
    )


def spots(content: Content) -> tuple[tuple[Point, Spot], ...]:
    """The places of a permit: the work's own, the welding machine's when it is a second hot point, and those a load is
    carried over."""
    found = [(Point.WORK, Spot(area=content.area, equipment=content.equipment))]
    machine = content.details.hot
    if _machine_far(content) and machine is not None and machine.machine_area is not None:
        found.append((Point.MACHINE, Spot(area=machine.machine_area, equipment=machine.machine_equipment)))
    lift = content.details.lift or LiftDetails()
    found += [(Point.PATH, Spot(area=area)) for area in lift.path if area != content.area]
    return tuple(found)


def machine_lost(content: Content) -> bool:
    """The welding machine is a second hot point and nobody says where it stands (X12)."""
    return _machine_far(content) and len(spots(content)) == 1


def _machine_far(content: Content) -> bool:
    return content.work is WorkType.HOT and MACHINE_FAR in content.facts.triggers


Rules = tuple[ConflictRule, ...]

_CONCERNING_KEPT = 1024
_concerning: dict[tuple[int, WorkType | None, WorkType | None], tuple[Rules, Rules]] = {}


def concerning(rules: Rules, mine: WorkType | None, theirs: WorkType | None) -> Rules:
    """Those of the rules that may speak of these two works, each once; every other one `bites` them never.

    A work nobody knows (None) may be any.
    """
    # Some thirty rules are asked of every neighbour at every decision, and three speak of the two works. Kept by the
    # identity of the rules, which are frozen and held here, so an answer for them never grows old.
    key = (id(rules), mine, theirs)
    known = _concerning.get(key)
    if known is None or known[0] is not rules:
        if len(_concerning) >= _CONCERNING_KEPT:
            _concerning.clear()
        found = tuple(rule for rule in dict.fromkeys(rules) if _speaks_of(rule, mine, theirs))
        known = _concerning[key] = (rules, found)
    return known[1]


def _speaks_of(rule: ConflictRule, mine: WorkType | None, theirs: WorkType | None) -> bool:
    straight = _among(rule.works, mine) is not False and _among(rule.others, theirs) is not False
    turned = _among(rule.works, theirs) is not False and _among(rule.others, mine) is not False
    return straight or (rule.mutual and turned)


def _among(works: tuple[WorkType, ...], work: WorkType | None) -> bool | None:
    """Whether it is one of these; none named is all."""
    return True if not works else None if work is None else work in works


def bites(rule: ConflictRule, pair: Pair) -> bool | None:
    """Whether the rule forbids that both go on at once; None = nobody can tell."""
    straight = _one_way(rule, pair)
    if not rule.mutual or straight is True:
        return straight
    if (
        _side(rule.works, rule.methods, pair.theirs) is False
        or _side(rule.others, rule.other_methods, pair.mine) is False
    ):
        return straight  # nor do they fit the other way round, which is so for nearly every rule
    return any_of((straight, _one_way(rule, pair.turned())))


def _one_way(rule: ConflictRule, pair: Pair) -> bool | None:
    mine = _side(rule.works, rule.methods, pair.mine)
    theirs = False if mine is False else _side(rule.others, rule.other_methods, pair.theirs)
    if theirs is False:
        return False
    # The place of either counts: an explosion place does not end where one permit's name for it does.
    when = any_of((holds(rule.when, pair.mine.known), holds(rule.when, pair.theirs.known)))
    return False if when is False else all_of((mine, theirs, when, _near(rule, pair)))


def _side(works: tuple[WorkType, ...], methods: tuple[str, ...], who: Party) -> bool | None:
    fits = _among(works, who.work)
    if fits is False or not methods:
        return fits
    return all_of((fits, None if who.methods is None else bool(set(methods) & set(who.methods))))


def _near(rule: ConflictRule, pair: Pair) -> bool | None:
    """Within the rule's reach?"""
    between = pair.between
    match rule.reach:
        case Reach.METRES:
            return _metres(rule, pair)
        case Reach.AREA:
            return between.same_area
        case Reach.DIKE:
            return any_of(meeting.between.same_dike for meeting in _meetings(rule, pair))
        case Reach.SPACE:
            return between.same_space
        case Reach.LINE:
            return pair.same_pipe
        case Reach.FALL_LINE:
            return _falls(rule, pair)
        case Reach.BOOM:
            return _swings(rule, pair)
        case Reach.GEOMETRY:
            return None if between.near is not False else False
        case Reach.ALONE:
            return False
        case _:
            assert_never(rule.reach)


def _metres(rule: ConflictRule, pair: Pair) -> bool | None:
    if rule.within_m is None:
        return None
    found: list[bool | None] = []
    for meeting in _meetings(rule, pair):
        found.append(meeting.between.within(rule.within_m))
        if rule.vertical:
            found.append(meeting.between.fall_line)
        if rule.drains and meeting.between.same_drain:
            found.append(None)
    if (pair.mine.machine_lost or pair.theirs.machine_lost) and pair.between.near is not False:
        found.append(None)
    return any_of(found)


def _meetings(rule: ConflictRule, pair: Pair) -> Iterable[Meeting]:
    """The works themselves, and a hot point at the machine where the rule is about fire."""
    for meeting in pair.meetings:
        hot = all(
            point is Point.WORK or who.work is WorkType.HOT
            for point, who in ((meeting.mine, pair.mine), (meeting.theirs, pair.theirs))
        )
        at_work = meeting.mine is Point.WORK and meeting.theirs is Point.WORK
        if at_work or (hot and _about_fire(rule)):
            yield meeting


def _about_fire(rule: ConflictRule) -> bool:
    return WorkType.HOT in rule.works or WorkType.HOT in rule.others


# --- above and below


def _falls(rule: ConflictRule, pair: Pair) -> bool | None:
    """One over the other without enough between; while scaffolds are dismantled whatever is between (8.2.8, 8.2.10)."""
    over = pair.between.fall_line
    if over is False:
        return False
    dismantling = any_of(_side((), rule.always_methods, who) for who in _high(pair)) if rule.always_methods else False
    if _one_job(pair) and dismantling is False:
        return False
    return all_of((over, any_of((dismantling, _not(_covered(rule, pair))))))


def _high(pair: Pair) -> tuple[Party, ...]:
    return tuple(who for who in (pair.mine, pair.theirs) if who.work is WorkType.HEIGHT)


def _covered(rule: ConflictRule, pair: Pair) -> bool | None:
    """Whether the layers between suffice: one, and two when the fall is more than the rule's height. Unsaid is none."""
    said = [who.details.height or HeightDetails() for who in _high(pair)]
    layers = max((one.layers or 0 for one in said), default=0)
    if layers < 1:
        return False
    if layers > 1 or rule.above_m is None:
        return True
    heights = [one.height_m for one in said]
    if any(height is not None and height > rule.above_m for height in heights):
        return False
    return None if None in heights else True


def _one_job(pair: Pair) -> bool:
    """Linked permits of one crew are one job: the welder on the scaffold does not work below himself."""
    linked = pair.theirs.id in pair.mine.linked or pair.mine.id in pair.theirs.linked
    return linked and bool(pair.mine.crew & pair.theirs.crew)


# --- the boom


def _swings(rule: ConflictRule, pair: Pair) -> bool | None:
    """Inside the boom's radius or under the load's path."""
    if _one_job(pair):
        return False
    if pair.between.same_spot:
        return True
    return any_of((_reached(rule, pair), _under(rule, pair)))


def _reached(rule: ConflictRule, pair: Pair) -> bool | None:
    """Whether the boom comes there."""
    radius, between = (pair.mine.details.lift or LiftDetails()).radius_m, pair.between
    if radius is None:
        return _unsaid(rule, between)
    if between.high_m is not None and between.high_m <= radius:
        return True
    if between.low_m is not None and between.low_m > radius:
        return False
    return None if between.near is not False or between.low_m is not None else False


def _under(rule: ConflictRule, pair: Pair) -> bool | None:
    """Whether the load comes over them. In the lift's own area the radius says it; a path nobody told may be any."""
    lift = pair.mine.details.lift or LiftDetails()
    if not lift.path:
        return _unsaid(rule, pair.between)
    below = [one.between.same_area for one in pair.meetings if (one.mine, one.theirs) == (Point.PATH, Point.WORK)]
    # Where the other's content cannot be read nobody measured the path: the codes alone tell.
    return any_of(below) if below else pair.theirs.area in set(lift.path) - {pair.mine.area}


def _unsaid(rule: ConflictRule, between: Between) -> bool | None:
    """A radius or a path nobody gave: only what is surely farther than any crane reaches is free."""
    if between.low_m is not None and rule.within_m is not None and between.low_m > rule.within_m:
        return False
    return None if between.near is not False or between.low_m is not None else False


# --- pipes


def pipes(mine: Details, theirs: Details) -> tuple[str, str]:
    """The names both blinds give their pipe; empty when nobody said."""
    one, other = mine.blind or BlindDetails(), theirs.blind or BlindDetails()
    return one.pipe, other.pipe


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer
