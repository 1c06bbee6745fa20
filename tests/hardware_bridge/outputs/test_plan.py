"""outputs.yaml: what it says, and every fault with its line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from hardware_bridge.outputs.model import OutputKind
from hardware_bridge.outputs.plan import load
from storage.policy_yaml import PolicyError

GOOD = """\
position_for: 10 min
outputs:
  box-1:
    name: 1号作业箱
    kind: ignition
    area: TK2
    hold: 8 s
    modbus:
      host: 10.0.0.8
      coil: 3
      read_back: 13
  door-1:
    name: 2号罐人孔门
    kind: door
    area: TK2
    hold: 10 s
    webhook: https://10.0.0.9/door-1
  gate-1:
    name: 罐区闸机
    kind: turnstile
    area: TK2
    hold: 10 s
    mqtt:
      broker: site
      told: permitbot/outputs/gate-1/set
      answers: permitbot/outputs/gate-1/state
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "outputs.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_it_says(tmp_path: Path) -> None:
    plan = load(written(tmp_path, GOOD))
    (box, wired), (door, _), (_, gate) = plan.outputs
    assert gate.mqtt is not None
    assert (box.id, box.kind, box.hold) == ("box-1", OutputKind.IGNITION, timedelta(seconds=8))
    assert wired.modbus is not None
    assert (door.kind, plan.bounds.position) == (OutputKind.DOOR, timedelta(minutes=10))


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ("hold: 8 s", "hold: 2 min", "outputs.yaml:3", "4 s 到 60 s"),
        ("hold: 8 s", "hold: 3 s", "outputs.yaml:3", "4 s 到 60 s"),
        ("kind: ignition", "kind: fountain", "outputs.yaml:5", "之一"),
        ("      read_back: 13\n", "", "outputs.yaml", "缺少这一项"),
        ("position_for: 10 min", "air_for: 6 min", "outputs.yaml:1", "5 min"),
        ("10.0.0.9/door-1", "me@10.0.0.9/door-1", "outputs.yaml:17", "不带用户名"),
        ("10.0.0.9/door-1", "10.0.0.9/door-1?x=1", "outputs.yaml:17", "不带用户名"),
        ("coil: 3", "coil: 70000", "outputs.yaml:10", "65535"),
        ("position_for: 10 min", "position_for: 2 h", "outputs.yaml:1", "1 h"),
        ("https://10.0.0.9/door-1", "ftp://10.0.0.9/door-1", "outputs.yaml:17", "完整地址"),
        ("    webhook: https://10.0.0.9/door-1\n", "", "outputs.yaml:12", "只写一项"),
        ("    mqtt:\n", "    webhook: https://10.0.0.9/gate-1\n    mqtt:\n", "outputs.yaml:18", "只写一项"),
        ("gate-1/set", "+/set", "outputs.yaml:25", "不带通配符"),
        ("gate-1/set", "gate-1/state", "outputs.yaml:23", "两个主题"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, old: str, new: str, where: str, what: str) -> None:
    with pytest.raises(PolicyError) as found:
        load(written(tmp_path, GOOD.replace(old, new)))
    assert where in str(found.value)
    assert what in str(found.value)


def test_two_outputs_never_share_a_topic(tmp_path: Path) -> None:
    """One would obey what the other is told, or answer for it."""
    gate = GOOD[GOOD.index("  gate-1:") :]
    for again in (gate.replace("gate-1/state", "gate-2/state"), gate.replace("gate-1/set", "gate-2/set")):
        with pytest.raises(PolicyError, match="已用在别处"):
            load(written(tmp_path, GOOD + again.replace("gate-1:", "gate-2:")))
    assert load(written(tmp_path, GOOD + gate.replace("gate-1", "gate-2"))).outputs
    other = gate.replace("gate-1:", "gate-2:").replace("broker: site", "broker: other")
    assert load(written(tmp_path, GOOD + other)).outputs
