"""A certificate is looked at once a day; another day, another record of the person, another need: another look."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from tests.support.scenes import LI, ZHAO, Scene, scene
from workflow.findings import Verdict
from workflow.permit.gates_common import Answer, Asked, Moment
from workflow.permit.gates_people import certs_valid, guardian_qualified
from workflow.plant import CertificateStatus
from workflow.rules.types import ReviewRule
from workflow.values import Interval, WorkType

ENDS = date(2028, 5, 31)
"""The last day of every certificate of the scene."""


def asked(here: Scene) -> Asked:
    return Asked(moment=here.moment, permit=here.permit, content=here.permit.what, rules=here.rules, facts=here.facts)


def seen(here: Scene) -> tuple[Answer, ...]:
    return tuple(certs_valid(asked(here)))


def verdicts(here: Scene) -> set[Verdict]:
    return {one.verdict for one in seen(here)}


def test_the_last_day_and_the_day_after() -> None:
    """The very same people and rules: only the day has moved."""
    here = scene(WorkType.HOT, Moment.DURING)
    days = ENDS - here.facts.at.date()
    assert verdicts(here) == {Verdict.PASS}
    assert Verdict.FAIL not in verdicts(here.later(days))
    assert verdicts(here.later(days + timedelta(days=1))) == {Verdict.FAIL}
    assert verdicts(here) == {Verdict.PASS}


def test_a_record_that_changes_is_seen_at_once() -> None:
    here = scene(WorkType.HOT, Moment.DURING)
    assert verdicts(here) == {Verdict.PASS}
    revoked = tuple(
        replace(one, status=CertificateStatus.REVOKED) for one in here.facts.people[LI].certificates
    )  # fmt: skip
    assert Verdict.FAIL in verdicts(here.person_with(LI, certificates=revoked))
    assert Verdict.UNKNOWN in verdicts(here.without(LI))
    assert verdicts(here) == {Verdict.PASS}


def test_work_planned_beyond_its_end_warns_though_the_day_is_the_same() -> None:
    here = scene(WorkType.HOT, Moment.DURING)
    assert verdicts(here) == {Verdict.PASS}
    planned = here.permit.what.planned
    longer = here.asking(planned=Interval(start=planned.start, end=planned.end + timedelta(days=900)))
    assert Verdict.FAIL in verdicts(longer)


def test_another_need_is_another_look() -> None:
    here = scene(WorkType.HOT, Moment.DURING)
    assert verdicts(here) == {Verdict.PASS}
    nowhere = tuple(replace(need, kinds=("none",)) for need in here.rules.certificates)
    assert verdicts(here.rules_with(certificates=nowhere)) == {Verdict.FAIL}
    assert verdicts(here) == {Verdict.PASS}


def test_another_law_of_reviews_is_another_look() -> None:
    """The same record and the same needs: only what becomes of a review nobody made differs."""
    here = scene(WorkType.HOT, Moment.DURING)
    overdue = tuple(replace(one, review_due=date(2026, 11, 1)) for one in here.facts.people[LI].certificates)
    late, law = here.person_with(LI, certificates=overdue), here.rules.certificate_law
    made = replace(law, review=(ReviewRule(due_from=None, due_to=None, blocks=False, clause=""),))
    lost = replace(law, review=(ReviewRule(due_from=None, due_to=None, blocks=True, clause=""),))
    found = [seen(late.rules_with(certificate_law=one)) for one in (made, lost, made)]
    assert found[0] != found[1]
    assert found == [found[0], found[1], found[0]]


def test_trained_for_one_work_is_not_trained_for_another() -> None:
    here = scene(WorkType.HOT, Moment.DURING)
    trained = tuple(replace(one, scope=(WorkType.HOT.value,)) for one in here.facts.people[ZHAO].certificates)
    guarding = here.person_with(ZHAO, certificates=trained)
    height = guarding.permit_with(content=replace(guarding.permit.what, work=WorkType.HEIGHT))
    found = [{one.verdict for one in guardian_qualified(asked(one))} for one in (guarding, height, guarding)]
    assert found == [{Verdict.PASS}, {Verdict.PASS, Verdict.FAIL}, {Verdict.PASS}]


def test_other_rules_ask_another_training_of_the_guardian() -> None:
    here = scene(WorkType.HOT, Moment.DURING)
    fresher = tuple(
        replace(need, max_age=timedelta(days=1)) if "guardian" in need.kinds else need
        for need in here.rules.certificates
    )
    rules = (here.rules, replace(here.rules, certificates=fresher), here.rules)
    found = [{one.verdict for one in guardian_qualified(asked(replace(here, rules=law)))} for law in rules]
    assert found == [{Verdict.PASS}, {Verdict.PASS, Verdict.FAIL}, {Verdict.PASS}]
