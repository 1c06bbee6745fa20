"""Every original an event names is found: what is not found would be forgotten as nobody's."""

from __future__ import annotations

from dataclasses import fields
from typing import get_type_hints

from tests.support.hazards import MENDER, photo, put_right, reported, seen
from workflow.hazard import commands as c
from workflow.hazard import events as e
from workflow.hazard.shown import SHOWING, originals
from workflow.hazard.state import Sighting
from workflow.ids import MediaHash


def test_every_kind_that_can_name_an_original_is_known() -> None:
    naming = {kind for kind in e.ALL if {tuple[MediaHash, ...], Sighting} & set(get_type_hints(kind).values())}
    assert naming == set(SHOWING)
    assert {field.name for field in fields(Sighting) if "MediaHash" in str(field.type)} == {"photos", "videos"}


def test_what_is_shown_is_named_in_order() -> None:
    hazard = reported()
    hazard.ask(MENDER, c.SeeAgain, what=seen("再看一次", photo(7), videos=(photo(8),)))
    assert [originals(event) for event in hazard.events if originals(event)] == [(photo(1),), (photo(7), photo(8))]
    assert hazard.state.videos == (photo(8),)
    assert originals(put_right().events[-1]) == (photo(2),)
