"""Where the Chinese font comes from: a configured file, the font package we ship with, then the system."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import ImageFont

_SYSTEM = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
)


class NoChineseFont(RuntimeError):
    """No Chinese font was found; install the package ``pylopdf-fonts-zh-cn`` or Debian's ``fonts-noto-cjk``."""


@lru_cache(maxsize=1)
def _packaged() -> Path | None:
    try:
        root = resources.files("pylopdf_fonts_zh_cn")
    except ModuleNotFoundError:
        return None
    for found in sorted(Path(str(root)).rglob("NotoSansSC*.[ot]tf")):
        return found
    return None


def chinese_font_path(configured: Path | None = None) -> Path:
    """The font file to draw Chinese with. Raise `NoChineseFont` when there is none."""
    candidates = [configured, _packaged(), *map(Path, _SYSTEM)]
    for path in candidates:
        if path is not None and path.is_file():
            return path
    raise NoChineseFont(NoChineseFont.__doc__)


def chinese_font(size: int, configured: Path | None = None) -> ImageFont.FreeTypeFont:
    """A font of ``size`` pixels that can draw Chinese."""
    from PIL import ImageFont  # the form's printer asks for the file alone, and needs no Pillow

    return ImageFont.truetype(str(chinese_font_path(configured)), size)
