"""The figures of `workflow.figures`, computed in SQL from the journal and the boards. Reads only.

``spreads(tx, key, span, cut)``            durations by group: ``{group: Spread}``
``shares(tx, key, span, cut, as_of)``      parts of wholes by group: ``{group: Share}``
``counts(tx, key, span, cut)``             how many by group and remark: ``{(group, remark): number}``
``cases(tx, key, span, cut, group, …)``    the permits or hazards behind any of these, worst first: ``(Case, …)``
``tally(tx, span)``                        how often each milestone event happened: ``{kind: number}``

``span`` is half-open and says when the thing that is counted happened (a permit issued, a hazard reported, …);
``as_of`` is the moment from which one looks back: what happened later is not known yet. Groups without a case are not
in the answer; `workflow.figures.NO_SHARE` and `NO_SPREAD` stand for them. Ask through `storage.store.Store.read`:
off the event loop, beside the writer. All raise ValueError for a cut the figure does not have, or a figure of another
unit.

Areas, works, companies and departments are those of now: the register keeps no history.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.sql.expression import Executable

from storage.figures_sql import CASES, COUNT, LIST, SHARE, SPREAD, TALLY, Dialect
from storage.sql import Backend, Channel, Row, Statement
from storage.times import spell
from storage.tx import Tx
from workflow.figures import DEFINITIONS, LOOK_BACK, Case, Cut, Key, Share, Spread, Unit
from workflow.values import Interval

_CHANNELS = (Channel.JOURNAL, Channel.BOARD, Channel.HAZARDS, Channel.DIRECTORY, Channel.DEVIATIONS, Channel.FIGURES)
_FURTHER = {Key.CLOSED_LOOP: ("as_of",), Key.RECTIFIED: ("as_of",), Key.REPEATED: ("back",)}
_PAGE = ("everything", "grp", "most", "skip")


def spreads(tx: Tx, key: Key, span: Interval, cut: Cut = Cut.WHOLE) -> dict[str, Spread]:
    """Durations by group."""
    rows = _ask(tx, key, cut, Unit.SPREAD, span, span.end)
    return {
        str(group): Spread(
            count=int(many),
            total=timedelta(seconds=int(total)),
            middle=timedelta(seconds=int(middle)),
            longest=timedelta(seconds=int(longest)),
        )
        for group, many, total, longest, middle in rows
    }


def shares(tx: Tx, key: Key, span: Interval, cut: Cut = Cut.WHOLE, *, as_of: datetime) -> dict[str, Share]:
    """Parts of wholes by group, as was known at ``as_of``."""
    rows = _ask(tx, key, cut, Unit.SHARE, span, as_of)
    return {str(group): Share(part=int(part), whole=int(whole)) for group, part, whole in rows}


def counts(tx: Tx, key: Key, span: Interval, cut: Cut = Cut.WHOLE) -> dict[tuple[str, str], int]:
    """How many by group and remark."""
    return {(str(group), str(what)): int(many) for group, what, many in _ask(tx, key, cut, Unit.COUNT, span, span.end)}


def cases(
    tx: Tx,
    key: Key,
    span: Interval,
    cut: Cut = Cut.WHOLE,
    group: str | None = None,
    *,
    as_of: datetime,
    most: int = 100,
    skip: int = 0,
) -> tuple[Case, ...]:
    """What stands behind a figure, or behind one ``group`` of it: the longest first, what counts against it first."""
    page = (int(group is None), group or "", most, skip)
    rows = tx.read(_statement(key, cut, None), (*_given(tx, key, span, as_of), *page), *_CHANNELS)
    return tuple(
        Case(subject=str(subject), group=str(found), value=int(value), remark=str(remark))
        for subject, found, value, remark in rows
    )


def tally(tx: Tx, span: Interval) -> dict[str, int]:
    """How often each milestone event happened; kinds that did not are not in it."""
    rows = tx.read(_TALLY, (tx.site, spell(span.start), spell(span.end)), Channel.JOURNAL)
    return {str(kind): int(many) for kind, many in rows}


def _ask(tx: Tx, key: Key, cut: Cut, unit: Unit, span: Interval, as_of: datetime) -> list[Row]:
    if DEFINITIONS[key].unit is not unit:
        raise ValueError(f"{key} is no {unit}")
    return tx.read(_statement(key, cut, unit), _given(tx, key, span, as_of), *_CHANNELS)


def _given(tx: Tx, key: Key, span: Interval, as_of: datetime) -> Row:
    further = {"as_of": spell(as_of), "back": spell(span.start - LOOK_BACK)}
    return (tx.site, spell(span.start), spell(span.end), *(further[name] for name in _FURTHER.get(key, ())))


_STATEMENTS: dict[tuple[Key, Cut, Unit | None], Statement] = {}
_AROUND = {Unit.SPREAD: SPREAD, Unit.SHARE: SHARE, Unit.COUNT: COUNT}


def _statement(key: Key, cut: Cut, unit: Unit | None) -> Statement:
    """The figure, or with no unit the list of its cases. Raise ValueError for a cut it does not have."""
    known = _STATEMENTS.get((key, cut, unit))
    if known is None:
        if cut not in DEFINITIONS[key].cuts:
            raise ValueError(f"{key} is not divided by {cut}")
        known = _STATEMENTS[key, cut, unit] = _written(key, cut, unit)
    return known


def _written(key: Key, cut: Cut, unit: Unit | None) -> Statement:
    order = "value ASC" if DEFINITIONS[key].unit is Unit.SHARE else "value DESC"
    around = LIST.replace("{order}", order) if unit is None else _AROUND[unit]

    def build(backend: Backend) -> Executable:
        return text(around.replace("{cases}", CASES[key](cut, Dialect(backend))))

    names = ("site", "since", "until", *_FURTHER.get(key, ()), *(_PAGE if unit is None else ()))
    return Statement(build, *names, channel=Channel.JOURNAL)


_TALLY = Statement(text(TALLY), "site", "since", "until", channel=Channel.JOURNAL)
