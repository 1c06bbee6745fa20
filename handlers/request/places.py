"""Where: places named in a sentence.

Exact names first. A code, a digit or a direction that does not match exactly is never bridged by likeness: a code that
does not exist is said so, with the nearest ones to tap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from handlers.request.folding import MASK, Keyed, Span, is_cjk, key, keyed
from handlers.request.fuzzy import FLOOR, MOST, SHOWN, clear_winner
from handlers.request.gazetteer import Gazetteer, Named, PlaceEntry, PlaceKind, Via


class PlaceDoubt(StrEnum):
    """Why a place must be asked about."""

    UNKNOWN = "unknown"
    UNKNOWN_CODE = "unknown_code"
    SEVERAL_ENTRIES = "several_entries"
    """One name, several places carry it."""
    UNSURE = "unsure"
    """A known name, but something stuck to it may make it another place (``北2号罐``, ``1、2号罐``)."""
    OTHER_AREA = "other_area"
    """The equipment does not stand in the area named beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceSaid:
    """One place as said. ``entry`` is None until it is certain; ``detail`` is the part of it (``顶部``, ``北侧``)."""

    said: str
    entry: PlaceEntry | None = None
    via: Via | None = None
    detail: str = ""
    doubt: PlaceDoubt | None = None
    candidates: tuple[PlaceEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFound:
    """A place and where it stands in the text."""

    span: Span
    core: Span
    """The name alone, without its detail."""
    place: PlaceSaid


_EXTENDED = re.compile("[罐釜泵塔槽池井库仓炉机变][区组群场站房楼间室厂院所]")
_LISTED_BEFORE = re.compile(r"(?<![0-9:.点时分~到至-])[0-9]{1,3}[号#]?[、,/和与及~到至-]$")
PLACE_NOUN = (
    "(?:原料|成品|中间)?(?:储?罐区|罐组|球罐|储罐|罐)|反应[釜器]|釜|(?:精馏|吸收|洗涤|冷却)?塔|车间|装置区?|单元|泵[房区]|[配控]电?[制室]室?|"
    "配电[室间]|控制室|机房|锅炉房?|仓库|库房|码头|栈[桥台]|装卸[区台]|火炬|污水[站池]|空压站|制冷站|变电[所站]|消防泵房|[一二三四五六七八九0-9]+号?楼|"
    "换热器|压缩机|加热炉|风机|地沟|循环水|泵|池|井|炉|槽|仓"
)
_ALIKE_CODE = 65
_DETAIL = re.compile(
    r"\s?的?((?:[东西南北]{1,2}(?:侧|部|面|边|角|头|壁|门)?|[上下中前后左右内外](?:侧|部|面|边|方|层|壁)|顶部?(?![替盖])|底部?(?![座阀板漆])|人孔|入口|出口|进口|"
    r"外壁|内壁|罐顶|罐底|塔顶|塔底|釜顶|釜底|门口|旁边?|附近|[一二三四五六七八九十0-9]{1,2}(?:楼|层|米平台|米层|米处))+)"
)
_CODE = re.compile(r"(?<![A-Z0-9-])(?:[A-Z]{1,4}-?[0-9]{2,5}[A-Z]?(?:[/-][A-Z0-9]{1,3})*)(?![A-Z0-9])")
_NOT_A_PLACE = re.compile(
    r"(?:DN|PN|GB|SH|HG|M|J|E|Q|D|PH|SUS|MPA|KPA|CO|LEL|PPM|KV|KW|IP|AQ|JB|NB|API|HJ|ER|H)-?[0-9]+[A-Z]?|[A-Z]{1,3}-[A-Z0-9-]*20[0-9]{6}.*"
)
_NUMBER = "[0-9一二三四五六七八九十]{1,3}"
_NUMBERED_PLACE = re.compile(
    rf"(?<![0-9.:月第一二三四五六七八九十]){_NUMBER}\s?(?:号\s?(?:{PLACE_NOUN}|位|门|线)|车间|单元|装置|罐区|楼(?!层))"
)
_NOUN = re.compile(PLACE_NOUN)


def find_exact(folded: str, gazetteer: Gazetteer) -> list[PlaceFound]:
    """Places named by an exact code, name, alias or old code, longest name first, left to right."""
    text = keyed(folded)
    found: list[PlaceFound] = []
    at = 0
    while at < len(text.text):
        hit = _longest(text, at, folded, gazetteer) if text.text[at] in gazetteer.place_starts else None
        if hit is None:
            at += 1
            continue
        end, place = hit
        found.append(place)
        at = end
    starts = {place.core.start for place in found}
    return [_with_tail(place, folded, starts) for place in found]


_GOES_ON = re.compile(
    rf"\s?[、,/和与及跟~到至-]\s?(?P<more>[0-9]{{1,4}}[A-Z]?(?:[号#](?!{PLACE_NOUN})|"
    "(?![0-9]*[-~到至:点时.年月日%])(?=[^0-9A-Z号#]|$)))"
)


def _with_tail(place: PlaceFound, folded: str, starts: set[int]) -> PlaceFound:
    """``R101和102``: the number behind is another place, so this one alone is not what was meant."""
    more = _GOES_ON.match(folded, place.core.end)
    if more is None or more.start("more") in starts or place.place.entry is None:
        return place
    whole = Span(place.span.start, max(place.span.end, more.end()))
    doubtful = replace(place.place, entry=None, via=None, doubt=PlaceDoubt.UNSURE, said=whole.of(folded))
    return replace(place, span=whole, place=doubtful)


def _longest(text: Keyed, at: int, folded: str, gazetteer: Gazetteer) -> tuple[int, PlaceFound] | None:
    for length in gazetteer.place_starts[text.text[at]]:
        named = gazetteer.place_keys.get(text.text[at : at + length])
        if named is None or at + length > len(text.text):
            continue
        span = text.span(at, at + length)
        if _torn(span, text, at, length, folded):
            continue
        return at + length, _mention(folded, span, named, gazetteer)
    return None


def _torn(span: Span, text: Keyed, at: int, length: int, folded: str) -> bool:
    """Whether the name is only a piece of a longer code, a longer number or another kind of place."""
    end = at + length
    if (at and text.starts[at - 1] == text.starts[at]) or (
        end < len(text.text) and text.starts[end] == text.starts[end - 1]
    ):
        return True  # half of one Chinese number
    padded = f"  {folded}  "
    before2, before, first = padded[span.start], padded[span.start + 1], padded[span.start + 2]
    last, after, beyond = padded[span.end + 1], padded[span.end + 2], padded[span.end + 3]
    if _latin(first) and (_latin(before) or (before in "-._" and _latin(before2) and before2.isalpha())):
        return True
    if _latin(last):
        return _latin(after) or (after in "-." and _latin(beyond))
    if text.text[end - 1] in "号#" and _NOUN.match(folded, span.end):
        return True
    return _EXTENDED.fullmatch(last + after) is not None


def _latin(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()


def _mention(folded: str, span: Span, named: tuple[Named, ...], gazetteer: Gazetteer) -> PlaceFound:
    """A found name with its detail; doubtful when several places carry it or something sticks to it."""
    candidates = tuple(one.entry for one in named)
    whole = _swallow_name(folded, span, named[0].entry) if len(named) == 1 else span
    claimed = whole
    place = PlaceSaid(said=span.of(folded), candidates=candidates)
    if len(named) > 1:
        place = replace(place, doubt=PlaceDoubt.SEVERAL_ENTRIES)
    elif _stuck(folded, whole, gazetteer):
        claimed = _with_stuck(folded, whole)
        place = replace(place, doubt=PlaceDoubt.UNSURE, said=claimed.of(folded))
    else:
        place = replace(place, entry=named[0].entry, via=named[0].via)
    if detail := _DETAIL.match(folded, whole.end):
        place = replace(place, detail=detail.group(1))
        claimed = Span(claimed.start, detail.end())
    return PlaceFound(span=claimed, core=whole, place=place)


def _swallow_name(folded: str, span: Span, entry: PlaceEntry) -> Span:
    """``R-101反应釜``: the noun after a code belongs to it when it is the noun of its name."""
    for length in range(min(6, len(entry.name)), 0, -1):
        noun = entry.name[-length:]
        if folded.startswith(noun, span.end) and is_cjk(noun[0]) and (length > 1 or noun in "罐釜泵塔炉"):
            end = span.end + length
            return span if _EXTENDED.match(folded[end - 1 : end + 1]) else Span(span.start, end)
    return span


def _stuck(folded: str, span: Span, gazetteer: Gazetteer) -> bool:
    """Something right beside the name that may make it another place, or one of several."""
    ahead = folded[: span.start]
    if ahead and ahead[-1] in "东西南北老新旧":
        return True
    if ahead[-1:] in {"上", "下"} and any(side + key(span.of(folded)) in gazetteer.place_keys for side in "上下"):
        return True
    if folded[span.start] in "0123456789零一二三四五六七八九十" and (
        ahead.endswith("月") or _LISTED_BEFORE.search(ahead)
    ):
        return True
    after = folded[span.end : span.end + 2]
    return (
        len(after) == 2
        and after[0] in "/、"
        and after[1].isascii()
        and after[1].isalnum()
        and folded[span.end - 1].isascii()
    )


def _with_stuck(folded: str, span: Span) -> Span:
    start = span.start
    while start and start > span.start - 5 and folded[start - 1] not in " ,。;:月\n" + MASK:
        start -= 1
    return Span(start, span.end)


def find_unknown(masked: str, gazetteer: Gazetteer, *, known: bool) -> list[PlaceFound]:
    """Codes and numbered places that are not in the plant's list; and, when no place is ``known``, misspelt ones."""
    found = [_found(span, _no_such_code(span.of(masked), gazetteer)) for span in _codes(masked)]
    taken = [one.span for one in found]
    for match in _NUMBERED_PLACE.finditer(masked):
        span = Span(*match.span())
        if not any(span.overlaps(other) for other in taken):
            found.append(_found(span, judge_phrase(span.of(masked), gazetteer)))
    if not found and not known:
        found += _misspelt(masked, gazetteer)
    return sorted(found, key=lambda one: one.span)


def _codes(masked: str) -> Iterator[Span]:
    for match in _CODE.finditer(masked):
        if not _NOT_A_PLACE.fullmatch(match.group()):
            yield Span(*match.span())


def _no_such_code(said: str, gazetteer: Gazetteer) -> PlaceSaid:
    near = [hit.entry for hit in gazetteer.place_codes.rank(key(said), strict=False) if hit.score >= _ALIKE_CODE]
    return PlaceSaid(said=said, doubt=PlaceDoubt.UNKNOWN_CODE, candidates=tuple(near[:MOST]))


def judge_phrase(said: str, gazetteer: Gazetteer) -> PlaceSaid:
    """A phrase that should be one place: exact, or alike enough with a clear lead, or unknown with the nearest ones."""
    if named := gazetteer.place_keys.get(key(said)):
        if len(named) == 1:
            return PlaceSaid(said=said, entry=named[0].entry, via=named[0].via, candidates=(named[0].entry,))
        return PlaceSaid(said=said, doubt=PlaceDoubt.SEVERAL_ENTRIES, candidates=tuple(one.entry for one in named))
    if any(True for _ in _codes(said)):
        return _no_such_code(said, gazetteer)
    winner = clear_winner(gazetteer.place_names.rank(key(said)))
    if winner is not None:
        return PlaceSaid(said=said, entry=winner.entry, via=Via.ALIKE, candidates=(winner.entry,))
    near = [hit.entry for hit in gazetteer.place_names.rank(key(said), strict=False) if hit.score >= SHOWN]
    return PlaceSaid(said=said, doubt=PlaceDoubt.UNKNOWN, candidates=tuple(near[:MOST]))


def _found(span: Span, place: PlaceSaid) -> PlaceFound:
    return PlaceFound(span=span, core=span, place=place)


_EMBEDDED_FLOOR = 80
"""A misspelt name inside running text needs more likeness than one that stands alone."""
_JOB = re.compile("换|拆|装(?![卸置])|修|焊|割|磨|清|检|查|补|堵|刷|接|改|挖|涂|试|加固|保温|防腐|除锈")
"""A phrase with one of these tells what is done, not only where: it is not compared as one whole name."""
_CHUNK = re.compile(f"[^ ,。;:!?、()\\n{MASK}]{{2,24}}")
_LEADING = re.compile("^(?:在|去|到|进入?|对|给|把|于|需要|要|做|的)+")


def _misspelt(masked: str, gazetteer: Gazetteer) -> list[PlaceFound]:
    unknown: list[PlaceFound] = []
    for match in list(_CHUNK.finditer(masked))[:8]:
        lead = _LEADING.match(match.group())
        start = match.start() + (lead.end() if lead else 0)
        chunk = masked[start : match.end()]
        if len(chunk) < 2:
            continue
        place = judge_phrase(chunk, gazetteer) if not _JOB.search(chunk) else PlaceSaid(said=chunk)
        if place.entry is not None or place.doubt is PlaceDoubt.SEVERAL_ENTRIES:
            return [_found(Span(start, match.end()), place)]
        if (inner := _embedded(chunk, start, gazetteer)) is not None:
            return [inner]
        if place.doubt is not None and _close(chunk, gazetteer):
            unknown.insert(0, _found(Span(start, match.end()), place))
        elif (noun := _NOUN.search(chunk)) and len(chunk) <= 12:
            phrase = chunk[: noun.end()]
            unknown.append(_found(Span(start, start + noun.end()), judge_phrase(phrase, gazetteer)))
    return unknown[:1]


def _close(said: str, gazetteer: Gazetteer) -> bool:
    """Above the floor, but with no clear lead: several places are meant just as well."""
    hits = gazetteer.place_names.rank(key(said))
    return bool(hits) and hits[0].score >= FLOOR


def _embedded(chunk: str, start: int, gazetteer: Gazetteer) -> PlaceFound | None:
    text = keyed(chunk)
    windows = gazetteer.place_names.within(text.text)
    winner = clear_winner([window.hit for window in windows], _EMBEDDED_FLOOR)
    if winner is None:
        return None
    span = text.span(windows[0].start, windows[0].end)
    whole = Span(start + span.start, start + span.end)
    place = PlaceSaid(said=span.of(chunk), entry=winner.entry, via=Via.ALIKE, candidates=(winner.entry,))
    return _found(whole, place)


def settle(places: Sequence[PlaceSaid]) -> tuple[PlaceSaid, ...]:
    """Let the places of a sentence explain each other: an area narrows a shared name and yields to what is in it."""
    areas = {place.entry.id for place in places if place.entry and place.entry.kind is PlaceKind.AREA}
    narrowed = [_narrow(place, areas) for place in places]
    entries = [place.entry for place in narrowed if place.entry]
    units = [entry for entry in entries if entry.kind is PlaceKind.EQUIPMENT]
    out: list[PlaceSaid] = []
    for place in narrowed:
        entry = place.entry
        twin = next((at for at, other in enumerate(out) if entry and other.entry == entry), None)
        if twin is not None:
            out[twin] = replace(out[twin], detail=out[twin].detail or place.detail)
        elif entry is None or not _holds_another(entry, entries):
            out.append(place)
    if len(areas) == 1 and len(units) == 1 and len(out) == 2 and units[0].area not in {"", *areas}:
        return tuple(replace(place, doubt=PlaceDoubt.OTHER_AREA) for place in out)
    return tuple(out)


def _holds_another(area: PlaceEntry, entries: Sequence[PlaceEntry]) -> bool:
    if area.kind is not PlaceKind.AREA:
        return False
    return any(other.area == area.id or (other.kind is PlaceKind.EQUIPMENT and not other.area) for other in entries)


def _narrow(place: PlaceSaid, areas: set[str]) -> PlaceSaid:
    if place.doubt is not PlaceDoubt.SEVERAL_ENTRIES:
        return place
    here = [entry for entry in place.candidates if entry.area in areas]
    return replace(place, entry=here[0], via=Via.NAME, doubt=None, candidates=(here[0],)) if len(here) == 1 else place
