"""A photo made from an earlier one is found among many; another photo of the same place is not."""

from __future__ import annotations

import pytest
from PIL import Image, ImageEnhance

from cards.pictures.asked import BadPicture
from cards.pictures.likeness import SAME, Album, Likeness, alike, likeness
from tests.support.pictures import jpeg, png_of_size, saved, scene

MANY = range(1, 41)


def seen(image: Image.Image, quality: int = 90) -> Likeness:
    found = likeness(saved(image, "JPEG", quality=quality))
    assert found is not None
    return found


@pytest.fixture(scope="module")
def album() -> tuple[Album, dict[str, Likeness]]:
    looks = {f"scene-{seed}": seen(scene(seed)) for seed in MANY}
    album = Album()
    for name, look in looks.items():
        album.add(name, look.prints)
    return album, looks


def found(photo: Likeness, album: tuple[Album, dict[str, Likeness]]) -> list[str]:
    held, looks = album
    return [name for name, window in held.nearest(photo) if alike(photo, looks[name], window) >= SAME]


def cut(image: Image.Image, left: float, top: float, side: float) -> Image.Image:
    wide, high = image.size
    return image.crop(
        (int(left * wide), int(top * high), int((left + side) * wide), int((top + side) * high))
    )  # fmt: skip


@pytest.mark.parametrize("seed", MANY)
def test_the_same_picture_compressed_anew_and_smaller_is_found(
    seed: int, album: tuple[Album, dict[str, Likeness]]
) -> None:
    assert found(seen(scene(seed).resize((500, 375)), quality=35), album) == [f"scene-{seed}"]


@pytest.mark.parametrize("change", [0.75, 1.25])
@pytest.mark.parametrize("kind", [ImageEnhance.Brightness, ImageEnhance.Contrast])
def test_light_and_contrast_hide_nothing(
    kind: type[ImageEnhance.Brightness], change: float, album: tuple[Album, dict[str, Likeness]]
) -> None:
    hits = [found(seen(kind(scene(seed)).enhance(change)), album) == [f"scene-{seed}"] for seed in MANY]
    assert all(hits)


@pytest.mark.parametrize(
    ("left", "top", "side", "at_least"),
    [(0.05, 0.05, 0.9, 40), (0.0, 0.1, 0.85, 40), (0.12, 0.2, 0.75, 38), (0.3, 0.3, 0.7, 38), (0.2, 0.15, 0.62, 32)],
)
def test_a_part_cut_out_is_found(
    left: float, top: float, side: float, at_least: int, album: tuple[Album, dict[str, Likeness]]
) -> None:
    hits = [f"scene-{seed}" in found(seen(cut(scene(seed), left, top, side), quality=60), album) for seed in MANY]
    assert sum(hits) >= at_least, f"{sum(hits)} of {len(hits)}"


def test_another_place_is_no_likeness(album: tuple[Album, dict[str, Likeness]]) -> None:
    assert [found(seen(scene(seed)), album) for seed in range(1001, 1041)] == [[]] * 40


def test_another_photo_of_the_same_place_is_no_likeness(album: tuple[Album, dict[str, Likeness]]) -> None:
    """From a step aside near things move against far ones."""
    assert [found(seen(scene(seed, step=360)), album) for seed in MANY] == [[]] * 40


def test_a_phone_held_upright_and_its_turned_copy_are_one() -> None:
    upright = scene(7)
    one, other = likeness(jpeg(upright)), likeness(jpeg(upright.transpose(Image.Transpose.ROTATE_90), orientation=6))
    assert one is not None
    assert other is not None
    album = Album()
    album.add("one", one.prints)
    ((_, window),) = album.nearest(other)
    assert alike(other, one, window) >= SAME


def test_a_picture_without_texture_cannot_be_compared() -> None:
    assert likeness(saved(Image.new("RGB", (400, 300), (80, 80, 80)), "JPEG")) is None


def test_the_same_name_is_kept_once_and_prints_of_another_make_are_left_out() -> None:
    album, look = Album(), seen(scene(1))
    album.add("one", look.prints)
    album.add("one", look.prints)
    album.add("old", look.prints[:-16])
    assert len(album) == 1


def test_an_album_grows() -> None:
    album, look = Album(), seen(scene(1))
    for number in range(2100):
        album.add(f"n{number}", look.prints)
    assert len(album) == 2100
    assert {window.side for _, window in album.nearest(look)} == {1.0}


@pytest.mark.parametrize("raw", [b"", b"GIF89a", png_of_size(30000, 30000)])
def test_what_is_no_picture_is_refused(raw: bytes) -> None:
    with pytest.raises(BadPicture):
        likeness(raw)
