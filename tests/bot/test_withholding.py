"""What stays here when evidence leaves: numbers, and whoever reported a hazard unnamed."""

from __future__ import annotations

import json
from dataclasses import replace

from bot.withholding import NUMBER, REPORTER, withheld
from storage.codec import Codec
from tests.support.hazards import ID, MENDER, OWNER, SAFETY, SITE, WORKER, Tracked, photo, seen
from workflow.hazard import commands as c
from workflow.hazard import events as e
from workflow.journal import GENESIS, Record

CODEC: Codec[e.Event] = Codec(e.ALL)


def records(hazard: Tracked) -> list[Record]:
    """The hazard as its journal has it: what happened in one moment came of one message."""
    return [
        Record(
            site=SITE, stream=f"hazard/{ID}", version=version, at=event.at, cause=event.at.isoformat(), kind=kind,
            body=body, prev=GENESIS, hash=GENESIS,
        )
        for version, event in enumerate(hazard.events, start=1)
        for kind, body in (CODEC.encode(event),)
    ]  # fmt: skip


def lived(first: bool, second: bool) -> Tracked:
    """One reports, another joins, each with or without his name; it is put on file."""
    hazard = Tracked()
    hazard.ask(WORKER, c.Report, what=seen("泵房2号泵护栏松动", photo(1), named=first))
    hazard.ask(OWNER, c.SeeAgain, what=seen("护栏一碰就晃", photo(2), named=second))
    hazard.ask(WORKER, c.AddNote, text="以后每周看一次")
    hazard.ask(MENDER, c.Take)
    hazard.ask(MENDER, c.Rectify, text="已紧固护栏", photos=(photo(3),))
    hazard.ask(SAFETY, c.Accept)
    return hazard


def kinds(hazard: Tracked) -> list[str]:
    found = records(hazard)
    kept = withheld([found])
    assert set(kept.values()) <= {REPORTER}
    shown = [one for one in found if (one.stream, one.version) not in kept]
    return [one.kind for one in shown]


def test_named_people_are_named() -> None:
    assert kinds(lived(True, True)) == [type(event).__name__ for event in lived(True, True).events]
    assert withheld([records(lived(False, False))], reporters=True) == {}
    assert withheld([[]]) == {}


def test_whoever_reported_unnamed_is_told_by_no_record() -> None:
    shown = kinds(lived(False, True))
    assert shown == ["SeenAgain", "HazardTaken", "HazardRectified", "HazardAccepted"], (
        "who mends and accepts stays seen"
    )


def test_whoever_joined_unnamed_neither() -> None:
    shown = kinds(lived(True, False))
    assert "SeenAgain" not in shown
    assert shown.count("HazardReported") == shown.count("PointsEarned") == 1


def test_a_number_in_a_record_keeps_it_here() -> None:
    (first, *_) = records(lived(True, True))
    body = json.dumps({"text": "打13800138000找他"}, ensure_ascii=False).encode()
    assert withheld([[replace(first, body=body)]]) == {(first.stream, 1): NUMBER}
    assert withheld([[replace(first, body=b"\xff[")]]) == {}, "what is damaged is for the verifier to see"
