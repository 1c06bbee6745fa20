"""No face template, voice print or finger print is stored: no column, no table, no kind of file is meant for one.

A check of a face is a vendor's, bound to one decision; what stays is its verdict. Whoever adds a blob says here what
it is.
"""

from __future__ import annotations

import re
from dataclasses import fields

from sqlalchemy import LargeBinary

from cards import words_photos
from handlers.purposes import JSA, NOTE
from storage.schema import metadata
from workflow import keys
from workflow.permit import events
from workflow.permit.tasks import PHOTO_PURPOSE
from workflow.privacy import glass

BIOMETRIC = re.compile(
    r"face|facial|biometric|template|embedding|descriptor|voice_?print|finger|iris|retina|feature_?vector|minutiae"
)
BLOBS = {
    "journal.body": "the event as hashed",
    "journal.prev": "a hash",
    "journal.hash": "a hash",
    "agenda.payload": "a command or an intent",
    "drafts.body": "a conversation",
    "links.payload": "what a link opens",
    "likeness.prints": "how a photo of the site looks as a whole, to find copies of it",
    "likeness.thumb": "the same photo, small",
    "checkpoints.log_root": "a hash",
    "checkpoints.heads_root": "a hash",
    "checkpoints.prev": "a hash",
    "checkpoints.hash": "a hash",
    "checkpoints.peaks": "hashes",
    "checkpoint_leaves.head": "a hash",
    "stream_heads.head": "a hash",
    "head_buckets.hash": "a hash",
    "reading_segments.hash": "a hash",
    "reading_segments.prev": "a hash",
}
"""Every binary column there is, and what is in it."""


def test_no_column_is_meant_for_one() -> None:
    named = [f"{table.name}.{column.name}" for table in metadata.tables.values() for column in table.columns]
    assert [name for name in named if BIOMETRIC.search(name)] == []


def test_every_blob_is_accounted_for() -> None:
    blobs = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert sorted(blobs - set(BLOBS)) == []


def test_no_event_has_a_field_for_one() -> None:
    for event in (*events.ALL, *keys.ALL, *glass.ALL):
        named = [one.name for one in fields(event)]  # type: ignore[arg-type]  # all events are dataclasses
        assert [name for name in named if BIOMETRIC.search(name)] == [], event.__name__


def test_no_photo_is_asked_for_to_know_a_face_by() -> None:
    for purpose in (JSA, NOTE, PHOTO_PURPOSE, words_photos.SKETCH):
        assert not BIOMETRIC.search(purpose)
