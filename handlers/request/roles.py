"""What for: the role the phrasing gives to every name in a sentence.

``监护赵敏``, ``监护人：赵敏``, ``赵敏监护``, ``王强、刘军作业``, ``我监护``. A bare name is a worker (作业人). Where a
role word hangs between two names alike, or is said not to be needed, nobody is given the role: it is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from handlers.request.details import DetailKey
from handlers.request.folding import MASK, Span, mask
from handlers.request.gazetteer import Gazetteer, PersonEntry
from handlers.request.lexicon import DUTY, NEGATED, OTHER_ROLE, ROLE, SELF
from handlers.request.people import NameFound, PersonDoubt, PersonSaid, stranger_at, stranger_before, strangers
from workflow.rules.types import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleFound:
    """Everyone named, and the stretches (names and role words) that are thereby used."""

    people: tuple[PersonSaid, ...]
    spans: tuple[Span, ...]


_JOIN = re.compile(r"\s?(?:[、/&和与跟及]|以及)\s?@?")
_OR = re.compile(r"\s?(?:或者?|还是|要么)\s?@?")
_TO_NAME = re.compile(r"\s?(?:[:是为由请让找叫]|定为|还是|改为|换成|改成|就是)*\s?@?")
_FROM_NAME = re.compile(r"\s?(?:来|去|做|当|担任|负责|进行|作为|为|任|全程|现场|两?人?)*[\s(]?$")
_POINTS_ON = re.compile(r"\s?[:是为由]")
_CLAUSE = re.compile("[^ ,。;:!?\\n]*")
_GOES_ON = re.compile(f"[\u4e00-\u9fff{MASK}]")
_ACTS = re.compile("(?:自己)?(?:亲自)?(?:来|去)?(?:干|做(?!监护)|焊|割|打磨|作业|施工|进罐|修|换|动火|操作)")


def same(person: PersonSaid, post: Role | DetailKey | None) -> PersonSaid:
    """The same person in a role, or in a cell of the work's form."""
    if isinstance(post, DetailKey):
        return replace(person, role=None, duty=post)
    return replace(person, role=post, duty=None)


@dataclass(slots=True)
class _Post:
    """A role word in the text and whom it binds."""

    role: Role | DetailKey | None
    span: Span


class _Roll:
    """Binds names to role words, once, left to right."""

    def __init__(
        self,
        text: str,
        names: Sequence[NameFound],
        gazetteer: Gazetteer,
        sender: PersonEntry,
        unposted: Role | None,
        duties: frozenset[DetailKey] = frozenset(),
    ) -> None:
        self.text, self.gazetteer, self.unposted, self.duties = text, gazetteer, unposted, duties
        self.bare = mask(text, (name.span for name in names))
        self.posts = self._posts()
        self.names = sorted([*names, *self._selves(sender, names)], key=lambda name: name.span)
        self.taken: set[Span] = set()
        self.people: list[PersonSaid] = []
        self.used: list[Span] = []

    def _posts(self) -> list[_Post]:
        others = [_Post(None, Span(*match.span())) for match in OTHER_ROLE.finditer(self.bare)]
        free = mask(self.bare, (post.span for post in others))
        duties = [
            _Post(duty, Span(*match.span()))
            for match in DUTY.finditer(free)
            if (duty := DetailKey((match.lastgroup or "").split("_")[0])) in self.duties
        ]
        free = mask(free, (post.span for post in duties))
        known = [_Post(Role[match.lastgroup or ""], Span(*match.span())) for match in ROLE.finditer(free)]
        return sorted([*others, *duties, *known], key=lambda post: post.span)

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
        for name in strangers(free, self.gazetteer):
            self._take(name, self.unposted)
        return PeopleFound(people=tuple(dict.fromkeys(self.people)), spans=tuple(self.used))

    def _take(self, name: NameFound, role: Role | DetailKey | None) -> None:
        self.taken.add(name.span)
        self.used.append(name.span)
        self.people.append(same(name.person, role))

    def _bind(self, post: _Post) -> None:
        if NEGATED.search(self.bare, 0, post.span.start):
            return  # 不用监护 王强: the role is refused, not given
        before = self._last_before(post)
        after = self._first_after(post) or self._stranger_after(post)
        if after is not None and before is not None:
            choice = self._side(post, before, after)
            if choice is None:
                self._both_possible(post, before, after)
                return
            after, before = (after, None) if choice == "after" else (None, before)
        if after is not None and (other := self._or_else(after)):
            self._both_possible(post, after, other)
        elif after is not None:
            self.used.append(post.span)
            for name in self._list_from(after):
                self._take(name, post.role)
        elif before is not None:
            self.used.append(post.span)
            for name in self._list_to(before):
                self._take(name, post.role)
        else:
            self._loose_end(post)

    def _or_else(self, first: NameFound) -> NameFound | None:
        """``监护王强或者赵敏``."""
        joint = _OR.match(self.text, first.span.end)
        return next((name for name in self.names if joint and name.span.start == joint.end()), None)

    def _loose_end(self, post: _Post) -> None:
        """A role word nobody stands right beside: an unknown name before it, or some name in the same clause."""
        gap = _FROM_NAME.search(self.bare, 0, post.span.start)
        name = stranger_before(self.bare, gap.start() if gap else post.span.start, self.gazetteer)
        if name is not None:
            self.used.append(post.span)
            self._take(name, post.role)
            return
        clause = _CLAUSE.match(self.text, post.span.end)
        end = clause.end() if clause else post.span.end
        nearby = [one for one in self.names if post.span.end <= one.span.start < end and one.span not in self.taken]
        if nearby and post.role is not None:
            doubtful = replace(nearby[0].person, person=None, doubt=nearby[0].person.doubt or PersonDoubt.UNSURE)
            self.used.append(post.span)
            self._take(NameFound(span=nearby[0].span, person=doubtful), post.role)

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
        self.people.append(same(PersonSaid(role=None, said=said, doubt=PersonDoubt.UNSURE, candidates=both), post.role))
        self.taken.update({before.span, after.span})
        self.used.append(Span(before.span.start, after.span.end))

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
        if _POINTS_ON.match(self.text, post.span.end):
            return None
        # 王强 监护人待定: what stands right after the role word belongs to it, the name before it does not
        loose = self.text[name.span.end : post.span.start].strip(" ") == "" and name.span.end < post.span.start
        return None if loose and _GOES_ON.match(self.text, post.span.end) else name

    def _list_from(self, first: NameFound) -> Iterable[NameFound]:
        yield first
        at = first.span.end
        while join := _JOIN.match(self.text, at):
            name = next((one for one in self.names if one.span.start == join.end()), None)
            name = name or stranger_at(self.bare, join.end(), self.gazetteer)
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
        return stranger_at(self.bare, point.end() if point else post.span.end, self.gazetteer)


def assign_roles(
    text: str,
    names: Sequence[NameFound],
    gazetteer: Gazetteer,
    sender: PersonEntry,
    unposted: Role | None = Role.WORKER,
    duties: frozenset[DetailKey] = frozenset(),
) -> PeopleFound:
    """Give every named person a role; ``unposted`` is the role of a name without a role word.

    ``text`` has places and words of time masked, names still readable. ``duties`` are the cells of the works' forms
    that hold people.
    """
    return _Roll(text, names, gazetteer, sender, unposted, duties).call()


def _gap(text: str, start: int, end: int, pattern: re.Pattern[str]) -> bool:
    return start <= end and pattern.fullmatch(text, start, end) is not None
