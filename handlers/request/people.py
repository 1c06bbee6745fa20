"""Who: people named in a sentence, with the role the phrasing gives them.

A name that is not in the plant's list, or that two people share, is asked; nobody is picked by likeness alone, and
nobody who was named falls silently away. A bare name is a worker (作业人).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from handlers.request.folding import MASK, Span, is_cjk, mask
from handlers.request.fuzzy import MOST
from handlers.request.gazetteer import Gazetteer, PersonEntry
from handlers.request.lexicon import (
    COMMON_SURNAMES,
    FILLER,
    NOT_A_NAME,
    OTHER_ROLE,
    ROLE,
    SELF,
    SURNAMES,
    TASK,
    TITLED,
)
from handlers.request.places import PLACE_NOUN
from workflow.rules.types import Role


class PersonDoubt(StrEnum):
    """Why a person must be asked about."""

    UNKNOWN = "unknown"
    SAME_NAME = "same_name"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSaid:
    """One person as said. ``role`` None: named for something that is no role of a request (``安全员周杰``)."""

    role: Role | None
    said: str
    person: PersonEntry | None = None
    doubt: PersonDoubt | None = None
    candidates: tuple[PersonEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NameFound:
    """A name and where it stands."""

    span: Span
    person: PersonSaid


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleFound:
    """Everyone named, and the stretches (names and role words) that are thereby used."""

    people: tuple[PersonSaid, ...]
    spans: tuple[Span, ...]


_JOIN = re.compile(r"\s?(?:[、/&和与跟及]|以及)\s?@?")
_TO_NAME = re.compile(r"\s?(?:[:是为由请让找叫]|定为|还是|改为|换成|改成|就是)*\s?@?")
_FROM_NAME = re.compile(r"\s?(?:来|去|做|当|担任|负责|进行|作为|为|任|全程|现场|两?人?)*\s?$")
_GOES_ON = re.compile(f"[\u4e00-\u9fff{MASK}]")
_ACTS = re.compile("(?:自己)?(?:亲自)?(?:来|去)?(?:干|做(?!监护)|焊|割|打磨|作业|施工|进罐|修|换|动火|操作)")
_AFTER_NAME = re.compile(
    f"[ ,、。;:!?()/&@\\n{MASK}和与跟及是为来去在做干当任担负由的吧啊呢等两三到电监看带领不进给也都明今早晚周0-9]|"
    "作业|动火|用火|师傅|同志|现场|一起|同时|后天|上午|下午|中午|星期"
)


def find_names(text: str, gazetteer: Gazetteer, timely: Sequence[Span]) -> list[NameFound]:
    """Known names in a folded text whose places are masked; roles are not decided yet.

    ``timely`` are the words of time: a name that only bites into one is no name.
    """
    found: list[NameFound] = []
    at = 0
    while at < len(text):
        hit = _name_at(text, at, gazetteer, timely)
        if hit is None:
            at += 1
        else:
            found.append(hit)
            at = hit.span.end
    return found


def _name_at(text: str, at: int, gazetteer: Gazetteer, timely: Sequence[Span]) -> NameFound | None:
    for length in gazetteer.person_starts.get(text[at], ()):
        entries = gazetteer.person_keys.get(text[at : at + length])
        span = Span(at, at + length)
        if entries is None or span.end > len(text) or any(_bites(span, word) for word in timely):
            continue
        if _stands_alone(text, span):
            return NameFound(span=span, person=_known(span.of(text), entries, sure=True))
        whole = Span(span.start, _run_on(text, span.end))
        return NameFound(span=whole, person=_known(whole.of(text), entries, sure=False))
    return None


def _run_on(text: str, at: int) -> int:
    """The end of what sticks to a name, two letters at most."""
    end = at
    while end < min(len(text), at + 2) and is_cjk(text[end]) and not _AFTER_NAME.match(text, end):
        if ROLE.match(text, end) or TASK.match(text, end):
            break
        end += 1
    return end


def _bites(name: Span, word: Span) -> bool:
    covers = name.start <= word.start and word.end <= name.end and name != word
    return name.overlaps(word) and not covers


def _known(said: str, entries: tuple[PersonEntry, ...], *, sure: bool) -> PersonSaid:
    if len(entries) > 1:
        return PersonSaid(role=None, said=said, doubt=PersonDoubt.SAME_NAME, candidates=entries)
    if not sure:
        return PersonSaid(role=None, said=said, doubt=PersonDoubt.UNSURE, candidates=entries)
    return PersonSaid(role=None, said=said, person=entries[0], candidates=entries)


def _stands_alone(text: str, span: Span) -> bool:
    """``王强生`` and ``李王强`` are other people than 王强."""
    after = text[span.end : span.end + 2]
    if after and is_cjk(after[0]) and not (_AFTER_NAME.match(after) or ROLE.match(text, span.end) or TASK.match(after)):
        return False
    ahead = text[max(0, span.start - 2) : span.start]
    return not (ahead and ahead[-1] in COMMON_SURNAMES and (len(ahead) == 1 or not is_cjk(ahead[0])))


def same(person: PersonSaid, role: Role | None) -> PersonSaid:
    """The same person in a role."""
    return replace(person, role=role)


@dataclass(slots=True)
class _Post:
    """A role word in the text and whom it binds."""

    role: Role | None
    span: Span


class _Roll:
    """Binds names to role words, once, left to right."""

    def __init__(
        self, text: str, names: Sequence[NameFound], gazetteer: Gazetteer, sender: PersonEntry, unposted: Role | None
    ) -> None:
        self.text, self.gazetteer, self.unposted = text, gazetteer, unposted
        self.bare = mask(text, (name.span for name in names))
        self.posts = self._posts()
        self.names = sorted([*names, *self._selves(sender, names)], key=lambda name: name.span)
        self.taken: set[Span] = set()
        self.people: list[PersonSaid] = []
        self.used: list[Span] = []

    def _posts(self) -> list[_Post]:
        others = [_Post(None, Span(*match.span())) for match in OTHER_ROLE.finditer(self.bare)]
        free = mask(self.bare, (post.span for post in others))
        known = [_Post(Role[match.lastgroup or ""], Span(*match.span())) for match in ROLE.finditer(free)]
        return sorted([*others, *known], key=lambda post: post.span)

    def _selves(self, sender: PersonEntry, names: Sequence[NameFound]) -> list[NameFound]:
        """我 counts as a person only where it takes a part: beside a role, joined to a name, or acting."""
        found: list[NameFound] = []
        for match in SELF.finditer(self.bare):
            span = Span(*match.span())
            before, after = self.bare[: span.start], self.bare[span.end :]
            posted = any(_gap(self.text, post.span.end, span.start, _TO_NAME) for post in self.posts)
            posted |= any(_gap(self.text, span.end, post.span.start, _FROM_NAME) for post in self.posts)
            joined = any(
                _gap(self.text, span.end, name.span.start, _JOIN) or _gap(self.text, name.span.end, span.start, _JOIN)
                for name in names
            )
            alone = match.group() == "本人" and not before[-1:].strip(" ,。;:\n") and not after[:1].strip(" ,。;:\n")
            if posted or joined or alone or _ACTS.match(after):
                person = PersonSaid(role=None, said=match.group(), person=sender, candidates=(sender,))
                found.append(NameFound(span=span, person=person))
        return found

    def call(self) -> PeopleFound:
        for post in self.posts:
            self._bind(post)
        for name in self.names:
            if name.span not in self.taken:
                self._take(name, self.unposted)
        free = mask(self.bare, [*self.used, *(name.span for name in self.names)])
        for name in _strangers(free, self.gazetteer):
            self._take(name, self.unposted)
        return PeopleFound(people=tuple(dict.fromkeys(self.people)), spans=tuple(self.used))

    def _take(self, name: NameFound, role: Role | None) -> None:
        self.taken.add(name.span)
        self.used.append(name.span)
        self.people.append(same(name.person, role))

    def _bind(self, post: _Post) -> None:
        before = self._last_before(post)
        after = self._first_after(post) or self._stranger_after(post)
        if after is not None and before is not None:
            choice = self._side(post, before, after)
            if choice is None:
                self._both_possible(post, before, after)
                return
            after, before = (after, None) if choice == "after" else (None, before)
        if after is not None:
            self.used.append(post.span)
            for name in self._list_from(after):
                self._take(name, post.role)
        elif before is not None:
            self.used.append(post.span)
            for name in self._list_to(before):
                self._take(name, post.role)
        else:
            self._stranger(post)

    def _side(self, post: _Post, before: NameFound, after: NameFound) -> str | None:
        """监护 between two names: the tighter one, or the one a colon points at; None when both hang alike."""
        gap_before, gap_after = (
            self.text[before.span.end : post.span.start],
            self.text[post.span.end : after.span.start],
        )
        if gap_after.strip(" @") or post.role is None:
            return "after"
        if gap_before.strip(" @"):
            return "before"
        if bool(gap_before) == bool(gap_after):
            return None
        return "after" if gap_before else "before"

    def _both_possible(self, post: _Post, before: NameFound, after: NameFound) -> None:
        self.used.append(post.span)
        both = tuple(dict.fromkeys((*before.person.candidates, *after.person.candidates)))
        said = self.text[before.span.start : after.span.end]
        self.people.append(PersonSaid(role=post.role, said=said, doubt=PersonDoubt.UNSURE, candidates=both))
        # whoever is not chosen stays a worker only if said so: both remain visible in the question
        self.taken.update({before.span, after.span})
        self.used += [before.span, after.span]

    def _first_after(self, post: _Post) -> NameFound | None:
        free = (name for name in self.names if name.span.start >= post.span.end and name.span not in self.taken)
        name = next(free, None)
        return name if name and _gap(self.text, post.span.end, name.span.start, _TO_NAME) else None

    def _last_before(self, post: _Post) -> NameFound | None:
        free = (
            name for name in reversed(self.names) if name.span.end <= post.span.start and name.span not in self.taken
        )
        name = next(free, None)
        if name is None or not _gap(self.text, name.span.end, post.span.start, _FROM_NAME):
            return None
        # 王强 监护人待定: what stands right after the role word belongs to it, the name before it does not
        loose = self.text[name.span.end : post.span.start].strip(" ") == "" and name.span.end < post.span.start
        return None if loose and _GOES_ON.match(self.text, post.span.end) else name

    def _list_from(self, first: NameFound) -> Iterable[NameFound]:
        yield first
        at = first.span.end
        while join := _JOIN.match(self.text, at):
            name = next((one for one in self.names if one.span.start == join.end()), None)
            name = name or _stranger_at(self.bare, join.end(), self.gazetteer)
            if name is None:
                return
            yield name
            at = name.span.end

    def _list_to(self, last: NameFound) -> Iterable[NameFound]:
        yield last
        start = last.span.start
        while True:
            free = (
                one for one in self.names if one.span not in self.taken and _gap(self.text, one.span.end, start, _JOIN)
            )
            name = next(free, None)
            if name is None:
                return
            yield name
            start = name.span.start

    def _stranger_after(self, post: _Post) -> NameFound | None:
        """A name we do not know right after a role word; without it, the name before the word would get the role."""
        point = _TO_NAME.match(self.bare, post.span.end)
        return _stranger_at(self.bare, point.end() if point else post.span.end, self.gazetteer)

    def _stranger(self, post: _Post) -> None:
        name = _stranger_before(self.bare, post.span.start, self.gazetteer)
        if name is not None:
            self.used.append(post.span)
            self._take(name, post.role)


def assign_roles(
    text: str,
    names: Sequence[NameFound],
    gazetteer: Gazetteer,
    sender: PersonEntry,
    unposted: Role | None = Role.WORKER,
) -> PeopleFound:
    """Give every named person a role; ``unposted`` is the role of a name without a role word.

    ``text`` has places and words of time masked, names still readable.
    """
    return _Roll(text, names, gazetteer, sender, unposted).call()


def _gap(text: str, start: int, end: int, pattern: re.Pattern[str]) -> bool:
    return start <= end and pattern.fullmatch(text, start, end) is not None


_RUN = re.compile("[\u4e00-\u9fff]{2,}")
_NO_NAME_HERE = re.compile(
    "到位|待定|安排|已|另|未|没|不|全|均|在|人员|都|同|双|一|两|二|三|须|要|必|需|完|有|无|和|许|单位|时|应|于|方|相|何|高|车间|施工"
)


def _stranger_at(text: str, at: int, gazetteer: Gazetteer) -> NameFound | None:
    run = _RUN.match(text, at)
    if run is None or _NO_NAME_HERE.match(run.group()) or NOT_A_NAME.match(run.group()) or TASK.match(run.group()):
        return None
    return _stranger(run.group(), at, gazetteer)


def _stranger(run: str, at: int, gazetteer: Gazetteer) -> NameFound | None:
    if titled := TITLED.match(run):
        surname = titled["a"] or titled["b"]
        if surname in SURNAMES:
            return _unknown(titled.group(), at, gazetteer, surname)
    if run[0] not in SURNAMES:
        return None
    cut = next((match.start() for match in TASK.finditer(run) if match.start() >= 2), len(run))
    name = run[: min(cut, 4)]
    return _unknown(name if len(name) < 4 or cut == 4 else name[:3], at, gazetteer)


def _unknown(said: str, at: int, gazetteer: Gazetteer, surname: str = "") -> NameFound:
    if surname:
        near = [person for person in gazetteer.people if person.name.startswith(surname)]
        near = near if len(near) <= MOST else []
    else:
        near = [hit.entry for hit in gazetteer.person_names.rank(said, strict=False) if hit.score >= 60]
    person = PersonSaid(role=None, said=said, doubt=PersonDoubt.UNKNOWN, candidates=tuple(near[:MOST]))
    return NameFound(span=Span(at, at + len(said)), person=person)


_BEFORE = re.compile(f"(?:^|[ ,、。;:!?\\n{MASK}由让请])([\u4e00-\u9fff]{{2,4}})$")


def _stranger_before(text: str, end: int, gazetteer: Gazetteer) -> NameFound | None:
    gap = _FROM_NAME.search(text, 0, end)
    end = gap.start() if gap else end
    run = _BEFORE.search(text, max(0, end - 5), end)
    if run is None or run.group(1)[0] not in SURNAMES or NOT_A_NAME.match(run.group(1)) or TASK.search(run.group(1)):
        return None
    return _unknown(run.group(1), run.start(1), gazetteer)


_ALONE = re.compile("(?:(?<=[ ,、。;:\\n@])|^)@?([\u4e00-\u9fff]{2,4})(?=[ ,、。;\\n]|$)")
_PLACE = re.compile(PLACE_NOUN)


def _strangers(text: str, gazetteer: Gazetteer) -> Iterable[NameFound]:
    """Bare words that stand alone and look like a name nobody has: asked, never dropped."""
    for match in _ALONE.finditer(text):
        word = match.group(1)
        titled = TITLED.fullmatch(word)
        if titled and (surname := titled["a"] or titled["b"]) in SURNAMES:
            yield _unknown(word, match.start(1), gazetteer, surname)
        elif (
            len(word) < 4
            and word[0] in COMMON_SURNAMES
            and not (NOT_A_NAME.match(word) or TASK.search(word) or FILLER.fullmatch(word) or _PLACE.search(word))
        ):
            yield _unknown(word, match.start(1), gazetteer)
