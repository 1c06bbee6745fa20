"""``radar.yaml``: what a plant may not turn into a nuisance or an accusation."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.policies import PolicyError
from storage.policy_radar import FILE, load_radar
from tests.support.office import POLICIES
from tests.support.policy_files import line_of


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("ask_one_in: 3", "ask_one_in: 2", "ask_one_in 不能小于 3"),
        ("tell_every: 7 d", "tell_every: 6 d", "tell_every 不能短于 7 d"),
        ("tell_from: 450", "tell_from: 600", "先提醒本人"),
        ("unopened: 2, ", "", "signs 缺少 unopened"),
    ],
)
def test_a_bad_file_stops_the_start(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = (POLICIES / FILE).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / FILE).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(PolicyError, match=said):
        load_radar(tmp_path)


def test_an_unknown_key_is_named_with_its_line(tmp_path: Path) -> None:
    text = (POLICIES / FILE).read_text(encoding="utf-8").replace("least: 8", "lest: 8")
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError) as error:
        load_radar(tmp_path)
    assert f"{FILE}:{line_of(tmp_path, FILE, 'lest: 8')}: lest: 没有这一项" in str(error.value)
