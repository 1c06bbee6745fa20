"""Where a signature rests on a foreman's word, everything people read says so; and links carry no codes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import pytest

from cards import words_links
from cards.forms.tables import briefing
from cards.history import Telling, history_line
from cards.links import ForeignLink, Ticket, code_of, is_code, link_id, seal, unseal
from cards.permit import permit_card
from tests.support.papers import paper
from tests.support.permits import LEADER, NAMES, NOW, SECRET, WORKER, ZONE, permit, view
from tests.support.works import LEADER as PAPER_LEADER
from workflow.permit import events as e
from workflow.permit.commands import SuspendReason
from workflow.permit.state import Status
from workflow.rules.types import Role
from workflow.values import Actor, Proof, ProofMethod, WorkType

SAID = "凭带班人李强担保的链接确认"


def vouched(voucher: str = LEADER, person: str = WORKER) -> Proof:
    return Proof(
        method=ProofMethod.VOUCHED_LINK, subject=type(WORKER)(person), decision_hash="", at=NOW,
        voucher=type(WORKER)(voucher),
    )  # fmt: skip


def test_the_card_says_whose_word_it_rests_on() -> None:
    shown = permit(Status.ISSUED, briefed=(WORKER,), vouched=MappingProxyType({WORKER: LEADER}))
    lines = {line.label: line.value for line in permit_card(view(shown, LEADER, [Role.WORK_LEADER])).lines}
    assert lines["交底"] == f"王强{SAID}"
    plain = permit(Status.ISSUED, briefed=(WORKER,))
    assert "交底" not in {line.label for line in permit_card(view(plain, LEADER, [Role.WORK_LEADER])).lines}


def test_so_does_the_history_of_briefing_and_stop() -> None:
    telling = Telling(names=NAMES, zone=ZONE, nodes={})
    by = Actor.person(WORKER)
    signed = e.BriefingSigned(by=by, at=NOW, proof=vouched())
    assert history_line(signed, telling) == f"王强 签了安全交底（{SAID}）"
    assert history_line(e.BriefingSigned(by=by, at=NOW), telling) == "王强 签了安全交底"
    stopped = e.WorkSuspended(
        by=by, at=NOW, reason=SuspendReason.STOP_WORK, text="冒烟", evacuate=False, proof=vouched()
    )
    assert history_line(stopped, telling).endswith(f"（{SAID}）")


def test_and_the_printed_form() -> None:
    known = paper(WorkType.HOT)
    worker = known.content.workers[0]
    rows = tuple(
        one if not isinstance(one, e.BriefingSigned) or one.by.as_person != worker
        else e.BriefingSigned(by=one.by, at=one.at, proof=vouched(PAPER_LEADER, worker))
        for one in known.events
    )  # fmt: skip
    ((_, told),) = briefing(replace(known, events=rows)).rows
    said = words_links.VOUCHED.format(name=known.name(PAPER_LEADER))
    assert told.count(said) == 1
    assert f"{known.name(worker)} " in told


# --- addresses and codes --------------------------------------------------------------------------------------------

LINK = link_id("liqiang", "DHZY-1", "wangqiang", "briefing", "arrival-1", secret=SECRET)
TICKET = Ticket(voucher=LEADER, link=LINK, ends=NOW + timedelta(minutes=10))


def test_an_address_opens_to_what_it_was_made_of_and_fits_a_small_picture() -> None:
    token = seal(TICKET, secret=SECRET)
    assert unseal(token, secret=SECRET) == TICKET
    assert len(token) < 80
    assert code_of(LINK, secret=SECRET) not in token


@pytest.mark.parametrize("part", range(4))
def test_no_part_of_an_address_can_be_changed(part: int) -> None:
    pieces = seal(TICKET, secret=SECRET).split(".")
    pieces[part] = pieces[part][:-1] + ("A" if pieces[part][-1] != "A" else "B")
    with pytest.raises(ForeignLink):
        unseal(".".join(pieces), secret=SECRET)
    with pytest.raises(ForeignLink):
        unseal(seal(TICKET, secret=SECRET), secret=b"another")


def test_every_part_of_what_a_link_is_for_makes_another_link() -> None:
    parts = ("liqiang", "DHZY-1", "wangqiang", "briefing", "arrival-1")
    others = [link_id(*parts[:at], "x", *parts[at + 1 :], secret=SECRET) for at in range(len(parts))]
    assert len({LINK, *others}) == len(parts) + 1


def test_a_code_is_six_digits_of_its_own_link_alone() -> None:
    code = code_of(LINK, secret=SECRET)
    assert len(code) == 6
    assert code.isdigit()
    wide = code.translate({ord("0") + digit: chr(0xFF10 + digit) for digit in range(10)})
    assert all(is_code(said, LINK, secret=SECRET) for said in (code, f" {code[:3]} {code[3:]}", wide))
    assert not any(is_code(said, LINK, secret=SECRET) for said in ("", code[:5], code + "0", "abcdef"))
    assert not is_code(code, link_id("another", secret=SECRET), secret=SECRET)
