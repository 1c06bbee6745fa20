"""What is asked with one list of ticks: everything the rules hang on that neither the register nor the sentence tells.

What is not ticked does not apply, by the applicant's own word (docs/adr/0034). Facts that decide the grade come first;
a list holds at most as many ticks as a card can show, the rest follows on a second one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cards import words_draft as say
from handlers.request.details import DetailKey
from handlers.request.drafts import Asked, RequestDraft
from workflow.findings import Finding, Verdict
from workflow.permit.content import Content
from workflow.rules.situation import frozen, open_names
from workflow.rules.types import PermitRules
from workflow.values import WorkType

MOST_TICKS = 20
"""A card shows no more."""

COMMON = ("temporary_power", "blind_work", "at_height", "lifting", "digging", "road_closed")
OF_HOT = (
    "outdoor",
    "large_vessel",
    "outer_wall",
    "long_line",
    "open_surroundings",
    "in_confined_space",
    "oxygen_service",
)
OF_CS = ("rotating_equipment", "dusty", "sudden_change", "oxygen_shortage", "oxygen_rich")
OF_OTHERS: Mapping[WorkType, tuple[str, ...]] = {
    WorkType.BLIND: ("hot_work", "in_confined_space", "at_height", "lifting", "temporary_power"),
    WorkType.HEIGHT: ("outdoor", "hot_work", "in_confined_space", "blind_work", "lifting", "temporary_power"),
    WorkType.LIFT: (
        "outdoor",
        "complex_lift",
        "hot_work",
        "in_confined_space",
        "at_height",
        "blind_work",
        "temporary_power",
        "road_closed",
    ),
    WorkType.POWER: ("hot_work", "in_confined_space", "at_height", "digging", "road_closed"),
    WorkType.EARTH: (
        "buried_media",
        "in_unit_area",
        "on_road",
        "concerns_water",
        "concerns_electric",
        "concerns_steam",
        "concerns_process",
        "concerns_equipment",
        "concerns_fire",
        "fire_route_kept",
        "hot_work",
        "lifting",
        "temporary_power",
        "road_closed",
    ),
    WorkType.ROAD: ("fire_route_kept", "rain_snow_fog", "no_sign", "digging", "hot_work", "lifting", "temporary_power"),
}
"""Situations of the six other works on which chain, certificates and linked permits hang."""
WITH_ROOM: Mapping[WorkType, tuple[str, ...]] = {
    WorkType.BLIND: ("toxic_medium", "corrosive", "hot_medium", "cold_medium", "shared_line"),
    WorkType.HEIGHT: ("scaffold", "ladder_rope", "overlapping", "guard_removed"),
    WorkType.LIFT: ("near_hazmat", "near_power_line", "overhead_lines", "ground_bearing", "anchor_structure", "tandem"),
    WorkType.POWER: ("outdoor", "mixed_load", "overhead", "overhead_road", "surface_laid", "buried"),
    WorkType.EARTH: (),
    WorkType.ROAD: (),
}
"""What only proposes items of the checklist: asked along where the list has room, never for itself. Left open, the work
leader decides it when he ticks the measures."""
SITE_FIELDS = frozenset({"outdoor", "oxygen_rich"})
"""Situations that are fields of `SiteFacts`; the others are triggers."""
FORM_FIELDS = frozenset({"fire_route_kept", "buried_media"})
"""Situations that are fields of the work's own form."""
SAID_IN: Mapping[str, DetailKey] = {"fire_route_kept": DetailKey.ROUTE, "buried_media": DetailKey.BURIED}
"""The cells of the form in which a sentence tells them: ticked beforehand."""
GRADE_FACTS = frozenset({"fire_explosion", "operating", "major_hazard_dike", "pipe_rack"})
"""Facts of the place on which the grade of hot work hangs: asked one by one, as yes or no."""


def ask_grade(draft: RequestDraft, content: Content, findings: tuple[Finding, ...]) -> Asked | None:
    """The rules want facts nobody has told: one of the place as yes or no, all others as one list."""
    open_facts = [
        finding.gate.partition(".")[2]
        for finding in findings
        if finding.gate.startswith("grade.") and finding.verdict is Verdict.UNKNOWN
    ]
    for finding in findings:
        fact = finding.gate.partition(".")[2]
        if fact in open_facts and fact in GRADE_FACTS:
            return ask_fact(fact, finding.cure)
    wanted = [fact for fact in open_facts if fact in say.SITUATION]
    if not wanted:
        return None
    return _listed(draft, content, [*wanted, *OF_OTHERS.get(content.work, ())])


def ask_fact(fact: str, text: str) -> Asked:
    """One fact as yes or no."""
    return Asked(key=f"fact:{fact}", text=text, options=(("yes", say.YES), ("no", say.NO)))


def ask_situations(draft: RequestDraft, content: Content, rules: PermitRules) -> Asked | None:
    """What is left, once the grade is known; None when the list was answered."""
    if content.work not in OF_OTHERS:
        return None if draft.situations_answered else _hot_or_cs(draft, content, rules)
    known = frozen(rules)
    names = [*OF_OTHERS[content.work]]
    names += [name for need in rules.link_needs for name in open_names(need.when, known)]
    if "height_trade" in rules.holds:
        names.append("regularly_at_height")
    left = [name for name in names if name in say.SITUATION and name not in draft.ticked_off]
    return _listed(draft, content, left) if left else None


def _listed(draft: RequestDraft, content: Content, names: Iterable[str]) -> Asked:
    wanted = [*names, *WITH_ROOM.get(content.work, ())]
    left = [name for name in dict.fromkeys(wanted) if name not in draft.ticked_off][:MOST_TICKS]
    said = " ".join((draft.said.task, *draft.said.said))
    ticked = tuple(name for name in left if _holds(draft, content, name) or _told(name, said))
    options = tuple((name, say.SITUATION[name]) for name in left)
    return Asked(key="situations", text=say.SITUATIONS, options=options, many=True, ticked=ticked)


def _holds(draft: RequestDraft, content: Content, name: str) -> bool:
    if name in SITE_FIELDS:
        return getattr(content.facts, name) is True
    if name in SAID_IN and any(one.key is SAID_IN[name] and one.text == "yes" for one in draft.said.details):
        return True
    return draft.fact(name) is True or name in content.facts.triggers


_WORDS: Mapping[str, tuple[str, ...]] = {
    "at_height": ("米高", "离地", "登高", "高处", "高空", "爬高", "脚手架"),
    "scaffold": ("脚手架", "架子"),
    "ladder_rope": ("梯子", "爬梯", "绳"),
    "rain_work": ("雨天", "下雨"),
    "snow_work": ("雪天", "下雪"),
    "slippery": ("结冰", "有冰", "有油", "湿滑"),
    "hanging": ("悬空", "吊篮", "蜘蛛人"),
    "inside_tower": ("塔内", "罐内", "釜内"),
    "edge_opening": ("临边", "洞口", "坑边"),
    "live_line": ("带电作业",),
    "tandem": ("抬吊", "两台吊车", "双机"),
    "buried": ("埋地",),
    "overhead": ("架空",),
    "surface_laid": ("沿墙", "沿地"),
    "on_road": ("路边", "道路", "路面", "马路"),
    "concerns_electric": ("电缆", "光缆"),
    "concerns_water": ("给水", "排水", "雨水", "污水管", "水管"),
    "concerns_steam": ("蒸汽管", "热力管"),
    "hot_medium": ("高温",),
    "corrosive": ("硫酸", "盐酸", "烧碱", "液碱", "强酸", "强碱"),
    "hot_work": ("动火", "焊", "切割"),
    "lifting": ("吊装", "吊车"),
    "digging": ("动土", "开挖", "挖"),
    "road_closed": ("断路", "封路", "占道"),
    "temporary_power": ("临时用电", "临时电", "临电"),
}
"""Words of the applicant that put a tick beforehand; he may take it away."""


def _told(name: str, said: str) -> bool:
    return any(word in said for word in _WORDS.get(name, ()))


def _hot_or_cs(draft: RequestDraft, content: Content, rules: PermitRules) -> Asked:
    """Everything else the rules hang on, as one list to tick: what is not ticked is not so."""
    names = list(OF_HOT if content.work is WorkType.HOT else OF_CS)
    if "welding" in rules.holds:
        names.append("pressure_part")
    if "electric_welding" in rules.holds:
        names.append("welder_machine_over_10m")
    names += COMMON
    settled = {name for name in SITE_FIELDS if getattr(content.facts, name) is True}
    settled |= {"at_height"} if _told("at_height", " ".join((draft.said.task, *draft.said.said))) else set()
    ticked = tuple(name for name in names if name in settled or name in content.facts.triggers)
    options = tuple((name, say.SITUATION[name]) for name in names)
    return Asked(key="situations", text=say.SITUATIONS, options=options, many=True, ticked=ticked)
