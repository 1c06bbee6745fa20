"""完工说明: the short word at the end of the work (三拍一录). A voice note is kept by `handlers.evidence`."""

from __future__ import annotations

import re

from handlers.answers import Say
from handlers.approvals import show_card
from handlers.desk import Desk
from handlers.reading import Line
from workflow.ids import PermitId
from workflow.permit import commands as c
from workflow.permit.transitions import LISTENS

_NOTE = re.compile("(?:完工|收工)(?:说明|小结|情况)[:： ]+(?P<text>.{2,300})", re.DOTALL)
ASKED_NOTE = "note"


def end_note_said(desk: Desk, line: Line) -> bool:
    """Whether the line says how the work ended; it goes to the permit of this person that ended last."""
    match = _NOTE.fullmatch(line.text.strip())
    if match is None:
        return False
    permits = [desk.permit(PermitId(row.permit)) for row in desk.mine()]
    ended = [one for one in permits if one.finished_at is not None and c.AddNote in LISTENS[one.status]]
    if not ended:
        return False
    newest = max(ended, key=lambda one: one.finished_at or desk.now)
    note = c.AddNote(by=desk.by, at=desk.now, text=match["text"].strip())
    if desk.attempt(newest.id, note, ASKED_NOTE) is not None:
        show_card(desk, newest.id, Say.END_NOTE_TAKEN, number=newest.id)
    return True
