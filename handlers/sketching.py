"""示意图: the sketch some forms have (A.3, A.7, A.8) is a photo the leader sends while the permit is prepared.

It is part of what is signed, so none is taken later. A drawing may well look like the last one: it is not doubted.
"""

from __future__ import annotations

from dataclasses import replace

from cards.words_photos import SKETCH
from handlers.answers import Say
from handlers.desk import Desk
from handlers.ledger import begins, permit_in
from handlers.reading import Line
from handlers.talk import Awaiting, Expect
from workflow.ids import PermitId
from workflow.permit.state import Permit, Status
from workflow.values import WorkType

SKETCHED = frozenset({WorkType.BLIND, WorkType.EARTH, WorkType.ROAD})
"""Works whose form has a place for one."""


def takes_sketch(permit: Permit) -> bool:
    """Whether a sketch may be added now."""
    return permit.what.work in SKETCHED and permit.status is Status.PREPARING


def _sketch(desk: Desk, _line: Line, rest: str) -> None:
    number, _ = permit_in(rest)
    mine = [PermitId(row.permit) for row in desk.mine()]
    wanted = [one for one in (mine if number is None else [number]) if _may(desk, one)]
    if len(wanted) != 1:
        desk.say(Say.SKETCH_HOW)
        return
    permit = desk.permit(wanted[0])
    awaiting = Awaiting(what=Expect.SKETCH, permit=permit.id, revision=permit.revision, step=SKETCH, at=desk.now)
    desk.talk = replace(desk.talk, awaiting=awaiting)
    desk.say(Say.SKETCH_ASK, number=permit.id)


def _may(desk: Desk, number: PermitId) -> bool:
    permit = desk.known(number)
    return permit is not None and takes_sketch(permit) and desk.me in {permit.leader, permit.what.applicant}


sketching = begins({"示意图": _sketch, "位置图": _sketch, "附图": _sketch})
"""Whether a line announces a sketch; then it is answered."""
