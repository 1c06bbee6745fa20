"""Faults in the gate of detectors; deleting its line of the table is one of `gate_faults.LINES`."""

from __future__ import annotations

from tests.faults.core_faults import Fault

_GATE = "workflow/permit/gates_detectors.py"
_ANALYSTS = "tests/handlers/test_analysts.py::"


def _case(what: str) -> str:
    """The case of the gate of detectors with this verdict, moment and words."""
    escaped = what.encode("unicode_escape").decode("ascii")
    return f"tests/workflow/gates/test_gates.py::test_gate[detectors-{escaped}]"


ALONE = (
    Fault(
        what="an old word of a detector opens work",
        file=_GATE,
        old="    return said if said is not None and timedelta(0) <= asked.at - said.of <= watch.silent",
        new="    return said if said is not None and timedelta(0) <= asked.at - said.of <= 99 * watch.silent",
        caught_by=_case("unknown-cs-start-2号罐的四合一 A-103已95秒没有数据"),
    ),
    Fault(
        what="work begins beside a value beyond its limit",
        file=_GATE,
        old="    yield from dangers\n",
        new="    dangers.clear()\n",
        caught_by=_case("fail-cs-start-2号罐的四合一 A-103：氧气 18.0%vol"),
    ),
    Fault(
        what="a fault after a cry hides the cry",
        file=_GATE,
        old="        words = (*one.since_good.get(what, ()), last)\n",
        new="        words = (last,)\n",
        caught_by=_case("fail-cs-start-A-104：氧气 18.0%vol"),
    ),
    Fault(
        what="what a detector said before its fault is not looked up",
        file="handlers/detectors.py",
        old="if said.quality is not Quality.GOOD]\n",
        new="if said.quality is Quality.MANUAL]\n",
        caught_by="tests/handlers/test_cry_and_fault.py::test_a_fault_after_a_cry_hides_nothing_and_a_good_word_clears_it",
    ),
    Fault(
        what="a detector that is not good opens work",
        file=_GATE,
        old="    if quality is not Quality.GOOD:\n",
        new="    if quality is Quality.CALIBRATION_EXPIRED:\n",
        caught_by=_case("fail-cs-start-报故障"),
    ),
    Fault(
        what="calibration that ended since the reading is not seen",
        file=_GATE,
        old="    if quality is Quality.GOOD and not one.fit(asked.day(asked.at)):\n"
        "        quality = Quality.CALIBRATION_EXPIRED\n",
        new="",
        caught_by=_case("fail-cs-start-校准已过期"),
    ),
    Fault(
        what="one detector of two opens work",
        file=_GATE,
        old="    return {what: count for what, count in counts.items() if count < watch.detectors}\n",
        new="    return {what: count for what, count in counts.items() if count < 1}\n",
        caught_by=_case("unknown-cs-start-氧气 1台（应2台）"),
    ),
    Fault(
        what="a value nobody can judge opens work",
        file=_GATE,
        old="    if gas is not None and band(said, gas, asked.content) is Band.UNTOLD:\n",
        new="    if gas is None and band(said, asked.permit.law.gas, asked.content) is Band.UNTOLD:\n",
        caught_by=_case("unknown-cs-start-不能与限值比较"),
    ),
    Fault(
        what="a register that was not asked opens work",
        file=_GATE,
        old="    if bound is None:\n",
        new="    if bound is None and asked.moment is Moment.DURING:\n",
        caught_by=_case("unknown-cs-start-没能查询"),
    ),
    Fault(
        what="whoever is inside without being of the crew hears of no stop",
        file="workflow/permit/effects.py",
        old="        people=(*crew(after), *(one.person for one in after.inside)),\n",
        new="        people=crew(after),\n",
        caught_by="tests/workflow/test_effects.py::test_a_stop_is_told_whoever_is_inside_by_the_log_too",
    ),
    Fault(
        what="whoever measures is an analyst",
        file="workflow/permit/gates_gas.py",
        old="if person not in holders]",
        new="if not person]",
        caught_by=_ANALYSTS + "test_work_begins_by_the_analysis_of_an_analyst",
    ),
    Fault(
        what="where nobody holds the post everybody is an analyst",
        file="workflow/permit/gates_gas.py",
        old='    elif not holders:\n        fact = f"{asked.names(others)}做的',
        new='    elif not holders:\n        return\n        fact = f"{asked.names(others)}做的',
        caught_by="tests/workflow/gates/test_gates.py::test_gate[gas_analyst-unknown-hot-start-"
        + "没有登记分析人".encode("unicode_escape").decode("ascii")
        + "]",
    ),
    Fault(
        what="what the plant wants of analyses is forgotten",
        file="handlers/facts.py",
        old="        analysts=ground.analysts,\n",
        new="",
        caught_by=_ANALYSTS + "test_work_begins_by_the_analysis_of_an_analyst",
    ),
)
