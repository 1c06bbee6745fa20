"""Figures as people read them: groups by name, values in words, and yesterday's in a few lines for the morning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from cards import words
from cards import words_figures as say
from cards.digest import Item
from cards.reports.summary import Value, said
from cards.words_reports import SUMMARY_TITLE, UNKNOWN_GROUP, VIOLATION
from handlers.house import House
from handlers.windows import Window, month_with
from storage.figures import counts, shares, spreads, tally
from storage.tx import Tx
from workflow.figures import DEFINITIONS, OF, OF_NODES, OWN, UNKNOWN, Cut, Key, Unit, Violation
from workflow.ids import AreaId, PersonId
from workflow.rules.types import Grade, Role
from workflow.values import Interval, WorkType

PAGE = "/figures"
READERS = (Role.SAFETY_DEPT, Role.CHIEF, Role.PRINCIPAL)
"""Roles that answer for the whole plant."""


def may_read(tx: Tx, house: House, person: PersonId) -> bool:
    """Whether somebody may look at the figures of the whole plant and at what stands behind them."""
    known = tx.directory.person(person)
    holders = house.posts.holders(tx.directory, None)
    return known is not None and known.active and any(person in holders.get(role, ()) for role in READERS)


def span_of(window: Window, house: House) -> Interval:
    """Whole days as moments at the site."""
    start, end = window.moments(house.zone)
    return Interval(start=start, end=end)


def values(tx: Tx, key: Key, span: Interval, cut: Cut, *, as_of: datetime) -> Mapping[str, Value]:
    """A figure by group, whatever its unit; groups without a case are not in it."""
    match DEFINITIONS[key].unit:
        case Unit.SPREAD:
            return spreads(tx, key, span, cut)
        case Unit.SHARE:
            return shares(tx, key, span, cut, as_of=as_of)
        case Unit.COUNT:
            found: dict[str, int] = {}
            for (group, _), many in counts(tx, key, span, cut).items():
                found[group] = found.get(group, 0) + many
            return found


def group_name(tx: Tx, house: House, cut: Cut, group: str) -> str:
    """What a group is called."""
    if group == UNKNOWN:
        return UNKNOWN_GROUP
    match cut:
        case Cut.WHOLE:
            return say.ALL
        case Cut.AREA:
            area = tx.directory.areas.get(AreaId(group))
            return area.name if area is not None else group
        case Cut.WORK:
            return words.WORK[WorkType(group)]
        case Cut.GRADE:
            work, _, grade = group.partition("/")
            return words.work_name(WorkType(work), Grade(grade))
        case Cut.CONTRACTOR:
            return say.OWN_PEOPLE if group == OWN else group
        case Cut.NODE:
            return node_name(house, group)
        case Cut.NODE_AREA | Cut.NODE_WORK | Cut.NODE_CONTRACTOR:
            node, _, other = group.partition(OF)
            return f"{node_name(house, node)} {group_name(tx, house, OF_NODES[cut], other)}"
        case Cut.DEPARTMENT:
            return group
        case Cut.KIND:
            return remark_name(house, group)


def node_name(house: House, key: str) -> str:
    """What a step of the chain is called: as the packs or the plant call it, whichever work it is of."""
    if key in say.NODE:
        return say.NODE[key]
    laws = [law for pack in house.book.packs for law in pack.works.values()]
    laws += house.book.plant.tighten.values()
    return next((step.label for law in laws for step in law.chain if step.key == key and step.label), key)


def remark_name(house: House, remark: str) -> str:
    """What a case's remark says: an outcome, a violation, a step."""
    if remark in say.OUTCOME:
        return say.OUTCOME[remark]
    return VIOLATION[Violation(remark)] if remark in set(Violation) else node_name(house, remark)


def address(base: str, window: Window, key: Key | None = None, cut: Cut = Cut.WHOLE, group: str | None = None) -> str:
    """Where a figure, or the cases of one group of it, are shown."""
    asked = {"since": window.since.isoformat(), "until": window.until.isoformat()}
    if key is not None:
        asked |= {"key": key.value, "cut": cut.value}
    if group is not None:
        asked["group"] = group
    return f"{base}{PAGE}?{urlencode(asked)}"


# --- in a chat ------------------------------------------------------------------------------------------------------


def period(tx: Tx, house: House, window: Window, *, as_of: datetime, base: str | None) -> tuple[Item, ...]:
    """A week's or a month's figures in a few lines; empty when nothing happened."""
    title = SUMMARY_TITLE["month" if window == month_with(window.since) else "week"]
    head = say.PERIOD.format(title=title, since=window.since, until=window.until)
    return _lines(tx, house, window, head, as_of=as_of, base=base)


def morning(tx: Tx, house: House, day: date, *, as_of: datetime, base: str | None) -> tuple[Item, ...]:
    """The day's figures in a few lines, each leading to what stands behind it; empty when nothing happened."""
    window = Window(since=day, until=day)
    head = say.MORNING.format(day=words.day(span_of(window, house).start, house.zone))
    return _lines(tx, house, window, head, as_of=as_of, base=base)


def _lines(tx: Tx, house: House, window: Window, head: str, *, as_of: datetime, base: str | None) -> tuple[Item, ...]:
    span = span_of(window, house)
    happened = tally(tx, span)
    many = "　".join(f"{name}{happened[kind]}" for kind, name in say.HAPPENED.items() if kind in happened)
    lines = list(_figures(tx, house, window, span, as_of=as_of, base=base))
    if not many and not lines:
        return ()
    page = "" if base is None else address(base, window)
    return (Item(text=head, link=page), *((Item(text=many),) if many else ()), *lines)


def _figures(
    tx: Tx, house: House, window: Window, span: Interval, *, as_of: datetime, base: str | None
) -> Iterator[Item]:
    for key, meaning in DEFINITIONS.items():
        link = "" if base is None else address(base, window, key, group="")
        if key is Key.NODE_TIME:
            yield from _slowest(tx, house, window, span, base=base)
            continue
        value = values(tx, key, span, Cut.WHOLE, as_of=as_of).get("")
        if value:
            yield Item(text=say.LINE.format(name=meaning.name, value=said(value)), link=link)


def _slowest(tx: Tx, house: House, window: Window, span: Interval, *, base: str | None) -> Iterator[Item]:
    """The step with the longest middle."""
    found = spreads(tx, Key.NODE_TIME, span, Cut.NODE)
    if found:
        node, spread = max(found.items(), key=lambda one: (one[1].middle or timedelta(0), one[0]))
        link = "" if base is None else address(base, window, Key.NODE_TIME, Cut.NODE, node)
        yield Item(text=say.SLOWEST.format(node=node_name(house, node), value=said(spread)), link=link)
