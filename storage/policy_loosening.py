"""A plant may tighten a value, never loosen it. Each of its values is held against every pack that can bind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from storage import policy_models_plant as p
from storage import policy_models_work as w
from storage.policy_build_plant import tightening
from storage.policy_yaml import Path_
from workflow.rules.law import APPROVER_LEVELS, LimitLaw, Span, WorkLaw
from workflow.rules.types import GRADES, Grade, Role
from workflow.rules.validity import spoken
from workflow.values import WorkType

Complaint = tuple[Path_, str]


def loosened(
    plant: p.Plant, work: WorkType, laws: Sequence[tuple[bool, WorkLaw]], nodes: Mapping[str, w.Node]
) -> Iterator[Complaint]:
    """Every place where the plant's file is looser than a pack or the defaults, with the clause it would break.

    ``laws`` says of each whether it only fills gaps.
    """
    own = tightening(plant, work)
    here: Path_ = ("tighten", work)
    for _, law in laws:
        yield from _longer((*here, "validity"), own.validity, law.validity)
        if own.wind_stop and law.wind_stop and own.wind_stop.value > law.wind_stop.value:
            clause = law.wind_stop.clause
            yield (*here, "wind_stop"), f"比 {clause} 的 {law.wind_stop.value} m/s 宽松，只能更低"
        if own.fire_watch and law.fire_watch and own.fire_watch.value < law.fire_watch.value:
            yield ("fire_watch", work), f"短于 {spoken(law.fire_watch.value)}（{law.fire_watch.clause}），只能更长"
        yield from _gas((*here, "gas"), own, law)
        yield from _measures((*here, "measures"), own, law)
    yield from _extra_grades(plant, work)
    yield from _own_validity(plant, work, laws)
    yield from _dropped(plant, work, laws)
    yield from _levels(plant, work, nodes)


def _longer(where: Path_, own: Mapping[Grade, Span], law: Mapping[Grade, Span]) -> Iterator[Complaint]:
    """What the law says of all grades is held against every grade the plant names."""
    for grade, mine in own.items():
        span = law.get(grade) or law.get(Grade.NONE)
        if grade not in law and grade is not Grade.NONE and own.get(Grade.NONE) == mine:
            continue  # written once as `all`, and told there
        if span is not None and mine.value > span.value:
            text = f"{spoken(mine.value)} 比 {span.clause} 的 {_length(span.value)} 宽松，只能更短"
            yield (*where, "all" if grade is Grade.NONE else grade), text


def _gas(where: Path_, own: WorkLaw, law: WorkLaw) -> Iterator[Complaint]:
    if own.gas is None or law.gas is None:
        return
    pairs = (
        ("max_age", own.gas.max_age, law.gas.max_age),
        ("record_every", own.gas.record_every, law.gas.record_every),
    )
    for key, mine, theirs in pairs:
        if mine and theirs and mine.value > theirs.value:
            text = f"{spoken(mine.value)} 比 {theirs.clause} 的 {_length(theirs.value)} 宽松，只能更短"
            yield (*where, key), text
    yield from _longer((*where, "retest_after_break"), own.gas.retest, law.gas.retest)
    for index, limit in enumerate(own.gas.limits):
        for theirs_ in law.gas.limits:
            if _same(limit, theirs_):
                yield from _wider((*where, "limits", index), limit, theirs_)


def _same(mine: LimitLaw, theirs: LimitLaw) -> bool:
    """Whether both speak of the same thing under the same condition."""
    return (mine.gas, mine.unit) == (theirs.gas, theirs.unit) and (mine.when == theirs.when or theirs.when == "always")


def _wider(where: Path_, mine: LimitLaw, theirs: LimitLaw) -> Iterator[Complaint]:
    special = theirs.lel_below is not None or theirs.unknown_gas
    if mine.high is not None and theirs.high is not None and mine.high > theirs.high and not special:
        yield (*where, "high"), f"{mine.high} 比 {theirs.clause} 的 {theirs.high}{theirs.unit} 宽松，只能更低"
    if mine.low is not None and theirs.low is not None and mine.low < theirs.low:
        yield (*where, "low"), f"{mine.low} 比 {theirs.clause} 的 {theirs.low}{theirs.unit} 宽松，只能更高"


def _measures(where: Path_, own: WorkLaw, law: WorkLaw) -> Iterator[Complaint]:
    printed = {each.item.no for each in law.measures}
    for index, each in enumerate(own.measures):
        if each.item.no in printed:
            yield (*where, index, "no"), f"「{each.item.no}」是法定措施，增加的措施要另编号"


def _extra_grades(plant: p.Plant, work: WorkType) -> Iterator[Complaint]:
    """A node for a grade the work does not have would never be signed."""
    for index, node in enumerate(plant.extra_nodes):
        for grade in node.grades:
            if node.work is work and grade not in _levels_of(work):
                yield ("extra_nodes", index, "grades"), f"这类作业没有「{grade}」这个级别"


LONGEST_OWN = timedelta(days=7)
"""Where no instrument gives a validity the plant chooses, yet never an open end (domain 1.1); 7 days is the most any
graded text allows for work that goes on in daily turns (height)."""


def _own_validity(plant: p.Plant, work: WorkType, laws: Sequence[tuple[bool, WorkLaw]]) -> Iterator[Complaint]:
    chosen = plant.validity.get(work)
    if chosen is None:
        return
    stated = next((span for spare, law in laws if not spare for span in law.validity.values()), None)
    if stated is not None:
        yield ("validity", work), f"{stated.clause} 已规定有效期；要更短请写在 tighten 里"
    elif chosen > LONGEST_OWN:
        yield ("validity", work), f"{spoken(chosen)} 太长：没有规定有效期的作业最长 {spoken(LONGEST_OWN)}"


def _dropped(plant: p.Plant, work: WorkType, laws: Sequence[tuple[bool, WorkLaw]]) -> Iterator[Complaint]:
    printed = {each.item.no for _, law in laws for each in law.measures}
    for index, number in enumerate(plant.drop_measures.get(work, ())):
        reason = "是法定安全措施，不能取消；不涉及的在票上选不涉及" if number in printed else "没有这条措施"
        yield ("drop_measures", work, index), f"「{number}」{reason}"


def _levels_of(work: WorkType) -> tuple[Grade, ...]:
    return GRADES[work] or (Grade.NONE,)


def _levels(plant: p.Plant, work: WorkType, nodes: Mapping[str, w.Node]) -> Iterator[Complaint]:
    for key, roles in plant.raise_level.get(work, {}).items():
        where: Path_ = ("raise_level", work, key)
        if key not in nodes:
            yield where, "没有这个审批环节"
            continue
        for grade, role in roles.items():
            law = nodes[key].role
            lawful = law if isinstance(law, Role) else law.get(grade)
            if lawful is None or not {lawful, role} <= set(APPROVER_LEVELS) or grade not in _levels_of(work):
                yield (*where, grade), "这里不能改审批级别"
            elif APPROVER_LEVELS[role] < APPROVER_LEVELS[lawful]:
                yield (*where, grade), f"「{role}」低于法定的「{lawful}」，只能提高"
            elif APPROVER_LEVELS[role] == APPROVER_LEVELS[lawful] and role is not lawful:
                yield (*where, grade), f"「{role}」与法定的「{lawful}」平级，不能替代，只能提高"


def _length(value: timedelta) -> str:
    return spoken(value) if value else "任何中断"
