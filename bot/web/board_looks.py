"""What the board shows of a picture to somebody with a scope, as plain values for its templates; no markup in here.

A wall screen stands before everybody who passes: no names, and nothing anybody typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import Any, Final

from cards import words
from cards import words_board as say
from cards.plan import Plan
from cards.refusal import finding_line
from handlers.live_board import Heat, LivePermit, Picture, Scope
from storage.back import MOST
from workflow.findings import Finding
from workflow.ids import AreaId, PersonId
from workflow.permit.state import Status

Told = dict[str, Any]
FEW: Final = 2
"""Open hazards up to which a place is lukewarm."""
_ASKED_NAMED: Final = 4


def board(picture: Picture, scope: Scope, plan: Plan, zone: tzinfo) -> Told:
    """Everything the parts of the board may name."""
    seen = sorted((one for one in picture.permits if scope.sees(one)), key=_urgency)
    look = _Look(picture, scope, zone)
    warm = {one.area: one for one in picture.heat if scope.whole or (one.area is not None and scope.covers(one.area))}
    return {
        "say": say,
        "wall": scope.person is None,
        "back": f"?at={picture.at.astimezone(zone):%Y-%m-%dT%H:%M}" if picture.past else "",
        "past": picture.past,
        "at": picture.at,
        "when": f"{words.day(picture.at, zone)} {words.clock(picture.at, zone)}",
        "more": "" if picture.whole else say.BACK_MORE.format(most=MOST),
        "counts": _counts(seen, warm.values()),
        "zones": [
            text.format(name=one.name, clock=words.clock(one.since, zone))
            for text, zones in ((say.EMERGENCY, picture.zones), (say.GREEN, picture.green))
            for one in zones
        ],
        "groups": _groups(seen, look),
        "blocks": list(look.blocks(seen)),
        "map": _map(picture, scope, plan, seen),
        "heat": _heat(picture, scope, plan, warm),
    }


def scope_words(scope: Scope) -> str:
    """What somebody is looking at."""
    if scope.person is None:
        return say.WALL
    if scope.whole:
        return say.SCOPE_WHOLE
    return say.SCOPE_AREAS.format(n=len(scope.areas)) if scope.areas else say.SCOPE_OWN


def _urgency(one: LivePermit) -> tuple[int, bool, datetime, str]:
    return say.TONES.index(say.TONE[one.status]), not one.overdue, one.until, one.id


def _counts(seen: Sequence[LivePermit], heat: Iterable[Heat]) -> list[Told]:
    """The strip on top: how many in each state, how many late, how many hazards."""
    found = [
        {"tone": tone, "sign": say.GROUP[tone][0], "word": say.GROUP[tone][1], "n": n}
        for tone in say.TONES
        if (n := sum(say.TONE[one.status] == tone for one in seen)) or tone in ("stopped", "active")
    ]
    late, open_ = sum(bool(one.overdue) for one in seen), sum(one.open for one in heat)
    for (sign, word), n, tone in ((say.LATE_COUNT, late, "late"), (say.HAZARD_COUNT, open_, "hazard")):
        found.append({"tone": tone, "sign": sign, "word": word, "n": n})
    return found


def _groups(seen: Sequence[LivePermit], look: _Look) -> list[Told]:
    return [
        {"tone": tone, "sign": say.GROUP[tone][0], "word": say.GROUP[tone][1], "permits": permits}
        for tone in say.TONES
        if (permits := [look.permit(one) for one in seen if say.TONE[one.status] == tone])
    ]


class _Look:
    """How one permit is told to somebody."""

    def __init__(self, picture: Picture, scope: Scope, zone: tzinfo) -> None:
        self._picture = picture
        self._wall = scope.person is None
        self._zone = zone
        self._areas = {area.id: area.name for area in picture.areas}

    def permit(self, one: LivePermit) -> Told:
        """One permit of the list."""
        what = f"{one.place} {one.task}".strip()
        return {
            "number": one.id,
            "tone": say.TONE[one.status],
            "sign": say.SIGN[one.status],
            "status": words.STATUS[one.status],
            "title": self.title(one),
            "what": "" if self._wall else what,
            "when": words.stretch(one.planned, self._zone),
            "late": self.late(one),
            "waits": self.waits(one),
            "stopped": self.stopped(one),
            "people": ""
            if self._wall
            else say.GUARDS.format(guardian=self._name(one.guardian), leader=self._name(one.leader)),
            "blocked": list(self._reasons(one)),
        }

    def title(self, one: LivePermit) -> str:
        """What work where, by the register's own names."""
        place = " ".join(part for part in (self._areas.get(one.area, one.area), one.equipment or "") if part)
        return f"{words.work_name(one.work, one.grade)} · {place}"

    def late(self, one: LivePermit) -> list[str]:
        """What is late, and for how long."""
        at = self._picture.at
        return [
            say.LATE[each.what]
            if each.since is None
            else say.FOR.format(what=say.LATE[each.what], span=words.span(at - each.since))
            for each in one.overdue
        ]

    def waits(self, one: LivePermit) -> str:
        """Whom it waits for, for what, since when; empty where nobody is asked."""
        step = one.step or say.NEXT[one.status]
        if not one.asked or not step:
            return ""
        names = "、".join(self._name(person) for person in one.asked[:_ASKED_NAMED])
        told = say.WAITS.format(step=step) if self._wall else say.WAITS_FOR.format(who=names, step=step)
        since = "" if one.since is None else say.SINCE.format(span=words.span(self._picture.at - one.since))
        return " · ".join(part for part in (told, since) if part)

    def stopped(self, one: LivePermit) -> str:
        """Since when and why it is stopped."""
        stop = one.stopped
        if stop is None:
            return ""
        why = "、".join(words.SUSPENDED[reason] for reason in stop.reasons)
        return say.STOPPED.format(clock=words.clock(stop.since, self._zone), why=why)

    def blocks(self, seen: Sequence[LivePermit]) -> Iterable[Told]:
        """Who blocks what: other permits first, then signatures by how long they wait."""
        for one in seen:
            for other in dict.fromkeys(each.other for each in one.findings if each.other is not None and each.stops):
                yield self._block(one, say.CONFLICT.format(other=other), other)
        waiting = [one for one in seen if one.status is not Status.ACTIVE and self.waits(one)]
        for one in sorted(waiting, key=lambda one: (one.since is None, one.since or one.until, one.id)):
            yield self._block(one, self.waits(one), None)

    def _block(self, one: LivePermit, why: str, other: str | None) -> Told:
        late = bool(one.overdue)
        return {"number": one.id, "title": self.title(one), "why": why, "other": other or "", "late": late}

    def _reasons(self, one: LivePermit) -> Iterable[str]:
        if not self._wall:
            yield from dict.fromkeys(finding_line(each) for each in _gravest(one.blocked))

    def _name(self, person: PersonId) -> str:
        return self._picture.name(person)


def _gravest(findings: Iterable[Finding]) -> list[Finding]:
    """Other permits first: somebody has to be called about them."""
    return sorted(findings, key=lambda one: one.other is None)


# --- the plan


def _map(picture: Picture, scope: Scope, plan: Plan, seen: Sequence[LivePermit]) -> Told:
    by_area: dict[AreaId, list[LivePermit]] = {}
    for one in seen:
        by_area.setdefault(one.area, []).append(one)
    zones = {one.area for one in (*picture.zones, *picture.green)}

    def spot(area: AreaId) -> Told:
        here = by_area.get(area, [])
        tones = [say.TONE[one.status] for one in here]
        emergency = area in zones or None in zones
        covered = scope.person is None or scope.covers(area) or bool(here)
        first = min(tones, key=say.TONES.index, default="quiet" if covered else "hidden")
        return {
            "tone": "stopped" if emergency else first,
            "marks": [(tone, f"{say.GROUP[tone][0]}{tones.count(tone)}") for tone in say.TONES if tone in tones],
            "late": any(one.overdue for one in here),
            "emergency": emergency,
            "note": "" if covered else say.NOT_YOURS,
            "told": "、".join(f"{say.GROUP[tone][1]} {tones.count(tone)}" for tone in say.TONES if tone in tones),
        }

    return _drawn(picture, plan, spot)


def _heat(picture: Picture, scope: Scope, plan: Plan, warm: dict[AreaId | None, Heat]) -> Told:
    def spot(area: AreaId) -> Told:
        heat = warm.get(area)
        covered = scope.person is None or scope.covers(area)
        if heat is None:
            return {"tone": "heat0" if covered else "hidden", "marks": [], "told": "" if covered else say.NOT_YOURS}
        lines = [say.HEAT_OF.format(open=heat.open)]
        lines += [say.HEAT_LATE.format(late=heat.late)] if heat.late else []
        lines += [say.HEAT_CLIMBED.format(climbed=heat.climbed)] if heat.climbed else []
        return {"tone": f"heat{_warmth(heat)}", "marks": [("", line) for line in lines], "told": "，".join(lines)}

    nowhere = warm.get(None)
    return _drawn(picture, plan, spot) | {
        "any": bool(warm),
        "nowhere": "" if nowhere is None else say.HEAT_NOWHERE.format(open=nowhere.open),
    }


def _warmth(heat: Heat) -> int:
    """One to three: how urgent the hazards of a place are."""
    if heat.late or heat.climbed:
        return 3
    return 2 if heat.open > FEW else 1


def _drawn(picture: Picture, plan: Plan, spot: Any) -> Told:
    names = {area.id: area.name for area in picture.areas}
    return {
        "width": plan.width,
        "height": plan.height,
        "plots": [_plot(plot, spot(plot.area)) for plot in plan.plots],
        "missing": [{"name": names.get(area, area), "id": area, **spot(area)} for area in plan.missing],
    }


def _plot(plot: Any, told: Told) -> Told:
    x, y = plot.middle
    return {
        "id": plot.area, "name": plot.name, "points": plot.points, "x": x, "y": round(y - plot.words * 0.25, 1),
        "size": plot.words, "below": round(y + plot.words * 1.1, 1), **told,
    }  # fmt: skip
