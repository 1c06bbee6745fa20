"""Words that work at any time: 停工, 取消, 帮助, 我的任务, 查 <票号>, 刷新, 为什么, 我要申请, 和上次一样."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from handlers import approvals, menus
from handlers.airs import air_said
from handlers.answers import Say
from handlers.asked import ASKED
from handlers.desk import Desk
from handlers.emergency import emergency_said
from handlers.reading import Line, places_in
from handlers.request import conversation
from handlers.request.commands import AmbiguousStop, CommandKind, CommandSaid, NotNow, recognise
from handlers.request.folding import key
from handlers.request.understand import Said
from handlers.stopping import ask_whether, stop_said
from handlers.talk import Expect
from handlers.why import why_said
from storage.board import BoardRow
from workflow.ids import PermitId


def spoken(desk: Desk, line: Line) -> bool:
    """Whether the line is such a word; then it is done."""
    match line.word:
        case CommandSaid(kind=kind) as said:
            return _SAID[kind](desk, line, said)
        case AmbiguousStop() as said:
            return _perhaps_stop(desk, line, said)
        case _:
            return False


def heard(desk: Desk, text: str) -> None:
    """The words of a voice note: only a cry to stop is obeyed; everything else is a note."""
    word = recognise(text)
    if isinstance(word, AmbiguousStop) or (isinstance(word, CommandSaid) and word.kind is CommandKind.STOP_WORK):
        areas, things = places_in(text, desk.gazetteer)
        number = _number(desk, word.permit_no)
        if isinstance(word, AmbiguousStop):
            ask_whether(desk, text, number=number, areas=areas, things=things)
        else:
            stop_said(desk, text, number=number, areas=areas, things=things)


def _perhaps_stop(desk: Desk, line: Line, said: AmbiguousStop) -> bool:
    """Perhaps a stop: a request that plans for another time is one; anything else is asked, the stop first."""
    if desk.talk.open_question(desk.now) is not None and len(line.text.strip()) > _CRY:
        return False  # a hazard analysis names fires and falls; whoever cries for help is brief
    awaiting = desk.talk.open_question(desk.now)
    if awaiting is not None and awaiting.what is Expect.CAUSE and said.why is NotNow.REPORTED:
        return False  # 「风停了」: what was done about a stop in force
    fresh = line.fresh
    if said.why is NotNow.PLANNED and isinstance(fresh, Said) and conversation.is_request(fresh):
        return False
    if air_said(desk, line.text):
        return True
    return ask_whether(desk, line.text, number=_number(desk, said.permit_no), areas=line.areas, things=line.things)


def _stop(desk: Desk, line: Line, said: CommandSaid) -> bool:
    stop_said(desk, line.text, number=_number(desk, said.permit_no), areas=line.areas, things=line.things)
    emergency_said(desk, line)
    return True


def _help(desk: Desk, _line: Line, _said: CommandSaid) -> bool:
    desk.say(Say.HELP, name=desk.person.name)
    return True


def _tasks(desk: Desk, _line: Line, _said: CommandSaid) -> bool:
    menus.tasks(desk)
    return True


def _apply(desk: Desk, _line: Line, _said: CommandSaid) -> bool:
    if desk.talk.draft is not None:
        conversation.show_draft(desk)
    else:
        desk.say(Say.HOW_TO_REQUEST)
    return True


def _query(desk: Desk, _line: Line, said: CommandSaid) -> bool:
    number = _number(desk, said.permit_no)
    if number is None:
        desk.say(Say.NO_SUCH_PERMIT, number=said.permit_no)
    else:
        approvals.show_card(desk, number)
    return True


def _refresh(desk: Desk, _line: Line, _said: CommandSaid) -> bool:
    """A fresh card of what is at hand: the draft, else the permit that waits for this person, else the list."""
    row = _at_hand(desk)
    if desk.talk.draft is not None:
        conversation.show_draft(desk)
    elif row is not None:
        approvals.show_card(desk, PermitId(row.permit))
    else:
        menus.tasks(desk)
    return True


def _cancel(desk: Desk, _line: Line, said: CommandSaid) -> bool:
    """Gives up the open draft, or the open question. A permit is never cancelled by a word: its card asks for the
    reason."""
    number = _number(desk, said.permit_no)
    if number is not None:
        approvals.show_card(desk, number)
    elif desk.talk.open_hazard(desk.now) is not None:
        desk.talk = replace(desk.talk, hazard=None)
        desk.say(Say.QUESTION_DROPPED)
    elif desk.talk.awaiting is not None:
        desk.forget_question()
        desk.say(Say.QUESTION_DROPPED)
    elif desk.talk.draft is None:
        desk.say(Say.NOTHING_TO_CANCEL)
    elif said.about:
        return False  # names a part of the draft: a correction
    else:
        conversation.cancel(desk)
    return True


def _again(desk: Desk, _line: Line, _said: CommandSaid) -> bool:
    conversation.copy_last(desk)
    return True


def _why(desk: Desk, _line: Line, said: CommandSaid) -> bool:
    row = _at_hand(desk)
    why_said(desk, _number(desk, said.permit_no), PermitId(row.permit) if row is not None else None)
    return True


def _at_hand(desk: Desk) -> BoardRow | None:
    """The permit this person is busy with: the one that waits for them, else the one that changed last."""
    rows = sorted(desk.mine(), key=lambda row: row.updated_at)
    waiting = [row for row in rows if (ASKED, desk.me) in row.people]
    return next(iter(reversed(waiting or rows)), None)


def _number(desk: Desk, typed: str) -> PermitId | None:
    """The permit a typed number means: exactly, or the only open one of this person that ends so."""
    if not typed:
        return None
    for number in (PermitId(typed.strip()), _spelled(desk, typed)):
        if number is not None and desk.known(number) is not None:
            return number
    wanted = key(typed)
    found = [row.permit for row in desk.mine() if key(row.permit) == wanted or key(row.permit).endswith(wanted)]
    return PermitId(found[0]) if len(found) == 1 else None


_CRY = 8
"""Characters of a cry: a longer line under an open question is its answer."""
_PARTS = re.compile("([A-Z]{4})-?.*?-?(20[0-9]{6})-?([0-9]{1,5})", re.IGNORECASE)


def _spelled(desk: Desk, typed: str) -> PermitId | None:
    """A number of this site as we spell it, whatever the letter case and the hyphens."""
    match = _PARTS.fullmatch(typed.strip())
    if match is None:
        return None
    code, day, running = match.groups()
    return PermitId(f"{code.upper()}-{desk.house.site.upper()}-{day}-{int(running):03d}")


_SAID: Mapping[CommandKind, Callable[[Desk, Line, CommandSaid], bool]] = {
    CommandKind.STOP_WORK: _stop,
    CommandKind.CANCEL: _cancel,
    CommandKind.HELP: _help,
    CommandKind.MY_TASKS: _tasks,
    CommandKind.QUERY: _query,
    CommandKind.REFRESH: _refresh,
    CommandKind.SAME_AS_LAST: _again,
    CommandKind.WHY: _why,
    CommandKind.APPLY: _apply,
}
