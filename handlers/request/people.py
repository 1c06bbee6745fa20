"""Who: names in a sentence, known and unknown. `roles` says what each of them is there for.

A name that is not in the plant's list, or that two people share, is asked; nobody is picked by likeness alone, and
nobody who was named falls silently away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from handlers.request.details import DetailKey
from handlers.request.folding import MASK, Span, fold, is_cjk
from handlers.request.fuzzy import MOST
from handlers.request.gazetteer import Gazetteer, PersonEntry
from handlers.request.lexicon import (
    COMMON_SURNAMES,
    DUTY,
    FILLER,
    NOT_A_NAME,
    ROLE,
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
    duty: DetailKey | None = None
    """The cell of a form this person fills (吊装指挥, 司索人, 用电人 …); then there is no role."""

    @property
    def post(self) -> Role | DetailKey | None:
        """What the person is named for; None = nothing a request knows."""
        return self.role or self.duty


@dataclass(frozen=True, slots=True, kw_only=True)
class NameFound:
    """A name and where it stands."""

    span: Span
    person: PersonSaid


_AFTER_NAME = re.compile(
    f"[ ,、。;:!?()/&@\\n{MASK}和与跟及是为来去在做干当任担负由的吧啊呢等两三到电监看带领不进给也都或明今早晚周0-9]|"
    "作业|动火|用火|师傅|同志|现场|一起|同时|后天|上午|下午|中午|星期"
)


def find_names(text: str, gazetteer: Gazetteer, timely: Sequence[Span], *, whole: str | None = None) -> list[NameFound]:
    """Known names in a folded text whose places are masked; roles are not decided yet.

    ``timely`` are the words of time: a name that only bites into one is no name. ``whole`` is the text with its places
    readable: a department before a name (``合成车间李强``) belongs to the name and tells two of one name apart.
    """
    found: list[NameFound] = []
    at = 0
    while at < len(text):
        hit = _name_at(text, at, gazetteer, timely, whole or text) if text[at] in gazetteer.person_starts else None
        if hit is None:
            at += 1
        else:
            found.append(hit)
            at = hit.span.end
    return found


def _name_at(text: str, at: int, gazetteer: Gazetteer, timely: Sequence[Span], whole: str) -> NameFound | None:
    for length in gazetteer.person_starts[text[at]]:
        entries = gazetteer.person_keys.get(text[at : at + length])
        span = Span(at, at + length)
        if entries is None or span.end > len(text) or any(_bites(span, word) for word in timely):
            continue
        unit = _unit_before(whole, at, gazetteer)
        if unit is not None and not entries_of(entries, unit.of(whole)):
            # 仪表班王强, and the only 王强 works elsewhere
            return NameFound(span=Span(unit.start, span.end), person=_known(span.of(text), entries, sure=False))
        if unit is not None:
            entries, span = entries_of(entries, unit.of(whole)), Span(unit.start, span.end)
        said = text[at : at + length]
        if _stands_alone(text, Span(at, at + length), gazetteer, qualified=unit is not None):
            return NameFound(span=span, person=_known(said, entries, sure=True))
        end = _run_on(text, span.end)
        return NameFound(span=Span(span.start, end), person=_known(text[at:end], entries, sure=False))
    return None


def _unit_before(whole: str, at: int, gazetteer: Gazetteer) -> Span | None:
    """A department or employer written right before a name."""
    end = at - 1 if whole[:at].endswith("的") else at
    lengths = range(min(20, end), 1, -1)
    return next((Span(end - n, at) for n in lengths if whole[end - n : end] in gazetteer.units), None)


def entries_of(entries: tuple[PersonEntry, ...], unit: str) -> tuple[PersonEntry, ...]:
    """Those of the people who belong to a department or employer."""
    named = unit.removesuffix("的")
    return tuple(entry for entry in entries if named in {fold(entry.department), fold(entry.employer)})


def _run_on(text: str, at: int) -> int:
    """The end of what sticks to a name, two letters at most."""
    end = at
    while end < min(len(text), at + 2) and is_cjk(text[end]) and not _AFTER_NAME.match(text, end):
        if ROLE.match(text, end) or DUTY.match(text, end) or TASK.match(text, end):
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


def _stands_alone(text: str, span: Span, gazetteer: Gazetteer, *, qualified: bool) -> bool:
    """``王强生`` and ``李王强`` are other people than 王强."""
    after = text[span.end : span.end + 2]
    posted = ROLE.match(text, span.end) or DUTY.match(text, span.end)
    if after and is_cjk(after[0]) and not (_AFTER_NAME.match(after) or posted or TASK.match(after)):
        lengths = gazetteer.person_starts.get(after[0], ())
        return any(text[span.end : span.end + length] in gazetteer.person_keys for length in lengths)
    if qualified:
        return True
    ahead = text[max(0, span.start - 2) : span.start]
    return not (ahead and ahead[-1] in COMMON_SURNAMES and (len(ahead) == 1 or not is_cjk(ahead[0])))


_RUN = re.compile("[\u4e00-\u9fff]{2,}")
_NO_NAME_HERE = re.compile(
    "到位|待定|安排|已|另|未|没|不|全|均|在|人员|都|同|双|一|两|二|三|须|要|必|需|完|有|无|和|许|单位|时|应|于|方|相|何|高|车间|施工"
)


def stranger_at(text: str, at: int, gazetteer: Gazetteer) -> NameFound | None:
    """A name nobody has that begins right here, behind a role word."""
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


def stranger_before(text: str, end: int, gazetteer: Gazetteer) -> NameFound | None:
    """A name nobody has that ends where a role word (and its 来, 做 …) begins."""
    run = _BEFORE.search(text, max(0, end - 5), end)
    if run is None or run.group(1)[0] not in SURNAMES or NOT_A_NAME.match(run.group(1)) or TASK.search(run.group(1)):
        return None
    return _unknown(run.group(1), run.start(1), gazetteer)


_ALONE = re.compile("(?:(?<=[ ,、。;:\\n@])|^)@?([\u4e00-\u9fff]{2,4})(?=[ ,、。;\\n]|$)")
_PLACE = re.compile(PLACE_NOUN)


def strangers(text: str, gazetteer: Gazetteer) -> Iterable[NameFound]:
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
