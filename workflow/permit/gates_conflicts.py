"""Gates of the neighbours: other permits live at the same time, and other permits this one depends on (domain 4.3)."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.facts import OtherPermit
from workflow.findings import Severity, Verdict
from workflow.ids import PersonId
from workflow.permit.gates_alone import alone
from workflow.permit.gates_common import Answer, Asked, Moment, bad, good, open_
from workflow.permit.gates_site import written
from workflow.permit.state import Status
from workflow.remembered import Remembered
from workflow.rules.situation import frozen, holds
from workflow.rules.types import ConflictRule, LinkNeed, Reach
from workflow.simops.meeting import meets, ours, pair_of
from workflow.simops.pairs import bites, concerning
from workflow.values import WorkType

_ON_SITE = frozenset({Moment.START, Moment.DURING, Moment.RESUME})
_DEAD = frozenset({Status.REJECTED, Status.CANCELLED, Status.VOIDED, Status.EXPIRED})
_NOT_ISSUED = frozenset({Status.DRAFT, Status.SUBMITTED, Status.PREPARING, Status.IN_REVIEW})
_WORKING = frozenset({Status.ISSUED, Status.ACTIVE})
_IN_SPACE = "in_confined_space"
_COORDINATOR = "cross_coordinator"


def _others(asked: Asked) -> tuple[OtherPermit, ...]:
    """Those whose time meets this one's; on site only what is live counts, before also what is planned.

    What has ended and is counted out is neither: it is clear.
    """
    found = asked.facts.others or ()
    return tuple(
        other
        for other in found
        if other.id != asked.permit.id
        and other.interval.overlaps(asked.content.planned)
        and (other.live or (other.status in _NOT_ISSUED and asked.moment not in _ON_SITE))
    )


_ALONE: Remembered[tuple[ConflictRule, ...]] = Remembered(256)
"""Of these rules those that ask for no other permit."""


def conflict(asked: Asked) -> Iterator[Answer]:
    """Hard rules X1–X12 that concern this work. Not asked is not none: no search, no answer."""
    rules = asked.rules.conflicts
    lonely = _ALONE.of((rules,), lambda: tuple(rule for rule in rules if rule.reach is Reach.ALONE))
    found = [answer for rule in lonely for answer in alone(asked, rule)]
    if asked.facts.others is None:
        yield open_("没能查询附近的作业票", "请稍后再试，或由所在单位人工核对", "所在单位", button="refresh")
    else:
        found += [answer for other in _others(asked) for answer in _with(asked, other)]
    yield from found
    if not found and asked.facts.others is not None:
        yield good("附近没有冲突的作业")


def _with(asked: Asked, other: OtherPermit) -> Iterator[Answer]:
    """Every rule against one other permit; what only asks for a closer look is said in one sentence."""
    look: list[ConflictRule] = []
    for rule, sure in _biting(asked, other):
        if not sure and not rule.blocks_unknown:
            look.append(rule)
        else:
            yield _clash(asked, rule, other, sure=sure)
    if look:
        said = "；".join(dict.fromkeys(rule.text for rule in look))
        yield Answer(
            verdict=Verdict.UNKNOWN,
            fact=f"请核对与 {_what(other)} 是否冲突：{said}",
            cure=f"{_LOOK}。{_call(asked, other)}",
            who="所在单位",
            clause="；".join(dict.fromkeys(rule.clause for rule in look)),
            severity=Severity.WARN,
            call=_people(other),
            other=other.id,
        )


_Biting = tuple[tuple[ConflictRule, bool], ...]
_WEIGHED: Remembered[_Biting] = Remembered(2048)


def _biting(asked: Asked, other: OtherPermit) -> _Biting:
    """The rules that forbid both at once, with True, and those of which nobody can tell, with False."""
    # Asked at every decision about every neighbour, and neither says anything new from one to the next: as long as the
    # rules, our content and the other permit are these very objects, so is the answer.
    return _WEIGHED.of((asked.rules, asked.content, asked.permit.id, other), lambda: _weigh(asked, other))


def _weigh(asked: Asked, other: OtherPermit) -> _Biting:
    pair = pair_of(ours(asked.permit.id, asked.content, asked.known), asked.content, other)
    rules = concerning(asked.rules.conflicts, pair.mine.work, pair.theirs.work)
    answers = ((rule, bites(rule, pair)) for rule in rules)
    return tuple((rule, answer is True) for rule, answer in answers if answer is not False)


_LOOK = "请所在单位现场核对距离和作业内容，不能确定就错开时间"


def _clash(asked: Asked, rule: ConflictRule, other: OtherPermit, *, sure: bool) -> Answer:
    return Answer(
        verdict=Verdict.FAIL if sure else Verdict.UNKNOWN,
        fact=f"{'与' if sure else '不能确定与'} {_what(other)} {'' if sure else '是否'}冲突：{rule.text}",
        cure=f"{'请错开时间或改变地点' if sure else _LOOK}。{_call(asked, other)}",
        who="所在单位",
        gate=f"conflict.{rule.key}",
        rule=rule.text,
        clause=rule.clause,
        severity=None if other.live else Severity.WARN,
        call=_people(other),
        other=other.id,
    )


def _what(other: OtherPermit) -> str:
    if other.green:
        return f"绿色通道抢修 {other.id}（{other.place}，正在进行）"
    return f"{other.id}（{other.place}，{'有效' if other.live else '计划中'}）"


def _people(other: OtherPermit) -> tuple[PersonId, ...]:
    """Whom to call: on the site the guardian stays, before that the leader knows."""
    first = (other.guardian, other.leader) if other.status in _WORKING else (other.leader, other.guardian)
    return tuple(dict.fromkeys(first))


def _call(asked: Asked, other: OtherPermit) -> str:
    """One name to call, with what he is there and where he belongs. Telephone numbers are not for every reader."""
    who = _people(other)[0]
    part = "抢修负责人" if other.green else "监护人" if who == other.guardian else "作业负责人"
    person = asked.person(who)
    home = "" if person is None else person.employer or person.department
    return f"请联系{part}{asked.name(who)}{f'（{home}）' if home else ''}"


def crossing(asked: Asked) -> Iterator[Answer]:
    """Works that meet in place and time need a named coordinator and a joint look at the risks (4.7)."""
    if asked.facts.others is None:
        return
    linked = set(asked.content.linked)
    near = [other for other in _others(asked) if other.live and other.id not in linked and meets(other)]
    if not near:
        yield good("没有交叉作业")
        return
    what = "、".join(f"{other.id}（{other.place}{_level(asked, other)}）" for other in near)
    if _coordinator(asked):
        yield good(f"与 {what} 交叉，已定协调人")
    else:
        fact = f"与 {what} 同时同地或相邻，还没有写协调人"
        cure = f"请指定交叉作业协调人，共同辨识风险，并写进措施。{_call(asked, near[0])}"
        people = tuple(dict.fromkeys(person for other in near for person in _people(other)))
        yield Answer(
            verdict=Verdict.FAIL, fact=fact, cure=cure, who="作业负责人", button="measures", call=people,
            other=near[0].id,
        )  # fmt: skip


def _level(asked: Asked, other: OtherPermit) -> str:
    """How grave the soft matrix takes the two, for people to read; it decides nothing."""
    both = {asked.content.work, other.work}
    level = next((one.level for one in asked.rules.crossings if set(one.works) == both), "")
    return f"，交叉风险{level}" if level else ""


def _coordinator(asked: Asked) -> bool:
    for measure in asked.rules.measures:
        state = asked.permit.measures.get(measure.no)
        if measure.gate == _COORDINATOR and state is not None and state.involved:
            return bool(written(state))
    return False


# --- people in two places -------------------------------------------------------------------------------------------


def guardian_twice(asked: Asked) -> Iterator[Answer]:
    """A guardian guards one place and does nothing else (4.10). One job under linked permits is one place."""
    if asked.facts.others is None:
        return
    guardian, content = asked.guardian, asked.content
    team = {asked.leader, *content.workers}
    busy: list[tuple[PersonId, OtherPermit, str]] = []
    for other in _others(asked):
        one_job = other.id in content.linked and other.same_area
        if guardian in (other.leader, *other.workers):
            busy.append((guardian, other, "抢修" if other.green else "作业"))
        elif guardian == other.guardian and not one_job:
            busy.append((guardian, other, "监护"))
        if other.guardian in team and not other.green:
            busy.append((other.guardian, other, "监护"))
    for person, other, doing in busy:
        fact = f"{asked.name(person)}同时在 {other.id}（{other.place}）{doing}"
        severity = None if other.live else Severity.WARN
        yield bad(fact, "监护人须专职在岗，请另派人员", "申请人", button="edit", severity=severity)
    if not busy:
        yield good("监护人没有别的作业")


def crew_twice(asked: Asked) -> Iterator[Answer]:
    """Nobody works in two places at once."""
    if asked.facts.others is None:
        return
    team = {asked.leader, *asked.content.workers}
    found = False
    for other in _others(asked):
        both = sorted(team & {other.leader, *other.workers})
        if both and other.id not in asked.content.linked:
            found = True
            fact = f"{asked.names(both)}同时在 {other.id}（{other.place}）作业"
            yield bad(fact, "请核对人员安排，同一时间只在一处作业", "申请人")
    if not found:
        yield good("作业人员没有同时在别处作业")


# --- linked permits -------------------------------------------------------------------------------------------------


def linked_permits(asked: Asked) -> Iterator[Answer]:
    """The permits this one names exist, are not dead, and are issued by the time work starts (4.6)."""
    content, known = asked.content, asked.facts.linked
    if not content.linked:
        return
    if known is None:
        yield open_("没能查询关联的作业票", "请稍后再试", "申请人", button="refresh")
        return
    found = False
    for number in content.linked:
        status = known.get(number)
        if status is None:
            found = True
            yield open_(f"系统里找不到关联票 {number}", "请核对编号；纸质票写进措施清单", "申请人", button="edit")
        elif status in _DEAD:
            found = True
            yield bad(f"关联票 {number} 已作废、取消或过期", "请重新办理关联票", "申请人", button="edit")
        elif status in _NOT_ISSUED and asked.moment in _ON_SITE:
            found = True
            yield bad(f"关联票 {number} 还没有签发", "请先办好关联票", "申请人")
        elif status is Status.SUSPENDED:
            yield bad(f"关联票 {number} 已中止", "请确认中止原因不影响本作业", "监护人", severity=Severity.WARN)
    if not found:
        yield good("关联票有效")


_LINKS: Remembered[tuple[tuple[LinkNeed, bool | None], ...]] = Remembered(256)
"""Of each need of these rules whether it is one, as far as the rules' own knowledge tells."""


def each_special_work_has_permit(asked: Asked) -> Iterator[Answer]:
    """Work that touches another special work needs that one's permit too, and the space's permit must be live (4.6)."""
    rules = asked.rules
    said = _LINKS.of((rules,), lambda: tuple((need, holds(need.when, frozen(rules))) for need in rules.link_needs))
    for need, answer in said:
        wanted = _wanted(asked, need, answer)
        if wanted is True:
            yield from _linked_work(asked, need)
        elif wanted is None:
            fact = f"还没有说明是否涉及{_WORDS[need.work]}"
            yield open_(fact, "请说明", "申请人", button="edit", clause=need.clause, severity=Severity.WARN)


_WORDS = {
    WorkType.HOT: "动火",
    WorkType.CONFINED_SPACE: "受限空间",
    WorkType.BLIND: "盲板抽堵",
    WorkType.HEIGHT: "高处",
    WorkType.LIFT: "吊装",
    WorkType.POWER: "临时用电",
    WorkType.EARTH: "动土",
    WorkType.ROAD: "断路",
}


def _wanted(asked: Asked, need: LinkNeed, answer: bool | None) -> bool | None:
    """``answer``: whether its condition holds by what was said."""
    if need.when != _IN_SPACE:
        return answer
    if answer is not None:
        return answer  # work on the outer wall of a tank is not work in it
    area, equipment = asked.facts.area, asked.facts.equipment
    if (area is not None and area.confined_space) or (equipment is not None and equipment.confined_space):
        return True
    return False if area is not None else None


def _linked_work(asked: Asked, need: LinkNeed) -> Iterator[Answer]:
    name, linked = _WORDS[need.work], asked.content.linked
    if not linked:
        yield bad(
            f"涉及{name}，没有关联{name}作业票",
            f"请先办{name}作业票并关联",
            "申请人",
            button="edit",
            clause=need.clause,
        )
        return
    same = [other for other in asked.facts.others or () if other.id in linked and other.work is need.work]
    if not same:
        fact = f"关联票里没有查到{name}作业票"
        yield open_(fact, f"请核对{name}作业票编号", "申请人", clause=need.clause)
    elif need.work is WorkType.CONFINED_SPACE and asked.moment in _ON_SITE and same[0].status not in _WORKING:
        fact = f"{name}作业票 {same[0].id} 现在不在有效作业状态"
        yield bad(fact, f"请先恢复{name}作业票", "监护人", clause=need.clause)
    else:
        yield good(f"已关联{name}作业票 {same[0].id}", clause=need.clause)


def linked_power(asked: Asked) -> Iterator[Answer]:
    """Temporary power for hot or confined-space work starts and ends with it (10.8, X10); asked from both sides."""
    for other in asked.facts.others or ():
        if not _serves(asked, other):
            continue
        name = f"临时用电 {other.id}" if other.work is WorkType.POWER else f"所服务的 {other.id}"
        # Live past its end the interval is stretched; the paper's own times are compared.
        theirs = other.interval if other.what is None else other.what.planned
        if theirs == asked.content.planned:
            yield good(f"{name} 与本票起止时间一致")
        else:
            fact = f"{name} 的起止时间与本票不一致"
            cure = f"请把两张票的开始和结束时间改成一致。{_call(asked, other)}"
            yield Answer(
                verdict=Verdict.FAIL, fact=fact, cure=cure, who="申请人", button="edit", call=_people(other),
                other=other.id,
            )  # fmt: skip


_SERVED = frozenset({WorkType.HOT, WorkType.CONFINED_SPACE})


def _serves(asked: Asked, other: OtherPermit) -> bool:
    """One is temporary power for the other."""
    named = other.id in asked.content.linked
    names_us = other.what is not None and asked.permit.id in other.what.linked
    if not (named or names_us) or other.status in _DEAD:
        return False
    works = {asked.content.work, other.work}
    return WorkType.POWER in works and bool(works & _SERVED)
