"""Putting a hazard right, and having it accepted by somebody else."""

from __future__ import annotations

from collections.abc import Iterable

from workflow.hazard import commands as c
from workflow.hazard import events as e
from workflow.hazard.facts import Facts, acceptors, present
from workflow.hazard.no import SHORTEST_REASON, refuse, the_why
from workflow.hazard.owed import rectify_by, wants_interim, wants_plan
from workflow.hazard.state import Extension, Hazard
from workflow.ids import PersonId

_PARTS = {
    "goal": "目标任务",
    "measures": "方法措施",
    "money": "经费物资",
    "people": "机构人员",
    "until": "时限要求",
    "contingency": "应急预案",
}


def take(now: Hazard, command: c.Take, _: Facts) -> tuple[e.Event, ...]:
    """The responsible person is on it."""
    _is_responsible(now, command)
    if now.taken_at is not None:
        refuse("hazard.taken", "您已经接单", "请整改后拍照上报")
    return (e.HazardTaken(by=command.by, at=command.at),)


def put_interim(now: Hazard, command: c.PutInterim, facts: Facts) -> tuple[e.Event, ...]:
    """Something holds the danger off: by whoever answers for it or for the place."""
    who = PersonId(command.by.id)
    if who not in {now.responsible, *facts.owners, *facts.safety}:
        refuse("who.role", "临时措施由责任人、属地或安全管理部门来报", "请联系他们")
    return (e.InterimPut(by=command.by, at=command.at, text=the_why(command.text), photos=command.photos),)


def adopt_plan(_now: Hazard, command: c.AdoptPlan, facts: Facts) -> tuple[e.Event, ...]:
    """五落实, whole, by the leadership."""
    if PersonId(command.by.id) not in present(facts.leadership, facts):
        refuse("who.role", "重大隐患治理方案由主要负责人或分管领导组织", "请报厂领导")
    gaps = "、".join(_PARTS[gap] for gap in command.plan.gaps)
    if gaps:
        refuse("hazard.plan", f"治理方案缺：{gaps}", "五落实要写全")
    return (e.PlanAdopted(by=command.by, at=command.at, plan=command.plan),)


def ask_extension(now: Hazard, command: c.AskExtension, _: Facts) -> tuple[e.Event, ...]:
    """More time: asked for before it is over, a counted number of times, and not without end."""
    _is_responsible(now, command)
    law, until = now.ruling[0], rectify_by(now)
    if now.extension is not None:
        refuse("hazard.extension", "上一次延期还没有批", "请等批复")
    if now.extensions >= law.extensions:
        refuse("hazard.extension", f"已延期{now.extensions}次，不能再延", "请尽快整改，有困难请上级接手督办")
    if command.at >= until:
        refuse("hazard.extension", "已经逾期，不能再申请延期", "请尽快整改，有困难请上级接手督办")
    if not until < command.until <= until + law.longest_extension:
        refuse("hazard.extension", f"延期要晚于原期限，最多{law.longest_extension.days}天", "请改一个时间")
    ask = Extension(until=command.until, why=the_why(command.why), by=PersonId(command.by.id))
    return (e.ExtensionAsked(by=command.by, at=command.at, ask=ask),)


def answer_extension(now: Hazard, command: c.AnswerExtension, facts: Facts) -> tuple[e.Event, ...]:
    """By the safety department, for a major one by the leadership; never by whoever asked."""
    if now.extension is None:
        refuse("hazard.extension", "没有待批的延期", "请核对编号")
    who = PersonId(command.by.id)
    major = now.ruling[1].major
    if who not in present(facts.leadership if major else (*facts.safety, *facts.leadership), facts):
        refuse("who.role", "重大隐患延期由厂领导批" if major else "延期由安全管理部门批", "请联系他们")
    if who in {now.extension.by, now.responsible}:
        refuse("who.independent", "自己申请的延期不能自己批", "请其他人来批")
    if not command.granted:
        return (e.ExtensionRefused(by=command.by, at=command.at, why=the_why(command.why)),)
    return (e.ExtensionGranted(by=command.by, at=command.at, until=now.extension.until),)


def rectify(now: Hazard, command: c.Rectify, facts: Facts) -> tuple[e.Event, ...]:
    """Said to be put right: with new pictures beside those of before, a major one not without what the law wants."""
    _is_responsible(now, command)
    if wants_interim(now):
        refuse("hazard.interim", "重大隐患还没有报临时措施", "请先报整改前怎么控住危险")
    if wants_plan(now):
        refuse("hazard.plan", "重大隐患还没有治理方案（五落实）", "请厂领导先组织制定方案")
    if not now.before:
        refuse("hazard.before", "没有整改前的照片", "请先补一张整改前的照片")
    if not command.photos:
        refuse("hazard.after", "没有整改后的照片", "请拍一张整改后的照片")
    if set(command.photos) & {*now.before, *facts.used_photos}:
        refuse("hazard.after", "这张照片以前用过", "请到现场重新拍一张")
    if len(command.text.strip()) < SHORTEST_REASON:
        refuse("hazard.text", "没有写怎么整改的", "请写一句整改了什么")
    return (e.HazardRectified(by=command.by, at=command.at, text=command.text.strip(), photos=command.photos),)


def accept(now: Hazard, command: c.Accept, facts: Facts) -> tuple[e.Event, ...]:
    """By somebody whose hands were never on it; the first reporter may have earned something."""
    who = _may_judge(now, command, facts)
    done = e.HazardAccepted(by=command.by, at=command.at, comment=command.comment.strip())
    return (done, *_points(now, command, facts, who))


def send_back(now: Hazard, command: c.SendBack, facts: Facts) -> tuple[e.Event, ...]:
    """It is not put right: the same work order, a new round."""
    _may_judge(now, command, facts)
    return (e.HazardSentBack(by=command.by, at=command.at, why=the_why(command.why)),)


def _points(now: Hazard, command: c.Accept, facts: Facts, acceptor: PersonId) -> tuple[e.Event, ...]:
    """Nobody earns by his own fault, his own hands or his own word, twice for one thing, or beyond the day's cap."""
    reporter = None if now.reporter is None else now.reporter.as_person
    if reporter is None or now.earned or facts.earned_before or reporter in {now.responsible, acceptor, *now.hands}:
        return ()
    law, held = now.ruling
    points = min(law.points[held.plant], law.points_a_day - facts.earned_today)
    return (e.PointsEarned(by=command.by, at=command.at, to=reporter, points=points),) if points > 0 else ()


def _may_judge(now: Hazard, command: c.Accept | c.SendBack, facts: Facts) -> PersonId:
    who = PersonId(command.by.id)
    if who in {now.responsible, *now.hands}:
        refuse("who.independent", "整改的人不能自己验收", f"请{_names(acceptors(now, facts), facts)}验收")
    if who not in acceptors(now, facts):
        refuse("who.role", "这条隐患不由您验收", f"请{_names(acceptors(now, facts), facts)}验收")
    return who


def _is_responsible(now: Hazard, command: c.Command) -> None:
    if PersonId(command.by.id) != now.responsible:
        refuse("who.role", "这条隐患不是派给您的", "请整改责任人办理，或请安全管理部门改派")


def _names(people: Iterable[PersonId], facts: Facts) -> str:
    return "、".join(facts.people[one].name for one in people) or "厂领导"
