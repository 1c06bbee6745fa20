"""What no single file can show: names that mean nothing, packs that contradict each other, a plant that loosens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, cast

from storage import policy_build as build
from storage import policy_models as m
from storage import policy_models_plant as p
from storage import policy_models_work as w
from storage.policy_loosening import loosened
from storage.policy_yaml import Path_, Problem, Source
from workflow.permit.gates import KEYS as GATES
from workflow.permit.gates_alone import RULES as ALONE
from workflow.permit.named import ON_FORM
from workflow.rules import calendars
from workflow.rules.chains import ACCEPTANCE, RESUME, START
from workflow.rules.checklists import EVIDENCE
from workflow.rules.quantities import PASSING, QUANTITIES
from workflow.rules.situation import ALWAYS, CONTENT_FACTS, DETAIL_FACTS, FREE, LINKED, figures_of, grades_of, names_of
from workflow.rules.types import GRADES, Grade, Reach, Role
from workflow.values import STRENGTH, WorkType

_NAMED = frozenset({Role.APPLICANT, Role.WORK_LEADER, Role.WORKER, Role.GUARDIAN, *ON_FORM})
"""Roles that the permit itself names; every other role needs posts."""
_CERTIFIED = frozenset({Role.WORKER, Role.WORK_LEADER, Role.GUARDIAN, Role.APPROVER, *ON_FORM})
"""Roles a certificate can be asked of; 审批人 are those who sign the chain."""
_SITUATIONS = frozenset({calendars.NIGHT, calendars.HOLIDAY, calendars.REST_DAY})
_CONDITIONS = frozenset({"when", "trigger", "only_when"})
_BY_GRADE = frozenset({"role", "validity", "retest_after_break"})

Tables = tuple[tuple[m.Gases, Source], tuple[m.Words, Source], tuple[p.Plant, Source]]


@dataclass(frozen=True, kw_only=True)
class Files:
    """Every policy file, read and shaped; a table is None only while its problems are being gathered."""

    packs: tuple[tuple[m.Pack, Source], ...]
    years: tuple[tuple[m.Year, Source], ...]
    gases: tuple[m.Gases, Source] | None
    words: tuple[m.Words, Source] | None
    plant: tuple[p.Plant, Source] | None

    @property
    def tables(self) -> Tables:
        """Gas table, vocabulary and plant of files that were all readable."""
        return cast("Tables", (self.gases, self.words, self.plant))

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name a condition may use."""
        words = self.tables[1][0]
        found = {*CONTENT_FACTS, *DETAIL_FACTS, *words.questions, *words.derived, *words.any_of, *_SITUATIONS}
        found |= {ALWAYS, FREE, LINKED, *(f"gas:{gas}" for gas in self.tables[0][0].gases)}
        for methods in words.methods.values():
            for key, method in methods.items():
                found |= {key, *method.implies}
        return frozenset(found)

    @cached_property
    def activities(self) -> frozenset[str]:
        """Everything a work may be said to do."""
        words = self.tables[1][0]
        return frozenset({*words.activities, *(key for methods in words.methods.values() for key in methods)})


def look(files: Files) -> list[Problem]:
    """Every problem across the files; empty when they can be used together."""
    checks: tuple[Callable[[Files], Iterator[Problem]], ...] = (
        _conditions,
        _packs,
        _grades,
        _gates_and_evidence,
        _gases,
        _roles,
        _words,
        _figures,
        _years,
        _plant,
        _nodes,
    )
    found = [problem for check in checks for problem in check(files)]
    return found or list(_loosened(files))


def _walk(value: Any, where: Path_ = ()) -> Iterator[tuple[Path_, str, Any]]:
    """Every (path, key, value) of a file."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*where, key), key, inner
            yield from _walk(inner, (*where, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _walk(inner, (*where, index))


def _conditions(files: Files) -> Iterator[Problem]:
    """A misspelt fact would silently never hold."""
    for source in (*(source for _, source in files.packs), files.tables[2][1]):
        for where, key, value in _walk(source.data):
            if key not in _CONDITIONS:
                continue
            for condition in value if isinstance(value, list) else [value]:
                for name in names_of(condition):
                    if name not in files.names:
                        yield source.problem(where, f"没有「{name}」这个条件，请在 vocabulary.yaml 里定义")
                for figure in figures_of(condition):
                    if figure not in QUANTITIES:
                        yield source.problem(where, f"「{figure}」不是数值，不能比较大小")
                    elif figure in PASSING and "reminders" not in where:
                        yield source.problem(where, f"「{figure}」只能用在 reminders 里")


def _packs(files: Files) -> Iterator[Problem]:
    industries = files.tables[1][0].industries
    ids = Counter(model.pack for model, _ in files.packs)
    for model, source in files.packs:
        if ids[model.pack] > 1:
            yield source.problem(("pack",), f"「{model.pack}」用了两次")
        if model.effective_from and model.effective_to and model.effective_to < model.effective_from:
            yield source.problem(("effective_to",), "早于 effective_from")
        for index, industry in enumerate(model.industries):
            if industry not in industries:
                yield source.problem(("industries", index), f"没有「{industry}」这个行业")
        for work, section in model.works.items():
            like = section.measures.like if section.measures else None
            if like is not None and not _has_checklist(files, like, work):
                yield source.problem(("works", work, "measures", "like"), f"「{like}」里没有这类作业的措施清单")
    if sum(model.fills_gaps for model, _ in files.packs) > 1:
        for model, source in files.packs:
            if model.fills_gaps:
                yield source.problem(("fills_gaps",), "只能有一个补缺的规则包")
    yield from _two_gradings(files)


def _has_checklist(files: Files, pack: str, work: WorkType) -> bool:
    section = next((model.works.get(work) for model, _ in files.packs if model.pack == pack), None)
    return section is not None and section.measures is not None and bool(section.measures.items)


def _two_gradings(files: Files) -> Iterator[Problem]:
    """Of two grading tables in force together none is the stricter."""
    for work in WorkType:
        graded = [one for one in files.packs if (found := one[0].works.get(work)) and found.grading]
        for index, (model, source) in enumerate(graded):
            for other, _ in graded[:index]:
                if _together(model, other):
                    where = ("works", work, "grading")
                    yield source.problem(where, f"与「{other.pack}」同时有效，两张分级表无法取严")


def _together(one: m.Pack, other: m.Pack) -> bool:
    starts = max(one.effective_from or date.min, other.effective_from or date.min)
    ends = min(one.effective_to or date.max, other.effective_to or date.max)
    return starts <= ends and bool(set(one.industries) & set(other.industries))


def _grades(files: Files) -> Iterator[Problem]:
    """A grade its work does not have would bind nothing; a grade without an approver would wait for ever."""
    for model, source in files.packs:
        for work, section in model.works.items():
            allowed = set(GRADES[work]) or {Grade.NONE}
            yield from _strange_grades(source, ("works", work), work)
            for index, node in enumerate(section.chain.nodes if section.chain else ()):
                missing = allowed - set(node.role) if isinstance(node.role, dict) else set()
                if missing:
                    text = f"没有写 {'、'.join(sorted(missing))} 由谁签"
                    yield source.problem(("works", work, "chain", "nodes", index, "role"), text)
    plant, source = files.tables[2]
    for work in plant.tighten:
        yield from _strange_grades(source, ("tighten", work), work)


def _strange_grades(source: Source, section: Path_, work: WorkType) -> Iterator[Problem]:
    value: Any = source.data
    for part in section:
        value = value.get(part, {})
    allowed = {*(GRADES[work] or (Grade.NONE,)), "all"}
    for where, key, inner in _walk(value, section):
        for grade in _named_grades(key, inner):
            if grade not in allowed:
                yield source.problem(where, f"这类作业没有「{grade}」这个级别")


def _named_grades(key: str, value: Any) -> list[str]:
    if key in _CONDITIONS:
        return [grade for each in (value if isinstance(value, list) else [value]) for grade in grades_of(each)]
    if key in _BY_GRADE and isinstance(value, dict):
        return list(value)
    return [value] if key in ("grade", "from", "to") and isinstance(value, str) else []


def _gates_and_evidence(files: Files) -> Iterator[Problem]:
    for model, source in files.packs:
        for gate in model.citations:
            if gate not in GATES:
                yield source.problem(("citations", gate), "没有这一道关口")
        for where, key, value in _walk(source.data):
            if key == "gate" and value not in GATES:
                yield source.problem(where, f"没有「{value}」这一道关口")
            if key == "evidence" and set(filter(None, value.split("+"))) - EVIDENCE:
                yield source.problem(where, f"证据应为 {'、'.join(sorted(EVIDENCE))}，用 + 连接")


def _gases(files: Files) -> Iterator[Problem]:
    """Every gas a rule speaks of is in the table; ``flammable`` and ``o2`` are no gases of the table."""
    (table, table_source), _, (_, plant_source) = files.tables
    known = {*table.gases, "flammable", "o2"}
    for source in (*(source for _, source in files.packs), plant_source):
        for where, key, value in _walk(source.data):
            if key == "gas" and isinstance(value, str) and value not in known:
                yield source.problem(where, f"气体表里没有「{value}」")
    seen: dict[str, str] = {}
    for gas, row in table.gases.items():
        for name in dict.fromkeys((gas, row.label, *row.aliases)):
            if seen.setdefault(name.lower(), gas) != gas:
                yield table_source.problem(("gases", gas), f"「{name}」也是 {seen[name.lower()]} 的名称")


def _roles(files: Files) -> Iterator[Problem]:
    """A role that may have to sign, and that nobody holds, would leave a permit waiting for ever."""
    _, (words, words_source), (plant, plant_source) = files.tables
    for role in Role:
        if role not in words.roles:
            yield words_source.problem(("roles",), f"缺少角色「{role}」的名称")
    for role in _needed(files):
        if not plant.roles.get(role):
            name = words.roles.get(role, role)
            yield plant_source.problem(("roles", role), f"没有写由哪个岗位担任「{name}」，这一步会没有人能签")


def _needed(files: Files) -> list[Role]:
    plant = files.tables[2][0]
    found: dict[Role, None] = {}
    for model, _ in files.packs:
        for work, section in model.works.items():
            if work not in plant.start_within or not binds(model, plant, work):
                continue
            for node in section.chain.nodes if section.chain else ():
                found |= dict.fromkeys(node.role.values() if isinstance(node.role, dict) else (node.role,))
            found |= dict.fromkeys((*section.start_roles, *section.resume_roles, *section.acceptance_roles))
    found |= dict.fromkeys(node.role for node in plant.extra_nodes)
    found |= dict.fromkeys(
        role for nodes in plant.raise_level.values() for each in nodes.values() for role in each.values()
    )
    return [role for role in found if role not in _NAMED]


def binds(model: m.Pack, plant: p.Plant, work: WorkType) -> bool:
    """Whether a pack can ever bind this work at the plant; the defaults fill gaps everywhere."""
    return model.fills_gaps or plant.industry in model.industries or model.pack in plant.borrow.get(work, ())


def _words(files: Files) -> Iterator[Problem]:
    _, (words, source), _ = files.tables
    for _model, pack_source in files.packs:
        for where, key, value in _walk(pack_source.data):
            if key == "role" and where[-3:-2] == ("certificates",) and value not in _CERTIFIED:
                yield pack_source.problem(where, f"证书要求只能写给 {'、'.join(sorted(_CERTIFIED))}")
    asked = (*CONTENT_FACTS, *DETAIL_FACTS, *(part for parts in words.any_of.values() for part in parts))
    for fact in dict.fromkeys(asked):
        if fact not in words.questions and fact not in words.derived and fact not in words.any_of:
            yield source.problem(("questions",), f"缺少「{fact}」的问句")
    for model, pack_source in files.packs:
        for index, rule in enumerate(model.conflicts):
            if rule.reach is Reach.ALONE and rule.key not in ALONE:
                yield pack_source.problem(("conflicts", index, "key"), f"没有这条单票规则；可写 {'、'.join(ALONE)}")
            for name in (*rule.methods, *rule.other_methods, *rule.always_methods):
                if name not in files.activities:
                    yield pack_source.problem(("conflicts", index), f"没有「{name}」这种作业方式或活动")


def _figures(files: Files) -> Iterator[Problem]:
    _, (words, source), _ = files.tables
    for figure in QUANTITIES:
        if figure not in words.figures:
            yield source.problem(("figures",), f"缺少「{figure}」的问句")
    for figure in words.figures:
        if figure not in QUANTITIES:
            yield source.problem(("figures", figure), "系统不认识这个数值")


def _years(files: Files) -> Iterator[Problem]:
    seen: dict[int, str] = {}
    for model, source in files.years:
        if model.year in seen:
            yield source.problem(("year",), f"{model.year} 年已在 {seen[model.year]} 里")
        seen[model.year] = source.name
        for name, days in model.holidays.items():
            for index, day in enumerate(days):
                if day.year != model.year:
                    yield source.problem(("holidays", name, index), f"不是 {model.year} 年的日期")
        for index, day in enumerate(model.workdays):
            if day.year != model.year:
                yield source.problem(("workdays", index), f"不是 {model.year} 年的日期")
            if day in {day for days in model.holidays.values() for day in days}:
                yield source.problem(("workdays", index), "同一天既放假又上班")


def _plant(files: Files) -> Iterator[Problem]:
    _, (words, _), (plant, source) = files.tables
    packs = {model.pack for model, _ in files.packs}
    if plant.industry not in words.industries:
        yield source.problem(("industry",), f"没有「{plant.industry}」这个行业")
    for work, ids in plant.borrow.items():
        for index, pack in enumerate(ids):
            if pack not in packs:
                yield source.problem(("borrow", work, index), f"没有「{pack}」这个规则包")
    if plant.night.from_ == plant.night.to:
        yield source.problem(("night",), "夜间的起止时刻不能相同")
    if not plant.duty_leader:
        yield source.problem(("duty_leader",), "至少写一个岗位：逾期审批最后要有人接")
    yield from _overseers(plant, source)


def _overseers(plant: p.Plant, source: Source) -> Iterator[Problem]:
    """Who sees whole places: roles people hold by a post, each once; named in a permit one looks after no place."""
    if plant.overseers == []:
        yield source.problem(("overseers",), "至少写一个角色；整行删去就用默认的")
    for index, role in enumerate(plant.overseers or ()):
        here = ("overseers", index)
        if not plant.roles.get(role):
            yield source.problem(here, f"「{role}」没有写由哪个岗位担任，没有人能因此看到区域")
        if role in (plant.overseers or ())[:index]:
            yield source.problem(here, f"「{role}」写了两次")


def _nodes(files: Files) -> Iterator[Problem]:
    """Nodes may be added and raised, never dropped or replaced (4.6, 4.11)."""
    _, _, (plant, source) = files.tables
    law = {work: _statutory(files, plant, work) for work in WorkType}
    for work, keys in plant.drop_nodes.items():
        for index, key in enumerate(keys):
            reason = "是法定审批环节，不能取消（GB 30871-2022 4.6、4.11）" if key in law[work] else "没有这个审批环节"
            yield source.problem(("drop_nodes", work, index), f"「{key}」{reason}")
    for index, node in enumerate(plant.extra_nodes):
        here = ("extra_nodes", index)
        own = {other.key for other in plant.extra_nodes[:index] if other.work is node.work}
        if node.key in law[node.work] or node.key in own or node.key in _AT_WORK:
            yield source.problem((*here, "key"), f"「{node.key}」已是审批环节，增加的环节要另起名")
        if node.after and node.after not in {*law[node.work], *own}:
            yield source.problem((*here, "after"), f"没有「{node.after}」这个审批环节")
    known = {key for nodes in law.values() for key in nodes} | {node.key for node in plant.extra_nodes}
    for index, key in enumerate(plant.at_site):
        if key not in known:
            yield source.problem(("at_site", index), f"没有「{key}」这个审批环节")
    for key in plant.proofs:
        if key not in {"default", "site", *_AT_WORK, *known}:
            yield source.problem(("proofs", key), f"没有「{key}」这个审批环节")
    yield from _weaker_than_site(plant, source)


_AT_WORK = frozenset({START, RESUME, ACCEPTANCE})
"""Steps after the issue that ``proofs`` may name beside the nodes of the chain."""


def _weaker_than_site(plant: p.Plant, source: Source) -> Iterator[Problem]:
    """``start`` and ``resume`` add to ``site``: a weaker word there would look like a relief and be none."""
    site = plant.proofs["site"]
    for key in (START, RESUME):
        given = plant.proofs.get(key)
        weaker = given is not None and any(
            STRENGTH[one] < STRENGTH[other] for one in p.methods(given) for other in p.methods(site)
        )
        if weaker:
            yield source.problem(("proofs", key), "不能比 site 弱：site 是开工、复工的最低强度，这里只能加严")


def _statutory(files: Files, plant: p.Plant, work: WorkType) -> Mapping[str, w.Node]:
    found: dict[str, w.Node] = {}
    for model, _ in files.packs:
        section = model.works.get(work)
        if section is not None and section.chain is not None and binds(model, plant, work):
            for node in section.chain.nodes:
                found.setdefault(node.key, node)
    return found


def _loosened(files: Files) -> Iterator[Problem]:
    _, _, (plant, source) = files.tables
    models = {model.pack: model for model, _ in files.packs}
    packs = [(model, build.pack(model, one, models)) for model, one in files.packs]
    for work in WorkType:
        laws = [
            (model.fills_gaps, pack.works[work])
            for model, pack in packs
            if work in pack.works and binds(model, plant, work)
        ]
        for where, message in loosened(plant, work, laws, _statutory(files, plant, work)):
            yield source.problem(where, message)
