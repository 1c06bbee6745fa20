"""The one-time code: of one permit, for ten minutes and the ten after, readable in a photo of a phone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cards.freshness import PREFIX, changes_at, photo_code, shows_code
from cards.pictures.asked import BadPicture
from cards.pictures.codes import codes_in
from cards.pictures.qr import png
from tests.support.pictures import opened, saved, scene

SECRET, PERMIT = b"a key of thirty-two bytes, truly!", "DHZY-HC-20260318-001"
AT = datetime(2026, 3, 18, 8, 4, tzinfo=UTC)


def test_it_holds_for_its_ten_minutes_and_the_ten_after() -> None:
    code = photo_code(PERMIT, AT, secret=SECRET)
    minutes = [
        minute for minute in range(40) if shows_code((code,), PERMIT, AT + minute * timedelta(minutes=1), secret=SECRET)
    ]
    assert minutes == list(range(16))  # 08:04 to 08:19, the last minute of the next ten
    assert not shows_code((code,), PERMIT, AT - timedelta(minutes=5), secret=SECRET)
    assert changes_at(AT) == AT + timedelta(minutes=6)


def test_it_is_of_one_permit_and_one_house() -> None:
    code = photo_code(PERMIT, AT, secret=SECRET)
    assert not shows_code((code,), "DHZY-HC-20260318-002", AT, secret=SECRET)
    assert not shows_code((code,), PERMIT, AT, secret=b"another key")
    assert not shows_code((), PERMIT, AT, secret=SECRET)
    assert not shows_code((PREFIX, "", code.lower(), code + "A"), PERMIT, AT, secret=SECRET)


@pytest.mark.parametrize("size", [120, 260])
def test_it_is_read_in_a_photo_of_a_phone_at_the_place(size: int) -> None:
    code = photo_code(PERMIT, AT, secret=SECRET)
    place = scene(3, width=1600, height=1200)
    place.paste(opened(png(code)).convert("RGB").resize((size, size)), (900, 500))
    assert codes_in(saved(place, "JPEG", quality=70)) == (code,)


def test_other_codes_are_no_codes_of_ours() -> None:
    place = scene(4)
    place.paste(opened(png("PTW1:" + PERMIT)).convert("RGB"), (100, 100))
    assert codes_in(saved(place, "JPEG")) == ()
    with pytest.raises(BadPicture):
        codes_in(b"nothing")
