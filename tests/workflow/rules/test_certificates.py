"""What a certificate is worth on a day, and who needs which (domain 2.1–2.3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.support.rulebook import chemical, content, facts, planned, rules
from workflow.permit.content import Content
from workflow.plant import Certificate, CertificateStatus
from workflow.rules.certificates import ADMITS, Standing, applies, best, days_left, standing, suited
from workflow.rules.types import CertificateLaw, CertificateNeed, ReviewRule, Role
from workflow.values import WorkType


def law() -> CertificateLaw:
    return next(pack.certificates for pack in chemical().packs if pack.certificates is not None)


def certificate(**changes: object) -> Certificate:
    base = Certificate(
        kind="2.1", number="T1", valid_from=date(2022, 7, 1), valid_to=date(2028, 6, 30), review_due=None
    )
    return replace(base, **changes)  # type: ignore[arg-type]  # a test names fields freely


TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("held", "on", "expected"),
    [
        (certificate(valid_to=TODAY), TODAY, Standing.DUE),  # valid to today: allowed
        (certificate(valid_to=date(2026, 11, 23)), TODAY, Standing.EXPIRED),
        (certificate(valid_from=date(2026, 11, 25)), TODAY, Standing.NOT_YET),
        (certificate(), TODAY, Standing.VALID),
        (certificate(valid_to=TODAY + timedelta(days=90)), TODAY, Standing.DUE),
        (certificate(valid_to=TODAY + timedelta(days=91)), TODAY, Standing.VALID),
        (certificate(status=CertificateStatus.REVOKED), TODAY, Standing.REVOKED),
        (certificate(status=CertificateStatus.MISMATCH), TODAY, Standing.MISMATCH),
        (certificate(status=CertificateStatus.UNVERIFIED), TODAY, Standing.UNVERIFIED),
        (certificate(status=CertificateStatus.UNVERIFIED, valid_to=date(2026, 1, 1)), TODAY, Standing.EXPIRED),
        # Order 30 until 2026-05-31: a missed review makes it invalid, and nothing revives it later
        (certificate(review_due=date(2026, 3, 31)), date(2026, 4, 1), Standing.REVIEW_OVERDUE),
        (certificate(review_due=date(2026, 3, 31)), date(2026, 3, 31), Standing.DUE),
        (certificate(review_due=date(2026, 5, 31)), date(2026, 6, 1), Standing.REVIEW_OVERDUE),
        (certificate(review_due=date(2026, 3, 31)), TODAY, Standing.REVIEW_OVERDUE),
        # from 2026-06-01: warns
        (certificate(review_due=date(2026, 6, 1)), date(2026, 6, 2), Standing.REVIEW_NOTICE),
        (certificate(review_due=date(2026, 11, 1)), date(2026, 11, 2), Standing.REVIEW_NOTICE),
        (
            certificate(review_due=date(2026, 11, 1), status=CertificateStatus.UNVERIFIED),
            date(2026, 11, 2),
            Standing.UNVERIFIED,
        ),
        # reviewed: up to 60 days before it was due, or later
        (certificate(review_due=date(2026, 3, 31), reviewed_on=date(2026, 1, 30)), TODAY, Standing.VALID),
        (certificate(review_due=date(2026, 3, 31), reviewed_on=date(2026, 1, 29)), TODAY, Standing.REVIEW_OVERDUE),
        (certificate(review_due=date(2026, 3, 31), reviewed_on=date(2026, 5, 1)), TODAY, Standing.VALID),
        (certificate(review_due=date(2026, 3, 31), reviewed_on=date(2027, 1, 1)), TODAY, Standing.REVIEW_OVERDUE),
    ],
)
def test_standing(held: Certificate, on: date, expected: Standing) -> None:
    assert standing(held, on, law()) is expected


def test_only_these_admit_to_work() -> None:
    assert {Standing.VALID, Standing.DUE, Standing.REVIEW_NOTICE} == ADMITS


def test_a_review_date_no_rule_speaks_of_blocks() -> None:
    gap = CertificateLaw(review=(ReviewRule(due_from=date(2027, 1, 1), due_to=None, blocks=False, clause="x"),))
    assert standing(certificate(review_due=date(2026, 3, 31)), TODAY, gap) is Standing.REVIEW_OVERDUE


def test_one_data_row_turns_the_warning_back_into_a_block() -> None:
    strict = replace(law(), review=tuple(replace(rule, blocks=True) for rule in law().review))
    assert standing(certificate(review_due=date(2026, 11, 1)), TODAY, strict) is Standing.REVIEW_OVERDUE


def test_reminders_follow_the_earlier_date() -> None:
    assert days_left(certificate(valid_to=date(2028, 6, 30), review_due=date(2026, 12, 1)), TODAY) == 7
    assert days_left(certificate(valid_to=date(2026, 12, 24), review_due=date(2026, 3, 1)), TODAY) == 30
    assert law().remind == (timedelta(days=90), timedelta(days=30), timedelta(days=7))


def test_the_best_of_several() -> None:
    old, new = certificate(valid_to=date(2026, 1, 1)), certificate(valid_to=date(2029, 1, 1))
    found = best((old, new), TODAY, law())
    assert found == (new, Standing.VALID)
    assert best((), TODAY, law()) is None


# --- who needs what -------------------------------------------------------------------------------------------------


def needs(what: Content) -> set[tuple[Role, str]]:
    resolved = rules(what)
    found = [need for need in resolved.certificates if applies(need, resolved) is True]
    return {(need.role, kind) for need in found for kind in need.kinds if need.blocks}


def hot(method: str, *triggers: str, cleared: tuple[str, ...] = ("pressure_part",)) -> Content:
    cleared = tuple(name for name in cleared if name not in triggers)
    return content(method=(method,), facts=facts(triggers=triggers, cleared=cleared))


GUARDIAN = (Role.GUARDIAN, "guardian")


@pytest.mark.parametrize(
    ("what", "kinds"),
    [
        (hot("electric_welding"), {"2.1"}),
        (hot("argon_welding"), {"2.1"}),
        (hot("gas_cutting"), {"2.1"}),
        (hot("plasma_cutting"), {"2.1"}),
        (hot("pressure_welding"), {"2.2"}),
        (hot("brazing"), {"2.3"}),
        (hot("electric_welding", "pressure_part"), {"2.1", "special_welder"}),
        (hot("grinding"), set()),
        (hot("drilling"), set()),
        (hot("blasting"), set()),
    ],
)
def test_hot_work(what: Content, kinds: set[str]) -> None:
    assert needs(what) == {GUARDIAN, *((Role.WORKER, kind) for kind in kinds)}


def test_welding_without_a_word_on_pressure_parts_is_an_open_question() -> None:
    resolved = rules(hot("electric_welding", cleared=()))
    (need,) = [each for each in resolved.certificates if each.kinds == ("special_welder",)]
    assert applies(need, resolved) is None
    grinding = rules(hot("grinding", cleared=()))
    assert applies(need, grinding) is False


def test_grinding_asks_for_plant_training_and_only_warns() -> None:
    resolved = rules(hot("grinding"))
    (need,) = [each for each in resolved.certificates if each.kinds == ("hot_training",)]
    assert (applies(need, resolved), need.blocks) == (True, False)


def test_confined_space_training_from_the_first_of_may() -> None:
    def kinds(day: str) -> set[tuple[Role, str]]:
        what = content(WorkType.CONFINED_SPACE, planned=planned(f"{day} 10:00", f"{day} 16:00"))
        return needs(what)

    assert kinds("2026-04-30") == {GUARDIAN}
    everyone = {(role, "cs_training") for role in (Role.WORK_LEADER, Role.GUARDIAN, Role.WORKER, Role.APPROVER)}
    assert kinds("2026-05-06") == {GUARDIAN, *everyone}


NEED = CertificateNeed(
    role=Role.WORKER,
    kinds=("cs_training",),
    when=(),
    blocks=True,
    clause="4.4",
    label="培训",
    max_age=timedelta(days=365),
)


@pytest.mark.parametrize(
    ("held", "fits"),
    [
        (certificate(kind="cs_training"), False),  # from 2022: older than a year, whatever it says
        (certificate(kind="cs_training", valid_from=TODAY - timedelta(days=365)), True),
        (certificate(kind="cs_training", valid_from=TODAY - timedelta(days=366)), False),
        (certificate(kind="cs_training", valid_from=TODAY, scope=("hot",)), False),
        (certificate(kind="cs_training", valid_from=TODAY, scope=("cs", "hot")), True),
        (certificate(kind="1.1", valid_from=TODAY), False),  # a high-voltage certificate is none for this
    ],
)
def test_what_answers_a_need(held: Certificate, fits: bool) -> None:
    assert bool(suited((held,), NEED, WorkType.CONFINED_SPACE, TODAY)) is fits


def test_names_of_the_catalogue() -> None:
    assert law().name("2.1") == "熔化焊接与热切割作业"
    assert law().name("9.99") == "9.99"
