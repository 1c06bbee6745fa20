"""督办: late steps of open permits and hazards that climbed, for whoever they climbed to; rates for the leadership.

The chat's answer, the page and the workbook are told from the same reading, so that they show the same to the same
person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from cards import words_supervision as say
from cards.watch import HazardLine, StepLine, WatchView
from handlers import hazards
from handlers.answers import Say
from handlers.arrivals import Sender
from handlers.asked import who
from handlers.desk import Desk
from handlers.facts import absences
from handlers.figured import may_read
from handlers.groups import meeting
from handlers.house import House
from handlers.outgoing import WatchFile
from handlers.reading import Line
from handlers.told import notices
from storage.agenda import AgendaState
from storage.hazards import HazardRow
from storage.tx import Tx
from workflow.effects import Lane, Purpose
from workflow.escalation import ACCEPT, Step, asked_first, urgent, waiting
from workflow.hazard import commands as c
from workflow.hazard.state import Stage
from workflow.ids import HazardId, PermitId, PersonId
from workflow.permit.effects_common import MANAGEMENT_GROUP
from workflow.permit.state import Permit, Status
from workflow.supervision import Share, Waiting, department, rates, shares, supervised

WORDS = frozenset({"督办", "审批督办", "超时的票"})
FILE_WORDS = frozenset({"督办表", "督办报表"})
PAGE = "/watch"
MOST = 10
"""Late steps told at once in a chat."""
_WAIT = frozenset({Status.SUBMITTED, Status.IN_REVIEW})
_ACCEPT = "受理"
_NOBODY = Sender(platform="", corp="", user="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What somebody may see of it. ``whole``: everything at the plant; else what climbed to this person."""

    whole: bool
    steps: tuple[Waiting, ...]
    """The late ones first, as `workflow.supervision.supervised` orders them; then the others, longest waiting first."""
    rates: tuple[Share, ...]
    hazards: tuple[HazardRow, ...]
    """Those that climbed, the one due first at the top."""
    hazard_rates: tuple[Share, ...]


# --- by chat --------------------------------------------------------------------------------------------------------


def supervision_said(desk: Desk, line: Line) -> bool:
    """Whether somebody asks for what is late; then it is answered, or the workbook is on its way."""
    text = line.text.strip()
    if text in FILE_WORDS:
        desk.post(WatchFile(person=desk.me), purpose="register", lane=Lane.INFORMATION)
        return True
    if text not in WORDS:
        return False
    everything = _waiting(desk)
    if _leads(desk):
        _all(desk, everything)
    else:
        _mine(desk, _told_me(desk, everything))
    return True


def _all(desk: Desk, everything: tuple[Waiting, ...]) -> None:
    late, count = supervised(everything), str(len(everything))
    if not late:
        desk.say(Say.SUPERVISION_NONE, waiting=count, page=_page(desk))
        return
    told = (_share(one) for one in shares(everything, desk.tx.directory.people))
    lines = "\n".join([*_lines(desk, late), say.BY_DEPARTMENT, *told])
    desk.say(Say.SUPERVISION, late=str(len(late)), waiting=count, lines=lines, page=_page(desk))


def _mine(desk: Desk, told: tuple[Waiting, ...]) -> None:
    late = supervised(told)
    if not late:
        desk.say(Say.SUPERVISION_MINE, page=_page(desk))
        return
    lines = "\n".join(_lines(desk, late))
    desk.say(Say.SUPERVISION, late=str(len(late)), waiting=str(len(told)), lines=lines, page=_page(desk))


def _page(desk: Desk) -> str:
    """The line that leads to the page; nothing where the plant has no address."""
    base = desk.house.key_pages
    return "" if base is None else say.PAGE_AT.format(link=f"{base}{PAGE}")


def _lines(desk: Desk, late: tuple[Waiting, ...]) -> list[str]:
    lines = [_line(desk, one) for one in late[:MOST]]
    return lines if len(late) <= MOST else [*lines, say.MORE.format(more=len(late) - MOST)]


def _line(desk: Desk, one: Waiting) -> str:
    asked = _names(desk, one.asked) or say.NOBODY
    return say.STEP.format(permit=one.permit, place=one.place, label=one.label, asked=asked, told=_climbed(desk, one))


def _climbed(desk: Desk, one: Waiting) -> str:
    """How far it has climbed, and whether somebody took charge."""
    if one.taken:
        return say.TAKEN
    if one.told:
        return say.TOLD.format(names=_names(desk, one.told))
    return say.DEPUTISED.format(names=_names(desk, one.deputised)) if one.deputised else _group_told(desk, one.permit)


def _group_told(desk: Desk, number: PermitId) -> str:
    """Whether the management's group has read of it: only what left for a chat it has."""
    reached = set(meeting(desk.tx, MANAGEMENT_GROUP))
    posted = desk.tx.posted(notices(number, Purpose.ESCALATED, str(desk.permit(number).revision)))
    states = {row.state for row in posted if row.recipient in reached}
    if AgendaState.DONE in states:
        return say.TO_GROUP
    return say.GROUP_NEXT if AgendaState.PENDING in states else say.NOBODY_ABOVE


def _share(one: Share) -> str:
    name = one.department or say.NO_DEPARTMENT
    return say.SHARE.format(department=name, waiting=one.waiting, late=one.late, percent=one.percent)


# --- whole ----------------------------------------------------------------------------------------------------------


def watched(desk: Desk) -> Watched:
    """Everything the person at the desk may see now."""
    whole, everything = _leads(desk), _waiting(desk)
    steps = everything if whole else _told_me(desk, everything)
    open_ = desk.tx.open_hazards()
    return Watched(
        whole=whole,
        steps=(*supervised(steps), *sorted((one for one in steps if not one.late), key=_waits_longest)),
        rates=shares(everything, desk.tx.directory.people) if whole else (),
        hazards=tuple(sorted(hazards_watched(desk), key=lambda row: (row.due_at is None, row.due_at, row.id))),
        hazard_rates=_hazard_rates(desk, open_) if whole else (),
    )


def watch_view(desk: Desk, found: Watched) -> WatchView:
    """The same, in words."""
    return WatchView(
        at=desk.now,
        zone=desk.house.zone,
        whole=found.whole,
        steps=tuple(_step_line(desk, one) for one in found.steps),
        rates=found.rates,
        hazards=tuple(_hazard_line(desk, row) for row in found.hazards),
        hazard_rates=found.hazard_rates,
    )


def desk_of(tx: Tx, house: House, person: PersonId, now: datetime) -> Desk | None:
    """A desk at which somebody only reads; None for whoever is not, or no longer, on the register."""
    known = tx.directory.person(person)
    if known is None or not known.active:
        return None
    return Desk(tx, house, now=now, cause="watch", sender=_NOBODY, actor=person)


def people_in(found: Watched) -> tuple[PersonId, ...]:
    """Everybody it names."""
    steps = (person for one in found.steps for person in (*one.asked, *one.told))
    owing = (PersonId(row.responsible) for row in found.hazards if row.responsible)
    return tuple(dict.fromkeys((*steps, *owing)))


def hazards_watched(desk: Desk) -> list[HazardRow]:
    """督办清单: those that climbed, for whoever was told; the safety department and the leadership see all."""
    rows = [row for row in desk.tx.open_hazards() if row.supervision]
    return [row for row in rows if _concerned(desk, HazardId(row.id))]


def _concerned(desk: Desk, number: HazardId) -> bool:
    hazard = hazards.load(desk, number)
    facts = hazards.facts_of(desk, hazard, c.AddNote(by=desk.by, at=desk.now, text=""))
    return desk.me in {*hazard.told, *facts.safety, *facts.leadership, hazard.responsible}


def _hazard_rates(desk: Desk, rows: Iterable[HazardRow]) -> tuple[Share, ...]:
    people = desk.tx.directory.people

    def owed() -> Iterator[tuple[str, bool]]:
        for row in rows:
            late = row.due_at is not None and row.due_at <= desk.now
            yield department((PersonId(row.responsible),), people), late

    return rates(owed())


# --- one of each ----------------------------------------------------------------------------------------------------


def _leads(desk: Desk) -> bool:
    """Whether the person leads the plant: then nothing of it is hidden."""
    return may_read(desk.tx, desk.house, desk.me) or desk.me == desk.house.posts.duty_leader(desk.tx.directory)


def _told_me(desk: Desk, everything: tuple[Waiting, ...]) -> tuple[Waiting, ...]:
    return tuple(one for one in everything if desk.me in one.told)


def _waits_longest(one: Waiting) -> tuple[bool, float, PermitId]:
    return one.since is None, 0 if one.since is None else one.since.timestamp(), one.permit


def _waiting(desk: Desk) -> tuple[Waiting, ...]:
    """Every step the plant is waited for now."""
    permits = (desk.permit(PermitId(row.permit)) for row in desk.tx.open_permits() if Status(row.status) in _WAIT)
    return tuple(found for permit in permits if (found := _step(desk, permit)) is not None)


def _step(desk: Desk, permit: Permit) -> Waiting | None:
    step = waiting(permit, desk.now)
    if step is None:
        return None
    labels = {node.key: node.label for node in permit.law.chain}
    return Waiting(
        permit=permit.id,
        node=step.key,
        label=_ACCEPT if step.key == ACCEPT else labels[step.key],
        area=permit.what.area,
        place=permit.what.place,
        since=permit.waiting_since,
        asked=_asked(desk, permit, step),
        deputised=permit.deputised,
        told=permit.escalated_to,
        level=permit.escalation_level,
        taken=permit.escalation_acknowledged,
    )


def _asked(desk: Desk, permit: Permit, step: Step) -> tuple[PersonId, ...]:
    """Whom it waits for: not who only stands by and has not been asked yet."""
    area = permit.what.area
    people = who(permit, step.role, desk.holders(area))
    if urgent(permit):
        return people
    spare = desk.house.posts.standby(desk.tx.directory, area, absences(desk.tx).at(desk.now))
    return tuple(dict.fromkeys((*asked_first(people, spare.get(step.role, ())), *permit.deputised)))


def _step_line(desk: Desk, one: Waiting) -> StepLine:
    return StepLine(
        permit=one.permit,
        area=one.area,
        place=one.place,
        label=one.label,
        asked=_names(desk, one.asked) or say.NOBODY,
        department=department(one.asked, desk.tx.directory.people),
        since=one.since,
        late=one.late,
        climbed=_climbed(desk, one) if one.late else "",
        mine=desk.me in {*one.asked, *one.told},
    )


def _hazard_line(desk: Desk, row: HazardRow) -> HazardLine:
    return HazardLine(
        hazard=HazardId(row.id),
        place=row.place,
        said=row.said,
        stage=Stage(row.stage),
        responsible=_names(desk, (PersonId(row.responsible),)) if row.responsible else "",
        since=row.reported_at,
        due=row.due_at,
        late=row.due_at is not None and row.due_at <= desk.now,
        climbed=row.supervision,
    )


def _names(desk: Desk, people: tuple[PersonId, ...]) -> str:
    known = desk.tx.directory.people
    return "、".join(known[one].name if one in known else str(one) for one in people)
