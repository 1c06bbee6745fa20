"""What can be shown at a gate, and what a stranger with the verifier and the public keys says to it.

Every trial is made twice, without a list and with one; the outcome is the table in docs/evidence.md 7.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.gate import GateRing, keys_file
from tests.support.gate_site import ring
from tests.support.passes import LIST, MINUTE, NOW, PASS, told
from tests.support.verify import Said, asked
from tests.verifier.test_tampering import DOCUMENT, FOUND, UNSEEN
from workflow.gate_pass import Standing

OURS, THEIRS = ring("HC"), ring("HC", bytes(32))


def changed(text: str) -> str:
    """Another letter in the middle of what is signed."""
    place = len(text) // 3
    return text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One thing shown, and what is seen of it."""

    name: str
    without: str
    why: str
    """A piece of the sentence that gives it away, where a list is given."""
    shown: str = OURS.sign(PASS)
    listed: str = OURS.sign(LIST)
    seen: int = 400


TRIALS = [
    Trial(name="one letter of a pass changed", without=FOUND, why="the pass was forged",
          shown=changed(OURS.sign(PASS))),
    Trial(name="a pass signed with another key", without=FOUND, why="none of these keys", shown=THEIRS.sign(PASS)),
    Trial(name="a pass of another site", without=FOUND, why="it is of another site",
          shown=ring("XX").sign(replace(PASS, site="XX"))),
    Trial(name="a pass after its time", without=FOUND, why="its time is over",
          shown=OURS.sign(replace(PASS, planned=replace(PASS.planned, end=NOW)))),
    Trial(name="a pass dated in the future", without=FOUND, why="dated in the future",
          shown=OURS.sign(replace(PASS, issued_at=NOW + 3 * MINUTE))),
    Trial(name="a pass of a permit suspended since", without=UNSEEN, why="the permit is suspended",
          listed=OURS.sign(told(Standing.SUSPENDED))),
    Trial(name="a pass of a permit voided since", without=UNSEEN, why="the permit is void",
          listed=OURS.sign(told(Standing.VOIDED))),
    Trial(name="a pass of a number that was never issued, under a stolen key", without=UNSEEN, why="does not name",
          shown=OURS.sign(replace(PASS, number="DHZY-HC-20260611-999"))),
    Trial(name="a status list forged: one standing changed", without=UNSEEN, why="the status list was forged",
          listed=changed(OURS.sign(LIST))),
    Trial(name="a status list forged: signed with another key", without=UNSEEN, why="none of these keys",
          listed=THEIRS.sign(LIST)),
    Trial(name="a status list of another site", without=UNSEEN, why="the list is of another site",
          listed=ring("XX").sign(replace(LIST, site="XX"))),
    Trial(name="a status list kept beyond its time", without=UNSEEN, why="is over, or not yet",
          listed=OURS.sign(replace(LIST, expires_at=NOW))),
    Trial(name="an older status list shown again", without=UNSEEN, why="older than one seen before", seen=401),
]  # fmt: skip


def check(folder: Path, trial: Trial, *, listed: bool, keys: GateRing = OURS) -> Said:
    (folder / "keys.json").write_text(keys_file(keys))
    status = ["--status", trial.listed, "--seen", str(trial.seen)] if listed else []
    at = NOW.isoformat().replace("+00:00", "Z")
    return asked("gate", trial.shown, "--keys", "keys.json", "--at", at, *status, folder=folder)


def outcome(said: Said) -> str:
    return {1: FOUND, 3: UNSEEN}[said.code]


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.name)
def test_trials(trial: Trial, tmp_path: Path) -> None:
    assert outcome(check(tmp_path, trial, listed=False)) == trial.without
    anchored = check(tmp_path, trial, listed=True)
    assert outcome(anchored) == FOUND
    assert trial.why in anchored.marked("bad")


def test_the_trials_begin_from_what_is_let_in(tmp_path: Path) -> None:
    honest = Trial(name="", without=UNSEEN, why="")
    assert check(tmp_path, honest, listed=True).code == 0
    assert check(tmp_path, honest, listed=False).code == 3
    rotated = GateRing(site="HC", seed=bytes(range(1, 33)), earlier=OURS.public.values())
    assert check(tmp_path, honest, listed=True, keys=rotated).code == 0


def test_what_is_no_code(tmp_path: Path) -> None:
    for shown in ("PTW1:DHZY-HC-20260611-001", OURS.sign(LIST), "PTG1:!"):
        assert check(tmp_path, Trial(name="", without="", why="", shown=shown), listed=False).code == 2


def test_the_document_tells_the_same() -> None:
    chapter = DOCUMENT.read_text(encoding="utf-8").split("\n## 7.")[1]
    rows = re.findall(r"^\| (.+?) \| (found|cannot tell) \| (found|cannot tell) \|$", chapter, re.M)
    assert rows == [(trial.name, trial.without, FOUND) for trial in TRIALS]
