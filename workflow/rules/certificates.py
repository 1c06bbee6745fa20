"""What a certificate is worth on a given day (domain 2.1), and which certificates a permit's people need (2.3).

Two clocks run per certificate: past 有效期止 it never admits; past 复审日 it depends on the order in force on the
day the review was due, which is data with dates.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from workflow.plant import Certificate, CertificateStatus
from workflow.rules.situation import frozen, holds
from workflow.rules.types import CertificateLaw, CertificateNeed, PermitRules
from workflow.values import WorkType

_NEVER = timedelta(days=-1)


class Standing(StrEnum):
    """The derived status of a certificate."""

    VALID = "valid"
    DUE = "due"
    """Valid, and its end or review is near."""
    REVIEW_NOTICE = "review_notice"
    """Review passed unmade under an order that does not make it invalid: warns."""
    UNVERIFIED = "unverified"
    REVIEW_OVERDUE = "review_overdue"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    MISMATCH = "mismatch"
    REVOKED = "revoked"


ADMITS = frozenset({Standing.VALID, Standing.DUE, Standing.REVIEW_NOTICE})
"""Only these let a person work."""

WORDS: dict[Standing, str] = {
    Standing.VALID: "有效",
    Standing.DUE: "即将到期",
    Standing.REVIEW_NOTICE: "已过复审日，请核实",
    Standing.UNVERIFIED: "还没有核验",
    Standing.REVIEW_OVERDUE: "逾期未复审，证书失效",
    Standing.NOT_YET: "还没有生效",
    Standing.EXPIRED: "已过有效期",
    Standing.MISMATCH: "与本人或工种不符",
    Standing.REVOKED: "已撤销",
}

_BEST = {standing: rank for rank, standing in enumerate(Standing)}


def standing(certificate: Certificate, on: date, law: CertificateLaw) -> Standing:
    """The certificate's status on a day at the site. The last day of validity is still valid."""
    if certificate.status is CertificateStatus.REVOKED:
        return Standing.REVOKED
    if certificate.status is CertificateStatus.MISMATCH:
        return Standing.MISMATCH
    if on > certificate.valid_to:
        return Standing.EXPIRED
    if on < certificate.valid_from:
        return Standing.NOT_YET
    review = _review(certificate, on, law)
    if review is Standing.REVIEW_OVERDUE:
        return review
    if certificate.status is CertificateStatus.UNVERIFIED:
        return Standing.UNVERIFIED
    if review is Standing.REVIEW_NOTICE:
        return review
    return Standing.DUE if days_left(certificate, on) <= max(law.remind, default=_NEVER).days else Standing.VALID


def days_left(certificate: Certificate, on: date) -> int:
    """Days until the earlier of 有效期止 and a 复审日 that is still ahead."""
    ends = [certificate.valid_to]
    if certificate.review_due is not None and certificate.review_due >= on:
        ends.append(certificate.review_due)
    return (min(ends) - on).days


def best(held: Iterable[Certificate], on: date, law: CertificateLaw) -> tuple[Certificate, Standing] | None:
    """The certificate that serves its holder best today; None when there is none."""
    ranked = [(certificate, standing(certificate, on, law)) for certificate in held]
    return min(ranked, key=lambda pair: (_BEST[pair[1]], -pair[0].valid_to.toordinal()), default=None)


def suited(held: Iterable[Certificate], need: CertificateNeed, work: WorkType, on: date) -> tuple[Certificate, ...]:
    """Certificates that answer a need: right item, right scope, and not older than the need allows."""
    return tuple(
        certificate
        for certificate in held
        if certificate.kind in need.kinds
        and (not certificate.scope or work.value in certificate.scope)
        and (need.max_age is None or on <= certificate.valid_from + need.max_age)
    )


def applies(need: CertificateNeed, rules: PermitRules) -> bool | None:
    """Whether the permit's methods or facts bring the need about: any of the conditions; None = nobody has said."""
    return True if not need.when else holds("|".join(need.when), frozen(rules))


def _review(certificate: Certificate, on: date, law: CertificateLaw) -> Standing | None:
    due, done = certificate.review_due, certificate.reviewed_on
    if due is None or on <= due:
        return None
    if done is not None and due - law.review_window <= done <= on:
        return None
    for rule in law.review:
        if (rule.due_from is None or rule.due_from <= due) and (rule.due_to is None or due <= rule.due_to):
            return Standing.REVIEW_OVERDUE if rule.blocks else Standing.REVIEW_NOTICE
    return Standing.REVIEW_OVERDUE
