"""Evidence photos: readable, upright, marked, and nothing that is no picture gets in. Codes that scan."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from cards.pictures.asked import BadPicture, Watermark
from cards.pictures.fonts import NoChineseFont, chinese_font, chinese_font_path
from cards.pictures.qr import board_code, permit_code, png, svg
from cards.pictures.watermark import LONG_SIDE, examine, watermarked
from tests.support.pictures import (
    BLUE,
    ORIENTATION,
    RED,
    jpeg,
    jpeg_of_size,
    opened,
    png_of_size,
    png_with_text_bomb,
    saved,
    split,
)

MARK = Watermark(lines=("DHZY-HC-20261124-001 一级动火", "二号罐区 2号罐 · 赵敏", "2026-11-24 08:33:48"))
NO_MARK = Watermark(lines=())


def near(pixel: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(one - other) < 40 for one, other in zip(pixel, colour, strict=True))


# --- the copy --------------------------------------------------------------------------------------------------------


def test_a_large_photo_becomes_a_readable_copy() -> None:
    copy = opened(watermarked(jpeg(split(4000, 3000)), MARK))
    assert (copy.format, copy.mode, copy.size) == ("JPEG", "RGB", (LONG_SIDE, 1200))


def test_a_small_photo_is_not_blown_up() -> None:
    assert opened(watermarked(jpeg(split(640, 480)), MARK)).size == (640, 480)


@pytest.mark.parametrize(
    ("orientation", "size", "top_left", "bottom_right"),
    [
        (1, (1600, 1200), RED, BLUE),
        (3, (1600, 1200), BLUE, RED),
        (6, (1200, 1600), RED, BLUE),
        (8, (1200, 1600), BLUE, RED),
    ],
)
def test_what_was_taken_lying_down_stands_upright(
    orientation: int, size: tuple[int, int], top_left: tuple[int, int, int], bottom_right: tuple[int, int, int]
) -> None:
    copy = opened(watermarked(jpeg(split(2400, 1800), orientation=orientation), NO_MARK))
    assert copy.size == size
    assert near(copy.getpixel((20, 20)), top_left)
    assert near(copy.getpixel((size[0] - 20, size[1] - 60)), bottom_right)


def test_the_copy_tells_nothing_the_photo_knew_besides() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[0x010F] = "the maker"
    raw = saved(split(), "JPEG", exif=exif)
    copy = opened(watermarked(raw, MARK))
    assert dict(copy.getexif()) == {}


def test_the_mark_lies_at_the_foot_and_leaves_the_rest_alone() -> None:
    plain = opened(watermarked(jpeg(split(1200, 900)), NO_MARK))
    marked = opened(watermarked(jpeg(split(1200, 900)), MARK))
    assert marked.crop((0, 0, 1200, 600)).tobytes() == plain.crop((0, 0, 1200, 600)).tobytes()
    foot = marked.crop((0, 780, 1200, 900)).convert("L")
    low, high = foot.getextrema()
    assert isinstance(low, int | float)
    assert isinstance(high, int | float)
    assert high > 200 > 90 > low, "white letters on a dark ground"


@pytest.mark.parametrize("size", [(40, 30), (1, 1), (3000, 12), (12, 3000)])
def test_odd_shapes_get_their_mark_too(size: tuple[int, int]) -> None:
    assert opened(watermarked(jpeg(split(*size)), MARK)).format == "JPEG"


def test_a_long_line_is_broken_not_cut() -> None:
    """White letters reach neither the edge nor vanish: twice the words, about twice the ink."""
    once = Watermark(lines=("二号罐区二号罐法兰焊接作业点" * 4,))
    twice = Watermark(lines=("二号罐区二号罐法兰焊接作业点" * 8,))

    def ink(mark: Watermark) -> int:
        foot = opened(watermarked(jpeg(Image.new("RGB", (900, 900), (40, 40, 40))), mark)).convert("L")
        return sum(foot.point(lambda value: 1 if value > 160 else 0).histogram()[1:2])

    assert 1.6 < ink(twice) / ink(once) < 2.4


# --- kinds of pictures ------------------------------------------------------------------------------------------------


def test_a_print_shop_s_four_colours_become_three() -> None:
    copy = opened(watermarked(saved(split().convert("CMYK"), "JPEG"), NO_MARK))
    assert copy.mode == "RGB"
    assert near(copy.getpixel((20, 20)), RED)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_lies_on_white(mode: str) -> None:
    clear = Image.new("RGBA", (200, 200), (10, 10, 10, 0)).convert(mode)
    copy = opened(watermarked(saved(clear, "PNG"), NO_MARK))
    assert near(copy.getpixel((100, 100)), (255, 255, 255))


def test_a_palette_with_a_transparent_colour_lies_on_white() -> None:
    image = Image.new("P", (200, 200), 1)
    image.putpalette([0, 0, 0, 10, 10, 10])
    copy = opened(watermarked(saved(image, "PNG", transparency=1), NO_MARK))
    assert near(copy.getpixel((100, 100)), (255, 255, 255))


def test_sixteen_bits_of_grey_keep_their_shades() -> None:
    image = Image.new("I;16", (100, 100), 0x8000)
    copy = opened(watermarked(saved(image, "PNG"), NO_MARK))
    assert near(copy.getpixel((50, 50)), (128, 128, 128))


@pytest.mark.parametrize(
    ("kind", "mime"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp"), ("MPO", "image/jpeg")]
)
def test_what_phones_send_is_taken(kind: str, mime: str) -> None:
    raw = saved(split(), kind)
    assert examine(raw) == mime
    assert opened(watermarked(raw, MARK)).format == "JPEG"


# --- what is no picture ----------------------------------------------------------------------------------------------

WHOLE = jpeg()
NOT_PICTURES = {
    "nothing": b"",
    "words": b"hello",
    "only a beginning": b"\xff\xd8\xff\xe0" + b"jpeg" * 4,
    "half a photo": WHOLE[: len(WHOLE) // 2],
    "half a PNG": saved(split(), "PNG")[:200],
    "a page": b"<html><script>alert(1)</script></html>",
    "a moving picture": saved(split(8, 8), "GIF"),
    "a drawing with code": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "another kind": saved(split(8, 8), "TIFF"),
    "a page to print": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nquit\n",
    "a bomb of pixels": png_of_size(9_000, 9_000),
    "a bigger one": png_of_size(12_000, 12_000),
    "a huge one": png_of_size(60_000, 60_000),
    "a claim": jpeg_of_size(10_000, 6_000),
    "a bomb of text": png_with_text_bomb(),
}


@pytest.mark.parametrize("name", NOT_PICTURES)
def test_what_cannot_be_shown_is_no_evidence(name: str) -> None:
    with pytest.raises(BadPicture) as caught:
        examine(NOT_PICTURES[name])
    assert str(caught.value) in {"不是能打开的照片", "照片像素过大", "照片已损坏"}
    with pytest.raises(BadPicture):
        watermarked(NOT_PICTURES[name], MARK)


@pytest.mark.parametrize("name", ["a bomb of pixels", "a bigger one", "a huge one", "a claim"])
def test_a_bomb_is_known_by_its_header(name: str) -> None:
    with pytest.raises(BadPicture, match="像素过大"):
        examine(NOT_PICTURES[name])


# --- fonts and codes -------------------------------------------------------------------------------------------------


def test_the_font_draws_what_people_are_called() -> None:
    font = chinese_font(24)
    missing = font.getmask("\U0010ffff").getbbox()
    for letter in "票罐赟焊接℃":
        assert font.getmask(letter).getbbox() not in {None, missing}, letter


def test_a_font_that_is_not_there_falls_back(tmp_path: Path) -> None:
    assert chinese_font_path(tmp_path / "none.ttf").is_file()
    own = tmp_path / "own.ttf"
    own.write_bytes(b"x")
    assert chinese_font_path(own) == own
    assert "fonts-noto-cjk" in (NoChineseFont.__doc__ or "")


@pytest.mark.parametrize("text", [permit_code("DHZY-HC-20261124-001"), board_code("HC-TK2-B1")])
def test_a_code_scans(text: str) -> None:
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(png(text))))
    assert found.text == text


def test_a_code_on_a_page_is_drawn_not_written() -> None:
    """Nothing of the text stands in the element: there is nothing to escape."""
    drawing = svg('PTW1:"><script>')
    assert drawing.startswith("<svg")
    assert "script" not in drawing
    assert "style=" not in drawing, "the page's policy would not show it"
