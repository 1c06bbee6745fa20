"""What people and devices see and do on site. Word of danger is taken from anybody; word to work by is not."""

from __future__ import annotations

import re
from decimal import Decimal

from workflow.errors import Refused
from workflow.findings import Finding
from workflow.geo import inside
from workflow.ids import PersonId
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit import words
from workflow.permit.again import LOOK, WEATHER, confirmable, outdated
from workflow.permit.case import Case, demand, no
from workflow.permit.decide_prompts import gas_answers
from workflow.permit.evolve_site import answered, with_pass
from workflow.permit.signing import BRIEF, CLOCKS_APART, DOUBLE_TAP, check_proof, said
from workflow.permit.state import GasRecord, MeasureState
from workflow.permit.vouching import unfit_voucher
from workflow.permit.who import only, the_person
from workflow.rules import sampling
from workflow.rules.checklists import NUMBERS, PHOTO, TEXT, evidence_of
from workflow.rules.gas import judge
from workflow.rules.types import Measure, Role
from workflow.values import ActorKind

_CREW = (Role.WORK_LEADER, Role.GUARDIAN, Role.WORKER, Role.APPLICANT)
_KEEPERS = (Role.GUARDIAN, Role.WORK_LEADER, Role.APPLICANT, Role.SITE_UNIT, Role.SHIFT_LEADER, Role.SAFETY_DEPT)
_ANALYSTS = (*_KEEPERS, Role.GAS_ANALYST)

# --- people ---------------------------------------------------------------------------------------------------------


def sign_briefing(case: Case, command: c.SignBriefing) -> tuple[e.Event, ...]:
    """安全交底: the briefer and each of the briefed sign once (4.4)."""
    person = only(case, command, *_CREW, Role.SITE_UNIT, *case.permit.law.briefers, independent=False)
    demand([no("late.done", "您已签过安全交底", cure="无需再签") if person in case.permit.briefed else None])
    weakest, proof = case.rules.briefing_proof, command.proof
    demand(check_proof(case, proof, person=person, verdict=BRIEF, step=BRIEF, weakest=weakest), remember=True)
    if proof is not None and proof.voucher is not None:
        demand(unfit_voucher(case, person, proof.voucher), remember=True)
    return (e.BriefingSigned(by=command.by, at=command.at, proof=proof),)


def check_in(case: Case, command: c.CheckIn) -> tuple[e.Event, ...]:
    """A person shows to be at the place: a position surely inside the fence, or the code of the place itself."""
    person = the_person(case, command)
    demand([_WAYS[command.way](case, command)], remember=True)
    seen = case.permit.presence.get(person)
    again = seen is not None and seen.way is command.way and case.at - seen.at < DOUBLE_TAP
    demand([no("late.done", "您刚刚已签到", cure="无需再签") if again else None])
    return (e.ArrivedOnSite(by=command.by, at=command.at, way=command.way, position=command.position),)


def _by_board(case: Case, command: c.CheckIn) -> Finding | None:
    code = case.facts.area.board_code if case.facts.area is not None else None
    if code is None:
        return no("place.board", "本作业点没有登记现场码", cure="请发送定位签到")
    return None if command.code == code else _elsewhere("您扫的不是本作业点的现场码")


def _by_permit(case: Case, command: c.CheckIn) -> Finding | None:
    return None if command.code == case.permit.id else _elsewhere("您扫的不是本票的二维码")


def _by_position(case: Case, command: c.CheckIn) -> Finding | None:
    area = case.facts.area
    here = inside(area.fence, command.position) if area is not None and command.position is not None else None
    if here is None:
        return no("place.unknown", "定位不够准或本作业点没有电子围栏，无法确认在现场", cure="请扫作业点现场码签到")
    return None if here else _elsewhere("您的定位不在作业点范围内")


def _elsewhere(fact: str) -> Finding:
    return no("place.elsewhere", fact, clause="GB 30871-2022 4.11 a", cure="请到作业点再签到")


_WAYS = {
    c.CheckInWay.BOARD_CODE: _by_board,
    c.CheckInWay.FRESH_CODE: _by_board,
    c.CheckInWay.PERMIT_CODE: _by_permit,
    c.CheckInWay.POSITION: _by_position,
}


def leave_site(case: Case, command: c.LeaveSite) -> tuple[e.Event, ...]:
    """Somebody left, said by himself, by anybody who sees it, or by a tag. If it is the guardian, work stops itself."""
    here = command.person in case.permit.presence
    who = words.name(command.person, case.facts)
    demand([None if here else no("late.done", f"{who}没有在现场签到，无需离场")])
    return (e.LeftSite(by=command.by, at=command.at, person=command.person),)


# --- measures -----------------------------------------------------------------------------------------------------


def confirm_measure(case: Case, command: c.ConfirmMeasure) -> tuple[e.Event, ...]:
    """One measure that applies is really in place, with the evidence it asks for."""
    person = only(case, command, *_KEEPERS, independent=False)
    measure = next((item for item in confirmable(case.permit.law) if item.no == command.no), None)
    state = case.permit.measures.get(command.no, MeasureState(involved=measure is LOOK))
    if measure is None or not state.involved:
        fact = f"第{command.no}项措施不涉及或尚未判断"
        raise Refused(findings=(no("measure.involved", fact, cure="请先回答是否涉及", button="measures"),))
    demand(_evidence(case, command, measure))
    demand([_confirmed_already(case, command, measure, state, person)])
    return (
        e.MeasureConfirmed(by=command.by, at=command.at, no=command.no, detail=command.detail, media=command.media),
    )


def _evidence(case: Case, command: c.ConfirmMeasure, measure: Measure) -> list[Finding | None]:
    wanted = evidence_of(measure)
    photographed = command.media is not None or any(photo.purpose == command.no for photo in case.permit.photos)
    found: list[Finding | None] = []
    if PHOTO in wanted and not photographed:
        found.append(no("measure.photo", f"{command.no}需要现场照片", clause=measure.clause, cure="请先拍照再确认"))
    if TEXT in wanted:
        found.append(said(command.detail, "measure.text", f"{command.no}的说明"))
    if NUMBERS in wanted:
        found.append(_numbers(command, measure))
    return found


def _numbers(command: c.ConfirmMeasure, measure: Measure) -> Finding | None:
    """The label asks for numbers; each that has a lower bound must reach it."""
    given = [Decimal(number) for number in re.findall(r"\d+(?:\.\d+)?", command.detail)]
    if len(given) < max(1, len(measure.at_least)):
        return no("measure.numbers", f"{command.no}需要填写数字：{measure.label}", cure="请按顺序填写数字")
    low = [f"{value}＜{least}" for value, least in zip(given, measure.at_least, strict=False) if value < least]
    if not low:
        return None
    return no("measure.numbers", f"{command.no}不满足：{'、'.join(low)}", clause=measure.clause, cure="请整改后再确认")


def _confirmed_already(
    case: Case, command: c.ConfirmMeasure, measure: Measure, state: MeasureState, person: PersonId
) -> Finding | None:
    """The same confirmation again says nothing new, unless work was stopped since or the day is another; a look at the
    sky of some minutes ago says nothing of now."""
    if measure.gate == WEATHER and state.confirmed_at is not None and command.at - state.confirmed_at >= DOUBLE_TAP:
        return None
    if any(one.no == command.no for one in outdated(case.permit, case.rules, command.at, case.facts.zone)):
        return None
    stop = case.permit.suspension
    since_stop = stop is None or (state.confirmed_at is not None and state.confirmed_at > stop.newest)
    same = (state.confirmed_by, state.confirm_detail, state.media) == (person, command.detail, command.media)
    return no("late.done", f"您已确认过{command.no}", cure="无需再办") if same and since_stop else None


# --- air ------------------------------------------------------------------------------------------------------------


def record_gas(case: Case, command: c.RecordGas) -> tuple[e.Event, ...]:
    """A gas analysis with its verdict under the stricter rules. A failing one is taken from anybody, a pass is not.

    A guardian who records what a prompt asked for has answered the prompt.
    """
    gas = case.rules_to_stop_by.gas
    if gas is None:
        raise Refused(findings=(no("gas.not_asked", "本票不要求气体分析"),))
    sample = command.sample
    early = sample.sampled_at > command.at + CLOCKS_APART
    demand([no("gas.future", "采样时间在将来", cure="请核对采样时间") if early else None])
    twice = any(record.sample == sample for record in case.permit.gas)
    demand([no("late.done", "这条气体分析已记录", cure="无需再录") if twice else None])
    verdict = judge(sample, gas, case.permit.what)
    if verdict.passed:
        _may_pass(case, command)
    recorded = e.GasRecorded(
        by=command.by, at=command.at, sample=sample, passed=verdict.passed, failures=verdict.failures,
        answers=_answers(case, command) if verdict.passed else (),
    )  # fmt: skip
    return (recorded, *gas_answers(case, command))


def _answers(case: Case, command: c.RecordGas) -> tuple[str, ...]:
    """Points nobody must cover whose failing samples a pass clears: once every point that must be covered was tested
    since; where none must, by somebody who went there. No detector ever clears those of another."""
    new = GasRecord(sample=command.sample, recorded_at=command.at, passed=True)
    records = with_pass(case.permit.gas, new)
    wanted = sampling.points(case.rules_to_stop_by, case.facts.equipment)
    named = {name for point in wanted for name in point}

    def cleared(stray: GasRecord) -> bool:
        if not wanted:
            return new in records and command.by.kind is ActorKind.PERSON and answered(stray, new)
        here = [[one for one in records if one.sample.point in point] for point in wanted]
        return all(tests and all(one.passed and answered(stray, one) for one in tests) for tests in here)

    failing = [one for one in case.permit.gas if not one.passed]
    strays = [one for one in failing if one.sample.point not in named and (wanted or one.sample.device)]
    points = dict.fromkeys(one.sample.point for one in strays)
    return tuple(point for point in points if all(cleared(one) for one in strays if one.sample.point == point))


def _may_pass(case: Case, command: c.RecordGas) -> None:
    """A pass is a word to work by: from a detector, or from somebody who answers for it and says who analysed."""
    if command.by.kind is not ActorKind.PERSON:
        return
    only(case, command, *_ANALYSTS, independent=False)
    known = command.sample.analyst in case.facts.people
    demand([None if known else no("gas.analyst", "分析人不在本厂名单里", cure="请填写分析人姓名")])


def report_ventilation(case: Case, command: c.ReportVentilation) -> tuple[e.Event, ...]:
    """Ventilation runs (said by a device or by somebody who answers for it) or does not (said by anybody)."""
    if command.running and command.by.kind is ActorKind.PERSON:
        only(case, command, *_ANALYSTS, Role.WORKER, independent=False)
    permit = case.permit
    same = (permit.ventilation_running, permit.ventilation_mechanical) == (command.running, command.mechanical)
    demand([no("late.done", "通风状态没有变化", cure="无需再报") if same else None])
    return (
        e.VentilationReported(by=command.by, at=command.at, running=command.running, mechanical=command.mechanical),
    )


# --- counting and notes ---------------------------------------------------------------------------------------------


def count_people(case: Case, command: c.CountPeople) -> tuple[e.Event, ...]:
    """People and tools inside, counted by the guardian or whoever answers for the place (6.8)."""
    only(case, command, *_KEEPERS, independent=False)
    wrong = command.people < 0 or command.tools < 0
    demand([no("count.number", "人数和工具数不能是负数") if wrong else None])
    permit = case.permit
    same = (permit.people_inside, permit.tools_inside) == (command.people, command.tools)
    again = same and permit.counted_at is not None and case.at - permit.counted_at < DOUBLE_TAP
    demand([no("late.done", f"刚刚已清点：{command.people}人、{command.tools}件工具") if again else None])
    return (e.PeopleCounted(by=command.by, at=command.at, people=command.people, tools=command.tools),)


def add_note(case: Case, command: c.AddNote) -> tuple[e.Event, ...]:
    """A voice or text note by somebody of the plant."""
    the_person(case, command)
    demand([said(command.text or (command.media or ""), "note.text", "备注")])
    return (e.NoteAdded(by=command.by, at=command.at, text=command.text, media=command.media),)
