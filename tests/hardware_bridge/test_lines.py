"""The site's file of lines: what ships can be read; a fault is told with file, line and key, never with a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardware_bridge.lines import load
from hardware_bridge.sources.opened import sources_of
from storage.policy_yaml import PolicyError
from tests.support.clock import FakeClock
from tests.support.office import at

POLICIES = Path(__file__).parents[2] / "policies"
SHIPPED = POLICIES / "lines.example.yaml"
KEYS = {
    "TAG_7_CODE": "code-of-tag-7",
    "WS_1_PASSWORD": "pw-of-ws-1",
    "VENDOR_A_KEY": "the key of vendor a, of 32 bytes",
    "WEATHER_TOKEN": "token-of-the-service",
}


def test_what_ships_can_be_read_and_opened() -> None:
    lines = load(POLICIES, SHIPPED, KEYS.get)
    named = [one.name for one in sources_of(lines, clock=FakeClock(at("09:00")).now, steady=lambda: 0.0)]
    assert named == ["tank-farm", "tags", "stations", "gps-mast", "gps-port", "weather", "push"]
    assert lines.keys["vendor-a"] == KEYS["VENDOR_A_KEY"].encode()
    assert not any(secret in repr(lines) for secret in KEYS.values())


@pytest.mark.parametrize(
    ("old", "new", "key", "word"),
    [
        ("framing: tcp ", "framing: serial ", "modbus[0].framing", "rtu"),
        ('port: "502"', 'port: "0"', "modbus[0].port", "65535"),
        ("timeout: 1 s", "timeout: 1 h", "modbus[0].timeout", "时长"),
        ("profile: ya-k300-s", "profile: hj212", "modbus[0].devices[0].profile", "hj212"),
        ("device: TX-102", "device: TX-101", "modbus[0].devices[1].device", "写了两次"),
        ("device: TAG-7", "device: WIND-1", "jt808[0].terminals[0].device", "写了两次"),
        ("devices: [G-001,", "devices: [WS-1,", "push[0].devices[0]", "写了两次"),
        ("name: tags", "name: tank-farm", "jt808[0].name", "写了两次"),
        ("code: $TAG_7_CODE", "code: secret12", "jt808[0].terminals[0].code", "密钥不写在文件里"),
        ("code: $TAG_7_CODE", "code: $TAG_8_CODE", "jt808[0].terminals[0].code", "TAG_8_CODE 没有设置"),
        ("key: $VENDOR_A_KEY", "key: $TAG_7_CODE", "push[0].key", "至少 32"),
        ("code: $TAG_7_CODE", "code: $SHORT", "jt808[0].terminals[0].code", "8 到 60"),
        ('phone: "13812345678"', 'phone: "013812345678"', "jt808[0].terminals[0].phone", ""),
        ("profile: hj212\n", "profile: wind-rs-fsjt\n", "hj212[0].profile", "wind-rs-fsjt"),
        ("idle: 3 min", "idel: 3 min", "jt808[0].idel", "拼写"),
    ],
)
def test_every_fault_is_named(tmp_path: Path, old: str, new: str, key: str, word: str) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "lines.yaml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    secrets = KEYS | {"SHORT": "short"}
    with pytest.raises(PolicyError) as caught:
        load(POLICIES, file, secrets.get)
    (problem,) = caught.value.problems
    assert (problem.file, problem.key) == ("lines.yaml", key)
    assert problem.line > 1
    assert word in problem.message
    assert not any(secret in str(problem) for secret in secrets.values())


def test_two_senders_never_share_a_key(tmp_path: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8") + "  - {name: vendor-b, key: $VENDOR_B_KEY, devices: [G-9]}\n"
    file = tmp_path / "lines.yaml"
    file.write_text(text, encoding="utf-8")
    load(POLICIES, file, (KEYS | {"VENDOR_B_KEY": "the key of vendor b, of 32 bytes"}).get)
    with pytest.raises(PolicyError, match="每个发送方一把"):
        load(POLICIES, file, (KEYS | {"VENDOR_B_KEY": KEYS["VENDOR_A_KEY"]}).get)
