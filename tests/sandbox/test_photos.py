"""Pictures for people without a camera."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cards.pictures.codes import codes_in
from cards.pictures.qr import svg
from sandbox.page.photos import beside_code, picture

AT = datetime(2026, 11, 24, tzinfo=UTC)


def test_a_code_beside_the_work_can_be_read_in_the_picture() -> None:
    assert codes_in(picture(1, AT)) == ()
    assert codes_in(beside_code(picture(1, AT), svg("PTC1:ABCDEFGHIJKLMNOP"))) == ("PTC1:ABCDEFGHIJKLMNOP",)


def test_a_page_without_a_code_cannot_be_photographed() -> None:
    with pytest.raises(ValueError, match="no code"):
        beside_code(picture(1, AT), "<svg></svg>")
