"""Two hundred pairs with what the law says of them: not one hard conflict may be missed, and what is said too much is
counted and printed."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.simops import MINE, THEIRS, Held, conflicts, graph, held, other_permit
from workflow.findings import Finding, Severity, Verdict
from workflow.permit.state import Status


def _text(value: Any) -> Any:
    """Everything in the file is text; YAML takes some of it for numbers and yes."""
    if isinstance(value, dict):
        return {key: _text(each) for key, each in value.items()}
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


FILE = Path(__file__).with_name("conflict_pairs.yaml")
PAIRS: list[dict[str, Any]] = [
    {key: _text(value) for key, value in pair.items()}
    for pair in yaml.safe_load(FILE.read_text(encoding="utf-8"))["pairs"]
]
RUNNING = {Status.ISSUED, Status.ACTIVE, Status.SUSPENDED}
RANK = ["none", "warn", "unknown", "block"]
MAP = graph()


def sides(pair: dict[str, Any]) -> tuple[Held, Held]:
    said = {**pair["mine"]}, {**pair["theirs"]}
    linked = any(one.get("linked") == "yes" for one in said)
    same = any(one.get("crew") == "same" for one in said)
    mine = held(MINE, said[0], crew="a", linked=(THEIRS,) if linked else ())
    theirs = held(THEIRS, said[1], crew="a" if same else "b", linked=(MINE,) if linked else ())
    return mine, theirs


def verdict(findings: tuple[Finding, ...]) -> str:
    bad = [one for one in findings if one.verdict is not Verdict.PASS]
    hard = [one for one in bad if one.gate != "crossing"]
    if any(one.verdict is Verdict.FAIL and one.severity is Severity.BLOCK for one in hard):
        return "block"
    if any(one.verdict is Verdict.UNKNOWN for one in hard):
        return "unknown"
    return "warn" if bad else "none"


def said_of(pair: dict[str, Any]) -> tuple[str, set[str]]:
    """What the gates say, and the clauses they quote; planned work is only asked about from the planned side's eyes."""
    mine, theirs = sides(pair)
    found = conflicts(mine, (other_permit(mine.content, theirs, MAP),))
    clauses = {part for one in found if one.verdict is not Verdict.PASS for part in split(one.clause)}
    return verdict(found), clauses


def split(clause: str) -> list[str]:
    return clause.replace("GB 30871-2022 ", "").replace("；", "、").split("、")


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair['n']}")
def test_each_pair(pair: dict[str, Any]) -> None:
    said, clauses = said_of(pair)
    assert said == pair.get("stricter", pair["expect"]), (pair["why"], clauses)
    if said == pair["expect"] != "none":
        assert clauses & set(split(pair["clause"])), (pair["why"], clauses)


BOTH = [pair for pair in PAIRS if {one.status for one in sides(pair)} <= RUNNING]


@pytest.mark.parametrize("pair", BOTH, ids=lambda pair: f"{pair['n']}")
def test_it_is_the_same_from_the_other_side(pair: dict[str, Any]) -> None:
    """Of two permits that are both alive neither sees less than the other."""
    mine, theirs = sides(pair)
    there = conflicts(mine, (other_permit(mine.content, theirs, MAP),))
    back = conflicts(theirs, (other_permit(theirs.content, mine, MAP),))
    alone = {"conflict.X9", "conflict.X11", "conflict.X12"}
    assert verdict(tuple(f for f in there if f.gate not in alone)) == verdict(
        tuple(f for f in back if f.gate not in alone)
    )


def test_no_hard_conflict_is_missed_and_false_alarms_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    counted: Counter[str] = Counter()
    alarms = []
    for pair in PAIRS:
        said, expected = said_of(pair)[0], pair["expect"]
        counted[f"{expected}>{said}"] += 1
        if RANK.index(said) > RANK.index(expected):
            alarms.append(f"{pair['n']}: {expected} by the text, {said} by the program: {pair['why']}")
    hard = {key: count for key, count in counted.items() if key.startswith("block>")}
    found = counted["block>block"]
    said_block = sum(count for key, count in counted.items() if key.endswith(">block"))
    recall, precision = found / sum(hard.values()), found / said_block
    with capsys.disabled():
        out = sys.stdout.write
        out(f"\n{len(PAIRS)} pairs, {sum(hard.values())} hard: recall {recall:.3f}, precision {precision:.3f}\n")
        out("\n".join(alarms) + "\n")
    assert len(PAIRS) >= 200
    assert recall == 1.0
    assert len(alarms) == sum("stricter" in pair for pair in PAIRS)
    unknown = {pair["n"] for pair in PAIRS if pair["expect"] == "unknown"}
    assert all(RANK.index(said_of(pair)[0]) >= RANK.index("unknown") for pair in PAIRS if pair["n"] in unknown)
