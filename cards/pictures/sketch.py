"""A sketch that was photographed, made fit for the printed form. The same bytes give the same picture."""

from __future__ import annotations

import base64
import io

from PIL import ImageOps

from cards.pictures.watermark import LONG_SIDE, examine, opened

QUALITY = 80


def sketch(raw: bytes) -> str:
    """The picture as SVG, shrunk and upright, without anything a camera wrote beside it. Raise
    `cards.pictures.asked.BadPicture`."""
    examine(raw)
    picture = opened(raw)
    picture.draft("RGB", (LONG_SIDE, LONG_SIDE))
    picture.thumbnail((LONG_SIDE, LONG_SIDE))
    upright = ImageOps.exif_transpose(picture).convert("RGB")
    out = io.BytesIO()
    upright.save(out, format="JPEG", quality=QUALITY)
    width, height = upright.size
    data = base64.b64encode(out.getvalue()).decode()
    size = f'width="{width}" height="{height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {width} {height}">'
        f'<image {size} href="data:image/jpeg;base64,{data}"/></svg>'
    )
