"""封存 · 解除封存 · 封存清单: a permit or hazard under legal hold is forgotten by no table."""

from __future__ import annotations

from handlers.answers import Say
from handlers.desk import Desk
from handlers.forgetting import held
from handlers.ledger import begins, permit_in
from handlers.reading import Line, clean
from handlers.streams import keep
from workflow.errors import Refused
from workflow.privacy import keeping
from workflow.privacy.keeping import HOLDS
from workflow.rules.types import Role

ASKED = "hold"


def _hold(desk: Desk, _line: Line, rest: str) -> None:
    _decided(desk, rest, keeping.hold, Say.HOLD_PLACED)


def _lift(desk: Desk, _line: Line, rest: str) -> None:
    _decided(desk, rest, keeping.lift, Say.HOLD_LIFTED)


def _list(desk: Desk, _line: Line, _rest: str) -> None:
    found = held(desk.tx, desk.house)
    if desk.me not in desk.holders(None).get(Role.SAFETY_DEPT, ()):
        desk.say(Say.HOLD_OFFICERS)
    elif found:
        desk.say(Say.HOLD_LIST, lines="\n".join(f"{number}：{why}" for number, why in sorted(found.items())))
    else:
        desk.say(Say.HOLD_NONE)


def _decided(desk: Desk, rest: str, decide: keeping.Decide, done: Say) -> None:
    number, why = permit_in(rest)
    if number is None or (desk.known(number) is None and desk.tx.hazard(number) is None):
        desk.say(Say.HOLD_HOW)
        return
    state = desk.tx.load(desk.house.keeping, HOLDS)[0]
    safety = desk.holders(None).get(Role.SAFETY_DEPT, ())
    try:
        events = decide(state, permit=number, why=clean(why).strip(), by=desk.me, safety=safety, at=desk.now)
    except Refused as refused:
        desk.refuse(None, ASKED, refused.findings)
        return
    keep(desk.tx, desk.house.keeping, HOLDS, events, at=desk.now, cause=desk.cause)
    desk.say(done, number=number)


holding = begins({"封存": _hold, "解除封存": _lift, "封存清单": _list})
"""Whether a line is about holds; then it is answered."""
