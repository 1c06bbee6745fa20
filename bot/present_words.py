"""What is said in words alone: short answers, refusals, one-time links."""

from __future__ import annotations

from datetime import tzinfo

from cards import words, words_links
from cards.answers import answer_text
from cards.buttons import Action
from cards.card import Bubble
from cards.links import Ticket, code_of, seal
from cards.refusal import refusal, why
from cards.words_ways import Ways
from handlers import outgoing as out


def answer_words(intent: out.Answer, ways: Ways) -> Bubble:
    """A short answer or question."""
    return Bubble(text=answer_text(intent.key, intent.args, ways))


def link_text(intent: out.VouchedLink, *, name: str, base: str | None, zone: tzinfo, secret: bytes) -> str:
    """What the foreman reads: the link to hand on, or the code to say aloud; never both in one message."""
    if base is None:
        return words_links.LINK_NO_PAGES
    until = words.clock(intent.ends, zone)
    if intent.part == "code":
        return words_links.LINK_CODE.format(name=name, code=code_of(intent.link, secret=secret), until=until)
    ticket = Ticket(voucher=intent.person, link=intent.link, ends=intent.ends)
    address = f"{base}/v/{seal(ticket, secret=secret)}"
    return words_links.LINK_TEXT.format(name=name, number=intent.permit, until=until, address=address)


def plain_no(intent: out.Refusal, ways: Ways) -> Bubble:
    """A refusal as it is said; asked 为什么, every gate."""
    if intent.asked == Action.WHY.value and intent.permit is not None:
        return why(intent.findings, permit=intent.permit, ways=ways)
    named = words.BUTTON.get(Action(intent.asked)) if intent.asked in _ACTIONS else words.ASKED.get(intent.asked)
    asked = named or intent.asked
    return refusal(asked, intent.findings, permit=intent.permit, ways=ways)


_ACTIONS = frozenset(action.value for action in Action)
