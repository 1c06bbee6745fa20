"""Gates of the people: known, certified, experienced, briefed, and at the place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from workflow.findings import Severity
from workflow.ids import PersonId
from workflow.permit.gates_common import Answer, Asked, Moment, bad, good, open_
from workflow.permit.named import ON_FORM
from workflow.plant import Person
from workflow.remembered import Remembered
from workflow.rules import certificates
from workflow.rules.certificates import ADMITS, WORDS, Standing
from workflow.rules.types import CertificateLaw, CertificateNeed, PermitRules, Role
from workflow.values import WorkType

_NO_EXPERIENCE = Decimal(0)


def people_known(asked: Asked) -> Iterator[Answer]:
    """Everybody named is on the plant's list and still there."""
    content = asked.content
    named = dict.fromkeys((asked.leader, asked.guardian, *content.workers))
    strangers = [who for who in named if asked.person(who) is None]
    gone = [who for who in named if (person := asked.person(who)) is not None and not person.active]
    if gone:
        yield bad(f"{asked.names(gone)}已离岗停用", "请更换人员", "申请人", button="edit")
    if strangers:
        yield open_(f"人员台账里找不到 {asked.names(strangers)}", "请先登记人员", "安全管理部门")
    people = [person for who in named if (person := asked.person(who)) is not None]
    companies = [person.employer for person in people if person.employer]
    if content.work_unit in asked.facts.admissions:
        companies.append(content.work_unit)
    lapsed = [answer for company in dict.fromkeys(companies) for answer in _admitted(asked, company)]
    yield from lapsed
    if not gone and not strangers and not lapsed:
        yield good("人员都在台账里，承包商资质有效" if companies else "人员都在台账里")


_ADMISSION = "承包商资质在有效期内"


def _admitted(asked: Asked, company: str) -> Iterator[Answer]:
    """The contractor may work here on the day of work, its last day included; what nobody has recorded is unknown."""
    known, on = asked.facts.admissions.get(company), asked.day_of_work
    cure = "请更换作业单位，或由安全管理部门复核资质后更新台账"
    if known is None or (known.active and known.until is None):
        what = "台账里没有这家单位" if known is None else "没有登记资质有效期"
        yield open_(f"承包商{company}：{what}", "请登记承包商资质和有效期", "安全管理部门", rule=_ADMISSION)
    elif not known.active:
        yield bad(f"承包商{company}已停用", cure, "安全管理部门", rule=_ADMISSION)
    elif known.until is not None and known.until < on:
        yield bad(f"承包商资质到期：{company}（有效期至 {known.until}）", cure, "安全管理部门", rule=_ADMISSION)
    elif known.until is not None and known.until < asked.day(asked.content.planned.end):
        fact = f"承包商{company}资质 {known.until} 到期，早于计划结束"
        yield bad(fact, "请缩短计划或先复核资质", "申请人", rule=_ADMISSION, severity=Severity.WARN)


# --- certificates ---------------------------------------------------------------------------------------------------


_Needs = tuple[tuple[CertificateNeed, bool | None], ...]
_NEEDS: Remembered[_Needs] = Remembered(256)


def _needs(rules: PermitRules) -> _Needs:
    """Every need of these rules, the guardian's own training aside, and whether it applies: that hangs on the rules."""
    return _NEEDS.of(
        (rules,),
        lambda: tuple(
            (need, certificates.applies(need, rules)) for need in rules.certificates if not _is_training(need)
        ),
    )


def certs_valid(asked: Asked) -> Iterator[Answer]:
    """Every certificate the work asks for, for everyone it asks it of, on the day of work (4.9; GB 46768 4.4)."""
    for need, applies in _needs(asked.rules):
        if applies is None:
            fact = f"还没有说明是否需要「{need.label}」"
            yield open_(fact, "请回答作业方式和承压件等问题", "申请人", button="edit", clause=need.clause)
        if applies is not True:
            continue
        for who in _holders(asked, need.role):
            yield from holds_certificate(asked, who, need)


def _holders(asked: Asked, role: Role) -> tuple[PersonId, ...]:
    """Who of the permit a need speaks of. 审批人 are those who have signed the chain so far."""
    if role in ON_FORM:
        return ON_FORM[role](asked.content)
    return _NAMED[role](asked)


_NAMED: Mapping[Role, Callable[[Asked], tuple[PersonId, ...]]] = {
    Role.WORKER: lambda asked: asked.content.workers,
    Role.WORK_LEADER: lambda asked: (asked.leader,),
    Role.GUARDIAN: lambda asked: (asked.guardian,),
    Role.APPROVER: lambda asked: tuple(dict.fromkeys(signature.person for signature in asked.permit.signatures)),
}


_SEEN: Remembered[tuple[Answer, ...]] = Remembered(4096)


def holds_certificate(asked: Asked, who: PersonId, need: CertificateNeed) -> Iterable[Answer]:
    """One person and one need. A certificate nobody has verified is unknown, not good."""
    person = asked.person(who)
    if person is None:
        return (
            open_(
                f"人员台账里找不到 {who}，不知道有没有「{need.label}」",
                "请先登记人员和证书",
                "安全管理部门",
                severity=None if need.blocks else Severity.WARN,
            ),
        )
    law, work = asked.rules.certificate_law, asked.content.work
    on, until = asked.day_of_work, asked.day(asked.content.planned.end)
    # Four certificates are looked at in every decision, and nothing but the day tells one look from the next.
    return _SEEN.of(
        (person, need, law, work),
        lambda: tuple(_certified(person, need, law, work, on=on, until=until)),
        given=(on, until),
    )


def _certified(
    person: Person, need: CertificateNeed, law: CertificateLaw, work: WorkType, *, on: date, until: date
) -> Iterator[Answer]:
    """Of one person on the day of work, ``on``; the work is planned to last until the other day."""
    weight = None if need.blocks else Severity.WARN
    fitting = certificates.suited(person.certificates, need, work, on)
    found = certificates.best(fitting, on, law)
    if found is None:
        yield bad(
            _without(person, need, work, on),
            f"请更换人员，或补办「{need.label}」",
            "申请人",
            severity=weight,
            clause=need.clause,
        )
        return
    certificate, standing = found
    said = f"{person.name}「{law.name(certificate.kind)}」"
    if standing is Standing.UNVERIFIED:
        yield open_(f"{said}{WORDS[standing]}", "请核验后再用", "安全管理部门", severity=weight, clause=need.clause)
    elif standing not in ADMITS:
        fact = f"{said}{WORDS[standing]}（有效期至 {certificate.valid_to}）"
        yield bad(fact, "请更换人员，或复审、换证后再申请", "申请人", severity=weight, clause=need.clause)
    elif standing is Standing.REVIEW_NOTICE:
        fact = f"{said}应于 {certificate.review_due} 复审，{WORDS[standing]}"
        yield bad(fact, "请核实复审情况", "安全管理部门", severity=Severity.WARN, clause=law.clause)
    elif until > certificate.valid_to:
        fact = f"{said}{certificate.valid_to} 到期，早于计划结束"
        yield bad(
            fact, "到期后不能继续作业，请缩短计划或更换人员", "申请人", severity=Severity.WARN, clause=need.clause
        )
    else:
        yield good(f"{said}有效，至 {certificate.valid_to}", clause=need.clause)


def _without(person: Person, need: CertificateNeed, work: WorkType, on: date) -> str:
    other = [each for each in person.certificates if each.kind in need.kinds]
    if not other:
        return f"{person.name}没有「{need.label}」"
    if need.max_age is not None and any(on > each.valid_from + need.max_age for each in other):
        return f"{person.name}「{need.label}」已超过一年，须重新培训考核"
    return f"{person.name}「{need.label}」不含{_WORK[work]}"


_WORK = {
    WorkType.HOT: "动火",
    WorkType.CONFINED_SPACE: "受限空间",
    WorkType.BLIND: "盲板抽堵",
    WorkType.HEIGHT: "高处",
    WorkType.LIFT: "吊装",
    WorkType.POWER: "临时用电",
    WorkType.EARTH: "动土",
    WorkType.ROAD: "断路",
}


def guardian_qualified(asked: Asked) -> Iterator[Answer]:
    """Practical production experience first of all; trained and examined for this work (4.10)."""
    guardian = asked.person(asked.guardian)
    if guardian is None:
        yield open_(f"人员台账里找不到监护人 {asked.guardian}", "请先登记人员", "安全管理部门")
        return
    if guardian.experience_years is None:
        yield open_(f"没有登记{guardian.name}的生产实践经验", "请补充岗位、年限和确认人", "安全管理部门")
    elif guardian.experience_years <= _NO_EXPERIENCE:
        yield bad(f"{guardian.name}没有生产实践经验", "请另派监护人", "申请人")
    else:
        yield good(f"{guardian.name}有{guardian.experience_years}年生产实践经验")
    needs = asked.rules.certificates
    for need in _TRAINING.of((needs,), lambda: tuple(need for need in needs if _is_training(need))):
        yield from holds_certificate(asked, guardian.id, need)


_TRAINING: Remembered[tuple[CertificateNeed, ...]] = Remembered(256)


def _is_training(need: CertificateNeed) -> bool:
    """Whether it is the guardian's own training, asked of him apart from the certificates of all."""
    return need.role is Role.GUARDIAN and "guardian" in need.kinds


# --- at the place ---------------------------------------------------------------------------------------------------


def guardian_present(asked: Asked) -> Iterator[Answer]:
    """The guardian is at the place, shown freshly; during work he has not left nor gone silent (4.10, 6.8 a)."""
    who = asked.guardian
    if asked.moment is Moment.DURING:
        yield from _on_post(asked, who)
    else:
        yield from _there(asked, who, "监护人")


def _on_post(asked: Asked, who: PersonId) -> Iterator[Answer]:
    name = asked.name(who)
    if asked.presence(who) is None:
        yield bad(f"监护人{name}不在现场", "立即停止作业，监护人回到现场后重新签到", "监护人")
    elif asked.permit.prompts_missed >= asked.rules.misses_to_suspend:
        yield bad(f"监护人{name}连续{asked.permit.prompts_missed}次没有应答", "立即停止作业并联系监护人", "监护人")
    else:
        yield good(f"监护人{name}在岗")


def leader_present(asked: Asked) -> Iterator[Answer]:
    """The work leader confirms entry at the place, immediately before it (GB 46768 6.1)."""
    if asked.rules.leader_on_site:
        yield from _there(asked, asked.leader, "作业负责人")


def duty_leader_present(asked: Asked) -> Iterator[Answer]:
    """特级 that would have to be raised: the plant's duty leader stands by."""
    if not asked.rules.duty_leader_on_site:
        return
    if asked.facts.duty_leader is None:
        yield open_("不知道今天谁是厂值班领导", "请登记值班领导", "安全管理部门")
    else:
        yield from _there(asked, asked.facts.duty_leader, "厂值班领导")


def _there(asked: Asked, who: PersonId, role: str) -> Iterator[Answer]:
    """Never seen fails; seen too long ago is not known any more."""
    seen, name = asked.presence(who), asked.name(who)
    if seen is None:
        yield bad(f"{role}{name}没有到现场签到", "请到作业点扫码或定位签到", name)
    elif asked.at - seen.at > asked.rules.presence_valid:
        yield open_(f"{role}{name}上次签到是{asked.clock(seen.at)}，已过期", "请在作业点重新签到", name)
    else:
        yield good(f"{role}{name}{asked.clock(seen.at)}在现场签到")


def briefing_signed(asked: Asked) -> Iterator[Answer]:
    """安全交底: the briefer and all who were briefed have signed (4.4)."""
    content, signed = asked.content, set(asked.permit.briefed)
    open_signatures = [
        who for who in dict.fromkeys((asked.leader, *content.workers, asked.guardian)) if who not in signed
    ]
    if open_signatures:
        yield bad(
            f"还没有签安全交底：{asked.names(open_signatures)}",
            "请逐人签字",
            asked.names(open_signatures),
            button="brief",
        )
    briefers = {who for role in asked.rules.briefers for who in asked.facts.holders.get(role, ())}
    team = {content.applicant, asked.leader, asked.guardian, *content.workers, *asked.permit.relieved}
    if not asked.rules.briefers:
        briefed_by = True
    elif not briefers - team:
        yield open_("不知道谁可以做安全交底人", "请登记所在单位的岗位人员", "安全管理部门")
        return
    else:
        briefed_by = bool(signed & (briefers - team))
        if not briefed_by:
            yield bad(
                "安全交底人还没有签字", "请所在单位交底人签字", asked.names(sorted(briefers - team)), button="brief"
            )
    if briefed_by and not open_signatures:
        yield good("安全交底已全部签字")
