"""报表 by chat: the register of permits as a file, for safety officers.

The file is made after the commit, beside the office: reading a month of records here would let everybody wait.
"""

from __future__ import annotations

from handlers.answers import Say
from handlers.desk import Desk
from handlers.house import House
from handlers.keys import safety
from handlers.ledger import begins
from handlers.outgoing import RegisterFile
from handlers.reading import Line
from handlers.windows import NoWindow, window_of
from storage.tx import Tx
from workflow.effects import Lane
from workflow.ids import PersonId
from workflow.rules.types import Role


def may_have_registers(tx: Tx, house: House, person: PersonId) -> bool:
    """Safety officers of the whole plant, as long as they are on the register: a workbook names everybody."""
    known = tx.directory.person(person)
    officers = house.posts.holders(tx.directory, None).get(Role.SAFETY_DEPT, ())
    return known is not None and known.active and person in officers


def _register(desk: Desk, _line: Line, rest: str) -> None:
    if desk.me not in safety(desk):
        desk.say(Say.REPORT_NOT_YOURS)
        return
    try:
        window = window_of(rest, desk.today)
    except NoWindow:
        desk.say(Say.REPORT_HOW)
        return
    wanted = RegisterFile(person=desk.me, since=window.since, until=window.until)
    desk.post(wanted, purpose="register", lane=Lane.INFORMATION)


reporting = begins({"报表": _register})
"""Whether a line asks for a register; then it is on its way, or it is said why not."""
