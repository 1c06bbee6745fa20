"""The conversation about a hazard: what is asked next, and what a line, a photo or a press then means.

A report that may be one that is known already is held until its sender says so. Whoever turns to another hazard, or
says nothing for a quarter of an hour, gets the held one registered: it is never lost. What is grave is not held at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from cards.buttons import Action, Press
from cards.words_hazards import TAPS
from handlers import hazards
from handlers.answers import Say
from handlers.arrivals import Tap
from handlers.desk import Desk
from handlers.encoding import pack_command
from handlers.hazard_place import here
from handlers.held import HeldReport
from handlers.ledger import permit_in
from handlers.outgoing import Ask, HazardCard, HazardRefresh, Offer
from handlers.reading import Line
from handlers.request.people import find_names
from handlers.talk import OPEN_FOR, HazardStep, HazardTalk, Loose
from workflow.hazard import commands as c
from workflow.hazard.grading import grade
from workflow.hazard.owed import rectify_by
from workflow.hazard.state import Hazard, Sighting, Stage
from workflow.ids import AreaId, HazardId, MediaHash, PersonId

HELD = "held"
"""Name of the timer of a report that waits for a word."""
_PHOTO_STEPS = frozenset({HazardStep.REPORT, HazardStep.BEFORE, HazardStep.AFTER})
_MOST_LOOSE = 6
_DAY = re.compile(r"(?:(\d{1,2})月)(\d{1,2})[日号]?")
_SPAN = re.compile(r"(\d{1,3})\s*(天|小时)")
_UNITS = {"天": timedelta(days=1), "小时": timedelta(hours=1)}
_END_OF_DAY = 18
"""Hour at the site until which a day that was named lasts."""


# --- reporting ------------------------------------------------------------------------------------------------------


def how(desk: Desk) -> None:
    """报隐患, with nothing said yet: the next line or photo is it."""
    _open(desk, HazardTalk(step=HazardStep.REPORT, at=desk.now))
    desk.say(Say.HAZARD_HOW)


def report(
    desk: Desk, text: str, areas: Sequence[AreaId], photos: tuple[MediaHash, ...], *,
    videos: tuple[MediaHash, ...] = (), named: bool = True,
) -> None:  # fmt: skip
    """Something was seen: registered, or asked whether it is one that is known."""
    permit, _ = permit_in(text)
    spot = here(desk)
    area = areas[0] if len(areas) == 1 else spot.area if spot is not None and not areas else None
    known = None if area is None else desk.tx.directory.areas.get(area)
    what = Sighting(
        text=text,
        place=known.name if known is not None else "",
        area=area,
        kind=hazards.rules_of(desk).kind_of(text),
        photos=photos,
        videos=videos,
        position=spot.position if spot is not None and spot.area == area else None,
        permit=permit if permit is not None and desk.known(permit) is not None else None,
        named=named,
        between=tuple(areas) if len(areas) > 1 else (),
    )
    found = () if _grave(desk, what) else hazards.likely(desk, what)
    if found:
        _whether(desk, what, found[0].id)
    else:
        _register(desk, what)


def _grave(desk: Desk, what: Sighting) -> bool:
    found = grade(what, hazards.rules_of(desk).grading(desk.today), live_work=True)
    return found.major or found.urgent


def _register(desk: Desk, what: Sighting) -> None:
    desk.talk = replace(desk.talk, hazard=None, loose=())
    number = hazards.report(desk, what)
    if number is not None and not what.photos:
        desk.say(Say.HAZARD_BEFORE, number=number)
        _open(desk, HazardTalk(step=HazardStep.BEFORE, at=desk.now, hazard=number))


def _whether(desk: Desk, what: Sighting, candidate: HazardId) -> None:
    other = hazards.load(desk, candidate).sighting
    if other is None:
        _register(desk, what)
        return
    _open(desk, HazardTalk(step=HazardStep.WHETHER, at=desk.now, hazard=candidate, held=what))
    patience = HeldReport(person=desk.me, at=desk.now)
    key = f"held/{desk.me}"
    desk.tx.put_timer(key, desk.now + OPEN_FOR, HELD, None, pack_command(patience), at=desk.now)
    args = {"number": str(candidate), "place": other.place, "text": other.text}
    _question(desk, Say.HAZARD_SAME, args, candidate, "same", "new")


def held_too_long(desk: Desk, waited: HeldReport) -> None:
    """The clock: register what its sender never said a word about. A question of another moment is left alone."""
    mine = Desk(desk.tx, desk.house, now=desk.now, cause=desk.cause, sender=desk.sender, actor=waited.person)
    asked = mine.talk.hazard
    if asked is not None and asked.step is HazardStep.WHETHER and asked.at == waited.at and asked.held is not None:
        _register(mine, asked.held)
    mine.close()


def _question(desk: Desk, key: Say, args: Mapping[str, str], subject: str, *taps: str) -> None:
    offers = tuple(
        Offer(press=Press(action=Action.HAZARD, subject=subject, revision=0, arg=tap), label=TAPS[tap]) for tap in taps
    )
    desk.question(Ask(person=desk.me, subject=_ask(desk), key=key.value, args=args, offers=offers))


def _ask(desk: Desk) -> str:
    return f"ask:hazard:{desk.me}"


def _open(desk: Desk, talk: HazardTalk) -> None:
    """Ask this next. A report that still waited for a word whether it is known is registered first."""
    before = desk.talk.hazard
    desk.talk = replace(desk.talk, hazard=talk)
    if before is not None and before.step is HazardStep.WHETHER and before.held is not None:
        hazards.report(desk, before.held)


def _close(desk: Desk) -> None:
    desk.talk = replace(desk.talk, hazard=None)


# --- a photo or a video ---------------------------------------------------------------------------------------------


def wants_photo(desk: Desk) -> bool:
    """Whether the next photo of this person is about a hazard."""
    asked = desk.talk.open_hazard(desk.now)
    return asked is not None and asked.step in _PHOTO_STEPS


def shown(desk: Desk, media: MediaHash, *, video: bool = False) -> bool:
    """A photo or video is in our store: whether it is about a hazard; then it is taken."""
    asked = desk.talk.open_hazard(desk.now)
    if asked is None or asked.step not in _PHOTO_STEPS or (video and asked.step is HazardStep.AFTER):
        return False
    if asked.step is HazardStep.BEFORE and asked.hazard is not None:
        more = Sighting(
            text="", place="", area=None, photos=() if video else (media,), videos=(media,) if video else ()
        )
        if hazards.ask(desk, asked.hazard, c.SeeAgain(by=desk.by, at=desk.now, what=more)) is not None:
            desk.say(Say.HAZARD_PHOTO_ADDED, number=asked.hazard)
        return True
    if asked.step is HazardStep.REPORT:
        loose(desk, media, video=video)
        _open(desk, replace(asked, at=desk.now))
        _question(desk, Say.HAZARD_LINE, {}, "hazard", "go")
        return True
    asked = replace(asked, photos=(*asked.photos, media), at=desk.now)
    _open(desk, asked)
    if not _rectified(desk, asked):
        desk.say(Say.HAZARD_AFTER_LINE)
    return True


def loose(desk: Desk, media: MediaHash, *, video: bool = False) -> None:
    """Nobody had asked for it; the line that follows may say that it shows a hazard."""
    fresh = tuple(one for one in desk.talk.loose if desk.now - one.at <= OPEN_FOR and one.media != media)
    kept = (*fresh, Loose(media=media, video=video, at=desk.now))[-_MOST_LOOSE:]
    desk.talk = replace(desk.talk, loose=kept)


def take_loose(desk: Desk) -> tuple[tuple[MediaHash, ...], tuple[MediaHash, ...]]:
    """The photos and the videos of just now, used up."""
    fresh = [one for one in desk.talk.loose if desk.now - one.at <= OPEN_FOR]
    desk.talk = replace(desk.talk, loose=())
    photos = tuple(one.media for one in fresh if not one.video)
    return photos, tuple(one.media for one in fresh if one.video)


# --- a line ---------------------------------------------------------------------------------------------------------


def answered(desk: Desk, line: Line) -> bool:
    """Whether a typed line answers the open question about a hazard."""
    asked = desk.talk.open_hazard(desk.now)
    if asked is None or not line.text.strip() or desk.house.hazard_rules is None:
        return False
    return _ANSWERS[asked.step](desk, asked, line)


def _reported(desk: Desk, _asked: HazardTalk, line: Line) -> bool:
    photos, videos = take_loose(desk)
    report(desk, line.text.strip(), line.areas, photos, videos=videos)
    return True


def _told_whether(desk: Desk, asked: HazardTalk, line: Line) -> bool:
    said = line.text.strip()
    if said not in {"是", "是的", "不是", "同一条"}:
        return False
    _settled(desk, asked, same=said != "不是")
    return True


def _photo_awaited(_desk: Desk, _asked: HazardTalk, _line: Line) -> bool:
    return False


def _mended(desk: Desk, asked: HazardTalk, line: Line) -> bool:
    asked = replace(asked, text=line.text.strip(), at=desk.now)
    _open(desk, asked)
    if not _rectified(desk, asked):
        desk.say(Say.HAZARD_AFTER_PHOTO)
    return True


def _rectified(desk: Desk, asked: HazardTalk) -> bool:
    """Ask the core once photo and words are there. True when it was asked: done, or refused in words."""
    if asked.hazard is None or not asked.photos or not asked.text:
        return False
    command = c.Rectify(by=desk.by, at=desk.now, text=asked.text, photos=asked.photos)
    if hazards.ask(desk, asked.hazard, command) is None:
        _open(desk, replace(asked, photos=(), text=""))
        return True
    _done(desk, asked.hazard, "rectify")
    return True


def _sent_back(desk: Desk, asked: HazardTalk, line: Line) -> bool:
    return _decided(desk, asked, c.SendBack(by=desk.by, at=desk.now, why=line.text), "back")


def _refused(desk: Desk, asked: HazardTalk, line: Line) -> bool:
    return _decided(desk, asked, c.AnswerExtension(by=desk.by, at=desk.now, granted=False, why=line.text), "refuse")


def _extended(desk: Desk, asked: HazardTalk, line: Line) -> bool:
    if asked.hazard is None:
        return False
    until, why = until_said(line.text, desk, hazards.load(desk, asked.hazard))
    if until is None:
        desk.say(Say.HAZARD_EXTEND_HOW)
        return True
    return _decided(desk, asked, c.AskExtension(by=desk.by, at=desk.now, until=until, why=why), "extend")


def _assigned(desk: Desk, asked: HazardTalk, line: Line) -> bool:
    people = {found.person.person.id for found in find_names(line.text, desk.gazetteer, ()) if found.person.person}
    if len(people) != 1:
        desk.say(Say.HAZARD_TO_HOW)
        return True
    return _decided(desk, asked, c.Assign(by=desk.by, at=desk.now, to=PersonId(people.pop())), "assign")


def _decided(desk: Desk, asked: HazardTalk, command: c.Command, what: str) -> bool:
    if asked.hazard is not None and hazards.ask(desk, asked.hazard, command) is not None:
        _done(desk, asked.hazard, what)
    return True


def _done(desk: Desk, number: HazardId, what: str) -> None:
    _close(desk)
    desk.say(Say.HAZARD_DONE, number=number, what=TAPS[what].rstrip("…"))


def until_said(text: str, desk: Desk, hazard: Hazard) -> tuple[datetime | None, str]:
    """A day with its month, or a span after the day of the work order; and the rest of the line, which is the why."""
    day, span = _DAY.search(text), _SPAN.search(text)
    if day is not None:
        local = desk.now.astimezone(desk.house.zone)
        month, number = int(day[1]), int(day[2])
        year = local.year + (month < local.month)
        try:
            until = datetime(year, month, number, _END_OF_DAY, tzinfo=desk.house.zone)
        except ValueError:
            return None, text
        return until, _DAY.sub("", text, count=1).strip(" ，,到")
    if span is not None and hazard.stage is Stage.RECTIFYING:
        until = rectify_by(hazard) + int(span[1]) * _UNITS[span[2]]
        return until, _SPAN.sub("", text, count=1).strip(" ，,延期")
    return None, text


_ANSWERS: Mapping[HazardStep, Callable[[Desk, HazardTalk, Line], bool]] = {
    HazardStep.REPORT: _reported,
    HazardStep.WHETHER: _told_whether,
    HazardStep.BEFORE: _photo_awaited,
    HazardStep.AFTER: _mended,
    HazardStep.SEND_BACK: _sent_back,
    HazardStep.EXTEND: _extended,
    HazardStep.REFUSE: _refused,
    HazardStep.ASSIGN: _assigned,
}


# --- a press --------------------------------------------------------------------------------------------------------


def tapped(desk: Desk, tap: Tap, press: Press) -> None:
    """A button of a hazard's card, or under a question about one."""
    asked = desk.talk.hazard
    if press.arg in {"same", "new"}:
        if asked is None or asked.step is not HazardStep.WHETHER or asked.hazard != press.subject:
            desk.say(Say.OLD_BUTTON, number=press.subject)
        else:
            _settled(desk, asked, same=press.arg == "same")
        return
    if press.arg == "go":
        photos, videos = take_loose(desk)
        if photos or videos:
            report(desk, "", (), photos, videos=videos)
        else:
            desk.say(Say.HAZARD_HOW)
        return
    number = HazardId(press.subject)
    if desk.house.hazard_rules is None or hazards.load(desk, number).sighting is None:
        desk.say(Say.HAZARD_UNKNOWN, number=press.subject)
        return
    _pressed(desk, number, press.arg)
    own = HazardRefresh(hazard=number, person=desk.me, handle=tap.answered_by)
    hazards.refresh(desk, number, own)


def _settled(desk: Desk, asked: HazardTalk, *, same: bool) -> None:
    _close(desk)
    if asked.held is None or asked.hazard is None:
        return
    if not same:
        _register(desk, asked.held)
    elif hazards.ask(desk, asked.hazard, c.SeeAgain(by=desk.by, at=desk.now, what=asked.held)) is not None:
        desk.talk = replace(desk.talk, loose=())
        desk.say(Say.HAZARD_JOINED, number=asked.hazard)
        show(desk, asked.hazard)
    else:
        _register(desk, asked.held)  # it ended meanwhile: this is another one
    desk.settle(_ask(desk), Say.HAZARD_DONE, number=str(asked.hazard), what=TAPS["same" if same else "new"])


def show(desk: Desk, number: HazardId) -> None:
    """Push the person's card as it is now."""
    desk.post(HazardCard(person=desk.me, hazard=number), purpose=hazards.ASKED)


_AT_ONCE: Mapping[str, Callable[[Desk], c.Command]] = {
    "take": lambda desk: c.Take(by=desk.by, at=desk.now),
    "accept": lambda desk: c.Accept(by=desk.by, at=desk.now),
    "grant": lambda desk: c.AnswerExtension(by=desk.by, at=desk.now, granted=True),
    "charge": lambda desk: c.TakeCharge(by=desk.by, at=desk.now),
}
"""Presses that say everything."""
_ASKS: Mapping[str, tuple[HazardStep, Say]] = {
    "rectify": (HazardStep.AFTER, Say.HAZARD_AFTER),
    "extend": (HazardStep.EXTEND, Say.HAZARD_EXTEND),
    "back": (HazardStep.SEND_BACK, Say.HAZARD_WHY_BACK),
    "refuse": (HazardStep.REFUSE, Say.HAZARD_WHY_REFUSED),
    "assign": (HazardStep.ASSIGN, Say.HAZARD_TO),
}
"""Presses that want a word or a photo after them."""


def _pressed(desk: Desk, number: HazardId, what: str) -> None:
    if what in _AT_ONCE:
        hazards.ask(desk, number, _AT_ONCE[what](desk))
    elif what in _ASKS:
        step, key = _ASKS[what]
        _open(desk, HazardTalk(step=step, at=desk.now, hazard=number))
        longest = hazards.rules_of(desk).law.longest_extension.days
        more = {"days": str(longest)} if key is Say.HAZARD_EXTEND else {}
        desk.say(key, number=number, **more)
    elif what != "show":
        desk.say(Say.OLD_BUTTON, number=number)
