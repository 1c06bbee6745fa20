"""A fault for every gate: its line of the table taken out; and single figures of single gates, written by a tired hand.

The test that must turn red is a golden case in which that gate says no.
"""

from __future__ import annotations

from collections import Counter

from tests.faults.core_faults import Fault
from tests.support.gate_cases_paper import PAPER
from tests.support.gate_cases_site import SITE
from tests.support.golden import cases
from workflow.findings import Severity
from workflow.permit.gates import TABLE, Gate, Moment

_ROOM = "permit/"
_GOLDEN = "golden/test_golden_cases.py::test_gates"


def _escaped(name: str) -> str:
    """As pytest writes it in a test's id."""
    return name.encode("unicode_escape").decode("ascii")


def _caught_by(key: str) -> str:
    """A case in which the gate says no, or at least that nobody knows."""
    twice = Counter(str(case) for case in (*PAPER, *SITE))
    for wanted in ("fail", "unknown"):
        for case in cases("gates_paper", "gates_site"):
            if case.row["expect"].get(key) == wanted:
                return f"{_GOLDEN}[{_escaped(str(case))}]"
        for by_hand in (*PAPER, *SITE):
            if (by_hand.gate, by_hand.verdict.value) == (key, wanted) and twice[str(by_hand)] == 1:
                return f"gates/test_gates.py::test_gate[{_escaped(str(by_hand))}]"
    raise LookupError(f"no case in which {key} says no")


_NEVER = "." * len(Moment)
_MARK = {Severity.BLOCK: "B", Severity.WARN: "W"}


def _asked_at(gate: Gate) -> str:
    return "".join(_MARK[gate.at[moment]] if moment in gate.at else "." for moment in Moment)


def golden(name: str) -> str:
    """The golden case of this name."""
    return f"{_GOLDEN}[{name}]"


BY_FIGURE = {
    "figures_kept": golden("gates_site-tandem-81"),
    "conflict": "gates/test_gates.py::test_gate[conflict.X1-fail-hot-start-]",
}
"""Gates that answer under other names than their own."""

LINES: tuple[Fault, ...] = tuple(
    Fault(
        what=f"nobody asks {gate.key}",
        file=_ROOM + "gates.py",
        old=f'    _gate("{gate.key}", "{_asked_at(gate)}", ',
        new=f'    _gate("{gate.key}", "{_NEVER}", ',
        caught_by=BY_FIGURE.get(gate.key) or _caught_by(gate.key),
    )
    for gate in TABLE
)
"""The line stands for the eye; no moment asks it."""

FIGURES: tuple[Fault, ...] = (
    Fault(
        what="a tandem lift is not held against 80 %",
        file=_ROOM + "gates_items.py",
        old='    "lift.tandem": Written(bounds=("lift.tandem_pct",)',
        new='    "lift.tandem.": Written(bounds=("lift.tandem_pct",)',
        caught_by=golden("gates_site-tandem-81"),
    ),
    Fault(
        what="one crane of a tandem lift is enough",
        file=_ROOM + "gates_items.py",
        old='called=("负荷率",), every=True, least=2',
        new='called=("负荷率",), every=True',
        caught_by=golden("gates_site-tandem-one-figure"),
    ),
    Fault(
        what="only the first crane is looked at",
        file=_ROOM + "gates_items.py",
        old='called=("负荷率",), every=True, least=2',
        new='called=("负荷率",), least=2',
        caught_by=golden("gates_site-tandem-81"),
    ),
    Fault(
        what="a cable may lie at any depth",
        file=_ROOM + "gates_items.py",
        old='    "power.buried": Written(',
        new='    "power.buried.": Written(',
        caught_by=golden("gates_site-buried-0.70"),
    ),
    Fault(
        what="overhead lines may hang low",
        file=_ROOM + "gates_items.py",
        old='    "power.overhead": Written(',
        new='    "power.overhead.": Written(',
        caught_by=golden("gates_site-overhead-2.4"),
    ),
    Fault(
        what="spoil may lie at the edge",
        file=_ROOM + "gates_items.py",
        old='    "earth.spoil": Written(',
        new='    "earth.spoil.": Written(',
        caught_by=golden("gates_site-spoil-near"),
    ),
    Fault(
        what="lamps may stand low",
        file=_ROOM + "gates_items.py",
        old='    "road.lamps": Written(',
        new='    "road.lamps.": Written(',
        caught_by=golden("gates_site-road-lamp-low"),
    ),
    Fault(
        what="a figure that is not more than itself passes",
        file="rules/bounds.py",
        old="                return value > self.value",
        new="                return value >= self.value",
        caught_by=golden("gates_site-buried-0.70"),
    ),
    Fault(
        what="a limit itself fails",
        file="rules/bounds.py",
        old="                return value <= self.value",
        new="                return value < self.value",
        caught_by=golden("gates_site-tandem-80"),
    ),
    Fault(
        what="a zero is an empty field",
        file=_ROOM + "gates_fields.py",
        old="    return value is None or value == ()",
        new="    return not value",
        caught_by=golden("gates_paper-blind-zero-degrees"),
    ),
    Fault(
        what="as much power as permitted is too much",
        file=_ROOM + "gates_power.py",
        old="    if wanted > form.permitted_kw:",
        new="    if wanted >= form.permitted_kw:",
        caught_by=golden("gates_paper-power-load-exact"),
    ),
    Fault(
        what="a device without a rating takes nothing",
        file=_ROOM + "gates_power.py",
        old="    if not form.devices or silent or form.permitted_kw is None:",
        new="    if not form.devices or form.permitted_kw is None:",
        caught_by=golden("gates_paper-power-load-unknown"),
    ),
    Fault(
        what="no reason is asked after fifteen days",
        file=_ROOM + "gates_power.py",
        old="    elif normal.holds(days) and not reason:",
        new="    elif normal.holds(days) and reason == 'x':",
        caught_by=golden("gates_paper-t23-sixteen-days"),
    ),
    Fault(
        what="heavier than the ticket says",
        file=_ROOM + "gates_lift.py",
        old="        elif given[0] > said:",
        new="        elif given[0] > said + said:",
        caught_by=golden("gates_site-lift-heavier"),
    ),
    Fault(
        what="more than the crane can lift",
        file=_ROOM + "gates_lift.py",
        old="        elif given[0] > given[1]:",
        new="        elif given[0] < given[1] and given[0] > given[1]:",
        caught_by=golden("gates_site-lift-over-rating"),
    ),
    Fault(
        what="the guardian commands the lift",
        file=_ROOM + "gates_lift.py",
        old="    if guardian in named:",
        new="    if guardian not in named and not named:",
        caught_by=golden("gates_paper-lift-guardian-commands"),
    ),
    Fault(
        what="the trial lift of before the stop counts",
        file=_ROOM + "gates_items.py",
        old="state.confirmed_at is not None and state.confirmed_at > moment",
        new="state.confirmed_at is not None",
        caught_by=golden("gates_site-trial-of-before"),
    ),
    Fault(
        what="yesterday's look at the scaffold counts",
        file=_ROOM + "again.py",
        old="    return confirmed.astimezone(zone).date() < at.astimezone(zone).date()",
        new="    return confirmed.astimezone(zone).date() > at.astimezone(zone).date()",
        caught_by=golden("gates_site-height-next-day"),
    ),
    Fault(
        what="what was seen before a stop counts after it",
        file=_ROOM + "again.py",
        old="    if stop is None or confirmed > stop.newest:",
        new="    if stop is None or confirmed:",
        caught_by=golden("gates_site-height-not-reconfirmed"),
    ),
    Fault(
        what="weather nobody knows is fine weather",
        file=_ROOM + "gates_weather.py",
        old="        unknown = [WEATHER[kind] for kind, value in seen.items() if value is None]",
        new="        unknown = [WEATHER[kind] for kind, value in seen.items() if value is None and kind == '']",
        caught_by=golden("gates_site-height-fog-unknown"),
    ),
    Fault(
        what="signs may be missing for a whole day",
        file=_ROOM + "gates_road.py",
        old="    elif not bound.holds(hours):",
        new="    elif not bound.holds(hours / 24):",
        caught_by=golden("gates_site-no-sign-121min"),
    ),
    Fault(
        what="several blinds on one ticket",
        file=_ROOM + "gates_blind.py",
        old="    elif _SEVERAL.search(number):",
        new="    elif _SEVERAL.fullmatch(number):",
        caught_by=golden("gates_paper-two-blinds"),
    ),
    Fault(
        what="a high vessel is sampled at three points",
        file="rules/sampling.py",
        old="    count = max(int(least.value), int(between.to_integral_value(ROUND_CEILING)) + 1)",
        new="    count = int(least.value)",
        caught_by=golden("gates_site-vertical-20"),
    ),
    Fault(
        what="drift of the oxygen sensor passes in silence",
        file="rules/gas.py",
        old='    notes = (f"氧气 {reading.value}%vol{hint}",) if hint and not failures else ()',
        new="    notes = ()",
        caught_by="golden/test_golden_cases.py::test_air[air-t18]",
    ),
)
