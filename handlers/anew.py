"""重新发起 and 复制: two ways from an old permit to a new draft, and neither sends anything.

重新发起 takes up the *same* job whose permit was refused, cancelled, voided or ran out: the new permit's journal cites
the old number. 复制 takes an old permit as a *pattern* for another job: it cites nothing, and shows what has changed
since. The two never share a word or a button.
"""

from __future__ import annotations

import re

from cards import words_draft as say
from cards.buttons import Press
from handlers.answers import Say
from handlers.desk import Desk
from handlers.reading import Line
from handlers.request import conversation
from handlers.request.since import changed_since
from workflow.ids import PermitId
from workflow.permit.state import Permit, Status

DEAD = frozenset({Status.REJECTED, Status.CANCELLED, Status.EXPIRED, Status.VOIDED})
_NUMBER = "(?P<number>[A-Za-z]{4}-[A-Za-z0-9]{1,8}-20[0-9]{6}-[0-9]{1,5})"
_AGAIN = re.compile(f"重新发起(?:作业票|原票|原作业)?[:： ]*(?:{_NUMBER})?[。.!！ ]*")
_COPY = re.compile(f"(?:复制|照着?)(?:作业票)?[:： ]*{_NUMBER}(?:另办一张|再办一张|办)?[。.!！ ]*")


def anew_said(desk: Desk, line: Line) -> bool:
    """Whether the line asks for the one or the other."""
    text = line.text.strip()
    match = _AGAIN.fullmatch(text)
    if match is not None:
        permit = _named(desk, match["number"]) if match["number"] else _last_dead(desk)
        _again(desk, permit, match["number"] or "")
        return True
    match = _COPY.fullmatch(text)
    if match is not None:
        _copy(desk, _named(desk, match["number"]), match["number"])
        return True
    return False


def again(desk: Desk, permit: Permit, _press: Press) -> None:
    """重新发起 on a card."""
    _again(desk, permit, permit.id)


def copy(desk: Desk, permit: Permit, _press: Press) -> None:
    """照此另办 on a card."""
    _copy(desk, permit, permit.id)


def _named(desk: Desk, number: str) -> Permit | None:
    return desk.known(PermitId(number.upper()))


def _last_dead(desk: Desk) -> Permit | None:
    """This person's last request, when it came to nothing."""
    number = desk.tx.setting(conversation.last_key(desk.me))
    return desk.known(PermitId(number)) if number is not None else None


def _mine(desk: Desk, permit: Permit) -> bool:
    return desk.me in {permit.what.applicant, permit.what.leader, permit.leader}


def _again(desk: Desk, permit: Permit | None, number: str) -> None:
    if permit is None or not _mine(desk, permit):
        desk.say(Say.NO_SUCH_PERMIT, number=number)
    elif permit.status not in DEAD or permit.live:
        desk.say(Say.AGAIN_NOT_DEAD, number=permit.id)
    else:
        ahead = permit.what.planned.start > desk.now
        note = say.AGAIN.format(number=permit.id)
        conversation.open_from(desk, permit, with_time=ahead, note=note, again=permit.id)


def _copy(desk: Desk, permit: Permit | None, number: str) -> None:
    if permit is None or not (_mine(desk, permit) or desk.me in permit.what.workers):
        desk.say(Say.NO_SUCH_PERMIT, number=number)
        return
    told(desk, permit)
    conversation.open_from(desk, permit, with_time=False, note=say.COPIED.format(number=permit.id))


def told(desk: Desk, permit: Permit) -> None:
    """Say what has changed since the permit that is copied, line by line."""
    lines = changed_since(desk, permit)
    if lines:
        desk.say(Say.COPY_CHANGES, number=permit.id, lines="\n".join(f"· {one}" for one in lines))
    else:
        desk.say(Say.COPY_SAME, number=permit.id)
