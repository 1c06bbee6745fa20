"""Two codes that may be one place: put before the safety department with the evidence, decided by one tap or one line.

Asked once for each pair, and again a week later if nobody said. Whoever decides first has decided: the other cards say
so, and a press that comes late changes nothing. A later line may still change the word (docs/adr/0059).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from cards import words, words_ledgers
from cards.buttons import Action, Press
from handlers import aliases
from handlers.aliases import NotDecided, evidence, judged, suspicions
from handlers.answers import ROWS, Say
from handlers.arrivals import Tap
from handlers.desk import Desk
from handlers.due import CLOCK
from handlers.house import House
from handlers.ledger import begins
from handlers.outgoing import Answer, Ask, Offer, Settled
from handlers.reading import Line
from storage.tx import Tx
from workflow.ids import AreaId, EquipmentId, PersonId
from workflow.plant import LinkKind
from workflow.rules.types import Role
from workflow.simops.aliases import Candidate
from workflow.simops.metres import overlap

AGAIN_AFTER = timedelta(days=7)
"""How long a pair rests after 以后再说, or after nobody pressed anything."""
MOST_ASKED = 3
"""Cards put before one person at a time."""
_SAME, _APART, _LATER = "same", "apart", "later"
_BETWEEN = re.compile(r"[\s、,，和与=]+")

Pair = tuple[str, str]

# --- asking ---------------------------------------------------------------------------------------------------------


def propose(tx: Tx, house: House, now: datetime) -> int:
    """Put every pair that leaves conflicts open, and that is due to be asked, before the safety department.

    How many were. Asked again within a week it asks nothing twice.
    """
    due = [pair for pair in suspicions(tx.directory) if _due(tx, pair, now)][:MOST_ASKED]
    for one, other in due:
        desk = Desk(tx, house, now=now, cause=f"places:{one}:{other}:{now.isoformat()}", sender=CLOCK, actor=None)
        for person in _department(desk):
            _ask(desk, person, (one, other))
        _let_rest(tx, (one, other), now)
    return len(due)


def _ask(desk: Desk, person: PersonId, pair: Pair) -> None:
    found = evidence(desk.tx, *pair)
    if found is None:
        return
    args = {"one": found.one, "other": found.other, ROWS: "\n".join(_rows(desk, found))}
    offers = tuple(Offer(press=_press(pair, what)) for what in (_SAME, _APART, _LATER))
    question = Ask(person=person, subject=_subject(pair), key=Say.ALIAS_ASK.value, args=args, offers=offers)
    desk.post_to(person, question, purpose="ask")


def _press(pair: Pair, what: str) -> Press:
    return Press(action=Action.PLACES, subject="\n".join(pair), revision=0, arg=what)


def _subject(pair: Pair) -> str:
    return f"ask:places:{'='.join(sorted(pair))}"


def _rows(desk: Desk, found: Candidate) -> list[str]:
    """The evidence: text, position, equipment, history."""
    directory = desk.tx.directory
    here, there = (directory.areas.get(AreaId(code)) for code in (found.one, found.other))
    if here is None or there is None:
        things = [directory.equipment[EquipmentId(code)] for code in (found.one, found.other)]
        names = [thing.name for thing in things]
        told = {"map": _pair(*(_area_name(desk, thing.area) for thing in things))}
    else:
        names = [here.name, there.name]
        fenced = bool(here.fence and there.fence)
        meet = fenced and overlap(here.fence, there.fence)
        told = {
            "map": (words_ledgers.FENCES_MEET if meet else words_ledgers.FENCES_APART)
            if fenced
            else words_ledgers.NO_FENCES,
            "things": _shared(found, "都有设备") or words_ledgers.NO_THINGS_SHARED,
            "past": _shared(found, "都开过票") or words_ledgers.NO_PAST_SHARED,
        }
    why = "；".join(each for each in found.reasons if not each.startswith(("都有设备", "都开过票", "围栏")))
    shown: Mapping[str, str] = {"code": _pair(found.one, found.other), "name": _pair(*names), **told, "why": why}
    return [f"{words_ledgers.PLACE_ROWS[key]}：{value}" for key, value in shown.items() if value]


def _shared(found: Candidate, label: str) -> str:
    return next((each.partition("：")[2] for each in found.reasons if each.startswith(label)), "")


def _pair(one: str, other: str) -> str:
    return words_ledgers.PAIR.format(one=one, other=other)


def _area_name(desk: Desk, area: AreaId) -> str:
    known = desk.tx.directory.areas.get(area)
    return known.name if known is not None else str(area)


def _department(desk: Desk) -> tuple[PersonId, ...]:
    return desk.holders(None)[Role.SAFETY_DEPT]


def _due(tx: Tx, pair: Pair, now: datetime) -> bool:
    asked = tx.setting(_key(pair))
    return asked is None or datetime.fromisoformat(asked) <= now


def _let_rest(tx: Tx, pair: Pair, now: datetime) -> None:
    tx.put_setting(_key(pair), (now + AGAIN_AFTER).isoformat())


def _key(pair: Pair) -> str:
    return f"places:ask:{'='.join(sorted(pair))}"


# --- deciding -------------------------------------------------------------------------------------------------------


def places_tapped(desk: Desk, _tap: Tap, press: Press) -> None:
    """是同一处 · 不是 · 以后再说 on the card. Decides only what nobody has decided."""
    one, _, other = press.subject.partition("\n")
    done = judged(desk.tx.directory, one, other)
    if done is not None and done.decided_by is not None and done.decided_on is not None:
        people = desk.tx.directory.people
        args = {
            "one": one,
            "other": other,
            "name": people[done.decided_by].name if done.decided_by in people else str(done.decided_by),
            "day": f"{done.decided_on.month}月{done.decided_on.day}日",
            "what": words_ledgers.SAME_PLACE if done.kind is LinkKind.SAME else words_ledgers.TWO_PLACES,
        }
        desk.settle(_subject((one, other)), Say.ALIAS_SETTLED, **args)
        desk.say(Say.ALIAS_SETTLED, **args)
    elif press.arg == _LATER:
        _let_rest(desk.tx, (one, other), desk.now)
        day = words.day(desk.now + AGAIN_AFTER, desk.house.zone)
        desk.settle(_subject((one, other)), Say.ALIAS_LATER, one=one, other=other, day=day)
    else:
        _decide(desk, (one, other), same=press.arg == _SAME)


def _said_same(desk: Desk, _line: Line, rest: str) -> None:
    _said(desk, rest, same=True)


def _said_apart(desk: Desk, _line: Line, rest: str) -> None:
    _said(desk, rest, same=False)


def _said(desk: Desk, rest: str, *, same: bool) -> None:
    codes = [code for code in _BETWEEN.split(rest.strip("。.!！ ")) if code]
    if len(codes) != 2:
        desk.say(Say.ALIAS_HOW)
    else:
        _decide(desk, (_spelled(desk, codes[0]), _spelled(desk, codes[1])), same=same)


def _spelled(desk: Desk, code: str) -> str:
    """A typed code as the register spells it, whatever the letter case."""
    directory = desk.tx.directory
    known = [*map(str, directory.areas), *map(str, directory.equipment)]
    return code if code in known else next((one for one in known if one.upper() == code.upper()), code)


def _decide(desk: Desk, pair: Pair, *, same: bool) -> None:
    house = desk.house
    try:
        event = aliases.decide(
            desk.tx, house.book, one=pair[0], other=pair[1], same=same, by=desk.me, at=desk.now, zone=house.zone
        )
    except NotDecided as why:
        desk.say(Say.ALIAS_NOT, why=str(why))
        return
    key = Say.ALIAS_SAME if same else Say.ALIAS_APART
    args = {"one": event.one, "other": event.other, "name": desk.person.name}
    for person in _department(desk):
        desk.post_to(
            person, Settled(person=person, subject=_subject(pair), key=key.value, args=args), purpose="settled"
        )
        if person != desk.me:
            desk.post_to(person, Answer(person=person, key=key.value, args=args), purpose="places")
    if not desk.tapped:
        desk.say(key, **args)


def _list(desk: Desk, _line: Line, _rest: str) -> None:
    """What waits for a word: as cards to whoever may speak, and nothing to others."""
    pairs = tuple(suspicions(desk.tx.directory))[:MOST_ASKED]
    if not pairs or desk.me not in _department(desk):
        desk.say(Say.ALIAS_NONE if not pairs else Say.ALIAS_HOW)
        return
    for pair in pairs:
        _ask(desk, desk.me, pair)
        _let_rest(desk.tx, pair, desk.now)


matching = begins(
    {"同一处": _said_same, "不是同一处": _said_apart, "两处": _said_apart, "重复编码": _list, "疑似重复": _list}
)
"""Whether a line is about two codes of one place; then it is answered."""
