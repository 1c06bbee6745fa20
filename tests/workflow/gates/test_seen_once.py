"""A certificate is looked at once a day; another day, another record of the person, another need: another look."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from tests.support.scenes import LI, Scene, scene
from workflow.findings import Verdict
from workflow.permit.gates_common import Asked, Moment
from workflow.permit.gates_people import certs_valid
from workflow.plant import CertificateStatus
from workflow.values import Interval, WorkType

ENDS = date(2028, 5, 31)
"""The last day of every certificate of the scene."""


def verdicts(here: Scene) -> set[Verdict]:
    asked = Asked(
        moment=here.moment, permit=here.permit, content=here.permit.what, rules=here.rules, facts=here.facts
    )  # fmt: skip
    return {one.verdict for one in certs_valid(asked)}


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
