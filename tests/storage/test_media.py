"""Media: the bytes are ours, under their own hash, whole or not at all."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from storage.errors import StorageTrouble, Trouble
from storage.media import MediaFiles, MediaRow
from storage.writer import Writer
from tests.support.ledger import T0, minutes
from workflow.ids import MediaHash

PHOTO = b"\xff\xd8 a photo of a flange"
# printf '\xff\xd8 a photo of a flange' | sha256sum, md5sum
SHA256 = MediaHash(hashlib.sha256(PHOTO).hexdigest())


@pytest.fixture
def files(tmp_path: Path) -> MediaFiles:
    """An empty store."""
    return MediaFiles(tmp_path / "media")


def test_bytes_are_kept_under_their_hash(files: MediaFiles, tmp_path: Path) -> None:
    stored = files.save(b"abc")
    # FIPS 180-4 and RFC 1321 give these for "abc".
    assert stored.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert stored.md5 == "900150983cd24fb0d6963f7d28e17f72"
    assert stored.size == 3
    assert (tmp_path / "media" / stored.path).read_bytes() == b"abc"
    assert files.read(stored.sha256) == b"abc"
    assert [path.name for path in (tmp_path / "media").rglob("*") if path.is_file()] == [stored.sha256]


def test_saving_again_changes_nothing(files: MediaFiles) -> None:
    stored = files.save(PHOTO)
    before = files.path_of(SHA256).stat().st_mtime_ns
    assert files.save(PHOTO) == stored
    assert files.path_of(SHA256).stat().st_mtime_ns == before


def test_a_file_cut_short_by_a_crash_is_written_anew(files: MediaFiles) -> None:
    files.save(PHOTO)
    files.path_of(SHA256).write_bytes(PHOTO[:5])
    files.save(PHOTO)
    assert files.read(SHA256) == PHOTO


def test_changed_bytes_are_never_handed_out(files: MediaFiles) -> None:
    files.save(PHOTO)
    files.path_of(SHA256).write_bytes(PHOTO[:-1] + b"!")
    with pytest.raises(StorageTrouble) as caught:
        files.read(SHA256)
    assert caught.value.kind is Trouble.CORRUPT


def test_a_disk_that_refuses_is_said_and_leaves_nothing(files: MediaFiles, tmp_path: Path) -> None:
    (tmp_path / "media").write_bytes(b"a file where the directory should be")
    with pytest.raises(StorageTrouble):
        files.save(PHOTO)


@pytest.mark.parametrize("wrong", ["", "../../etc/passwd", SHA256.upper(), SHA256 + "0", SHA256[:-1] + "/"])
def test_only_a_hash_names_a_file(files: MediaFiles, wrong: str) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        files.path_of(MediaHash(wrong))


async def test_every_use_of_a_photo_is_known(writer: Writer) -> None:
    first = MediaRow(
        sha256=SHA256,
        mime="image/jpeg",
        size=len(PHOTO),
        path="x",
        received_at=T0,
        permit="P",
        purpose="start",
        person="wang",
        md5="d41d8cd98f00b204e9800998ecf8427e",
    )
    second = replace(first, permit="Q", received_at=minutes(1))
    unbound = replace(first, permit=None, purpose="", received_at=minutes(2), md5=None)
    small = MediaRow(
        sha256=MediaHash("0" * 64),
        mime="image/jpeg",
        size=9,
        path="y",
        received_at=minutes(3),
        permit="P",
        purpose="start",
        derived_from=SHA256,
    )
    for row in (first, second, unbound, small, first):
        await writer.submit(lambda tx, row=row: tx.add_media(row))  # type: ignore[misc]  # bound per round
    assert await writer.submit(lambda tx: tx.media_called(SHA256)) == (first, second, unbound)
    assert await writer.submit(lambda tx: tx.media_of("P")) == (first, small)
    found = await writer.submit(lambda tx: tx.media_with_md5("D41D8CD98F00B204E9800998ECF8427E"))
    assert found == (first, second)
