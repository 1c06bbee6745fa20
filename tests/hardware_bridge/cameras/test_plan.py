"""The file of cameras: what it gives, and every fault by file, line and key; a password is nowhere in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardware_bridge.cameras.plan import Plan, load
from storage.policy_yaml import PolicyError
from tests.support.office import POLICIES
from workflow.ids import AreaId, DeviceId

GOOD = """\
cameras:
  cam-1:
    name: 2号罐顶
    address: rtsp://10.0.0.20:554/stream1?channel=1
    areas: [TK2, TK3]
    user: viewer
    password: $CAM_1_PASSWORD
  cam-2:
    name: 泵房
    address: rtsp://10.0.0.21/live
    areas: [TK3]
"""
SECRETS = {"CAM_1_PASSWORD": "p@ss:w/ord"}


def read(folder: Path, text: str, secrets: dict[str, str] | None = None) -> Plan:
    path = folder / "cameras.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, (SECRETS if secrets is None else secrets).get)


def test_cameras_and_the_places_they_look_at(tmp_path: Path) -> None:
    plan = read(tmp_path, GOOD)
    assert [one.name for one in plan.cameras.at(AreaId("TK3"))] == ["2号罐顶", "泵房"]
    assert [one.id for one in plan.cameras.at(AreaId("TK2"))] == ["cam-1"]
    assert plan.cameras.at(AreaId("TK9")) == ()
    assert plan.cameras.there
    assert plan.addresses == {
        "cam-1": "rtsp://viewer:p%40ss%3Aw%2Ford@10.0.0.20:554/stream1?channel=1",
        "cam-2": "rtsp://10.0.0.21/live",
    }


def test_the_example_that_is_shipped_can_be_read() -> None:
    plan = load(POLICIES / "cameras.example.yaml", {"CAM_TK2_PASSWORD": "x"}.get)
    assert [one.name for one in plan.cameras.at(AreaId("TK2"))] == ["2号罐顶"]


def test_no_repr_tells_an_address(tmp_path: Path) -> None:
    plan = read(tmp_path, GOOD)
    assert "rtsp:" not in repr(plan)
    assert "ss%3A" not in repr(plan)
    assert DeviceId("cam-1") in plan.cameras.by_id


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("rtsp://10.0.0.20:554/stream1?channel=1", "http://10.0.0.20/", 4, "rtsp://"),
        ("rtsp://10.0.0.20:554/stream1?channel=1", "rtsp://a:b@10.0.0.20/", 4, "不带用户名"),
        ("rtsp://10.0.0.20:554/stream1?channel=1", "rtsp://10.0.0.20:99999/", 4, "rtsp://"),
        ("rtsp://10.0.0.20:554/stream1?channel=1", "rtsp://10.0.0.20/?usr=1&Password=x", 4, "password"),
        ("rtsp://10.0.0.20:554/stream1?channel=1", "rtsp://", 4, "rtsp://"),
        ("rtsp://10.0.0.20:554/stream1?channel=1", "RTSPS://10.0.0.20/", 4, "rtsps://"),
        ("$CAM_1_PASSWORD", "p@ss:w/ord", 7, "密钥不写在文件里"),
        ("$CAM_1_PASSWORD", "$CAM_9_PASSWORD", 7, "CAM_9_PASSWORD 没有设置"),
        ("    user: viewer\n", "", 2, "一起写"),
        ("[TK2, TK3]", "[TK2, TK2]", 2, "两次"),
        ("[TK2, TK3]", "[]", 5, "areas"),
        ("    name: 泵房\n", "", 8, "缺少这一项"),
        ("name: 泵房", "name: 泵房\n    face: yes", 10, "没有这一项"),
    ],
)
def test_every_fault_has_its_place(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    with pytest.raises(PolicyError) as wrong:
        read(tmp_path, GOOD.replace(old, new, 1))
    told = [str(problem) for problem in wrong.value.problems]
    assert all(one.startswith("cameras.yaml:") for one in told)
    assert any(f"cameras.yaml:{line}" in one and says in one for one in told), told
    assert not any("p@ss:w/ord" in one for one in told)


def test_a_camera_over_tls_names_whose_certificates_are_believed(tmp_path: Path) -> None:
    """Without that anybody on the line could stand in for it, and be handed the password."""
    tls = GOOD.replace("rtsp://10.0.0.20:554", "rtsps://10.0.0.20:322")
    with pytest.raises(PolicyError, match="要写 ca"):
        read(tmp_path, tls)
    with pytest.raises(PolicyError, match="要写 ca"):
        read(tmp_path, GOOD.replace("    user: viewer\n", "    user: viewer\n    ca: ca.pem\n"))
    named = tls.replace("    user: viewer\n", "    user: viewer\n    ca: ca.pem\n")
    with pytest.raises(PolicyError, match=r"cameras\.yaml:7: .*没有文件 ca\.pem"):
        read(tmp_path, named)
    (tmp_path / "ca.pem").write_text("x", encoding="utf-8")
    plan = read(tmp_path, named)
    assert plan.addresses[DeviceId("cam-1")].startswith("rtsps://viewer:p%40ss%3Aw%2Ford@10.0.0.20:322/")
    assert plan.authorities == {"cam-1": tmp_path / "ca.pem"}
