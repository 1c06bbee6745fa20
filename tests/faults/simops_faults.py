"""Faults we plant in the rules of neighbours, one for each rule at least, and the test that must turn red."""

from __future__ import annotations

from tests.faults.core_faults import Fault

PAIRS = "simops/test_conflict_pairs.py::test_each_pair"
PLACES = "simops/test_places.py"
SLOTS = "simops/test_slots.py"


def _fault(what: str, file: str, old: str, new: str, caught_by: str = PAIRS) -> Fault:
    return Fault(what=what, file=file, old=old, new=new, caught_by=caught_by)


_B, _P, _G, _S, _C = (
    "simops/between.py",
    "simops/pairs.py",
    "simops/places.py",
    "simops/slots.py",
    "permit/gates_conflicts.py",
)
SIMOPS: tuple[Fault, ...] = (
    _fault("X1, X3, X4: the limit itself is far enough", _B, "self.high_m <= metres", "self.high_m < metres", PLACES),
    _fault(
        "X1: only our own place is asked for explosion",
        _P,
        "any_of((holds(rule.when, pair.mine.known), holds(rule.when, pair.theirs.known)))",
        "holds(rule.when, pair.mine.known)",
    ),
    _fault(
        "a distance nobody measured in one area is far",
        _B,
        "        if self.same_area:\n            return True\n        return None if self.near",
        "        if self.same_area:\n            return False\n        return None if self.near",
    ),
    _fault(
        "a distance nobody measured between neighbours is far",
        _B,
        "return None if self.near is not False or self.low_m is not None else False\n\n\nUNKNOWN",
        "return False\n\n\nUNKNOWN",
    ),
    _fault(
        "X2: a dike nobody recorded is none",
        _G,
        "same_dike=True if dike is None and same_area else dike",
        "same_dike=False if dike is None and same_area else dike",
    ),
    _fault("X3: the sewer carries nothing", _P, "if rule.drains and meeting.between.same_drain:", "if False:"),
    _fault("X4: above and below is nothing", _P, "        if rule.vertical:\n", "        if False:\n"),
    _fault(
        "X5: what is inside of a vessel is elsewhere",
        _G,
        "        if shared:\n            return True\n",
        "        if shared:\n            return False\n",
    ),
    _fault(
        "X6: another spelling is another pipe",
        "simops/lines.py",
        "    if here & there:\n        return True\n",
        "    if False:\n        return True\n",
    ),
    _fault(
        "X6: a pipe nobody named is another one",
        "simops/lines.py",
        "    if not one.strip() or not other.strip():\n        return None\n",
        "    if not one.strip() or not other.strip():\n        return False\n",
    ),
    _fault("X7: one layer is always enough", _P, "height > rule.above_m for height", "False for height"),
    _fault(
        "X7: a layer nobody spoke of is there",
        _P,
        "    if layers < 1:\n        return False\n",
        "    if layers < 0:\n        return False\n",
    ),
    _fault(
        "X7: dismantling under a layer is allowed",
        _P,
        "any_of((dismantling, _not(_covered(rule, pair))))",
        "_not(_covered(rule, pair))",
    ),
    _fault(
        "X7, X8: any linked permit is one job",
        _P,
        "return linked and bool(pair.mine.crew & pair.theirs.crew)",
        "return linked",
    ),
    _fault("X8: the radius itself is free", _P, "between.high_m <= radius", "between.high_m < radius"),
    _fault(
        "X8: the load's path is not looked at",
        _P,
        "    return any_of(below) if below else",
        "    return False if below else",
    ),
    _fault(
        "X8: a path nobody told leads nowhere",
        _P,
        "    if not lift.path:\n        return _unsaid(rule, pair.between)\n",
        "    if not lift.path:\n        return False\n",
    ),
    _fault(
        "4.8: a boom over the zone is outside of it",
        _G,
        "return min(from_point(thing.position, fence) for fence in fences) <= metres",
        "return False",
        "simops/test_load_path.py",
    ),
    _fault(
        "X12: the machine is no hot point", _P, "if _machine_far(content) and machine is not None", "if machine is None"
    ),
    _fault(
        "X12: a machine somewhere is nowhere",
        "permit/gates_alone.py",
        "    if machine_lost(asked.content):\n",
        "    if False:\n",
    ),
    _fault(
        "an old code is another place",
        _G,
        "link for link in alive if link.kind is LinkKind.SAME)",
        "link for link in ())",
    ),
    _fault(
        "a suspicion counts for nothing",
        _G,
        "return None if frozenset((here, there)) in self._suspected else False",
        "return False",
        PLACES,
    ),
    _fault("nothing on record is far", _G, "            adjacent = None\n", "            adjacent = False\n"),
    _fault(
        "what is counted out still warns",
        _C,
        "(other.status in _NOT_ISSUED and asked.moment not in _ON_SITE)",
        "asked.moment not in _ON_SITE",
    ),
    _fault(
        "end and start touching is an overlap",
        "values.py",
        "return self.start < other.end and other.start < self.end",
        "return self.start <= other.end and other.start <= self.end",
    ),
    _fault(
        "planned work stops",
        _C,
        "severity=None if other.live else Severity.WARN,\n        call",
        "severity=None,\n        call",
    ),
    _fault(
        "a crossing with an unknown place is none",
        "simops/meeting.py",
        "return between.near is not False or",
        "return bool(between.near) or",
    ),
    _fault(
        "sizes make two pipes one",
        "simops/lines.py",
        "        if _SIZE.fullmatch(match):\n            continue\n",
        "",
        PLACES,
    ),
    _fault(
        "a relation that ended still counts",
        _G,
        "alive = [link for link in links if link.active]",
        "alive = list(links)",
        PLACES,
    ),
    _fault(
        "a slot is offered on top of another work",
        _S,
        "                start = taken.end\n",
        "                pass\n",
        SLOTS,
    ),
    _fault("a slot longer than a permit may be", _S, "    if length > rules.max_validity:\n", "    if False:\n", SLOTS),
    _fault(
        "a slot ignores what stops because it is unknown",
        _S,
        "answer is True or (answer is None and rule.blocks_unknown)",
        "answer is True",
        SLOTS,
    ),
)
