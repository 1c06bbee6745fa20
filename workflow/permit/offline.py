"""What a PIN and a second person may stand in for while the chat is down (docs/adr/0190).

The lowest rung of all, and no way round a stronger one: the plant names the strongest minimum it may stand in for, the
chat must have been down for the plant's time, and a second person who has no part in the work gave her own PIN on the
same page. Never for going into a confined space, and never for anything in hot work of special grade.
"""

from __future__ import annotations

from collections.abc import Iterable

from workflow.findings import Finding
from workflow.ids import PersonId
from workflow.permit.case import Case, no
from workflow.permit.who import team
from workflow.rules.types import Grade
from workflow.values import STRENGTH, Proof, ProofMethod, WorkType

STANDS_IN = frozenset({"approve", "start", "resume", "accept"})
"""Verdicts that may be given so; the words are those of `workflow.permit.signing`."""
_ENTERS = frozenset({"start", "resume"})
CLAUSE = "厂内离线确认规定"


def barred(case: Case, verdict: str) -> Finding | None:
    """Why this decision is never given by PIN, however long the chat is down; None when it may be."""
    content, grades = case.permit.what, (case.permit.law.grade, case.rules.grade)
    cure = "请等聊天平台恢复，或用本人密钥签字"
    if content.work is WorkType.CONFINED_SPACE and verdict in _ENTERS:
        return no("proof.offline.never", "进入受限空间的开工、复工不能离线确认", clause=CLAUSE, cure=cure)
    if content.work is WorkType.HOT and Grade.SPECIAL in grades:
        return no("proof.offline.never", "特级动火不能离线确认", clause=CLAUSE, cure=cure)
    if verdict not in STANDS_IN:
        return no("proof.offline.never", "这一步不能离线确认", clause=CLAUSE, cure=cure)
    return None


def uninvolved(case: Case, second: PersonId, first: PersonId) -> Finding | None:
    """None when the second person is somebody else, with no part in the work."""
    if second == first:
        return no(
            "proof.offline.second", "第二人不能是签字人本人", clause=CLAUSE, cure="请另一位在场的同事输入他的离线码"
        )
    if second in team(case.permit):
        fact = "第二人不能是本票的申请人、负责人、监护人或作业人"
        return no("proof.offline.second", fact, clause=CLAUSE, cure="请与本次作业无关的同事到场")
    return None


def stands_in(case: Case, proof: Proof, *, verdict: str, weakest: ProofMethod) -> Iterable[Finding]:
    """What is wrong with a confirmation by PIN; nothing when it may stand in for ``weakest``."""
    offline, second, since = case.book.plant.offline, proof.second, proof.down_since
    if offline is None or second is None or since is None:
        yield no("proof.offline.off", "本厂没有启用离线确认", clause=CLAUSE, cure="请等聊天平台恢复后再办")
        return
    if STRENGTH[weakest] > STRENGTH[offline.replaces]:
        yield no(
            "proof.offline.weak", "离线确认强度不够，不能替代这一步要求的方式", clause=CLAUSE, cure="请用要求的方式"
        )
    if since > case.at - offline.after:
        fact = f"聊天平台中断还不到{int(offline.after.total_seconds()) // 60}分钟"
        yield no("proof.offline.up", fact, clause=CLAUSE, cure="请先在聊天里办；中断够时间后再离线确认")
    yield from filter(None, (barred(case, verdict), uninvolved(case, second, proof.subject)))
