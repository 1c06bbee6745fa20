"""Who may vouch for somebody without an account, and for whom (docs/adr/0114).

A foreman vouches for people of his own crew, face to face, and only for what a worker says of himself: that he heard
and understood the briefing. Whoever must be independent on this permit vouches for nobody on it.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow.findings import Finding
from workflow.ids import PersonId
from workflow.permit import words
from workflow.permit.case import Case, no
from workflow.permit.who import NAMED, holders
from workflow.plant import Person

CLAUSE = "GB 30871-2022 4.4、4.6"


def unfit_voucher(case: Case, person: PersonId, voucher: PersonId) -> Iterator[Finding]:
    """What is wrong with ``voucher`` standing for ``person`` on this permit; nothing when he may."""
    if voucher == person:
        yield _no("vouch.self", "不能为自己担保", "请由本单位带班人开链接")
    known, worker = case.facts.people.get(voucher), case.facts.people.get(person)
    if known is None or not known.active or known.site != case.permit.site:
        yield _no("vouch.known", "担保人不在本厂名单里或已离岗", "请由本单位带班人开链接")
        return
    yield from _only_a_worker(case, person)
    if voucher in _independent(case):
        fact = f"{known.name}要在本票上独立把关（监护、交底、审批、验票或验收），不能为作业人担保"
        yield _no("vouch.independent", fact, "请由作业负责人或本单位带班人开链接")
    if not _is_foreman(case, known):
        fact = f"{known.name}不是本票的作业负责人，也不是承包商带班人"
        yield _no("vouch.foreman", fact, "请由作业负责人或本单位带班人开链接")
    if worker is None or not worker.employer or worker.employer != known.employer:
        fact = f"{words.name(person, case.facts)}和{known.name}不是同一个承包商的人"
        yield _no("vouch.crew", fact, "请由本单位带班人开链接")


def _only_a_worker(case: Case, person: PersonId) -> Iterator[Finding]:
    """Leader, guardian, briefer and approver answer for others: they act with an account of their own."""
    permit = case.permit
    if person not in permit.what.workers:
        yield _no("vouch.worker", f"{words.name(person, case.facts)}不是本票的作业人", "链接只给作业人用")
    elif person in {permit.leader, permit.guardian, permit.what.applicant} | _independent(case):
        fact = f"{words.name(person, case.facts)}在本票上不只是作业人"
        yield _no("vouch.worker", fact, "作业负责人、监护人、交底人、审批人要用自己的账号")


def _independent(case: Case) -> frozenset[PersonId]:
    """Who brief, guard or sign for the plant: their word is worth something because it is another's."""
    permit = case.permit
    briefers = (person for role in permit.law.briefers for person in holders(case, role))
    law = permit.law
    roles = {*(node.role for node in law.chain), *law.start_roles, *law.resume_roles, *law.acceptance_roles}
    signers = (person for role in sorted(roles - set(NAMED)) for person in holders(case, role))
    signed = (signature.person for signature in permit.signatures)
    return frozenset({permit.guardian, *briefers, *signers, *signed})


def _is_foreman(case: Case, voucher: Person) -> bool:
    posts = case.book.plant.vouching.foreman_posts
    area = case.permit.what.area
    return voucher.id == case.permit.leader or any(post.key in posts and post.covers(area) for post in voucher.posts)


def _no(gate: str, fact: str, cure: str) -> Finding:
    return no(gate, fact, clause=CLAUSE, cure=cure)
