"""On site: briefing, measures one by one, starting, resuming, finishing, accepting.

Being there is in `handlers.presence`, stopping in `handlers.stopping`. Photos and voices are in `handlers.evidence`,
gas in `handlers.airs`, the answers to prompts in `handlers.liveness`.
"""

from __future__ import annotations

from dataclasses import replace

from cards import words
from cards.buttons import Action, Press
from cards.steps_review import measures_page
from handlers.answers import Say
from handlers.approvals import show_card
from handlers.arrivals import Tap
from handlers.asked import ASKED
from handlers.desk import Desk
from handlers.keys import leads_work_to_key
from handlers.outgoing import Ask, Offer
from handlers.proving import tap_proof
from handlers.reading import clean
from handlers.talk import Awaiting, Expect
from storage.board import BoardRow
from workflow.ids import MediaHash, PermitId
from workflow.permit import commands as c
from workflow.permit.again import confirmable
from workflow.permit.signing import ACCEPT, BRIEF, RESUME, START
from workflow.permit.state import Permit, Status
from workflow.permit.transitions import LISTENS
from workflow.rules.checklists import NUMBERS, PHOTO, TEXT, evidence_of
from workflow.rules.types import Measure, Role

ONE = "one"
"""In what a press has chosen: the numbers of the measures it is about, where it is not about a whole page."""
DETAIL = "detail"
"""In what a press has chosen: the figures or words a measure asks for, given with the press itself."""
LONGEST_LINE = 500
"""Characters of a typed analysis, detail or cause that are kept."""

# --- preparing ------------------------------------------------------------------------------------------------------


def measures(desk: Desk, permit: Permit, press: Press, tap: Tap) -> None:
    """提交勾选: every item of the card's page is answered, ticked or not, by this person's word; no other item is.

    A press that names items (`ONE`) answers those, and no other.
    """
    if press.revision != permit.revision:
        desk.say(Say.CHANGED_SINCE, number=permit.id)
        return
    ticked = set(tap.chosen.get("measures", ()))
    page = int(press.arg) if press.arg.isdigit() else 0
    asked = tap.chosen.get(ONE) or tuple(measure.no for measure in measures_page(permit, page))
    for no in asked:
        answer = c.AnswerMeasure(by=desk.by, at=desk.now, no=no, involved=no in ticked)
        if _answered_alike(permit, answer):
            continue
        if desk.attempt(permit.id, answer, press.action) is None:
            return


def _answered_alike(permit: Permit, answer: c.AnswerMeasure) -> bool:
    state = permit.measures.get(answer.no)
    return state is not None and state.involved is answer.involved and state.answered_by == answer.by


def jsa(desk: Desk, permit: Permit, _press: Press) -> None:
    """填危害分析: the next line or photo is it."""
    _expect(desk, permit, Expect.JSA)
    desk.say(Say.JSA_HOW, number=permit.id)


def jsa_typed(desk: Desk, awaiting: Awaiting, line: str) -> None:
    """The hazard analysis as a line."""
    command = c.AttachJsa(by=desk.by, at=desk.now, text=line[:LONGEST_LINE])
    if desk.attempt(awaiting.permit, command, Action.JSA) is not None:
        desk.forget_question()
        show_card(desk, awaiting.permit, Say.JSA_TAKEN, number=awaiting.permit)


def _expect(desk: Desk, permit: Permit, what: Expect, step: str = "", subject: str = "", detail: str = "") -> None:
    awaiting = Awaiting(
        what=what, permit=permit.id, revision=permit.revision, step=step, at=desk.now, subject=subject, detail=detail
    )
    desk.talk = replace(desk.talk, awaiting=awaiting)


# --- before the start -----------------------------------------------------------------------------------------------


def brief(desk: Desk, permit: Permit, press: Press) -> None:
    """交底已签字."""
    proof = tap_proof(desk, permit, verdict=BRIEF, step=BRIEF)
    desk.attempt(permit.id, c.SignBriefing(by=desk.by, at=desk.now, proof=proof), press.action)


def confirm(desk: Desk, permit: Permit, press: Press, tap: Tap) -> None:
    """已落实: one measure is in place. What it asks for besides the word (a photo, figures) is asked first, unless the
    press brought it."""
    measure = next((one for one in confirmable(permit.law) if one.no == press.arg), None)
    if measure is None:
        desk.say(Say.OLD_BUTTON, number=permit.id)
        return
    detail = clean("".join(tap.chosen.get(DETAIL, ())[:1]))[:LONGEST_LINE].strip()
    _confirm(desk, permit, measure, detail)


def figures_typed(desk: Desk, awaiting: Awaiting, line: str) -> None:
    """The figures or words a measure asks for."""
    permit = desk.permit(awaiting.permit)
    measure = next((one for one in permit.law.measures if one.no == awaiting.step), None)
    if measure is None:
        desk.forget_question()
        desk.say(Say.OLD_BUTTON, number=permit.id)
        return
    _confirm(desk, permit, measure, line[:LONGEST_LINE])
    show_card(desk, permit.id)


def still_wanted(measure: Measure, detail: str) -> str:
    """What a measure that was tapped still waits for: ``text`` (figures or words) or ``photo``."""
    return TEXT if {TEXT, NUMBERS} & set(evidence_of(measure)) and not detail else PHOTO


def _confirm(desk: Desk, permit: Permit, measure: Measure, detail: str) -> None:
    wanted = evidence_of(measure)
    # What is still wanted stands on the card that answers the tap (`handlers.views`): no message of its own.
    if {TEXT, NUMBERS} & set(wanted) and not detail:
        _expect(desk, permit, Expect.MEASURE, measure.no)
    elif PHOTO in wanted and all(photo.purpose != measure.no for photo in permit.photos):
        _expect(desk, permit, Expect.MEASURE, measure.no, detail=detail)
    else:
        figures_confirmed(desk, permit, measure.no, detail, None)


def figures_confirmed(desk: Desk, permit: Permit, number: str, detail: str, media: MediaHash | None) -> None:
    """Everything a measure asks for is there: confirm it."""
    command = c.ConfirmMeasure(by=desk.by, at=desk.now, no=number, detail=detail, media=media)
    if desk.attempt(permit.id, command, Action.CONFIRM) is not None:
        desk.forget_question()


def ventilation(desk: Desk, permit: Permit, press: Press) -> None:
    """通风: ``on``, ``mechanical`` or ``off``."""
    command = c.ReportVentilation(
        by=desk.by, at=desk.now, running=press.arg != "off", mechanical=press.arg == "mechanical"
    )
    desk.attempt(permit.id, command, press.action)


def start(desk: Desk, permit: Permit, press: Press) -> None:
    """确认开工: one start signature; with a key, it is given on a page."""
    if not leads_work_to_key(desk, permit, START, Role(press.arg)):
        proof = tap_proof(desk, permit, verdict=START, step=press.arg)
        desk.attempt(permit.id, c.Start(by=desk.by, at=desk.now, role=Role(press.arg), proof=proof), press.action)


# --- during work ----------------------------------------------------------------------------------------------------


def resume(desk: Desk, permit: Permit, press: Press) -> None:
    """确认复工: how the cause was removed is said first, by a tap or a line; then it is signed."""
    role, _, said = press.arg.partition(":")
    if permit.status is not Status.SUSPENDED or said:
        _resume(desk, permit, Role(role), words.CAUSE_REMOVED if said else "")
        return
    subject = f"ask:{permit.id}:resume"
    press = Press(action=Action.RESUME, subject=permit.id, revision=permit.revision, arg=f"{role}:removed")
    args = {"number": str(permit.id)}
    offers = (Offer(press=press, label=words.CAUSE_REMOVED_TAP),)
    desk.question(Ask(person=desk.me, subject=subject, key=Say.ASK_CAUSE.value, args=args, offers=offers))
    _expect(desk, permit, Expect.CAUSE, role, subject)


def cause_typed(desk: Desk, awaiting: Awaiting, line: str) -> None:
    """How the cause was removed, in own words: this is the signature's text."""
    _resume(desk, desk.permit(awaiting.permit), Role(awaiting.step), line[:LONGEST_LINE])


def _resume(desk: Desk, permit: Permit, role: Role, cause: str) -> None:
    desk.forget_question()
    if leads_work_to_key(desk, permit, RESUME, role, cause):
        return
    proof = tap_proof(desk, permit, verdict=RESUME, step=role.value)
    command = c.Resume(by=desk.by, at=desk.now, role=role, cause_removed=cause, proof=proof)
    if desk.attempt(permit.id, command, Action.RESUME) is not None:
        desk.settle(f"ask:{permit.id}:resume", Say.CAUSE_TAKEN, number=permit.id, cause=cause)
        desk.show_again(permit.id)


# --- the end --------------------------------------------------------------------------------------------------------


def finish(desk: Desk, permit: Permit, press: Press) -> None:
    """完工清点: how many are still inside is said first; nobody is counted out by a tap on something else."""
    if press.arg or c.Finish not in LISTENS[permit.status]:
        _finish(desk, permit.id, 0, 0)
        return
    subject = f"ask:{permit.id}:finish"
    none = Press(action=Action.FINISH, subject=permit.id, revision=permit.revision, arg="0/0")
    offers = (Offer(press=none, label=words.ALL_OUT_TAP),)
    args = {"number": str(permit.id)}
    desk.question(Ask(person=desk.me, subject=subject, key=Say.ASK_COUNT.value, args=args, offers=offers))
    _expect(desk, permit, Expect.COUNT, Action.FINISH.value, subject)


def count(desk: Desk, permit: Permit, _press: Press) -> None:
    """清点人数: the next line says how many."""
    _expect(desk, permit, Expect.COUNT, Action.COUNT.value)
    desk.say(Say.COUNT_HOW, number=permit.id)


def counted(desk: Desk, permit_id: PermitId, people: int, tools: int, step: str) -> None:
    """A count was typed: as the count of a finish, or as a count during work."""
    if step == Action.FINISH.value:
        _finish(desk, permit_id, people, tools)
        return
    command = c.CountPeople(by=desk.by, at=desk.now, people=people, tools=tools)
    if desk.attempt(permit_id, command, Action.COUNT) is not None:
        desk.forget_question()
        desk.say(Say.COUNT_TAKEN, number=permit_id, people=str(people), tools=str(tools))


def _finish(desk: Desk, permit_id: PermitId, people: int, tools: int) -> None:
    desk.forget_question()
    command = c.Finish(by=desk.by, at=desk.now, people_inside=people, tools_inside=tools)
    if desk.attempt(permit_id, command, Action.FINISH) is not None:
        desk.settle(f"ask:{permit_id}:finish", Say.COUNT_TAKEN, number=permit_id, people=str(people), tools=str(tools))
        desk.show_again(permit_id)


def end_watch(desk: Desk, permit: Permit, press: Press) -> None:
    """确认无残火."""
    desk.attempt(permit.id, c.EndFireWatch(by=desk.by, at=desk.now), press.action)


def acceptance(desk: Desk, permit: Permit, press: Press) -> None:
    """验收签字; with a key, it is given on a page."""
    if not leads_work_to_key(desk, permit, ACCEPT, Role(press.arg)):
        proof = tap_proof(desk, permit, verdict=ACCEPT, step=press.arg)
        command = c.SignAcceptance(by=desk.by, at=desk.now, role=Role(press.arg), proof=proof)
        desk.attempt(permit.id, command, press.action)


def closing(desk: Desk, permit: Permit, press: Press) -> None:
    """收尾确认: one thing the rules want put right is done."""
    desk.attempt(permit.id, c.ConfirmClosing(by=desk.by, at=desk.now, need=press.arg), press.action)


# --- whose business -------------------------------------------------------------------------------------------------


def on_site(desk: Desk, *roles: Role) -> list[BoardRow]:
    """Permits whose place the person should be at now, in one of the roles: issued, at work, stopped, on watch."""
    wanted = {role.value for role in roles}
    return [
        row
        for row in desk.mine()
        if Status(row.status) in _ON_SITE and any(who == desk.me and role in wanted for role, who in row.people)
    ]


_ON_SITE = frozenset({Status.ISSUED, Status.ACTIVE, Status.SUSPENDED, Status.FIRE_WATCH})


def waits_for(desk: Desk, row: BoardRow) -> bool:
    """Whether the permit's present step waits for the person who came."""
    return (ASKED, desk.me) in row.people
