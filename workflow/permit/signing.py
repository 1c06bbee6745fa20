"""What a signature is worth: bound to one decision, fresh, strong enough, given at the place where that is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from workflow.findings import Finding
from workflow.ids import PermitId, PersonId
from workflow.permit import words
from workflow.permit.case import Case, no
from workflow.permit.commands import CheckInWay
from workflow.permit.offline import stands_in
from workflow.permit.state import Permit
from workflow.rules.types import PermitRules
from workflow.values import STRENGTH, Proof, ProofMethod

CLOCKS_APART = timedelta(minutes=2)
"""How far the clock of a phone or a detector may run ahead of ours."""
PROOF_FRESH = timedelta(minutes=10)
"""A proof is given for the decision at hand, not kept for later."""
SHOWS_THE_PLACE = frozenset({CheckInWay.BOARD_CODE, CheckInWay.FRESH_CODE, CheckInWay.POSITION})
"""A permit's own code can be scanned from any screen; the board's codes and a position are of the place itself."""
BRIEF, STOP = "brief", "stop"
"""Verdicts that are their own step."""
APPROVE, START, RESUME, ACCEPT = "approve", "start", "resume", "accept"
"""Verdicts on a step: a node of the chain, or the role somebody signs in."""
_FRESH_FOR = int(PROOF_FRESH.total_seconds()) // 60
DOUBLE_TAP = timedelta(minutes=1)
"""The same word from the same person within this time is the same word."""

PROOF_ZH: dict[ProofMethod, str] = {
    ProofMethod.OFFLINE_PIN: "平台中断时的离线码加第二人",
    ProofMethod.VOUCHED_LINK: "带班人担保的链接",
    ProofMethod.PLATFORM_SESSION: "聊天软件登录确认",
    ProofMethod.PLATFORM_SESSION_AT_SITE: "聊天软件登录并现场定位",
    ProofMethod.PLATFORM_SESSION_FRESH_CODE: "聊天软件登录并输入现场码屏上的动态码",
    ProofMethod.WECHAT_SOTER: "微信指纹或面容",
    ProofMethod.PLATFORM_LIVE_CHECK: "聊天软件活体核验",
    ProofMethod.VENDOR_FACE: "人脸核验",
    ProofMethod.PASSKEY: "本机指纹或面容密钥",
}


def decision_hash(*, permit: PermitId, content_hash: str, verdict: str, step: str, person: PersonId) -> str:
    """SHA-256 (hex) of exactly one decision of one person; what a `Proof` must carry.

    ``verdict`` is ``approve``, ``review``, ``brief``, ``stop``, ``start``, ``resume`` or ``accept``; ``step`` the
    node's key, the role's value, or the same word where there is no other.
    """
    parts = ("permitbot.decision.v1", permit, content_hash, verdict, step, person)
    return hashlib.sha256("\n".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()


def weakest_at_work(rules: PermitRules, verdict: str, *, never_begun: bool = False) -> ProofMethod:
    """The weakest proof that will do for `START`, `RESUME` or `ACCEPT` under these rules.

    ``never_begun``: a permit stopped before its start is started by resuming it, so both minima hold.
    """
    wanted: dict[str, tuple[ProofMethod, ...]] = {
        START: (rules.site_proof, rules.start_proof),
        RESUME: (rules.site_proof, rules.resume_proof, *((rules.start_proof,) if never_begun else ())),
        ACCEPT: (rules.acceptance_proof,),
    }
    return max(wanted[verdict], key=STRENGTH.__getitem__)


def check_proof(
    case: Case,
    proof: Proof | None,
    *,
    person: PersonId,
    verdict: str,
    step: str,
    weakest: ProofMethod,
    since: datetime | None = None,
) -> Iterable[Finding]:
    """What is wrong with the proof; nothing when it will do. No proof at all is worth a bare tap in the chat.

    ``since``: the proof must be younger, e.g. than the newest stop.
    """
    method = proof.method if proof is not None else ProofMethod.PLATFORM_SESSION
    if proof is not None and method is ProofMethod.OFFLINE_PIN:
        yield from stands_in(case, proof, verdict=verdict, weakest=weakest)
    elif STRENGTH[method] < STRENGTH[weakest]:
        yield no(
            "proof.weak",
            f"本次确认方式为“{PROOF_ZH[method]}”，强度不够",
            rule=f"此步骤至少需要“{PROOF_ZH[weakest]}”",
            clause="GB 30871-2022 4.6",
            cure=f"请用“{PROOF_ZH[weakest]}”重新确认",
        )
    if proof is None:
        return
    permit = case.permit
    if method is ProofMethod.PLATFORM_SESSION_FRESH_CODE and not gave_fresh_code(permit, person, at=case.at):
        yield no(
            "proof.fresh_code",
            f"没有{words.name(person, case.facts)}{_FRESH_FOR}分钟内输过现场动态码的记录",
            cure="请看现场码屏，用上面的动态码签到后再签",
        )
    if proof.subject != person:
        yield no("proof.subject", "身份核验的不是您本人", cure="请本人重新确认")
    expected = decision_hash(
        permit=permit.id, content_hash=permit.content_hash, verdict=verdict, step=step, person=person
    )
    if proof.decision_hash != expected:
        yield no("proof.decision", "身份核验对应的不是本票本步骤的当前内容", cure="请打开最新卡片重新确认")
    too_old = proof.at < case.at - PROOF_FRESH or (since is not None and proof.at <= since)
    if too_old or proof.at > case.at + CLOCKS_APART:
        yield no("proof.stale", f"身份核验时间{words.clock(proof.at, case.facts)}已失效", cure="请重新确认")


def gave_fresh_code(permit: Permit, person: PersonId, *, at: datetime) -> bool:
    """Whether the last the permit knows of where the person is, is the screen's number, and no older than a proof may
    be: given for the decision at hand, as every proof is."""
    seen = permit.presence.get(person)
    return seen is not None and seen.way is CheckInWay.FRESH_CODE and timedelta(0) <= at - seen.at <= PROOF_FRESH


def at_the_place(case: Case, person: PersonId, proof: Proof | None = None) -> Finding | None:
    """None when the person is shown to stand at the place: a fresh check-in, or a proof that says so."""
    if proof is not None and proof.at_site:
        return None
    seen = case.permit.presence.get(person)
    shown = seen is not None and seen.way in SHOWS_THE_PLACE
    if seen is not None and shown and seen.at >= case.at - case.rules.presence_valid:
        return None
    who = words.name(person, case.facts)
    fact = f"未见{who}在作业现场"
    if seen is not None:
        when = words.clock(seen.at, case.facts)
        fact = f"{who}上次现场签到是{when}，已过期" if shown else f"{who}{when}扫的是票面二维码，不能证明在现场"
    return no(
        "place.signer",
        fact,
        rule="须在作业现场签字",
        clause="GB 30871-2022 4.11 a",
        cure="请到现场扫作业点二维码或发送定位后再签",
        who=who,
    )


def said(text: str, gate: str, what: str) -> Finding | None:
    """None when there is something in the text."""
    return None if text.strip() else no(gate, f"没有填写{what}", cure=f"请填写{what}")
