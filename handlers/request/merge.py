"""A later message on a draft: an answer completes it, a correction changes exactly the field it names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from handlers.request import asking
from handlers.request.changes import Change, ChangeKind, TimeSide, clauses, take_apart
from handlers.request.choosing import apply_choice, pick_by_words
from handlers.request.correcting import details_after, numbered, read_again
from handlers.request.details import OF_WORK, PEOPLE, DetailKey
from handlers.request.folding import fold
from handlers.request.frame import Doubt, Frame, Slot, merge_frames
from handlers.request.gazetteer import Gazetteer, PersonEntry
from handlers.request.lexicon import DUTY, ROLE
from handlers.request.people import PersonSaid, find_names
from handlers.request.places import PlaceDoubt, PlaceSaid, judge_phrase, settle
from handlers.request.questions import Field, Question, QuestionKind
from handlers.request.reading import Parts, Setting, read
from handlers.request.roles import same
from handlers.request.timeframe import read_frame
from handlers.request.times import fixed
from handlers.request.understand import Draft, Said, TextRefused, Understanding, judge, refuse, touched
from handlers.request.words import FactSaid, WorkSaid
from workflow.rules.types import Role
from workflow.values import aware


@dataclass(frozen=True, slots=True, kw_only=True)
class _Talk:
    """One later message before one draft."""

    before: Understanding
    asked: Question | None
    setting: Setting
    folded: str
    change: Change


def merge(
    previous: Understanding,
    answer: str,
    *,
    asked: Question | None,
    now: datetime,
    tz: tzinfo,
    gazetteer: Gazetteer,
    sender: PersonEntry,
    longest: timedelta | None = None,
    required: Sequence[Role] = asking.REQUIRED,
) -> Understanding | TextRefused:
    """Read a later message: the answer to ``asked``, or a correction, or more about the job.

    What is not understood of it lands in ``leftovers``; the question then stays. Raises `NaiveTime`, nothing else.
    """
    setting = Setting(now=now, tz=tz, gazetteer=gazetteer, sender=sender)
    said = read_further(previous, answer, setting, asked=asked, longest=longest, required=required)
    if isinstance(said, TextRefused):
        return said
    return judge(said.draft, now=now, tz=tz, sender=sender, longest=longest, required=required, changed=said.changed)


def read_further(
    previous: Understanding,
    answer: str,
    setting: Setting,
    *,
    asked: Question | None,
    longest: timedelta | None = None,
    required: Sequence[Role] = asking.REQUIRED,
) -> Said | TextRefused:
    """`merge`, but for the last judging: the draft after a later message."""
    aware(setting.now)
    if refused := refuse(answer):
        return refused
    sender, tz = setting.sender, setting.tz
    if asked is not None and (choice := pick_by_words(fold(answer), asked)):
        picked = apply_choice(previous.draft, choice.key, gazetteer=setting.gazetteer, sender=sender, tz=tz)
        if picked is not None:
            return Said(draft=replace(picked, said=(*picked.said, answer)), changed=(asked.field,))
    before, draft = previous, previous.draft
    changed: set[Field] = set()
    for at, clause in enumerate(clauses(fold(answer))):
        if at:  # what a clause changes is told from how the one before it left the time
            before = judge(draft, now=setting.now, tz=tz, sender=sender, longest=longest, required=required)
        talk = _Talk(before=before, asked=asked, setting=setting, folded=clause, change=_change(clause, asked))
        parts = _read(talk)
        changed.update(touched(parts))
        draft = _combine(talk, parts)
    return Said(
        draft=replace(draft, said=(*previous.draft.said, answer)),
        changed=tuple(field for field in Field if field in changed),
    )


def _change(clause: str, asked: Question | None) -> Change:
    change = take_apart(clause)
    if asked is not None and asked.field is Field.TASK and not _TASK_LABEL.search(clause):
        return Change(kind=ChangeKind.ANSWER, text=clause)
    return change


_TASK_LABEL = re.compile("监护|负责人|作业人|地点|时间|点")


def choose(
    previous: Understanding,
    key: str,
    *,
    now: datetime,
    tz: tzinfo,
    gazetteer: Gazetteer,
    sender: PersonEntry,
    longest: timedelta | None = None,
    required: Sequence[Role] = asking.REQUIRED,
) -> Understanding | None:
    """Apply a tap on one of our own buttons. None when the key does not fit this draft any more. Raises `NaiveTime`."""
    aware(now)
    draft = apply_choice(previous.draft, key, gazetteer=gazetteer, sender=sender, tz=tz)
    if draft is None:
        return None
    return judge(draft, now=now, tz=tz, sender=sender, longest=longest, required=required)


def _read(talk: _Talk) -> Parts:
    field = talk.asked.field if talk.asked else None
    role = asking.ROLE_OF.get(field) if field else None
    text = talk.change.text
    if role is not None and talk.change.kind is ChangeKind.ANSWER and not _names_role(text):
        text = f"{asking.LABEL_OF[role]}:{text}"
    if field is Field.WHEN and _BARE_HOUR.fullmatch(text.strip()):
        text = f"{text.strip()}点"
    if talk.asked is not None:
        text = numbered(text, talk.asked)
    works = [said.work for said in talk.before.draft.works]
    parts = read(text, talk.setting, alone=_alone(talk), bare=_bare(talk, role), works=works)
    if field is Field.PLACE and not parts.places and (phrase := _phrase(text)):
        place = judge_phrase(phrase, talk.setting.gazetteer)
        if place.entry or place.candidates or place.doubt is not PlaceDoubt.UNKNOWN:
            parts = replace(parts, places=(place,), task="", leftovers=())
    parts = replace(parts, people=_into_cell(talk, parts.people))
    if field is Field.TASK and not parts.task and parts == replace(Parts(), leftovers=parts.leftovers):
        parts = replace(parts, task=talk.folded.strip(), leftovers=())
    return parts


def _bare(talk: _Talk, role: Role | None) -> Role | None:
    """The role of a name without a role word; a person asked for a cell of the form is put into it afterwards."""
    if talk.asked is not None and len(talk.asked.details) == 1 and talk.asked.details[0] in PEOPLE:
        return Role.WORKER
    return role or _unasked_role(talk)


def _into_cell(talk: _Talk, people: tuple[PersonSaid, ...]) -> tuple[PersonSaid, ...]:
    """``谁是吊装指挥？`` ``李强``: a bare name answers the one cell that was asked for."""
    asked = talk.asked
    if asked is None or len(asked.details) != 1 or asked.details[0] not in PEOPLE:
        return people
    if _names_role(talk.change.text) or DUTY.search(talk.change.text):
        return people
    return tuple(same(person, asked.details[0]) if person.role is Role.WORKER else person for person in people)


def _unasked_role(talk: _Talk) -> Role | None:
    """A bare name nobody asked for is a worker while there is none; afterwards it is left over, and shown."""
    workers = any(person.role is Role.WORKER for person in talk.before.draft.people)
    return None if workers and talk.change.kind is ChangeKind.ANSWER else Role.WORKER


_BARE_HOUR = re.compile("[01]?[0-9]|2[0-4]|[一二三四五六七八九十两]{1,2}")
_NOISE = re.compile("^(?:是|在|就是|应该是|那个|这个)+|(?:那个|这个|的|吧|啊|呢|了)+$")


def _phrase(text: str) -> str:
    return _NOISE.sub("", text.strip(" ,。;!?"))


def _names_role(text: str) -> bool:
    return ROLE.search(text) is not None


def _alone(talk: _Talk) -> Slot:
    if talk.change.side is TimeSide.END:
        return Slot.END
    frame = talk.before.draft.frame
    asked_end = talk.asked is not None and talk.asked.kind in {QuestionKind.MISSING_END, QuestionKind.TOO_LONG}
    if talk.change.side is None and (
        asked_end or (frame.start is not None and frame.end is None and frame.length is None)
    ):
        return Slot.END
    return Slot.START


def _combine(talk: _Talk, parts: Parts) -> Draft:
    old = talk.before.draft
    asked = talk.asked.field if talk.asked else None
    replaced = talk.change.kind is ChangeKind.REPLACE
    named = {person.said for person in old.people} | {one.person.name for one in old.people if one.person}
    task, leftovers = old.task, (*old.leftovers, *(words for words in parts.leftovers if words not in named))
    if parts.task and (asked is Field.TASK or not old.task or "内容" in talk.folded or "任务" in talk.folded):
        task = parts.task
    elif parts.task and parts.task not in old.task:
        leftovers = (*leftovers, parts.task)
    merged = replace(
        old,
        works=_works(old, parts, fresh=asked is Field.WORK or replaced),
        linked=old.linked or (asked is Field.WORK and _LINKED.search(talk.folded) is not None),
        grades=parts.grades or old.grades,
        methods=tuple(dict.fromkeys((*old.methods, *parts.methods))),
        places=_places(talk, parts),
        task=task,
        frame=_frame(talk, parts),
        people=_people(talk, parts),
        company=parts.company or old.company,
        facts=_facts(old, parts),
        details=details_after(old.details, parts.details, talk.change, talk.asked),
        leftovers=tuple(dict.fromkeys(leftovers)),
    )
    late = [said.work for said in merged.works if said.work not in {one.work for one in old.works}]
    for work in late:
        merged = read_again(merged, work)
    return merged


_LINKED = re.compile("都要|都办|一起|关联|两个都|两张|全要|全办|都开|都是|都有")


def _works(old: Draft, parts: Parts, *, fresh: bool) -> tuple[WorkSaid, ...]:
    if fresh and parts.works:
        return parts.works
    kept = [said for said in old.works if said.work not in parts.denied]
    known = {said.work for said in kept}
    return (*kept, *(said for said in parts.works if said.work not in known))


def _facts(old: Draft, parts: Parts) -> tuple[FactSaid, ...]:
    newer = {said.fact for said in parts.facts}
    return (*(said for said in old.facts if said.fact not in newer), *parts.facts)


def _places(talk: _Talk, parts: Parts) -> tuple[PlaceSaid, ...]:
    old = talk.before.draft.places
    if not parts.places or talk.change.kind is ChangeKind.REMOVE:
        return old
    if talk.change.kind is ChangeKind.REPLACE:
        return parts.places
    asked = talk.asked if talk.asked and talk.asked.field is Field.PLACE else None
    together = settle([*old, *parts.places])
    if asked is None or (len(together) == 1 and together[0].doubt is None):
        return together
    kept = [place for place in old if place.said != asked.said] if len(old) > 1 else []
    whole = asked.kind in {QuestionKind.SEVERAL_PLACES, QuestionKind.PLACE_CONFLICT}
    return parts.places if whole else settle([*kept, *parts.places])


def _frame(talk: _Talk, parts: Parts) -> Frame:
    old, new, change = talk.before.draft.frame, parts.frame, talk.change
    if change.by is not None:
        return _moved(talk, change.by)
    if talk.before.interval is not None and not new.empty:
        # what was understood stays what it was: its end does not become another hour because the start moves
        old = fixed(old, talk.before.interval.start, talk.before.interval.end, talk.setting.tz)
    asked_time = talk.asked is not None and talk.asked.field is Field.WHEN
    single = new.start is not None and new.end is None and new.length is None and not new.immediate
    if not single or talk.before.interval is None or asked_time or change.side is TimeSide.START:
        return merge_frames(old, new)
    if _BEGINS.search(change.text):
        return merge_frames(old, new)
    if new.day is not None and new.day != old.day:
        # the job moves to another day and hour: its old end means nothing any more
        return merge_frames(replace(old, end=None, end_day=None, next_day=False, length=None), new)
    side = _side_of(talk)
    if side is Slot.START:
        return merge_frames(old, new)
    if side is Slot.END:
        return merge_frames(old, replace(new, start=None, end=new.start))
    said = parts.frame.start
    doubt = Doubt(kind=QuestionKind.AMBIGUOUS_CHANGE, slot=Slot.START, said=talk.folded.strip(), clock=said)
    return replace(old, doubts=(*old.doubts, doubt))


_BEGINS = re.compile("开始|开工|动工|开干|点起")


def _side_of(talk: _Talk) -> Slot | None:
    """``8点改成9点``: the old hour says which end is meant."""
    named = read_frame(talk.change.old, now=talk.setting.now, tz=talk.setting.tz).frame.start
    interval = talk.before.interval
    if named is None or interval is None:
        return None
    start, end = interval.start.astimezone(talk.setting.tz), interval.end.astimezone(talk.setting.tz)
    at_start = (start.hour % 12, start.minute) == (named.hour % 12, named.minute)
    at_end = (end.hour % 12, end.minute) == (named.hour % 12, named.minute)
    if at_start == at_end:
        return None
    return Slot.START if at_start else Slot.END


def _moved(talk: _Talk, by: timedelta) -> Frame:
    frame, interval = talk.before.draft.frame, talk.before.interval
    if interval is None:
        doubt = Doubt(kind=QuestionKind.UNCLEAR_TIME, slot=Slot.START, said=talk.folded.strip())
        return replace(frame, doubts=(*frame.doubts, doubt))
    start = interval.start + by if talk.change.kind is ChangeKind.SHIFT else interval.start
    return fixed(replace(frame, doubts=()), start, interval.end + by, talk.setting.tz)


def _people(talk: _Talk, parts: Parts) -> tuple[PersonSaid, ...]:
    old = list(talk.before.draft.people)
    if talk.change.kind is ChangeKind.REMOVE:
        gone = {person.person.id for person in parts.people if person.person}
        return tuple(person for person in old if person.person is None or person.person.id not in gone)
    if talk.change.kind is ChangeKind.REPLACE:
        return _replaced(talk, parts, old)
    for post in dict.fromkeys(person.post for person in parts.people):
        new = [person for person in parts.people if person.post is post]
        old = [person for person in old if person.post is not post or _stays(talk, post, person)] + new
    return tuple(dict.fromkeys(old))


def _stays(talk: _Talk, role: Role | DetailKey | None, person: PersonSaid) -> bool:
    """Whether an earlier person of a role stays when the message names others for it."""
    asked = talk.asked if talk.asked is not None and role in {talk.asked.role, *talk.asked.details} else None
    if asked is not None:
        return person.doubt is None or person.said != asked.said
    return talk.change.kind is ChangeKind.ADD or role is Role.WORKER


def _replaced(talk: _Talk, parts: Parts, old: list[PersonSaid]) -> tuple[PersonSaid, ...]:
    """``监护换成刘军``, ``王强换成刘军``: the person named before the word goes, or else everyone of the role."""
    names = {name.span.of(talk.change.old) for name in find_names(talk.change.old, talk.setting.gazetteer, [])}
    post = _subject(talk)
    leaving = [person for person in old if person.said in names and post in {None, person.post}]
    if not leaving and post is not None:
        leaving = [person for person in old if person.post is post]
    kept = [person for person in old if person not in leaving]
    posts = {person.post for person in leaving}
    new = [same(person, posts.copy().pop()) if len(posts) == 1 and post is None else person for person in parts.people]
    return tuple(dict.fromkeys((*kept, *new)))


def _subject(talk: _Talk) -> Role | DetailKey | None:
    """The role or the cell of the form whose person changes."""
    duty = DUTY.match(talk.change.text)
    if duty is not None:
        found = DetailKey((duty.lastgroup or "").removesuffix("_"))
        if any(found in OF_WORK[said.work] for said in talk.before.draft.works):
            return found
    role = ROLE.match(talk.change.text)
    return Role[role.lastgroup or ""] if role is not None else None
