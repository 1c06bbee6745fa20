"""A request as a conversation: a sentence opens a draft, a question at a time completes it, and only a press submits
it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace

from cards import words_draft as say
from cards.buttons import Action, Press
from cards.draft import subject as draft_subject
from handlers.answers import Say
from handlers.arrivals import Tap
from handlers.desk import Desk
from handlers.outgoing import DraftCard
from handlers.request import composing, copying
from handlers.request.carrying import path_answered
from handlers.request.choosing import apply_choice
from handlers.request.details import DetailKey, DetailSaid
from handlers.request.drafts import FactAnswer, RequestDraft
from handlers.request.questions import Field
from handlers.request.showing import shown
from handlers.request.since import changed_since
from handlers.request.slots import KEEP, SLOT, planned_of
from handlers.request.understand import Draft, Said
from workflow.errors import Refused
from workflow.ids import PermitId
from workflow.permit import commands as c
from workflow.permit.state import Permit, Status
from workflow.values import WorkType

SERIES: Mapping[WorkType, str] = {
    WorkType.HOT: "DHZY",
    WorkType.CONFINED_SPACE: "YXKJ",
    WorkType.BLIND: "MBCD",
    WorkType.HEIGHT: "GCZY",
    WorkType.LIFT: "QZDZ",
    WorkType.POWER: "LSYD",
    WorkType.EARTH: "PTZY",
    WorkType.ROAD: "DLZY",
}
"""Type codes of permit numbers (domain 1.1)."""

# --- words ----------------------------------------------------------------------------------------------------------

_WHOLE = frozenset({Field.WORK, Field.PLACE, Field.WHEN})
_TELLING = frozenset({Field.WORK, Field.PLACE, Field.WHEN, Field.TASK, Field.GUARDIAN})


def is_request(found: Said) -> bool:
    """Whether a line without an open draft asks for a permit: it names a work, or at least two things of one."""
    changed = set(found.changed)
    return bool(found.draft.works) or len(changed & _TELLING) >= 2


def is_whole_request(found: Said) -> bool:
    """Whether a line is a request of its own, whatever draft is open: work, place and time in one sentence."""
    return set(found.changed) >= _WHOLE


def opened(desk: Desk, found: Said, links: tuple[PermitId, ...]) -> None:
    """A sentence opens a draft; one that was open is replaced."""
    draft = RequestDraft(id=_new_id(desk), version=0, opened_at=desk.now, said=found.draft)
    _save(desk, _linking(draft, links))


def continued(desk: Desk, draft: RequestDraft, merged: Said, links: tuple[PermitId, ...]) -> None:
    """A further line: an answer, a correction, or more about the job."""
    _save(desk, _linking(replace(draft, said=merged.draft), links))


def linked_only(desk: Desk, draft: RequestDraft, links: tuple[PermitId, ...]) -> None:
    """A line that only names other permits of the same job."""
    _save(desk, _linking(draft, links))


def _linking(draft: RequestDraft, links: tuple[PermitId, ...]) -> RequestDraft:
    return replace(draft, linked=tuple(dict.fromkeys((*draft.linked, *links)))) if links else draft


def answered_in_words(desk: Desk, draft: RequestDraft, line: str) -> bool:
    """Whether the line plainly answers a question of ours that the sentence reader does not know of."""
    asked = draft.shown.question
    if asked is None or asked.key == "said":
        return False
    line = line.strip("。.!！~ ")
    if asked.key.startswith("fact:"):
        answer = _YES_NO.get(line)
        return answer is not None and _apply(desk, draft, asked.key, (answer,))
    if asked.key == "gas":
        aliases = desk.house.book.gas_table.aliases
        names = line.replace("，", "、").replace(",", "、").replace(" ", "、").split("、")
        gases = tuple(aliases[name] for name in names if name in aliases)
        return bool(gases) and len(gases) == len(names) and _apply(desk, draft, asked.key, gases)
    if asked.key == "path":
        return _apply(desk, draft, "path", (line,))
    if asked.key == "machine":
        return _apply(desk, draft, "machine", (_MACHINE_AT.sub("", line),))
    named = tuple(key for key, label in asked.options if label in line)
    none = asked.key == "situations" and line in _NONE
    return (bool(named) or none) and _apply(desk, draft, asked.key, named)


_MACHINE_AT = re.compile("^(?:(?:电?焊机)?(?:放置?|摆|停)?(?:在|位置|[:：])*)")
_FROM_LIST = frozenset({SLOT, "situations", "method"})
_NONE = frozenset({"没有", "都没有", "无", "都不是", "没"})
_YES_NO = {
    **dict.fromkeys(("是", "是的", "对", "对的", "有", "在", "嗯", "yes", "YES"), "yes"),
    **dict.fromkeys(("不是", "否", "没有", "不", "不在", "没", "无", "no", "NO"), "no"),
}


# --- taps -----------------------------------------------------------------------------------------------------------


def _mine(desk: Desk, press: Press) -> RequestDraft | None:
    """The draft a press is about, when it is still there and still says what the card said; otherwise that is said."""
    draft = desk.talk.draft
    if draft is None or draft.id != press.subject:
        desk.settle(draft_subject(desk.me), Say.DRAFT_GONE)
        desk.say(Say.DRAFT_GONE)
        return None
    if draft.version != press.revision:
        desk.say(Say.DRAFT_MOVED)
        show_draft(desk)
        return None
    return draft


def answer_tapped(desk: Desk, tap: Tap, press: Press) -> None:
    """A choice under the open question."""
    draft = _mine(desk, press)
    if draft is None:
        return
    key, given, chosen = press.arg.partition("=")
    answers = (chosen,) if given else tap.chosen.get(key, ())
    asked = draft.shown.question
    if asked is None or asked.key != key or not _apply(desk, draft, key, answers, handle=tap.answered_by):
        desk.say(Say.DRAFT_MOVED)
        show_draft(desk, tap.answered_by)


def _apply(desk: Desk, draft: RequestDraft, key: str, answers: tuple[str, ...], *, handle: str | None = None) -> bool:
    """Take an answer to the open question. False when it is none."""
    asked = draft.shown.question
    offered = [name for name, _ in asked.options] if asked is not None else []
    listed = key in _FROM_LIST or key.startswith("fact:")
    if listed and not set(answers) <= set(offered):
        return False
    if key == "said":
        picked = _picked(desk, draft.said, answers)
        if picked is None:
            return False
        draft = replace(draft, said=picked)
    elif key == SLOT:
        moved = None if answers == (KEEP,) else _picked(desk, draft.said, answers)
        if moved is None and answers != (KEEP,):
            return False
        draft = replace(draft, kept_time=planned_of(draft)) if moved is None else replace(draft, said=moved)
    elif key.startswith("fact:"):
        fact = FactAnswer(name=key.removeprefix("fact:"), value=answers == ("yes",))
        draft = replace(draft, facts=draft.answered(fact))
    elif key == "situations":
        ticked = (FactAnswer(name=name, value=name in answers) for name in offered)
        off = tuple(dict.fromkeys((*draft.ticked_off, *offered)))
        draft = replace(draft, facts=draft.answered(*ticked), situations_answered=True, ticked_off=off)
    elif key in {"method", "gas"} and answers:
        draft = replace(draft, methods=answers) if key == "method" else replace(draft, gases=answers)
    elif key == "machine" and (told := _machine_at(desk, draft, answers)) is not None:
        draft = told
    elif key == "path" and (carried := _carried_over(desk, draft, answers)) is not None:
        draft = carried
    else:
        return False
    _save(desk, draft, handle=handle)
    return True


def _machine_at(desk: Desk, draft: RequestDraft, answers: tuple[str, ...]) -> RequestDraft | None:
    """The welding machine stands at a place of the register; None for any other words."""
    directory, name = desk.tx.directory, "".join(answers)
    if not (directory.areas_called(name) or directory.equipment_called(name)):
        return None
    return _with_cell(draft, DetailSaid(key=DetailKey.MACHINE, said=name, text=name))


def _carried_over(desk: Desk, draft: RequestDraft, answers: tuple[str, ...]) -> RequestDraft | None:
    """The load goes over places of the register; None for any other words."""
    found = composing.compose(desk, draft).content
    cell = path_answered(desk, None if found is None else found.area, "".join(answers))
    return None if cell is None else _with_cell(draft, cell)


def _with_cell(draft: RequestDraft, cell: DetailSaid) -> RequestDraft:
    """The draft with this cell in the place of what it said before."""
    rest = tuple(one for one in draft.said.details if one.key is not cell.key)
    return replace(draft, said=replace(draft.said, details=(*rest, cell)))


def _picked(desk: Desk, said: Draft, answers: tuple[str, ...]) -> Draft | None:
    if len(answers) != 1:
        return None
    sender = composing.sender_of(desk)
    return apply_choice(said, answers[0], gazetteer=desk.gazetteer, sender=sender, tz=desk.house.zone)


def edit(desk: Desk, _tap: Tap, press: Press) -> None:
    """修改: how to change it."""
    if _mine(desk, press) is not None:
        desk.say(Say.DRAFT_EDIT)


def drop(desk: Desk, _tap: Tap, press: Press) -> None:
    """不申请了."""
    if _mine(desk, press) is not None:
        cancel(desk)


def cancel(desk: Desk) -> None:
    """The draft is given up; nothing was submitted."""
    desk.talk = replace(desk.talk, draft=None)
    desk.settle(draft_subject(desk.me), Say.DRAFT_DROPPED)
    if not desk.tapped:
        desk.say(Say.DRAFT_DROPPED)


# --- submitting -----------------------------------------------------------------------------------------------------


def submit(desk: Desk, tap: Tap, press: Press) -> None:
    """提交申请: what the card showed becomes a request; the only way it does."""
    draft = _mine(desk, press)
    if draft is not None:
        submit_draft(desk, draft, handle=tap.answered_by)


def submit_draft(desk: Desk, draft: RequestDraft, *, handle: str | None) -> None:
    """Submit a complete draft; one that is not (any more) shows what is missing."""
    found = composing.compose(desk, draft)
    before = draft.shown
    if not before.complete or found.content is None or found.question is not None or found.stops:
        _save(desk, draft, handle=handle)
        return
    number = draft.revises or draft.number or next_number(desk, found.content.work)
    followers = draft.followers or tuple(next_number(desk, work) for work in draft.queue)
    draft = replace(draft, number=number, followers=followers)
    content = replace(found.content, linked=tuple(dict.fromkeys((*draft.linked, *followers))))
    desk.talk = replace(desk.talk, draft=draft)
    try:
        desk.ask(number, c.Submit(by=desk.by, at=desk.now, content=content))
    except Refused as refused:
        desk.refuse(None, Action.SUBMIT.value, refused.findings)
        _save(desk, draft, handle=handle)
        return
    _submitted(desk, draft, number)


def _submitted(desk: Desk, draft: RequestDraft, number: PermitId) -> None:
    from handlers.approvals import show_card

    desk.tx.put_setting(last_key(desk.me), number)
    if draft.again is not None:
        cited = c.AddNote(by=desk.by, at=desk.now, text=say.AGAIN_CITED.format(number=draft.again))
        desk.ask(number, cited)
    desk.settle(draft_subject(desk.me), Say.SUBMITTED, number=number)
    show_card(desk, number)
    if not desk.tapped:
        desk.say(Say.SUBMITTED, number=number)
    desk.talk = replace(desk.talk, draft=None)
    if draft.queue:
        first, *rest = draft.queue
        follower = copying.for_next_work(draft, first, tuple(rest), number)
        _save(desk, replace(follower, id=_new_id(desk), version=0, opened_at=desk.now))


def next_number(desk: Desk, work: WorkType) -> PermitId:
    """``类型码-厂区-YYYYMMDD-序号``: the day is the day at the site; never reused (domain 1.9)."""
    series = f"{SERIES[work]}-{desk.house.site.upper()}-{desk.today:%Y%m%d}"
    return PermitId(f"{series}-{desk.tx.next_number(series):03d}")


def last_key(person: str) -> str:
    """The setting that holds a person's last permit."""
    return f"last:{person}"


# --- starting from something known ----------------------------------------------------------------------------------


def copy_last(desk: Desk) -> None:
    """和上次一样: the last permit's job and people, a new time, and new eyes on everything."""
    number = desk.tx.setting(last_key(desk.me))
    permit = desk.known(PermitId(number)) if number is not None else None
    if permit is None:
        desk.say(Say.NOTHING_TO_COPY)
        return
    lines = changed_since(desk, permit)
    if lines:
        desk.say(Say.COPY_CHANGES, number=permit.id, lines="\n".join(f"· {one}" for one in lines))
    else:
        desk.say(Say.COPY_SAME, number=permit.id)
    open_from(desk, permit, with_time=False, note=say.COPIED.format(number=permit.id))


def open_from(desk: Desk, permit: Permit, *, with_time: bool, note: str, again: PermitId | None = None) -> None:
    """A draft of an old permit's content, with new eyes on everything; ``again`` is the number it takes up anew."""
    said = copying.said_of(permit.what, desk.gazetteer, desk.house.zone, with_time=with_time)
    draft = copying.from_content(permit.what, said)
    draft = replace(draft, id=_new_id(desk), opened_at=desk.now, situations_answered=False, again=again)
    _save(desk, draft, note=note)


def change_returned(desk: Desk, permit: Permit, _press: Press) -> None:
    """修改 on a returned permit: its content as a draft; submitting it is the permit's next revision."""
    if permit.status is not Status.DRAFT or desk.me not in {permit.what.applicant, permit.what.leader}:
        desk.say(Say.OLD_BUTTON, number=permit.id)
        return
    said = copying.said_of(permit.what, desk.gazetteer, desk.house.zone, with_time=True)
    draft = copying.from_content(permit.what, said)
    draft = replace(draft, id=_new_id(desk), opened_at=desk.now, revises=permit.id, linked=permit.what.linked)
    reason = permit.closing.reason if permit.closing is not None else ""
    _save(desk, draft, note=say.REVISED.format(number=permit.id, reason=reason))


# --- saving and showing ---------------------------------------------------------------------------------------------


def _save(desk: Desk, draft: RequestDraft, *, handle: str | None = None, note: str = "") -> None:
    """Judge the draft now, keep it with the words its card will say, and show it."""
    draft = _one_work(draft)
    found = composing.compose(desk, draft)
    draft = replace(draft, version=draft.version + 1, shown=shown(desk, draft, found, note=note))
    desk.talk = replace(desk.talk, draft=draft, awaiting=None)
    show_draft(desk, handle)


def _one_work(draft: RequestDraft) -> RequestDraft:
    """Several works that belong together become one permit each: the first now, the others after it."""
    works = draft.said.works
    if not draft.said.linked or len(works) < 2:
        return draft
    queue = tuple(dict.fromkeys((*(one.work for one in works[1:]), *draft.queue)))
    return replace(draft, said=replace(draft.said, works=works[:1], linked=False), queue=queue)


def show_draft(desk: Desk, handle: str | None = None) -> None:
    """The person's draft card."""
    card = DraftCard(person=desk.me, handle=handle)
    desk.post_to(desk.me, card, purpose="draft", coalesce=None if handle is not None else f"draft:{desk.me}")


def _new_id(desk: Desk) -> str:
    return draft_id(desk.cause, desk.me)


def draft_id(cause: str, person: str) -> str:
    """What a draft is called: by the arrival that opened it and whose it is."""
    return "draft-" + hashlib.sha256(f"{cause}\n{person}".encode()).hexdigest()[:12]
