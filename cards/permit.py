"""The card of one permit for one viewer: status first, the unusual thing next, then what this person may press.

Only those who may press get buttons. The card says what is due; whether a press is still right is decided by the core.
"""

from __future__ import annotations

from cards import words, words_links, words_pins, words_proofs, words_unusual
from cards.buttons import Action
from cards.card import Button, Card, Line, Tone
from cards.own_form import own_line
from cards.step import Step, button
from cards.steps import step_for
from cards.views import PermitView
from workflow.findings import Finding, Severity, Verdict
from workflow.permit.state import Status
from workflow.rules.types import Role

_TONE: dict[Status, Tone] = {
    Status.DRAFT: Tone.WARN,
    Status.SUBMITTED: Tone.NEUTRAL,
    Status.PREPARING: Tone.NEUTRAL,
    Status.IN_REVIEW: Tone.NEUTRAL,
    Status.ISSUED: Tone.NEUTRAL,
    Status.ACTIVE: Tone.GOOD,
    Status.SUSPENDED: Tone.DANGER,
    Status.COMPLETED: Tone.NEUTRAL,
    Status.FIRE_WATCH: Tone.WARN,
    Status.CLOSED: Tone.GOOD,
    Status.ARCHIVED: Tone.GOOD,
    Status.REJECTED: Tone.DANGER,
    Status.CANCELLED: Tone.NEUTRAL,
    Status.EXPIRED: Tone.DANGER,
    Status.VOIDED: Tone.DANGER,
}

_CREW = frozenset({Role.APPLICANT, Role.WORK_LEADER, Role.WORKER, Role.GUARDIAN, Role.SHIFT_LEADER})
_ALARMED = frozenset({Role.SHIFT_LEADER, Role.SITE_UNIT, Role.SAFETY_DEPT})
"""Posts that are told of every stop by a card of its own."""
_ENDED = frozenset({Status.CLOSED, Status.ARCHIVED, Status.REJECTED, Status.CANCELLED})


def subject(permit_id: str) -> str:
    """The key under which a person holds at most one card of this permit."""
    return f"permit:{permit_id}"


def permit_card(view: PermitView) -> Card:
    """Render one permit for one viewer; the same view gives the same card. Raise `BlankPermit` without content."""
    permit = view.permit
    step = step_for(view)
    return Card(
        subject=subject(permit.id),
        key=f"{permit.id}@{permit.version}/{view.viewer}",
        title=_title(view, step),
        subtitle=_place(view),
        tone=_TONE[permit.status],
        quote=_unusual(view, step),
        body="\n".join(filter(None, (view.note, step.hint))),
        lines=_lines(view, step),
        choices=step.choices,
        submit=step.submit,
        buttons=_with_why(view, step),
        menu=(button(view, Action.REFRESH),) if permit.status not in _ENDED and not step.buttons else (),
        url=view.page_url,
        phase=_phase(view, step),
        done=_done(view) if permit.status in _ENDED else "",
    )


MOST_BUTTONS = 6


def _with_why(view: PermitView, step: Step) -> tuple[Button, ...]:
    """The step's buttons; where the card says that something stops, 为什么 is among them if there is room."""
    buttons = _with_purge(view, step.buttons)
    why = button(view, Action.WHY)
    told = any(each.token == why.token for each in buttons)
    stopped = any(finding.stops for finding in view.findings)
    if told or not stopped or not step.buttons or len(buttons) >= MOST_BUTTONS:
        return buttons
    return (*buttons[:-1], why, buttons[-1])


def _with_purge(view: PermitView, buttons: tuple[Button, ...]) -> tuple[Button, ...]:
    """人工确认置换 before the others, for who may say it while the equipment system is silent (docs/adr/0079)."""
    silent = any(one.gate == "purged" and one.verdict is Verdict.UNKNOWN and one.stops for one in view.findings)
    if not silent or not view.roles & {Role.SITE_UNIT, Role.SHIFT_LEADER} or len(buttons) >= MOST_BUTTONS:
        return buttons
    return (button(view, Action.PURGED), *buttons)


def _phase(view: PermitView, step: Step) -> str:
    """What makes a copy misleading when it changes (docs/adr/0012): a copy has one right to change that must last."""
    if _did_his_part(view):
        return "signed"
    return "aside" if _stands_aside(view, step) else view.permit.status.value


def _title(view: PermitView, step: Step) -> str:
    permit = view.permit
    what = words.work_name(permit.what.work, permit.law.grade)
    if _did_his_part(view):
        return f"{words.SIGNED}｜{what}"
    if _stands_aside(view, step):
        return f"{words.ASIDE}｜{what}"
    if view.purpose is not None and permit.status not in _ENDED:
        return f"{words.PURPOSE[view.purpose]}｜{what}"
    return f"{words.STATUS[permit.status]}｜{what}"


def _did_his_part(view: PermitView) -> bool:
    """The viewer has signed, nothing is asked of them any more, and they do not work on it: a copy that stays true."""
    signed = any(signature.person == view.viewer for signature in view.permit.signatures)
    over = view.permit.status in _ENDED or view.viewer in view.asked
    if view.permit.status is Status.SUSPENDED and view.roles & _ALARMED:
        return False  # each stop brings these a new card, with a right of its own to say that it is over
    return signed and not over and not view.roles & _CREW and view.purpose is None


def _stands_aside(view: PermitView, step: Step) -> bool:
    """Nothing is asked of the viewer, and nothing will be: a superior who took charge, say.

    Such a copy says nothing that goes stale, and keeps its one right for the end.
    """
    if view.permit.status in _ENDED or view.purpose is not None or view.viewer in view.asked:
        return False
    acts = bool(step.buttons or step.choices or step.submit or step.alarm)
    return not acts and not view.roles & (_CREW | _ALARMED)


def _place(view: PermitView) -> str:
    content = view.permit.what
    place = content.place if view.area_name in content.place else f"{view.area_name} {content.place}".strip()
    return f"{place} · {content.task}"


def _lines(view: PermitView, step: Step) -> tuple[Line, ...]:
    permit = view.permit
    content = permit.what
    workers = "、".join(view.name(worker) for worker in content.workers[:3])
    if len(content.workers) > 3:
        workers += f"等{len(content.workers)}人"
    rows = [
        Line(label="票号", value=permit.id),
        Line(label="时间", value=words.stretch(content.planned, view.zone)),
        Line(label="作业人", value=workers),
        Line(label="监护人", value=view.name(permit.guardian)),
        Line(label="状态", value=_progress(view) + _as_of(view, step)),
    ]
    if permit.gas:
        latest = permit.gas[-1]
        verdict = "合格" if latest.passed else "不合格"
        rows.append(Line(label="气体", value=f"{verdict} · {words.clock(latest.sample.sampled_at, view.zone)}采样"))
    if (hand := permit.purge_by_hand) is not None:
        value = f"{words.BY_HAND} · {view.name(hand.person)} {words.clock(hand.at, view.zone)}"
        rows.append(Line(label="置换", value=value))
    if permit.vouched:
        rows.append(Line(label="交底", value=_vouched(view)))
    if offline := _offline(view):
        rows.append(Line(label=words_pins.ON_CARD, value=offline))
    if (own := own_line(content)) is not None:
        rows.insert(2, own)
    if view.unlike:
        rows.insert(2, Line(label=words_unusual.LABEL, value=view.unlike))  # within the six rows that are never cut
    return tuple(row for row in rows if row.value)


def _vouched(view: PermitView) -> str:
    """Whose signature under the briefing is worth less than an account of their own, and whose word it rests on."""
    people = "、".join(view.name(person) for person in view.permit.vouched)
    vouchers = "、".join(dict.fromkeys(view.name(voucher) for voucher in view.permit.vouched.values()))
    return f"{people}{words_links.VOUCHED.format(name=vouchers)}"


def _offline(view: PermitView) -> str:
    """Who confirmed by PIN while the chat was down, and before whom; empty where nobody did."""
    permit = view.permit
    at_work = (*permit.start_signatures, *permit.resume_signatures, *permit.acceptance)
    given = [(one.person, one.proof) for one in permit.signatures] + [(one.person, one.proof) for one in at_work]
    return "；".join(
        f"{view.name(person)}{words_proofs.SECOND.format(name=view.name(proof.second))}"
        for person, proof in given
        if proof is not None and proof.second is not None
    )


def _progress(view: PermitView) -> str:
    permit = view.permit
    node = permit.node
    if node is not None:
        since = _since(view)
        done = len(permit.signatures)
        who = "、".join(view.name(person) for person in view.asked[:2])
        return f"{done}/{len(permit.law.chain)} 等{node.label}{who} {since}".strip()
    if permit.status is Status.SUBMITTED and permit.waiting_since is not None:
        who = "、".join(view.name(person) for person in view.asked[:2])
        return f"等{who or words.ROLE_SITE_UNIT}受理 {_since(view)}"
    if permit.status is Status.SUSPENDED and permit.suspension is not None:
        reason = words.SUSPENDED[permit.suspension.reasons[-1]]
        return f"{words.clock(permit.suspension.since, view.zone)} {reason}"
    if permit.status is Status.ACTIVE:
        return f"{words.STATUS[permit.status]}，到{words.clock(permit.what.planned.end, view.zone)}"
    if permit.status is Status.FIRE_WATCH and permit.fire_watch_until is not None:
        return f"看守到{words.clock(permit.fire_watch_until, view.zone)}"
    return words.STATUS[permit.status]


def _as_of(view: PermitView, step: Step) -> str:
    """The time of what is shown, on a copy that may not be changed any more before the end."""
    last = view.permit.last_event_at
    return (
        f"（{words.clock(last, view.zone)}）"
        if last is not None and (_did_his_part(view) or _stands_aside(view, step))
        else ""
    )


def _since(view: PermitView) -> str:
    """「07:20起」: a copy may stand for hours, so it says since when, never how long."""
    waiting = view.permit.waiting_since
    return "" if waiting is None else f"{words.clock(waiting, view.zone)}起"


def _unusual(view: PermitView, step: Step) -> str:
    """The one line worth reading: the step's own alarm, else what stops, else what warns, else who ended it and why."""
    if step.alarm:
        return step.alarm
    if _did_his_part(view):
        return ""
    permit = view.permit
    if permit.closing is not None:
        who = "系统" if permit.closing.by.as_person is None else view.name(permit.closing.by.as_person)
        return f"{who} {words.clock(permit.closing.at, view.zone)}：{permit.closing.reason}"
    stops = [finding for finding in view.findings if finding.stops]
    warns = [finding for finding in view.findings if not finding.stops and finding.verdict is not Verdict.PASS]
    shown = stops or [finding for finding in warns if finding.severity is not Severity.INFO]
    if not shown:
        return ""
    more = f"（共{len(shown)}项）" if len(shown) > 1 else ""
    return f"{_fact(view, shown[0])}{more}"


def _fact(view: PermitView, finding: Finding) -> str:
    return f"{finding.fact}；{view.ways.cure(finding.cure)}" if finding.cure else finding.fact


def _done(view: PermitView) -> str:
    closing = view.permit.closing
    status = words.STATUS[view.permit.status]
    if closing is None or closing.by.as_person is None:
        return status
    return f"{view.name(closing.by.as_person)} {words.clock(closing.at, view.zone)} {status}"
