"""Write handlers/request/sounds.json: how each Chinese character sounds, without its tone.

``python tools/make_sounds.py`` takes the readings from pypinyin (MIT, with Unihan behind it), which only this tool and
the test of its result need. The commonest reading of a character is taken, alone as it stands.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

from pypinyin import lazy_pinyin

SOUNDS = Path(__file__).resolve().parent.parent / "handlers" / "request" / "sounds.json"
BLOCKS = (range(0x3007, 0x3008), range(0x3400, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x32000))
"""Where Unicode keeps Chinese characters, 〇 among them."""


def main() -> None:
    """Write the table: one sound a line, with all its characters."""
    by_sound: defaultdict[str, list[str]] = defaultdict(list)
    for block in BLOCKS:
        for letter in map(chr, block):
            sound = "".join(lazy_pinyin(letter))
            if sound != letter:
                by_sound[sound].append(letter)
    lines = (f"{json.dumps(sound)}: {json.dumps(''.join(letters), ensure_ascii=False)}"
             for sound, letters in sorted(by_sound.items()))  # fmt: skip
    SOUNDS.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
