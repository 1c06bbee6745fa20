"""Which originals an event of a hazard shows: they are evidence, kept with it and given out with it."""

from __future__ import annotations

from workflow.hazard import events as e
from workflow.ids import MediaHash


def originals(event: e.Event) -> tuple[MediaHash, ...]:
    """Its photos and videos, in the order they were shown."""
    match event:
        case e.HazardReported(what=what) | e.SeenAgain(what=what):
            return (*what.photos, *what.videos)
        case e.InterimPut(photos=photos) | e.HazardRectified(photos=photos) | e.HazardReopened(photos=photos):
            return photos
        case _:
            return ()


SHOWING: tuple[type[e.Event], ...] = (e.HazardReported, e.SeenAgain, e.InterimPut, e.HazardRectified, e.HazardReopened)
"""Kinds of events that may show something."""
