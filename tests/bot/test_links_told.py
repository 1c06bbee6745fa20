"""What the foreman reads: the link in one message, its code in another."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.present_words import link_text
from cards import words_links
from cards.links import Ticket, code_of, seal
from handlers.outgoing import VouchedLink
from tests.support.permits import LEADER, NOW, SECRET, WORKER, ZONE
from workflow.ids import PermitId

LINK = VouchedLink(
    person=LEADER, permit=PermitId("DHZY-HC-20260318-001"), link="abcdefghijklmnop", whom=WORKER,
    ends=NOW + timedelta(minutes=10), part="link",
)  # fmt: skip


def told(link: VouchedLink, base: str | None = "https://ptw.example") -> str:
    return link_text(link, name="王强", base=base, zone=ZONE, secret=SECRET)


def test_the_address_and_the_code_never_stand_in_one_message() -> None:
    code = code_of(LINK.link, secret=SECRET)
    token = seal(Ticket(voucher=LEADER, link=LINK.link, ends=LINK.ends), secret=SECRET)
    first, second = told(LINK), told(replace(LINK, part="code"))
    assert f"https://ptw.example/v/{token}\n" in first
    assert code not in first
    assert code in second
    assert "/v/" not in second
    assert "08:10" in first
    assert "当面" in second


def test_without_pages_there_is_neither() -> None:
    assert told(LINK, None) == told(replace(LINK, part="code"), None) == words_links.LINK_NO_PAGES
