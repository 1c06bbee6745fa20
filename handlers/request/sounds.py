"""How a Chinese character sounds, without its tone: what a typing mistake in pinyin keeps.

The table is `sounds.json`, made once by ``tools/make_sounds.py``. Only single characters are ever asked for, and the
library it was made from keeps its phrases in memory beside them: 54 MiB and 0.4 s of every start.
"""

from __future__ import annotations

import json
from array import array
from pathlib import Path


class _Sounds:
    """For `str.translate`: the sound of a character by its code. An array, as a dictionary of 42,000 takes 6 MiB."""

    def __init__(self) -> None:
        by_sound: dict[str, str] = json.loads(Path(__file__).with_name("sounds.json").read_text(encoding="utf-8"))
        last = max(map(ord, map(max, by_sound.values())))
        self._sounds = ("", *by_sound)
        self._place = array("H", bytes(2 * (last + 1)))
        for place, letters in enumerate(by_sound.values(), start=1):
            for letter in letters:
                self._place[ord(letter)] = place

    def __getitem__(self, code: int) -> str:
        place = self._place[code]  # an IndexError says the same as the zero
        if not place:
            raise LookupError(code)  # no Chinese character: it stands for itself
        return self._sounds[place]


_SOUNDS = _Sounds()


def pinyin(text: str) -> str:
    """Toneless pinyin, run together, each sign read alone (so that a name and a piece of it sound the same).

    What is no Chinese character stands for itself.
    """
    return text.translate(_SOUNDS)
