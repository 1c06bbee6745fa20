"""督办: the late steps of open permits, for whoever they climbed to; all of them, with rates, for the leadership."""

from __future__ import annotations

from cards import words_supervision as say
from handlers.answers import Say
from handlers.asked import who
from handlers.desk import Desk
from handlers.figured import may_read
from handlers.reading import Line
from workflow.escalation import ACCEPT, waiting
from workflow.ids import PermitId, PersonId
from workflow.permit.state import Permit, Status
from workflow.supervision import Share, Waiting, shares, supervised

WORDS = frozenset({"督办", "审批督办", "超时的票"})
MOST = 10
"""Late steps told at once."""
_WAIT = frozenset({Status.SUBMITTED, Status.IN_REVIEW})
_ACCEPT = "受理"


def supervision_said(desk: Desk, line: Line) -> bool:
    """Whether somebody asks for what is late; then it is answered."""
    if line.text.strip() not in WORDS:
        return False
    everything = _waiting(desk)
    if may_read(desk.tx, desk.house, desk.me) or desk.me == desk.house.posts.duty_leader(desk.tx.directory):
        _all(desk, everything)
    else:
        _mine(desk, tuple(one for one in everything if desk.me in one.told))
    return True


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
        place=permit.what.place,
        asked=who(permit, step.role, desk.holders(permit.what.area)),
        told=permit.escalated_to,
        level=permit.escalation_level,
        taken=permit.escalation_acknowledged,
    )


def _all(desk: Desk, everything: tuple[Waiting, ...]) -> None:
    late, count = supervised(everything), str(len(everything))
    if not late:
        desk.say(Say.SUPERVISION_NONE, waiting=count)
        return
    rates = (_share(one) for one in shares(everything, desk.tx.directory.people))
    lines = "\n".join([*_lines(desk, late), say.BY_DEPARTMENT, *rates])
    desk.say(Say.SUPERVISION, late=str(len(late)), waiting=count, lines=lines)


def _mine(desk: Desk, told: tuple[Waiting, ...]) -> None:
    late = supervised(told)
    if not late:
        desk.say(Say.SUPERVISION_MINE)
        return
    desk.say(Say.SUPERVISION, late=str(len(late)), waiting=str(len(told)), lines="\n".join(_lines(desk, late)))


def _lines(desk: Desk, late: tuple[Waiting, ...]) -> list[str]:
    lines = [_line(desk, one) for one in late[:MOST]]
    return lines if len(late) <= MOST else [*lines, say.MORE.format(more=len(late) - MOST)]


def _line(desk: Desk, one: Waiting) -> str:
    told = say.TOLD.format(names=_names(desk, one.told)) if one.told else say.TO_GROUP
    return say.STEP.format(
        permit=one.permit,
        place=one.place,
        label=one.label,
        asked=_names(desk, one.asked) or say.NOBODY,
        told=say.TAKEN if one.taken else told,
    )


def _names(desk: Desk, people: tuple[PersonId, ...]) -> str:
    known = desk.tx.directory.people
    return "、".join(known[one].name if one in known else str(one) for one in people)


def _share(one: Share) -> str:
    return say.SHARE.format(
        department=one.department or say.NO_DEPARTMENT, waiting=one.waiting, late=one.late, percent=one.percent
    )
