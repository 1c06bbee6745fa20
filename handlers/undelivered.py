"""A safety message did not arrive, and never will: somebody else is told to say it (docs/adr/0021).

Whoever did not get it is named to his nearest superior who has an account; where there is none, to the duty leader;
where even he cannot be reached, to the safety groups of the place. A telling that does not arrive climbs on in the same
way, and nobody is asked twice. The permit's journal keeps who was not reached.

Another message that could not be said in any words, by our own fault, is told once to the duty leader, or where none is
reached to whoever answers for safety (docs/adr/0228): what fails within a minute is one message, and it climbs no
further.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from cards import words
from cards.answers import answer_text
from cards.words_hazards import ABOUT
from handlers.answers import Say
from handlers.arrivals import Undelivered
from handlers.desk import Desk
from handlers.due import CLOCK
from handlers.encoding import pack_outgoing, unpack_outgoing
from handlers.outgoing import (
    Answer,
    Ask,
    DraftCard,
    GroupNote,
    HazardCard,
    Outgoing,
    Overnight,
    PermitCard,
    Refusal,
    TaskList,
)
from storage.agenda import Claimed, NewMessage
from workflow.effects import Lane, Purpose
from workflow.hazard.effects import About
from workflow.ids import AreaId, GroupId, PermitId, PersonId, SiteId
from workflow.permit.effects_common import SAFETY_GROUP
from workflow.rules.types import Role

TOGETHER = timedelta(minutes=10)
"""Who was not reached within this time is named in one message, not in one each."""
GATHERED = timedelta(minutes=1)
"""How long what could not be said is gathered before somebody is told of it."""
_GATE = "message.delivery"


def arrival_of(row: Claimed, *, site: SiteId, now: datetime) -> Undelivered:
    """The arrival of a row that is being given up; the same row is the same arrival."""
    return Undelivered(
        site=site,
        sender=CLOCK,
        dedup_key=f"undelivered:{row.key}",
        received_at=now,
        message=unpack_outgoing(row.payload),
        alarm=row.lane == Lane.SAFETY.value,
    )


def undelivered(desk: Desk, arrival: Undelivered) -> None:
    """Tell the next one who may be reached. A message that asks nothing of anybody is let go."""
    message = arrival.message
    if not arrival.alarm:
        _unsaid(desk, message)
        return
    match message:
        case PermitCard(person=person, permit=permit, purpose=purpose):
            missed = (*_ids(message.args), str(person))
            _keep(desk, permit, _what(message.args, purpose), str(person))
            _climb(desk, permit, purpose, _what(message.args, purpose), missed, _above(desk, person, missed))
        case GroupNote(group=group, permit=permit, purpose=purpose):
            _keep(desk, permit, words.PURPOSE[purpose], str(group))
            if not message.note:
                missed = (str(group),)
                _climb(desk, permit, purpose, words.PURPOSE[purpose], missed, _keeper(desk, permit, missed))
        case Answer(person=person):
            _forward(desk, message, person)
        case HazardCard(person=person, hazard=hazard, about=about) if about:
            what = {"number": str(hazard), "what": ABOUT[About(about)]}
            _forward(desk, Answer(person=person, key=Say.HAZARD_UNREAD.value, args=what), person)
        case _:
            return


def _unsaid(desk: Desk, message: Outgoing) -> None:
    match message:
        case PermitCard(person=person, permit=permit, purpose=purpose):
            _unsaid_of(desk, person, ((permit, purpose),))
        case Overnight(person=person):
            _unsaid_of(desk, person, _of_the_night(desk, message))
        case HazardCard(person=person, hazard=hazard):
            _tell_unsaid(desk, person, f"{words.UNSAID} {hazard}", None)
        case DraftCard(person=person) | Ask(person=person) | Refusal(person=person) | TaskList(person=person):
            _tell_unsaid(desk, person, words.UNSAID, None)
        case _:
            return


def _of_the_night(desk: Desk, first: Overnight) -> Iterable[tuple[PermitId, Purpose]]:
    """The first row of a night speaks for all of them: without it none was told."""
    rows = (unpack_outgoing(row.payload) for row in desk.tx.posted(first.night))
    return dict.fromkeys((one.permit, one.purpose) for one in (first, *rows) if isinstance(one, Overnight))


def _unsaid_of(desk: Desk, person: PersonId, permits: Iterable[tuple[PermitId, Purpose | None]]) -> None:
    lines, area = [], None
    for permit, purpose in permits:
        what, known = _what({}, purpose) if purpose is not None else words.UNSAID, desk.known(permit)
        _keep(desk, permit, what, str(person))
        lines.append(f"{what} {permit}")
        area = known.what.area if area is None and known is not None else area
    _tell_unsaid(desk, person, "、".join(lines), area)


def _tell_unsaid(desk: Desk, person: PersonId, what: str, area: AreaId | None) -> None:
    directory = desk.tx.directory
    duty, posts = desk.house.posts.duty_leader(directory), desk.house.posts
    candidates = (*((duty,) if duty is not None else ()), *posts.holders(directory, area)[Role.SAFETY_DEPT])
    listener = _first_reachable(desk, candidates, (str(person),))
    if listener is None:
        return
    key = f"unsaid:{listener}"
    row = desk.tx.draft(key)
    kept = {} if row is None else json.loads(row.body)
    # A list begun in what is the future since a clock was set back would keep waiting for it.
    gathering = bool(kept) and timedelta(0) <= desk.now - datetime.fromisoformat(kept["at"]) < GATHERED
    begun, before = (kept["at"], kept["lines"]) if gathering else (desk.now.isoformat(), [])
    lines = list(dict.fromkeys((*before, f"{_names(desk, (str(person),))}：{what}")))
    desk.tx.put_draft(key, json.dumps({"at": begun, "lines": lines}).encode(), desk.now)
    answer = Answer(person=listener, key=Say.UNSAID.value, args={"lines": "；".join(lines)})
    desk.tx.post(
        NewMessage(
            key=f"{desk.cause}#unsaid",
            lane=Lane.ACTION,
            recipient=str(listener),
            purpose="unsaid",
            payload=pack_outgoing(answer),
            at=desk.now,
            not_before=datetime.fromisoformat(begun) + GATHERED,
            coalesce_key=f"{key}:{begun}",  # a later list takes no place of one that still waits: it names others
        )
    )


def _ids(args: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(one for one in args.get("ids", "").split(",") if one)


def _what(args: Mapping[str, str], purpose: Purpose | None) -> str:
    return args.get("what") or (words.PURPOSE[purpose] if purpose is not None else words.SAFETY_NEWS)


def _keep(desk: Desk, permit: PermitId, what: str, who: str) -> None:
    if desk.known(permit) is not None:
        desk.keep_attempt(permit, "Notify", _GATE, words.NOT_REACHED.format(what=what, names=_names(desk, (who,))))


def _names(desk: Desk, ids: Iterable[str]) -> str:
    directory = desk.tx.directory
    named = {str(person.id): person.name for person in directory.register.people}
    named |= {str(group.id): group.name for group in directory.register.groups}
    return "、".join(named.get(one, one) for one in ids)


# --- who is told ----------------------------------------------------------------------------------------------------


def _above(desk: Desk, person: PersonId, missed: tuple[str, ...]) -> PersonId | None:
    """The nearest superior who has an account and is not himself one of the missed; else the duty leader."""
    directory = desk.tx.directory
    duty = desk.house.posts.duty_leader(directory)
    candidates = (*(one.id for one in directory.superiors(person)), *((duty,) if duty is not None else ()))
    return _first_reachable(desk, candidates, missed)


def _keeper(desk: Desk, permit: PermitId, missed: tuple[str, ...]) -> PersonId | None:
    """Whoever answers for safety at the place of a permit."""
    known = desk.known(permit)
    holders = desk.house.posts.holders(desk.tx.directory, known.what.area if known is not None else None)
    return _first_reachable(desk, holders[Role.SAFETY_DEPT], missed)


def _first_reachable(desk: Desk, candidates: Iterable[PersonId], missed: tuple[str, ...]) -> PersonId | None:
    accounts_of = desk.tx.directory.accounts_of
    return next((one for one in candidates if str(one) not in missed and accounts_of(one)), None)


def _climb(
    desk: Desk,
    permit: PermitId,
    purpose: Purpose | None,
    what: str,
    missed: tuple[str, ...],
    listener: PersonId | None,
) -> None:
    if listener is not None:
        args, since = _args(desk, f"{permit}:undelivered:{listener}", what, missed)
        card = PermitCard(person=listener, permit=permit, purpose=purpose, note=Say.UNDELIVERED.value, args=args)
        _post(desk, str(listener), card, permit, since)
        return
    known = desk.known(permit)
    if known is None or purpose is None:
        return
    for group in desk.tx.directory.groups_for(SAFETY_GROUP, known.what.area):
        if str(group.id) not in missed:
            args, since = _args(desk, f"{permit}:undelivered:{group.id}", what, missed)
            note = GroupNote(
                group=GroupId(group.id), permit=permit, purpose=purpose, note=Say.UNDELIVERED.value, args=args
            )
            _post(desk, str(group.id), note, permit, since)


def _post(desk: Desk, recipient: str, message: PermitCard | GroupNote, permit: PermitId, since: str) -> None:
    """In the place of an earlier one of this list that still waits; of no other list's, which names others."""
    desk.post_to(
        recipient,
        message,
        purpose="undelivered",
        lane=Lane.SAFETY,
        permit=permit,
        coalesce=f"{permit}:undelivered:{recipient}:{since}",
    )


def _args(desk: Desk, key: str, what: str, missed: tuple[str, ...]) -> tuple[dict[str, str], str]:
    """The words' arguments, and when their list began. Those not reached a moment ago are named again: the newest
    message of a list stands for all."""
    before, since = _lately(desk, key)
    together = tuple(dict.fromkeys((*before, *missed)))
    kept = {"at": desk.now.isoformat(), "since": since, "ids": together}
    desk.tx.put_draft(key, json.dumps(kept).encode(), desk.now)
    return {"what": what, "names": _names(desk, together), "ids": ",".join(together)}, since


def _lately(desk: Desk, key: str) -> tuple[tuple[str, ...], str]:
    row, now = desk.tx.draft(key), desk.now.isoformat()
    if row is None:
        return (), now
    kept = json.loads(row.body)
    together = desk.now - datetime.fromisoformat(kept["at"]) <= TOGETHER
    return (tuple(kept["ids"]), kept.get("since", kept["at"])) if together else ((), now)


def _forward(desk: Desk, message: Answer, person: PersonId) -> None:
    """Words without a permit's card: handed on as they were, with the name of who should have had them."""
    missed = (*_ids(message.args), str(person))
    listener = _above(desk, person, missed)
    if listener is None:
        return
    text = message.args["words"] if message.key == Say.UNDELIVERED_WORDS else _words_of(message)
    args = {"names": _names(desk, missed), "ids": ",".join(missed), "words": text}
    answer = Answer(person=listener, key=Say.UNDELIVERED_WORDS.value, args=args)
    desk.post_to(str(listener), answer, purpose="undelivered", lane=Lane.SAFETY)


def _words_of(message: Answer) -> str:
    try:
        return answer_text(message.key, message.args)
    except LookupError:  # why nobody got it: of an older version of ours, say
        return words.SAFETY_NEWS
