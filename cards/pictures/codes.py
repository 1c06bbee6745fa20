"""Reads our codes in a photo."""

from __future__ import annotations

import zxingcpp
from PIL import Image, ImageOps

from cards.freshness import PREFIX
from cards.pictures.watermark import opened

_WIDEST = 2400
"""A page on a phone somewhere in the picture stays readable at this size."""
_MOST = 8


def codes_in(raw: bytes) -> tuple[str, ...]:
    """The one-time codes that can be read in a picture. Raise `BadPicture` for what is no picture."""
    return texts_in(raw, PREFIX)


def texts_in(raw: bytes, prefix: str) -> tuple[str, ...]:
    """The texts that begin so, in the QR codes of a picture. Raise `BadPicture` for what is no picture."""
    picture = opened(raw)
    scale = min(1.0, _WIDEST / max(picture.size))
    picture.draft("L", (max(1, round(picture.width * scale)), max(1, round(picture.height * scale))))
    grey = ImageOps.exif_transpose(picture).convert("L")
    grey.thumbnail((_WIDEST, _WIDEST), Image.Resampling.BICUBIC)
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return tuple(dict.fromkeys(one.text for one in found if one.text.startswith(prefix)))[:_MOST]
